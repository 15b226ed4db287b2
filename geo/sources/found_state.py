"""The state of a record that names none: its ZIP's, else the one its point lies in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.reference import load
from geo.reference.regions import assign_regions
from geo.sources.cleaning import clean_point, clean_zip

if TYPE_CHECKING:
    import geopandas as gpd

_OF_A_ZERO: Final = "MA"


def find_state(zip_text: str, latitude: str, longitude: str) -> tuple[str, str]:
    """Return the state of a ZIP, else of a point, and a note that says so; "" where unknown.

    Parameters
    ----------
    zip_text : as the source has it.
    latitude, longitude : degrees, EPSG:4326, as texts.

    Raises
    ------
    SourceError : a reference table is missing or damaged.

    Examples
    --------
    >>> find_state("02114-2696", "", "")
    ('MA', 'The state is that of the ZIP.')
    >>> find_state("2114", "", "")[0]
    'MA'
    """
    # The zero that a spreadsheet took away tells the state too.
    code = clean_zip(zip_text).value or clean_zip(zip_text, _OF_A_ZERO).value
    if state := _zip_states().get(code, ""):
        return state, "The state is that of the ZIP."
    point = clean_point(latitude, longitude).point
    if not point:
        return "", ""
    counties = _counties()
    at = assign_regions(pd.DataFrame([point], columns=["latitude", "longitude"]), counties)
    states = dict(zip(counties["state_fips"], counties["state"], strict=True))
    state = states.get(at["state_fips"].iloc[0], "")
    return state, "The state is the one the point lies in." if state else ""


@cache
def _zip_states() -> dict[str, str]:
    zips = load("zips")
    return dict(zip(zips["zip"], zips["state"], strict=True))


@cache
def _counties() -> gpd.GeoDataFrame:
    return load("counties")
