"""How fast one drives: the coefficients that were fitted on measured drives, and the range."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import SourceError
from geo.paths import DATA
from geo.reference.road_tables import DENSITY_EDGES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

FILE: Final = "roads_pace.json"

WINDING_EDGES: Final = (1.02, 1.06, 1.15)
"""How many times as long as its straight line an edge is, at which one class of winding ends."""

LOCAL_DETOUR: Final = 1.3
"""Kilometres by local roads for one of the straight line between a point and a highway."""

TERMINAL_MILES: Final = 2.0
"""A straight line of so many miles takes half of the terminal minutes; a longer one more, never all."""

EASTING_DEGREES: Final = (-100.0, -70.0)
"""Longitudes between which roads get slower towards the east; beyond, they stay as they are there."""


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """What minutes and miles are made of; read-only.

    Parameters
    ----------
    road : (densities, 2, windings) minutes for a kilometre of highway, by the class of adults
        around it, single or dual carriageway, and how it winds.
    local : (densities,) minutes for a kilometre of the straight line to a highway.
    terminal : (densities,) minutes at either end of a long drive, for what no map shows.
    easting : by what share `road` and `local` are more at the east of `EASTING_DEGREES`, and less at
        the west.
    miles_factor : measured miles for one of the graph.
    range_miles : (k,) straight lines in rising order, the middle of the classes of distance.
    range_low, range_high : (k,) factors of the minutes there, between which 90% lie.
    """

    road: NDArray[np.float64]
    local: NDArray[np.float64]
    terminal: NDArray[np.float64]
    easting: float
    miles_factor: float
    range_miles: NDArray[np.float64]
    range_low: NDArray[np.float64]
    range_high: NDArray[np.float64]

    @property
    def least(self) -> float:
        """Minutes for a kilometre where one drives fastest."""
        return float(self.road.min()) * (1.0 - abs(self.easting))

    def slow(self, longitude: ArrayLike) -> NDArray[np.float64]:
        """Return what `road` and `local` are multiplied by at longitudes in degrees, EPSG:4326."""
        west, east = EASTING_DEGREES
        degrees = np.clip(np.asarray(longitude, dtype=np.float64), west, east)
        factor: NDArray[np.float64] = 1.0 + self.easting * (2 * degrees - west - east) / (
            east - west
        )
        return factor

    def bound(
        self, minutes: NDArray[np.float64], line_miles: ArrayLike, blur_minutes: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the least and most minutes of the range around an estimate.

        Parameters
        ----------
        minutes : the estimates.
        line_miles : the straight lines.
        blur_minutes : what the ends' own radii add to either side; it is combined with the range of
            the estimate as independent errors are.
        """
        place = np.log(np.maximum(line_miles, 1.0))
        known = np.log(self.range_miles)
        blur = np.asarray(blur_minutes, dtype=np.float64)
        below = minutes * (1.0 - np.interp(place, known, self.range_low))
        above = minutes * (np.interp(place, known, self.range_high) - 1.0)
        with np.errstate(invalid="ignore"):  # inf - inf where there is no way
            low = np.maximum(minutes - np.hypot(below, blur), 0.0)
        return low, minutes + np.hypot(above, blur)


def measure_terminal(
    one: ArrayLike, other: ArrayLike, line_miles: ArrayLike
) -> NDArray[np.float64]:
    """Return the minutes at both ends for what no map shows, the fewer the nearer the ends are.

    Parameters
    ----------
    one, other : those at either end of a long drive, as of `Pace.terminal`.
    line_miles : the straight lines between them.
    """
    miles = np.asarray(line_miles, dtype=np.float64)
    minutes: NDArray[np.float64] = np.add(one, other) * (miles / (miles + TERMINAL_MILES))
    return minutes


def read_pace(data: Path = DATA) -> Pace:
    """Return the coefficients that ship with the program.

    Raises
    ------
    SourceError : the file is missing or is not as it was written.
    """
    path = data / "reference" / FILE
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        pace = Pace(
            np.array(held["road_minutes_per_km"], dtype=np.float64),
            np.array(held["local_minutes_per_km"], dtype=np.float64),
            np.array(held["terminal_minutes"], dtype=np.float64),
            float(held["easting"]),
            float(held["miles_factor"]),
            *np.array(held["range"], dtype=np.float64).T,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused(f"{error}") from error
    densities = len(DENSITY_EDGES) + 1
    by_density = {pace.local.shape, pace.terminal.shape} == {(densities,)}
    if not by_density or pace.road.shape != (densities, 2, len(WINDING_EDGES) + 1):
        raise _refused("it has other classes")
    numbers = (pace.road, pace.local, pace.miles_factor, pace.range_miles, pace.range_high)
    whole = all(np.all(np.isfinite(part) & (np.asarray(part) > 0)) for part in numbers)
    whole &= bool(np.all(np.isfinite(pace.terminal) & (pace.terminal >= 0)))
    if not (whole and np.all(pace.range_low >= 0) and abs(pace.easting) < 1):
        raise _refused("it holds a number that no pace has")
    return pace


def _refused(why: str) -> SourceError:
    return SourceError(
        f"data/reference/{FILE} is missing or is not as it was written ({why}); "
        "take it from the repository again."
    )
