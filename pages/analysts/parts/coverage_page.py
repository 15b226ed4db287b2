"""The Coverage page: choices, map and table as one, then what they rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.coverage.clinic_count import count_clinics, describe_count
from geo.coverage.differences import read_verdicts
from geo.i18n.language import gettext as _
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
from pages.analysts.parts.coverage_view import LEVELS, Choice
from pages.analysts.parts.measures import MEASURES
from pages.analysts.parts.table_order import Order
from pages.parts import events, languages, live_map, loaders, notices
from pages.parts.wordings import name_area, sentence_case

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
    st.session_state.cov_shown = None
    release, coverage, choice = _show_overview()
    coverage_details.show(release, coverage, choice)
    notices.show_foot(release, loaders.find_standing(), osm_link=None)


@st.fragment
def _show_overview() -> tuple[Release, Coverage, Choice]:
    """Draw the choices, the map and the table; a new measure draws nothing else anew."""
    languages.choose()
    release, coverage, choice = _choose()
    marked = (
        st.session_state.cov_selected
        or coverage_link.place(coverage, choice.level, choice.about)[1]
    )
    reach = drive_reach.find(release, coverage)
    with st.container(key="coverage"):
        map_column, table_column = st.columns([7, 6], gap="medium")
        with map_column, st.container(key="coverage_map"):
            overlay = _list_points(release.clinics) if st.session_state.cov_clinics else []
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
            order: Order = st.session_state.cov_order
            search = st.text_input(
                _("Find in the table"), key="cov_search", max_chars=_LONGEST_NAME
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
                    order=replace(order, search=search or ""),
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
    state = st.session_state
    state.setdefault("cov_selected", None)
    state.setdefault("cov_order", Order())
    if "cov_level" not in state:  # a new visit, or one that comes back from another page
        asked = coverage_link.read_query(st.query_params.to_dict())
        state.update(
            cov_level=asked.show,
            cov_inside=asked.area,
            cov_measure=asked.measure,
            cov_treatment=asked.treatment,
            cov_release=asked.release,
        )


def _choose() -> tuple[Release, Coverage, Choice]:
    """Draw the choices; return the release, its coverage and what was chosen."""
    state = st.session_state
    with st.container(key="coverage_panel"):
        columns = st.columns([3, 3, 4, 3, 3], vertical_alignment="bottom")
        there = loaders.list_releases()
        events.keep_choice("cov_release", there)
        release_id = columns[4].selectbox(_("Release"), there, key="cov_release")
        release = loaders.load_release(release_id)
        treatments = loaders.list_measured_treatments(release.id)
        events.keep_choice("cov_treatment", treatments)
        treatment = columns[3].selectbox(
            _("Treatment"),
            treatments,
            key="cov_treatment",
            format_func=lambda code: sentence_case(wording.name_treatment(code)),
        )
        coverage = loaders.load_coverage(release.id, treatment)
        areas = coverage_view.list_areas(coverage)
        events.keep_choice("cov_level", list(LEVELS))
        events.keep_choice("cov_inside", areas)
        measures = coverage_view.list_measures(coverage)
        events.keep_choice("cov_measure", measures)
        level = columns[0].selectbox(
            _("Show"),
            list(LEVELS),
            key="cov_level",
            format_func=coverage_view.name_level,
            on_change=_forget_selection,
        )
        inside = columns[1].selectbox(
            _("In"),
            areas,
            key="cov_inside",
            format_func=lambda area: name_area(coverage, area),
            on_change=_forget_selection,
        )
        measure = columns[2].selectbox(
            _("Measure"),
            measures,
            key="cov_measure",
            format_func=lambda key: MEASURES[key].label,
        )
        figures.note_measure(measure)
        st.toggle(_("Lay the clinics over the map"), key="cov_clinics")
    asked = (release.id, treatment, level, inside)
    if state.cov_shown not in {None, asked}:
        st.rerun()  # the parts below the map speak of these too
    state.cov_shown = asked
    link = Asked(level, inside, measure, treatment, release_id if release_id != there[0] else "")
    now = st.query_params.to_dict()
    spoken = {name: now[name] for name in (languages.PARAMETER,) if name in now}
    query = link.to_query() | languages.link_query() | spoken
    if now != query:
        st.query_params.from_dict(query)  # the address is the link to this question
    listed, _marked = coverage_link.place(coverage, level, inside)
    return release, coverage, Choice(level, MEASURES[measure], treatment, listed, inside)


def _forget_selection() -> None:
    st.session_state.cov_selected = None
    st.session_state.cov_search = ""  # what was found may not be among the areas shown next


def _pick(coverage: Coverage, choice: Choice, picked: object) -> None:
    """Go to the next level down in the area that was picked; a county is outlined."""
    state = st.session_state
    geoid = events.as_text(picked)
    if geoid not in coverage.level(choice.level).index:
        return
    if choice.level == "county":
        state.cov_selected = None if state.cov_selected == geoid else geoid
        return
    state.cov_level, state.cov_inside = coverage_view.drill_down(choice, geoid)
    _forget_selection()


def _sort(column: str) -> None:
    """Sort the table by a column, or the other way round, or no longer by it."""
    st.session_state.cov_order = st.session_state.cov_order.after_click(column)


def _list_points(clinics: pd.DataFrame) -> list[tuple[float, float, str]]:
    """Return the points that clinics share, each once, to 0.01 degrees."""
    shown = clinics[clinics["status"].isin(SHOWN_STATUSES) & clinics["latitude"].notna()]
    points = shown.assign(
        latitude=shown["latitude"].round(2), longitude=shown["longitude"].round(2)
    )[["latitude", "longitude", "state_fips"]].drop_duplicates()
    return list(points.itertuples(index=False, name=None))
