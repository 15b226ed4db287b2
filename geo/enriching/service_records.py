"""What registries and maps hold of clinics, whether or not their record names ketamine.

A record is taken for a clinic by the rule that new listings go by (`geo.dedupe`); of two that fit as
well, and stand elsewhere, neither is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pandas as pd

from geo import sources
from geo.clinics.listings import COLUMNS
from geo.dedupe import judge_pairs
from geo.dedupe.addresses import contradict, read_address
from geo.dedupe.words import COMMON, split_words
from geo.enriching.answers import FOUND, Answer
from geo.enriching.page_reading import bare_host
from geo.errors import FetchError, GeocodingError, SourceError
from geo.fetching.client import Limits
from geo.sources import descriptors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo.enriching.answers import Proposal
    from geo.enriching.page_store import PageStore
    from geo.fetching.client import Client

NAMES: Final = (descriptors.NPI_REGISTRY.name, descriptors.SAMHSA.name, descriptors.OSM.name)
"""The services that can be asked."""

AROUND_MILES: Final = 25.0
"""How far around a clinic's point it is looked for: most are known to their city alone."""

_LIMITS: Final = Limits(seconds=90, bytes=20_000_000)
_SECONDS_BETWEEN: Final = 1.0
_MOST_FAILURES: Final = 3
_REDIRECTED: Final = 300
_LEAST_WORD: Final = 4
_KEPT: Final = tuple(column for column in COLUMNS if column not in {"clinic_id", "raw", "source"})
_ADDRESS: Final = ("street", "unit", "city", "state", "zip")


class Service:
    """One service, asked at its pace; what it said is kept.

    Parameters
    ----------
    name : one of `NAMES`.
    store : where what was asked is kept.
    client : what asks.
    headers : to send.
    """

    def __init__(
        self, name: str, store: PageStore, client: Client, headers: Mapping[str, str]
    ) -> None:
        self.name = name
        self._module = sources.get(name)
        self._store, self._client, self._headers = store, client, headers
        self.requests = 0

    def find(
        self, clinic: Mapping[str, str], point: tuple[float, float] | None
    ) -> list[dict[str, str]] | None:
        """Return the records that may be a clinic; None where it cannot be asked for.

        Raises
        ------
        SourceError : the service failed.
        GeocodingError : what is kept cannot be written, or the service asks for a long pause.
        """
        words = choose_words(clinic["name"])
        if self.name == descriptors.NPI_REGISTRY.name:
            asked = f"{words}|{clinic['state']}" if words and clinic["state"] else ""
        elif point is None:
            return None
        else:
            # Clinics of one city share a point, and what is asked around it.
            asked = f"{point[0]:.2f},{point[1]:.2f}"
            if self.name == descriptors.OSM.name:
                asked = f"{words}|{asked}" if words else ""
        if not asked:
            return None
        key = f"{self.name}: {asked}"
        kept = self._store.find(key)
        if kept is None:
            kept = self._search(words, clinic["state"], point)
            self._store.keep(key, kept)
        return list(kept)

    def _search(
        self, words: str, state: str, point: tuple[float, float] | None
    ) -> list[dict[str, str]]:
        if self.name == descriptors.NPI_REGISTRY.name:
            batch = self._module.search(self._get, words, state)
        else:
            at = (round(point[0], 2), round(point[1], 2)) if point else (0.0, 0.0)
            if self.name == descriptors.OSM.name:
                batch = self._module.search(self._get, words, at, AROUND_MILES)
            else:
                batch = self._module.search(self._get, *at, AROUND_MILES)
        placed = batch.points.set_index("listing_id")[["latitude", "longitude"]].astype("str")
        records = batch.listings[list(_KEPT)].set_index("listing_id", drop=False).join(placed)
        return [
            {str(name): str(text) for name, text in row.items()}
            for row in records.fillna("").to_dict("records")
        ]

    def _get(self, url: str) -> bytes:
        """Return a reply, in its turn.

        Raises
        ------
        SourceError : the service fails.
        GeocodingError : it asks for a long pause.
        """
        host = urlsplit(url).hostname or ""
        self._store.limit(host, _SECONDS_BETWEEN).acquire()
        self.requests += 1
        try:
            reply = self._client.fetch(
                url, limits=_LIMITS, headers=self._headers, redirects_to={host}
            )
        except FetchError as error:
            raise SourceError(str(error)) from error
        if reply.status >= _REDIRECTED:
            raise SourceError(f"{host} answered with status {reply.status}.")
        return reply.content


