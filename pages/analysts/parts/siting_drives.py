"""By what the siting page judges sites: drives are kept for all visitors, and who asks first waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.i18n.language import gettext as _
from geo.roads.shared_roads import share_roads
from geo.siting import effect, site_drives
from geo.siting.site_drives import SiteDrives
from geo.siting.siting_context import SitingContext
from pages.parts import loaders

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from geo.releases import Release
    from geo.siting.effect import Baseline
    from geo.siting.site_drives import ZipRoads
    from pages.analysts.parts.siting_plan import Plan


def find_context(release: Release, plan: Plan, *, with_candidates: bool) -> SitingContext:
    """Return what sites are judged by.

    Parameters
    ----------
    release : whose clinics exist.
    plan : what is asked.
    with_candidates : whether the drives of all candidates are to be at hand, as the solver wants
        them; without them only a few sites can be looked at.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """
    near: float | SiteDrives
    minutes = plan.within_minutes
    with st.spinner(_("Looking for sites")):
        supply = loaders.load_supply(release.id, plan.treatment)
    if minutes is None:
        near = float(plan.within)
    else:
        with st.spinner(_("Working out drives; the first time this takes a while")):
            known = _load_reached(*plan.area, minutes) if with_candidates else {}
            served = _load_served(release.id, plan.treatment, minutes)
            near = SiteDrives(minutes, _load_zips(), served, known)
    return SitingContext(
        demand=loaders.load_demand(),
        area=loaders.load_area(*plan.area),
        supply=supply,
        near=near,
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def load_baseline(release_id: str, treatment: str) -> Baseline:
    """Return how areas are served in miles and minutes, draw by draw; takes seconds, once."""
    baseline = loaders.load_baseline(release_id, treatment)
    return effect.add_drives(baseline, loaders.load_demand(), _load_drawn(release_id, treatment))


@st.cache_resource(max_entries=2, show_spinner=False)
def _load_drawn(release_id: str, treatment: str) -> NDArray[np.int32]:
    """Return how long the drive to the nearest clinic is, draw by draw; takes seconds, once."""
    supply = loaders.load_supply(release_id, treatment)
    farthest = effect.find_farthest()
    return site_drives.draw_minutes(share_roads(), supply, loaders.load_demand(), farthest)


@st.cache_resource(show_spinner=False)
def _load_zips() -> ZipRoads:
    return site_drives.join_zips(share_roads(), loaders.load_demand())


@st.cache_resource(max_entries=8, show_spinner=False)
def _load_served(release_id: str, treatment: str, minutes: float) -> NDArray[np.int64]:
    return site_drives.count_served(_load_drawn(release_id, treatment), minutes)


# What a whole country's candidates reach takes up to 40 MB.
@st.cache_resource(max_entries=4, show_spinner=False)
def _load_reached(level: str, geoid: str, minutes: float) -> Mapping[str, NDArray[np.int32]]:
    """Return what each candidate of an area reaches: a millisecond or two each, once."""
    return site_drives.find_reached(_load_zips(), loaders.load_candidates(level, geoid), minutes)
