"""What a table says of where something stands: the columns of a position, once for all tables."""

from __future__ import annotations

from typing import Final

POSITION_COLUMNS: Final = (
    "latitude", "longitude", "precision", "radius_miles", "geocoder", "geocoded_date",
    "coordinate_licence",
)  # fmt: skip
"""Degrees in EPSG:4326, how well the point is known, statute miles, who gave it when, and under
which licence; the fields of a clinic that is located (`geo.clinics.fields`)."""

POSITION_NUMBERS: Final = ("latitude", "longitude", "radius_miles")
