"""Regions, metropolitan areas and tribal lands that people search by, and no gazetteer holds."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from geo.places.areas import build_area
from geo.places.counties import counted_from_people
from geo.places.names import name_key
from geo.reference import DATA

if TYPE_CHECKING:
    from pathlib import Path

    from geo.places.counties import CountyIndex
    from geo.places.place import Place
    from geo.places.zips import ZipIndex

REGIONS: Final = DATA / "places" / "regions.csv"

_STATE = re.compile(r"(?:^| )([A-Z]{2}): ")
_LABEL_STATES = re.compile(r", [A-Z]{2}(?:-[A-Z]{2})*$")
_DIRECTION = re.compile(r"(north|south|east|west)ern")
_SHORT_DIRECTIONS: Final = {
    "n": "north", "no": "north", "s": "south", "so": "south", "e": "east", "w": "west",
    "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
}  # fmt: skip


@dataclass(frozen=True)
class Region:
    """What `data/places/regions.csv` says of one region.

    Parameters
    ----------
    names : what it is called.
    label : its own label, "Name, ST" or "Name, ST-ST".
    parts : state -> its counties by name, or ZIPs; the state named first is its own.
    """

    names: tuple[str, ...]
    label: str
    parts: dict[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        """The label without its states."""
        return _LABEL_STATES.sub("", self.label)


@cache
def read_regions(path: Path = REGIONS) -> tuple[Region, ...]:
    """Read the regions.

    Parameters
    ----------
    path : a CSV file in the form of `data/places/regions.csv`.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Region(tuple(row["names"].split(";")), row["label"], _split(row["counties"]))
            for row in csv.DictReader(file)
        )


def _split(text: str) -> dict[str, tuple[str, ...]]:
    """Read "MI: Alger; Baraga WI: Iron" as the parts of each state."""
    _before, *pieces = _STATE.split(text)
    return {
        state: tuple(name.strip() for name in names.split(";"))
        for state, names in zip(pieces[::2], pieces[1::2], strict=True)
    }


class NamedRegions:
    """The regions by name; each is made when it is first asked for."""

    def __init__(self, zips: ZipIndex, counties: CountyIndex) -> None:
        self._zips = zips
        self._counties = counties
        self._by_key: defaultdict[str, list[Region]] = defaultdict(list)
        for region in read_regions():
            for key in set(map(region_key, (*region.names, region.name, region.label))):
                self._by_key[key].append(region)
        self._made: dict[tuple[str, str], Place | None] = {}

    def candidates(self, name: str, state: str = "") -> list[Place]:
        """Return the regions of this name, most people first.

        Parameters
        ----------
        name : in any spelling `region_key` takes for the same.
        state : a two-letter code; of a region in several states the part in it.
        """
        regions = self._by_key.get(region_key(name), ())
        places = [
            place
            for region in regions
            if not state or state in region.parts
            if (place := self._place(region, state))
        ]
        return sorted(places, key=lambda place: -place.population)

    def list_all(self) -> list[tuple[Place, tuple[str, ...]]]:
        """Return each region with the names it has."""
        return [
            (place, region.names) for region in read_regions() if (place := self._place(region, ""))
        ]

    def keys(self) -> list[str]:
        """Return what a region's name may be spelled nearly like."""
        return list(self._by_key)

    def _place(self, region: Region, state: str) -> Place | None:
        state = "" if len(region.parts) == 1 else state
        if (region.label, state) not in self._made:
            parts = [
                place
                for code, names in region.parts.items()
                if state in {"", code}
                for name in names
                for place in self._zips_of(name, code)
            ]
            named = {
                "label": f"{region.name}, {state}" if state else region.label,
                "state": state or next(iter(region.parts)),
            }
            self._made[region.label, state] = (
                counted_from_people(build_area(parts, kind="region", **named)) if parts else None
            )
        return self._made[region.label, state]

    def _zips_of(self, name: str, state: str) -> list[Place]:
        if name.isdecimal():
            place = self._zips.get(name)
            return [place] if place else []
        return [
            place
            for geoid in self._counties.geoids(name, state)
            for place in self._zips.of_county(geoid)
        ]


def region_key(name: str) -> str:
    """Return the key of a region's name: as of any name, and "NE Ohio" is "Northeastern Ohio"."""
    first, gap, rest = name.partition(" ")
    direction = _SHORT_DIRECTIONS.get(first.strip(".").casefold(), "") if gap else ""
    return _DIRECTION.sub(r"\1", name_key(f"{direction} {rest}" if direction else name))


def is_direction(name: str) -> bool:
    """Say whether a name is no more than a direction, written short: "NE", "so."."""
    return name.strip(".").casefold() in _SHORT_DIRECTIONS
