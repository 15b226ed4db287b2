"""What questions about new sites have in common: whom they serve, beside which clinics, how near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.coverage.coverage_draws import PER_MILE
from geo.siting.site_drives import SiteDrives
from geo.siting.supply import add_sites

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.siting.study_area import Area
    from geo.siting.supply import Supply

MILES: Final = "miles"
MINUTES: Final = "minutes"


@dataclass(frozen=True, slots=True, eq=False)
class SitingContext:
    """What any sites are judged by; read-only.

    Parameters
    ----------
    demand : the ZIP points and areas.
    area : where the sites lie, and whose adults count.
    supply : the clinics that exist, anywhere.
    near : how near is near: statute miles of a straight line, or drives within so many minutes.
    """

    demand: Demand
    area: Area
    supply: Supply
    near: float | SiteDrives

    @property
    def drives(self) -> SiteDrives | None:
        """The drives that count; None where straight lines do."""
        return self.near if isinstance(self.near, SiteDrives) else None

    @property
    def within(self) -> float:
        """How near is near, in `unit`."""
        return self.near.minutes if isinstance(self.near, SiteDrives) else self.near

    @property
    def unit(self) -> str:
        """`MINUTES` by road, or `MILES` of a straight line."""
        return MILES if self.drives is None else MINUTES

    @property
    def draws(self) -> int:
        """In how many draws the clinics stand somewhere."""
        return len(self.supply.distances)

    def count_served(self, sites: pd.DataFrame | None = None) -> NDArray[np.int64]:
        """Return (n,) in how many draws a ZIP point has a clinic, or one of some sites, near enough.

        Parameters
        ----------
        sites : as of `geo.siting.candidate_sites`; None for the clinics alone.
        """
        if isinstance(self.near, SiteDrives):
            served = self.near.served.astype(np.int64)
            for rows in [] if sites is None else self.near.reach(sites):
                served[rows] = self.draws
            return served
        distances = self.supply.distances
        if sites is not None:
            distances = add_sites(self.demand, distances, sites)
        near = np.count_nonzero(distances <= self.near * PER_MILE, axis=0)
        return np.asarray(near, dtype=np.int64)
