"""Coverage tables to take away: CSV, JSON, GeoJSON and GeoParquet, with release and method inside."""

from __future__ import annotations

import io
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pandas.api.types import is_float_dtype

from geo import reference
from geo.exporting import clinic_exports
from geo.i18n.language import mark
from geo.reference.road_tables import ATTRIBUTION

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd
    import pandas as pd

_COUNTS: Final = "population|adults|clinics|links"

METHOD: Final = (
    "Straight-line (geodesic) distance from populated ZIP points to the nearest listed clinic in any "
    "state, weighted by adults 18 and over (American Community Survey 2018-22). Each clinic known to "
    "its ZIP or city only is placed anew where people live there in 200 seeded draws: a measure is "
    "the median of the draws, _low and _high are their 5th and 95th percentile. Clinics are listings "
    "found, not a census; those outside the United States are not known."
)

METHODS_PAGE: Final = "/methods"
METHODS_POINTER: Final = (
    f"Formulas, definitions, limits and how to cite: the page Methods of the site ({METHODS_PAGE})."
)
"""Where all of the method stands; every file to take away says so."""

DRIVE_METHOD: Final = (
    "Minutes are by road without traffic, from the ZIP point to the point of the ZIP that a draw "
    "puts the clinic into, with a time of its own within a ZIP; who reaches no clinic within 300 "
    f"minutes, or by no road, is within no number of them. Drives: {ATTRIBUTION}."
)
"""What `METHOD` goes on with where there are minutes."""

CODEBOOK: Final = MappingProxyType(
    {
        "level": mark("nation, region, division, state or county (US Census Bureau)"),
        "geoid": mark(
            "Census code of the area: region, division, state FIPS, county FIPS (2023 set)"
        ),
        "name": mark("its name"),
        "state, division, region": mark("what the area lies in; Puerto Rico lies in no region"),
        "treatment": mark("which clinics count: any, or those known to offer the treatment"),
        "population, adults": mark(
            "people and people of 18 and over; in counties estimated by ZIP shares"
        ),
        "clinics": mark(
            "open and unconfirmed listed clinics with a point inside, by their own state; in "
            "counties the mean of the draws where clinics_estimated"
        ),
        "clinics_estimated": mark("whether the number of clinics is the mean of the draws"),
        "clinics_open, clinics_unconfirmed": mark("those of clinics with that status"),
        "clinics_unlocated": mark("listed clinics of the area without any point"),
        "clinics_per_million_adults": mark("clinics / adults x 1,000,000"),
        "rate_low, rate_high": mark(
            "its exact 95% Poisson interval; knows nothing of missing clinics"
        ),
        "mean_distance_miles, median_distance_miles": mark(
            "of adults to the nearest listed clinic"
        ),
        "share_within_N_miles": mark("share of adults (0-1) with a listed clinic within N miles"),
        "adults_within_N_miles, adults_beyond_60_miles": mark("the same as numbers of adults"),
        "share_within_N_minutes, adults_within_N_minutes": mark(
            "the same by road, in minutes without traffic; empty in releases made before they were "
            "measured"
        ),
        "median_minutes_to_nearest, median_minutes_to_third": mark(
            "minutes by road that half of the adults have at most to the nearest and to the third "
            "nearest listed clinic; empty where half of them reach none within 300"
        ),
        "adults_not_reached": mark(
            "adults from whom no road leads to a listed clinic within 300 minutes"
        ),
        "..._low, ..._high": mark(
            "5th and 95th percentile over 200 draws of where clinics may stand"
        ),
        "beside_another_country": mark(
            "a state of the area borders Canada or Mexico, whose clinics are not known"
        ),
        "first_clinics, second_clinics, clinics_in_both": mark(
            "open places to go to in each of two lists compiled independently of each other, and in "
            "both; this and what follows above the county, whatever the treatment"
        ),
        "links_open": mark("pairs of both lists that may be one clinic and wait for a decision"),
        "clinics_known": mark("open places to go to that any source knows"),
        "total_at_1, total_at_2, total_at_4": mark(
            "how many clinics there are at least, if a clinic in one list is as likely as any to be "
            "in the other, at twice and at four times the odds; _low and _high are the interval of "
            "95%, without an upper end (inf; null in GeoJSON) where the lists share none"
        ),
        "share_known": mark("clinics_known / total_at_1 (0-1): how complete the list is at most"),
        "total_elsewhere": mark("total_at_1 of the rest of the country"),
        "first_ratio, second_ratio, supply_ratio": mark(
            "clinics per adult here to those in the rest of the country, by each list alone and by "
            "both; _low and _high are the interval of 95%"
        ),
        "supply_p_adjusted": mark(
            "how likely chance alone makes such a difference, adjusted for the number of areas (Holm)"
        ),
        "gamma": mark(
            "how many times the odds of being in both lists here would have to be those elsewhere, "
            "or the other way round, to undo the difference; 1 where there is none, inf where no "
            "odds undo it"
        ),
        "share_searched": mark(
            "share of adults (0-1) within 25 miles of a place that was searched for clinics"
        ),
        "refused, refused_elsewhere": mark(
            "why the two lists cannot tell, here and of the rest of the country; empty where they can"
        ),
        "supply_lacking": mark("what a verdict on supply lacks, in words joined by ;"),
        "release, method": mark("the release that the row is of, and how its figures were made"),
    }
)


