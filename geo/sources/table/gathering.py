"""Rows of one place become one record: a table may have a row a service, or a row twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from geo.sources.cleaning import clean_text
from geo.sources.reading import hash_key
from geo.sources.table.row_facts import choose_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

JOINED: Final = (
    "treatments",
    "conditions",
    "payment",
    "languages",
    "ages",
    "operating",
    "licence_status",
)
"""Fields of which several rows of a place tell more than one."""

# What keys a record for good, whatever fields are added: a listing keeps its id.
_KEY_FIELDS: Final = ("street", "unit", "city", "state", "zip", "address")
_MOST_JOINED: Final = 50
_WHERE: Final = ("street", "address", "latitude")


class Key(NamedTuple):
    """What tells a record from others: its own key, and what its place is told by."""

    own: str
    place: str
    phone: str


@dataclass
class Keys:
    """Which rows of a table are of one place, as a first pass over it tells.

    Parameters
    ----------
    unique : whether the column of keys tells one place from others, as it seems by now.
    """

    unique: bool = True
    _place_of: dict[str, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _again: set[str] = field(default_factory=set)
    _phones: dict[str, dict[str, int]] = field(default_factory=dict)

    def look(self, key: Key) -> None:
        """Take note of a row."""
        if key.own and self._place_of.setdefault(key.own, key.place) != key.place:
            self.unique = False
        whole = (key.place, f"{key.place}|{key.phone}", f"id|{key.own}" if key.own else "")
        for one in filter(None, whole):
            (self._again if one in self._seen else self._seen).add(one)

    def name(self, key: Key) -> str:
        """Return the key of the record that a row is of."""
        if key.own and self.unique:
            return key.own
        if not key.phone or key.place not in self._again:
            return key.place
        phones = self._phones.setdefault(key.place, {})
        number = phones.setdefault(key.phone, len(phones))
        return f"{key.place}:{hash_key(key.phone)[:8]}" if number else key.place

    def is_shared(self, key: Key) -> bool:
        """Tell whether several rows are of the record of this one."""
        if key.own and self.unique:
            return f"id|{key.own}" in self._again
        return (f"{key.place}|{key.phone}" if key.phone else key.place) in self._again


def make_key(said: Mapping[str, str]) -> Key:
    """Return the key of a row.

    A row without a street is told by its telephone number too: a chain has several in a city.

    Parameters
    ----------
    said : field -> cell.
    """
    number = said.get("house_number", "")
    parts = [choose_name(said), *(said.get(name, "") for name in _KEY_FIELDS)]
    place = hash_key(*parts, *([number] if number.strip() else []))
    located = any(said.get(name, "").strip() for name in _WHERE)
    phone = "".join(filter(str.isdigit, said.get("phone", "")))
    return Key(clean_text(said.get("id", "")), place, "" if located else phone)


@dataclass
class Record:
    """What the rows of a place say together.

    Parameters
    ----------
    said : field -> cell.
    cells : heading -> cell, as they stood.
    line : of its first row.
    spoken : what of it names the treatment.
    rows : how many they are.
    """

    said: dict[str, str]
    cells: dict[str, str]
    line: int
    spoken: list[str]
    rows: int = 1

    def add(self, other: Record) -> None:
        """Take in a further row of the same place."""
        self.rows += other.rows
        for name, text in other.said.items():
            if name in JOINED:
                self.said[name] = _join((self.said.get(name, ""), text))
            elif not self.said.get(name, "").strip():
                self.said[name] = text
        self.cells = {name: _join((cell, other.cells[name])) for name, cell in self.cells.items()}
        self.spoken = list(dict.fromkeys((*self.spoken, *other.spoken)))[:_MOST_JOINED]


def _join(texts: Iterable[str]) -> str:
    parts = dict.fromkeys(part for text in texts for part in text.split("; ") if part.strip())
    return "; ".join(list(parts)[:_MOST_JOINED])
