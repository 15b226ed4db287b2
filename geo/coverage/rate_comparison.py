"""Whether an area has more or fewer clinics for its adults than the rest of the country.

Two tests must agree, since clinics of one chain do not open independently of each other: the exact
conditional test of two Poisson rates, and resamples of whole organisations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from geo.clinics.organisations import name_organisations
from geo.coverage.counting import find_areas

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand

MOST_CHANCE: Final = 0.05
RESAMPLES: Final = 2000

_SEED: Final = 1_631
_INTERVAL: Final = (0.025, 0.975)


@dataclass(frozen=True, slots=True, eq=False)
class AreaCounts:
    """The clinics and adults of each area of a level, and of the rest of the country; read-only.

    The country is the 50 states and DC; an area outside of it has no rest.

    Parameters
    ----------
    clinics, elsewhere : (areas,) clinics here and in the rest.
    adults, adults_elsewhere : (areas,) NaN where no figures are known, or there is no rest.
    resampled : (resamples, areas) the ratio of the rates in each resample of organisations.
    """

    clinics: NDArray[np.int64]
    elsewhere: NDArray[np.int64]
    adults: NDArray[np.float64]
    adults_elsewhere: NDArray[np.float64]
    resampled: NDArray[np.float64]

    @property
    def ratio(self) -> NDArray[np.float64]:
        """The rate here to the rate in the rest, by the clinics listed."""
        return _ratio(self.clinics, self.elsewhere, self.adults, self.adults_elsewhere)

    @property
    def expected(self) -> NDArray[np.float64]:
        """The clinics that the adults here would have at the rate of here and the rest together."""
        rate = (self.clinics + self.elsewhere) / (self.adults + self.adults_elsewhere)
        return self.adults * rate


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The ratio of rates of each area to the rest; NaN where it was not compared.

    Parameters
    ----------
    ratio, low, high : (areas,) the ratio, and 95% of the resamples.
    p_adjusted : (areas,) of the exact test, by Holm's method among the areas compared.
    """

    ratio: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p_adjusted: NDArray[np.float64]

    @property
    def direction(self) -> NDArray[np.int64]:
        """-1 where there are fewer clinics, 1 where there are more, 0 where neither is shown."""
        shown = self.p_adjusted < MOST_CHANCE
        fewer, more = shown & (self.high < 1), shown & (self.low > 1)
        return more.astype(np.int64) - fewer.astype(np.int64)


def count_areas(clinics: pd.DataFrame, demand: Demand, level: str) -> AreaCounts:
    """Return the clinics and adults of each area of a level, with resamples of organisations.

    The seed is fixed, and organisations are taken by name, so that the order of the clinics does
    not matter.

    Parameters
    ----------
    clinics : the counted ones; those whose state is unknown are left out.
    demand : the areas.
    level : above the county.
    """
    area, nation = (find_areas(clinics, demand, name) for name in (level, "nation"))
    organisation = pd.factorize(name_organisations(clinics), sort=True)[0]
    size, count = len(demand.areas[level]), int(organisation.max(initial=-1)) + 1
    held = np.zeros((count, size + 1), dtype=np.int64)  # the last column is the whole country
    np.add.at(held, (organisation[area >= 0], area[area >= 0]), 1)
    held[:, size] = np.bincount(organisation[nation >= 0], minlength=count)

    adults = demand.areas[level]["adults"].to_numpy(np.float64)
    inside = demand.is_in_nation(level)
    country = demand.areas["nation"]["adults"].to_numpy(np.float64)[0]
    rest = np.where(inside, country - adults, np.nan)

    shares = np.full(count, 1 / max(count, 1))
    weights = np.random.default_rng(_SEED).multinomial(count, shares, RESAMPLES)
    sums, drawn = held.sum(axis=0), weights @ held
    return AreaCounts(
        clinics=sums[:size],
        elsewhere=sums[size] - inside * sums[:size],
        adults=adults,
        adults_elsewhere=rest,
        resampled=_ratio(drawn[:, :size], drawn[:, size:] - inside * drawn[:, :size], adults, rest),
    )


def compare(
    counts: AreaCounts, compared: NDArray[np.bool_], completeness_ratio: NDArray[np.float64]
) -> Comparison:
    """Return the ratio of rates, freed from how complete the list is here and in the rest.

    Parameters
    ----------
    counts : the clinics and adults.
    compared : (areas,) which areas to compare; the others are NaN.
    completeness_ratio : (areas,) completeness of the list here to that in the rest; 1 takes both
        for equal.

    Source
    ------
    Przyborowski and Wilenski (1940), doi:10.1093/biomet/31.3-4.313; Holm (1979).
    """
    chance = np.full(len(compared), np.nan)
    for row in np.flatnonzero(compared):
        here = counts.adults[row] * completeness_ratio[row]
        both = int(counts.clinics[row] + counts.elsewhere[row])
        share = here / (here + counts.adults_elsewhere[row])
        chance[row] = binomtest(int(counts.clinics[row]), both, share).pvalue
    known = np.where(compared, completeness_ratio, np.nan)
    low, high = np.quantile(counts.resampled, _INTERVAL, axis=0, method="inverted_cdf")
    return Comparison(counts.ratio / known, low / known, high / known, adjust(chance))


def adjust(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted for their number by Holm's method; NaN stays and does not count.

    Examples
    --------
    >>> adjust(np.array([0.01, np.nan, 0.04, 0.03])).tolist()
    [0.03, nan, 0.06, 0.06]
    """
    adjusted = np.full(len(chance), np.nan)
    order = np.argsort(chance)[: np.count_nonzero(~np.isnan(chance))]  # NaN sorts last
    steps = chance[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def _ratio(
    clinics: NDArray[np.int64],
    elsewhere: NDArray[np.int64],
    adults: NDArray[np.float64],
    adults_elsewhere: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the ratio of rates; infinite where there is no clinic elsewhere."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (clinics / adults) / (elsewhere / adults_elsewhere)
