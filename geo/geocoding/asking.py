"""The chain's dealings with its services: each address goes from one to the next until it is known.

Every outcome is in the cache as soon as it is there, so that a run that is killed goes on where it
was: what is in the cache is not asked for again.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.errors import GeocodingError
from geo.geocoding.outcome import Kind, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from geo.geocoding.cache import Cache
    from geo.geocoding.outcome import Query
    from geo.geocoding.providers import Provider


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    done, total : addresses, those of the cache among them.
    counts : of the addresses done, by `Kind`.
    per_second : addresses that services answered, a second; 0 as long as there are none.
    seconds_left : at that rate; None as long as there is none.
    """

    done: int
    total: int
    counts: Mapping[Kind, int]
    per_second: float
    seconds_left: float | None


@dataclass(frozen=True)
class Answers:
    """What became of the addresses of a run.

    Attributes
    ----------
    outcomes : by address; the match or tie of the first service that had one, else the last no
        match or error. An address that no service was asked for is not in it.
    unasked : addresses that a service in turn could not be asked for, since it was given up.
    failures : a sentence for each service that was given up.
    """

    outcomes: Mapping[str, Outcome]
    unasked: frozenset[str]
    failures: tuple[str, ...]


@dataclass
class _Run:
    """Counts as it goes, and reports."""

    total: int
    report: Callable[[Progress], None]
    clock: Callable[[], float]
    started: float = 0.0
    answered: int = 0
    counts: Counter[Kind] = field(default_factory=Counter)

    def add(self, kinds: Iterable[Kind], *, answered: bool) -> None:
        kinds = list(kinds)
        self.counts.update(kinds)
        self.answered += len(kinds) if answered else 0
        elapsed = self.clock() - self.started
        done = self.counts.total()
        rate = self.answered / elapsed if elapsed > 0 else 0.0
        left = (self.total - done) / rate if rate > 0 else None
        self.report(Progress(done, self.total, dict(self.counts), rate, left))


def ask_providers(
    queries: Iterable[Query],
    providers: Sequence[Provider],
    cache: Cache,
    report: Callable[[Progress], None],
    clock: Callable[[], float] = time.monotonic,
) -> Answers:
    """Ask for each address once, in the cache and then of the services in their order.

    An address goes on to the next service where this one has no match or refuses the address
    itself. Where a service fails it does not: it is asked for again by a later run, so that an
    outage neither counts as "no match" nor moves the load to the next service.

    Parameters
    ----------
    queries : the addresses; of two with the same key one is asked.
    providers : the services, in order.
    cache : where outcomes are looked up and kept.
    report : called whenever addresses are done.
    clock : seconds that only go forward, for the rate.
    """
    open_ = {query.key: query for query in queries}
    run = _Run(len(open_), report, clock, started=clock())
    outcomes: dict[str, Outcome] = {}
    unasked: set[str] = set()
    failures: list[str] = []
    run.add([], answered=False)
    for number, provider in enumerate(providers, start=1):
        is_last = number == len(providers)

        def settle(
            found: Mapping[str, Outcome], *, answered: bool, is_last: bool = is_last
        ) -> None:
            outcomes.update(found)
            settled = [key for key, one in found.items() if is_last or not _goes_on(one)]
            for key in settled:
                del open_[key]
            run.add((found[key].kind for key in settled), answered=answered)

        before = dict(open_)
        kept = cache.answers(before, provider.name, provider.benchmark)
        settle(kept, answered=False)
        pending = [query for key, query in before.items() if key not in kept]
        asked: set[str] = set(kept)
        try:
            for said in provider.ask(pending) if pending else ():
                found = {query.key: outcome for query, outcome in said.items()}
                cache.put(found)
                asked |= found.keys()
                settle(found, answered=True)
        except GeocodingError as error:
            failures.append(str(error))
            left = [key for key in before if key not in asked]
            unasked.update(left)
            for key in left:
                del open_[key]
            run.add([Kind.ERROR] * len(left), answered=False)
    return Answers(outcomes, frozenset(unasked), tuple(failures))


def _goes_on(outcome: Outcome) -> bool:
    """Say whether the next service is asked after this outcome."""
    return outcome.kind is Kind.NO_MATCH or (outcome.kind is Kind.ERROR and outcome.final)
