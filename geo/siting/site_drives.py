"""Which ZIP points a site reaches by road within so many minutes, and which a clinic reaches now.

Minutes are without traffic, from the point of the site or clinic to that of the ZIP, and compared in
tenths, as coverage keeps them. From a point to which no road leads nothing is reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from geo import roads
from geo.coverage import drive_draws
from geo.coverage.coverage_draws import PER_MILE
from geo.coverage.drive_draws import (
    HALF_A_STEP,
    LIMIT_MINUTES,
    PER_MINUTE,
    UNREACHED,
    count_draws_within,
    find_minutes,
    tabulate_drives,
)
from geo.errors import SchemaError
from geo.units import table_points

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.drive_draws import DriveTable
    from geo.roads import Joins, Roads
    from geo.siting.supply import Supply

    Zips = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class ZipRoads:
    """The ZIP points of the demand, joined to the highways; read-only.

    Parameters
    ----------
    net : the highways.
    row : (k,) which ZIP points lie on the land that is driven on.
    joins : (k,) their ways to the highways.
    size : how many ZIP points the demand has.
    """

    net: Roads
    row: NDArray[np.intp]
    joins: Joins
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class SiteDrives:
    """By which drives sites are judged; read-only.

    Parameters
    ----------
    minutes : how near is near, without traffic.
    zips : the ZIP points.
    served : (n,) in how many draws a clinic that exists is so near to each ZIP point of the demand.
    is_whole : whether `served` is known of all ZIP points; else of those that `known` reaches.
    known : a site's `site` -> the rows of the ZIP points that it reaches, where worked out ahead.
    """

    minutes: float
    zips: ZipRoads
    served: NDArray[np.int64]
    known: Mapping[str, Zips] = field(default_factory=lambda: MappingProxyType({}))
    is_whole: bool = True

    def reach(self, sites: pd.DataFrame) -> list[Zips]:
        """Return the rows of the ZIP points that each site reaches, ascending.

        Parameters
        ----------
        sites : as of `geo.siting.candidate_sites`.
        """
        missing = ~sites["site"].isin(self.known.keys())
        found = find_reached(self.zips, sites[missing], self.minutes) if missing.any() else {}
        return [
            found[site] if is_missing else self.known[site]
            for site, is_missing in zip(sites["site"], missing, strict=True)
        ]


def join_zips(net: Roads, demand: Demand) -> ZipRoads:
    """Return the ZIP points with their ways to the highways; most of a second for the nation."""
    return ZipRoads(net, *drive_draws.join_zips(net, demand), len(demand.zip))


def find_reached(zips: ZipRoads, sites: pd.DataFrame, minutes: float) -> dict[str, Zips]:
    """Return the rows of the ZIP points that each site reaches: some milliseconds a site.

    Parameters
    ----------
    zips : of `join_zips`.
    sites : as of `geo.siting.candidate_sites`.
    minutes : within how many, above 0 and up to 300.

    Returns
    -------
    A site's `site` -> ascending rows of the demand.

    Raises
    ------
    SchemaError : there is no such number of minutes.
    """
    check_minutes(minutes)
    nothing = np.empty(0, dtype=np.int32)
    found = dict.fromkeys(sites["site"], nothing)
    names = sites["site"].to_numpy()
    for number, rows, tenths in _drive(zips, sites, minutes):
        found[names[number]] = rows[tenths <= minutes * PER_MINUTE].astype(np.int32)
    return found


def draw_minutes(
    zips: ZipRoads, supply: Supply, demand: Demand, minutes: float
) -> NDArray[np.int32]:
    """Return how long the drive is from each ZIP point to the nearest clinic, in each draw.

    Parameters
    ----------
    zips : of `join_zips`.
    supply : the clinics that exist, where they stand in each draw.
    demand : the ZIP points.
    minutes : what takes longer is not looked at; above 0 and up to 300.

    Returns
    -------
    (draws, n) thousandths of a minute, as coverage has them.

    Raises
    ------
    SchemaError : there is no such number of minutes.
    """
    check_minutes(minutes)
    limit = min(minutes + 1, LIMIT_MINUTES)
    table = _tabulate(zips, supply, demand, limit)
    (nearest,) = find_minutes(table, np.ones(len(supply.located), dtype=np.bool_), (1,))
    return nearest


def count_served(drawn: NDArray[np.int32], minutes: float) -> NDArray[np.int64]:
    """Return (n,) in how many draws a clinic is within so many minutes of each ZIP point.

    Parameters
    ----------
    drawn : of `draw_minutes`, for as many minutes at least.
    """
    return np.asarray(np.count_nonzero(drawn <= minutes * PER_MILE, axis=0), dtype=np.int64)


def look_around(
    zips: ZipRoads, supply: Supply, demand: Demand, sites: pd.DataFrame, minutes: float
) -> SiteDrives:
    """Return by which drives some sites are judged, worked out around these alone: not whole.

    Parameters
    ----------
    zips, supply, demand, minutes : as of `draw_minutes`.
    sites : as of `geo.siting.candidate_sites`.

    Raises
    ------
    SchemaError : there is no such number of minutes.
    """
    known = find_reached(zips, sites, minutes)
    rows = np.unique(np.concatenate([np.empty(0, dtype=np.intp), *known.values()]))
    served = np.zeros(zips.size, dtype=np.int64)
    if len(rows):
        table = _tabulate(zips, supply, demand, minutes + HALF_A_STEP, rows)
        served = count_draws_within(table, minutes)
    return SiteDrives(minutes, zips, served, known, is_whole=False)


def measure_nearest(zips: ZipRoads, points: pd.DataFrame, minutes: float) -> NDArray[np.int32]:
    """Return how long the drive is from each ZIP point to the nearest of some points.

    Parameters
    ----------
    zips : of `join_zips`.
    points : `latitude`, `longitude` in degrees, EPSG:4326; any number.
    minutes : what takes longer is not looked at; above 0 and up to 300.

    Returns
    -------
    (n,) thousandths of a minute, in steps of a tenth; `geo.coverage.drive_draws.UNREACHED` where
    none is so near.

    Raises
    ------
    SchemaError : there is no such number of minutes.
    """
    check_minutes(minutes)
    nearest = np.full(zips.size, UNREACHED, dtype=np.int32)
    for _, rows, tenths in _drive(zips, points, minutes):
        thousandths = tenths.astype(np.int32) * (PER_MILE // PER_MINUTE)
        nearest[rows] = np.minimum(nearest[rows], thousandths)
    return nearest


def check_minutes(minutes: float) -> None:
    """Refuse minutes that sites cannot be asked for.

    Raises
    ------
    SchemaError : they are not above 0 and up to 300.
    """
    if not 0 < minutes <= LIMIT_MINUTES:
        raise SchemaError(
            f"A drive of {minutes:g} minutes cannot be asked for; give minutes above 0, at most "
            f"{LIMIT_MINUTES}."
        )


def _tabulate(
    zips: ZipRoads,
    supply: Supply,
    demand: Demand,
    limit_minutes: float,
    only: NDArray[np.intp] | None = None,
) -> DriveTable:
    """Return the drives to where clinics stand in some draw, from some of the ZIP points or all."""
    return tabulate_drives(
        zips.net,
        supply.located,
        demand,
        supply.positions,
        limit_minutes,
        joined=(zips.row, zips.joins),
        only=only,
    )


def _drive(
    zips: ZipRoads, points: pd.DataFrame, minutes: float
) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.float32]]]:
    """Give for each point its number, the ZIP points around it, and tenths of a minute to each."""
    latitude, longitude = table_points(points, "sites")
    number = np.flatnonzero(roads.on_land(zips.net, latitude, longitude))
    if not len(number):
        return
    origins = roads.join_points(zips.net, latitude[number], longitude[number])
    limit = minutes + HALF_A_STEP
    for row, near, found in roads.drive_rows(zips.net, origins, zips.joins, limit_minutes=limit):
        yield int(number[row]), zips.row[near], np.rint(found * PER_MINUTE)
