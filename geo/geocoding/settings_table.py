"""A table of `geocoding.toml`, read value by value, each checked as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.errors import GeocodingError
from geo.files.toml_tables import TomlTable

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = "geocoding.toml"


class Table(TomlTable):
    """Raises GeocodingError for a value of another kind.

    Parameters
    ----------
    name : of the table, "" for the top of the file.
    values : as TOML holds them.
    """

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        super().__init__(name, values, file=FILE, error=GeocodingError)

    def cap(self, default: int | None) -> int | None:
        """Return `daily_cap`; None where there is none."""
        if not self.holds("daily_cap") and default is None:
            return None
        return int(self.number("daily_cap", default or 0, 1, 10_000_000, whole=True))
