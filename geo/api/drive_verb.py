"""The verb about drives: minutes and miles by road between pairs of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo import roads
from geo.errors import SchemaError
from geo.paths import find_home
from geo.roads.shared_roads import share_roads

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray


def drive(
    origins: ArrayLike,
    targets: ArrayLike,
    *,
    origin_radius_miles: ArrayLike = 0.0,
    target_radius_miles: ArrayLike = 0.0,
) -> pd.DataFrame:
    """Return the drive of each pair of points: minutes without traffic with their range, and miles.

    It is worked out here, from the highways that come with the program, and nobody is asked; but
    where `roads.toml` in the operator's folder names an engine, that gives what it knows.

    Parameters
    ----------
    origins, targets : (n, 2) latitude, longitude in degrees, EPSG:4326, on land of the United
        States; or one point, which goes with all of the other side.
    origin_radius_miles, target_radius_miles : within how many statute miles of its point each
        really lies; that widens the range.

    Returns
    -------
    n rows in the order given: `minutes`, `low` and `high` (nine in ten drives lie between), `miles`
    (statute, by road), `method` (`graph`, `line`: straight by local roads, or `service`: by the
    engine), and `reason`: "", or `no_road`, `far_from_road`, `ferry` or `through_canada`, where the
    numbers are NaN. Made from OpenStreetMap: name `attrs["attribution"]` wherever it is shown or
    handed on; `attrs["told"]` is a sentence on why an engine gave nothing, else "".

    Raises
    ------
    SchemaError : a point is no pair of numbers, at sea or outside of the country, or there are not
        as many of the one as of the other.
    SourceError : a file of the roads is missing or damaged.
    """
    network = share_roads()
    start, end = (roads.join_points(network, *_split(points)) for points in (origins, targets))
    table = roads.open_router(network, find_home()).pairs(
        start,
        end,
        origin_radius_miles=origin_radius_miles,
        target_radius_miles=target_radius_miles,
    )
    table.attrs["attribution"] = roads.ATTRIBUTION
    return table


def _split(points: ArrayLike) -> NDArray[np.float64]:
    """Return latitudes and longitudes apart."""
    try:
        pairs = np.atleast_2d(np.asarray(points, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise SchemaError(
            "A point is a latitude and a longitude, two numbers in degrees."
        ) from error
    if pairs.ndim != 2 or pairs.shape[1] != 2:  # noqa: PLR2004  # rows of pairs
        raise SchemaError("A point is a latitude and a longitude, two numbers in degrees.")
    return pairs.T
