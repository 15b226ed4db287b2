"""What all visitors share, kept in memory; what operators alone look at is in `pages.operators`.

The cached objects are read by many sessions at once and written by none.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo import releases
from geo.coverage.coverage_table import Coverage
from geo.errors import ReleaseError
from geo.files.stamps import stamp
from geo.paths import find_home
from geo.releases import Standing, folders, remembering
from pages.parts.visit_state import VisitState

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.coverage.demand import Demand
    from geo.places import PlaceFinder
    from geo.releases import Release
    from geo.roads import Router
    from geo.search.clinic_drives import ClinicDrives
    from geo.search.land import Land
    from geo.search.nearest import ClinicIndex
    from geo.siting.effect import Baseline
    from geo.siting.reversal import Reversal
    from geo.siting.study_area import Area
    from geo.siting.supply import Supply


_LOG: Final = logging.getLogger(__name__)


def load_release(release_id: str | None = None) -> Release:
    """Return a release; without an id the one in use, so that a new one is noticed at once.

    Where the one in use is lost, missing or damaged, visitors go on with the last good one: that
    which this server has in memory, else that which was served or in use before. `find_standing`
    tells that it is so.

    Raises
    ------
    ReleaseError : it is missing or damaged; of the one in use, and there is no good one to go on
        with.
    """
    if release_id is not None:
        return _release(release_id)
    releases.follow()
    good = _last_good(str(find_home()), folders.origin())
    try:
        served = releases.find_served()
        fault = served.fault
        used: Release = _release(str(releases.read_manifest(served.folder)["id"]))
    except ReleaseError as error:
        releases.doubt()
        fault = str(error)
        last = good.get("in use") or _load_last_good()
        if last is None:
            _note(good, "", fault)
            raise
        used = last
        if fault != good.get("told"):
            _LOG.error("%s Visitors go on with %s.", error, used.id)
        good["told"] = fault
    else:
        good.pop("told", None)
        if not fault and served.folder != releases.SHIPPED:
            remembering.remember(used.id)
    good["in use"] = used
    _note(good, used.id, fault)
    return used


def find_standing() -> Standing:
    """Return which release visitors are served, and whether that is the right one."""
    with contextlib.suppress(ReleaseError):
        load_release()
    standing: Standing = _last_good(str(find_home()), folders.origin())["standing"]
    return standing


def _note(good: dict[str, Any], release_id: str, fault: str) -> None:
    """Keep how this server stands, and since when."""
    before = good.get("standing")
    if before is None or (before.release, before.fault) != (release_id, fault):
        good["standing"] = Standing(
            release_id,
            fault,
            stamp(),
        )


def list_releases() -> list[str]:
    """Return the ids of the releases that are there, the one that visitors see first.

    Raises
    ------
    ReleaseError : there is no good one.
    """
    shown = load_release().id
    try:
        _pointed, *others = releases.find_all()
    except ReleaseError:
        others = []
    return [shown, *(name for name in others if name != shown)]


@st.cache_resource(show_spinner=False)
def _last_good(home: str, origin: str) -> dict[str, Any]:  # noqa: ARG001  the cache's key
    """Return what is kept of the release in use: itself, and how the server stands."""
    return {}


def _load_last_good() -> Release | None:
    """Return the first of what one can go on with that is whole."""
    for release_id in releases.list_last_good():
        with contextlib.suppress(ReleaseError):
            return _release(release_id)
    return None


@st.cache_resource(max_entries=4, show_spinner=False)
def _release(release_id: str) -> Release:
    release = releases.load(releases.find(release_id))
    # A visitor's search takes a few rows of every column, which takes pandas half the time where
    # texts are Python's own and the columns stand together.
    tables = {
        name: table.astype(dict.fromkeys(table.columns[table.dtypes == "str"], object)).copy()
        for name, table in release.tables.items()
        if name in {"clinics", "listings"}
    }
    return replace(release, tables={**release.tables, **tables})


@st.cache_resource(max_entries=2, show_spinner=False)
def load_index(release_id: str) -> ClinicIndex:
    """Return the nearest-clinic index of a release."""
    from geo.search import nearest  # noqa: PLC0415  # 340 ms; scipy is slow to load; the heading goes first

    return nearest.build_index(_release(release_id).clinics)


@st.cache_resource(show_spinner=False)
def load_router() -> Router:
    """Return what answers drives; an engine elsewhere only if it may learn what people look for.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """
    from geo.roads import open_router  # noqa: PLC0415  # 450 ms
    from geo.roads.shared_roads import share_roads  # noqa: PLC0415  # 380 ms

    return open_router(share_roads(), find_home(), patients=True)


@st.cache_resource(max_entries=2, show_spinner=False)
def load_drives(release_id: str) -> ClinicDrives:
    """Return the drives to a release's clinics; those from ZIPs and cities are worked out later on.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """
    from geo.search.clinic_drives import ClinicDrives  # noqa: PLC0415  # 470 ms
    from geo.search.working_ahead import work_out_later  # noqa: PLC0415  # 20 ms

    drives = ClinicDrives(load_router(), _release(release_id).clinics)
    work_out_later(drives)
    return drives


