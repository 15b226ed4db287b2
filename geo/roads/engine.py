"""What a road engine is asked and answers: one request, its reply in JSON, numbers that can be.

A reply is taken as a whole or not at all: whatever in it is not as it should be raises one sentence.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from urllib.parse import urlencode, urlsplit

import numpy as np

from geo.errors import FetchError, FetchFault, SourceError
from geo.files import json_texts
from geo.files.too_much import TooMuchError
from geo.roads.engine_settings import FILE
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import shapely
    from numpy.typing import NDArray

    from geo.roads.engine_settings import EngineSettings

LARGEST_BYTES: Final = 8_000_000
"""Of a reply; a table of ten thousand pairs has 0.2 MB."""

SNAP_MILES: Final = 3.0
"""How far from a point an engine's nearest road may be; from farther it knows none of that place."""

_MOST_MINUTES: Final = 6_000.0
_FASTEST: Final = 2.0  # straight-line miles a minute that no drive exceeds
_REDIRECTED: Final = 300
_FAILED: Final = 400
_LONGEST_TEXT: Final = 160


class Table(NamedTuple):
    """Drives from origins to targets; both NaN where the engine knows none.

    Attributes
    ----------
    minutes, miles : (origins, targets) as the engine gives them; statute, by road.
    """

    minutes: NDArray[np.float64]
    miles: NDArray[np.float64]


class Engine(Protocol):
    """One engine's form of questions and answers."""

    most_points: int
    """Of origins and targets together, in one request."""

    def knows(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which of (n, 2) latitudes and longitudes are worth asking about."""

    def table(self, origins: NDArray[np.float64], targets: NDArray[np.float64]) -> Table:
        """Return the drives from (n, 2) to (m, 2) latitudes and longitudes.

        Raises
        ------
        FetchError, SourceError : it cannot be asked, or answers what is none.
        """

    def outline(self, point: NDArray[np.float64], minutes: float) -> shapely.Geometry | None:
        """Return what is within so many of the engine's minutes, EPSG:4326; None if it cannot."""


@dataclass(frozen=True, slots=True)
class EngineReply:
    """A reply that is JSON: its HTTP status and the value."""

    status: int
    value: object


_UNTIL: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def hurry(seconds: float) -> Iterator[None]:
    """Give all that is asked inside, in this thread, so many seconds together."""
    token = _UNTIL.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _UNTIL.reset(token)


class Line:
    """The way to one engine: nothing but its own address is ever asked, by no proxy.

    Parameters
    ----------
    settings : of the engine.
    """

    def __init__(self, settings: EngineSettings) -> None:
        from geo.fetching.client import Client  # noqa: PLC0415  # 160 ms; only needed here

        self._settings = settings
        self._client = Client(proxies={})

    def ask(self, path: str, query: Mapping[str, str]) -> EngineReply:
        """Return the reply to a GET; an error in JSON is a reply too.

        Parameters
        ----------
        path : below the engine's address.
        query : what goes behind the question mark.

        Raises
        ------
        FetchError : the engine cannot be reached, is late (or `hurry` is over), or sends too much, or the address is not
            this machine's and not allowed.
        SourceError : it sends on to elsewhere, or something that is no JSON.
        """
        from geo.fetching.client import Limits  # noqa: PLC0415  # 160 ms: httpx

        settings = self._settings
        left = _UNTIL.get() - time.monotonic()
        if left <= 0:
            raise FetchError(f"{settings.name} did not answer all of it in time.", FetchFault.LATE)
        try:
            reply = self._client.fetch(
                f"{settings.url}{path}?{urlencode(query, safe=',;:')}",
                limits=Limits(min(settings.timeout_seconds, left), LARGEST_BYTES),
                headers={"Accept": "application/json"},
                trusted=True,
                only_here=not settings.is_listed,
            )
        except FetchError as error:
            # The client names the bare host: which of an operator's engines is told here.
            host = urlsplit(settings.url).hostname or ""
            said = str(error).replace(host, settings.name, 1)
            if error.fault is FetchFault.FORBIDDEN:
                said = f"{said.removesuffix('.')}; list it in `allow` of {FILE} if it may be."
            raise FetchError(said, error.fault) from error
        if _REDIRECTED <= reply.status < _FAILED:
            raise SourceError(
                f"{settings.name} sends on to another address (HTTP {reply.status}), which is not "
                f"asked; give the one that answers as url in {FILE}."
            )
        try:
            value = json_texts.load(reply.content, parse_constant=_refuse_constant)
        except (ValueError, TooMuchError) as error:
            if reply.status >= _FAILED:
                raise SourceError(f"{settings.name} answers with HTTP {reply.status}.") from error
            raise SourceError(
                f"{settings.name} answers with something that is no JSON; is url in {FILE} its "
                "address?"
            ) from error
        return EngineReply(reply.status, value)

    def refuse(self, status: int, message: object) -> SourceError:
        """Return the error of a reply that says what is wrong."""
        text = message if isinstance(message, str) else ""
        plain = "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST_TEXT])
        said = f": {plain.strip().rstrip('.')}" if plain.strip() else ""
        return SourceError(f"{self._settings.name} refuses (HTTP {status}{said}).")

    def distrust(self, what: str) -> SourceError:
        """Return the error of a reply whose form or numbers cannot be."""
        return SourceError(f"{self._settings.name} answers nonsense: {what}.")

    def read_numbers(self, value: object, rows: int, columns: int) -> NDArray[np.float64]:
        """Return rows of numbers, NaN for null.

        Raises
        ------
        SourceError : it is of another shape, or holds what is no number at least 0.
        """
        if not isinstance(value, list) or len(value) != rows:
            raise self.distrust(f"no table of {rows} rows")
        numbers = np.full((rows, columns), np.nan)
        for row, held in enumerate(value):
            if not isinstance(held, list) or len(held) != columns:
                raise self.distrust(f"no table of {columns} columns")
            for column, number in enumerate(held):
                if number is None:
                    continue
                if isinstance(number, bool) or not isinstance(number, int | float):
                    raise self.distrust("a table with something else than numbers")
                if not 0 <= number < math.inf or number > 1e12:  # noqa: PLR2004  # no float holds all
                    raise self.distrust("a table with a number that no drive has")
                numbers[row, column] = number
        return numbers

    def check(
        self, table: Table, origins: NDArray[np.float64], targets: NDArray[np.float64]
    ) -> Table:
        """Return a table if its drives can be: neither endless nor faster than any car.

        Raises
        ------
        SourceError : one of them cannot be.
        """
        known = np.isfinite(table.minutes)
        line = geodesic_miles(
            origins[:, np.newaxis, 0], origins[:, np.newaxis, 1], targets[:, 0], targets[:, 1]
        )
        # Both ends may have been moved to the nearest road.
        least = np.maximum(line - 2 * SNAP_MILES, 0.0) / _FASTEST
        if np.any(known & (table.minutes > _MOST_MINUTES)):
            raise self.distrust("a drive of several days")
        if np.any(known & (table.minutes < least)):
            raise self.distrust("a drive faster than any car")
        if np.any(known != np.isfinite(table.miles)):
            raise self.distrust("minutes without miles, or miles without minutes")
        return table


def _refuse_constant(name: str) -> object:
    raise ValueError(name)
