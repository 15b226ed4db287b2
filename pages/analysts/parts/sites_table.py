"""The ranked list of new sites: what each adds, and which to keep or take out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from geo.clinics.vocabulary import EVIDENCE_WORDS
from geo.i18n.language import format_miles, format_number, ngettext
from geo.i18n.language import gettext as _
from geo.siting.plan_words import adds_little, tell_little
from pages.analysts.parts import region_table, siting_plan, siting_solver
from pages.analysts.parts.siting_state import SitingState
from pages.parts import notices
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.siting.study_area import Area
    from pages.analysts.parts.siting_plan import Plan


def show(plan: Plan, area: Area, sites: pd.DataFrame) -> None:
    """Draw the ranked list, or how to come to one.

    Parameters
    ----------
    plan : the question; what it keeps is marked.
    area : where the sites are to serve.
    sites : of `geo.siting.sites.describe_sites`, with `count_listings` beside; empty for none.
    """
    if sites.empty:
        notices.show_part(
            _("No sites yet"),
            _(
                "Ask for the best sites, or click the map to place one of your own and see what it "
                "would change."
            ),
        )
        return
    gained = int(sites["adults_gained"].sum())
    notices.show_part(
        ngettext(
            "{count} site in {area}: {adults} more adults within {distance}",
            "{count} sites in {area}: {adults} more adults within {distance}",
            len(sites),
        ).format(
            count=len(sites),
            area=name_place(area.name),
            adults=format_number(gained),
            distance=siting_plan.describe_within(plan.within),
        ),
        _("Choose a site to keep it when you ask again; click the map to place your own."),
    )
    rows = [
        region_table.row(
            site["site"],
            f"{site['rank']}. {site['name']}, {site['state']} {site['zip']}",
            _write_gained(site["adults_gained"]),
            format_number(site["mean_miles_saved"], 2),
            _describe_listings(site),
            _("yes") if site["site"] in plan.keep else "",
            action=True,
        )
        for site in sites.to_dict("records")
    ]
    region_table.show(
        {
            "caption": _(
                "In the order in which they add most. Few listings around a site may mean few "
                "clinics, or few that the sources know."
            )
            + f" {tell_little(sites)}".rstrip(),
            "columns": [
                {"label": _("Site"), "kind": "name"},
                {"label": _("Adults gained"), "kind": "number"},
                {"label": _("Mean miles saved"), "kind": "number"},
                {
                    "label": _("Listings within {distance}").format(
                        distance=format_miles(60, short=True)
                    ),
                    "kind": "text",
                },
                {"label": _("Kept"), "kind": "text"},
            ],
            "rows": rows,
            "scale": region_table.NO_SCALE,
            "selected": None,
        },
        key="sites_table",
        on_pick=_keep,
    )
    SitingState.shown.write(sites["site"].tolist())
    st.multiselect(
        _("Sites shown; remove any"),
        sites["site"].tolist(),
        key=SitingState.shown.key,
        on_change=_remove,
        format_func=dict(zip(sites["site"], sites["name"], strict=True)).__getitem__,
    )


def _write_gained(adults: float) -> str:
    return f"{format_number(adults)}{'*' if adds_little(adults) else ''}"


def _keep(site: str) -> None:
    """Keep a site whatever else is asked, or no longer."""
    state = SitingState.of_visit()
    kept = list(state.keep)
    if site in kept:
        kept.remove(site)
        state.found = (*state.found, site)
    else:
        kept.append(site)
    state.keep = tuple(kept)


def _remove() -> None:
    """Take out the sites that were deselected."""
    state = SitingState.of_visit()
    left = state.shown
    siting_solver.cancel()
    state.keep = tuple(site for site in state.keep if site in left)
    state.found = tuple(site for site in state.found if site in left)


def _describe_listings(site: Mapping[Any, Any]) -> str:
    """Return how many listings lie around a site, and of what evidence."""
    kinds = [
        f"{site[f'listings_{kind}']} {_(words)}"
        for kind, words in EVIDENCE_WORDS.items()
        if site[f"listings_{kind}"]
    ]
    return format_number(site["listings_within_60_miles"]) + (
        f": {', '.join(kinds)}" if kinds else ""
    )
