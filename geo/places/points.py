"""Coordinates a person typed, and whether they lie in the United States."""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.errors import CrsError, PlaceError, SchemaError
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    import pandas as pd

COAST_DEGREES = 0.02
"""How far beyond the drawn outline still counts as inside: about a mile, what drawing at
1:5,000,000 leaves off a coast."""

_WGS84 = 4326
_DEGREES_PER_MILE = 1 / 69.0
_NUMBER = r"([+-]?[0-9]{1,3}(?:\.[0-9]{0,30})?) ?°? ?([NSEW]?)"
_PAIR = re.compile(rf"{_NUMBER}(, ?| ){_NUMBER}", re.IGNORECASE)


def parse_coordinates(text: str) -> tuple[float, float] | None:
    """Read "latitude, longitude" in degrees.

    Parameters
    ----------
    text : a cleaned text, such as "41.88, -87.63" or "41.88 N 87.63 W".

    Returns
    -------
    The two numbers, unchecked, the latitude first unless letters say otherwise; None where the
    text is something else (two whole numbers without a comma are).
    """
    match = _PAIR.fullmatch(re.sub("[\u2212\u2013]", "-", text).strip("()[] "))
    if not match:
        return None
    one, letter, gap, other, other_letter = match.groups()
    if gap == " " and not ("." in one and "." in other) and not (letter and other_letter):
        return None
    first = float(one) * (-1 if letter.upper() in {"S", "W"} else 1)
    second = float(other) * (-1 if other_letter.upper() in {"S", "W"} else 1)
    if letter.upper() in {"E", "W"} and other_letter.upper() in {"N", "S"}:
        return second, first
    return first, second


def point_label(latitude: float, longitude: float) -> str:
    """Return "41.88, -87.63": at most four decimals, about ten metres, without idle zeros."""
    return ", ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in (latitude, longitude))


class Outline:
    """The outline of the states and territories.

    Parameters
    ----------
    states : the reference table; `geometry` holds shapes or well-known binary, EPSG:4326.

    Raises
    ------
    SchemaError : `state` or `geometry` is missing.
    CrsError : the geometry is known to be in another reference system.
    """

    def __init__(self, states: pd.DataFrame) -> None:
        if "geometry" not in states or "state" not in states:
            raise SchemaError("The table states needs the columns state and geometry.")
        crs = getattr(states, "crs", None)
        if crs is not None and crs.to_epsg() != _WGS84:
            raise CrsError(f"The geometry of states is in {crs.to_string()}; give it in EPSG:4326.")
        self._states = states["state"].tolist()
        self._geometry = np.asarray(states["geometry"], dtype=object)

    def state_at(self, latitude: float, longitude: float, margin_miles: float = 0.0) -> str:
        """Return the state that holds a point, or whose coast is next to it.

        Parameters
        ----------
        latitude, longitude : degrees, EPSG:4326.
        margin_miles : how far beyond the outline is still taken, besides `COAST_DEGREES`.

        Returns
        -------
        Its two-letter code; "" outside the United States, and where the numbers are no position.
        """
        if not (math.isfinite(latitude) and math.isfinite(longitude)):
            return ""
        shapely, tree = self._tree
        point = shapely.Point(longitude, latitude)
        reach = COAST_DEGREES + margin_miles * _DEGREES_PER_MILE
        near = tree.query(point, predicate="dwithin", distance=reach)
        if not len(near):
            return ""
        gaps = shapely.distance(tree.geometries[near], point)
        return str(self._states[int(near[np.argmin(gaps)])])

    def require(self, latitude: float, longitude: float) -> str:
        """Return the state of a typed point, or say what is wrong with the point.

        Raises
        ------
        PlaceError : the numbers are no position, or one outside the United States; the
            candidates are what was probably meant.
        """
        typed = point_label(latitude, longitude)
        if latitude == 0 and longitude == 0:
            raise PlaceError(
                _(
                    "0, 0 lies in the Atlantic Ocean and mostly stands for a missing position; "
                    "type a ZIP code or a city instead."
                )
            )
        in_range = abs(latitude) <= 90 and abs(longitude) <= 180  # noqa: PLR2004 - degrees
        if in_range and (state := self.state_at(latitude, longitude)):
            return state
        meant = [(longitude, latitude), (latitude, -longitude), (longitude, -latitude)]
        meant = [pair for pair in meant if abs(pair[0]) <= 90 and abs(pair[1]) <= 180]  # noqa: PLR2004
        labels = [point_label(*pair) for pair in meant if self.state_at(*pair)]
        if labels:
            raise PlaceError(
                _(
                    "{point} is outside the United States; the latitude comes first and western "
                    "longitudes are negative: did you mean {other}?"
                ).format(point=typed, other=labels[0]),
                labels,
            )
        if not in_range:
            raise PlaceError(
                _(
                    "{point} is no position: a latitude lies between -90 and 90, a longitude "
                    "between -180 and 180."
                ).format(point=typed)
            )
        raise PlaceError(
            _(
                "{point} is outside the United States and its territories, where all the clinics "
                "of this list are; type a place in the US."
            ).format(point=typed)
        )

    @cached_property
    def _tree(self) -> tuple[Any, Any]:
        """The library and its tree of the outlines; read at the first point, most people type none."""
        shapes = self._geometry
        if isinstance(shapes[0], bytes):
            shapes = shapely.from_wkb(shapes)
        return shapely, shapely.STRtree(shapes)
