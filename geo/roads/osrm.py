"""OSRM's table of drives, by its HTTP API; it has no isochrones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.roads.engine import SNAP_MILES, Line, Table
from geo.units import METRES_PER_MILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.roads.engine_settings import EngineSettings

_OK: Final = 200
_SECONDS: Final = 60.0


class Osrm:
    """An OSRM server.

    Parameters
    ----------
    settings : of the engine.
    """

    most_points: int = 300  # so that an address stays below the 8 kB that servers take

    def __init__(self, settings: EngineSettings) -> None:
        self._line = Line(settings)
        self._profile = settings.profile

    def knows(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return True for each: a table says itself how far off its roads are."""
        return np.ones(len(points), dtype=np.bool_)

    def table(self, origins: NDArray[np.float64], targets: NDArray[np.float64]) -> Table:
        """Return the drives between points, without ferries.

        Raises
        ------
        FetchError, SourceError : as `Line.ask`; OSRM refuses, or its reply is none.
        """
        count = len(origins)
        places = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in (*origins, *targets))
        reply = self._line.ask(
            f"/table/v1/{self._profile}/{places}",
            {
                "sources": ";".join(map(str, range(count))),
                "destinations": ";".join(map(str, range(count, count + len(targets)))),
                "annotations": "duration,distance",
                "generate_hints": "false",
                "exclude": "ferry",
            },
        )
        value = reply.value if isinstance(reply.value, dict) else {}
        if reply.status != _OK or value.get("code") != "Ok":
            raise self._line.refuse(reply.status, value.get("message"))
        shape = (len(origins), len(targets))
        minutes = self._line.read_numbers(value.get("durations"), *shape) / _SECONDS
        miles = self._line.read_numbers(value.get("distances"), *shape) / METRES_PER_MILE
        far = np.logical_or.outer(
            self._is_far(value.get("sources"), shape[0]),
            self._is_far(value.get("destinations"), shape[1]),
        )
        minutes[far], miles[far] = np.nan, np.nan
        return self._line.check(Table(minutes, miles), origins, targets)

    def outline(self, point: NDArray[np.float64], minutes: float) -> None:
        """Return None: OSRM has no isochrones."""

    def _is_far(self, waypoints: object, count: int) -> NDArray[np.bool_]:
        """Return which points had to be moved too far to get to a road."""
        held = waypoints if isinstance(waypoints, list) else []
        moved = [each.get("distance") if isinstance(each, dict) else None for each in held]
        if len(moved) != count or None in moved:
            raise self._line.distrust("it does not say to which roads the points were moved")
        metres = self._line.read_numbers([moved], 1, count)[0]
        return np.asarray(metres > SNAP_MILES * METRES_PER_MILE, dtype=np.bool_)
