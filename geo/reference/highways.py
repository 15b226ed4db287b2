"""Highways of the world from OpenStreetMap, read without running their package, cut to the US."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.errors import SourceError
from geo.units import from_ecef, to_ecef

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# West, south, east, north of the contiguous states, Alaska, Hawaii and Puerto Rico.
BOXES: Final = ((-126, 24, -65, 50), (-180, 50, -129, 72), (-161, 18, -154, 23), (-68, 17, -64, 19))

_GREAT_LAKE: Final = 0.1  # square degrees; a smaller lake is land here
_BORDER_DEGREES: Final = 0.02  # what the coarse lines of borders and shores may be off
_LEAST_NODES: Final = 5
_LEAST_SHARE_INSIDE: Final = 0.3
_STEP_KM: Final = 0.4  # between the samples of an edge
_ASIDE_KM: Final = 0.2  # how far apart the two carriageways of a road may lie
_NEAR_KM: Final = 0.35
_PARALLEL: Final = 0.97  # cosine
_DIGITS: Final = np.isin(np.arange(256), np.frombuffer(b"0123456789.-", np.uint8))


@dataclass(frozen=True, slots=True, eq=False)
class Highways:
    """Highways as a graph without directions, each edge once.

    Parameters
    ----------
    points : (n, 2) latitude, longitude of each node in degrees, EPSG:4326.
    start, end : (m,) node of either end.
    km : (m,) along the road, at least the straight line.
    """

    points: NDArray[np.float64]
    start: NDArray[np.intp]
    end: NDArray[np.intp]
    km: NDArray[np.float64]


def read_highways(path: Path) -> Highways:
    """Return the graph that `world_highways.py` of scgraph_data writes as two Python literals.

    The file is never imported or compiled: its numbers are read as text, in two seconds and 250 MB.

    Parameters
    ----------
    path : the file, which holds `graph=[{node: km, ...}, ...]` and `nodes=[[latitude, longitude],
        ...]`.

    Raises
    ------
    SourceError : it does not hold the two in that form.
    """
    text = path.read_bytes()
    first, second = text.find(b"graph=["), text.find(b"nodes=[")
    last = text.find(b"]]", second)
    if not 0 <= first < second < last:
        raise SourceError(f"{path.name} does not hold a graph and its nodes; it is not used.")
    graph = np.frombuffer(text, np.uint8)[first + 7 : second]
    points = _read_numbers(text[second + 7 : last])
    opened = np.flatnonzero(graph == ord("{"))
    links = np.flatnonzero(graph == ord(":"))
    pairs = _read_numbers(graph.tobytes())
    if len(points) != 2 * len(opened) or len(pairs) != 2 * len(links) or not len(links):
        raise SourceError(
            f"{path.name} holds other numbers than nodes and lengths; it is not used."
        )
    start = np.searchsorted(opened, links) - 1
    end = pairs[::2].astype(np.intp)
    if end.min() < 0 or end.max() >= len(opened):
        raise SourceError(f"{path.name} leads to a node that is not there; it is not used.")
    once = start < end
    return Highways(points.reshape(-1, 2), start[once], end[once], pairs[1::2][once])


def _read_numbers(text: bytes) -> NDArray[np.float64]:
    """Return the numbers in a text in which only digits, dots and minus signs make them."""
    characters = np.frombuffer(text, np.uint8).copy()
    characters[~_DIGITS[characters]] = ord(" ")
    return np.fromstring(characters.tobytes().decode("ascii"), dtype=np.float64, sep=" ")


def cut_to_country(
    world: Highways,
    states: NDArray[np.object_],
    land: NDArray[np.object_],
    lakes: NDArray[np.object_],
) -> Highways:
    """Return the highways of the states, Puerto Rico, and the water between, none of Canada's.

    A node over water stays, since bridges lie there; one on foreign land leaves, and so does an
    edge whose middle does. Scraps of under five nodes, and those mostly outside of the country,
    leave too.

    Parameters
    ----------
    states : their polygons, degrees, EPSG:4326.
    land, lakes : all land of the Earth with its lakes, and the lakes; likewise.
    """
    country = shapely.union_all(shapely.buffer(shapely.simplify(states, 0.002), _BORDER_DEGREES))
    boxes = shapely.box(*np.array(BOXES, dtype=np.float64).T)
    great = lakes[(shapely.area(lakes) > _GREAT_LAKE) & _touch_any(lakes, boxes)]
    parts = shapely.get_parts(shapely.make_valid(land))
    parts = parts[_touch_any(parts, boxes)]
    near = shapely.intersection(shapely.union_all(parts), shapely.union_all(boxes))
    water = shapely.union_all(shapely.make_valid(great))
    abroad = shapely.difference(near, shapely.union(water, country))
    shapely.prepare(abroad)
    latitude, longitude = world.points.T
    inside = np.zeros(len(latitude), dtype=np.bool_)
    for west, south, east, north in BOXES:
        inside |= (latitude > south) & (latitude < north) & (longitude > west) & (longitude < east)
    rows = np.flatnonzero(inside)
    inside[rows] = ~shapely.contains_xy(abroad, longitude[rows], latitude[rows])
    kept = _select(world, inside[world.start] & inside[world.end])
    xyz = to_ecef(*kept.points.T)
    middle = from_ecef((xyz[kept.start] + xyz[kept.end]) / 2)
    kept = _select(kept, ~shapely.contains_xy(abroad, middle[1], middle[0]))
    count, part = connected_components(_as_matrix(kept), directed=False)
    sizes = np.bincount(part, minlength=count)
    shapely.prepare(country)
    within = shapely.contains_xy(country, kept.points[:, 1], kept.points[:, 0])
    share = np.bincount(part, within, minlength=count) / sizes
    good = (share > _LEAST_SHARE_INSIDE) & (sizes >= _LEAST_NODES)
    kept = _select(kept, good[part[kept.start]])
    xyz = to_ecef(*kept.points.T)
    straight = np.linalg.norm(xyz[kept.start] - xyz[kept.end], axis=1) / 1000
    return Highways(kept.points, kept.start, kept.end, np.maximum(kept.km, straight))


def _touch_any(shapes: NDArray[np.object_], boxes: NDArray[np.object_]) -> NDArray[np.bool_]:
    touched: NDArray[np.bool_] = np.any([shapely.intersects(shapes, box) for box in boxes], axis=0)
    return touched


def _select(highways: Highways, edges: NDArray[np.bool_]) -> Highways:
    """Return the edges chosen and the nodes that they have."""
    start, end = highways.start[edges], highways.end[edges]
    used = np.unique(np.concatenate((start, end)))
    return Highways(
        highways.points[used],
        np.searchsorted(used, start),
        np.searchsorted(used, end),
        highways.km[edges],
    )


def _as_matrix(highways: Highways) -> coo_array:
    count = len(highways.points)
    ones = np.ones(len(highways.start), dtype=np.bool_)
    return coo_array((ones, (highways.start, highways.end)), shape=(count, count))


def find_dual(highways: Highways) -> NDArray[np.bool_]:
    """Return which edges are one of two carriageways, from what runs beside them.

    Every 400 m of an edge is held against what lies within 350 m: another edge that runs parallel,
    at most 200 m aside, and is not just its own continuation. More than half of an edge must have
    such a twin.

    Returns
    -------
    (m,) booleans.
    """
    xyz = to_ecef(*highways.points.T) / 1000
    along = xyz[highways.end] - xyz[highways.start]
    straight = np.linalg.norm(along, axis=1)
    count = np.maximum(1, (straight / _STEP_KM).astype(np.intp))
    edge = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + 0.5
    samples = xyz[highways.start[edge]] + (place / count[edge])[:, np.newaxis] * along[edge]
    direction = along / np.maximum(straight, 1e-6)[:, np.newaxis]
    one, other = cKDTree(samples).query_pairs(_NEAR_KM, output_type="ndarray").T
    parallel = np.abs(_dot(direction[edge[one]], direction[edge[other]])) > _PARALLEL
    parallel &= edge[one] != edge[other]
    one, other = one[parallel], other[parallel]
    twin = np.zeros(len(samples), dtype=np.bool_)
    for here, there in ((one, other), (other, one)):
        apart = samples[here] - samples[there]
        ahead = _dot(apart, direction[edge[here]])
        aside = np.sqrt(np.maximum(_dot(apart, apart) - ahead * ahead, 0))
        follows = _share_node(highways, edge[here], edge[there]) & (np.abs(ahead) > 2 * aside)
        twin[here[(aside < _ASIDE_KM) & ~follows]] = True
    share: NDArray[np.float64] = np.bincount(edge, twin, minlength=len(count)) / count
    return share > 0.5  # noqa: PLR2004 (more than half)


def _dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = np.einsum("ij,ij->i", a, b)
    return product


def _share_node(
    highways: Highways, edges: NDArray[np.intp], others: NDArray[np.intp]
) -> NDArray[np.bool_]:
    start, end = highways.start, highways.end
    shared: NDArray[np.bool_] = (
        (start[edges] == start[others])
        | (start[edges] == end[others])
        | (end[edges] == start[others])
        | (end[edges] == end[others])
    )
    return shared
