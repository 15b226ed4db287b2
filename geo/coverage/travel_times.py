"""Tables of drives to take away: from ZIPs to the nearest clinics, and to the ZIPs around.

Drives go from the populated point of a ZIP to the recorded point of a clinic, or of another ZIP, without
traffic. A clinic known to its city or ZIP only has a wider range; it is not drawn anew here.
"""

from __future__ import annotations

import io
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import roads
from geo.coverage.counting import pick_clinics
from geo.coverage.coverage_exports import METHODS_POINTER
from geo.coverage.drive_draws import LIMIT_MINUTES
from geo.errors import SchemaError
from geo.exporting import clinic_exports
from geo.i18n.language import mark
from geo.reference.road_tables import ATTRIBUTION
from geo.roads.driving import measure_blur, reach_rows
from geo.roads.ways import measure_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.roads import Joins, Roads

NEAREST: Final = 5
ZIP_MINUTES: Final = 120
"""How long a drive between two ZIPs may be to be told."""

_DIGITS: Final = 1

CODEBOOK: Final = MappingProxyType(
    {
        "zip": mark("text: the ZIP that is started from, at its populated point"),
        "adults": mark("whole number: adults of 18 and over who live in it"),
        "rank": mark("whole number: 1 for the clinic that is the shortest drive away"),
        "clinic_id, clinic": mark("text: the clinic, by its id in the release, and its name"),
        "to_zip": mark("text: the ZIP that is driven to"),
        "minutes": mark("number, minutes: without traffic, by road"),
        "low, high": mark("number, minutes: nine in ten drives take between these"),
        "miles": mark("number, statute miles: by road"),
        "release, drives_from, method_page": mark(
            "text: the release, whose roads the drives are by, and where the method stands"
        ),
    }
)
"""What the columns mean, with their types and units."""


def tabulate_to_clinics(
    net: Roads, clinics: pd.DataFrame, demand: Demand, state: str | None = None
) -> pd.DataFrame:
    """Return the drives from each ZIP to the clinics that are nearest by road.

    Parameters
    ----------
    net : the highways.
    clinics : of a release; those that are counted and have a point are driven to.
    demand : the ZIPs.
    state : letters of the state that the ZIPs are of; all where none is given.

    Returns
    -------
    Up to `NEAREST` rows a ZIP: `zip`, `adults`, `rank`, `clinic_id`, `clinic`, `minutes`, `low`,
    `high`, `miles`. A ZIP from which no road leads to a clinic within 300 minutes has no row.

    Raises
    ------
    SchemaError : the state has no ZIPs.
    """
    counted = pick_clinics(clinics)
    counted = counted[counted["latitude"].notna()]
    points = counted[["latitude", "longitude"]].to_numpy(np.float64)
    counted = counted[roads.on_land(net, *points.T)].reset_index(drop=True)
    points = counted[["latitude", "longitude"]].to_numpy(np.float64)
    targets = roads.join_points(net, *points.T)
    found = _drive(
        net,
        _pick_zips(net, demand, state),
        demand,
        targets,
        counted["radius_miles"].fillna(0.0).to_numpy(np.float64),
        limit_minutes=LIMIT_MINUTES,
        most=NEAREST,
    )
    at = found.pop("target")
    found.insert(3, "clinic_id", counted["clinic_id"].to_numpy()[at])
    found.insert(4, "clinic", counted["name"].to_numpy()[at])
    return found


def tabulate_to_zips(net: Roads, demand: Demand, state: str | None = None) -> pd.DataFrame:
    """Return the drives from each ZIP to all others within `ZIP_MINUTES`.

    Parameters
    ----------
    net, demand, state : as of `tabulate_to_clinics`; the ZIPs driven to may lie in any state.

    Returns
    -------
    A row a pair: `zip`, `adults`, `to_zip`, `minutes`, `low`, `high`, `miles`.

    Raises
    ------
    SchemaError : the state has no ZIPs.
    """
    around = _pick_zips(net, demand, None)
    targets = roads.join_points(net, demand.latitude[around], demand.longitude[around])
    found = _drive(
        net,
        _pick_zips(net, demand, state),
        demand,
        targets,
        np.zeros(len(around)),
        limit_minutes=ZIP_MINUTES,
        most=len(around),
    ).drop(columns="rank")
    codes = np.asarray(demand.zip)
    found.insert(2, "to_zip", codes[around][found.pop("target")])
    return found[found["zip"] != found["to_zip"]].reset_index(drop=True)


def to_csv(table: pd.DataFrame, release_id: str) -> str:
    """Return a table of drives as CSV; the last columns name roads, method and release."""
    return clinic_exports.to_csv(_name_origin(table), release_id)


def write_codebook() -> str:
    """Return what the columns mean as CSV, in English as all files are."""
    rows = pd.DataFrame(CODEBOOK.items(), columns=["column", "meaning"])
    return rows.to_csv(index=False)


def to_parquet(table: pd.DataFrame, release_id: str) -> bytes:
    """Return a table of drives as Parquet, with the same columns."""
    buffer = io.BytesIO()
    named = _name_origin(table).assign(release=release_id)
    named.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def _name_origin(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(drives_from=ATTRIBUTION, method_page=METHODS_POINTER)


def _pick_zips(net: Roads, demand: Demand, state: str | None) -> NDArray[np.intp]:
    """Return the rows of the ZIPs of a state that stand on land that roads are known of."""
    chosen = np.ones(len(demand.zip), dtype=np.bool_)
    if state is not None:
        chosen = (demand.zips["state"] == state).to_numpy()
        if not chosen.any():
            raise SchemaError(
                f"No populated ZIP lies in a state {state!r}; give two letters, as PA."
            )
    rows = np.flatnonzero(chosen)
    return rows[roads.on_land(net, demand.latitude[rows], demand.longitude[rows])]


def _drive(
    net: Roads,
    rows: NDArray[np.intp],
    demand: Demand,
    targets: Joins,
    radius_miles: NDArray[np.float64],
    *,
    limit_minutes: float,
    most: int,
) -> pd.DataFrame:
    """Return the drives from ZIPs to the targets within a limit, the quickest first."""
    origins = roads.join_points(net, demand.latitude[rows], demand.longitude[rows])
    blur = measure_blur(radius_miles, targets.local)
    parts: list[Sequence[NDArray[np.generic]]] = []
    for row, reached in reach_rows(net, origins, targets, limit_minutes=limit_minutes):
        order = np.lexsort((reached.rows, reached.minutes))[:most]
        to, minutes = reached.rows[order], reached.minutes[order]
        line_miles = measure_line(origins.xyz[row], targets.xyz[to])
        low, high = net.pace.bound(minutes, line_miles, blur[to])
        parts.append(
            (
                np.full(len(to), rows[row]),
                np.arange(1, len(to) + 1),
                to,
                *(
                    np.round(figure, _DIGITS)
                    for figure in (minutes, low, high, reached.miles[order])
                ),
            )
        )
    names = ("row", "rank", "target", "minutes", "low", "high", "miles")
    columns = (
        [np.concatenate(column) for column in zip(*parts, strict=True)]
        if parts
        else [np.empty(0, dtype=np.intp) for _ in names]
    )
    found = pd.DataFrame(dict(zip(names, columns, strict=True)))
    found = found.sort_values(["row", "rank"], ignore_index=True)
    at = found.pop("row").to_numpy(dtype=np.intp)
    found.insert(0, "zip", np.asarray(demand.zip)[at])
    found.insert(1, "adults", demand.adults[at].astype(np.int64))
    return found
