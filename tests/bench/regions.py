"""Counties of points, against geopandas."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import reference
from geo.regions import assign_regions
from tests.bench import SEED, Row, draw_points, time_side_by_side

GOALS = (
    (100_000, 5, 1, "no slower"),
    (1_000_000, 3, 2, "at least twice as fast"),
)


def run() -> list[Row]:
    """Return the measurements.

    The peer is the bare join with its default predicate, `intersects`, which sees borders as ours
    does. Its points are made beforehand, and it neither settles borders nor finds a county for
    points off the shore, both of which ours does in its time.
    """
    counties = reference.load("counties")
    shapes = counties[["county_geoid", "geometry"]]
    rows = []
    for count, rounds, least_ratio, goal in GOALS:
        points = draw_points(count, np.random.default_rng(SEED))
        table = pd.DataFrame(points, columns=["latitude", "longitude"])
        geometry = gpd.points_from_xy(table["longitude"], table["latitude"], crs=4326)
        ready = gpd.GeoDataFrame(geometry=geometry)
        assigned = assign_regions(table, counties)
        joined = gpd.sjoin(ready, shapes).groupby(level=0)["county_geoid"].min()
        ours = assigned.loc[assigned["region_flag"] == "", "county_geoid"]
        same = ours.equals(joined.rename_axis(None))
        times = time_side_by_side(
            lambda table=table: assign_regions(table, counties),
            lambda ready=ready: gpd.sjoin(ready, shapes),
            rounds,
        )
        rows.append(
            Row(
                f"county, state, division, region of {count:,} points",
                "bare `geopandas.sjoin`",
                *times,
                agreement="the same counties" if same else "OTHER COUNTIES",
                agrees=same,
                least_ratio=least_ratio,
                goal=goal,
            )
        )
    return rows
