"""The chain's dealings with its services: each address goes from one to the next until it is known.

Every outcome is in the cache as soon as it is there, so that a run that is killed goes on where it
was: what is in the cache is not asked for again.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.errors import GeocodingError
from geo.geocoding.outcome import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from geo.geocoding.cache import Cache
    from geo.geocoding.outcome import Outcome, Query
    from geo.geocoding.providers import Provider


_SHOWN_KINDS: Final = 3


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
    failures : a sentence for each service that failed, in some addresses or for good.
    """

    outcomes: Mapping[str, Outcome]
    unasked: frozenset[str]
    failures: tuple[str, ...]


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
    report : called whenever addresses are done; may raise to end the run, which loses nothing.
    clock : seconds that only go forward, for the rate.
    """
    run = _Run({query.key: query for query in queries}, report, clock)
    for number, provider in enumerate(providers, start=1):
        run.ask(provider, cache, is_last=number == len(providers))
    return Answers(run.outcomes, frozenset(run.unasked), tuple(run.failures))


class _Run:
    """What is still open, what was said, and how far it is."""

    def __init__(
        self,
        queries: dict[str, Query],
        report: Callable[[Progress], None],
        clock: Callable[[], float],
    ) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.unasked: set[str] = set()
        self.failures: list[str] = []
        self._open = queries
        self._total = len(queries)
        self._report = report
        self._clock = clock
        self._started = clock()
        self._answered = 0
        self._counts: Counter[Kind] = Counter()
        self._tell()

    def ask(self, provider: Provider, cache: Cache, *, is_last: bool) -> None:
        """Ask one service for what is open, as far as the cache does not know."""
        errors: Counter[str] = Counter()
        kept = cache.answers(self._open, provider.name, provider.benchmark)
        pending = {key: query for key, query in self._open.items() if key not in kept}
        self._settle(kept, is_last=is_last)
        try:
            for said in provider.ask(list(pending.values())) if pending else ():
                found = {query.key: outcome for query, outcome in said.items()}
                cache.put(found)
                errors.update(_tell(one) for one in found.values() if _is_outage(one))
                self._answered += len(found)
                self._settle(found, is_last=is_last)
                for key in found:
                    del pending[key]
        except GeocodingError as error:
            self.failures.append(str(error))
            self.unasked.update(pending)
            for key in pending:
                del self._open[key]
            self._counts[Kind.ERROR] += len(pending)
            self._tell()
        else:
            self.failures += [_describe(provider.name, errors)] if errors else []

    def _settle(self, found: Mapping[str, Outcome], *, is_last: bool) -> None:
        self.outcomes.update(found)
        for key, outcome in found.items():
            if is_last or not _goes_on(outcome):
                del self._open[key]
                self._counts[outcome.kind] += 1
        self._tell()

    def _tell(self) -> None:
        done = self._counts.total()
        elapsed = self._clock() - self._started
        rate = self._answered / elapsed if elapsed > 0 else 0.0
        left = (self._total - done) / rate if rate > 0 else None
        self._report(Progress(done, self._total, dict(self._counts), rate, left))


def _is_outage(outcome: Outcome) -> bool:
    """Say whether a service failed at an address; one that it refuses is no failure of it."""
    return outcome.kind is Kind.ERROR and not outcome.final


def _tell(outcome: Outcome) -> str:
    """Return what a service answered, without the name of our own error for it."""
    kind, colon, said = outcome.raw.partition(": ")
    return (said if colon and kind.isidentifier() else outcome.raw).strip().rstrip(".")


def _describe(name: str, errors: Counter[str]) -> str:
    """Return a sentence of what a service failed at: how many addresses, by what it answered."""
    kinds = "; ".join(f"{said} ({count:,})" for said, count in errors.most_common(_SHOWN_KINDS))
    return (
        f"{name} failed for {errors.total():,} address{'es' if errors.total() > 1 else ''}: {kinds}. "
        "Run it again later; what was found is kept."
    )


def _goes_on(outcome: Outcome) -> bool:
    """Say whether the next service is asked after this outcome."""
    return outcome.kind is Kind.NO_MATCH or (outcome.kind is Kind.ERROR and outcome.final)
