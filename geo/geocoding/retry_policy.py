"""How often a service is asked again, and when it is left alone for the rest of a run."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from geopy.adapters import AdapterHTTPError, get_retry_after
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeopyError,
)

from geo.errors import GeocodingError
from geo.geocoding.outcome import Kind, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo.geocoding.cache import Cache
    from geo.geocoding.limiter import Limiter

TRIES: Final = 4
FIRST_PAUSE_SECONDS: Final = 1.0
"""Pause before the second try; it doubles with each, and a fifth is left to chance."""
FAILURES_IN_A_ROW: Final = 3
"""So many addresses or batches that fail one after another mean that the service is out."""
LONGEST_PAUSE_SECONDS: Final = 7 * 86_400.0
"""No pause that a service asks for is kept for longer."""

_Reply = TypeVar("_Reply")


@dataclass
class RetryPolicy:
    """Asks one service, at its pace, as often as makes sense.

    Parameters
    ----------
    provider, benchmark : as they are kept with an outcome.
    limiter : of the service.
    cache : whose clock is kept with an outcome.
    secrets : texts that no message may show.
    """

    provider: str
    benchmark: str
    limiter: Limiter
    cache: Cache
    secrets: Iterable[str] = ()
    _failures: int = 0
    _has_answered: bool = False

    def ask(self, request: Callable[[], _Reply]) -> _Reply | Outcome:
        """Return the reply to a request, or the error it ended with.

        A service that names the time to come back (Retry-After) is not asked by anyone of this
        installation before; else the pause doubles. An address that it refuses is not tried again;
        but a service that has refused all it was asked is not set up right, and is given up.

        Raises
        ------
        GeocodingError : the service is not to be asked again in this run: it refuses the key, its
            quota or our daily cap is used up, it wants a long pause, or it fails time and again.
        """
        for attempt in range(TRIES):
            self.limiter.acquire()
            try:
                reply = _read_reply(request)
            except GeopyError as error:
                failure = error
                if isinstance(error, GeocoderQueryError):
                    break
                self._stop_if_told(error)
                pause = FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(1, 1.2)  # noqa: S311 - no secret
                self.limiter.backoff(max(_seconds_asked(error), pause))
            else:
                self._failures, self._has_answered = 0, True
                return reply
        is_refused = isinstance(failure, GeocoderQueryError)
        self._failures += not (is_refused and self._has_answered)
        if self._failures >= FAILURES_IN_A_ROW:
            raise GeocodingError(
                f"{self.provider} failed {self._failures} times in a row; the last time it said: "
                f"{self._hide(failure).partition(': ')[2]} Run it again later; what was found is kept."
            ) from None
        return Outcome(
            Kind.ERROR,
            self.provider,
            self.benchmark,
            raw=self._hide(failure),
            at=self.cache.now(),
            final=is_refused,
        )

    def _stop_if_told(self, error: GeopyError) -> None:
        if isinstance(error, (GeocoderAuthenticationFailure, GeocoderInsufficientPrivileges)):
            raise GeocodingError(
                f"{self.provider} refuses us ({self._hide(error)}); check its key in geocoding.toml."
            ) from None
        if isinstance(error, GeocoderQuotaExceeded) and not isinstance(error, GeocoderRateLimited):
            raise GeocodingError(
                f"The quota of {self.provider} is used up ({self._hide(error)}); run it again later."
            ) from None

    def _hide(self, error: GeopyError) -> str:
        """Return what went wrong, with what the service wrote, and without a key."""
        cause = error.__cause__
        said = (cause.text or "")[:300] if isinstance(cause, AdapterHTTPError) else ""
        text = f"{type(error).__name__}: {error} {said}".strip()
        return hide(text, self.secrets)


def _read_reply(request: Callable[[], _Reply]) -> _Reply:
    """Make a request; a reply that trips its reader up is one that cannot be read."""
    try:
        return request()
    except GeopyError:
        raise
    except (GeocodingError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise GeocoderParseError(f"The reply cannot be read ({type(error).__name__}).") from error


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return a text with dots for every secret in it."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    return text


def _seconds_asked(error: GeopyError) -> float:
    """Return the pause a service asks for, by Retry-After, with whatever status."""
    cause = error.__cause__
    if not isinstance(cause, AdapterHTTPError):
        return 0.0
    try:
        asked = float(get_retry_after(cause.headers) or 0.0)
    except (ValueError, OverflowError):  # a date that no calendar has
        return 0.0
    return min(asked, LONGEST_PAUSE_SECONDS)
