"""Clinics within reach for each adult who shares them: the two-step floating catchment family.

A score is supply for one unit of demand: here clinics for one adult, each clinic counted as 1,
because how many patients one can take is not known. 2SFCA, E2SFCA and 3SFCA differ in how much a
clinic some miles away counts, and in whether a place with a choice of clinics asks less of each.
A place that reaches no clinic scores 0, never NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array

from geo.accessibility.catchments import build_pairs, check_catchment
from geo.coverage.counting import pick_clinics
from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from geo.accessibility.catchments import Pairs
    from geo.coverage.demand import Demand

    Numbers = NDArray[np.float64]
    Weight = Callable[[Numbers], Numbers]

METHODS: Final[Mapping[str, str]] = {
    "2sfca": "every clinic in the catchment counts alike",
    "e2sfca": "a clinic counts 1, 0.68 or 0.22 in the near, middle or far third of the catchment",
    "3sfca": "as e2sfca, and adults with several clinics ask less of each, by the same weights",
}
ZONE_WEIGHTS: Final = (1.0, 0.68, 0.22)
"""Luo and Qi's weights of the three zones of a catchment."""

CAPACITY: Final = "Each clinic counts as 1: how many patients it can take is not known."

_LEAST_WEIGHT: Final = 1e-100  # less counts as nothing: its square would underflow
_PER: Final = 100_000


@dataclass(frozen=True)
class Steps:
    """The weight function that falls in steps: E2SFCA's zones.

    Parameters
    ----------
    miles : ascending ends of the zones; an end belongs to the zone before it.
    weights : one a zone, >= 0; beyond the last it is 0.

    Raises
    ------
    ValueError : the ends do not ascend, or there are not as many weights.

    Examples
    --------
    >>> Steps((10, 20, 30), (1, 0.68, 0.22))(np.array([0, 10, 10.1, 30, 31])).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """

    miles: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what is no zones."""
        if len(self.miles) != len(self.weights) or not (np.diff(self.miles) > 0).all():
            raise ValueError("The ends of the zones must ascend, and each zone has one weight.")

    def __call__(self, distance: Numbers) -> Numbers:
        """Return the weight at each distance in miles."""
        beyond = (distance > end for end in self.miles)
        return self._fill(np.empty(np.shape(distance)), beyond)

    def weigh(self, pairs: Pairs) -> Numbers:
        """Return the same of each pair, from comparing chords: no distance is worked out."""
        beyond = (pairs.beyond(end) for end in self.miles)
        return self._fill(np.empty(len(pairs.clinic)), beyond)

    def _fill(self, weights: Numbers, beyond: Iterator[NDArray[np.bool_]]) -> Numbers:
        """Fill in the weights zone by zone, so that one mask is held at a time and no indices."""
        first, *others = (*self.weights, 0.0)
        weights.fill(first)
        for mask, weight in zip(beyond, others, strict=True):
            np.putmask(weights, mask, weight)
        return weights


def gaussian(width_miles: float) -> Weight:
    """Return the weight function exp(-d^2 / 2 w^2), which is 1 at no distance.

    Raises
    ------
    ValueError : the width is not above 0.
    """
    if not width_miles > 0:
        raise ValueError(f"A width is a number of miles above 0, not {width_miles}.")
    return lambda distance: np.exp(distance * distance * (-0.5 / width_miles**2))


def gravity(beta: float, least_miles: float = 1.0) -> Weight:
    """Return the weight function d^-beta; nearer than `least_miles` counts as `least_miles`.

    Raises
    ------
    ValueError : the exponent is negative, or the least distance is not above 0.
    """
    if not (beta >= 0 and least_miles > 0):
        raise ValueError("A gravity weight has an exponent of 0 or more, and a least distance.")
    return lambda distance: np.maximum(distance, least_miles) ** -beta


def two_step(
    pairs: Pairs, demand: ArrayLike, supply: ArrayLike, weight: Weight | None = None
) -> Numbers:
    """Return 2SFCA, or with a weight function E2SFCA.

    First, each clinic's supply is divided by all demand in its catchment, weighted by distance;
    second, each place adds up, with the same weights, what the clinics in its catchment give.
    Where demand reaches every clinic, scores times demand add up to the supply.

    Parameters
    ----------
    demand : (n,) of each place, >= 0.
    supply : (m,) of each clinic, >= 0; 1 each where no capacity is known.
    weight : miles -> weight, >= 0, elementwise; None for 1 throughout the catchment.

    Returns
    -------
    (n,) supply for one unit of demand; 0 where nothing is within reach. A clinic that no demand
    reaches gives nothing.

    Raises
    ------
    SchemaError : demand, supply or a weight is negative, not finite, or of another length.

    Source
    ------
    Luo and Wang (2003), doi:10.1068/b29120; Luo and Qi (2009),
    doi:10.1016/j.healthplace.2009.06.002.
    """
    people, given = _check(pairs, demand, supply)
    weights = _to_matrix(pairs, _weigh(pairs, weight))
    return np.asarray(weights @ _divide(given, people @ weights))


def three_step(pairs: Pairs, demand: ArrayLike, supply: ArrayLike, weight: Weight) -> Numbers:
    """Return 3SFCA: E2SFCA in which a place deals its demand to the clinics it could choose from.

    Before the two steps, each pair gets the share that its weight has in the sum of its place's
    weights; the steps then weight by that share too.

    Parameters, returns, errors : as `two_step`.

    Source
    ------
    Wan, Zou and Sternberg (2012), doi:10.1080/13658816.2011.624987.
    """
    people, given = _check(pairs, demand, supply)
    weights = _weigh(pairs, weight)
    choice = _to_matrix(pairs, weights) @ np.ones(len(given))
    # Weight times share is weight squared over the place's sum, which can stay outside of the sums.
    squares = _to_matrix(pairs, np.square(weights, out=weights))
    asked = _divide(people, choice) @ squares
    return _divide(squares @ _divide(given, asked), choice)


def score_areas(
    demand: Demand, clinics: pd.DataFrame, level: str, method: str, catchment_miles: float
) -> pd.DataFrame:
    """Return the score of each area: the mean over its adults of the score of their ZIP.

    Parameters
    ----------
    clinics : the clinic table of a release; those of `pick_clinics` with a point count, each as 1.
    level : one of `geo.coverage.demand.LEVELS`.
    method : one of `METHODS`.
    catchment_miles : statute miles; at least twice the clinics' median radius of uncertainty.

    Returns
    -------
    A row an area, by GEOID: `level`, `geoid`, `name`, `state`, `method`, `catchment_miles`,
    `population`, `adults`, `clinics_per_100k_adults`, `adults_out_of_range` (without a clinic in
    the catchment; they score 0) and `share_out_of_range`. Figures are NaN where no people are
    known, and there only.

    Raises
    ------
    CatchmentError : the catchment is no distance, or finer than the clinics' positions.
    ValueError : the level or the method is unknown.
    """
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}; there are {', '.join(METHODS)}.")
    if level not in demand.areas:
        raise ValueError(f"There is no level {level!r}; there are {', '.join(demand.areas)}.")
    counted = pick_clinics(clinics)
    located = counted[counted["latitude"].notna()]
    check_catchment(catchment_miles, located["radius_miles"])
    pairs = build_pairs(
        demand.latitude,
        demand.longitude,
        located["latitude"],
        located["longitude"],
        catchment_miles,
    )
    score = _score(pairs, demand.adults, method)
    part = demand.areal_weights(level)
    adults = part.total().astype(np.float64)
    shared = np.bincount(part.area, part.adults * score[part.point], part.size)
    outside = np.bincount(part.area, part.adults * ~pairs.in_range[part.point], part.size)
    known = np.where(adults > 0, 0.0, np.nan)
    areas = demand.areas[level]
    table = areas[["geoid", "name", "state"]].assign(method=method, catchment_miles=catchment_miles)
    table.insert(0, "level", level)
    return table.assign(
        population=areas["population"],
        adults=areas["adults"],
        clinics_per_100k_adults=_divide(shared * _PER, adults) + known,
        adults_out_of_range=outside + known,
        share_out_of_range=_divide(outside, adults) + known,
    )


def _score(pairs: Pairs, demand: ArrayLike, method: str) -> Numbers:
    """Return the scores of a method of `METHODS`, each clinic counted as 1."""
    supply = np.ones(len(pairs.clinic_xyz))
    if method == "2sfca":
        return two_step(pairs, demand, supply)
    thirds = tuple(pairs.catchment_miles * third / 3.0 for third in (1, 2, 3))
    weight = Steps(thirds, ZONE_WEIGHTS)
    return (two_step if method == "e2sfca" else three_step)(pairs, demand, supply, weight)


def _check(pairs: Pairs, demand: ArrayLike, supply: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return demand and supply as numbers, one a place and one a clinic."""
    people, given = (np.asarray(values, dtype=np.float64) for values in (demand, supply))
    sides = (("demand", people, pairs.place_xyz), ("supply", given, pairs.clinic_xyz))
    for name, numbers, points in sides:
        if numbers.shape != (len(points),):
            raise SchemaError(
                f"The {name} has the shape {numbers.shape}, but the pairs were built from "
                f"{len(points)} points; give one number for each."
            )
        _refuse_below_zero(numbers, name)
    return people, given


