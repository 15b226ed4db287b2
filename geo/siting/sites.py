"""What each site of an answer adds, in order, and how much is listed around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.accessibility.catchments import build_pairs
from geo.clinics.vocabulary import EVIDENCE
from geo.coverage.counting import pick_clinics
from geo.coverage.coverage_draws import PER_MILE
from geo.siting.coverage_gains import build_coverage_gains
from geo.siting.exchange import grow
from geo.siting.question import COVERAGE, DISTANCE, pose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.siting.coverage_gains import CoverageGains
    from geo.siting.siting_context import SitingContext

LISTINGS_MILES: Final = 60


def describe_sites(sites: pd.DataFrame, context: SitingContext, objective: str) -> pd.DataFrame:
    """Return sites in the order in which they add most, and what each adds to those before it.

    Parameters
    ----------
    sites : as of `geo.siting.candidate_sites`, any number.
    context : the area, the clinics that exist, and the distance.
    objective : one of `geo.siting.question.OBJECTIVES`, by which they are ranked.

    Returns
    -------
    `rank` (from 1), the columns of `sites`, `adults_gained` (of the area, newly within the
    distance, in whole adults), `mean_miles_saved` (by which the mean distance of the area's adults
    falls): both the mean of the draws of where the clinics may stand.

    Raises
    ------
    QuestionError : the distance is none.
    """
    if sites.empty:
        ranked_none = sites.assign(adults_gained=0, mean_miles_saved=0.0)
        ranked_none.insert(0, "rank", 0)
        return ranked_none
    demand, area = context.demand, context.area
    every_pair = len(sites) * len(demand.zip)
    coverage_gains = {
        kind: build_coverage_gains(
            pose(context, sites, objective=kind, add=len(sites), most_pairs=every_pair)
        )
        for kind in (COVERAGE, DISTANCE)
    }
    ranked = coverage_gains[DISTANCE if objective == DISTANCE else COVERAGE]
    order = ranked.site[grow(ranked, len(sites))].tolist()
    order += [row for row in range(len(sites)) if row not in order]
    adults = int(demand.adults[area.inside].sum())
    table = sites.take(order).reset_index(drop=True)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table.assign(
        adults_gained=np.rint(_credit(coverage_gains[COVERAGE], order) / context.draws).astype(
            np.int64
        ),
        mean_miles_saved=_credit(coverage_gains[DISTANCE], order)
        / (adults * PER_MILE * context.draws),
    )


def count_listings(
    sites: pd.DataFrame, clinics: pd.DataFrame, listings: pd.DataFrame
) -> pd.DataFrame:
    """Return how many listings of which evidence lie around each site: missing ones look like gaps.

    Parameters
    ----------
    sites : `latitude`, `longitude` in degrees, EPSG:4326.
    clinics, listings : tables of a release; those of open and unconfirmed clinics count, whatever
        they offer, at the point of their clinic.

    Returns
    -------
    A row a site: `listings_within_60_miles`, and of these `listings_operator` and so on, a column
    for each of `geo.clinics.vocabulary.EVIDENCE`.

    Raises
    ------
    SchemaError : a site has no point, or a coordinate is out of range.
    """
    counted = pick_clinics(clinics)
    located = counted[counted["latitude"].notna()].set_index("clinic_id")
    held = listings[listings["clinic_id"].isin(located.index)]
    of_clinic = held.groupby(["clinic_id", "evidence"]).size().unstack(fill_value=0)  # noqa: PD010
    of_clinic = of_clinic.reindex(index=located.index, columns=[*EVIDENCE], fill_value=0)
    pairs = build_pairs(
        sites["latitude"],
        sites["longitude"],
        located["latitude"],
        located["longitude"],
        LISTINGS_MILES,
    )
    site = np.arange(len(sites)).repeat(np.diff(pairs.starts))
    around = np.zeros((len(sites), len(EVIDENCE)), dtype=np.int64)
    np.add.at(around, site, of_clinic.to_numpy(np.int64)[pairs.clinic])
    counts = {f"listings_{kind}": around[:, row] for row, kind in enumerate(EVIDENCE)}
    total = {f"listings_within_{LISTINGS_MILES}_miles": around.sum(axis=1)}
    return pd.DataFrame(total | counts, index=sites.index)


def _credit(coverage_gains: CoverageGains, order: list[int]) -> NDArray[np.float64]:
    """Return what each site adds to those before it."""
    number = {row: number for number, row in enumerate(coverage_gains.site.tolist())}
    saved = np.zeros(len(coverage_gains.adults))
    added = np.zeros(len(order))
    for place_in_order, row in enumerate(order):
        if row in number:
            site = number[row]
            added[place_in_order] = coverage_gains.gain(site, saved)
            place, gain = coverage_gains.served_by(site)
            saved[place] = np.maximum(saved[place], gain)
    return added
