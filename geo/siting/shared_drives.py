"""Drives worked out once in a process and kept for all who ask, whoever comes first."""

from __future__ import annotations

import threading
from types import MappingProxyType
from typing import TYPE_CHECKING

from geo.siting.effect import find_farthest
from geo.siting.site_drives import check_minutes, draw_minutes, find_reached

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.siting.site_drives import ZipRoads
    from geo.siting.supply import Supply


class DrawnMinutes:
    """How long the drive to the nearest clinic is, draw by draw; for any thread.

    Parameters
    ----------
    zips, supply, demand : as of `geo.siting.site_drives.draw_minutes`.
    """

    def __init__(self, zips: ZipRoads, supply: Supply, demand: Demand) -> None:
        self._asked = zips, supply, demand
        self._drawn: NDArray[np.int32] | None = None
        self._lock = threading.Lock()

    @property
    def is_there(self) -> bool:
        """Return whether `find` need not be waited for."""
        return self._drawn is not None

    def find(self) -> NDArray[np.int32]:
        """Return (draws, n) thousandths of a minute, as far as effects look; takes seconds, once."""
        with self._lock:
            if self._drawn is None:
                self._drawn = draw_minutes(*self._asked, find_farthest())
            return self._drawn


class ReachTable:
    """Which ZIP points sites reach within so many minutes; for any thread.

    Parameters
    ----------
    zips : of `geo.siting.site_drives.join_zips`.
    minutes : within how many, above 0 and up to 300.

    Raises
    ------
    SchemaError : there is no such number of minutes.
    """

    def __init__(self, zips: ZipRoads, minutes: float) -> None:
        check_minutes(minutes)
        self._zips, self._minutes = zips, minutes
        self._known: Mapping[str, NDArray[np.int32]] = MappingProxyType({})
        self._lock = threading.Lock()

    @property
    def known(self) -> Mapping[str, NDArray[np.int32]]:
        """Return a site's `site` -> rows of the demand, as far as worked out; it never changes."""
        return self._known

    def holds(self, sites: pd.DataFrame) -> bool:
        """Return whether what sites reach is known of all of them.

        Parameters
        ----------
        sites : as of `geo.siting.candidate_sites`.
        """
        return bool(sites["site"].isin(self._known.keys()).all())

    def fill(self, sites: pd.DataFrame) -> None:
        """Work out what is not known yet of some sites: half a millisecond each.

        Parameters
        ----------
        sites : as of `geo.siting.candidate_sites`.
        """
        for _, of_state in sites.groupby("state", sort=False):  # which lie together
            with self._lock:
                missing = of_state[~of_state["site"].isin(self._known.keys())]
                if len(missing):
                    found = find_reached(self._zips, missing, self._minutes)
                    self._known = MappingProxyType({**self._known, **found})
