"""Where the highways may still lack something: ZIPs near each other that take long to drive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.roads.driving import drive_rows
from geo.roads.joining import join_points, on_land
from geo.units import METRES_PER_MILE

if TYPE_CHECKING:
    from geo.roads.network import Roads

NEAR_MILES: Final = 10.0
LONG_MINUTES: Final = 60.0


def find_long_drives(roads: Roads, zips: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the pairs of populated ZIPs within 10 miles that an hour's drive does not join.

    Takes half a minute. Many are right: an island, a bay, a range of mountains lies between.

    Parameters
    ----------
    zips : the reference table.

    Returns
    -------
    A row a pair: `zip`, `city`, `state`, `to_zip`, `to_city`, `to_state`, `line_miles`; and how many
    pairs there are in all.
    """
    populated = zips[zips["adults"].gt(0)]
    here = on_land(roads, populated["latitude"], populated["longitude"])
    populated = populated[here].reset_index(drop=True)
    joins = join_points(roads, populated["latitude"], populated["longitude"])
    near = cKDTree(joins.xyz).query_pairs(
        NEAR_MILES * METRES_PER_MILE / 1000, output_type="ndarray"
    )
    near = near[np.lexsort(near.T[::-1])]
    bounds = np.searchsorted(near[:, 0], np.arange(len(populated) + 1))
    long = np.zeros(len(near), dtype=np.bool_)
    for row, reached, _ in drive_rows(roads, joins, joins, limit_minutes=LONG_MINUTES):
        pairs = slice(bounds[row], bounds[row + 1])
        long[pairs] = ~np.isin(near[pairs, 1], reached)
    found = near[long]
    columns = ["zip", "city", "state"]
    one, other = (populated.loc[found[:, side], columns].reset_index(drop=True) for side in (0, 1))
    miles = np.linalg.norm(joins.xyz[found[:, 0]] - joins.xyz[found[:, 1]], axis=1)
    table = pd.concat([one, other.add_prefix("to_")], axis=1)
    return table.assign(line_miles=miles * 1000 / METRES_PER_MILE), len(near)
