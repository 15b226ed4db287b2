"""From clinics' addresses to positions to agree on, and to cases that an operator has to settle.

Cache, then each service of the settings in turn, then the point that a source of the clinic gives,
then the ZIP, then the city. A point that a check
doubts is not taken: the clinic stays at its last agreed position, a new one at its ZIP or city. A
pin that an operator verified is left alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import reference
from geo.errors import SchemaError
from geo.geocoding.accepted import (
    AcceptedGeocode,
    Case,
    position_of_match,
    position_of_place,
    read_positions,
    show_outcome,
    show_position,
    write_cases,
    write_positions,
)
from geo.geocoding.asking import Progress, ask_providers
from geo.geocoding.checks import AREA_PRECISIONS, CHECKED_COLUMNS, Checker
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.outcome import Kind, Outcome, Query, make_query
from geo.geocoding.providers import Provider, make_providers
from geo.geocoding.urban_rural import UrbanRuralIndex
from geo.i18n.reasons import Reason
from geo.places import PlaceFinder
from geo.places.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo.geocoding.cache import Cache
    from geo.geocoding.settings import Settings

_ADDRESS: Final = ("clinic_id", "street", "city", "state", "zip")


@dataclass(frozen=True)
class Chain:
    """Who is asked, what comes after, and what checks the answers."""

    providers: Sequence[Provider]
    gazetteer: Gazetteer
    checker: Checker


@dataclass(frozen=True)
class Result:
    """What a run came to.

    Attributes
    ----------
    positions : `accepted.COLUMNS`, a row for each clinic that this run located, also where
        it was before; a clinic that stays at its last position for want of a better one has none.
        Degrees, EPSG:4326; statute miles; date `YYYY-MM-DD`.
    cases : `accepted.CASE_COLUMNS`: why an operator is to look at a clinic, in English; the points to
        choose from as a JSON list of objects (the fields of `Candidate`, `geocoder`, `licence`); a
        key that is the same for the same clinic, address and points, whenever they come up; and
        the reasons as `Reason`s.
    counts : clinics by what became of their address: `match`, `tie`, `no_match`, `error`,
        `not_asked` (there is no service, or it was given up), `no_street` (nothing to ask for),
        `verified`; then `from_source` (stand where a source puts them), `review`, `changed` (positions that differ from the last in more than their
        date) and `nowhere` (without a position still).
    failures : a sentence for each service that failed in this run: which, what it answered, for how
        many addresses, and what to do.
    """

    positions: pd.DataFrame
    cases: pd.DataFrame
    counts: dict[str, int]
    failures: tuple[str, ...]


def make_chain(settings: Settings, cache: Cache) -> Chain:
    """Return the chain of the settings, over the reference tables.

    Raises
    ------
    GeocodingError : geopy has no geocoder of a name, or not with these arguments.
    SourceError : a reference table is missing or damaged.
    """
    zips = reference.load("zips")
    finder = PlaceFinder(zips, reference.load("cities"), reference.load("states"))
    return Chain(
        make_providers(settings, cache, UrbanRuralIndex(zips), finder.states.code),
        Gazetteer(finder),
        Checker(zips, reference.load("zip_county"), reference.load("counties")),
    )


def geocode(
    clinics: pd.DataFrame,
    chain: Chain,
    cache: Cache,
    last_positions: pd.DataFrame,
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    offered: Mapping[str, Outcome] = MappingProxyType({}),
) -> Result:
    """Locate clinics by their addresses.

    Each outcome is kept in the cache as soon as it is there; a run that was killed is repeated,
    and asks for what it had not asked yet. That a service is out is no error: the clinics stay
    where they are, and `failures` says so.

    Parameters
    ----------
    clinics : with `clinic_id`, `street`, `city`, `state`, `zip`, "" where unknown; ids unique.
    chain : as `make_chain` returns it.
    cache : of the workspace.
    last_positions : the positions agreed so far, `accepted.COLUMNS`.
    progress : called whenever addresses are done.
    offered : clinic -> the point that a source of it gives, as a match; it passes the same checks
        as a service's, and stands where no service has one and the clinic is known to an area alone.

    Raises
    ------
    SchemaError : a column is missing.
    """
    if missing := [column for column in _ADDRESS if column not in clinics]:
        raise SchemaError(f"The table of clinics lacks {', '.join(missing)}.")
    last = read_positions(last_positions)
    rows = clinics[list(_ADDRESS)].itertuples(index=False, name=None)
    queries = {str(clinic): make_query(*address) for clinic, *address in rows}
    open_ = {
        clinic: query
        for clinic, query in queries.items()
        if clinic not in last or last[clinic].precision is not Precision.VERIFIED
    }
    asked = {clinic: query for clinic, query in open_.items() if query.is_askable}
    answers = ask_providers(asked.values(), chain.providers, cache, progress)
    said = {
        clinic: answers.outcomes[query.key]
        for clinic, query in asked.items()
        if query.key in answers.outcomes and query.key not in answers.unasked
    }
    accepted, cases = _take_matches(said, queries, last, chain.checker)
    by_source = {
        clinic: outcome
        for clinic, outcome in offered.items()
        if clinic in open_.keys() - accepted.keys() - cases.keys()
        and _may_take(last.get(clinic), outcome)
    }
    from_source, doubtful = _take_matches(by_source, queries, last, chain.checker)
    accepted, cases = accepted | from_source, cases | doubtful
    for clinic in open_.keys() - accepted.keys():
        query, known = queries[clinic], last.get(clinic)
        found = chain.gazetteer.locate(query.city, query.state, query.zip)
        place = position_of_place(found, cache.now()[:10])
        if place is None:
            continue
        if known is None or known.precision in AREA_PRECISIONS:
            accepted[clinic] = place
        elif clinic not in cases and _is_lost(clinic, asked, said) and known.is_apart(place):
            area = "city" if place.precision is Precision.CITY else "zip"
            cases[clinic] = Case((Reason(f"lost_outside_{area}"),), show_position(place))
    counts = _count(queries, open_, asked, said)
    counts["from_source"] = len(from_source)
    counts["review"] = len(cases)
    counts["changed"] = sum(not one.is_same(last.get(clinic)) for clinic, one in accepted.items())
    counts["nowhere"] = len(queries.keys() - last.keys() - accepted.keys())
    return Result(
        write_positions({clinic: accepted[clinic] for clinic in queries if clinic in accepted}),
        write_cases({clinic: cases[clinic] for clinic in queries if clinic in cases}, queries),
        dict(counts),
        answers.failures,
    )


def _take_matches(
    said: Mapping[str, Outcome],
    queries: Mapping[str, Query],
    last: Mapping[str, AcceptedGeocode],
    checker: Checker,
) -> tuple[dict[str, AcceptedGeocode], dict[str, Case]]:
    """Return the positions of the matches that nothing speaks against, and the cases."""
    cases = {
        clinic: Case((_describe_tie(outcome),), show_outcome(outcome))
        for clinic, outcome in said.items()
        if outcome.kind is Kind.TIE
    }
    matched = {
        clinic: outcome
        for clinic, outcome in said.items()
        if outcome.kind is Kind.MATCH and _beats_zip(outcome, queries[clinic], checker)
    }
    doubts = checker.find_doubts(_propose(matched, queries, last))
    accepted = {}
    for (clinic, outcome), of_clinic in zip(matched.items(), doubts, strict=True):
        if of_clinic:
            cases[clinic] = Case(of_clinic, show_outcome(outcome))
        else:
            accepted[clinic] = position_of_match(outcome)
    return accepted, cases


def _may_take(known: AcceptedGeocode | None, outcome: Outcome) -> bool:
    """Say whether a source's point may move a clinic: from an area, or from where it put it before."""
    return known is None or known.precision in AREA_PRECISIONS or known.geocoder == outcome.provider


