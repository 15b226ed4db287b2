"""What calls to a sample tell of the whole list: shares and a median, each with its interval.

Estimates are by design: each call stands for as many clinics as its stratum has for each call made
in it, shares are ratios of two such sums, their variance is by linearisation with the correction
for a finite population, and their intervals are exact ones of the effective number of calls.

Source
------
Korn and Graubard (1998), Survey Methodology 24; Woodruff (1952), doi:10.1080/01621459.1952.10483443.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import stats

from geo.errors import SchemaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVEL: Final = 0.95
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate of the list, of which a part was called.

    Parameters
    ----------
    value : a share 0-1, or a median in its unit; NaN where nobody answered.
    low, high : bounds of the 95% interval; NaN where nothing is told.
    answers : how many calls tell it.
    """

    value: float
    low: float
    high: float
    answers: int


@dataclass(frozen=True)
class Design:
    """Calls that were made, each in a stratum of which more than one was called.

    Parameters
    ----------
    stratum : (n,) number of the stratum of each call.
    calls, populations : (strata,) how many calls were made in each, and clinics it has.
    """

    stratum: NDArray[np.intp]
    calls: Floats
    populations: Floats

    @property
    def weights(self) -> Floats:
        """Return how many clinics each call stands for; (n,)."""
        weights: Floats = (self.populations / self.calls)[self.stratum]
        return weights


def read_design(strata: pd.DataFrame, populations: pd.Series[int]) -> Design:
    """Return the design of calls that were made.

    Strata with fewer than two calls are taken as one, and where that has too few with the smallest
    other one, so that the whole list is told of.

    Parameters
    ----------
    strata : `area`, `known` of each call.
    populations : clinics by `area` and `known`, of all strata of the sample.

    Raises
    ------
    SchemaError : fewer than two calls were made.
    """
    if len(strata) < _FEWEST:
        raise SchemaError("Nothing can be told of the list by fewer than two calls.")
    keys = list(populations.index)
    made = pd.Series(list(zip(strata["area"], strata["known"], strict=True))).value_counts()
    calls = [int(made.get(key, 0)) for key in keys]
    sizes = [int(populations[key]) for key in keys]
    order = sorted(range(len(keys)), key=lambda at: (sizes[at], keys[at]))
    pooled = [at for at in order if calls[at] < min(_FEWEST, sizes[at])]
    for at in (at for at in order if at not in set(pooled)):
        if not pooled or sum(calls[one] for one in pooled) >= _FEWEST:
            break
        pooled.append(at)
    groups = [[at] for at in range(len(keys)) if at not in set(pooled)]
    groups += [pooled] if pooled else []
    group_of = {keys[at]: number for number, group in enumerate(groups) for at in group}
    return Design(
        np.array(
            [group_of[key] for key in zip(strata["area"], strata["known"], strict=True)],
            dtype=np.intp,
        ),
        np.array([sum(calls[at] for at in group) for group in groups], dtype=np.float64),
        np.array([sum(sizes[at] for at in group) for group in groups], dtype=np.float64),
    )


def estimate_share(
    design: Design, values: Floats, asked: NDArray[np.bool_] | None = None
) -> Estimate:
    """Return the share of clinics of which something is so, among those of which it is told.

    Parameters
    ----------
    values : (n,) 1 or 0 of each call; NaN where it is not told.
    asked : (n,) the clinics that the share is of, such as those that operate; all unless given.
    """
    told = ~np.isnan(values) & (True if asked is None else asked)
    answers = int(told.sum())
    if not answers:
        return Estimate(math.nan, math.nan, math.nan, 0)
    ones = np.where(told, np.nan_to_num(values), 0.0)
    share = float(np.sum(design.weights * ones) / np.sum(design.weights * told))
    variance = _find_variance(design, ones, told.astype(np.float64), share)
    low, high = _find_interval(design, share, variance, answers)
    return Estimate(share, low, high, answers)


def estimate_median(design: Design, values: Floats) -> Estimate:
    """Return the median over the clinics of which a number is told, with Woodruff's interval.

    Parameters
    ----------
    values : (n,) the number of each call; NaN where it is not told.
    """
    told = ~np.isnan(values)
    answers = int(told.sum())
    if not answers:
        return Estimate(math.nan, math.nan, math.nan, 0)
    order = np.argsort(values[told], kind="stable")
    sorted_values = values[told][order]
    shares = np.cumsum(design.weights[told][order])
    shares /= shares[-1]

    def find(share: float) -> float:
        at = int(np.searchsorted(shares, share - 1e-12))
        return float(sorted_values[min(at, answers - 1)])

    median = find(0.5)
    below = np.where(told, np.where(told, values, np.inf) <= median, 0.0)
    share = float(np.sum(design.weights * below) / np.sum(design.weights * told))
    variance = _find_variance(design, below, told.astype(np.float64), share)
    half = math.sqrt(variance) * float(stats.t.ppf(0.5 + LEVEL / 2, _find_freedom(design)))
    return Estimate(median, find(max(0.5 - half, 0.0)), find(min(0.5 + half, 1.0)), answers)


def _find_variance(design: Design, ones: Floats, told: Floats, share: float) -> float:
    """Return the variance of a ratio, by linearisation, of a stratified sample without replacement."""
    total = float(np.sum(design.weights * told))
    residuals = (ones - share * told) / total
    sums = np.bincount(design.stratum, residuals, len(design.calls))
    squares = np.bincount(design.stratum, residuals**2, len(design.calls))
    calls, sizes = design.calls, design.populations
    spread = np.maximum(squares - sums**2 / calls, 0.0) / np.maximum(calls - 1, 1)
    return float(np.sum(sizes**2 * (1 - calls / sizes) * spread / calls))


def _find_interval(
    design: Design, share: float, variance: float, answers: int
) -> tuple[float, float]:
    """Return the exact interval of a share for the number of calls that its variance is worth."""
    calls, size = float(design.calls.sum()), float(design.populations.sum())
    if calls >= size and answers >= calls:
        return share, share  # all were called, and told
    most = answers / (1 - answers / size)
    worth = most
    if variance > 0 and 0 < share < 1:
        worth = share * (1 - share) / variance
        many, few = (
            stats.t.ppf(0.5 + LEVEL / 2, max(at, 1)) for at in (calls - 1, _find_freedom(design))
        )
        worth = min(float(worth * (many / few) ** 2), most)
    tail = (1 - LEVEL) / 2
    ones = share * worth
    low = 0.0 if share <= 0 else float(stats.beta.ppf(tail, ones, worth - ones + 1))
    high = 1.0 if share >= 1 else float(stats.beta.ppf(1 - tail, ones + 1, worth - ones))
    return low, high


def _find_freedom(design: Design) -> int:
    return max(int(design.calls.sum()) - len(design.calls), 1)
