"""The whole road, once, in order: listings -> clinics -> points -> regions -> the release's tables."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from geo import releases
from geo.clinics import COLUMNS, LATER_COLUMNS, resolve, validate
from geo.errors import ReleaseError, SourceError
from geo.geocoding.gazetteer import Gazetteer, locate_clinics
from geo.places import PlaceFinder
from geo.places.names import ALIASES
from geo.reference import load
from geo.reference.verifying import hash_table
from geo.regions import assign_regions
from geo.sources import curated

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def build_release(listings: pd.DataFrame, as_of: date) -> dict[str, pd.DataFrame]:
    """Return the tables of a release, made of listings and the reference tables alone.

    Parameters
    ----------
    listings : the columns of `geo.listings`, each row with its `clinic_id`.
    as_of : the date to which the ages of the sources count.

    Returns
    -------
    `clinics` (by `clinic_id`; points in degrees, EPSG:4326), `listings` (by `listing_id`) and
    `fields` (which listing gave which field). The same listings and date give the same tables.

    Raises
    ------
    SchemaError : a listing or a clinic breaks its contract.
    SourceError : a reference table is missing or damaged.
    """
    clinics, fields = resolve(listings, as_of)
    finder = PlaceFinder(load("zips"), load("cities"), load("states"))
    located = locate_clinics(clinics, Gazetteer(finder), as_of.isoformat())
    placed = assign_regions(located, load("counties"), state_column="state")
    return {
        "clinics": validate(placed[[*COLUMNS, *LATER_COLUMNS]]).reset_index(drop=True),
        "listings": listings.sort_values("listing_id", ignore_index=True),
        "fields": fields,
    }


def rebuild_shipped(
    as_of: date | None = None, shipped: Path = releases.SHIPPED
) -> releases.Release:
    """Build the shipped release anew from `data/listings.csv`; the same content stays untouched.

    Parameters
    ----------
    as_of : the date to which the ages of the sources count; by default that of the release which
        is there, or else today.
    shipped : the folder of the shipped release.

    Returns
    -------
    The release that is there now.

    Raises
    ------
    SourceError : a listing of the file is rejected, or a reference table cannot be read.
    SchemaError : a clinic breaks its contract.
    ReleaseError : the release cannot be written.
    """
    listings, rejects = curated.read(curated.PATH)
    if len(rejects):
        first = rejects.iloc[0]
        raise SourceError(
            f"data/listings.csv line {first['line']}: {first['reason']} "
            f"({len(rejects)} rejected in all); correct it, nothing was written."
        )
    date_of_release = as_of or _date_of(shipped)
    written = releases.write(
        build_release(listings, date_of_release),
        shipped.parent,
        as_of=date_of_release,
        inputs=hash_inputs(),
    )
    return releases.load(releases.ship(written, shipped))


def hash_inputs() -> dict[str, str]:
    """Return the sha256 of what the shipped release is made of: the listings, reference tables."""
    return {
        "listings.csv": hashlib.sha256(curated.PATH.read_bytes()).hexdigest(),
        "aliases.csv": hashlib.sha256(ALIASES.read_bytes()).hexdigest(),
        "reference/zips": hash_table("zips", load("zips")),
        "reference/cities": hash_table("cities", load("cities")),
        "reference/states": hash_table("states", load("states")),
        "reference/counties": hash_table("counties", load("counties")),
    }


def _date_of(folder: Path) -> date:
    try:
        return date.fromisoformat(releases.read_manifest(folder)["as_of"])
    except ReleaseError:
        return datetime.now(UTC).date()
