"""A table of `geocoding.toml`, read value by value, each checked as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from geo.errors import GeocodingError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = "geocoding.toml"


class Table:
    """Remembers what it was asked for, so that nothing else stands in the file.

    Every method raises GeocodingError for a value of another kind, without showing the value: it
    may be a key.

    Parameters
    ----------
    name : of the table, "" for the top of the file.
    values : as TOML holds them.
    """

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self.name = name
        self._values = values
        self._asked: set[str] = set()

    def text(self, key: str, default: str) -> str:
        """Return a text of one line, without spaces around it."""
        value = self._take(key, default)
        if not isinstance(value, str) or not value.isprintable():
            raise self._fault(key, "a text of one line")
        return value.strip()

    def url(self, key: str, default: str) -> str:
        """Return the address of a web service, without a slash at its end."""
        value = self.text(key, default)
        try:
            parts = urlsplit(value)
            known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known or parts.query or parts.fragment:
            raise self._fault(key, 'an address such as "http://127.0.0.1:8088"')
        return value.rstrip("/")

    def number(
        self, key: str, default: float, low: float, high: float, *, whole: bool = False
    ) -> float:
        """Return a number within bounds, both of them allowed."""
        value = self._take(key, default)
        is_number = isinstance(value, int if whole else (int, float)) and not isinstance(
            value, bool
        )
        if not is_number or not low <= value <= high:
            raise self._fault(key, f"a{' whole' if whole else ''} number from {low:g} to {high:g}")
        return float(value)

    def cap(self, default: int | None) -> int | None:
        """Return `daily_cap`; None where there is none."""
        if default is None and "daily_cap" not in self._values:
            self._asked.add("daily_cap")
            return None
        return int(self.number("daily_cap", default or 0, 1, 10_000_000, whole=True))

    def names(self, key: str, default: list[str]) -> list[str]:
        """Return a list of names, each once."""
        value = self._take(key, default)
        if (
            not isinstance(value, list)
            or not all(isinstance(name, str) and name for name in value)
            or len(set(value)) < len(value)
        ):
            raise self._fault(key, "a list of names, each once")
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        """Return a table within this one, empty where there is none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self._fault(key, "a table")
        return value

    def finish(self, allowed: tuple[str, ...] = ()) -> None:
        """Refuse what nobody asked for, but for the keys allowed.

        Raises
        ------
        GeocodingError : there is such a key.
        """
        unknown = sorted(set(self._values) - self._asked - set(allowed))
        if unknown:
            place = f"[{self.name}]" if self.name else "the top"
            raise GeocodingError(
                f"{FILE} has {', '.join(unknown)} at {place}, which nothing reads; known there: "
                f"{', '.join(sorted(self._asked))}."
            )

    def _take(self, key: str, default: object) -> Any:  # noqa: ANN401 - what TOML holds
        self._asked.add(key)
        return self._values.get(key, default)

    def _fault(self, key: str, wanted: str) -> GeocodingError:
        """Return the error for a value, without the value: it may be a key."""
        place = f" of [{self.name}]" if self.name else ""
        return GeocodingError(f"{key}{place} in {FILE} has to be {wanted}.")
