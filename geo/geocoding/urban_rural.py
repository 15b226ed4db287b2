"""How densely a ZIP is settled, and how far off a house estimated along a street may be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import SchemaError
from geo.places.precision import INTERPOLATED_RADIUS_MILES, Precision

if TYPE_CHECKING:
    import pandas as pd

URBAN_FROM: Final = 2213.0
"""Households a square mile above which people call their ZIP urban."""
SUBURBAN_FROM: Final = 102.0
"""Households a square mile from which people call their ZIP suburban, and no longer rural."""
STREET_RADIUS_MILES: Final = 1.0
"""Radius of a point on a street whose geocoder does not say how long the street is; ours."""

_COLUMNS: Final = ("zip", "households", "land_area_sq_miles")


class UrbanRuralIndex:
    """The ZIPs as urban, suburban or rural.

    Parameters
    ----------
    zips : the reference table.

    Raises
    ------
    SchemaError : a column is missing.

    Source
    ------
    Kolko (2015), "How Suburban Are Big American Cities?", FiveThirtyEight: in a survey of about
    2,000 people the households a square mile of their ZIP told best what they called it. In people a
    square mile that is about 5,700 and 260, within the classes of `geo.coverage.groups`.
    """

    def __init__(self, zips: pd.DataFrame) -> None:
        if missing := [column for column in _COLUMNS if column not in zips]:
            raise SchemaError(f"The table zips lacks the columns {', '.join(missing)}.")
        land = zips["land_area_sq_miles"].to_numpy(np.float64)
        households = zips["households"].to_numpy(np.float64)
        density = np.divide(households, land, out=np.zeros_like(land), where=land > 0)
        kinds = np.select(
            [density > URBAN_FROM, density >= SUBURBAN_FROM], ["urban", "suburban"], "rural"
        )
        self._kinds: dict[str, str] = dict(zip(zips["zip"], kinds.tolist(), strict=True))

    def kind(self, zip_code: str) -> str:
        """Return `urban`, `suburban` or `rural`; a ZIP of which nothing is known is rural."""
        return self._kinds.get(zip_code, "rural")

    def radius_miles(self, precision: Precision, zip_code: str) -> float:
        """Return the radius of a geocoder's point in a ZIP, in statute miles.

        Parameters
        ----------
        precision : `address`, `interpolated`, `interpolated_weak` or `street`.
        zip_code : of the point, or of the address asked for.
        """
        if precision in {Precision.INTERPOLATED, Precision.INTERPOLATED_WEAK}:
            radius = INTERPOLATED_RADIUS_MILES[self.kind(zip_code)]
            return radius * 2 if precision is Precision.INTERPOLATED_WEAK else radius
        fixed = precision.radius_miles
        return STREET_RADIUS_MILES if fixed is None else fixed
