"""How complete and how precise the list is, and the numbers to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import htpy as h
import streamlit as st

from geo.clinics.vocabulary import EVIDENCE_WORDS
from geo.coverage import coverage_exports
from geo.coverage.counting import ANY
from geo.coverage.coverage_table import NATION
from geo.i18n.language import format_miles, format_number, format_percent, mark
from geo.i18n.language import gettext as _
from geo.i18n.reasons import Said, say_kept
from geo.places.precision import Precision
from pages.analysts.parts import methods_html, region_table
from pages.analysts.parts.measures import MEASURES, write_number
from pages.parts import notices
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    import pandas as pd

    from geo.coverage.coverage_table import Coverage
    from geo.releases import Release
    from pages.analysts.parts.coverage_view import Choice

_ASPECTS: Final = {
    "evidence": mark("Listings by evidence"),
    "age": mark("Listings by age of the source"),
    "precision": mark("Clinics by how their point is known"),
    "source": mark("Listings by source"),
}
_MOST_SOURCES: Final = 8


def show_completeness(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw what the clinics of the area in focus are known from, and what lists overlap."""
    level, geoid = choice.inside
    area = coverage.area(choice.inside)
    name = name_place(str(area["name"]))
    known = release.table("completeness")
    here = known[(known["level"] == level) & (known["geoid"] == geoid)]
    notices.show_part(
        _("How complete and how precise: {area}").format(area=name),
        _(
            "The list holds the listings found. What is missing is not known, and matters more "
            "than where the found ones stand."
        )
        + _tell_counted(int(area["clinics"]), int(area["clinics_unlocated"])),
    )
    rows = []
    for aspect, words in _ASPECTS.items():
        rows.append(region_table.row(aspect, _(words), "", "", ""))
        rows.extend(
            region_table.row(
                f"{aspect}{at}",
                region_table.name_cell(_name_item(aspect, item)),
                format_number(item["listings"]) if item["listings"] else "",
                format_number(item["clinics"]),
                format_percent(item["share_of_clinics"]),
                indent=True,
            )
            for at, (_index, item) in enumerate(
                here[here["aspect"] == aspect].head(_MOST_SOURCES).iterrows()
            )
        )
    region_table.show(
        {
            "caption": _("Listings found, and the clinics they speak of."),
            "columns": [
                {"label": _("Known from"), "kind": "name"},
                {"label": _("Listings"), "kind": "number"},
                {"label": _("Clinics"), "kind": "number"},
                {"label": _("Of clinics"), "kind": "number"},
            ],
            "rows": rows,
            "scale": region_table.NO_SCALE,
            "selected": None,
        },
        key="completeness_table",
    )


def _tell_counted(located: int, unlocated: int) -> str:
    """Return which of the clinics below are in no measure; "" where all are."""
    if not unlocated:
        return ""
    return " " + _(
        "Below are all {listed} clinics that a search finds; of {count} the place is not known, and "
        "they are in no measure."
    ).format(listed=format_number(located + unlocated), count=format_number(unlocated))


def _name_item(aspect: str, row: pd.Series) -> Said:
    item = str(row["item"])
    if aspect == "precision":
        return Said(Precision(item).words)
    if aspect == "evidence":
        return Said(_(EVIDENCE_WORDS[item]))
    if aspect == "age":
        return say_kept(row.to_dict(), "item")
    return Said(_(item))


def show_groups(release: Release, choice: Choice) -> None:
    """Draw how far adults have it by the kind of ZIP they live in, in the region or the nation."""
    level, geoid = choice.inside if choice.inside[0] in {"nation", "region"} else NATION
    groups = release.table("groups")
    here = groups[(groups["level"] == level) & (groups["geoid"] == geoid)]
    measure = MEASURES["share_within_30_miles"]
    rows = [
        region_table.row(
            f"{group['dimension']}{group['group']}",
            region_table.name_cell(say_kept(group, "label")),
            measure.write(float(group[measure.key])),
            [group[measure.key], group[measure.low], group[measure.high]],
            write_number(float(group["median_distance_miles"]), "miles"),
            write_number(float(group["adults_beyond_60_miles"]), "count"),
        )
        for group in here.to_dict("records")
    ]
    notices.show_part(
        _("Who is far: {area}").format(area=name_place(here["name"].iloc[0])),
        _(
            "Kinds of ZIPs, not of people: a quarter holds a quarter of the nation's adults. "
            "Density classes are ours, not the official rural codes. Any treatment."
        ),
    )
    region_table.show(
        {
            "caption": _("{measure}, by the kind of ZIP they live in.").format(
                measure=measure.label
            ),
            "columns": [
                {"label": _("Who"), "kind": "name"},
                {
                    "label": _("Within {distance}").format(distance=format_miles(30, short=True)),
                    "kind": "number",
                },
                {"label": _("Interval"), "kind": "bar"},
                {"label": _("Median"), "kind": "number"},
                {
                    "label": _("Beyond {distance}").format(distance=format_miles(60, short=True)),
                    "kind": "number",
                },
            ],
            "rows": rows,
            "scale": {**region_table.NO_SCALE, "kind": measure.kind},
            "selected": None,
        },
        key="groups_table",
    )


def show_downloads(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw the codebook, the citation and the files to take away."""
    notices.show_part(_("Codebook, citation, files"))
    with st.expander(_("Codebook")):
        st.html(h.div(".statement")[methods_html.build_codebook()])
    st.code(coverage_exports.cite(release.id, release.as_of), language=None, wrap_lines=True)
    rows = coverage.inside(choice.level, choice.inside)
    if choice.treatment == ANY:
        rows = coverage_exports.join_totals(rows, release.tables.get("totals"))
    name = f"coverage-{choice.level}-{choice.treatment}-{release.id}"
    columns = st.columns(3)
    columns[0].download_button(
        "CSV",
        coverage_exports.to_csv(rows, release.id),
        f"{name}.csv",
        "text/csv",
        width="stretch",
    )
    columns[1].download_button(
        "GeoJSON",
        lambda: coverage_exports.to_geojson(rows, choice.level, release.id),
        f"{name}.geojson",
        "application/geo+json",
        width="stretch",
    )
    columns[2].download_button(
        "GeoParquet",
        lambda: coverage_exports.to_geoparquet(rows, choice.level, release.id),
        f"{name}.parquet",
        "application/vnd.apache.parquet",
        width="stretch",
    )
