"""Where sources themselves put their clinics: offered to the chain of geocoders as a match would be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo import reference
from geo.geocoding.candidates import Candidate
from geo.geocoding.outcome import Kind, Outcome
from geo.geocoding.urban_rural import UrbanRuralIndex
from geo.places.precision import Precision
from geo.sources import descriptors
from geo.workspace import decisions, stored_listings

if TYPE_CHECKING:
    import pandas as pd

    from geo.workspace.database import Workspace

_MAPPED: Final = f"{descriptors.OSM.name}:"
"""How the ids of listings begin whose point somebody put on a map, and did not geocode."""

_NUMBERED: Final = re.compile(r"[0-9]")


def offer(workspace: Workspace, clinics: pd.DataFrame) -> dict[str, Outcome]:
    """Return the point of each clinic that a source of it gives, the best known where several do.

    A point that was put on a map is as good as an address; another one is taken for that of a
    geocoder, if the source names a house, and for that of a city where it names no street.

    Parameters
    ----------
    clinics : `clinic_id`, `zip`.

    Returns
    -------
    clinic -> a match of the source's.

    Raises
    ------
    SourceError : a reference table is missing or damaged.
    WorkspaceError : the workspace cannot be read.
    """
    points = stored_listings.points(workspace)
    if points.empty:
        return {}
    listed = stored_listings.current(workspace)[["listing_id", "clinic_id", "source", "street"]]
    zips = dict(zip(clinics["clinic_id"], clinics["zip"], strict=True))
    index = UrbanRuralIndex(reference.load("zips"))
    found: dict[str, list[Outcome]] = {}
    for row in points.merge(listed, on="listing_id").to_dict("records"):
        clinic = str(row["clinic_id"])
        if clinic not in zips:
            continue
        precision = _tell_precision(str(row["listing_id"]), str(row["street"]))
        if precision is Precision.CITY and zips[clinic]:
            continue  # the ZIP tells more
        radius = precision.radius_miles or index.radius_miles(precision, zips[clinic])
        candidate = Candidate(row["latitude"], row["longitude"], precision, radius)
        found.setdefault(clinic, []).append(
            Outcome(
                Kind.MATCH,
                str(row["source"]),
                "",
                (candidate,),
                str(row["licence"]),
                at=decisions.now().isoformat(),
            )
        )
    return {
        clinic: min(offered, key=lambda one: (one.candidates[0].precision.rank, one.provider))
        for clinic, offered in found.items()
    }


def _tell_precision(listing_id: str, street: str) -> Precision:
    if listing_id.startswith(_MAPPED):
        return Precision.ADDRESS
    if not street:
        return Precision.CITY
    return Precision.INTERPOLATED if _NUMBERED.search(street) else Precision.STREET
