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


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """What minutes and miles are made of; read-only.

    Parameters
    ----------
    road : (densities, 2, windings) minutes for a kilometre of highway, by the class of adults
        around it, single or dual carriageway, and how it winds.
    local : (densities,) minutes for a kilometre of the straight line to a highway.
    terminal_minutes : of every drive from a mile on, for what no map shows; less in proportion
        where both ends are nearer.
    miles_factor : measured miles for one of the graph.
    range_miles : (k,) straight lines in rising order, the middle of the classes of distance.
    range_low, range_high : (k,) factors of the minutes there, between which 90% lie.
    """

    road: NDArray[np.float64]
    local: NDArray[np.float64]
    terminal_minutes: float
    miles_factor: float
    range_miles: NDArray[np.float64]
    range_low: NDArray[np.float64]
    range_high: NDArray[np.float64]

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
            float(held["terminal_minutes"]),
            float(held["miles_factor"]),
            *np.array(held["range"], dtype=np.float64).T,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused(f"{error}") from error
    densities = len(DENSITY_EDGES) + 1
    if pace.road.shape != (densities, 2, len(WINDING_EDGES) + 1) or pace.local.shape != (
        densities,
    ):
        raise _refused("it has other classes")
    numbers = (pace.road, pace.local, pace.miles_factor, pace.range_miles, pace.range_high)
    whole = all(np.all(np.isfinite(part) & (np.asarray(part) > 0)) for part in numbers)
    if not (whole and np.all(pace.range_low >= 0) and 0 <= pace.terminal_minutes < np.inf):
        raise _refused("it holds a number that no pace has")
    return pace


def _refused(why: str) -> SourceError:
    return SourceError(
        f"data/reference/{FILE} is missing or is not as it was written ({why}); "
        "take it from the repository again."
    )
