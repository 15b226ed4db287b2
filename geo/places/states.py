"""States by what people call them, and how a typed text splits into name, city and state."""

from __future__ import annotations

import csv
import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from geo.places.names import STATE_SHORTHAND, endings, name_key, name_keys
from geo.places.place import Place, column_lists
from geo.places.precision import Precision
from geo.reference import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

GROUPS = DATA / "places" / "state_groups.csv"

ASSOCIATED_STATES = MappingProxyType(
    {"FM": "Micronesia", "MH": "Marshall Islands", "PW": "Palau"}  # ZIPs, but no US outline
)
TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI", *ASSOCIATED_STATES})

_COUNTRY = re.compile(
    r"(?<![ ,])[ ,]+(?:U\.?S\.?A?|United States(?: of America)?|E\.?E\.? ?U\.?U|Estados Unidos)\.?$",
    re.IGNORECASE,
)
_STATE_OF = re.compile(r"(?:the )?state of | state", re.IGNORECASE)
_COUNTY = re.compile(r" (?:county|parish)$", re.IGNORECASE)
_LABELS = MappingProxyType({"NY": "New York State"})  # its bare name is the city's
_LONGEST_STATE = 6
_LONGEST_CITY = 3


class StateIndex:
    """The table `states` by code and name.

    Raises
    ------
    SchemaError : the table lacks a column.
    """

    def __init__(self, states: pd.DataFrame) -> None:
        table = column_lists("states", states, ("state", "name", "population"))
        known = dict(zip(table["state"], table["name"], strict=True))
        self.names: dict[str, str] = {**ASSOCIATED_STATES, **known}
        self._people = dict(zip(table["state"], np.nan_to_num(table["population"]), strict=True))
        self._codes: dict[str, str] = {
            **STATE_SHORTHAND,
            **{code.lower(): code for code in self.names},
            **dict(zip(name_keys(self.names.values()), self.names, strict=True)),
        }

    def code(self, text: str) -> str:
        """Return the two-letter code of a state's code, name or older abbreviation, or ""."""
        return self._codes.get(name_key(text), "") or self._codes.get(
            name_key(_STATE_OF.sub("", text)), ""
        )

    def group(self, text: str) -> list[Place]:
        """Return the states of a part of the country such as "New England", most people first."""
        codes = read_groups().get(name_key(text), ())
        return sorted(map(self.place, codes), key=lambda place: -place.population)

    def name(self, code: str) -> str:
        """Return the state's name; the code itself where the table does not know it."""
        return self.names.get(code, code)

    def list_all(self) -> list[Place]:
        """Return each state and territory as a place."""
        return [self.place(code) for code in self.names]

    def place(self, code: str) -> Place:
        """Return the state as a place, which has no point."""
        return Place(
            label=_LABELS.get(code, self.names[code]),
            kind="state",
            latitude=None,
            longitude=None,
            precision=Precision.STATE,
            radius_miles=0.0,
            state=code,
            population=float(self._people.get(code, 0.0)),
        )

    def readings(self, typed: str, *, whole: bool = False) -> Iterator[tuple[str, str, str]]:
        """Yield (name, city it is a part of, state's code) as a text may be read, best first.

        "Back Bay, Boston, MA" reads as ("Back Bay", "Boston", "MA"), "Port Washington" as that
        name before it reads as ("Port", "", "WA"), but "Vernon CT" as ("Vernon", "", "CT") first.
        """
        parts = without_country(typed).split(", ")
        if len(parts) > 2 and not whole:  # noqa: PLR2004 - "Chicago, Cook County, IL"
            parts = [part for part in parts if not _COUNTY.search(part)]
        state = self.code(parts[-1]) if parts else ""
        if len(parts) <= 1:
            yield from self._unparted("".join(parts))
        elif state:
            *names, last = parts[:-1]
            yield (", ".join(names), last, state) if names else (last, "", state)
            yield from ((name, city, state) for name, city in endings(last.split(), _LONGEST_CITY))
            yield ", ".join(parts[:-1]), "", state
        else:
            yield ", ".join(parts), "", ""
            yield parts[0], parts[1], ""
            yield from (
                (parts[0], city, code)
                for city, ending in endings(parts[1].split(), _LONGEST_STATE)
                if (code := self.code(ending))
            )

    def _unparted(self, text: str) -> Iterator[tuple[str, str, str]]:
        words = text.split()
        with_state = [
            (name, "", code)
            for name, ending in endings(words, _LONGEST_STATE)
            if (code := self.code(ending))
        ]
        yield from (reading for reading in with_state if words[-1].upper() == reading[2])
        yield text, "", ""
        yield from with_state
        yield from ((name, city, "") for name, city in endings(words, _LONGEST_CITY))


@cache
def read_groups(path: Path = GROUPS) -> Mapping[str, tuple[str, ...]]:
    """Read the parts of the country: key of a name -> the codes of its states.

    Parameters
    ----------
    path : a CSV file in the form of `data/places/state_groups.csv`.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return {
            name_key(name): tuple(row["states"].split(";"))
            for row in csv.DictReader(file)
            for name in row["names"].split(";")
        }


def without_country(typed: str) -> str:
    """Drop a closing "USA" or "United States"."""
    return _COUNTRY.sub("", typed)
