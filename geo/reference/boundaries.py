"""States and counties: shapes of the 2023 set, names, census regions and divisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

REGIONS = {1: "Northeast", 2: "Midwest", 3: "South", 4: "West"}
DIVISIONS = {
    1: "New England",
    2: "Middle Atlantic",
    3: "East North Central",
    4: "West North Central",
    5: "South Atlantic",
    6: "East South Central",
    7: "West South Central",
    8: "Mountain",
    9: "Pacific",
}
# What has changed since 2019, as prefixes of the GEOIDs that went and the ones that came, and what
# the Census calls the new: Connecticut counts by planning region, Valdez-Cordova was split in two.
CHANGES = (
    ("09", ("091",), "Planning Region"),
    ("02261", ("02063", "02066"), "Census Area"),
)
# What the Census adds to a county's name, by its legal/statistical area description.
LSAD_WORDS = {
    "03": "City and Borough",
    "04": "Borough",
    "05": "Census Area",
    "06": "County",
    "07": "District",
    "10": "Island",
    "12": "Municipality",
    "13": "Municipio",
    "15": "Parish",
    "25": "city",
}
_STATE_ROWS = 40  # SUMLEV of a state in the Census file
_WGS84 = 4326


def build_states(covidcast: Path) -> gpd.GeoDataFrame:
    """Return the states, DC, Puerto Rico and the island areas, without people.

    Parameters
    ----------
    covidcast : the unpacked package.

    Returns
    -------
    GeoDataFrame in EPSG:4326 by `state_fips`: `state_fips`, `state`, `name`, `division`, `region`
    (both "" outside the 50 states and DC), `geometry`.
    """
    shapes = _read_shapes(covidcast / "covidcast/shapefiles/state/cb_2019_us_state_5m.shp")
    census = pd.read_csv(
        covidcast / "covidcast/geo_mappings/county_census.csv",
        usecols=["SUMLEV", "STATE", "REGION", "DIVISION"],
        encoding="utf-8",
    )
    census = census[census["SUMLEV"] == _STATE_ROWS]
    fips = census["STATE"].map("{:02d}".format)
    division = pd.Series(census["DIVISION"].map(DIVISIONS).to_numpy(), index=fips)
    region = pd.Series(census["REGION"].map(REGIONS).to_numpy(), index=fips)
    states = gpd.GeoDataFrame(
        {
            "state_fips": shapes["GEOID"],
            "state": shapes["STUSPS"],
            "name": shapes["NAME"],
            "division": shapes["GEOID"].map(division).fillna(""),
            "region": shapes["GEOID"].map(region).fillna(""),
        },
        geometry=keep_polygons(shapes.geometry.to_numpy()),
        crs=_WGS84,
    )
    return states.sort_values("state_fips", ignore_index=True)


def build_counties(covidcast: Path, atlas: Path, states: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the counties of the 2023 set, without people.

    The 2019 file gives the shapes of all that have not changed since; the changed ones are drawn
    into the outline of those they replaced, so that neighbours meet without gaps.

    Parameters
    ----------
    covidcast, atlas : the unpacked packages.
    states : of `build_states`.

    Returns
    -------
    GeoDataFrame in EPSG:4326 by `county_geoid`: `county_geoid`, `name` ("Cook County"),
    `state_fips`, `state`, `division`, `region`, `geometry`; valid polygons only.
    """
    shapes = _read_shapes(covidcast / "covidcast/shapefiles/county/cb_2019_us_county_5m.shp")
    older = pd.DataFrame(
        {
            "county_geoid": shapes["GEOID"],
            "name": (shapes["NAME"] + " " + shapes["LSAD"].map(LSAD_WORDS).fillna("")).str.strip(),
            "geometry": keep_polygons(shapes.geometry.to_numpy()),
        }
    )
    parts = []
    drawn = gpd.read_file(atlas / "package/counties-10m.json", layer="counties")
    for gone, came, word in CHANGES:
        replaced = older["county_geoid"].str.startswith(gone)
        outline = shapely.coverage_union_all(older.loc[replaced, "geometry"].to_numpy())
        older = older[~replaced]
        new = drawn[drawn["id"].str.startswith(came)]
        parts.append(
            pd.DataFrame(
                {
                    "county_geoid": new["id"],
                    "name": new["name"] + f" {word}",
                    "geometry": fit_into(outline, keep_polygons(new.geometry.to_numpy())),
                }
            )
        )
    table = pd.concat([older, *parts], ignore_index=True)
    table["state_fips"] = table["county_geoid"].str[:2]
    of_state = pd.DataFrame(states[["state_fips", "state", "division", "region"]])
    table = table.merge(of_state, on="state_fips", how="left", validate="many_to_one")
    counties = gpd.GeoDataFrame(table, geometry="geometry", crs=_WGS84)
    return counties.sort_values("county_geoid", ignore_index=True)


def fit_into(outline: shapely.Geometry, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes cut to an outline, with what they leave of it given to the nearest of them.

    Parameters
    ----------
    outline : what the shapes fill but for another drawing of its edge.
    shapes : (n,) polygons, which do not overlap.

    Returns
    -------
    (n,) Polygon or MultiPolygon, which fill the outline and do not overlap.
    """
    inside = shapely.intersection(shapes, outline)
    rest = shapely.get_parts(shapely.difference(outline, shapely.union_all(shapes)))
    middle = shapely.point_on_surface(rest)
    nearest = shapely.distance(middle[:, None], inside[None, :]).argmin(axis=1)
    filled = [
        shapely.union_all([shape, *rest[nearest == place]]) for place, shape in enumerate(inside)
    ]
    return keep_polygons(np.array(filled, dtype=object))


def _read_shapes(path: Path) -> gpd.GeoDataFrame:
    """Read a Census file, whose NAD83 is within 2 m of WGS84: finer than shapes for 1:5,000,000."""
    return gpd.read_file(path).set_crs(_WGS84, allow_override=True)


def keep_polygons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return valid shapes that hold polygons only.

    Repair may leave a collection of the polygon and the stray lines it was mended of; the lines
    and points, which have no area, are dropped.

    Parameters
    ----------
    shapes : (n,) shapely geometries.

    Returns
    -------
    (n,) Polygon or MultiPolygon, each valid, none empty where the input has an area.
    """
    mended = shapely.make_valid(shapes)
    for place, shape in enumerate(mended):
        if shape.geom_type == "GeometryCollection":
            parts = [part for part in shape.geoms if part.geom_type.endswith("Polygon")]
            mended[place] = shapely.union_all(parts)
    return np.asarray(mended, dtype=object)
