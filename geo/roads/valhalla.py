"""Valhalla's matrix and isochrones, by its HTTP API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.roads.engine import SNAP_MILES, Line, Table
from geo.units import METRES_PER_MILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.roads.engine import EngineReply
    from geo.roads.engine_settings import EngineSettings

_OK: Final = 200
_NO_WAY: Final = frozenset({170, 171, 442})
"""Its error codes where some of the points cannot be reached from some others."""

_SECONDS: Final = 60.0
_FARTHEST_DEGREES: Final = 10.0  # of an isochrone, from its point


class Valhalla:
    """A Valhalla server.

    Parameters
    ----------
    settings : of the engine.
    """

    most_points: int = 80  # so that an address stays below the 8 kB that servers take

    def __init__(self, settings: EngineSettings) -> None:
        self._line = Line(settings)
        self._costing = settings.profile

    def knows(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points have a road near them in the engine's extract.

        A matrix with one point off its roads is refused as a whole, so that this is asked first.

        Raises
        ------
        FetchError, SourceError : as `Line.ask`; Valhalla refuses, or its reply is none.
        """
        found = np.zeros(len(points), dtype=np.bool_)
        for start in range(0, len(points), self.most_points):
            some = points[start : start + self.most_points]
            reply = self._ask("/locate", {"locations": _locate(some), "verbose": False})
            if reply.status != _OK:
                raise self._refuse(reply)
            held = reply.value if isinstance(reply.value, list) else []
            if len(held) != len(some) or not all(isinstance(each, dict) for each in held):
                raise self._line.distrust(f"not what lies at {len(some)} points")
            found[start : start + len(some)] = [
                bool(each.get("edges")) or bool(each.get("nodes")) for each in held
            ]
        return found

    def table(self, origins: NDArray[np.float64], targets: NDArray[np.float64]) -> Table:
        """Return the drives between points; ferries are avoided where the server allows it.

        Raises
        ------
        FetchError, SourceError : as `Line.ask`; Valhalla refuses, or its reply is none.
        """
        reply = self._ask(
            "/sources_to_targets",
            {
                "sources": _locate(origins),
                "targets": _locate(targets),
                "units": "miles",
                "verbose": False,
            },
        )
        value = reply.value if isinstance(reply.value, dict) else {}
        if reply.status != _OK and value.get("error_code") in _NO_WAY:
            return self._divide(origins, targets)
        if reply.status != _OK:
            raise self._refuse(reply)
        held = value.get("sources_to_targets")
        if not isinstance(held, dict) or value.get("units") != "miles":
            raise self._line.distrust("no matrix in miles")
        shape = (len(origins), len(targets))
        table = Table(
            self._line.read_numbers(held.get("durations"), *shape) / _SECONDS,
            self._line.read_numbers(held.get("distances"), *shape),
        )
        return self._line.check(table, origins, targets)

    def outline(self, point: NDArray[np.float64], minutes: float) -> shapely.Geometry | None:
        """Return what is within so many minutes of a point; None where no road is near it.

        Raises
        ------
        FetchError, SourceError : as `Line.ask`; Valhalla refuses, or its reply is none.
        """
        if not self.knows(point[np.newaxis])[0]:
            return None
        reply = self._ask(
            "/isochrone",
            {
                "locations": _locate(point[np.newaxis]),
                "contours": [{"time": round(minutes, 2)}],
                "polygons": True,
            },
        )
        if reply.status != _OK:
            raise self._refuse(reply)
        try:
            shape = shapely.union_all(
                shapely.make_valid(
                    shapely.from_geojson(
                        [json.dumps(each["geometry"]) for each in reply.value["features"]]  # type: ignore[index]
                    )
                )
            )
        except (TypeError, KeyError, ValueError, shapely.errors.ShapelyError) as error:
            raise self._line.distrust("no isochrone in GeoJSON") from error
        if shape.is_empty or shape.area == 0:
            raise self._line.distrust("an isochrone of no area")
        reach = np.abs(np.asarray(shape.bounds) - np.tile(point[::-1], 2))
        if not np.all(reach < _FARTHEST_DEGREES):
            raise self._line.distrust("an isochrone far from its point")
        return shape

    def _divide(self, origins: NDArray[np.float64], targets: NDArray[np.float64]) -> Table:
        """Return the drives of a matrix that is refused since some are none: by halves."""
        shape = (len(origins), len(targets))
        if shape == (1, 1):
            return Table(np.full(shape, np.nan), np.full(shape, np.nan))
        if shape[0] >= shape[1]:
            half = shape[0] // 2
            parts = [self.table(some, targets) for some in (origins[:half], origins[half:])]
            return Table(*(np.concatenate(each) for each in zip(*parts, strict=True)))
        half = shape[1] // 2
        parts = [self.table(origins, some) for some in (targets[:half], targets[half:])]
        return Table(*(np.concatenate(each, axis=1) for each in zip(*parts, strict=True)))

    def _ask(self, path: str, question: dict[str, Any]) -> EngineReply:
        options = {self._costing: {"use_ferry": 0.0, "exclude_ferries": True}}
        question |= {"costing": self._costing, "costing_options": options}
        return self._line.ask(path, {"json": json.dumps(question, separators=(",", ":"))})

    def _refuse(self, reply: EngineReply) -> Exception:
        value = reply.value if isinstance(reply.value, dict) else {}
        return self._line.refuse(reply.status, value.get("error"))


def _locate(points: NDArray[np.float64]) -> list[dict[str, float]]:
    cutoff = round(SNAP_MILES * METRES_PER_MILE)
    return [
        {"lat": round(lat, 6), "lon": round(lon, 6), "search_cutoff": cutoff}
        for lat, lon in points.tolist()
    ]
