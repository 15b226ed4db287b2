"""Clinics within reach for each adult who shares them: the two-step floating catchment family.

A score is supply for one unit of demand: here clinics for one adult, each clinic counted as 1,
because how many patients one can take is not known. 2SFCA, E2SFCA and 3SFCA differ in how much a
clinic some miles away counts, and in whether a place with a choice of clinics asks less of each.
A place that reaches no clinic scores 0, never NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from scipy.sparse import csr_array

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Weight = Callable[[Numbers], Numbers]


class Catchments(Protocol):
    """Which clinics lie within the catchment of which places, by whatever cost; read-only."""

    @property
    def shape(self) -> tuple[int, int]:
        """How many places and clinics there are: n and m."""

    @property
    def starts(self) -> NDArray[np.int64]:
        """(n + 1,) where in `clinic` those of each place begin."""

    @property
    def clinic(self) -> NDArray[np.int32]:
        """(p,) row of the clinics, ascending for each place."""

    def beyond(self, cost: float, /) -> NDArray[np.bool_]:
        """Return (p,) whether each pair costs more."""

    def map_costs(self, function: Callable[[Numbers], Numbers]) -> Numbers:
        """Return the (p,) values of an elementwise function of the costs."""


METHODS: Final[Mapping[str, str]] = {
    "2sfca": "every clinic in the catchment counts alike",
    "e2sfca": "a clinic counts 1, 0.68 or 0.22 in the near, middle or far third of the catchment",
    "3sfca": "as e2sfca, and adults with several clinics ask less of each, by the same weights",
}
ZONE_WEIGHTS: Final = (1.0, 0.68, 0.22)
"""Luo and Qi's weights of the three zones of a catchment."""

CAPACITY: Final = "Each clinic counts as 1: how many patients it can take is not known."

_LEAST_WEIGHT: Final = 1e-100  # less counts as nothing: its square would underflow


@dataclass(frozen=True)
class Steps:
    """The weight function that falls in steps: E2SFCA's zones.

    Parameters
    ----------
    ends : of the zones, ascending, in miles or minutes; an end belongs to the zone before it.
    weights : one a zone, >= 0; beyond the last it is 0.

    Raises
    ------
    ValueError : the ends do not ascend, or there are not as many weights.

    Examples
    --------
    >>> Steps((10, 20, 30), (1, 0.68, 0.22))(np.array([0, 10, 10.1, 30, 31])).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """

    ends: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what is no zones."""
        if len(self.ends) != len(self.weights) or not (np.diff(self.ends) > 0).all():
            raise ValueError("The ends of the zones must ascend, and each zone has one weight.")

    def __call__(self, distance: Numbers) -> Numbers:
        """Return the weight at each distance."""
        beyond = (distance > end for end in self.ends)
        return self._fill(np.empty(np.shape(distance)), beyond)

    def weigh(self, pairs: Catchments) -> Numbers:
        """Return the same of each pair, from comparing alone: no distance is worked out."""
        beyond = (pairs.beyond(end) for end in self.ends)
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
    pairs: Catchments, demand: ArrayLike, supply: ArrayLike, weight: Weight | None = None
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
    return np.asarray(weights @ divide(given, people @ weights))


def three_step(pairs: Catchments, demand: ArrayLike, supply: ArrayLike, weight: Weight) -> Numbers:
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
    asked = divide(people, choice) @ squares
    return divide(squares @ divide(given, asked), choice)


def _check(pairs: Catchments, demand: ArrayLike, supply: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return demand and supply as numbers, one a place and one a clinic."""
    people, given = (np.asarray(values, dtype=np.float64) for values in (demand, supply))
    sides = (("demand", people), ("supply", given))
    for (name, numbers), count in zip(sides, pairs.shape, strict=True):
        if numbers.shape != (count,):
            raise SchemaError(
                f"The {name} has the shape {numbers.shape}, but the pairs were built from "
                f"{count} points; give one number for each."
            )
        _refuse_below_zero(numbers, name)
    return people, given


def _weigh(pairs: Catchments, weight: Weight | None) -> Numbers:
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

    return pairs.map_costs(weigh)


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


def _to_matrix(pairs: Catchments, values: Numbers) -> csr_array:
    """Return values of the pairs as a (places, clinics) matrix."""
    return csr_array((values, pairs.clinic, pairs.starts), shape=pairs.shape)


def divide(above: Numbers | NDArray[np.intp], below: Numbers) -> Numbers:
    """Return the quotient of two arrays, 0 where the divisor is 0."""
    return np.divide(above, below, out=np.zeros(len(below)), where=below > 0)
