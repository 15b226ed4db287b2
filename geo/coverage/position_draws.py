"""Where clinics may stand, given what is known of them: seeded draws, each clinic on its own.

Most clinics are known to their city only. Each draw places every clinic anew where people live in
its own city or ZIP, so that what is measured on the draws carries that uncertainty.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import SchemaError
from geo.places.names import name_keys
from geo.places.precision import Precision
from geo.units import GEOD, METRES_PER_MILE, geodesic_miles, table_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand

DRAWS: Final = 200
HOMONYM_RADII: Final = 2.0
"""A ZIP of the city's name counts as the city's up to so many of the clinic's radii from its point:
a state may hold two places of a name."""

_TO_A_CITY: Final = frozenset({Precision.CITY, Precision.ZIP_PO_BOX})


@dataclass(frozen=True, slots=True, eq=False)
class PositionDraws:
    """Where each clinic stands in each draw; read-only.

    Parameters
    ----------
    latitude, longitude : (draws, clinics) degrees, EPSG:4326.
    county : (draws, clinics) row of the demand's counties, -1 where none is known.
    drawn : (clinics,) whether the county itself was drawn, since only the city is known.
    zip : (draws, clinics) row of the demand's ZIPs that it was drawn into, -1 where its own point is
        known better, or no such ZIP is.
    """

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    county: NDArray[np.intp]
    drawn: NDArray[np.bool_]
    zip: NDArray[np.intp]

    def take(self, clinics: NDArray[np.bool_]) -> PositionDraws:
        """Return the positions of some of the clinics, in the same draws."""
        return PositionDraws(
            self.latitude[:, clinics],
            self.longitude[:, clinics],
            self.county[:, clinics],
            self.drawn[clinics],
            self.zip[:, clinics],
        )


def stated_positions(clinics: pd.DataFrame, demand: Demand) -> PositionDraws:
    """Return the points of the clinics as they are recorded: one draw without chance.

    Parameters, errors : as `draw_positions`.
    """
    latitude, longitude = _points(clinics)
    return PositionDraws(
        latitude[np.newaxis],
        longitude[np.newaxis],
        _recorded_counties(clinics, demand)[np.newaxis],
        np.zeros(len(clinics), dtype=np.bool_),
        np.full((1, len(clinics)), -1, dtype=np.intp),
    )


def draw_positions(clinics: pd.DataFrame, demand: Demand, draws: int = DRAWS) -> PositionDraws:
    """Return seeded positions of the clinics, each as far as it is known.

    - Known to the city, or to a post-office box: a ZIP of the city's name in the clinic's state,
      or the ZIP's part in a county, is drawn by its people; then a point as in a ZIP.
    - Known to the ZIP: evenly in a disc of the ZIP's land area around the ZIP's point.
    - Else (better known, or no such ZIP): evenly in a disc of the clinic's radius around its point.

    The seed is the `clinic_id`, so neither the order of the clinics nor the others matter.

    Parameters
    ----------
    clinics : `clinic_id`, `city`, `state`, `zip`, `precision`, `radius_miles`, `county_geoid`,
        `latitude` and `longitude` (degrees, EPSG:4326); each with a point.
    demand : the ZIPs to place them in.
    draws : how many, >= 1.

    Raises
    ------
    SchemaError : a clinic has no point.
    ValueError : no draw is asked for.
    """
    if draws < 1:
        raise ValueError(f"{draws} draws are none; ask for 1 or more.")
    points = np.array(_points(clinics))
    parts_of = _parts_by_zip(demand)
    zips_of = _zips_by_city(demand)
    row_of_zip = {code: row for row, code in enumerate(demand.zip.tolist())}
    disc_miles = np.sqrt(demand.zips["land_area_sq_miles"].to_numpy(np.float64) / np.pi)

    centre = np.repeat(points[:, np.newaxis], draws, axis=1)  # (2, draws, clinics)
    radius = np.empty((draws, len(clinics)))
    radius[:] = clinics["radius_miles"].fillna(0.0).to_numpy(np.float64)
    county = np.tile(_recorded_counties(clinics, demand), (draws, 1))
    drawn = np.zeros(len(clinics), dtype=np.bool_)
    into = np.full((draws, len(clinics)), -1, dtype=np.intp)
    chance = np.empty((draws, len(clinics), 3))
    keys = name_keys(clinics["city"]) if len(clinics) else []
    columns = ("clinic_id", "zip", "state", "precision", "radius_miles")
    facts = zip(*(clinics[column] for column in columns), keys, strict=True)
    for row, (clinic_id, code, state, precision, reach, key) in enumerate(facts):
        chance[:, row] = _generator(clinic_id).random((draws, 3))
        if precision == Precision.ZIP and code in row_of_zip:
            inside = np.full(draws, row_of_zip[code])
        elif precision in _TO_A_CITY:
            candidates = np.array(zips_of[key, state], dtype=np.intp)
            miles = geodesic_miles(
                points[0, row],
                points[1, row],
                demand.latitude[candidates],
                demand.longitude[candidates],
            )
            candidates = candidates[miles <= HOMONYM_RADII * reach]
            if not len(candidates):
                continue
            parts = np.concatenate([parts_of[candidate] for candidate in candidates])
            part = parts[_draw_by_people(demand.share_population[parts], chance[:, row, 0])]
            inside = demand.share_zip[part]
            county[:, row] = demand.share_county[part]
            drawn[row] = True
        else:
            continue
        centre[:, :, row] = demand.latitude[inside], demand.longitude[inside]
        radius[:, row] = disc_miles[inside]
        into[:, row] = inside
    latitude, longitude = _draw_in_discs(centre, radius, chance[..., 1], chance[..., 2])
    return PositionDraws(latitude, longitude, county, drawn, into)


def _points(clinics: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points of the clinics, of which none may lack one."""
    latitude, longitude = table_points(clinics, "clinics")
    if np.isnan(latitude).any():
        first = clinics["clinic_id"].to_numpy()[np.argmax(np.isnan(latitude))]
        raise SchemaError(f"Clinic {first} has no point to draw around; leave it out.")
    return latitude, longitude