def _weigh(pairs: Pairs, weight: Weight | None) -> Numbers:
    """Return the (p,) weights of the pairs, in an array of their own."""
    if weight is None:
        return np.ones(len(pairs.clinic))
    if isinstance(weight, Steps):
        return _clear(weight.weigh(pairs))

    def weigh(miles: Numbers) -> Numbers:
        weights = np.asarray(weight(miles), dtype=np.float64)
        if weights.shape != miles.shape:
            raise SchemaError("The weight function does not give one weight for each distance.")
        return _clear(weights)

    return pairs.map_miles(weigh)


def _clear(weights: Numbers) -> Numbers:
    """Return weights of which none is wrong, nor so small that its square would vanish."""
    _refuse_below_zero(weights, "weight function")
    if weights.min(initial=1.0) >= _LEAST_WEIGHT:
        return weights
    return np.where(weights < _LEAST_WEIGHT, 0.0, weights)


def _refuse_below_zero(numbers: Numbers, name: str) -> None:
    """Refuse numbers of which one is negative, infinite or NaN."""
    if len(numbers) and not (numbers.min() >= 0 and numbers.max() < np.inf):
        raise SchemaError(f"The {name} holds a value that is negative or no number; correct it.")


def _to_matrix(pairs: Pairs, values: Numbers) -> csr_array:
    """Return values of the pairs as a (places, clinics) matrix."""
    shape = (len(pairs.place_xyz), len(pairs.clinic_xyz))
    return csr_array((values, pairs.clinic, pairs.starts), shape=shape)


def _divide(above: Numbers | NDArray[np.intp], below: Numbers) -> Numbers:
    """Return the quotient, 0 where the divisor is 0."""
    return np.divide(above, below, out=np.zeros(len(below)), where=below > 0)
