"""One engine as it is used: its minutes calibrated, its failures told, and a rest after them."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import FetchError, SourceError
from geo.roads.engine import Table, hurry
from geo.roads.engine_settings import Calibration, EngineKind
from geo.roads.engine_tables import ask_matrix, ask_pairs, make_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely
    from numpy.typing import NDArray

    from geo.roads.engine_settings import EngineSettings
    from geo.roads.pace import Pace

REST_SECONDS: Final = 60.0
"""How long an engine that does not answer is not asked again, so that nobody waits for it."""

INSTEAD: Final = "Drives are worked out from the highways that come with the program instead."

_UNCALIBRATED: Final = Calibration(1.0, 1.0, 1.0)


class EngineAccess:
    """An engine; what it does not give is None, and a sentence says why.

    Parameters
    ----------
    settings : of the engine.
    hurried : whether somebody waits: then each question has `timeout_seconds` in all, however many
        requests it takes.
    """

    def __init__(self, settings: EngineSettings, *, hurried: bool = False) -> None:
        self._settings = settings
        self._seconds = settings.timeout_seconds if hurried else math.inf
        self._engine = make_engine(settings)
        self._factor = (settings.calibration or _UNCALIBRATED).factor
        self._rests_until = 0.0
        self._told = ""

    def pairs(
        self, origins: NDArray[np.float64], targets: NDArray[np.float64]
    ) -> tuple[Table | None, str]:
        """Return the drives of (n, 2) pairs of latitudes and longitudes, NaN where it knows none."""
        if self._is_resting():
            return None, self._told
        try:
            with hurry(self._seconds):
                table = ask_pairs(self._engine, self._settings, origins, targets)
        except (FetchError, SourceError) as error:
            return None, self._fail(error)
        return Table(table.minutes * self._factor, table.miles), ""

    def matrix(
        self, origins: NDArray[np.float64], targets: NDArray[np.float64], within_miles: float
    ) -> tuple[NDArray[np.float32] | None, str]:
        """Return (n, m) minutes, NaN where it knows none or the straight line is too long."""
        if self._is_resting():
            return None, self._told
        minutes = np.full((len(origins), len(targets)), np.nan, dtype=np.float32)
        try:
            for rows, columns, table in ask_matrix(
                self._engine, self._settings, origins, targets, within_miles
            ):
                minutes[np.ix_(rows, columns)] = table.minutes * self._factor
        except (FetchError, SourceError) as error:
            return None, self._fail(error)
        return minutes, ""

    def outlines(
        self, point: NDArray[np.float64], minutes: Sequence[float]
    ) -> tuple[list[shapely.Geometry] | None, str]:
        """Return what is within each of so many minutes of a latitude and longitude."""
        if self._is_resting():
            return None, self._told
        if self._settings.kind is EngineKind.OSRM:
            return None, f"{self._settings.name} has no isochrones. {INSTEAD}"
        shapes = []
        try:
            for limit in minutes:
                shape = self._engine.outline(point, limit / self._factor)
                if shape is None:
                    return None, f"{self._settings.name} knows no road near the point. {INSTEAD}"
                shapes.append(shape)
        except (FetchError, SourceError) as error:
            return None, self._fail(error)
        return shapes, ""

    def bound(
        self,
        pace: Pace,
        minutes: NDArray[np.float64],
        line_miles: NDArray[np.float64],
        blur_minutes: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the range of its minutes: as calibrated, else as that of the highways.

        Parameters
        ----------
        pace, minutes, line_miles, blur_minutes : as of `Pace.bound`.
        """
        calibration = self._settings.calibration
        if calibration is None:
            return pace.bound(minutes, line_miles, blur_minutes)
        below = np.hypot(minutes * (1.0 - calibration.low), blur_minutes)
        above = np.hypot(minutes * (calibration.high - 1.0), blur_minutes)
        return np.maximum(minutes - below, 0.0), minutes + above

    def _is_resting(self) -> bool:
        return time.monotonic() < self._rests_until

    def _fail(self, error: FetchError | SourceError) -> str:
        """Return what is told of a failure; an engine that did not answer rests."""
        told = f"{error} {INSTEAD}"
        if isinstance(error, FetchError):
            self._told, self._rests_until = told, time.monotonic() + REST_SECONDS
        return told
