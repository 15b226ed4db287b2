"""Catchments by road: which clinics lie within so many minutes' drive of which places.

Minutes are without traffic, from point to point, in tenths as coverage keeps them. A place from
which no road leads to a clinic is out of its range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo import roads
from geo.accessibility.catchments import LEAST_RADII, CatchmentError
from geo.coverage.drive_draws import HALF_A_STEP, LIMIT_MINUTES, PER_MINUTE
from geo.roads.driving import measure_blur

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
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


def build_drive_pairs(
    net: Roads, demand: Demand, clinics: pd.DataFrame, catchment_minutes: float
) -> DrivePairs:
    """Return all pairs of a ZIP point and a clinic within the catchment.

    Parameters
    ----------
    net : the highways.
    demand : the ZIP points.
    clinics : `latitude`, `longitude` in degrees, EPSG:4326; each with a point.
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
    row = np.flatnonzero(roads.on_land(net, demand.latitude, demand.longitude))
    zips = roads.join_points(net, demand.latitude[row], demand.longitude[row])
    latitude, longitude = (clinics[axis].to_numpy(np.float64) for axis in ("latitude", "longitude"))
    number = np.flatnonzero(roads.on_land(net, latitude, longitude))
    places, targets, costs = [np.empty(0, np.intp)], [np.empty(0, np.int32)], [np.empty(0)]
    if len(number):
        points = roads.join_points(net, latitude[number], longitude[number])
        limit = catchment_minutes + HALF_A_STEP
        for origin, near, found in roads.drive_rows(net, points, zips, limit_minutes=limit):
            minutes = np.rint(found.astype(np.float64) * PER_MINUTE) / PER_MINUTE
            kept = minutes <= catchment_minutes
            places.append(row[near[kept]])
            targets.append(np.full(kept.sum(), number[origin], dtype=np.int32))
            costs.append(minutes[kept])
    place, clinic, cost = np.concatenate(places), np.concatenate(targets), np.concatenate(costs)
    order = np.lexsort((clinic, place))
    starts = np.searchsorted(place[order], np.arange(len(demand.zip) + 1))
    return DrivePairs(catchment_minutes, starts, clinic[order], cost[order], len(clinics))


def check_drive_catchment(net: Roads, clinics: pd.DataFrame, catchment_minutes: float) -> None:
    """Refuse a catchment that is finer than the clinics' positions are known.

    Parameters
    ----------
    net : the highways.
    clinics : `latitude`, `longitude` in degrees, EPSG:4326, and `radius_miles`.
    catchment_minutes : without traffic.

    Raises
    ------
    CatchmentError : it is under twice the median of the drives across their radii; the text says
        what is enough.
    """
    on_land = roads.on_land(net, clinics["latitude"], clinics["longitude"])
    known = clinics[on_land]
    if known.empty:
        return
    local = roads.join_points(net, known["latitude"], known["longitude"]).local
    median = float(np.median(measure_blur(known["radius_miles"].to_numpy(np.float64), local)))
    if catchment_minutes < LEAST_RADII * median:
        enough = int(np.ceil(LEAST_RADII * median))
        raise CatchmentError(
            f"A catchment of {catchment_minutes:g} minutes is finer than the clinics are known: half "
            f"of them only to within {median:.1f} minutes' drive or worse, and it takes twice that to "
            f"tell who is inside; give {enough} minutes or more."
        )
