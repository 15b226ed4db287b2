"""How long the drive is from a place to each clinic of a release.

From ZIPs and cities it can be worked out ahead, once for whoever searches; from any other point the
roads are searched, which takes a hundredth of a second, or some where no limit is set.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypedDict, cast

import numpy as np

from geo.errors import GeoError
from geo.roads.drive_table import LIMIT_MINUTES, build_table
from geo.roads.driving import Reached, measure_blur, reach_rows
from geo.roads.joining import join_points, on_land
from geo.roads.routing import SERVICE
from geo.roads.unreachable import explain, find_parts, share_part
from geo.search.drive_columns import NUMBERS, PARTS, TEXTS
from geo.search.place_drives import Longer, PlaceDrives
from geo.search.searching import search
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Unpack

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from geo.places import Place
    from geo.roads.drive_table import DriveTable
    from geo.roads.joining import Joins
    from geo.roads.routing import Router
    from geo.search.nearest import ClinicIndex
    from geo.search.place_drives import Columns
    from geo.search.searching import SearchResult


_MILES_A_MINUTE: Final = 1.5  # of a straight line, which no drive exceeds
_LINE: Final = np.array("line", dtype=np.object_)
_GRAPH: Final = np.array("graph", dtype=np.object_)


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

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """

    def __init__(self, router: Router, clinics: pd.DataFrame) -> None:
        self._router = router
        self._roads = roads = router.roads
        self._count = len(clinics)
        self._points = clinics[["latitude", "longitude"]].to_numpy(np.float64)
        known = ~np.isnan(self._points).any(axis=1)
        known[known] = on_land(roads, *self._points[known].T)
        self._rows = np.flatnonzero(known)
        self._at_row = np.cumsum(known) - 1
        radius_miles = clinics["radius_miles"].to_numpy(np.float64)[self._rows]
        self._radius_miles = radius_miles
        # Clinics known to their city or ZIP share its point: 794 stand at 475.
        points, at = np.unique(self._points[self._rows], axis=0, return_inverse=True)
        self._distinct = join_points(roads, *points.T)
        self._at = at.reshape(-1)
        self._joins = self._distinct.take(self._at)
        self._blur = measure_blur(radius_miles, self._joins.local)
        self._no_ways: dict[bytes, NDArray[np.object_]] = {}
        self._table: DriveTable | None = None

    def work_out_ahead(self, latitude: ArrayLike, longitude: ArrayLike) -> None:
        """Work out the drives from points that are often searched from: some seconds.

        Parameters
        ----------
        latitude, longitude : (n,) degrees, EPSG:4326.
        """
        self._table = build_table(self._roads, latitude, longitude, self._distinct)

    def drive_from(self, place: Place, *, told_only: bool = False) -> PlaceDrives:
        """Return the drive from a place to each clinic.

        Parameters
        ----------
        place : its point, and how far it may lie from it; a state, which has none, reaches nothing.
        told_only : whether nobody is to be told drives longer than `LIMIT_MINUTES`; of an engine,
            it is then asked only for what may be nearer.

        Raises
        ------
        SchemaError : the place is not on land of the country.
        """
        if place.latitude is None or place.longitude is None or not len(self._rows):
            return PlaceDrives(self._spread({}))
        if self._router.is_asked and not told_only:
            everyone = np.arange(len(self._rows))
            drives, told = self._search(place, self._join(place), everyone)
            return PlaceDrives(self._spread(drives), told)
        local, alike, reached = self._reach(place)
        drives = self._tabulate(place, local, alike, reached)
        if not self._router.is_asked:
            longer = Longer(partial(self._find, place), partial(self._bound_longer, place, local))
            told = self._router.told
            return PlaceDrives(self._spread(drives), told, None if told_only else longer)
        near = np.flatnonzero(self._measure_lines(place) <= LIMIT_MINUTES * _MILES_A_MINUTE)
        if not len(near):
            return PlaceDrives(self._spread(drives))
        asked, told = self._search(place, self._join(place), near)
        for part in PARTS:
            drives[part][near] = asked[part]
        return PlaceDrives(self._spread(drives), told)

    def _spread(self, drives: Mapping[str, NDArray[np.generic]]) -> Columns:
        """Return the parts of the drives by clinics of the release, known point or not."""
        columns: dict[str, NDArray[np.generic]] = {
            **{name: np.full(self._count, np.nan) for name in NUMBERS},
            **{name: np.full(self._count, "", dtype=np.object_) for name in TEXTS},
        }
        for part, values in drives.items():
            columns[f"drive_{part}"][self._rows] = values
        return columns

    def _join(self, place: Place) -> Joins:
        """Return how the point of a place gets to the highways."""
        return join_points(
            self._roads, [cast("float", place.latitude)], [cast("float", place.longitude)]
        )

    def _reach(self, place: Place) -> tuple[float, Joins, Reached]:
        """Return what a place reaches within the limit: looked up, else searched.

        Returns
        -------
        Minutes for a kilometre around it, a point that hangs together with the same as it does, and
        what points of clinics it reaches.
        """
        latitude, longitude = cast("float", place.latitude), cast("float", place.longitude)
        table = self._table
        row = None if table is None else table.find(latitude, longitude)
        if table is not None and row is not None:
            alike = table.kinds.take(table.kind[[row]])
            return float(table.local[row]), alike, table.look_up(row)
        origin = self._join(place)
        rows = reach_rows(self._roads, origin, self._distinct, limit_minutes=LIMIT_MINUTES)
        return float(origin.local[0]), origin, next(rows)[1]

    def _find(self, place: Place, rows: NDArray[np.intp]) -> Columns:
        """Return the columns for some clinics that have a point, however long the drives are."""
        drives, _ = self._search(place, self._join(place), self._at_row[rows])
        return {f"drive_{part}": values for part, values in drives.items()}

    def _bound_longer(
        self, place: Place, local: float, rows: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Return the least minutes that the range of a drive beyond the limit begins with."""
        known = self._at_row[rows]
        return self._bound(place, local, np.full(len(known), LIMIT_MINUTES), known)[0]

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
        low, high = self._bound(place, origin.local[0], minutes, rows)
        asked = (table["method"] == SERVICE).to_numpy()  # which has a range of its own
        low, high = np.where(asked, table["low"], low), np.where(asked, table["high"], high)
        told = str(table.attrs["told"])
        return {**drives, "minutes": minutes, "low": low, "high": high, "miles": miles}, told

    def _measure_lines(
        self, place: Place, rows: NDArray[np.intp] | slice = slice(None)
    ) -> NDArray[np.float64]:
        """Return the statute miles of the straight line to clinics that have a point."""
        points = self._points[self._rows[rows]]
        return geodesic_miles(
            np.full(len(points), place.latitude), np.full(len(points), place.longitude), *points.T
        )

    def _bound(
        self,
        place: Place,
        local: float,
        minutes: NDArray[np.float64],
        rows: NDArray[np.intp],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the range of drives from a place, with its minutes for a kilometre, to some clinics."""
        blur = np.hypot(measure_blur(place.radius_miles, np.array([local])), self._blur[rows])
        return self._roads.pace.bound(minutes, self._measure_lines(place, rows), blur)

    def _tabulate(
        self, place: Place, local: float, alike: Joins, reached: Reached
    ) -> dict[str, NDArray[np.generic]]:
        """Return the parts of the drives to what was reached, by points of clinics, within the limit.

        Parameters
        ----------
        local : minutes for a kilometre around the place.
        alike : a point that hangs together with the same as the place.
        """
        numbers = np.full((2, len(self._distinct)), np.nan)
        # To a tenth, as those worked out ahead are.
        numbers[:, reached.rows] = reached.minutes.round(1), reached.miles.round(1)
        direct = np.zeros(len(self._distinct), dtype=np.bool_)
        direct[reached.rows] = reached.direct
        minutes, miles = numbers[:, self._at]
        known = ~np.isnan(minutes)
        reason = np.where(known, "", self._explain(alike))
        line = direct[self._at] | (reason == "far_from_road")
        low, high = np.full((2, len(minutes)), np.nan)
        rows = np.flatnonzero(known)
        low[rows], high[rows] = self._bound(place, local, minutes[rows], rows)
        return {
            "minutes": minutes,
            "low": low,
            "high": high,
            "miles": miles,
            "method": np.where(line, _LINE, _GRAPH),
            "reason": reason,
        }

    def _explain(self, origin: Joins) -> NDArray[np.object_]:
        """Return why no drive leads to each clinic that has a point; "" where one leads.

        It is the same from nearly everywhere, and kept.
        """
        alike = find_parts(self._roads, origin).tobytes()
        if alike not in self._no_ways:
            ends = np.arange(len(self._distinct))
            here = np.zeros(len(ends), dtype=np.intp)
            reason = explain(self._roads, origin, self._distinct, here, ends).astype(np.object_)
            reason[share_part(self._roads.part, origin, self._distinct, here, ends)] = ""
            self._no_ways[alike] = reason[self._at]
        return self._no_ways[alike]


def search_with_drives(
    clinics: pd.DataFrame,
    index: ClinicIndex,
    place: Place,
    find_drives: Callable[[], ClinicDrives],
    *,
    told_only: bool = False,
    within_minutes: float | None = None,
    by_minutes: bool = False,
    **asked: Unpack[Asked],
) -> SearchResult:
    """Return a search whose clinics have the columns of `geo.search.drive_columns`.

    Where no drive can be worked out the list is in the order of straight lines, whatever was asked,
    and `drive_fault` says why; `drive_remark` says why the operator's engine gave none.

    Parameters
    ----------
    find_drives : returns the drives to those clinics, or raises what `ClinicDrives` does.
    told_only : as of `ClinicDrives.drive_from`.
    asked, and the others : as of `geo.search.searching.search`.

    Raises
    ------
    ValueError : as `geo.search.searching.search`.
    """
    fault, drives = "", None
    if place.latitude is not None:
        try:
            drives = find_drives().drive_from(place, told_only=told_only)
        except GeoError as error:
            fault = str(error)
    found = search(
        clinics,
        index,
        place,
        drives=drives,
        within_minutes=None if drives is None else within_minutes,
        by_minutes=by_minutes and drives is not None,
        **asked,
    )
    return replace(found, drive_fault=fault, drive_remark="" if drives is None else drives.told)
