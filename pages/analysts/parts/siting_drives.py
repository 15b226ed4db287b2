"""By what the siting page judges sites: drives are kept for all visitors.

Who asks first has a plan over the sites that straight lines favour; the drives of all others are worked
out behind it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import streamlit as st

from geo.errors import GeoError
from geo.i18n.language import gettext as _
from geo.roads.shared_roads import share_roads
from geo.siting import effect, site_drives
from geo.siting.shared_drives import DrawnMinutes, ReachTable
from geo.siting.site_drives import SiteDrives, count_served, look_around
from geo.siting.siting_context import SitingContext
from pages.parts import loaders

if TYPE_CHECKING:
    import pandas as pd

    from geo.releases import Release
    from geo.siting.effect import Baseline
    from geo.siting.site_drives import ZipRoads
    from pages.analysts.parts.siting_plan import Plan


def begin(release: Release, plan: Plan) -> None:
    """Begin behind the page with what every plan by road needs: the person still chooses meanwhile."""
    if plan.within_minutes is not None:
        _begin(release.id, plan.treatment)


@st.cache_resource(max_entries=8, show_spinner=False)
def _begin(release_id: str, treatment: str) -> None:
    def load() -> None:
        with suppress(GeoError):  # it is told where it is needed
            load_drawn(release_id, treatment)

    threading.Thread(target=load, daemon=True).start()


def is_ready(release: Release, plan: Plan) -> bool:
    """Tell whether the drives of all candidates are at hand."""
    minutes = plan.within_minutes
    return minutes is None or (
        load_drawn(release.id, plan.treatment).is_there
        and load_reach(minutes).holds(loaders.load_candidates(*plan.area))
    )


def find_context(release: Release, plan: Plan, sites: pd.DataFrame) -> SitingContext:
    """Return what some sites are judged by: by drives around these where no others are at hand.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """
    minutes = plan.within_minutes
    if minutes is None or load_drawn(release.id, plan.treatment).is_there:
        return find_whole(release, plan)
    with st.spinner(_("Looking for sites")):
        supply = loaders.load_supply(release.id, plan.treatment)
        near = look_around(load_zips(), supply, loaders.load_demand(), sites, minutes)
    return SitingContext(loaders.load_demand(), loaders.load_area(*plan.area), supply, near)


def find_whole(release: Release, plan: Plan, *, with_candidates: bool = False) -> SitingContext:
    """Return what any sites are judged by; takes seconds, once, and any thread may call it.

    Parameters
    ----------
    release : whose clinics exist.
    plan : what is asked.
    with_candidates : whether the drives of all candidates are to be at hand, as the solver wants
        them.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """
    near: float | SiteDrives
    minutes = plan.within_minutes
    if minutes is None:
        near = float(plan.within)
    else:
        reach = load_reach(minutes)
        if with_candidates:
            reach.fill(loaders.load_candidates(*plan.area))
        served = count_served(load_drawn(release.id, plan.treatment).find(), minutes)
        near = SiteDrives(minutes, load_zips(), served, reach.known)
    return SitingContext(
        demand=loaders.load_demand(),
        area=loaders.load_area(*plan.area),
        supply=loaders.load_supply(release.id, plan.treatment),
        near=near,
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def load_baseline(release_id: str, treatment: str) -> Baseline:
    """Return how areas are served in miles and minutes, draw by draw; takes seconds, once."""
    baseline = loaders.load_baseline(release_id, treatment)
    drawn = load_drawn(release_id, treatment).find()
    return effect.add_drives(baseline, loaders.load_demand(), drawn)


@st.cache_resource(max_entries=2, show_spinner=False)
def load_drawn(release_id: str, treatment: str) -> DrawnMinutes:
    """Return how long the drive to the nearest clinic is, once somebody needs it."""
    supply = loaders.load_supply(release_id, treatment)
    return DrawnMinutes(load_zips(), supply, loaders.load_demand())


@st.cache_resource(show_spinner=False)
def load_zips() -> ZipRoads:
    """Return the ZIP points with their ways to the highways."""
    return site_drives.join_zips(share_roads(), loaders.load_demand())


# What a whole country's candidates reach takes up to 40 MB.
@st.cache_resource(max_entries=3, show_spinner=False)
def load_reach(minutes: float) -> ReachTable:
    """Return what candidates reach within so many minutes, filled as they are asked for."""
    return ReachTable(load_zips(), minutes)
