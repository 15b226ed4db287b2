"""The Coverage page: choices, map and table as one, then what they rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.coverage.clinic_count import count_clinics, describe_count
from geo.coverage.differences import read_verdicts
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.maps.choropleth import ChoroplethState, build_choropleth
from geo.search import wording
from pages.analysts.parts import (
    coverage_details,
    coverage_link,
    coverage_totals,
    coverage_view,
    drive_reach,
    figures,
    region_table,
)
from pages.analysts.parts.coverage_link import Asked
from pages.analysts.parts.coverage_state import CoverageState
from pages.analysts.parts.coverage_view import LEVELS, Choice
from pages.analysts.parts.measures import MEASURES
from pages.parts import events, languages, live_map, loaders, notices
from pages.parts.wordings import name_area

if TYPE_CHECKING:
    import pandas as pd

    from geo.coverage.coverage_table import Coverage
    from geo.releases import Release

_MAP_HEIGHT: Final = 500
_LONGEST_NAME: Final = 60


def show() -> None:
    """Draw the page.

    Raises
    ------
    GeoError : the release cannot be read, or was made without coverage.
    """
    _start_session()
    CoverageState.of_visit().shown = None
    release, coverage, choice = _show_overview()
    coverage_details.show(release, coverage, choice)
    notices.show_foot(release, loaders.find_standing(), osm_link=None)


@st.fragment
def _show_overview() -> tuple[Release, Coverage, Choice]:
    """Draw the choices, the map and the table; a new measure draws nothing else anew."""
    languages.choose()
    state = CoverageState.of_visit()
    release, coverage, choice = _choose()
    marked = state.selected or coverage_link.place(coverage, choice.level, choice.about)[1]
    reach = drive_reach.find(release, coverage)
    with st.container(key="coverage"):
        map_column, table_column = st.columns([7, 6], gap="medium")
        with map_column, st.container(key="coverage_map"):
            overlay = _list_points(release.clinics) if state.clinics else []
            data = coverage_view.build_map(
                coverage,
                choice,
                selected=marked,
                clinics=overlay,
                reach=reach.drawn if isinstance(reach, drive_reach.Reach) else None,
            )
            live_map.show(
                build_choropleth,
                ChoroplethState(data),
                lambda event: (
                    None
                    if drive_reach.take_click(event.get("at"))
                    else _pick(coverage, choice, event.get("geoid"))
                ),
                key="choropleth",
                height=_MAP_HEIGHT,
            )
        with table_column:
            notices.show_part(choice.measure.label, choice.measure.definition)
            search = st.text_input(
                _("Find in the table"), key=CoverageState.search.key, max_chars=_LONGEST_NAME
            )
            region_table.show(
                coverage_view.build_table(
                    coverage,
                    choice,
                    verdicts=read_verdicts(release.table("verdicts")),
                    selected=marked,
                    completeness=coverage_totals.list_completeness(release)
                    if choice.measure.kind == "rate"
                    else None,
                    order=replace(state.order, search=search or ""),
                ),
                key="coverage_table",
                on_pick=lambda geoid: _pick(coverage, choice, geoid),
                on_sort=_sort,
            )
            counted = count_clinics(
                release.clinics, loaders.load_demand(), choice.inside, choice.treatment
            )
            st.caption(describe_count(counted))
    drive_reach.show(reach)
    return release, coverage, choice


def _start_session() -> None:
    if not CoverageState.level.is_set():  # a new visit, or one that comes back from another page
        asked = coverage_link.read_query(st.query_params.to_dict())
        state = CoverageState.of_visit()
        state.level, state.inside = asked.show, asked.area
        state.measure, state.treatment, state.release = (
            asked.measure,
            asked.treatment,
            asked.release,
        )


def _choose() -> tuple[Release, Coverage, Choice]:
    """Draw the choices; return the release, its coverage and what was chosen."""
    state = CoverageState.of_visit()
    with st.container(key="coverage_panel"):
        columns = st.columns([3, 3, 4, 3, 3], vertical_alignment="bottom")
        there = loaders.list_releases()
        CoverageState.release.keep_choice(there)
        release_id = columns[4].selectbox(_("Release"), there, key=CoverageState.release.key)
        release = loaders.load_release(release_id)
        treatments = loaders.list_measured_treatments(release.id)
        CoverageState.treatment.keep_choice(treatments)
        treatment = columns[3].selectbox(
            _("Treatment"),
            treatments,
            key=CoverageState.treatment.key,
            format_func=lambda code: sentence_case(wording.name_treatment(code)),
        )
        coverage = loaders.load_coverage(release.id, treatment)
        areas = coverage_view.list_areas(coverage)
        CoverageState.level.keep_choice(list(LEVELS))
        CoverageState.inside.keep_choice(areas)
        measures = coverage_view.list_measures(coverage)
        CoverageState.measure.keep_choice(measures)
        level = columns[0].selectbox(
            _("Show"),
            list(LEVELS),
            key=CoverageState.level.key,
            format_func=coverage_view.name_level,
            on_change=_forget_selection,
        )
        inside = columns[1].selectbox(
            _("In"),
            areas,
            key=CoverageState.inside.key,
            format_func=lambda area: name_area(coverage, area),
            on_change=_forget_selection,
        )
        measure = columns[2].selectbox(
            _("Measure"),
            measures,
            key=CoverageState.measure.key,
            format_func=lambda key: MEASURES[key].label,
        )
        figures.note_measure(measure)
        st.toggle(_("Lay the clinics over the map"), key=CoverageState.clinics.key)
    asked = (release.id, treatment, level, inside)
    if state.shown not in {None, asked}:
        st.rerun()  # the parts below the map speak of these too
    state.shown = asked
    link = Asked(level, inside, measure, treatment, release_id if release_id != there[0] else "")
    now = st.query_params.to_dict()
    spoken = {name: now[name] for name in (languages.PARAMETER,) if name in now}
    query = link.to_query() | languages.link_query() | spoken
    if now != query:
        st.query_params.from_dict(query)  # the address is the link to this question
    listed, _marked = coverage_link.place(coverage, level, inside)
    return release, coverage, Choice(level, MEASURES[measure], treatment, listed, inside)


def _forget_selection() -> None:
    state = CoverageState.of_visit()
    state.selected = None
    state.search = ""  # what was found may not be among the areas shown next


def _pick(coverage: Coverage, choice: Choice, picked: object) -> None:
    """Go to the next level down in the area that was picked; a county is outlined."""
    state = CoverageState.of_visit()
    geoid = events.as_text(picked)
    if geoid not in coverage.level(choice.level).index:
        return
    if choice.level == "county":
        state.selected = None if state.selected == geoid else geoid
        return
    state.level, state.inside = coverage_view.drill_down(choice, geoid)
    _forget_selection()


def _sort(column: str) -> None:
    """Sort the table by a column, or the other way round, or no longer by it."""
    state = CoverageState.of_visit()
    state.order = state.order.after_click(column)


def _list_points(clinics: pd.DataFrame) -> list[tuple[float, float, str]]:
    """Return the points that clinics share, each once, to 0.01 degrees."""
    shown = clinics[clinics["status"].isin(SHOWN_STATUSES) & clinics["latitude"].notna()]
    points = shown.assign(
        latitude=shown["latitude"].round(2), longitude=shown["longitude"].round(2)
    )[["latitude", "longitude", "state_fips"]].drop_duplicates()
    return list(points.itertuples(index=False, name=None))
