"""Whether the crossings kept by hand stand where the highways have them: a slip of a digit is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import SourceError
from geo.reference.crossings import NOT_DRIVEN
from geo.roads.joining import on_land
from geo.units import METRES_PER_MILE, geodesic_miles, to_ecef

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.roads.network import Roads

_OFF_KM: Final = 0.5  # an end is a node of the highways built with it, to a thousandth of a degree
_ROUNDED_KM: Final = 0.05  # lengths are given to a tenth of a kilometre
_LONGEST: Final = 2.5  # kilometres of road for one of the straight line
_NAMED: Final = 5


def check_crossings(roads: Roads, crossings: pd.DataFrame) -> None:
    """Hold the ends of each crossing against the highways, the land and its length.

    Each end is on land and, but for closed lines, at a node; no length is less than the straight
    line between the two or several times as much; and where one drives, they hang together by road.

    Parameters
    ----------
    crossings : as `geo.reference.crossings.read_crossings` returns them.

    Raises
    ------
    SourceError : one does not; the sentence names it and says what is wrong.
    """
    kind = crossings["kind"].to_numpy()
    closed = kind == "closed"
    driven = ~closed & ~np.isin(kind, NOT_DRIVEN)
    here, there = (
        crossings[[f"{end}_latitude", f"{end}_longitude"]].to_numpy(np.float64).T
        for end in ("from", "to")
    )
    (off_km, node), (other_off_km, other) = (
        roads.tree.query(to_ecef(*end) / 1000) for end in (here, there)
    )
    line_km = geodesic_miles(*here, *there) * METRES_PER_MILE / 1000
    km = crossings["km"].to_numpy()
    faults = {
        "an end is off the land": ~(on_land(roads, *here) & on_land(roads, *there)),
        "its length is less than the straight line between its ends": km < line_km - _ROUNDED_KM,
        "its ends are too near for its length": km > line_km * _LONGEST,
        "an end is at no node of the highways": ~closed
        & (np.maximum(off_km, other_off_km) > _OFF_KM),
        "no road joins its ends": driven & (roads.part[node] != roads.part[other]),
    }
    for said, wrong in faults.items():
        if wrong.any():
            raise SourceError(
                f"data/reference/crossings.csv: {said} ({_name(crossings, wrong)}); correct it, and "
                "build the data again with `clinic-finder data build`."
            )


def _name(crossings: pd.DataFrame, wrong: NDArray[np.bool_]) -> str:
    """Return the names of the first few rows that are wrong, and how many more there are."""
    names = crossings.loc[wrong, "name"].tolist()
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
