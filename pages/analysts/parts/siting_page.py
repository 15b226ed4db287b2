"""The siting page: a question, sites on the map and in a list, and what they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.coverage.coverage_exports import has_minutes
from geo.coverage.measures import WITHIN_MILES
from geo.errors import GeoError
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.maps.choropleth import ChoroplethState, build_choropleth
from geo.search import wording
from geo.siting.question import SHARE
from geo.siting.sites import count_listings, describe_sites
from pages.analysts.parts import (
    coverage_view,
    sites_table,
    siting_drives,
    siting_effect,
    siting_plan,
    siting_solver,
)
from pages.analysts.parts.coverage_view import Choice
from pages.analysts.parts.measures import MEASURES
from pages.analysts.parts.siting_plan import Plan
from pages.analysts.parts.siting_state import SitingState
from pages.parts import events, languages, live_map, loaders, notices
from pages.parts.wordings import name_area

if TYPE_CHECKING:
    from geo.coverage.coverage_table import Coverage
    from geo.releases import Release

_MAP_HEIGHT: Final = 480
_PAIR: Final = 2
_POLL_SECONDS: Final = 1.0


def show() -> None:
    """Draw the page.

    Raises
    ------
    GeoError : the data cannot be read, or the question has no answer.
    """
    release = loaders.load_release()
    coverage = loaders.load_coverage(release.id, "any")
    areas = coverage_view.list_areas(coverage)
    areas = [area for area in areas if coverage.area(area)["adults"] > 0]
    _start_session(areas)
    state = SitingState.of_visit()
    for error in state.refused:
        notices.show_error(error)
    plan = _choose(release, coverage, areas)
    siting_drives.begin(release, plan)
    if state.asked:
        siting_solver.ask(release, plan)
    sites = _gather_sites(plan)
    # Where no site stands, nobody waits for the draws.
    if len(sites):
        sites = _describe(release, plan, sites)
    with st.container(key="siting"):
        left, right = st.columns([7, 6], gap="medium")
    with left, st.container(key="siting_map_box"):
        _show_map(loaders.load_coverage(release.id, plan.treatment), plan, sites)
    with right:
        sites_table.show(plan, loaders.load_area(*plan.area), sites)
        # Ask again only while there is somebody to ask.
        every = _POLL_SECONDS if state.solving else None
        st.fragment(siting_solver.watch, run_every=every)()
    if len(sites):
        st.query_params.from_dict(
            plan.to_query() | languages.link_query()
        )  # the address is the link to this plan
        siting_effect.show(release, plan, sites)
    notices.show_foot(release, loaders.find_standing(), osm_link=None)


def _start_session(areas: list[tuple[str, str]]) -> None:
    """Set what a new visit starts with, from its link if there is one."""
    state = SitingState.of_visit()
    if not state.is_new:
        return
    query = st.query_params.to_dict()
    plan = siting_plan.read_query(query, areas)
    kept, refused = _find_known(plan.keep)
    state.is_new, state.asked = False, siting_plan.asks(query, areas)
    state.keep, state.refused = kept, refused
    state.area, state.within = plan.area, plan.within
    state.add, state.share = plan.add, plan.share_percent
    state.objective, state.treatment = plan.objective, plan.treatment


def _choose(release: Release, coverage: Coverage, areas: list[tuple[str, str]]) -> Plan:
    """Draw the question; return it."""
    state = SitingState.of_visit()
    treatments = loaders.list_measured_treatments(release.id)
    SitingState.area.keep_choice(areas, siting_plan.MIDWEST)
    nearness = [
        *WITHIN_MILES,
        *(siting_plan.DRIVES if has_minutes(coverage.level("nation")) else ()),
    ]
    SitingState.within.keep_choice(nearness, Plan.within)
    SitingState.objective.keep_choice(list(siting_plan.OBJECTIVES))
    SitingState.treatment.keep_choice(treatments)
    with st.container(key="coverage_panel"):
        columns = st.columns([3, 2, 3, 4, 3, 2], vertical_alignment="bottom")
        area = columns[0].selectbox(
            _("In"),
            areas,
            key=SitingState.area.key,
            format_func=lambda area: name_area(coverage, area),
        )
        if state.objective == SHARE:
            columns[1].number_input(_("Share, %"), 1, 100, key=SitingState.share.key)
        else:
            columns[1].number_input(
                _("New sites"), 1, siting_plan.MOST_SITES, key=SitingState.add.key
            )
        within = columns[2].selectbox(
            _("Within"),
            nearness,
            key=SitingState.within.key,
            format_func=siting_plan.describe_within,
        )
        objective = columns[3].selectbox(
            _("Best is"),
            list(siting_plan.OBJECTIVES),
            key=SitingState.objective.key,
            format_func=lambda objective: _(siting_plan.OBJECTIVES[objective]),
        )
        treatment = columns[4].selectbox(
            _("Treatment"),
            treatments,
            key=SitingState.treatment.key,
            format_func=lambda code: sentence_case(wording.name_treatment(code)),
        )
        columns[5].button(_("Find sites"), type="primary", width="stretch", on_click=_start_over)
    return Plan(
        area=area,
        add=int(state.add),
        share_percent=int(state.share),
        within=within,
        objective=objective,
        treatment=treatment,
        keep=tuple(state.keep),
    )


def _find_known(keep: tuple[str, ...]) -> tuple[tuple[str, ...], list[GeoError]]:
    """Return which sites of a link there are, and an error for each that there is not."""
    known: list[str] = []
    refused: list[GeoError] = []
    for site in keep:
        try:
            siting_solver.find_sites((site,))
        except GeoError as error:
            refused.append(error)
        else:
            known.append(site)
    return tuple(known), refused


def _start_over() -> None:
    """Take the question anew; sites that are kept stay."""
    siting_solver.cancel()
    state = SitingState.of_visit()
    state.asked, state.refused = True, []
    state.found, state.answer = (), None


def _gather_sites(plan: Plan) -> pd.DataFrame:
    """Return the sites shown."""
    candidates = loaders.load_candidates(*plan.area)
    found = [site for site in SitingState.of_visit().found if site not in plan.keep]
    new = candidates.set_index("site", drop=False).rename_axis(None).reindex(found)
    return pd.concat([siting_solver.find_kept(plan), new], ignore_index=True)


def _describe(release: Release, plan: Plan, sites: pd.DataFrame) -> pd.DataFrame:
    """Return sites ranked, with what each adds and how much is listed around it."""
    context = siting_drives.find_context(release, plan, sites)
    ranked = describe_sites(sites, context, plan.objective)
    return ranked.join(count_listings(ranked, release.clinics, release.listings))


def _show_map(coverage: Coverage, plan: Plan, sites: pd.DataFrame) -> None:
    """Draw the sites over the coverage before them."""
    level = "county" if plan.area[0] == "state" else "state"
    measure = MEASURES[plan.measure]
    fips = dict(coverage.level("state").set_index("state")["geoid"]) if len(sites) else {}
    drawn = [
        (site["latitude"], site["longitude"], fips[site["state"]], str(site["rank"]))
        for site in sites.to_dict("records")
    ]
    live_map.show(
        build_choropleth,
        ChoroplethState(
            coverage_view.build_map(
                coverage,
                Choice(level, measure, plan.treatment, plan.area),
                selected=None,
                sites=drawn,
            )
        ),
        _place,
        key="siting_map",
        height=_MAP_HEIGHT,
    )


def _place(event: dict[str, Any]) -> None:
    """Keep a site of one's own where the map was clicked."""
    at = event.get("at")
    point = events.as_point(*at) if isinstance(at, list) and len(at) == _PAIR else None
    if point is None:
        return
    site = f"point:{point[0]:.5f},{point[1]:.5f}"
    try:
        siting_solver.find_sites((site,))
    except GeoError:
        return  # beyond the country: nothing stands there
    siting_solver.cancel()
    state = SitingState.of_visit()
    kept = (*state.keep, site)
    state.keep = kept[-siting_plan.MOST_SITES :]
