"""Drives by an operator's own engine where there is one, by the highways that ship where not.

    router = open_router(share_roads(), find_home())
    drives = router.pairs(origins, targets)
    drives["method"], drives.attrs["told"]

The engine gives minutes and miles; why there is no drive, and whether a ferry or Canada is on the
only way, the highways tell, since a table of an engine does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from geo.errors import SourceError
from geo.reference.road_tables import ATTRIBUTION
from geo.roads.driving import drive_matrix, drive_pairs, drive_to_all, measure_blur
from geo.roads.engine import Table
from geo.roads.engine_access import INSTEAD, EngineAccess
from geo.roads.engine_settings import read_engine_settings
from geo.roads.lengths import MOST_MINUTES
from geo.roads.unreachable import explain, share_part
from geo.units import METRES_PER_MILE, from_ecef

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from geo.roads.joining import Joins
    from geo.roads.network import Roads

SERVICE: Final = "service"
"""The `method` of a drive that an engine gave."""

_MILES_A_MINUTE: Final = 1.5  # of a straight line, which no drive within a limit exceeds
_REPLACED: Final = ("", "far_from_road")
"""Reasons where the engine's drive counts: where only a ferry leads, it may have taken that."""


class DriveMatrix(NamedTuple):
    """Drives from all origins to all targets.

    Attributes
    ----------
    minutes : (n, m) without traffic; inf where not reached within the limit.
    by_service : (n, m) whether the engine gave them.
    told : why the engine gave none, a sentence; "" where nothing stood in its way.
    """

    minutes: NDArray[np.float32]
    by_service: NDArray[np.bool_]
    told: str


class DriveRow(NamedTuple):
    """Drives from one origin to all targets.

    Attributes
    ----------
    minutes, miles : (n,) without traffic, statute by road; inf where not reached within the limit.
    by_service : (n,) whether the engine gave them.
    told : as of `DriveMatrix`.
    """

    minutes: NDArray[np.float64]
    miles: NDArray[np.float64]
    by_service: NDArray[np.bool_]
    told: str


