"""The clinics of the workspace through the chain of geocoders: positions agreed, doubts as cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.clinics.resolving import resolve
from geo.geocoding import chain
from geo.geocoding.cache import Cache
from geo.geocoding.settings import read_settings
from geo.paths import find_home
from geo.workspace import (
    accepted_positions,
    cases,
    decisions,
    linking,
    positions,
    source_points,
    stored_listings,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from geo.geocoding.asking import Progress
    from geo.workspace import Workspace


@dataclass(frozen=True)
class Geocoded:
    """What a run did.

    Parameters
    ----------
    clinics : how many were looked at.
    counts : clinics by what became of them, as `geo.geocoding.chain.Result.counts`.
    failures : a sentence for each service that failed, in some addresses or for good.
    decision_id : None where nothing changed.
    """

    clinics: int
    counts: dict[str, int]
    failures: tuple[str, ...]
    decision_id: int | None


def geocode(
    workspace: Workspace,
    provider: str | None = None,
    limit: int | None = None,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    who: str = "geocoder",
) -> Geocoded:
    """Geocode the clinics of the workspace; what a killed run has asked is not asked again.

    Parameters
    ----------
    workspace : whose clinics.
    provider : only this one, or `GAZETTEER` for none, so that the ZIP or the city gives the point;
        by default those of the settings in turn.
    limit : so many clinics at most, those without a position for their present address first.
    progress : called whenever addresses are done.
    who : to be kept with the decision.

    Raises
    ------
    GeocodingError : the settings are wrong, or name no such provider.
    SchemaError : the listings break the contract of `geo.dedupe`.
    SourceError : a reference table is missing or damaged.
    WorkspaceError : the workspace cannot be read or written.
    """
    linking.assign_new(workspace)
    settings = read_settings(find_home(), only=provider)
    clinics, _ = resolve(stored_listings.current(workspace), decisions.now().date())
    addresses = accepted_positions.write_addresses(clinics)
    accepted = positions.agreed(workspace)
    waiting = cases.open_cases(workspace, "position")["clinic_id"]
    chosen = clinics
    if limit is not None:
        chosen = _order(clinics, addresses, accepted, waiting).head(limit)
    cache = Cache(workspace.connection)
    offered = source_points.offer(workspace, chosen)
    made = chain.make_chain(settings, cache)
    result = chain.geocode(chosen, made, cache, accepted, progress, offered=offered)
    by_clinic = dict(zip(clinics["clinic_id"], addresses, strict=True))
    found = result.positions.assign(address=result.positions["clinic_id"].map(by_clinic))
    decided = positions.agree(workspace, found.astype({"address": "str"}), result.cases, who=who)
    return Geocoded(len(chosen), result.counts, result.failures, decided)


def _order(
    clinics: pd.DataFrame,
    addresses: pd.Series[str],
    accepted: pd.DataFrame,
    waiting: pd.Series[str],
) -> pd.DataFrame:
    """Return the clinics, those first that may get a position for their present address.

    That is no clinic of which neither city nor ZIP is known, nor one that an operator has to settle.
    """
    located = dict(zip(accepted["clinic_id"], accepted["address"], strict=True))
    known = clinics["clinic_id"].map(located).eq(addresses)
    hopeless = clinics["city"].eq("") & clinics["zip"].eq("")
    last = known | hopeless | clinics["clinic_id"].isin(waiting)
    return clinics.loc[last.sort_values(kind="stable").index]
