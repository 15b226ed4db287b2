"""How long the drive is from a place to each clinic of a release.

From ZIPs and cities it can be worked out ahead, once for whoever searches; from any other point the
roads are searched, which takes a hundredth of a second, or some where no limit is set.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypedDict, cast

import numpy as np
import pandas as pd

from geo.errors import GeoError
from geo.roads.drive_table import LIMIT_MINUTES, build_table
from geo.roads.driving import Reached, measure_blur, reach_rows
from geo.roads.joining import join_points, on_land
from geo.roads.routing import SERVICE
from geo.roads.unreachable import explain, share_part
from geo.search.drive_columns import COLUMNS, PARTS
from geo.search.searching import search
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Unpack

    from numpy.typing import ArrayLike, NDArray

    from geo.places import Place
    from geo.roads.drive_table import DriveTable
    from geo.roads.joining import Joins
    from geo.roads.routing import Router
    from geo.search.nearest import ClinicIndex
    from geo.search.searching import SearchResult


_MILES_A_MINUTE: Final = 1.5  # of a straight line, which no drive exceeds


class Asked(TypedDict, total=False):
    """What of a search has nothing to do with drives."""

    within_miles: float | None
    limit: int | None
    treatment: str | None
    hide_unconfirmed: bool
    wanted: Mapping[str, str] | None


class ClinicDrives:
    """Drives to the clinics of one release; for any thread.

    Parameters
    ----------
    router : what answers drives; where it asks an engine, nothing is looked up.
    clinics : the clinic table of the release.
    told_only : whether drives by the highways end at `LIMIT_MINUTES`, as those worked out ahead do:
        several times as fast, for who is not told longer ones.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """

    def __init__(self, router: Router, clinics: pd.DataFrame, *, told_only: bool = False) -> None:
        self._router = router
        self._told_only = told_only
        self._roads = roads = router.roads
        self._count = len(clinics)
        self._points = clinics[["latitude", "longitude"]].to_numpy(np.float64)
        known = ~np.isnan(self._points).any(axis=1)
        known[known] = on_land(roads, *self._points[known].T)
        self._rows = np.flatnonzero(known)
        self._radius_miles = clinics["radius_miles"].to_numpy(np.float64)[self._rows]
        # Clinics known to their city or ZIP share its point: 794 stand at 475.
        points, at = np.unique(self._points[self._rows], axis=0, return_inverse=True)
        self._distinct = join_points(roads, *points.T)
        self._at = at.reshape(-1)
        self._joins = self._distinct.take(self._at)
        self._table: DriveTable | None = None

    def work_out_ahead(self, latitude: ArrayLike, longitude: ArrayLike) -> None:
        """Work out the drives from points that are often searched from: some seconds.

        Parameters
        ----------
        latitude, longitude : (n,) degrees, EPSG:4326.
        """
        self._table = build_table(self._roads, latitude, longitude, self._distinct)

    def drive_from(self, place: Place) -> pd.DataFrame:
        """Return the drive from a place to each clinic.

        Parameters
        ----------
        place : its point, and how far it may lie from it; a state, which has none, reaches nothing.

        Returns
        -------
        A row a clinic in the order of the release, `COLUMNS`: minutes without traffic, `low` to `high`
        of which hold 90% and widen by what is not known of both points, statute miles by road; NaN
        and the reason where no drive is known, NaN without a reason where a point is missing or the
        drive is longer than is worked out. `attrs["told"]`, where it is there, says why the
        operator's engine gave none.

        Raises
        ------
        SchemaError : the place is not on land of the country.
        """
        found = pd.DataFrame(
            {
                **dict.fromkeys(COLUMNS[:4], np.full(self._count, np.nan)),
                **dict.fromkeys(COLUMNS[4:], np.full(self._count, "", dtype=np.object_)),
            }
        )
        if place.latitude is None or place.longitude is None or not len(self._rows):
            return found
        drives, found.attrs["told"] = self._find(place)
        for part, column in zip(PARTS, COLUMNS, strict=True):
            values = found[column].to_numpy().copy()
            values[self._rows] = drives[part]
            found[column] = values
        return found

    def _find(self, place: Place) -> tuple[dict[str, NDArray[np.generic]], str]:
        """Return the parts of the drives, and what is told of the engine."""
        latitude, longitude = cast("float", place.latitude), cast("float", place.longitude)
        origin = join_points(self._roads, [latitude], [longitude])
        if not self._told_only:
            row = self._find_ahead(latitude, longitude)
            if row is None or self._router.is_asked:
                return self._search(place, origin, np.arange(len(self._rows)))
        drives = self._tabulate(place, origin, self._reach(latitude, longitude, origin))
        if not self._router.is_asked:
            return drives, self._router.told
        near = np.flatnonzero(self._measure_lines(place) <= LIMIT_MINUTES * _MILES_A_MINUTE)
        if not len(near):
            return drives, ""
        asked, told = self._search(place, origin, near)
        for part in PARTS:
            drives[part][near] = asked[part]
        return drives, told

    def _find_ahead(self, latitude: float, longitude: float) -> int | None:
        """Return the row of a point in what was worked out ahead, if it is there."""
        return None if self._table is None else self._table.find(latitude, longitude)

    def _reach(self, latitude: float, longitude: float, origin: Joins) -> Reached:
        """Return what points of clinics are reached within the limit: looked up, else searched."""
        row = self._find_ahead(latitude, longitude)
        if self._table is not None and row is not None:
            return self._table.look_up(row)
        rows = reach_rows(self._roads, origin, self._distinct, limit_minutes=LIMIT_MINUTES)
        return next(rows)[1]

    def _search(
        self, place: Place, origin: Joins, rows: NDArray[np.intp]
    ) -> tuple[dict[str, NDArray[np.generic]], str]:
        """Return the parts of the drives to some clinics, however long, and what is told."""
        table = self._router.pairs(
            origin,
            self._joins.take(rows),
            origin_radius_miles=place.radius_miles,
            target_radius_miles=self._radius_miles[rows],
        )
        drives = {part: table[part].to_numpy() for part in PARTS}
        # To a tenth, as those worked out ahead, or the words would change when these are there.
        minutes, miles = (np.round(table[part].to_numpy(), 1) for part in ("minutes", "miles"))
        low, high = self._bound(place, origin, minutes, rows)
        asked = (table["method"] == SERVICE).to_numpy()  # which has a range of its own
        low, high = np.where(asked, table["low"], low), np.where(asked, table["high"], high)
        told = str(table.attrs["told"])
        return {**drives, "minutes": minutes, "low": low, "high": high, "miles": miles}, told

    def _measure_lines(self, place: Place) -> NDArray[np.float64]:
        """Return the statute miles of the straight line to each clinic that has a point."""
        points = self._points[self._rows]
        return geodesic_miles(
            np.full(len(points), place.latitude), np.full(len(points), place.longitude), *points.T
        )

    def _bound(
        self,
        place: Place,
        origin: Joins,
        minutes: NDArray[np.float64],
        rows: NDArray[np.intp],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the range of drives from a place to some clinics."""
        blur = np.hypot(
            measure_blur(place.radius_miles, origin.local[0]),
            measure_blur(self._radius_miles[rows], self._joins.local[rows]),
        )
        return self._roads.pace.bound(minutes, self._measure_lines(place)[rows], blur)

    def _tabulate(
        self, place: Place, origin: Joins, reached: Reached
    ) -> dict[str, NDArray[np.generic]]:
        """Return the parts of the drives to what was reached, by points of clinics, within the limit."""
        minutes, miles = (np.full(len(self._distinct), np.nan) for _ in range(2))
        # To a tenth, as those worked out ahead are.
        minutes[reached.rows], miles[reached.rows] = (
            reached.minutes.round(1),
            reached.miles.round(1),
        )
        direct = np.zeros(len(self._distinct), dtype=np.bool_)
        direct[reached.rows] = reached.direct
        minutes, miles = minutes[self._at], miles[self._at]
        method = np.where(direct[self._at], "line", "graph").astype(np.object_)
        reason = np.full(len(self._rows), "", dtype=np.object_)
        away = np.flatnonzero(np.isnan(minutes))
        here = np.zeros(len(away), dtype=np.intp)
        lost = ~share_part(self._roads.part, origin, self._joins, here, away)
        away, here = away[lost], here[lost]
        reason[away] = explain(self._roads, origin, self._joins, here, away)
        method[reason == "far_from_road"] = "line"
        low, high = self._bound(place, origin, minutes, np.arange(len(self._rows)))
        return {
            "minutes": minutes,
            "low": low,
            "high": high,
            "miles": miles,
            "method": method,
            "reason": reason,
        }