class Router:
    """Drives by an engine, or by the highways; keep one for as long as the settings hold.

    Parameters
    ----------
    roads : the highways.
    access : to the engine; None for none.
    told : why there is none though there should be, a sentence; else "".
    """

    def __init__(self, roads: Roads, access: EngineAccess | None, told: str = "") -> None:
        self.roads = roads
        self.told = told
        self._access = access

    @property
    def is_asked(self) -> bool:
        """Whether an engine is asked; else all of it comes from the highways."""
        return self._access is not None

    def pairs(
        self,
        origins: Joins,
        targets: Joins,
        *,
        origin_radius_miles: ArrayLike = 0.0,
        target_radius_miles: ArrayLike = 0.0,
    ) -> pd.DataFrame:
        """Return the drive of each pair of points, as `geo.roads.drive_pairs` does.

        Parameters
        ----------
        origins, targets, origin_radius_miles, target_radius_miles : as of `drive_pairs`.

        Returns
        -------
        n rows as of `drive_pairs`; `method` is `service` where the engine gave the drive.
        `attrs["told"]` is a sentence on why it gave none, "" where nothing stood in its way.

        Raises
        ------
        SchemaError : as `drive_pairs`.
        """
        drives = drive_pairs(
            self.roads,
            origins,
            targets,
            origin_radius_miles=origin_radius_miles,
            target_radius_miles=target_radius_miles,
        )
        start, end = (
            np.zeros(len(drives), dtype=np.intp) if len(side) == 1 else np.arange(len(drives))
            for side in (origins, targets)
        )
        here, there = origins.take(start), targets.take(end)
        found, drives.attrs["told"] = self._ask_pairs(here, there)
        if found is None or self._access is None:
            return drives
        line_miles = _measure_line(here, there)
        blur = np.hypot(
            measure_blur(origin_radius_miles, here.local),
            measure_blur(target_radius_miles, there.local),
        )
        low, high = self._access.bound(self.roads.pace, found.minutes, line_miles, blur)
        used = np.isfinite(found.minutes) & drives["reason"].isin(_REPLACED).to_numpy()
        numbers = {"minutes": found.minutes, "low": low, "high": high, "miles": found.miles}
        for name, values in numbers.items():
            drives[name] = np.where(used, values, drives[name].to_numpy())
        drives.loc[used, ["method", "reason"]] = [SERVICE, ""]
        return drives

    def to_all(
        self, origin: Joins, targets: Joins, *, limit_minutes: float = MOST_MINUTES
    ) -> DriveRow:
        """Return minutes and miles from one point to many, without range and reasons.

        Parameters
        ----------
        origin : one point.
        targets : n points.
        limit_minutes : what is farther counts as not reached.

        Raises
        ------
        SchemaError : as `geo.roads.drive_to_all`.
        """
        minutes, miles = drive_to_all(self.roads, origin, targets, limit_minutes=limit_minutes)
        start = np.zeros(len(targets), dtype=np.intp)
        found, told = self._ask_pairs(origin.take(start), targets)
        used = np.zeros(len(targets), dtype=np.bool_)
        if found is not None:
            used = np.isfinite(found.minutes)
            rows = np.flatnonzero(used & np.isinf(minutes))
            used[rows] = self._may_reach(origin, targets, start[rows], rows)
            beyond = found.minutes > limit_minutes
            minutes[used] = np.where(beyond, np.inf, found.minutes)[used]
            miles[used] = np.where(beyond, np.inf, found.miles)[used]
        return DriveRow(minutes, miles, used & np.isfinite(minutes), told)

    def matrix(self, origins: Joins, targets: Joins, *, limit_minutes: float) -> DriveMatrix:
        """Return the minutes between all origins and all targets that are within a limit.

        Raises
        ------
        SchemaError : as `geo.roads.drive_matrix`.
        """
        minutes = drive_matrix(self.roads, origins, targets, limit_minutes=limit_minutes)
        found, told = None, self.told
        if self._access is not None:
            reach = limit_minutes * _MILES_A_MINUTE
            found, told = self._access.matrix(_to_degrees(origins), _to_degrees(targets), reach)
        if found is None:
            return DriveMatrix(minutes, np.zeros(minutes.shape, dtype=np.bool_), told)
        used = np.isfinite(found)
        row, column = np.nonzero(used & np.isinf(minutes))
        used[row, column] = self._may_reach(origins, targets, row, column)
        minutes[used] = np.where(found[used] <= limit_minutes, found[used], np.inf)
        return DriveMatrix(minutes, used & np.isfinite(minutes), told)

    def isochrones(
        self, latitude: float, longitude: float, minutes: Sequence[float] = (30.0, 60.0)
    ) -> gpd.GeoDataFrame:
        """Return the areas within so many minutes' drive of a point, as `find_isochrones` does.

        Returns
        -------
        Rows as of `find_isochrones`; `attrs["method"]` is `service` or `graph` for all of them, and
        `attrs["told"]` a sentence on why it is not the engine, else "".

        Raises
        ------
        SchemaError : as `find_isochrones`.
        """
        from geo.roads.isochrones import find_isochrones  # noqa: PLC0415  # 80 ms; geopandas, not for drives

        areas = find_isochrones(self.roads, latitude, longitude, minutes)
        shapes, told = None, self.told
        if self._access is not None:
            shapes, told = self._access.outlines(np.array([latitude, longitude]), minutes)
        if shapes is not None:
            areas = areas.set_geometry(shapes, crs=areas.crs)
        method = "graph" if shapes is None else SERVICE
        areas.attrs |= {"attribution": ATTRIBUTION, "method": method, "told": told}
        return areas

    def _ask_pairs(self, origins: Joins, targets: Joins) -> tuple[Table | None, str]:
        """Return the engine's drives, if it gives any, and what is told."""
        if self._access is None:
            return None, self.told
        table, told = self._access.pairs(_to_degrees(origins), _to_degrees(targets))
        if table is None:
            return None, told
        return Table(table.minutes, np.maximum(table.miles, _measure_line(origins, targets))), told

    def _may_reach(
        self, origins: Joins, targets: Joins, start: NDArray[np.intp], end: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Return of pairs that the highways do not join whether they may be joined all the same.

        They may be beyond a limit, or far from a highway; where a ferry or Canada is the only way,
        an engine that drives them does not say so.
        """
        joined = share_part(self.roads.part, origins, targets, start, end)
        far = explain(self.roads, origins, targets, start, end) == "far_from_road"
        return np.asarray(joined | far, dtype=np.bool_)


def open_router(roads: Roads, home: Path, *, patients: bool = False) -> Router:
    """Return what answers drives: by the engine of `roads.toml`, or by the highways.

    Settings that are wrong are no reason for no answer: the highways give it, and that is told.

    Parameters
    ----------
    roads : the highways.
    home : the operator's folder.
    patients : whether patients search: then an engine elsewhere is asked only if `roads.toml` says
        `patients = true`, and it has `timeout_seconds` for all requests of a search together.
    """
    try:
        settings = read_engine_settings(home)
    except SourceError as error:
        return Router(roads, None, f"{error} {INSTEAD}")
    if settings is None or (patients and not settings.serves_patients):
        return Router(roads, None)
    return Router(roads, EngineAccess(settings, hurried=patients))


def _to_degrees(joins: Joins) -> NDArray[np.float64]:
    """Return (n, 2) latitudes and longitudes, to a tenth of a metre."""
    degrees: NDArray[np.float64] = np.column_stack(from_ecef(joins.xyz * 1000))
    return degrees.round(6)


def _measure_line(origins: Joins, targets: Joins) -> NDArray[np.float64]:
    miles: NDArray[np.float64] = np.linalg.norm(origins.xyz - targets.xyz, axis=-1) / (
        METRES_PER_MILE / 1000
    )
    return miles
