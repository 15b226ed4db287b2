"""Which source a listing is of, by its id, and what is known of the titles that sources have."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.paths import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PATH: Final = DATA / "listing_sources.csv"

CURATED: Final = "curated"
"""The source of a listing whose id names none."""

NOT_RECORDED: Final = "not recorded"
"""In `Title.date_told`: the title says that nobody noted the date."""


@dataclass(frozen=True)
class Title:
    """What is known of a title, which the curated listings have many of.

    Attributes
    ----------
    source_list : the name of the list of clinics (`geo.sources.lists`) that it is of; "" for none.
    date_told : the date that the title tells itself, so that it need not be told twice;
        `NOT_RECORDED`; or "".
    """

    source_list: str
    date_told: str


UNKNOWN_TITLE: Final = Title(source_list="", date_told="")


def find_source_name(listing_id: str) -> str:
    """Return the name of the source that a listing is of: what stands before the `:` of its id.

    Examples
    --------
    >>> find_source_name("osm:node:7"), find_source_name("L0001")
    ('osm', 'curated')
    """
    name, colon, _key = listing_id.partition(":")
    return name if colon else CURATED


@cache
def read_titles(path: Path = PATH) -> Mapping[str, Title]:
    """Return what is known of each title, by the title as it stands in the listings.

    Parameters
    ----------
    path : a CSV in the form of `data/listing_sources.csv`.

    Raises
    ------
    SourceError : it cannot be read, or lacks a column.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        found = {row["source"]: Title(row["list"], row["date_told"]) for row in rows}
    except (OSError, ValueError, csv.Error, KeyError) as error:
        raise SourceError(f"The titles of sources {path} cannot be read ({error}).") from error
    return MappingProxyType(found)


def describe_title(title: str) -> Title:
    """Return what is known of a title; `UNKNOWN_TITLE` of any that is not in the table.

    Raises
    ------
    SourceError : as `read_titles`.
    """
    return read_titles().get(title, UNKNOWN_TITLE)
