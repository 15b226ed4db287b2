"""Filling the list in: what clinics lack, asked of sources, becomes proposals to review."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.clinics.resolving import resolve
from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.enriching import own_sites, page_store, paid_providers, service_records
from geo.enriching.answers import FOUND
from geo.enriching.same_clinic import CLOSED
from geo.enriching.site_fetching import SiteFetcher, name_agent
from geo.enriching.site_reports import SAYS_CLOSED, SiteReport, open_reports
from geo.errors import GeocodingError, SourceError
from geo.fetching.client import Client
from geo.geocoding.settings import read_settings
from geo.geocoding.settings_table import FILE as SETTINGS_FILE
from geo.paths import find_home
from geo.workspace import decisions, positions, proposals, stored_listings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    import pandas as pd

    from geo.enriching.answers import Answer, Proposal
    from geo.enriching.page_store import PageStore
    from geo.workspace import Workspace

SOUGHT: Final = ("street", "phone", "hours", "payment")
"""A clinic that lacks one of these fields is looked for."""

LACKING: Final = ("any", "street", "phone", "city_only")
"""Which clinics are looked for: that lack any of `SOUGHT`, the street, the telephone, or all of the
address but the city."""

SOURCES: Final = (own_sites.NAME, *service_records.NAMES, paid_providers.NAME)
"""Who can be asked."""

_CLINICS_TOGETHER: Final = 20
"""After so many clinics what was found is proposed, so that a run that is killed leaves it."""


@dataclass(frozen=True)
class Progress:
    """How far a run is: clinics asked for, and how many of them by what became of them."""

    done: int
    total: int
    counts: Mapping[str, int]


@dataclass
class Enriched:
    """What a run did.

    Attributes
    ----------
    clinics : how many were looked for.
    outcomes : clinics by what became of them, of each source.
    cases : cases that were opened.
    requests : that went out.
    left : clinics without a proposal: why, by `clinic_id`.
    proposals : by `clinic_id`.
    """

    clinics: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    requests: int = 0
    left: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def count_fields(self) -> dict[str, tuple[int, int]]:
        """Return how many proposals there are of each field, and how many of them are sure."""
        found: dict[str, tuple[int, int]] = {}
        for one in (one for said in self.proposals.values() for one in said):
            count, sure = found.get(one["field"], (0, 0))
            found[one["field"]] = count + 1, sure + bool(one["sure"])
        return found


def read_sources(words: str) -> list[str]:
    """Return the sources that some words name, each once.

    Parameters
    ----------
    words : names of `SOURCES`, joined by commas.

    Raises
    ------
    SourceError : one is no source that can be asked, or none is named.
    """
    named = list(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))
    unknown = [name for name in named if name not in SOURCES]
    if unknown or not named:
        raise SourceError(
            f"{(unknown or [words])[0]!r} cannot be asked for what clinics lack; ask "
            f"{', '.join(SOURCES)}."
        )
    return named


def enrich(
    workspace: Workspace,
    sources: Sequence[str] = (own_sites.NAME,),
    *,
    lacking: str = "any",
    state: str = "",
    only: Collection[str] | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    who: str,
    progress: Callable[[Progress], None] = lambda _: None,
    open_store: Callable[..., Any] = page_store.open_store,
    client: Client | None = None,
) -> Enriched:
    """Look for what clinics lack, and propose it; no clinic is changed.

    What a killed run has asked is not asked again.

    Parameters
    ----------
    sources : of `SOURCES`, asked in this order.
    lacking : one of `LACKING`.
    state : only clinics of this one; "" for all.
    only : the ids of the only clinics that are looked for; None for all.
    limit : so many clinics at most, those without a street first.
    dry_run : whether nothing is proposed, only told.
    progress : called whenever a clinic is done.
    open_store : opens what is kept of earlier runs.
    client : what asks.

    Raises
    ------
    GeocodingError : the settings are wrong, name nobody to write to, or what is kept cannot be
        written.
    SchemaError : nobody is named, or the listings break their contract.
    WorkspaceError : another run is at work, or the workspace cannot be read or written.
    """
    contact = find_contact()
    known = list_clinics(workspace)
    wanted = [
        clinic
        for clinic in known
        if state in {"", clinic["state"]}
        and lacks(clinic, lacking)
        and (only is None or clinic["clinic_id"] in only)
    ]
    wanted.sort(key=lambda clinic: (bool(clinic["street"]), not own_sites.has_site(clinic)))
    wanted = wanted[:limit]
    done = Enriched(clinics=len(wanted))
    pending: dict[str, list[Proposal]] = {}

    def flush() -> None:
        if pending and not dry_run:
            done.cases += proposals.propose(workspace, pending, who=who)
        pending.clear()

    with open_store(find_home()) as store:
        asking = _Asking(workspace, store, contact, client or Client())
        try:
            answers = asking.ask(sources, wanted, known)
            for number, (source, answer) in enumerate(answers, start=1):
                _note(done, answer, source if len(sources) > 1 else "")
                if answer.proposals:
                    pending.setdefault(answer.clinic_id, []).extend(answer.proposals)
                if number % _CLINICS_TOGETHER == 0:
                    flush()
                progress(Progress(number, len(wanted) * len(sources), dict(done.outcomes)))
        finally:
            flush()  # what an operator ends leaves what was found until then
            done.requests = asking.count_requests()
    done.proposals = {key: proposals.join(found) for key, found in done.proposals.items()}
    if not dry_run:
        _report_closed(workspace, done, who=who)
    return done


class _Asking:
    """Everybody who is asked in one run."""

    def __init__(
        self, workspace: Workspace, store: PageStore, contact: str, client: Client
    ) -> None:
        self._workspace = workspace
        self._fetcher = SiteFetcher(store, contact, client)
        headers = {"User-Agent": name_agent(contact)}
        self._services = {
            name: service_records.Service(name, store, client, headers)
            for name in service_records.NAMES
        }

    def ask(
        self,
        sources: Sequence[str],
        wanted: Sequence[Mapping[str, str]],
        known: Sequence[Mapping[str, str]],
    ) -> Iterator[tuple[str, Answer]]:
        for source in sources:
            if source == own_sites.NAME:
                answers = own_sites.ask_sites(self._fetcher, wanted, known)
            elif source == paid_providers.NAME:
                paid = stored_listings.awaiting(self._workspace)
                answers = paid_providers.ask_payments(wanted, known, _rows(paid))
            else:
                listings = stored_listings.current(self._workspace)
                assigned = dict(zip(listings["listing_id"], listings["clinic_id"], strict=True))
                answers = service_records.ask_service(
                    self._services[source], wanted, _find_points(self._workspace), assigned
                )
            yield from ((source, answer) for answer in answers)

    def count_requests(self) -> int:
        return self._fetcher.requests + sum(one.requests for one in self._services.values())


def _find_points(workspace: Workspace) -> dict[str, tuple[float, float]]:
    agreed = positions.agreed(workspace)
    return {
        str(clinic_id): (float(latitude), float(longitude))
        for clinic_id, latitude, longitude in zip(
            agreed["clinic_id"], agreed["latitude"], agreed["longitude"], strict=True
        )
    }


def _note(done: Enriched, answer: Answer, source: str) -> None:
    done.outcomes[f"{source}: {answer.outcome}" if source else answer.outcome] += 1
    if answer.outcome == FOUND:
        done.proposals.setdefault(answer.clinic_id, []).extend(answer.proposals)
    else:
        done.left[answer.clinic_id] = answer.outcome


def find_contact() -> str:
    """Return whom a site may write to.

    Raises
    ------
    GeocodingError : nobody is named, or the settings are wrong.
    """
    contact = read_settings(find_home()).contact
    if not contact:
        raise GeocodingError(
            'Whoever is asked is told whom to write to: put the line contact = "you@your.site" into '
            f"{find_home() / SETTINGS_FILE}, and run it again."
        )
    return contact


def list_clinics(workspace: Workspace) -> list[Mapping[str, str]]:
    """Return the clinics that operate, as far as is known: columns of the clinic table.

    Raises
    ------
    SchemaError : the listings break their contract.
    WorkspaceError : the workspace cannot be read.
    """
    listings = stored_listings.current(workspace)
    clinics, _ = resolve(listings[listings["clinic_id"].ne("")], decisions.now().date())
    shown = clinics[clinics["status"].isin([str(status) for status in SHOWN_STATUSES])]
    return _rows(shown)


def _rows(table: pd.DataFrame) -> list[Mapping[str, str]]:
    return [
        {str(name): str(text) for name, text in row.items()} for row in table.to_dict("records")
    ]


def lacks(clinic: Mapping[str, str], lacking: str = "any") -> bool:
    """Tell whether a clinic lacks what is looked for.

    Parameters
    ----------
    clinic : columns of the clinic table.
    lacking : one of `LACKING`.
    """
    if lacking == "city_only":
        return not (clinic["street"] or clinic["zip"])
    return any(not clinic[name] for name in (SOUGHT if lacking == "any" else (lacking,)))


def _report_closed(workspace: Workspace, done: Enriched, *, who: str) -> None:
    """Open a case for each clinic whose own site says that it has closed, once."""
    closed = [
        SiteReport(clinic_id, f"website:{clinic_id}", SAYS_CLOSED)
        for clinic_id, outcome in sorted(done.left.items())
        if outcome == CLOSED
    ]
    open_reports(workspace, closed, who=who)
