"""Catchments by road: which clinics lie within so many minutes' drive of which places.

Minutes are without traffic, from point to point, in tenths as coverage keeps them. A place from
which no road leads to a clinic is out of its range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from geo import roads
from geo.accessibility.catchments import CatchmentError, refuse_fine
from geo.coverage.drive_draws import HALF_A_STEP, LIMIT_MINUTES, PER_MINUTE, tabulate_drives
from geo.roads.driving import measure_blur

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws
    from geo.roads import Roads

    Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DrivePairs:
    """Which clinics lie within the catchment of which places by road; read-only.

    Parameters
    ----------
    catchment_minutes : without traffic; a clinic at this very time is within.
    starts : (n + 1,) where in `clinic` those of each place begin.
    clinic : (p,) row of the clinics, ascending for each place.
    minutes : (p,) to each, in tenths.
    clinics : how many clinics there are.
    """

    catchment_minutes: float
    starts: NDArray[np.int64]
    clinic: NDArray[np.int32]
    minutes: Numbers
    clinics: int

    @property
    def shape(self) -> tuple[int, int]:
        """How many places and clinics there are."""
        return len(self.starts) - 1, self.clinics

    @property
    def in_range(self) -> NDArray[np.bool_]:
        """Return (n,) whether each place has a clinic within the catchment."""
        return np.diff(self.starts) > 0

    def beyond(self, minutes: float) -> NDArray[np.bool_]:
        """Return (p,) whether each pair takes longer than `minutes`."""
        return self.minutes > minutes

    def map_costs(self, function: Callable[[Numbers], Numbers]) -> Numbers:
        """Return the (p,) values of an elementwise function of the minutes."""
        return function(self.minutes.copy())


def draw_drive_pairs(
    net: Roads,
    demand: Demand,
    clinics: pd.DataFrame,
    positions: PositionDraws,
    catchment_minutes: float,
) -> Callable[[int], DrivePairs]:
    """Return what gives all pairs of a ZIP point and a clinic within the catchment, in a draw.

    Parameters
    ----------
    net : the highways.
    demand : the ZIP points.
    clinics : `latitude`, `longitude` in degrees, EPSG:4326; each with a point.
    positions : of the clinics, in their order; minutes go to the ZIP that a draw puts one into, or to
        its own point where that is known better (`geo.coverage.drive_draws`).
    catchment_minutes : above 0 and up to 300.

    Raises
    ------
    CatchmentError : the catchment is no such number of minutes.
    """
    if not 0 < catchment_minutes <= LIMIT_MINUTES:
        raise CatchmentError(
            f"A catchment by road is a number of minutes above 0 and up to {LIMIT_MINUTES}, not "
            f"{catchment_minutes}."
        )
    limit = catchment_minutes + HALF_A_STEP
    table = tabulate_drives(net, clinics, demand, positions, limit)
    kept = np.flatnonzero(table.tenths <= catchment_minutes * PER_MINUTE)
    starts = np.searchsorted(kept, table.starts)
    minutes = table.tenths[kept].astype(np.float64) / PER_MINUTE
    # The last column is of clinics that no road leads to; it is empty.
    shape = (len(demand.zip), table.places + 1)
    to_places = csr_array((minutes, table.order[kept].astype(np.int32), starts), shape=shape)
    by_place = to_places.tocsc()

    def build(draw: int) -> DrivePairs:
        place = table.place[draw]
        drawn = by_place[:, np.where(place < 0, table.places, place)].tocsr()
        drawn.sort_indices()
        starts_there = drawn.indptr.astype(np.int64)
        clinic = drawn.indices.astype(np.int32)
        return DrivePairs(catchment_minutes, starts_there, clinic, drawn.data, len(clinics))

    return build


def check_drive_catchment(
    net: Roads, clinics: pd.DataFrame, catchment_minutes: float, zones: int = 1
) -> None:
    """Refuse a catchment of which a zone is finer than the clinics' positions are known.

    Parameters
    ----------
    net : the highways.
    clinics : `latitude`, `longitude` in degrees, EPSG:4326, and `radius_miles`.
    catchment_minutes : without traffic.
    zones : into how many of one length the catchment is cut.

    Raises
    ------
    CatchmentError : it is under twice the median of the drives across their radii, or a zone is under
        that median; the text says what is enough.
    """
    on_land = roads.on_land(net, clinics["latitude"], clinics["longitude"])
    known = clinics[on_land]
    if known.empty:
        return
    local = roads.join_points(net, known["latitude"], known["longitude"]).local
    median = float(np.median(measure_blur(known["radius_miles"].to_numpy(np.float64), local)))
    within = f"{median:.1f} minutes' drive"
    refuse_fine(catchment_minutes, median, zones, unit="minutes", within=within)
