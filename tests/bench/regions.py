"""Counties of points, against geopandas, sedonadb and DuckDB."""

import importlib.util
import math
from collections.abc import Callable
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import sedonadb
from sedonadb.context import SedonaContext

from geo import reference
from geo.reference.regions import assign_regions
from tests.bench import SEED, Row, draw_points, time_side_by_side
from tests.bench.apart import Cost, measure_cost, run_apart

GOALS = {
    10_000: (5, {}),
    100_000: (5, {"bare `geopandas.sjoin`": (1, "no slower")}),
    1_000_000: (
        3,
        {
            "bare `geopandas.sjoin`": (2, "at least twice as fast"),
            "sedonadb, on all processors": (1, "no slower"),
        },
    ),
}
"""Rounds, and how many times as fast as whom by the size."""

NO_GOAL = (None, "none")
WARM_UP = 1_000
SHAPES = ["county_geoid", "geometry"]
JOIN = """
    SELECT points.row, counties.county_geoid FROM points
    JOIN counties ON ST_Intersects(counties.geometry, points.geometry)
"""


def run() -> list[Row]:
    """Return the measurements.

    The peers are bare joins with `intersects`, which sees borders as ours does. Their points and
    counties are made beforehand, and they neither settle borders nor find a county for points off
    the shore, both of which ours does in its time; nor state, division and region.
    """
    counties = reference.load("counties")
    rows = []
    for count, (rounds, goals) in GOALS.items():
        table = draw_table(count)
        assigned = assign_regions(table, counties)
        ours = assigned.loc[assigned["region_flag"] == "", "county_geoid"]
        costs = [Cost(*run_apart(f, count)) for f in (assign_apart, join_apart, sedona_apart)]
        for name, peer, missing in list_peers(table, counties[SHAPES]):
            if peer is None:
                times, said, same = (rows[-1].ours, math.nan), missing, True
            else:
                joined = peer().groupby("row")["county_geoid"].min()
                same = ours.to_dict() == joined.to_dict()
                said = "the same counties" if same else "OTHER COUNTIES"
                times = time_side_by_side(
                    lambda table=table: assign_regions(table, counties), peer, rounds
                )
            least_ratio, goal = goals.get(name, NO_GOAL)
            rows.append(
                Row(
                    f"county, state, division, region of {count:,} points",
                    name,
                    *times,
                    agreement=said,
                    agrees=same,
                    least_ratio=least_ratio,
                    goal=goal,
                    family="counties of points",
                    size=count,
                    peak_bytes=costs[0].peak_bytes,
                    peer_peak_bytes=costs[1].peak_bytes if "sjoin" in name else math.nan,
                )
            )
        rows.append(
            Row(
                f"county, state, division, region of {count:,} points, processor time",
                "sedonadb",
                costs[0].processor_seconds,
                costs[2].processor_seconds,
                agreement="as above; ours runs on one thread",
                least_ratio=1,
                goal="no more",
            )
        )
    return rows


def draw_table(count: int) -> pd.DataFrame:
    """Return points as a table."""
    points = draw_points(count, np.random.default_rng(SEED))
    return pd.DataFrame(points, columns=["latitude", "longitude"])


def make_points(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a table's points with their rows."""
    geometry = gpd.points_from_xy(table["longitude"], table["latitude"], crs=4326)
    return gpd.GeoDataFrame({"row": np.arange(len(table))}, geometry=geometry)


def list_peers(
    table: pd.DataFrame, counties: gpd.GeoDataFrame
) -> list[tuple[str, Callable[[], pd.DataFrame] | None, str]]:
    """Return each peer's name, its join, or why there is none."""
    points = make_points(table)
    sedona = open_sedona(points, counties)
    database, missing = open_duckdb(points, counties)

    def join_with_duckdb():
        return database.sql(JOIN).df()

    return [
        ("bare `geopandas.sjoin`", lambda: gpd.sjoin(points, counties), ""),
        (
            "sedonadb, on all processors",
            lambda: pa.table(sedona.sql(JOIN)).to_pandas(),
            "",
        ),
        ("DuckDB spatial", join_with_duckdb if database else None, missing),
    ]


def open_sedona(points: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> SedonaContext:
    """Return sedonadb with the points and counties in memory."""
    sedona = sedonadb.connect()
    sedona.create_data_frame(points).to_memtable().to_view("points")
    sedona.create_data_frame(counties).to_memtable().to_view("counties")
    return sedona


def open_duckdb(
    points: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> tuple[duckdb.DuckDBPyConnection | None, str]:
    """Return a database with the points and counties, or none and why there is none.

    Its spatial extension comes from the package `duckdb-extension-spatial`, of DuckDB's own
    version, else from where DuckDB has installed it.
    """
    connection = duckdb.connect()
    try:
        connection.execute(f"LOAD '{find_extension()}'")
    except duckdb.Error:
        return None, f"no spatial extension for DuckDB {duckdb.__version__} here"
    for name, shapes in (("points", points), ("counties", counties)):
        given = pd.DataFrame(shapes.drop(columns="geometry")).assign(wkb=shapes.geometry.to_wkb())
        connection.register("given", given)
        connection.execute(
            f"CREATE TABLE {name} AS "  # noqa: S608  names of ours
            "SELECT * EXCLUDE wkb, ST_GeomFromWKB(wkb) AS geometry FROM given"
        )
    return connection, ""


def find_extension() -> str:
    """Return the file of DuckDB's spatial extension, or its name."""
    package = importlib.util.find_spec("duckdb_extension_spatial")
    if package is None or package.origin is None:
        return "spatial"
    version = f"v{duckdb.__version__}"
    file = Path(package.origin).parent / "extensions" / version / "spatial.duckdb_extension"
    return str(file) if file.exists() else "spatial"


def assign_apart(count: int) -> Cost:
    """Return what the assignment costs, in a process of its own, after a small one to warm up."""
    table, counties = draw_table(count), reference.load("counties")
    assign_regions(table[:WARM_UP], counties)
    return measure_cost(lambda: assign_regions(table, counties))


def join_apart(count: int) -> Cost:
    """Return what the bare join costs, in a process of its own."""
    points, counties = make_points(draw_table(count)), reference.load("counties")[SHAPES]
    return measure_cost(lambda: gpd.sjoin(points, counties))


def sedona_apart(count: int) -> Cost:
    """Return what sedonadb's join costs, in a process of its own, after one to warm up."""
    points, counties = make_points(draw_table(count)), reference.load("counties")[SHAPES]
    pa.table(open_sedona(points[:WARM_UP], counties).sql(JOIN)).to_pandas()
    sedona = open_sedona(points, counties)
    return measure_cost(lambda: pa.table(sedona.sql(JOIN)).to_pandas())
