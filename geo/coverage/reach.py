"""How far adults are from the nearest clinic, draw by draw, and the spread over the draws.

Distances are kept in whole thousandths of a mile (1.6 m, far finer than any position is known), and
all sums are of whole numbers, so that the same clinics give the same bits whatever the order of
adding. A quantile over draws is one of the draws' own values, never a mixture of two.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from geo.units import ecef_miles, to_ecef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo.coverage.demand import Demand, Partition
    from geo.coverage.position_draws import Positions

PER_MILE: Final = 1000

_PERCENTILES: Final = (5, 50, 95)
_POINT_BITS: Final = 20
_DISTANCE_BITS: Final = 24  # half the Earth's girth is 12.5 million thousandths of a mile


class Spread(NamedTuple):
    """The 5th, 50th and 95th percentile of the draws, each one of the draws' own values."""

    low: NDArray[Any]
    median: NDArray[Any]
    high: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What adults of each area have within reach, in each draw; read-only.

    Parameters
    ----------
    miles : (t,) ascending distances.
    adults : (areas,) all adults of each area.
    within : (draws, t, areas) adults whose nearest clinic is at most so far.
    walked : (draws, areas) sum over adults of their distance, in thousandths of a mile.
    median : (draws, areas) distance that half of the adults have at most, likewise; 0 where an
        area has no adults.
    """

    miles: tuple[int, ...]
    adults: NDArray[np.int64]
    within: NDArray[np.int64]
    walked: NDArray[np.int64]
    median: NDArray[np.int64]

    def within_miles(self, miles: int) -> NDArray[np.int64]:
        """Return the (draws, areas) adults within one of `miles`."""
        return self.within[:, self.miles.index(miles)]


def nearest_distances(
    xyz: NDArray[np.float64], latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return how far the nearest clinic is from each point.

    Parameters
    ----------
    xyz : (n, 3) points in ECEF metres (EPSG:4978).
    latitude, longitude : (c,) clinics in degrees, EPSG:4326; at least one.

    Returns
    -------
    (n,) geodesic in thousandths of a statute mile. Nearest is by chord: another clinic may be
    nearer by the geodesic, but by no more than 10 cm at 100 miles and half a mile at 2,000.
    """
    clinics = to_ecef(latitude, longitude)
    row = cKDTree(clinics).query(xyz)[1]
    return np.rint(ecef_miles(xyz, clinics[row]) * PER_MILE).astype(np.int64)


def measure_reach(
    demand: Demand, positions: Positions, partitions: Mapping[Partition, Sequence[int]]
) -> list[Reach]:
    """Return the reach of the areas of each partition, to the nearest clinic anywhere.

    Parameters
    ----------
    demand : the ZIP points.
    positions : of at least one clinic, in at least one draw.
    partitions : the partition -> distances in miles, ascending, to count adults within.
    """
    return add_up_reach(draw_distances(demand, positions), partitions)


def draw_distances(demand: Demand, positions: Positions) -> NDArray[np.int32]:
    """Return how far the nearest clinic is from each ZIP point, in each draw.

    Parameters
    ----------
    demand : the ZIP points.
    positions : of at least one clinic, in at least one draw.

    Returns
    -------
    (draws, n) as `nearest_distances`.
    """
    distances = np.empty((len(positions.latitude), len(demand.xyz)), dtype=np.int32)

    def measure_draw(draw: int) -> None:
        distances[draw] = nearest_distances(
            demand.xyz, positions.latitude[draw], positions.longitude[draw]
        )

    _for_each_draw(measure_draw, len(distances))
    return distances


def add_up_reach(
    distances: NDArray[np.int32], partitions: Mapping[Partition, Sequence[int]]
) -> list[Reach]:
    """Return the reach of the areas of each partition, of distances that are known.

    Parameters
    ----------
    distances : (draws, n) as of `draw_distances`, at least one draw.
    partitions : as in `measure_reach`.
    """
    draws = len(distances)
    made = [_prepare(partition, tuple(miles), draws) for partition, miles in partitions.items()]
    all_edges = {reach.miles: np.array(reach.miles) * PER_MILE for reach in made}

    def measure_draw(draw: int) -> None:
        drawn = distances[draw].astype(np.int64)
        bins = {miles: np.searchsorted(edges, drawn) for miles, edges in all_edges.items()}
        for partition, reach in zip(partitions, made, strict=True):
            _measure(partition, drawn, bins[reach.miles], reach, draw)

    _for_each_draw(measure_draw, draws)
    return made


def find_spread(values: NDArray[np.int64] | NDArray[np.float64]) -> Spread:
    """Return the spread of (draws, ...) values over the draws, for each place.

    Of 200 draws these are the 10th, 100th and 190th smallest.
    """
    draws = len(values)
    ranked = np.sort(np.ascontiguousarray(np.moveaxis(values, 0, -1)), axis=-1)
    low, median, high = (ranked[..., -(-percent * draws // 100) - 1] for percent in _PERCENTILES)
    return Spread(low, median, high)


def _for_each_draw(measure_draw: Callable[[int], None], draws: int) -> None:
    """Run the draws on all cores: their work is in numpy and scipy, outside of the GIL."""
    with ThreadPoolExecutor() as threads:
        for _ in threads.map(measure_draw, range(draws)):
            pass


def _prepare(partition: Partition, miles: tuple[int, ...], draws: int) -> Reach:
    """Return a reach to be filled draw by draw."""
    size = partition.size
    return Reach(
        miles=miles,
        adults=partition.total(),
        within=np.empty((draws, len(miles), size), dtype=np.int64),
        walked=np.empty((draws, size), dtype=np.int64),
        median=np.empty((draws, size), dtype=np.int64),
    )


def _measure(
    partition: Partition,
    distances: NDArray[np.int64],
    bin_of_point: NDArray[np.intp],
    reach: Reach,
    draw: int,
) -> None:
    """Fill in one draw."""
    area, adults, size = partition.area, partition.adults, partition.size
    bins = len(reach.miles) + 1
    distance = distances[partition.point]
    # Sums of whole numbers below 2**53 are exact in the floats that bincount adds up.
    cell = area * bins + bin_of_point[partition.point]
    counts = np.bincount(cell, weights=adults, minlength=size * bins)
    reach.within[draw] = np.cumsum(counts.reshape(size, bins)[:, :-1], axis=1).T
    reach.walked[draw] = np.bincount(area, weights=adults * distance, minlength=size)
    reach.median[draw] = _medians(partition, distance, reach.adults)


def _medians(
    partition: Partition, distance: NDArray[np.int64], total: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the smallest distance within which half of each area's adults live."""
    # One sort of whole numbers orders by area and distance at once, and carries the row along.
    rows = np.arange(len(distance))
    packed = (partition.area << (_DISTANCE_BITS + _POINT_BITS)) | (distance << _POINT_BITS) | rows
    packed.sort()
    reached = np.cumsum(partition.adults[packed & ((1 << _POINT_BITS) - 1)])
    half = np.cumsum(total) - total + (total + 1) // 2
    row = np.searchsorted(reached, half)
    found = np.append(packed, 0)[row]
    return np.where(total > 0, (found >> _POINT_BITS) & ((1 << _DISTANCE_BITS) - 1), 0)
