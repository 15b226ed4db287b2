"""Which tables to ask an engine for, within what it takes in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from geo.roads.engine import Table
from geo.roads.engine_settings import EngineKind
from geo.roads.osrm import Osrm
from geo.roads.valhalla import Valhalla
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.roads.engine import Engine
    from geo.roads.engine_settings import EngineSettings

_CELL_DEGREES: Final = 2.0  # points of one request lie near each other, so that few pairs are far


class Block(NamedTuple):
    """A part of a matrix.

    Attributes
    ----------
    rows, columns : of the origins and the targets.
    table : the drives between them.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    table: Table


def make_engine(settings: EngineSettings) -> Engine:
    """Return the engine that the settings name; nothing is asked yet."""
    return Osrm(settings) if settings.kind is EngineKind.OSRM else Valhalla(settings)


def ask_pairs(
    engine: Engine,
    settings: EngineSettings,
    origins: NDArray[np.float64],
    targets: NDArray[np.float64],
) -> Table:
    """Return the drives of pairs of points, one after another.

    Parameters
    ----------
    origins, targets : (n, 2) latitudes and longitudes.

    Returns
    -------
    (n,) of each; NaN where the engine knows no drive, or the pair is farther than it may be asked.

    Raises
    ------
    FetchError, SourceError : as the engine's `table`.
    """
    found = Table(*(np.full(len(origins), np.nan) for _ in range(2)))
    here, start = np.unique(origins, axis=0, return_inverse=True)
    there, end = np.unique(targets, axis=0, return_inverse=True)
    known = engine.knows(here)[start] & engine.knows(there)[end]
    asked = np.flatnonzero(known & (_measure(origins, targets) <= settings.most_miles))
    by_target = len(there) < len(here)
    owner = (end if by_target else start)[asked]
    order = np.argsort(owner, kind="stable")
    most = max(1, min(settings.most_pairs, engine.most_points - 1))
    for group in np.split(order, np.flatnonzero(np.diff(owner[order])) + 1):
        for first in range(0, len(group), most):
            rows = asked[group[first : first + most]]
            one, other = origins[rows], targets[rows]
            table = engine.table(one, other[:1]) if by_target else engine.table(one[:1], other)
            found.minutes[rows], found.miles[rows] = table.minutes.ravel(), table.miles.ravel()
    return found


def ask_matrix(
    engine: Engine,
    settings: EngineSettings,
    origins: NDArray[np.float64],
    targets: NDArray[np.float64],
    within_miles: float,
) -> Iterator[Block]:
    """Yield the drives between all origins and targets whose straight line is not too long.

    Parameters
    ----------
    origins, targets : (n, 2) and (m, 2) latitudes and longitudes.
    within_miles : pairs that are farther are left out of blocks or not, as it comes.

    Raises
    ------
    FetchError, SourceError : as the engine's `table`.
    """
    rows = _order(origins, engine.knows(origins))
    columns = _order(targets, engine.knows(targets))
    wide = max(1, min(len(columns), engine.most_points // 2, settings.most_pairs))
    high = max(1, min(engine.most_points - wide, settings.most_pairs // wide))
    reach = min(within_miles, settings.most_miles)
    for top in range(0, len(rows), high):
        for left in range(0, len(columns), wide):
            some, others = rows[top : top + high], columns[left : left + wide]
            line = _measure(origins[some][:, np.newaxis], targets[others][np.newaxis])
            near = line <= reach
            if not near.any():
                continue
            if np.all(line <= settings.most_miles):
                yield Block(some, others, engine.table(origins[some], targets[others]))
                continue
            for row in np.flatnonzero(near.any(axis=1)):
                part = others[near[row]]
                one = some[row : row + 1]
                yield Block(one, part, engine.table(origins[one], targets[part]))


def _order(points: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the rows of the points that are known, near ones beside each other."""
    rows = np.flatnonzero(known)
    cell = np.floor(points[rows] / _CELL_DEGREES)
    return np.asarray(rows[np.lexsort((points[rows, 1], cell[:, 1], cell[:, 0]))])


def _measure(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    return geodesic_miles(here[..., 0], here[..., 1], there[..., 0], there[..., 1])
