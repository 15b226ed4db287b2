"""How many clinics there are by two lists, and what a verdict on supply lacks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import htpy as h
import streamlit as st

from geo.coverage.coverage_table import NATION
from geo.coverage.supply_evidence import is_narrow
from geo.coverage.two_lists import Total
from geo.i18n.language import format_miles, format_number, format_percent, ngettext
from geo.i18n.language import gettext as _
from geo.i18n.verdict_words import write_lacking, write_refusal
from pages.analysts.parts import region_table
from pages.parts import notices
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from geo.coverage.coverage_table import Coverage
    from geo.releases import Release
    from pages.analysts.parts.coverage_view import Choice

_SEARCHED_MILES: Final = 25


def show(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw how many clinics the areas of a choice have, at least, and how that is known."""
    level = choice.level if choice.level != "county" else "state"
    heading = _("How many clinics there are")
    totals = release.tables.get("totals")
    if totals is None:
        notices.show_part(heading, _("This release was made before that was estimated."))
        return
    notices.show_part(
        heading,
        _(
            "Two lists compiled independently of each other (a clinic directory of 2026; clinics found "
            "place by place) tell how many clinics neither holds. A number is the least there are: "
            "more, where a clinic that is in one list is likelier to be in the other (twice, four times "
            "the odds). Whatever the treatment."
        ),
    )
    rows = totals.set_index(["level", "geoid"], drop=False)
    inside = coverage.inside(level, choice.inside)["geoid"]
    asked = [NATION, choice.inside, *((level, geoid) for geoid in inside)]
    shown = [rows.loc[area].to_dict() for area in dict.fromkeys(asked) if area in rows.index]
    region_table.show(_build_totals(shown), key="totals_table")
    notices.show_part(
        _("Could that say whether an area has fewer clinics?"),
        _(
            "A verdict on supply asks for all of this: both numbers known to within a quarter, at "
            "least 90% of adults within {distance} of a place that was searched, both lists on one "
            "side, a difference that is not chance, and that would stand if lists overlapped twice as "
            "much here as elsewhere (gamma of 2 or more)."
        ).format(distance=format_miles(_SEARCHED_MILES)),
    )
    judged = [row for row in shown if row["level"] != "nation"]
    region_table.show(_build_evidence(judged), key="evidence_table")
    st.html(h.div(".part")[[h.p[line] for line in write_verdicts(judged)]])


def write_verdicts(rows: list[dict[Hashable, Any]]) -> list[str]:
    """Return the verdict on supply of areas and why there is none, areas of one answer in a line."""
    areas: dict[str, list[str]] = {}
    for row in rows:
        areas.setdefault(_judge(row), []).append(name_place(row["name"]))
    return [
        _("{areas}: {verdict}.").format(areas=", ".join(names), verdict=verdict)
        for verdict, names in areas.items()
    ]


def list_completeness(release: Release) -> dict[str, str]:
    """Return level and GEOID, joined by a space -> the share of clinics listed, where measured."""
    totals = release.tables.get("totals")
    if totals is None:
        return {}
    return {
        f"{row['level']} {row['geoid']}": format_percent(row["share_known"])
        for row in totals[totals["refused"].eq("")].to_dict("records")
        if is_narrow(Total(row["total_at_1"], row["total_at_1_low"], row["total_at_1_high"]))
    }


def write_total(row: Mapping[Hashable, Any], odds: int) -> str:
    """Return how many clinics an area has at least, at an odds ratio; "" where it is not told."""
    total, low, high = (row[f"total_at_{odds}{end}"] for end in ("", "_low", "_high"))
    if math.isnan(total):
        return ""
    return _("at least {total} ({low} to {high})").format(
        total=format_number(total),
        low=format_number(low),
        high=format_number(high) if math.isfinite(high) else _("no upper end"),
    )


def _build_totals(rows: list[dict[Hashable, Any]]) -> region_table.RegionTable:
    lines = []
    for row in rows:
        told = [write_total(row, odds) for odds in (1, 2, 4)]
        if row["refused"]:
            told[0] = _("cannot be told: {refusal}").format(refusal=write_refusal(row["refused"]))
        links = ngettext(
            "{both} in both; {count} pair in review",
            "{both} in both; {count} pairs in review",
            row["links_open"],
        ).format(both=format_number(row["clinics_in_both"]), count=format_number(row["links_open"]))
        lines.append(
            region_table.row(
                f"{row['level']}{row['geoid']}",
                name_place(row["name"]),
                *told,
                format_number(row["clinics_known"]),
                links,
            )
        )
    return {
        "caption": _("Open places to go to, by two lists; in brackets the interval of 95%."),
        "columns": [
            {"label": _("Area"), "kind": "name"},
            {"label": _("Clinics"), "kind": "text"},
            {"label": _("At twice the odds"), "kind": "text"},
            {"label": _("At four times"), "kind": "text"},
            {"label": _("Known"), "kind": "number"},
            {"label": _("Links"), "kind": "text"},
        ],
        "rows": lines,
        "scale": region_table.NO_SCALE,
        "selected": None,
    }


def _build_evidence(rows: list[dict[Hashable, Any]]) -> region_table.RegionTable:
    return {
        "caption": _(
            "Clinics per adult to those in the rest of the country, by each list alone; the adults "
            "near a place searched."
        ),
        "columns": [
            {"label": _("Area"), "kind": "name"},
            {"label": _("First list"), "kind": "number"},
            {"label": _("Second"), "kind": "number"},
            {"label": _("Gamma"), "kind": "number"},
            {"label": _("Searched"), "kind": "number"},
        ],
        "rows": [
            region_table.row(
                f"{row['level']}{row['geoid']}",
                name_place(row["name"]),
                *(_write_ratio(row[name]) for name in ("first_ratio", "second_ratio", "gamma")),
                format_percent(row["share_searched"]),
            )
            for row in rows
        ],
        "scale": region_table.NO_SCALE,
        "selected": None,
    }


def _write_ratio(ratio: float) -> str:
    return format_number(ratio, 2) if math.isfinite(ratio) else _("N/A")


def _judge(row: Mapping[Hashable, Any]) -> str:
    """Return the verdict on supply in words, and why there is none."""
    if refusal := row["refused"] or row["refused_elsewhere"]:
        return _("cannot be judged: {reason}").format(reason=write_refusal(refusal))
    if lacking := row["supply_lacking"]:
        return _("cannot be judged: {reason}").format(reason=write_lacking(lacking))
    return _("fewer clinics") if row["supply_ratio"] < 1 else _("more clinics")
