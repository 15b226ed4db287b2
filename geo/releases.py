"""Published releases: immutable folders of tables, checked against their manifest on each load.

A release is `manifest.json` beside one Parquet file a table. `<home>/releases/current` is a text
file that holds the id of the release in use, so that switching is one atomic replace of one small
file; where there is none, the release shipped in `data/release/` is in use. The environment
(`CLINIC_FINDER_HOME`) is read at each call. geopandas is imported only by `as_geodataframe`, and
no schema library at all: a release was checked when it was written, and its hashes hold since.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "release"
MANIFEST = "manifest.json"
TABLES = ("clinics", "listings", "fields")
STATUSES = ("open", "unconfirmed", "closed", "withdrawn")

_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
_FILE = re.compile(r"[a-z][a-z0-9_]*\.parquet")


@dataclass(frozen=True)
class Release:
    """One release in memory; its tables are shared between readers and never written to.

    Parameters
    ----------
    id : `<as_of>-<first 8 hex digits of the content's sha256>`.
    folder : where it was read from.
    manifest : `id`, `made_at` (UTC), `as_of`, `content`, `counts`, `files`, `inputs`.
    tables : name -> table; always `clinics`, `listings` and `fields`.
    """

    id: str
    folder: Path
    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]

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


def home() -> Path:
    """Return the folder of the operator's state: `CLINIC_FINDER_HOME`, else `./var`."""
    return Path(os.environ.get("CLINIC_FINDER_HOME") or "var")


def current_folder() -> Path:
    """Return the folder of the release in use, without looking inside it.

    Raises
    ------
    ReleaseError : the pointer `<home>/releases/current` does not hold a release id.
    """
    pointer = home() / "releases" / "current"
    try:
        pointed = pointer.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return SHIPPED
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(f"The file {pointer} cannot be read ({error}).") from error
    if not _ID.fullmatch(pointed):
        raise ReleaseError(
            f"The file {pointer} does not hold the id of a release; "
            f"delete it to return to the shipped release."
        )
    return pointer.parent / pointed


def current_id() -> str:
    """Return the id of the release in use; cheap enough to ask on every run of a page.

    Raises
    ------
    ReleaseError : its manifest is missing or damaged.
    """
    return str(read_manifest(current_folder())["id"])


def find_all() -> dict[str, Path]:
    """Return the folder of every release that can be read, by id: the one in use, then newest first.

    Raises
    ------
    ReleaseError : the release in use is missing or damaged; others that are so are left out.
    """
    used = current_folder()
    found = {str(read_manifest(used)["id"]): used}
    for folder in [*sorted((home() / "releases").glob("*-*"), reverse=True), SHIPPED]:
        try:
            found.setdefault(str(read_manifest(folder)["id"]), folder)
        except ReleaseError:
            continue
    return found


def current() -> Release:
    """Load the release in use.

    Raises
    ------
    ReleaseError : as `load`.
    """
    return load(current_folder())


