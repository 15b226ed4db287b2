"""Shares of a ZIP's people in its counties: those of its homes, raked where a county would be far off.

The crosswalk tells in which county a ZIP's homes are, but homes of one county hold more people than
those of the next, or stand empty. Where the people so counted in a county are over a tenth off what
the Census Bureau estimated for it, its homes count for more or fewer. The estimates of 2019 are
themselves over a tenth off the Census of 2020 in 140 counties, so a county is brought near its
estimate, not to it, and one that is near already is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FAR: Final = 0.10  # a county's people may be so far off its estimate before they are raked
NEAR: Final = 0.05  # how near they are brought: nearest to the Census of 2020 of what was tried
MOST: Final = 4.0  # a home counts for at most so many, and for at least a fourth, of the others

_COUNTY_ROWS = 50  # SUMLEV of a county in the Census file
_ROUNDS: Final = 10_000
_SETTLED: Final = 1e-9


def read_estimates(covidcast: Path) -> pd.Series:
    """Return the people that the Census Bureau estimated for each county on July 1, 2019.

    Parameters
    ----------
    covidcast : the unpacked package.

    Returns
    -------
    By `county_geoid`, of the counties of 2019 in the 50 states and DC: the planning regions that
    Connecticut counts by now, and what Valdez-Cordova was split into, are not among them.
    """
    census = pd.read_csv(
        covidcast / "covidcast/geo_mappings/county_census.csv",
        usecols=["SUMLEV", "STATE", "COUNTY", "POPESTIMATE2019"],
        encoding="utf-8",
    )
    census = census[census["SUMLEV"] == _COUNTY_ROWS]
    geoid = census["STATE"].map("{:02d}".format) + census["COUNTY"].map("{:03d}".format)
    return pd.Series(census["POPESTIMATE2019"].to_numpy(np.float64), index=geoid)


def expect_people(counties: pd.DataFrame, people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the estimates of counties, scaled within each state to the people counted there.

    So they speak of where in a state its people live, whatever year the people are of.

    Parameters
    ----------
    counties : with `state` and `population_2019`, NaN where there is no estimate.
    people : (counties,) counted in each.

    Returns
    -------
    (counties,) NaN where there is no estimate.
    """
    estimate = counties["population_2019"].reset_index(drop=True)
    state = counties["state"].reset_index(drop=True)
    counted = pd.Series(people).where(estimate.notna())
    scale = counted.groupby(state).transform("sum") / estimate.groupby(state).transform("sum")
    return (estimate * scale).to_numpy(np.float64)


def rake_shares(
    zips: pd.DataFrame, shares: pd.DataFrame, counties: pd.DataFrame
) -> NDArray[np.float64]:
    """Return the share of each ZIP's people in each of its counties.

    One weight a county multiplies its shares of homes, which are then made to add up to 1 again in
    each ZIP: by turns, as in iterative proportional fitting, until the counties that were over
    `FAR` off are `NEAR`, or their weight is at its bound. A county that comes to be as far off by
    that is raked as well.

    Parameters
    ----------
    zips : with `zip`, `population`.
    shares : of `geo.reference.shares.build_shares`.
    counties : with `county_geoid`, `state` and `population_2019`, NaN where there is no estimate.

    Returns
    -------
    (shares,) above 0, adding up to 1 in each ZIP.
    """
    homes = shares["share"].to_numpy(np.float64)
    county = pd.Index(counties["county_geoid"]).get_indexer(shares["county_geoid"])
    row, _ = pd.factorize(shares["zip"])
    of_zip = shares["zip"].map(zips.set_index("zip")["population"]).fillna(0).to_numpy(np.float64)

    def share_out(weight: NDArray[np.float64]) -> NDArray[np.float64]:
        part = homes * weight[county]
        return np.asarray(part / np.bincount(row, weights=part)[row])

    def count(share: NDArray[np.float64]) -> NDArray[np.float64]:
        people = np.bincount(county, weights=share * of_zip, minlength=len(counties))
        return people.astype(np.float64)

    weight = np.ones(len(counties))
    expected = expect_people(counties, count(homes))
    raked = np.zeros(len(counties), dtype=np.bool_)
    while True:
        people = count(share_out(weight))
        far = np.abs(people - expected) > (FAR + _SETTLED) * expected
        if not (far & ~raked).any():
            return share_out(weight)
        raked |= far
        for _ in range(_ROUNDS):
            people = count(share_out(weight))[raked]
            nearest = expected[raked]
            goal = np.clip(people, (1 - NEAR) * nearest, (1 + NEAR) * nearest)
            former = weight[raked]
            weight[raked] = np.clip(former * goal / people, 1 / MOST, MOST)
            if np.abs(weight[raked] / former - 1).max() < _SETTLED:
                break
