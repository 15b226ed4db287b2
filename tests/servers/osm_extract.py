"""A small OpenStreetMap extract: towns on the ground of real ZIPs, with streets and houses.

Every third block has its houses as nodes, every third as building outlines, and every third as an
address interpolation between two corner houses.
"""

import math
from dataclasses import dataclass
from itertools import count
from xml.etree import ElementTree as ET

MADE_AT = "2026-01-01T00:00:00Z"
BLOCK_DEGREES = 0.002
BLOCKS = 6


@dataclass(frozen=True)
class Town:
    name: str
    county: str
    state: str
    code: str
    zip: str
    latitude: float
    longitude: float
    streets: tuple[str, ...]


@dataclass(frozen=True)
class House:
    number: str
    street: str
    town: Town
    latitude: float
    longitude: float
    kind: str  # node, building or interpolated


class Extract:
    """Collects nodes, ways and relations, and writes them in the order OSM files have."""

    def __init__(self):
        self._root = ET.Element("osm", version="0.6", generator="clinic-finder tests")
        self._parts = {"node": [], "way": [], "relation": []}
        self._numbers = {kind: count(1) for kind in self._parts}

    def node(self, latitude, longitude, **tags):
        return self._add("node", tags, lat=f"{latitude:.7f}", lon=f"{longitude:.7f}")

    def way(self, nodes, **tags):
        return self._add("way", tags, [("nd", {"ref": node}) for node in nodes])

    def boundary(self, south, west, north, east, level, **tags):
        corners = [
            self.node(*corner)
            for corner in ((south, west), (south, east), (north, east), (north, west))
        ]
        outer = self.way([*corners, corners[0]])
        member = ("member", {"type": "way", "ref": outer, "role": "outer"})
        fixed = {"type": "boundary", "boundary": "administrative", "admin_level": str(level)}
        return self._add("relation", fixed | tags, [member])

    def write(self, path):
        for elements in self._parts.values():
            self._root.extend(elements)
        ET.ElementTree(self._root).write(path, encoding="utf-8", xml_declaration=True)

    def _add(self, kind, tags, children=(), **attributes):
        number = str(next(self._numbers[kind]))
        facts = {"id": number, "version": "1", "timestamp": MADE_AT}
        element = ET.Element(kind, facts | attributes)
        for name, facts in children:
            ET.SubElement(element, name, facts)
        for key, value in tags.items():
            ET.SubElement(element, "tag", k=key.replace("__", ":"), v=value)
        self._parts[kind].append(element)
        return number


def write_extract(path, towns):
    """Write the extract, and return the houses that can be asked for."""
    extract = Extract()
    for name, code in sorted({(town.state, town.code) for town in towns}):
        points = [(t.latitude, t.longitude) for t in towns if t.code == code]
        south, west = (min(values) - 0.5 for values in zip(*points, strict=True))
        north, east = (max(values) + 0.5 for values in zip(*points, strict=True))
        extract.boundary(south, west, north, east, 4, name=name, ref=code, short_name=code)
    houses = []
    for town in towns:
        houses += _build(extract, town)
    extract.write(path)
    return houses


def _build(extract, town):
    lat, lon = town.latitude, town.longitude
    for reach, level, name in ((0.2, 6, town.county), (0.06, 8, town.name)):
        extract.boundary(lat - reach, lon - reach, lat + reach, lon + reach, level, name=name)
    extract.node(lat, lon, place="city", name=town.name, population="100000")
    houses = []
    for row, street in enumerate(town.streets):
        north = lat + (row - len(town.streets) / 2) * 2 * BLOCK_DEGREES
        west = lon - BLOCKS / 2 * BLOCK_DEGREES
        corners = [extract.node(north, west + step * BLOCK_DEGREES) for step in range(BLOCKS + 1)]
        extract.way(corners, highway="residential", name=street)
        for block in range(BLOCKS):
            start = west + block * BLOCK_DEGREES
            houses += _build_block(extract, town, street, block, (north, start))
    return houses


def _build_block(extract, town, street, block, corner):
    north, west = corner
    number = (block + 1) * 100
    setback = BLOCK_DEGREES / 8
    inset = BLOCK_DEGREES / math.tau

    def tags(house):
        return {
            "addr__housenumber": str(house),
            "addr__street": street,
            "addr__city": town.name,
            "addr__state": town.code,
            "addr__postcode": town.zip,
        }

    kind = ("node", "building", "interpolated")[block % 3]
    if kind == "node":
        extract.node(north + setback, west + inset, **tags(number))
        return [House(str(number), street, town, north + setback, west + inset, kind)]
    if kind == "building":
        side = BLOCK_DEGREES / 20
        south, left = north - setback, west + inset
        corners = [
            extract.node(south - down * side, left + right * side)
            for down, right in ((0, 0), (0, 1), (1, 1), (1, 0))
        ]
        extract.way([*corners, corners[0]], building="yes", **tags(number + 1))
        middle = (south - side / 2, left + side / 2)
        return [House(str(number + 1), street, town, *middle, kind)]
    ends = [
        extract.node(north + setback, west + along * BLOCK_DEGREES, **tags(number + offset))
        for along, offset in ((0.1, 0), (0.9, 80))
    ]
    extract.way(ends, addr__interpolation="even")
    middle = west + 0.5 * BLOCK_DEGREES
    return [House(str(number + 40), street, town, north + setback, middle, kind)]