def load(folder: Path) -> Release:
    """Load one release, each file checked against the sha256 in its manifest.

    Raises
    ------
    ReleaseError : the manifest or a file is missing, damaged or not the one that was published.
    """
    manifest = read_manifest(folder)
    tables = {
        Path(name).stem: _read_table(folder / name, sha256)
        for name, sha256 in manifest["files"].items()
    }
    return Release(manifest["id"], folder, MappingProxyType(manifest), MappingProxyType(tables))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of the release in `folder`, without its tables.

    Raises
    ------
    ReleaseError : it is missing, is no JSON, or lacks what every manifest has.
    """
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(_read_file(path))
    except ValueError as error:
        raise ReleaseError(f"The release file {path} is damaged; {_remedy(folder)}.") from error
    if not _is_manifest(manifest):
        raise ReleaseError(
            f"The release file {path} is not the manifest of a release; {_remedy(folder)}."
        )
    return manifest


def write(
    tables: Mapping[str, pd.DataFrame],
    root: Path,
    *,
    as_of: date,
    inputs: Mapping[str, str],
) -> Path:
    """Write an immutable release to `root/<id>`, whole or not at all.

    The files go to a folder beside it first, which is then renamed. The same content and date
    have the same id: where that release stands already, it is left as it is.

    Parameters
    ----------
    tables : name -> table, rows in a fixed order; `clinics`, `listings` and `fields` at least.
    root : the folder that holds releases; made if it is not there.
    as_of : the date to which the ages of the sources count.
    inputs : name -> sha256 of what the tables were made from.

    Returns
    -------
    The folder of the release.

    Raises
    ------
    ReleaseError : a table is missing, the folder cannot be written, or another content has the id.
    """
    lacking = [name for name in TABLES if name not in tables]
    if lacking:
        raise ReleaseError(f"A release needs the table {lacking[0]}, and it was not given.")
    content = content_sha256(tables, as_of)
    target = root / f"{as_of.isoformat()}-{content[:8]}"
    if target.exists():
        if read_manifest(target)["content"] != content:
            raise ReleaseError(f"The release {target} exists with another content; move it away.")
        return target
    partial = root / f".{target.name}.{os.getpid()}"
    try:
        partial.mkdir(parents=True)
        files = {
            f"{name}.parquet": _write_file(
                partial / f"{name}.parquet",
                table.to_parquet(None, index=False, compression="zstd"),
            )
            for name, table in tables.items()
        }
        manifest = {
            "id": target.name,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "as_of": as_of.isoformat(),
            "content": content,
            "counts": count(tables),
            "files": files,
            "inputs": dict(inputs),
        }
        _write_file(partial / MANIFEST, (json.dumps(manifest, indent=2) + "\n").encode())
        partial.rename(target)
    except OSError as error:
        raise ReleaseError(f"The release {target} cannot be written ({error}).") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def ship(written: Path, shipped: Path = SHIPPED) -> Path:
    """Move a written release to where the app starts from, unless the same one is there.

    Returns
    -------
    `shipped`.

    Raises
    ------
    ReleaseError : the folder cannot be replaced.
    """
    replaced = shipped.with_name(f".{shipped.name}.{os.getpid()}")
    try:
        if _holds(shipped, read_manifest(written)):
            shutil.rmtree(written)
            return shipped
        if shipped.exists():
            shipped.rename(replaced)
        written.rename(shipped)
    except OSError as error:
        raise ReleaseError(
            f"The shipped release {shipped} cannot be replaced ({error})."
        ) from error
    finally:
        shutil.rmtree(replaced, ignore_errors=True)
    return shipped


def same_content(a: Release, b: Release) -> bool:
    """Tell whether two releases say the same as of the same date, whenever they were made."""
    return content_sha256(a.tables, a.as_of) == content_sha256(b.tables, b.as_of)


def content_sha256(tables: Mapping[str, pd.DataFrame], as_of: date) -> str:
    """Return the sha256 of what the tables say, which no version of a file library changes."""
    digest = hashlib.sha256(as_of.isoformat().encode())
    for name in sorted(tables):
        digest.update(f"\n{name}\n".encode())
        digest.update(tables[name].to_csv(index=False, lineterminator="\n").encode())
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
    import geopandas as gpd  # noqa: PLC0415  # 0.5 s that the patient's path does not pay

    points = gpd.GeoSeries.from_xy(clinics["longitude"], clinics["latitude"], crs="EPSG:4326")
    points[clinics["latitude"].isna().to_numpy()] = None
    return gpd.GeoDataFrame(clinics, geometry=points)


def _read_table(path: Path, sha256: str) -> pd.DataFrame:
    """Read one Parquet file, its bytes checked first."""
    content = _read_file(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ReleaseError(
            f"The release file {path} is damaged (not the bytes its manifest names); "
            f"{_remedy(path.parent)}."
        )
    try:
        return pd.read_parquet(io.BytesIO(content))
    except (OSError, ValueError) as error:
        raise ReleaseError(
            f"The release file {path} is no Parquet table; {_remedy(path.parent)}."
        ) from error


def _read_file(path: Path) -> bytes:
    """Read a file of a release, or say that it is not there."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ReleaseError(
            f"The release file {path} is missing; {_remedy(path.parent)}."
        ) from error
    except OSError as error:
        raise ReleaseError(f"The release file {path} cannot be read ({error}).") from error


def _write_file(path: Path, content: bytes) -> str:
    """Write a new file through to the disk and return its sha256."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(content).hexdigest()


def _is_manifest(manifest: object) -> bool:
    """Tell whether a parsed manifest has the fields every reader relies on."""
    if not isinstance(manifest, dict):
        return False
    files = manifest.get("files")
    return (
        all(isinstance(manifest.get(key), str) for key in ("id", "made_at", "as_of", "content"))
        and _ID.fullmatch(manifest["id"]) is not None
        and manifest["id"].startswith(f"{manifest['as_of']}-")
        and isinstance(manifest.get("counts"), dict)
        and isinstance(files, dict)
        and all(f"{name}.parquet" in files for name in TABLES)
        and all(_FILE.fullmatch(name) for name in files)
    )


def _holds(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Tell whether `folder` is a whole release of the same content, made of the same inputs."""
    try:
        held = load(folder).manifest
    except ReleaseError:
        return False
    return all(held.get(key) == manifest[key] for key in ("content", "inputs"))


def _remedy(folder: Path) -> str:
    """Say what to run about a release that cannot be read."""
    if folder == SHIPPED:
        return "run `clinic-finder data release` to rebuild the shipped release"
    return (
        f"bring {folder} back from a copy, "
        f"or delete {folder.parent / 'current'} to return to the shipped release"
    )
