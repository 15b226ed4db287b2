"""The place that several ZIPs make: where their people's centre lies, and how far they reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.places.place import Place
from geo.places.precision import Precision
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Sequence

AREA_SHARE = 0.95
"""Share of an area's people that its radius takes in."""

_DECIMALS = 5
_RADIUS_DECIMALS = 4


def build_area(
    parts: Sequence[Place], *, label: str, kind: str, state: str, city: str = ""
) -> Place:
    """Return the place of several ZIPs: their people's centre, and a radius that holds them.

    Parameters
    ----------
    parts : ZIPs with a point, at least one.
    label, kind, state, city : of the place.
    """
    latitude = np.array([part.latitude for part in parts], dtype=np.float64)
    longitude = np.array([part.longitude for part in parts], dtype=np.float64)
    people = np.array([part.population for part in parts])
    weight = people if people.sum() > 0 else np.ones(len(parts))
    # As fine as the points it is made of, so that it can be written down without loss.
    centre = (
        round(float(np.average(latitude, weights=weight)), _DECIMALS),
        round(float(np.average(longitude, weights=weight)), _DECIMALS),
    )
    reach = geodesic_miles(*centre, latitude, longitude) + [part.radius_miles for part in parts]
    order = np.argsort(reach)
    held = np.cumsum(weight[order]) >= AREA_SHARE * weight.sum()
    return Place(
        label=label,
        kind=kind,
        latitude=centre[0],
        longitude=centre[1],
        precision=Precision.CITY,
        radius_miles=round(float(reach[order][np.argmax(held)]), _RADIUS_DECIMALS),
        state=state,
        city=city,
        population=float(people.sum()),
    )
