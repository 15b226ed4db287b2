"""A release of few clinics, and what finds its places: describing all of them takes most of an export."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo import reference
from geo.places import PlaceFinder

if TYPE_CHECKING:
    from geo.releases import Release


def thin(release: Release, step: int) -> Release:
    """Return a release with one clinic in so many."""
    clinics = release.clinics.iloc[::step].reset_index(drop=True)
    own = release.listings["clinic_id"].isin(clinics["clinic_id"])
    listings = release.listings[own].reset_index(drop=True)
    return replace(release, tables={**release.tables, "clinics": clinics, "listings": listings})


def make_finder(release: Release) -> PlaceFinder:
    """Return what finds places and the clinics of a release."""
    return PlaceFinder(
        reference.load("zips"),
        reference.load("cities"),
        reference.load_shapeless("states").assign(geometry=reference.load_shapes("states")),
        release.clinics,
        release.listings,
    )