def cite(release_id: str, as_of: date) -> str:
    """Return the text by which to cite the figures of a release."""
    return (
        f"Clinic Finder. Coverage of listed ketamine and esketamine clinics in the United States, "
        f"release {release_id}, listings as of {as_of.isoformat()}. Population: US Census Bureau, "
        f"American Community Survey 2018-22; ZIP to county: HUD-USPS, December 2025; places: "
        f"GeoNames (CC BY 4.0); drives: {ATTRIBUTION}."
    )


def join_totals(rows: pd.DataFrame, totals: pd.DataFrame | None) -> pd.DataFrame:
    """Return rows of areas with how many clinics two lists tell of, at levels where that is told.

    Parameters
    ----------
    rows : of the coverage table, for any treatment.
    totals : of `geo.coverage.totals.tabulate_totals`; None where the release was made before them.
    """
    if totals is None:
        return rows
    told = totals[totals["level"].isin(rows["level"])].drop(columns="name")
    return rows.merge(told, on=["level", "geoid"], how="left") if len(told) else rows


def has_minutes(rows: pd.DataFrame) -> bool:
    """Tell whether minutes by road were measured for any of the rows."""
    column = "share_within_60_minutes"
    return column in rows and bool(rows[column].notna().any())


def describe_method(rows: pd.DataFrame) -> str:
    """Return how the figures of rows were made, and whose roads they are by."""
    by_road = [DRIVE_METHOD] if has_minutes(rows) else []
    return " ".join([METHOD, *by_road, METHODS_POINTER])


def to_csv(rows: pd.DataFrame, release_id: str) -> str:
    """Return rows of the coverage table as CSV, release and method in the last columns."""
    return clinic_exports.to_csv(rows.assign(method=describe_method(rows)), release_id)


def count_in_whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with counts as whole numbers; those of counties' clinics may be fractions."""
    counts = rows.columns[rows.columns.str.match(_COUNTS) & ~rows.columns.str.contains("_per_")]
    whole = [
        name
        for name in counts
        if is_float_dtype(rows[name]) and rows[name].dropna().mod(1).eq(0).all()
    ]
    return rows.astype(dict.fromkeys(whole, "Int64"))


def to_records(rows: pd.DataFrame, release_id: str) -> list[dict[str, Any]]:
    """Return rows of the coverage table fit for JSON, each with the release and where methods are told."""
    drives = {"drives_from": ATTRIBUTION} if has_minutes(rows) else {}
    said = {"release": release_id, "method_page": METHODS_POINTER, **drives}
    return clinic_exports.records(count_in_whole(rows).assign(**said))


def to_geojson(rows: pd.DataFrame, level: str, release_id: str) -> str:
    """Return rows of the coverage table as a GeoJSON FeatureCollection with their shapes (WGS84).

    Raises
    ------
    SourceError : the shapes cannot be read.
    """
    finite = rows.replace([np.inf, -np.inf], np.nan)  # JSON knows no infinity
    collection = json.loads(add_shapes(finite, level).to_json())
    return json.dumps(
        {"release": release_id, "method": describe_method(rows), **collection},
        separators=(",", ":"),
    )


def to_geoparquet(rows: pd.DataFrame, level: str, release_id: str) -> bytes:
    """Return rows of the coverage table as GeoParquet (EPSG:4326), release and method as columns.

    Raises
    ------
    SourceError : the shapes cannot be read.
    """
    buffer = io.BytesIO()
    shaped = add_shapes(rows, level).assign(release=release_id, method=describe_method(rows))
    shaped.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def add_shapes(rows: pd.DataFrame, level: str) -> gpd.GeoDataFrame:
    """Return the rows with their areas' shapes; regions and divisions are joined from states.

    Parameters
    ----------
    rows : areas of the level, by `geoid` and `name`.
    level : one of `geo.coverage.demand.LEVELS`.

    Returns
    -------
    The rows, from 0, with `geometry`: polygons in EPSG:4326.

    Raises
    ------
    SourceError : the shapes cannot be read.
    """
    import geopandas as gpd  # noqa: PLC0415  # 20 ms; only downloads need it

    shapes = reference.load("counties") if level == "county" else reference.load("states")
    key = {"county": "county_geoid", "state": "state_fips", "nation": None}.get(level, level)
    if key is None:
        shapes = shapes[shapes["region"] != ""].assign(nation=rows["name"].iloc[0])
        key = "nation"
    if level in {"nation", "region", "division"}:
        shapes = shapes.dissolve(key, as_index=False)
    of_row = rows["geoid"] if level in {"county", "state"} else rows["name"]
    geometry = gpd.GeoSeries(of_row.map(shapes.set_index(key).geometry).array, crs=4326)
    return gpd.GeoDataFrame(rows.reset_index(drop=True), geometry=geometry.values, crs=4326)