def _describe_tie(outcome: Outcome) -> Reason:
    count = len(outcome.candidates)
    return Reason("several_fit", {"count": count}) if count else Reason("some_fit")


def _beats_zip(outcome: Outcome, query: Query, checker: Checker) -> bool:
    """Say whether a match tells more than the ZIP does: a road across the county does not."""
    point = outcome.candidates[0]
    return (
        point.precision is not Precision.STREET
        or point.radius_miles <= checker.zip_radius_miles(query.zip)
    )


def _propose(
    matched: Mapping[str, Outcome],
    queries: Mapping[str, Query],
    last: Mapping[str, AcceptedGeocode],
) -> pd.DataFrame:
    """Return the matches as `Checker.find_doubts` takes them."""
    rows = []
    for clinic, outcome in matched.items():
        point, query, known = outcome.candidates[0], queries[clinic], last.get(clinic)
        rows.append(
            {
                "latitude": point.latitude,
                "longitude": point.longitude,
                "precision": str(point.precision),
                "radius_miles": point.radius_miles,
                "house_number": query.house_number,
                "state": query.state.upper(),
                "zip": query.zip,
                "found_house_number": point.house_number,
                "found_state": point.state.upper(),
                "found_zip": point.zip,
                "last_latitude": known.latitude if known else np.nan,
                "last_longitude": known.longitude if known else np.nan,
                "last_precision": str(known.precision) if known else "",
                "last_radius_miles": known.radius_miles if known else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=list(CHECKED_COLUMNS))


def _is_lost(clinic: str, asked: Mapping[str, Query], said: Mapping[str, Outcome]) -> bool:
    """Say whether there is no street to ask for, or no service that knows it."""
    return clinic not in asked or (clinic in said and said[clinic].kind is Kind.NO_MATCH)


def _count(
    queries: Mapping[str, Query],
    open_: Mapping[str, Query],
    asked: Mapping[str, Query],
    said: Mapping[str, Outcome],
) -> Counter[str]:
    """Count clinics by what became of their address."""
    counts = Counter(dict.fromkeys([*map(str, Kind), "not_asked", "no_street", "verified"], 0))
    for clinic in queries:
        if clinic in said:
            counts[str(said[clinic].kind)] += 1
        elif clinic in asked:
            counts["not_asked"] += 1
        else:
            counts["no_street" if clinic in open_ else "verified"] += 1
    return counts
