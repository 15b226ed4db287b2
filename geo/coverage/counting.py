"""Which clinics are counted, in which area, and how many that is to its adults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.stats import chi2

from geo.clinics.vocabulary import SHOWN_STATUSES, TREATMENTS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws

ANY: Final = "any"
"""In the place of a treatment: whatever the clinic offers, and also where that is not known."""

SURE: Final = 0.95
"""The probability that an interval is to hold the truth."""


def pick_clinics(clinics: pd.DataFrame) -> pd.DataFrame:
    """Return the clinics that are counted: open and unconfirmed, and a place to go to.

    Parameters
    ----------
    clinics : the clinic table of a release.
    """
    counted = clinics["status"].isin(SHOWN_STATUSES) & clinics["treatments"].ne("at_home")
    return clinics[counted].reset_index(drop=True)


def list_treatments(clinics: pd.DataFrame) -> list[str]:
    """Return `ANY` and the treatments that at least one clinic with a point offers."""
    located = clinics[clinics["latitude"].notna()]
    offered = {code for codes in located["treatments"] for code in codes.split(";")}
    return [ANY, *(code for code in TREATMENTS if code in offered)]


def offers(clinics: pd.DataFrame, treatment: str) -> NDArray[np.bool_]:
    """Return which clinics are known to offer a treatment; all of them for `ANY`."""
    if treatment == ANY:
        return np.ones(len(clinics), dtype=np.bool_)
    codes = ";" + clinics["treatments"] + ";"
    return codes.str.contains(f";{treatment};", regex=False).to_numpy(np.bool_)


def find_areas(clinics: pd.DataFrame, demand: Demand, level: str) -> NDArray[np.intp]:
    """Return each clinic's row of the areas of a level above the county; -1 where not known.

    A clinic belongs to its own state, and only where that is unknown to the state of its point.
    """
    states = demand.areas["state"]
    own = pd.Index(states["state"]).get_indexer(clinics["state"])
    of_point = pd.Index(states["geoid"]).get_indexer(clinics["state_fips"])
    state = np.where(own >= 0, own, of_point)
    return np.where(state >= 0, demand.of_state[level][state], -1)


def find_listed_areas(clinics: pd.DataFrame, demand: Demand, level: str) -> NDArray[np.intp]:
    """Return the same, where a clinic of which no place is known at all is the nation's."""
    area = find_areas(clinics, demand, level)
    if level != "nation":
        return area
    stateless = find_areas(clinics, demand, "state") < 0
    return np.where(stateless & clinics["latitude"].isna().to_numpy(), 0, area)


def count_by_area(
    clinics: pd.DataFrame, demand: Demand, level: str
) -> dict[str, NDArray[np.float64] | NDArray[np.bool_]]:
    """Return the clinics inside each area of a level above the county.

    Parameters
    ----------
    clinics : the counted ones, with or without a point.

    Returns
    -------
    `clinics` (with a point), of these `clinics_open` and `clinics_unconfirmed`;
    `clinics_estimated` (no count here is); `clinics_unlocated` (without a point; those whose state
    is not known either are in the nation's).
    """
    size = len(demand.areas[level])
    area = find_listed_areas(clinics, demand, level)
    located = clinics["latitude"].notna().to_numpy()
    is_open = clinics["status"].eq("open").to_numpy()

    def count(some: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(area[some & (area >= 0)], minlength=size).astype(np.float64)

    return {
        "clinics": count(located),
        "clinics_open": count(located & is_open),
        "clinics_unconfirmed": count(located & ~is_open),
        "clinics_estimated": np.zeros(size, dtype=np.bool_),
        "clinics_unlocated": count(~located),
    }


def count_by_county(
    located: pd.DataFrame, positions: PositionDraws, demand: Demand
) -> dict[str, NDArray[np.float64] | NDArray[np.bool_]]:
    """Return the clinics inside each county, as the mean of the draws.

    Parameters
    ----------
    located : the counted clinics that have a point.
    positions : of these clinics, in their order.

    Returns
    -------
    As `count_by_area`; `clinics_estimated` where a clinic known to its city only has a part in the
    count; `clinics_unlocated` is NaN, since without a point no county is known.
    """
    size = len(demand.areas["county"])
    is_open = located["status"].eq("open").to_numpy()

    def count(some: NDArray[np.bool_]) -> NDArray[np.float64]:
        county = positions.county[:, some]
        return np.bincount(county[county >= 0], minlength=size) / len(positions.county)

    return {
        "clinics": count(np.ones(len(located), dtype=np.bool_)),
        "clinics_open": count(is_open),
        "clinics_unconfirmed": count(~is_open),
        "clinics_estimated": count(positions.drawn) > 0,
        "clinics_unlocated": np.full(size, np.nan),
    }


def find_rates(clinics: ArrayLike, adults: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """Return clinics per million adults with the exact Poisson interval of 95%.

    Parameters
    ----------
    clinics : (n,) counts; of an estimate such as 2.4 the interval goes from that of 2 to that of 3.
    adults : (n,) NaN or 0 where none are known.

    Returns
    -------
    `clinics_per_million_adults`, `rate_low`, `rate_high`: (n,), NaN where there are no adults.

    Source
    ------
    Garwood (1936), doi:10.1093/biomet/28.3-4.437.
    """
    count = np.asarray(clinics, dtype=np.float64)
    people = np.asarray(adults, dtype=np.float64)
    millions = np.where(people > 0, people, np.nan) / 1e6
    tail = (1 - SURE) / 2
    fewest, most = np.floor(count), np.ceil(count)
    low = chi2.ppf(tail, 2 * np.maximum(fewest, 1)) / 2
    return {
        "clinics_per_million_adults": count / millions,
        "rate_low": np.where(fewest > 0, low, 0.0) / millions,
        "rate_high": chi2.ppf(1 - tail, 2 * (most + 1)) / 2 / millions,
    }
