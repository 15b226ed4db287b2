"""Settings in TOML, read value by value, each checked as it is read."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.errors import GeoError


def read_document(path: Path, error: type[GeoError]) -> dict[str, Any] | None:
    """Return what a TOML file holds; None where there is no file.

    Parameters
    ----------
    path : of the file.
    error : what to raise: one of `geo.errors` that takes a sentence.

    Raises
    ------
    GeoError : of that class: the file cannot be read, or is not TOML in UTF-8.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise error(f"{path} cannot be read: {fault.strerror}.") from fault
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise error(f"{path} is not TOML in UTF-8: {fault}.") from fault


class TomlTable:
    """Remembers what it was asked for, so that nothing else stands in the file.

    Every method raises for a value of another kind, without showing the value: it may be a key.

    Parameters
    ----------
    name : of the table, "" for the top of the file.
    values : as TOML holds them.
    file : its name, for messages.
    error : what to raise: one of `geo.errors` that takes a sentence.
    """

    def __init__(
        self, name: str, values: Mapping[str, Any], *, file: str, error: type[GeoError]
    ) -> None:
        self.name = name
        self._values = values
        self._file = file
        self._error = error
        self._asked: set[str] = set()

    def text(self, key: str, default: str) -> str:
        """Return a text of one line, without spaces around it."""
        value = self._take(key, default)
        if not isinstance(value, str) or not value.isprintable():
            raise self.fault(key, "a text of one line")
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
            raise self.fault(key, 'an address such as "http://127.0.0.1:8088"')
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
            raise self.fault(key, f"a{' whole' if whole else ''} number from {low:g} to {high:g}")
        return float(value)

    def is_true(self, key: str) -> bool:
        """Return `true` or `false`, the latter where the key is missing."""
        value = self._take(key, default=False)
        if not isinstance(value, bool):
            raise self.fault(key, "true or false")
        return value

    def names(self, key: str, default: list[str]) -> list[str]:
        """Return a list of names, each once."""
        value = self._take(key, default)
        if (
            not isinstance(value, list)
            or not all(isinstance(name, str) and name for name in value)
            or len(set(value)) < len(value)
        ):
            raise self.fault(key, "a list of names, each once")
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        """Return a table within this one, empty where there is none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self.fault(key, "a table")
        return value

    def holds(self, key: str) -> bool:
        """Tell whether a key is there; it may be then."""
        self._asked.add(key)
        return key in self._values

    def finish(self, allowed: tuple[str, ...] = ()) -> None:
        """Refuse what nobody asked for, but for the keys allowed."""
        unknown = sorted(set(self._values) - self._asked - set(allowed))
        if unknown:
            place = f"[{self.name}]" if self.name else "the top"
            raise self._error(
                f"{self._file} has {', '.join(unknown)} at {place}, which nothing reads; known "
                f"there: {', '.join(sorted(self._asked))}."
            )

    def fault(self, key: str, wanted: str) -> GeoError:
        """Return the error for a value, without the value: it may be a key."""
        place = f" of [{self.name}]" if self.name else ""
        return self._error(f"{key}{place} in {self._file} has to be {wanted}.")

    def _take(self, key: str, default: object) -> Any:  # noqa: ANN401  # what TOML holds
        self._asked.add(key)
        return self._values.get(key, default)
