"""ZIP codes by their digits and by nearness."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo.i18n.reasons import Reason
from geo.places.names import MILITARY, name_keys
from geo.places.place import Place, column_lists
from geo.places.precision import Precision
from geo.units import METRES_PER_MILE, geodesic_miles, to_ecef

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray
ORDINARY_MILES = 30.0
"""How much nearer a ZIP of post-office boxes must be to be taken for the nearest."""

_COLUMNS = (
    "zip", "city", "city_aliases", "state", "kind", "point_source", "latitude", "longitude",
    "radius_miles", "population",
)  # fmt: skip


class ZipIndex:
    """The table `zips` by ZIP, by beginning, and by nearness.

    Raises
    ------
    SchemaError : the table lacks a column.
    """

    def __init__(self, zips: pd.DataFrame) -> None:
        self._table = column_lists("zips", zips, _COLUMNS)
        order = sorted(range(len(zips)), key=self._table["zip"].__getitem__)
        self._rows = {self._table["zip"][row]: row for row in order}
        self._codes = list(self._rows)
        self._counties = zips["county_geoid"].tolist() if "county_geoid" in zips else []

    def get(self, code: str) -> Place | None:
        """Return the ZIP's place; None for one that is unknown or has no point."""
        row = self._rows.get(code)
        return None if row is None or np.isnan(self._table["latitude"][row]) else self._place(row)

    def is_military(self, code: str) -> bool:
        """Say whether mail to this ZIP goes to a military or diplomatic post."""
        row = self._rows.get(code)
        return row is not None and (
            self._table["kind"][row] == "military" or self._table["state"][row] in MILITARY
        )

    def city_label(self, code: str) -> str:
        """Return "City, ST" as mail to this ZIP is addressed; "" for an unknown ZIP."""
        row = self._rows.get(code)
        return "" if row is None else f"{self._table['city'][row]}, {self._table['state'][row]}"

    def names(self, code: str) -> frozenset[str]:
        """Return the keys of the place names that mail to this ZIP may carry."""
        row = self._rows.get(code)
        if row is None:
            return frozenset()
        names = [self._table["city"][row], *self._table["city_aliases"][row].split(";")]
        return frozenset(key for key in name_keys(names) if key)

    def point_source(self, code: str) -> str:
        """Return where the ZIP's point is from (`geonames`, `gazetteer`, `zipcodes`) or ""."""
        row = self._rows.get(code)
        return "" if row is None else self._table["point_source"][row]

    def beginning(self, prefixes: Iterable[str]) -> list[Place]:
        """Return the ZIPs with a point that begin with any of these digits, in order."""
        found = []
        for prefix in prefixes:
            first = bisect_left(self._codes, prefix)
            last = bisect_left(self._codes, prefix + ":", lo=first)  # ":" sorts after "9"
            found += self._codes[first:last]
        return [place for code in found if (place := self.get(code))]

    def list_all(self) -> list[tuple[str, str, str, bool]]:
        """Return (ZIP, city, state, whether it is an ordinary one) of each with a point, in order."""
        table = self._table
        return [
            (code, table["city"][row], table["state"][row], table["kind"][row] == "standard")
            for code, row in self._rows.items()
            if not np.isnan(table["latitude"][row])
        ]

    def of_county(self, geoid: str) -> list[Place]:
        """Return the ZIPs with a point most of whose homes are in a county; all ordinary ones."""
        rows = self._rows_of_county.get(geoid, ())
        kinds = self._table["kind"]
        places = [(kinds[row], self._place(row)) for row in rows]
        ordinary = [place for kind, place in places if kind == "standard"]
        return ordinary or [place for _kind, place in places]

    def people_of_county(self, geoid: str) -> float | None:
        """Return the people of the ZIPs most of whose homes are in a county; None where it has none."""
        rows = self._rows_of_county.get(geoid, ())
        people = [self._table["population"][row] for row in rows]
        return sum(count for count in people if count > 0) if people else None

    def middle_of_state(self, state: str) -> tuple[float, float] | None:
        """Return the middle of a state's ZIPs by their people; None where none has a point."""
        rows = [
            row
            for row, code in enumerate(self._table["state"])
            if code == state and not np.isnan(self._table["latitude"][row])
        ]
        if not rows:
            return None
        points = np.array([(self._table["latitude"][r], self._table["longitude"][r]) for r in rows])
        people = np.nan_to_num([self._table["population"][row] for row in rows])
        middle = np.average(points, axis=0, weights=people if people.sum() > 0 else None)
        return float(middle[0]), float(middle[1])

    @cached_property
    def _rows_of_county(self) -> dict[str, list[int]]:
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for row, geoid in enumerate(self._counties):
            if geoid and not np.isnan(self._table["latitude"][row]):
                rows[geoid].append(row)
        return rows

    def of_city(self, city: str, state: str) -> Place | None:
        """Return the most populous ZIP whose first place name is this city's, or None."""
        names, states = self._table["city"], self._table["state"]
        places = [
            place
            for code, row in self._rows.items()
            if names[row] == city and states[row] == state and (place := self.get(code))
        ]
        return max(places, key=lambda place: place.population, default=None)

    def nearest(self, latitude: float, longitude: float) -> tuple[Place, float]:
        """Return the ZIP whose point is nearest, and how far that is.

        One of post-office boxes or of a single organisation is taken only where it is
        `ORDINARY_MILES` nearer than any ordinary ZIP (American Samoa has no other).

        Parameters
        ----------
        latitude, longitude : degrees, EPSG:4326.

        Returns
        -------
        The ZIP's place, and the WGS84 geodesic to its point in statute miles.
        """
        rows, points, handicap = self._points
        chords = np.sqrt(np.square(points - to_ecef([latitude], [longitude])).sum(axis=1))
        row = int(rows[np.argmin(chords + handicap)])
        to = self._table["latitude"][row], self._table["longitude"][row]
        return self._place(row), float(geodesic_miles(latitude, longitude, *to))

    @cached_property
    def _points(self) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
        """Rows with a point, their ECEF points, and what each is held further away; metres."""
        latitude = np.asarray(self._table["latitude"], dtype=np.float64)
        longitude = np.asarray(self._table["longitude"], dtype=np.float64)
        rows = np.flatnonzero(~np.isnan(latitude))
        ordinary = np.asarray(self._table["kind"], dtype=object)[rows] == "standard"
        handicap = np.where(ordinary, 0.0, ORDINARY_MILES * METRES_PER_MILE)
        return rows, to_ecef(latitude[rows], longitude[rows]), handicap

    def _place(self, row: int) -> Place:
        table = self._table
        code, city, state = (table[column][row] for column in ("zip", "city", "state"))
        radius = float(table["radius_miles"][row])
        po_box = table["kind"][row] == "po_box"
        boxes = Reason("post_office_boxes", {"zip": code, "distance": radius})
        return Place(
            label=f"{city}, {state} {code}",
            kind="zip",
            latitude=float(table["latitude"][row]),
            longitude=float(table["longitude"][row]),
            precision=Precision.ZIP_PO_BOX if po_box else Precision.ZIP,
            radius_miles=radius,
            state=state,
            zip=code,
            city=city,
            population=float(np.nan_to_num(table["population"][row])),
            notes=(boxes,) if po_box else (),
        )
