"""The US Census geocoder as a provider of the chain."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo.geocoding.candidates import Candidate, read_degrees
from geo.geocoding.census import LICENCE, USCensus
from geo.geocoding.census_replies import split_label
from geo.geocoding.outcome import KIND_BY_CANDIDATES, Kind, Outcome
from geo.places.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.geocoding.census_replies import BatchRow
    from geo.geocoding.outcome import Query
    from geo.geocoding.retry_policy import RetryPolicy
    from geo.geocoding.settings import CensusSettings
    from geo.geocoding.urban_rural import UrbanRuralIndex

BATCH_FROM: Final = 20
"""So many addresses go to the Census in a batch; fewer are answered sooner one by one."""


class CensusProvider:
    """The US Census geocoder: a few addresses one by one, many in batches.

    A batch does not say where the ends of a tie are, so that a tied address is asked for again by
    itself.
    """

    def __init__(
        self,
        settings: CensusSettings,
        retry_policy: RetryPolicy,
        urban_rural: UrbanRuralIndex,
        agent: str,
    ) -> None:
        self.name = settings.name
        self.benchmark = settings.benchmark
        self._settings = settings
        self._retry_policy = retry_policy
        self._urban_rural = urban_rural
        self._geocoder = USCensus(
            url=settings.url,
            benchmark=settings.benchmark,
            timeout=settings.timeout_seconds,
            user_agent=agent,
        )

    def ask(self, queries: Sequence[Query]) -> Iterator[dict[Query, Outcome]]:
        """Yield addresses with their outcomes, a batch at a time; see `Provider`."""
        if len(queries) < BATCH_FROM:
            for query in queries:
                yield {query: self._ask_one(query)}
            return
        for start in range(0, len(queries), self._settings.batch_rows):
            yield from self._ask_batch(queries[start : start + self._settings.batch_rows])

    def _ask_batch(self, chunk: Sequence[Query]) -> Iterator[dict[Query, Outcome]]:
        rows = self._retry_policy.ask(
            partial(
                self._geocoder.geocode_batch, chunk, timeout=self._settings.batch_timeout_seconds
            )
        )
        if isinstance(rows, Outcome):  # it does not speak of any one address
            yield dict.fromkeys(chunk, replace(rows, final=False))
            return
        said = dict(zip(chunk, rows, strict=True))
        yield {query: self._read_row(query, row) for query, row in said.items() if not row.is_tie}
        for query in (query for query, row in said.items() if row.is_tie):
            yield {query: self._ask_one(query, is_tie=True)}

    def _ask_one(self, query: Query, *, is_tie: bool = False) -> Outcome:
        """Ask for one address; one that a batch called a tie stays one, whatever comes."""
        parts = {"street": query.street, "city": query.city, "state": query.state, "zip": query.zip}
        has_town = bool(query.zip or (query.city and query.state))
        found = self._retry_policy.ask(
            partial(self._geocoder.geocode, parts if has_town else query.line, exactly_one=False)
        )
        if isinstance(found, Outcome):
            return found
        matches = [location.raw for location in found or []]
        candidates = tuple(self._read_match(query, match) for match in matches)
        kind = Kind.TIE if is_tie else KIND_BY_CANDIDATES[min(len(candidates), 2)]
        return self._outcome(kind, candidates, json.dumps(matches))

    def _read_row(self, query: Query, row: BatchRow) -> Outcome:
        if row.status != "Match":
            return self._outcome(Kind.NO_MATCH, (), row.raw)
        point = (row.latitude, row.longitude)
        candidate = self._candidate(query, point, row.label, is_exact=row.is_exact)
        return self._outcome(Kind.MATCH, (candidate,), row.raw)

    def _read_match(self, query: Query, match: dict[str, Any]) -> Candidate:
        """Return a single match, which does not say whether it is exact, so that we compare."""
        label = match["matchedAddress"]
        number, state, zip_code = split_label(label)
        parts = match.get("addressComponents")
        street = _words((parts if isinstance(parts, dict) else {}).get("streetName", ""))
        is_exact = (
            number.casefold() == query.house_number.casefold()
            and (not query.zip or zip_code == query.zip)
            and (bool(query.zip) or state == query.state.upper())
            and bool(street.strip())
            and street in _words(query.street)
        )
        point = read_degrees(match["coordinates"]["y"], match["coordinates"]["x"])
        return self._candidate(query, point, label, is_exact=is_exact)

    def _candidate(
        self, query: Query, point: tuple[float, float], label: str, *, is_exact: bool
    ) -> Candidate:
        number, state, zip_code = split_label(label)
        precision = Precision.INTERPOLATED if is_exact else Precision.INTERPOLATED_WEAK
        radius = self._urban_rural.radius_miles(precision, zip_code or query.zip)
        return Candidate(*point, precision, radius, label, number, zip_code, state)

    def _outcome(self, kind: Kind, candidates: tuple[Candidate, ...], raw: str) -> Outcome:
        at = self._retry_policy.cache.now()
        return Outcome(kind, self.name, self.benchmark, candidates, LICENCE, raw, at)


def _words(text: object) -> str:
    """Return the words of a text in small letters, with a space before and after each."""
    return f" {' '.join(re.findall(r'[0-9a-z]+', str(text).casefold()))} "
