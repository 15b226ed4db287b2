"""The list and its figures, answered: what the command line's `clinics`, `coverage` and `status` tell."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from geo import releases
from geo.clinics.known import count_known
from geo.coverage import coverage_exports
from geo.coverage.area_table import list_areas
from geo.exporting.clinic_exports import records, tell_features
from geo.publishing.former_ids import find_former
from geo.server.api.operations import BASE
from geo.server.api.problems import ApiError

if TYPE_CHECKING:
    import pandas as pd

    from geo.releases import Release
    from geo.server.api.asked import ClinicsAsked, CoverageAsked


def list_clinics(asked: ClinicsAsked, release: Release) -> dict[str, Any]:
    """Return clinics, as `geo.server.api.told.Clinics` or `Features`."""
    clinics = release.clinics
    if asked.state is not None:
        clinics = clinics[clinics["state"] == asked.state]
    if asked.status is not None:
        clinics = clinics[clinics["status"] == asked.status]
    if asked.treatment is not None:
        offers = [asked.treatment in codes.split(";") for codes in clinics["treatments"]]
        clinics = clinics[np.array(offers, dtype=np.bool_)]
    if asked.bbox is not None:
        clinics = clinics[_is_inside(clinics, asked.bbox)]
    matched = len(clinics)
    page = clinics.iloc[asked.offset : asked.offset + asked.limit]
    if asked.format == "geojson":
        return {**tell_features(page, release.id), "matched": matched}
    return {"release": release.id, "matched": matched, "clinics": records(page)}


def tell_clinic(clinic_id: str, release: Release) -> dict[str, Any]:
    """Return a clinic and what its sources say, as `geo.server.api.told.OneClinic`.

    Raises
    ------
    ApiError : there is none of this id, or it stands under another or none now.
    """
    found = release.clinics[release.clinics["clinic_id"].eq(clinic_id)]
    if found.empty:
        raise _explain_missing(clinic_id, release)
    listings = release.listings[release.listings["clinic_id"].eq(clinic_id)]
    return {
        "release": release.id,
        "clinic": records(found)[0],
        "listings": records(listings.drop(columns="raw")),
    }


def _explain_missing(clinic_id: str, release: Release) -> ApiError:
    """Return what became of an id that no clinic of the list has."""
    former = find_former(release).get(clinic_id)
    if former is None:
        return ApiError(
            HTTPStatus.NOT_FOUND,
            "No clinic of the list has this id; /api/v1/clinics lists those it has.",
        )
    if not former.into:
        return ApiError(
            HTTPStatus.GONE,
            "No source that we read lists this clinic any more; it may still be open.",
        )
    return ApiError(
        HTTPStatus.MOVED_PERMANENTLY,
        f"This clinic is {former.into} now; ask for that.",
        headers={"location": f"{BASE}/clinics/{quote(former.into, safe='')}"},
    )


def tell_coverage(asked: CoverageAsked, release: Release) -> str | list[dict[str, Any]]:
    """Return how areas are served: rows, or a text of GeoJSON.

    Raises
    ------
    ReleaseError : the release was made without coverage.
    SourceError : the shapes cannot be read.
    """
    totals = release.tables.get("totals")
    rows = list_areas(asked.level, asked.treatment, release.table, totals)
    if asked.format == "geojson":
        return coverage_exports.to_geojson(rows, asked.level, release.id)
    return coverage_exports.to_records(rows, release.id)


def tell_release(release: Release) -> dict[str, Any]:
    """Return what the release is and holds, as `geo.server.api.told.Release`."""
    return {
        "release": release.id,
        "made_at": release.manifest["made_at"],
        "as_of": release.manifest["as_of"],
        **releases.count(release.tables),
        "known_of_clinics": count_known(release.clinics),
    }


def _is_inside(clinics: pd.DataFrame, box: tuple[float, float, float, float]) -> np.ndarray:
    """Tell which clinics have a point in a box, its edges with it; west > east crosses 180 degrees."""
    west, south, east, north = box
    longitude = clinics["longitude"].to_numpy(np.float64)
    latitude = clinics["latitude"].to_numpy(np.float64)
    after, before = longitude >= west, longitude <= east
    across = after & before if west <= east else after | before
    inside: np.ndarray = across & (latitude >= south) & (latitude <= north)
    return inside
