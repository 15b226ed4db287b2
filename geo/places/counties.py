"""Counties, parishes, boroughs and their like, by name."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geo.i18n.reasons import Reason
from geo.places.areas import build_area
from geo.places.names import name_key, name_keys
from geo.places.place import column_lists

if TYPE_CHECKING:
    import pandas as pd

    from geo.places.place import Place
    from geo.places.zips import ZipIndex

_SORTS: Final = (
    "City and Borough", "Census Area", "Planning Region", "Municipality", "Municipio", "Borough",
    "County", "Parish", "city",
)  # fmt: skip
_SORT = re.compile(rf" (?:{'|'.join(_SORTS)})$")
_TYPED_LAST = re.compile(
    r"(?P<name>.*?[^ ,])[ ,]+(?:county|cnty|cty|co\.?|parish|borough|census area|city and borough|"
    r"municipality|planning region|municipio|condado)",
    re.IGNORECASE,
)
_TYPED_FIRST = re.compile(
    r"(?:the )?(?:(?:county|parish|borough|municipio|parroquia) (?:of|de|del)|condado(?: de| del)?) "
    r"(?P<name>.+)",
    re.IGNORECASE,
)
_TYPED_SORTS: Final = ("parish", "borough")
_SHORT: Final = {
    "la": "losangeles", "sf": "sanfrancisco", "neworleans": "orleans", "pg": "princegeorges",
    "slo": "sanluisobispo", "chesco": "chester",
}  # fmt: skip
INDEPENDENT_CITY: Final = " city"


class CountyIndex:
    """The counties by name and state.

    Parameters
    ----------
    counties : `county_geoid`, `name` ("Cook County") and `state`.
    zips : to know where a county's people live.

    Raises
    ------
    SchemaError : the table lacks a column.
    """

    def __init__(self, counties: pd.DataFrame, zips: ZipIndex) -> None:
        table = column_lists("counties", counties, ("county_geoid", "name", "state"))
        self._zips = zips
        self._rows = list(zip(table["county_geoid"], table["name"], table["state"], strict=True))
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        bases = [_SORT.sub("", name) for name in table["name"]]
        for row, (base, full) in enumerate(
            zip(name_keys(bases), name_keys(table["name"]), strict=True)
        ):
            for key in {base, full}:
                self._by_key[key].append(row)

    def candidates(self, name: str, state: str = "") -> list[Place]:
        """Return the counties of a typed name, most people first.

        Parameters
        ----------
        name : "Cook County", "condado de Cook", "Orleans Parish"; a bare name too where it is
            written with a hyphen ("Miami-Dade"), as few cities are.
        state : a two-letter code, or "" for all.
        """
        bare = name_of_county(name) or (name if "-" in name else "")
        key = name_key(bare)
        rows = self._by_key.get(_SHORT.get(key, key), ()) if bare else self._called(name)
        if state:
            rows = [row for row in rows if self._rows[row][2] == state]
        if sort := next((sort for sort in _TYPED_SORTS if sort in name.casefold()), ""):
            rows = [row for row in rows if sort in self._rows[row][1].casefold()] or rows
        counties = [row for row in rows if not self._rows[row][1].endswith(INDEPENDENT_CITY)]
        places = [place for row in counties or rows if (place := self._place(row))]
        return sorted(places, key=lambda place: -place.population)

    def geoids(self, name: str, state: str) -> list[str]:
        """Return the codes of the counties of a bare or whole name in a state."""
        return [
            self._rows[row][0]
            for row in self._by_key.get(name_key(name), ())
            if self._rows[row][2] == state
        ]

    def list_all(self) -> list[tuple[str, float]]:
        """Return (label, people) of each county that has a ZIP."""
        return [
            (f"{name}, {state}", people)
            for geoid, name, state in self._rows
            if (people := self._zips.people_of_county(geoid)) is not None
        ]

    def with_key(self, key: str) -> list[Place]:
        """Return the counties whose whole name has this key, most people first."""
        places = [place for row in self._called(key) if (place := self._place(row))]
        return sorted(places, key=lambda place: -place.population)

    def _called(self, name: str) -> list[int]:
        """Return the rows whose whole name is this, such as "St. John Island"."""
        key = name_key(name)
        return [row for row in self._by_key.get(key, ()) if name_key(self._rows[row][1]) == key]

    def keys(self) -> list[str]:
        """Return what a county's whole name may be spelled nearly like."""
        return [name_key(name) for _geoid, name, _state in self._rows]

    def _place(self, row: int) -> Place | None:
        geoid, name, state = self._rows[row]
        parts = self._zips.of_county(geoid)
        if not parts:
            return None
        label = f"{name}, {state}"
        return counted_from_people(build_area(parts, label=label, kind="county", state=state))


def name_of_county(typed: str) -> str:
    """Return the bare name of what is typed as a county; "" where it is not."""
    match = _TYPED_FIRST.fullmatch(typed) or _TYPED_LAST.fullmatch(typed)
    if not match or _TYPED_LAST.fullmatch(match["name"]):
        return ""  # "El Paso County, CO" ends in a state, not in an abbreviation of "county"
    return match["name"]


def counted_from_people(place: Place) -> Place:
    """Say of an area from where distances count."""
    figures: dict[str, float | str] = {"place": place.label, "distance": place.radius_miles}
    return replace(place, notes=(*place.notes, Reason("counted_from_people", figures)))