@st.cache_resource(max_entries=2, show_spinner=False)
def load_finder(release_id: str) -> PlaceFinder:
    """Return the place search over the reference tables and the clinics of a release."""
    from geo import reference  # noqa: PLC0415  # 20 ms
    from geo.places import PlaceFinder  # noqa: PLC0415  # 190 ms

    return PlaceFinder(
        reference.load("zips"),
        reference.load("cities"),
        # Shapes without geopandas, which alone would cost a first visitor half a second.
        reference.load_shapeless("states").assign(geometry=reference.load_shapes("states")),
        _release(release_id).clinics,
        _release(release_id).listings,
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def load_suggestions(release_id: str) -> bytes:
    """Return the table that browsers suggest places from, packed; takes a second, once."""
    from geo.server import suggestions  # noqa: PLC0415  # 190 ms

    return suggestions.pack(load_finder(release_id))


@st.cache_resource(max_entries=8, show_spinner=False)
def load_descriptions(release_id: str, language: str) -> dict[str, Any]:  # noqa: ARG001  the cache's key
    """Return what cards say of a release's clinics, by id; filled by who needs one first."""
    return {}


@st.cache_resource(max_entries=8, show_spinner=False)
def load_coverage(release_id: str, treatment: str) -> Coverage:
    """Return the measures of a release for a treatment."""
    return Coverage(_release(release_id).table("coverage"), treatment)


@st.cache_resource(max_entries=2, show_spinner=False)
def list_measured_treatments(release_id: str) -> list[str]:
    """Return the treatments that coverage was measured for, `any` first."""
    return list(dict.fromkeys(_release(release_id).table("coverage")["treatment"]))


@st.cache_resource(show_spinner=False)
def load_land() -> Land:
    """Return US land, to tell where a straight line leaves it."""
    from geo import reference  # noqa: PLC0415  # 20 ms
    from geo.search import land  # noqa: PLC0415  # 120 ms

    return land.prepare_land(reference.load_shapes("states"))


@st.cache_resource(show_spinner=False)
def load_demand() -> Demand:
    """Return the adults of the country at their ZIP points."""
    from geo.coverage import demand  # noqa: PLC0415  # 120 ms

    return demand.load_demand()


def find_drive_area(
    latitude: float, longitude: float, minutes: float, radius_miles: float
) -> gpd.GeoDataFrame:
    """Return from where a place can be driven to, and how many adults live there; takes a second.

    The last one is kept with the visit and goes with it: a point may be somebody's home.

    Raises
    ------
    SchemaError : no drive to it can be worked out.
    SourceError : a file of the roads is missing or damaged.
    """
    from geo.coverage import drive_area  # noqa: PLC0415  # 390 ms

    asked = (latitude, longitude, minutes, radius_miles)
    state = VisitState.of_visit()
    if state.drive_area is None or state.drive_area[0] != asked:
        area = drive_area.find_drive_area(
            load_router(),
            load_demand(),
            latitude,
            longitude,
            minutes=minutes,
            radius_miles=radius_miles,
        )
        state.drive_area = (asked, area)
    return state.drive_area[1]


@st.cache_resource(max_entries=16, show_spinner=False)
def load_area(level: str, geoid: str) -> Area:
    """Return an area that sites may be looked for in."""
    from geo.siting.study_area import get_area  # noqa: PLC0415  # 190 ms

    return get_area(load_demand(), level, geoid)


@st.cache_resource(show_spinner=False)
def load_cities() -> pd.DataFrame:
    """Return the reference table of cities."""
    from geo import reference  # noqa: PLC0415  # 20 ms

    return reference.load("cities")


@st.cache_resource(show_spinner=False)
def load_counties() -> gpd.GeoDataFrame:
    """Return the reference table of counties."""
    from geo import reference  # noqa: PLC0415  # 20 ms

    return reference.load("counties")


@st.cache_resource(max_entries=16, show_spinner=False)
def load_candidates(level: str, geoid: str) -> pd.DataFrame:
    """Return the sites to choose from in an area."""
    from geo.siting.candidate_sites import list_candidates  # noqa: PLC0415  # 370 ms

    return list_candidates(load_demand(), load_area(level, geoid), load_cities())


@st.cache_resource(max_entries=8, show_spinner=False)
def load_supply(release_id: str, treatment: str) -> Supply:
    """Return the clinics of a release that count for a treatment."""
    from geo.siting.supply import find_supply  # noqa: PLC0415  # 890 ms

    return find_supply(_release(release_id).clinics, load_demand(), treatment)


@st.cache_resource(max_entries=4, show_spinner=False)
def load_baseline(release_id: str, treatment: str) -> Baseline:
    """Return how areas are served by the listed clinics, draw by draw; takes seconds, once."""
    from geo.siting.effect import measure_baseline  # noqa: PLC0415  # 860 ms

    return measure_baseline(load_supply(release_id, treatment), load_demand())


@st.cache_resource(max_entries=64, show_spinner=False)
def find_reversal(release_id: str, level: str, geoid: str) -> Reversal:
    """Return how many missing clinics, best placed, would turn an area's verdict on distance."""
    from geo.siting.reversal import count_to_reverse  # noqa: PLC0415  # 810 ms

    return count_to_reverse(load_demand(), load_baseline(release_id, "any").distances, level, geoid)
