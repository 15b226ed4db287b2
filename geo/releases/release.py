"""A release in memory: its tables, what they say, and how many of what they hold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from geo.clinics.vocabulary import STATUSES
from geo.errors import ReleaseError
from geo.releases import schemas

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

TABLES: Final = ("clinics", "listings", "fields")


@dataclass(frozen=True)
class Release:
    """One release in memory; its tables are shared between readers and never written to.

    Parameters
    ----------
    id : `<as_of>-<first 8 hex digits of the content's sha256>`.
    folder : where it was read from.
    manifest : `id`, `schema` (its version; 1 where there is none), `made_at` (UTC), `as_of`,
        `content`, `counts`, `files`, `inputs`.
    tables : name -> table; always `clinics`, `listings` and `fields`. What its schema version did
        not have yet is filled (`geo.releases.schemas`).
    """

    id: str
    folder: Path
    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a release be sent to another process: what may not be written to, as a copy."""
        return _unpickle, (self.id, self.folder, dict(self.manifest), dict(self.tables))

    @property
    def clinics(self) -> pd.DataFrame:
        """One row a practice location, latitude and longitude in degrees (EPSG:4326)."""
        return self.tables["clinics"]

    @property
    def listings(self) -> pd.DataFrame:
        """One row a source's statement about a practice location."""
        return self.tables["listings"]

    @property
    def fields(self) -> pd.DataFrame:
        """Which listing gave which field of which clinic."""
        return self.tables["fields"]

    def table(self, name: str) -> pd.DataFrame:
        """Return a table that not every release has.

        Raises
        ------
        ReleaseError : this one was made without it.
        """
        if name not in self.tables:
            raise ReleaseError(
                f"The release {self.id} was made without the table {name}; use a newer one."
            )
        return self.tables[name]

    @property
    def as_of(self) -> date:
        """The date to which the ages of the sources count."""
        return date.fromisoformat(self.manifest["as_of"])


def _unpickle(
    release_id: str, folder: Path, manifest: dict[str, Any], tables: dict[str, pd.DataFrame]
) -> Release:
    return Release(release_id, folder, MappingProxyType(manifest), MappingProxyType(tables))


def same_content(a: Release, b: Release) -> bool:
    """Tell whether two releases say the same as of the same date, whenever they were made."""
    return content_sha256(a.tables, a.as_of) == content_sha256(b.tables, b.as_of)


def content_sha256(tables: Mapping[str, pd.DataFrame], as_of: date) -> str:
    """Return the sha256 of what the tables say, which no version of a file library changes.

    Nor does a later schema version: what it adds counts where it says something that was not said
    before (`geo.releases.schemas.pick_content`).
    """
    digest = hashlib.sha256(as_of.isoformat().encode())
    for name in sorted(tables):
        content = schemas.pick_content(name, tables[name])
        if content.columns.empty:  # a later table that only says again what others say
            continue
        digest.update(f"\n{name}\n".encode())
        digest.update(content.to_csv(index=False, lineterminator="\n").encode())
    return digest.hexdigest()


def count(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Count what a release holds: clinics, those with a point, listings, clinics by status."""
    clinics = tables["clinics"]
    by_status = clinics["status"].value_counts()
    return {
        "clinics": len(clinics),
        "located": int(clinics["latitude"].notna().sum()),
        "listings": len(tables["listings"]),
        **{status: int(by_status.get(status, 0)) for status in STATUSES},
    }


def as_geodataframe(clinics: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the clinics with a `geometry` of points, EPSG:4326; none where there is no point."""
    import geopandas as gpd  # noqa: PLC0415  # 80 ms

    points = gpd.GeoSeries.from_xy(clinics["longitude"], clinics["latitude"], crs="EPSG:4326")
    points[clinics["latitude"].isna().to_numpy()] = None
    return gpd.GeoDataFrame(clinics, geometry=points)
