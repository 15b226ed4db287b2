"""Which of the points off the country's land as it is drawn lie in Canada or Mexico, not at a shore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo.reference.tables import load, load_shapes
from geo.units import to_ecef

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

_NEIGHBOURS: Final = ("CA", "MX")
_SHORE_DEGREES: Final = 0.005


class Border:
    """Towns across the border and ZIPs on this side; built once, then only read, from any thread.

    Parameters
    ----------
    data : the data folder.

    Raises
    ------
    SourceError : the table of the ZIPs or of the cities abroad is missing or damaged.
    """

    def __init__(self, data: Path) -> None:
        abroad = load("abroad", data)
        self._data = data
        self._towns = _plant(abroad[abroad["country"].isin(_NEIGHBOURS)])
        self._zips = _plant(load("zips", data))

    def is_beyond(self, xyz: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which of (n, 3) ECEF kilometres are nearer to a town abroad than to a ZIP."""
        there, here = (np.asarray(tree.query(xyz)[0]) for tree in (self._towns, self._zips))
        return there < here

    def is_ours(self, latitude: float, longitude: float) -> bool:
        """Tell whether a point is in a state or territory, islands far off among them.

        Raises
        ------
        SourceError : the shapes of the states are missing or damaged.
        """
        shapes = load_shapes("states", self._data)  # not at hand: only for what is to be told
        return bool(
            shapely.dwithin(shapes, shapely.Point(longitude, latitude), _SHORE_DEGREES).any()
        )


def _plant(places: pd.DataFrame) -> cKDTree:
    points = places[["latitude", "longitude"]].dropna().to_numpy(np.float64)
    return cKDTree(to_ecef(*points.T) / 1000)
