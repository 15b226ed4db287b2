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

from geo.units import METRES_PER_MILE, SERIES_LIMIT_MILES, ecef_miles, to_ecef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo.coverage.demand import ArealWeights, Demand
    from geo.coverage.position_draws import PositionDraws

PER_MILE: Final = 1000

_OFF_AT_1000_MILES: Final = 2 * 0.3 / METRES_PER_MILE * PER_MILE

_PERCENTILES: Final = (5, 50, 95)


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
    return measure_thousandths(xyz, clinics[row])


def measure_thousandths(
    origins: NDArray[np.float64], targets: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the geodesic between pairs of points in whole thousandths of a mile, fast if it is far.

    The series of `geo.units.ecef_miles` is off by less than 0.3 m at 1,000 miles, and by the fifth
    power of the distance (the first term that it lacks). So a geodesic is worked out only where twice
    as much would round to another number.

    Parameters
    ----------
    origins, targets : (n, 3) ECEF metres (EPSG:4978), on the ellipsoid.

    Returns
    -------
    (n,) what `geo.units.ecef_miles` rounds to.
    """
    thousandths = ecef_miles(origins, targets, series_limit_miles=np.inf) * PER_MILE
    off = _OFF_AT_1000_MILES * (thousandths / (1000 * PER_MILE)) ** 5
    is_far = thousandths > SERIES_LIMIT_MILES * PER_MILE - off
    to_next = 0.5 - np.abs(thousandths - np.rint(thousandths))
    unsure = np.flatnonzero(is_far & (to_next <= off))
    if len(unsure):
        thousandths[unsure] = ecef_miles(origins[unsure], targets[unsure]) * PER_MILE
    return np.rint(thousandths).astype(np.int64)


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
    layouts = [_lay_out(weights, tuple(miles)) for weights, miles in all_weights.items()]
    made = [layout.prepare(draws) for layout in layouts]
    all_bins = {layout.miles: _number_bins(layout.miles) for layout in layouts}

    def measure_draw(draw: int) -> None:
        drawn = distances[draw]
        rank = _rank(drawn)
        bins = {
            miles: number[np.minimum(drawn, len(number) - 1)] for miles, number in all_bins.items()
        }
        for layout, drawn_coverage in zip(layouts, made, strict=True):
            number = bins[layout.miles]
            drawn_coverage.within[draw] = _count_within(layout, number)
            _add_up_miles(layout, drawn, drawn_coverage.person_miles[draw])
            drawn_coverage.median[draw] = _find_medians(layout, drawn, rank)

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


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Who lives where, by area, so that what is the same in each draw is worked out once.

    Parameters
    ----------
    miles : ascending, to count adults within.
    adults : (areas,) of each area.
    area, point, people : (m,) as of the weights, by area; the area in as few bits as it takes.
    cell : (m,) where the counts of the area begin.
    present, firsts : the areas that have a point, and where each begins.
    half : (areas,) how many adults there are up to the middle one of each area, in their order.
    """

    miles: tuple[int, ...]
    adults: NDArray[np.int64]
    area: NDArray[np.unsignedinteger[Any]]
    point: NDArray[np.intp]
    people: NDArray[np.int64]
    cell: NDArray[np.intp]
    present: NDArray[np.intp]
    firsts: NDArray[np.intp]
    half: NDArray[np.int64]

    def prepare(self, draws: int) -> CoverageDraws:
        """Return what is to be filled in draw by draw."""
        size = len(self.adults)
        return CoverageDraws(
            miles=self.miles,
            adults=self.adults,
            within=np.empty((draws, len(self.miles), size), dtype=np.int64),
            person_miles=np.zeros((draws, size), dtype=np.int64),
            median=np.empty((draws, size), dtype=np.int64),
        )


def _lay_out(weights: ArealWeights, miles: tuple[int, ...]) -> _Layout:
    by_area = np.argsort(weights.area, kind="stable")
    area, total = weights.area[by_area], weights.total()
    present, firsts = np.unique(area, return_index=True)
    return _Layout(
        miles=miles,
        adults=total,
        area=area.astype(np.min_scalar_type(weights.size)),
        point=weights.point[by_area],
        people=weights.adults[by_area],
        cell=area * (len(miles) + 1),
        present=present,
        firsts=firsts,
        half=np.cumsum(total) - total + (total + 1) // 2,
    )


def _number_bins(miles: tuple[int, ...]) -> NDArray[np.unsignedinteger[Any]]:
    """Return for each distance, up to one beyond all, how many of the miles it is farther than."""
    edges = np.array(miles, dtype=np.int64) * PER_MILE
    number = np.searchsorted(edges, np.arange(edges.max(initial=0) + 2))
    return number.astype(np.min_scalar_type(len(miles)))


def _rank(distances: NDArray[np.int32]) -> NDArray[np.unsignedinteger[Any]]:
    """Return the place of each point in the order of the distances.

    Whole numbers of 16 bits are ordered by counting, in a fraction of what comparing takes.
    """
    order = np.argsort((distances & 0xFFFF).astype(np.uint16), kind="stable")
    order = order[np.argsort((distances >> 16).astype(np.uint16)[order], kind="stable")]
    rank = np.empty(len(distances), dtype=np.min_scalar_type(len(distances)))
    rank[order] = np.arange(len(distances))
    return rank


def _count_within(
    layout: _Layout, bin_of_point: NDArray[np.unsignedinteger[Any]]
) -> NDArray[np.int64]:
    """Return the (t, areas) adults within each of the miles."""
    size, bins = len(layout.adults), len(layout.miles) + 1
    cell = layout.cell + bin_of_point[layout.point]
    # Sums of whole numbers below 2**53 are exact in the floats that bincount adds up.
    counts = np.bincount(cell, weights=layout.people, minlength=size * bins)
    return np.cumsum(counts.reshape(size, bins)[:, :-1], axis=1).T.astype(np.int64)


def _add_up_miles(
    layout: _Layout, distances: NDArray[np.int32], person_miles: NDArray[np.int64]
) -> None:
    """Fill in the sum of each area that has a point."""
    if len(layout.point):
        walked = layout.people * distances[layout.point]
        person_miles[layout.present] = np.add.reduceat(walked, layout.firsts)


def _find_medians(
    layout: _Layout,
    distances: NDArray[np.int32],
    rank: NDArray[np.unsignedinteger[Any]],
) -> NDArray[np.int64]:
    """Return the smallest distance within which half of each area's adults live."""
    order = np.argsort(rank[layout.point], kind="stable")
    order = order[np.argsort(layout.area[order], kind="stable")]
    reached = np.cumsum(layout.people[order])
    row = np.append(order, 0)[np.searchsorted(reached, layout.half)]
    found = np.append(distances, 0)[np.append(layout.point, len(distances))[row]]
    return np.where(layout.adults > 0, found, 0)
