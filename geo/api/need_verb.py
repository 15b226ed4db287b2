"""The verb that counts adults with a condition in the place of all adults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.api.clinic_verbs import open_release
from geo.clinics.vocabulary import TREATMENTS
from geo.coverage import demand
from geo.coverage.counting import ANY
from geo.coverage.coverage_exports import METHODS_POINTER
from geo.coverage.need import METHOD, describe_need, tabulate_need, weigh_adults
from geo.coverage.need_rates import read_rates
from geo.siting.supply import find_supply

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from geo.releases import Release


def measure_need(
    rates: str | Path | pd.DataFrame,
    level: str = "region",
    *,
    treatment: str | None = None,
    release: Release | None = None,
) -> pd.DataFrame:
    """Return how many adults with a condition have a clinic within reach, and what share of them.

    Parameters
    ----------
    rates : of the condition by ZIP code tabulation area or county: a CSV file or table of CDC PLACES
        (its depression column), or with the columns `geoid` and `rate` (percent where one is above
        1, else shares). A ZIP takes the rate of the area of its number; without one the mean of its
        county or state, weighted by adults; states without any rate are left out.
    level : `nation`, `region`, `division`, `state` or `county`.
    treatment : count only clinics known to offer it, as `esketamine`; None for all.
    release : whose clinics; the one in use where none is given.

    Returns
    -------
    A row an area: `level`, `geoid` (text), `name`, `state`, `adults`, `rate` (0-1),
    `with_condition` (adults), `with_condition_within_30_miles`,
    `share_with_condition_within_30_miles` (0-1) and their like for 15, 60 and 100 statute miles
    (WGS84 geodesic), `mean_distance_miles_with_condition`: each the median of 200 draws of where
    clinics may stand, with `_low` and `_high`, their 5th and 95th percentile;
    `share_of_all_adults_within_30_miles` to compare; and in each row `method`, `rates` (what
    they are and how they are matched) and `method_page`.

    Raises
    ------
    ReleaseError : the release cannot be read.
    SchemaError : the rates cannot be read, or are not what they should be; the sentence says why.
    SourceError : a reference table is missing or damaged.
    SupplyError : no listed clinic with a known place offers the treatment.
    ValueError : there is no such level or treatment.
    """
    if level not in demand.LEVELS:
        raise ValueError(f"There is no level {level!r}; there are {', '.join(demand.LEVELS)}.")
    if treatment is not None and treatment not in TREATMENTS:
        raise ValueError(f"A treatment is one of {', '.join(TREATMENTS)}, not {treatment!r}.")
    people = demand.load_demand()
    need = weigh_adults(people, read_rates(rates, people))
    clinics = (release or open_release()).clinics
    supply = find_supply(clinics, people, treatment or ANY)  # clinics stand where all people live
    rows = tabulate_need(need, supply.distances, level)
    return rows.assign(
        treatment=treatment or ANY,
        method=METHOD,
        rates=" ".join(describe_need(need)),
        method_page=METHODS_POINTER,
    )