def _recorded_counties(clinics: pd.DataFrame, demand: Demand) -> NDArray[np.intp]:
    geoids = pd.Index(demand.areas["county"]["geoid"])
    rows: NDArray[np.intp] = geoids.get_indexer(clinics["county_geoid"])
    return rows


def _zips_by_city(demand: Demand) -> defaultdict[tuple[str, str], list[int]]:
    """Return the ZIPs of each city by the key of its name, or of another name of it, and state."""
    zips_of: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    columns = ("city", "city_aliases", "state")
    names = [demand.zips[column].tolist() for column in columns]
    for row, (city, aliases, state) in enumerate(zip(*names, strict=True)):
        for key in sorted(set(name_keys([city, *aliases.split(";")])) - {""}):
            zips_of[key, state].append(row)
    return zips_of


def _parts_by_zip(demand: Demand) -> list[NDArray[np.intp]]:
    """Return the parts in counties of each ZIP."""
    by_zip = np.argsort(demand.share_zip, kind="stable")
    firsts = np.searchsorted(demand.share_zip[by_zip], np.arange(1, len(demand.zip)))
    return np.split(by_zip, firsts)


def _generator(clinic_id: str) -> np.random.Generator:
    digest = hashlib.sha256(clinic_id.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _draw_by_people(people: NDArray[np.int64], chance: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return which of several is drawn at each chance in [0, 1), in proportion to their people."""
    ends = np.cumsum(people)
    drawn: NDArray[np.intp] = np.searchsorted(ends, np.floor(chance * ends[-1]), side="right")
    return drawn


def _draw_in_discs(
    centre: NDArray[np.float64],
    radius_miles: NDArray[np.float64],
    outward: NDArray[np.float64],
    around: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a point of each disc at two chances in [0, 1), even over its area."""
    metres = radius_miles * np.sqrt(outward) * METRES_PER_MILE
    longitude, latitude, _ = GEOD.fwd(centre[1], centre[0], around * 360.0, metres)
    return np.asarray(latitude), np.asarray(longitude)