def choose_words(name: str) -> str:
    """Return the beginning of a name that tells it, to ask for names that begin or hold it.

    Examples
    --------
    >>> choose_words("Juniper Ketamine Clinic of Salem"), choose_words("Ketamine Center of Salem")
    ('juniper', 'ketamine center')
    """
    words = [word for word in split_words(name) if word not in {"the", "a", "dr"}]
    if not words:
        return ""
    tells = words[0] not in COMMON and len(words[0]) >= _LEAST_WORD
    chosen = words[:1] if tells else words[:2]
    return re.sub(r"[^a-z0-9 ]", "", " ".join(chosen)) if len(" ".join(chosen)) > 1 else ""


def ask_service(
    service: Service,
    wanted: Sequence[Mapping[str, str]],
    points: Mapping[str, tuple[float, float]],
    assigned: Mapping[str, str],
) -> Iterator[Answer]:
    """Yield what a service holds of clinics that these lack.

    A service that fails three times in a row is given up; the rest of the clinics are told so.

    Parameters
    ----------
    service : who is asked.
    wanted : clinics, columns of the clinic table.
    points : latitude and longitude by clinic, degrees, EPSG:4326.
    assigned : whose a listing is that the workspace has, by its id.

    Raises
    ------
    GeocodingError : what is kept cannot be written.
    """
    failures = 0
    for clinic in wanted:
        clinic_id = clinic["clinic_id"]
        if failures >= _MOST_FAILURES:
            yield Answer(clinic_id, "not asked: the service was given up")
            continue
        try:
            records = service.find(clinic, points.get(clinic_id))
        except (SourceError, GeocodingError) as error:
            failures += 1
            yield Answer(clinic_id, f"the service failed: {error}")
            continue
        failures = 0
        if records is None:
            yield Answer(clinic_id, "its name or point tells too little to ask for it")
            continue
        free = [one for one in records if assigned.get(one["listing_id"], clinic_id) == clinic_id]
        proposals = _match(service.name, clinic, free)
        yield Answer(clinic_id, FOUND if proposals else "nothing new that fits it", proposals)


def _match(
    name: str, clinic: Mapping[str, str], records: Sequence[Mapping[str, str]]
) -> tuple[Proposal, ...]:
    """Return what the record that fits a clinic best says that it lacks."""
    if not records:
        return ()
    blank = dict.fromkeys(COLUMNS, "")
    theirs = pd.DataFrame(
        [{name: one.get(name, "") for name in COLUMNS} for one in records],
        columns=list(COLUMNS),
        dtype="str",
    )
    ours = {key: text for key, text in clinic.items() if key in blank}
    own = pd.DataFrame([{**blank, **ours}] * len(records), columns=list(COLUMNS), dtype="str")
    judged = judge_pairs(own, theirs)
    fit = judged[judged["verdict"].ne("apart")].sort_values("score", ascending=False)
    if fit.empty:
        return ()
    best = records[int(fit.index[0])]
    for other in fit.index[1:]:
        rival = records[int(other)]
        if fit.loc[other, "score"] >= fit["score"].iloc[0] and _differ(best, rival):
            return ()
    row = fit.iloc[0]
    same_site = bool(best["website"]) and bare_host(best["website"]) == bare_host(clinic["website"])
    agrees = same_site and best["city"].casefold() == clinic["city"].casefold() != ""
    source: dict[str, Any] = {
        "source": name,
        "listing_id": best["listing_id"],
        "url": best["source_url"],
        "where": "record",
        "reason": str(row["why"]),
        "score": round(float(row["score"]), 2),
        "listing": {key: best[key] for key in ("name", "npi", "website", "treatments")},
    }
    if best["latitude"]:
        source["point"] = [float(best["latitude"]), float(best["longitude"])]
    sure = bool(row["verdict"] == "merge") and agrees
    return tuple(_list_proposals(clinic, best, source, sure=sure))


def _list_proposals(
    clinic: Mapping[str, str], record: Mapping[str, str], source: Mapping[str, Any], *, sure: bool
) -> Iterator[Proposal]:
    shared = {"sure": sure, "sources": [dict(source)]}
    if record["street"] and record["city"] and not clinic["street"]:
        values = {name: record[name] for name in _ADDRESS}
        yield {"field": "address", "values": values, **shared}
    for name in ("phone", "hours", "payment"):
        if record[name] and not clinic[name]:
            yield {"field": name, "values": {name: record[name]}, **shared}


def _differ(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return contradict(
        read_address(one["street"], one["unit"]), read_address(other["street"], other["unit"])
    )