def search_with_drives(
    clinics: pd.DataFrame,
    index: ClinicIndex,
    place: Place,
    find_drives: Callable[[], ClinicDrives],
    *,
    within_minutes: float | None = None,
    by_minutes: bool = False,
    **asked: Unpack[Asked],
) -> SearchResult:
    """Return a search whose clinics have the columns of `ClinicDrives.drive_from`.

    Where no drive can be worked out the list is in the order of straight lines, whatever was asked,
    and `drive_fault` says why; `drive_remark` says why the operator's engine gave none.

    Parameters
    ----------
    find_drives : returns the drives to those clinics, or raises what `ClinicDrives` does.
    asked, and the others : as of `geo.search.searching.search`.

    Raises
    ------
    ValueError : as `geo.search.searching.search`.
    """
    fault, remark, with_drives = "", "", clinics
    if place.latitude is not None:
        try:
            drives = find_drives().drive_from(place)
            remark = drives.attrs.get("told", "")
            with_drives = pd.concat([clinics, drives.set_index(clinics.index)], axis=1)
        except GeoError as error:
            fault = str(error)
    told = with_drives is not clinics
    found = search(
        with_drives,
        index,
        place,
        within_minutes=within_minutes if told else None,
        by_minutes=by_minutes and told,
        **asked,
    )
    return replace(found, drive_fault=fault, drive_remark=remark)
