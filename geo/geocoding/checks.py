"""What speaks against a geocoder's point: each doubt sends the clinic to review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from geo.errors import SchemaError
from geo.geocoding.candidates import same_house
from geo.i18n.reasons import Reason
from geo.places.precision import Precision
from geo.reference.regions import BORDER_MILES, assign_regions
from geo.units import geodesic_miles

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

Doubts: TypeAlias = tuple[Reason, ...]

JUMP_MILES: Final = 0.25
"""A clinic whose point moves further than this is looked at by an operator."""
BORDER_SLACK_MILES: Final = 1.0
"""How far outside of its state or county a point may seem, since their outlines are drawn at
1:5,000,000."""
AREA_PRECISIONS: Final = frozenset({Precision.ZIP, Precision.ZIP_PO_BOX, Precision.CITY})
"""Positions that stand for an area: a move within its radius is no jump."""

CHECKED_COLUMNS: Final = (
    "latitude", "longitude", "precision", "radius_miles", "house_number", "state", "zip",
    "found_house_number", "found_state", "found_zip",
    "last_latitude", "last_longitude", "last_precision", "last_radius_miles",
)  # fmt: skip


class Checker:
    """Checks points against the reference tables, which it indexes once.

    Parameters
    ----------
    zips : `zip`, `latitude`, `longitude`, `radius_miles`.
    zip_county : `zip`, `county_geoid`: the counties each ZIP lies in.
    counties : as `assign_regions` takes them, with `name`; EPSG:4326.
    """

    def __init__(
        self, zips: pd.DataFrame, zip_county: pd.DataFrame, counties: gpd.GeoDataFrame
    ) -> None:
        self._zips = zips.set_index("zip")[["latitude", "longitude", "radius_miles"]]
        self._counties = counties
        self._county_names: dict[str, str] = dict(
            zip(counties["county_geoid"], counties["name"], strict=True)
        )
        grouped = zip_county.groupby("zip")["county_geoid"]
        self._counties_of: dict[str, frozenset[str]] = {
            str(code): frozenset(geoids) for code, geoids in grouped
        }

    def zip_radius_miles(self, zip_code: str) -> float:
        """Return the radius of a ZIP, in statute miles; infinite for one that is not known."""
        return float(self._zips["radius_miles"].get(zip_code, np.inf))

    def find_doubts(self, proposals: pd.DataFrame) -> list[tuple[Reason, ...]]:
        """Return what speaks against each proposed point.

        Parameters
        ----------
        proposals : a row a clinic: `latitude`, `longitude` (degrees, EPSG:4326), `precision`,
            `radius_miles`; `house_number`, `state`, `zip` as declared and, with `found_` before,
            as the geocoder found them, "" where unknown; and the last agreed position with
            `last_` before, NaN and "" where there is none.

        Returns
        -------
        A tuple a row of `proposals`; an empty one where nothing does.

        Raises
        ------
        SchemaError : a column is missing.
        """
        if missing := [column for column in CHECKED_COLUMNS if column not in proposals]:
            raise SchemaError(f"The table of proposals lacks {', '.join(missing)}.")
        if proposals.empty:
            return []
        doubts = [
            self._doubt_state_and_county(proposals),
            self._doubt_zip(proposals),
            _doubt_match(proposals),
            _doubt_jump(proposals),
        ]
        return [sum(of_row, ()) for of_row in zip(*doubts, strict=True)]

    def _doubt_state_and_county(self, proposals: pd.DataFrame) -> list[Doubts]:
        points = proposals[["latitude", "longitude", "state", "zip"]].reset_index(drop=True)
        found = assign_regions(points, self._counties, state_column="state")
        doubts: list[Doubts] = [()] * len(found)
        for row, flag, miles, geoid, state in zip(
            range(len(found)), found["region_flag"], found["border_miles"],
            found["county_geoid"], found["state"], strict=True,
        ):  # fmt: skip
            if flag == "state_conflict":
                figures = {"limit": f"{BORDER_MILES:g}", "state": state}
                doubts[row] = (Reason("far_outside_state", figures),)
            elif flag == "outside":
                doubts[row] = (Reason("far_outside_country", {"limit": f"{BORDER_MILES:g}"}),)
            elif miles > BORDER_SLACK_MILES:
                area = state if flag == "own_state" else self._county_names[geoid]
                doubts[row] = (Reason("outside", {"miles": float(miles), "area": area}),)
        return self._doubt_county(found, doubts)

    def _doubt_county(self, found: pd.DataFrame, doubts: list[Doubts]) -> list[Doubts]:
        """Add a doubt where the point's county is none of its ZIP's, and not just across."""
        counties_of = [self._counties_of.get(code, frozenset()) for code in found["zip"]]
        is_elsewhere = [
            bool(counties) and not doubt and geoid not in counties
            for counties, doubt, geoid in zip(
                counties_of, doubts, found["county_geoid"], strict=True
            )
        ]
        for code, group in found[is_elsewhere].groupby("zip"):
            counties = self._counties_of[str(code)]
            here = self._counties[self._counties["county_geoid"].isin(counties)]
            off = assign_regions(group[["latitude", "longitude"]], here)["border_miles"]
            names = " or ".join(sorted(self._county_names[geoid] for geoid in counties))
            for row, geoid, miles in zip(group.index, group["county_geoid"], off, strict=True):
                if not miles <= BORDER_SLACK_MILES:  # NaN where it is further off than 10 miles
                    figures = {"zip": str(code), "counties": names}
                    county = self._county_names.get(geoid)
                    doubts[row] = (
                        Reason("in_another_county", {"county": county, **figures})
                        if county
                        else Reason("in_no_county", figures),
                    )
        return doubts

    def _doubt_zip(self, proposals: pd.DataFrame) -> list[Doubts]:
        zips = self._zips.reindex(proposals["zip"])
        miles = geodesic_miles(
            proposals["latitude"], proposals["longitude"],
            zips["latitude"].to_numpy(), zips["longitude"].to_numpy(),
        )  # fmt: skip
        radius = zips["radius_miles"].to_numpy()
        is_far = miles > radius + proposals["radius_miles"].to_numpy(np.float64)
        return [
            (Reason("far_from_zip", {"miles": float(off), "zip": code, "reach": float(reach)}),)
            if far
            else ()
            for far, off, code, reach in zip(is_far, miles, proposals["zip"], radius, strict=True)
        ]


def _doubt_match(proposals: pd.DataFrame) -> list[Doubts]:
    """Return where the geocoder found another house, ZIP or state, or only something like it."""
    doubts: list[list[Reason]] = [[] for _ in range(len(proposals))]
    for column in ("house_number", "zip", "state"):
        for row, asked, found in zip(
            doubts, proposals[column], proposals[f"found_{column}"], strict=True
        ):
            same = same_house(asked, found) if column == "house_number" else asked == found
            if asked and found and not same:
                row.append(Reason(f"another_{column}", {"found": found, "asked": asked}))
    for row, precision in zip(doubts, proposals["precision"], strict=True):
        if precision == Precision.INTERPOLATED_WEAK:
            row.append(Reason("weak_match"))
    return [tuple(row) for row in doubts]


def _doubt_jump(proposals: pd.DataFrame) -> list[Doubts]:
    miles = _miles_from_last(proposals)
    is_area = proposals["last_precision"].isin([str(level) for level in AREA_PRECISIONS])
    slack = np.where(is_area, proposals["last_radius_miles"].to_numpy(np.float64), 0.0)
    return [
        (Reason("moved", {"miles": float(off)}),) if far else ()
        for far, off in zip(miles > JUMP_MILES + slack, miles, strict=True)
    ]


def _miles_from_last(proposals: pd.DataFrame) -> NDArray[np.float64]:
    columns = ("latitude", "longitude", "last_latitude", "last_longitude")
    return geodesic_miles(*(proposals[column].to_numpy(np.float64) for column in columns))
