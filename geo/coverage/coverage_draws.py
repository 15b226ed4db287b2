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

    from geo.coverage.demand import ArealWeights, Demand
    from geo.coverage.position_draws import PositionDraws

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
class CoverageDraws:
    """What adults of each area have within reach, in each draw; read-only.

    Parameters
    ----------
    miles : (t,) ascending distances.
    adults : (areas,) all adults of each area.
    within : (draws, t, areas) adults whose nearest clinic is at most so far.
    person_miles : (draws, areas) sum over adults of their distance, in thousandths of a mile.
    median : (draws, areas) distance that half of the adults have at most, likewise; 0 where an
        area has no adults.
    """

    miles: tuple[int, ...]
    adults: NDArray[np.int64]
    within: NDArray[np.int64]
    person_miles: NDArray[np.int64]
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


def measure_coverage_draws(
    demand: Demand, positions: PositionDraws, all_weights: Mapping[ArealWeights, Sequence[int]]
) -> list[CoverageDraws]:
    """Return how far adults are from the nearest clinic anywhere, in each of the areas.

    Parameters
    ----------
    demand : the ZIP points.
    positions : of at least one clinic, in at least one draw.
    all_weights : which adults live where -> distances in miles, ascending, to count
        adults within.
    """
    return add_up_coverage_draws(draw_distances(demand, positions), all_weights)


def draw_distances(demand: Demand, positions: PositionDraws) -> NDArray[np.int32]:
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


def add_up_coverage_draws(
    distances: NDArray[np.int32], all_weights: Mapping[ArealWeights, Sequence[int]]
) -> list[CoverageDraws]:
    """Return the same of distances that are known.

    Parameters
    ----------
    distances : (draws, n) as of `draw_distances`, at least one draw.
    all_weights : as in `measure_coverage_draws`.
    """
    draws = len(distances)
    made = [_prepare(weights, tuple(miles), draws) for weights, miles in all_weights.items()]
    all_edges = {
        drawn_coverage.miles: np.array(drawn_coverage.miles) * PER_MILE for drawn_coverage in made
    }

    def measure_draw(draw: int) -> None:
        drawn = distances[draw].astype(np.int64)
        bins = {miles: np.searchsorted(edges, drawn) for miles, edges in all_edges.items()}
        for weights, drawn_coverage in zip(all_weights, made, strict=True):
            _measure(weights, drawn, bins[drawn_coverage.miles], drawn_coverage, draw)

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


def _prepare(weights: ArealWeights, miles: tuple[int, ...], draws: int) -> CoverageDraws:
    """Return what is to be filled in draw by draw."""
    size = weights.size
    return CoverageDraws(
        miles=miles,
        adults=weights.total(),
        within=np.empty((draws, len(miles), size), dtype=np.int64),
        person_miles=np.empty((draws, size), dtype=np.int64),
        median=np.empty((draws, size), dtype=np.int64),
    )


def _measure(
    weights: ArealWeights,
    distances: NDArray[np.int64],
    bin_of_point: NDArray[np.intp],
    drawn_coverage: CoverageDraws,
    draw: int,
) -> None:
    """Fill in one draw."""
    area, adults, size = weights.area, weights.adults, weights.size
    bins = len(drawn_coverage.miles) + 1
    distance = distances[weights.point]
    # Sums of whole numbers below 2**53 are exact in the floats that bincount adds up.
    cell = area * bins + bin_of_point[weights.point]
    counts = np.bincount(cell, weights=adults, minlength=size * bins)
    drawn_coverage.within[draw] = np.cumsum(counts.reshape(size, bins)[:, :-1], axis=1).T
    drawn_coverage.person_miles[draw] = np.bincount(area, weights=adults * distance, minlength=size)
    drawn_coverage.median[draw] = _medians(weights, distance, drawn_coverage.adults)


def _medians(
    weights: ArealWeights, distance: NDArray[np.int64], total: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the smallest distance within which half of each area's adults live."""
    # One sort of whole numbers orders by area and distance at once, and carries the row along.
    rows = np.arange(len(distance))
    packed = (weights.area << (_DISTANCE_BITS + _POINT_BITS)) | (distance << _POINT_BITS) | rows
    packed.sort()
    reached = np.cumsum(weights.adults[packed & ((1 << _POINT_BITS) - 1)])
    half = np.cumsum(total) - total + (total + 1) // 2
    row = np.searchsorted(reached, half)
    found = np.append(packed, 0)[row]
    return np.where(total > 0, (found >> _POINT_BITS) & ((1 << _DISTANCE_BITS) - 1), 0)
