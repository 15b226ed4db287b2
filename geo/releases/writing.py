"""Writing releases: whole or not at all, to a folder beside that is then renamed."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import ReleaseError
from geo.files.stamps import stamp
from geo.files.whole_files import sync_folder
from geo.releases import folders, schemas
from geo.releases.folders import MANIFEST
from geo.releases.loading import holds, read_manifest
from geo.releases.release import TABLES, content_sha256, count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    import pandas as pd


def write(
    tables: Mapping[str, pd.DataFrame],
    root: Path,
    *,
    as_of: date,
    inputs: Mapping[str, str],
) -> Path:
    """Write an immutable release to `root/<id>`, whole or not at all.

    The files go to a folder beside it first, which is then renamed. The same content and date
    have the same id: where that release stands already, it is left as it is. Where a table has
    minutes by road, its file and the manifest name the roads' contributors.

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
    ReleaseError : a table is missing or breaks the schema, the folder cannot be written, or another
        content has the id.
    """
    from geo.reference.road_tables import ATTRIBUTION  # noqa: PLC0415  # 200 ms: scipy, not to read releases

    lacking = [name for name in TABLES if name not in tables]
    if lacking:
        raise ReleaseError(f"A release needs the table {lacking[0]}, and it was not given.")
    schema = schemas.newest()
    for name, table in tables.items():
        if fault := schemas.find_fault(name, table, schema):
            raise ReleaseError(f"A release of schema {schema} cannot be written: {fault}.")
    content = content_sha256(tables, as_of)
    target = root / f"{as_of.isoformat()}-{content[:8]}"
    if target.exists():
        if read_manifest(target)["content"] != content:
            raise ReleaseError(f"The release {target} exists with another content; move it away.")
        return target
    partial = _name_partial(target)
    try:
        partial.mkdir(parents=True)
        files = {
            f"{name}.parquet": _write_file(
                partial / f"{name}.parquet",
                _pack(table, ATTRIBUTION if _has_minutes(table) else ""),
            )
            for name, table in tables.items()
        }
        manifest = {
            "id": target.name,
            "schema": schema,
            "made_at": stamp(),
            "as_of": as_of.isoformat(),
            "content": content,
            "counts": count(tables),
            "files": files,
            "inputs": dict(inputs),
            **({"drives_from": ATTRIBUTION} if any(map(_has_minutes, tables.values())) else {}),
        }
        _write_file(partial / MANIFEST, (json.dumps(manifest, indent=2) + "\n").encode())
        _settle(partial, target)
    except OSError as error:
        raise ReleaseError(f"The release {target} cannot be written ({error}).") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def _has_minutes(table: pd.DataFrame) -> bool:
    """Tell whether a table holds figures that are made from the roads of OpenStreetMap."""
    return any("minutes" in column for column in table.columns)


def _pack(table: pd.DataFrame, drives_from: str) -> bytes:
    """Return a table as Parquet, which says whose the roads are that its minutes come from, if any."""
    packed = pa.Table.from_pandas(table, preserve_index=False)
    if drives_from:
        packed = packed.replace_schema_metadata(
            {**(packed.schema.metadata or {}), b"drives_from": drives_from.encode()}
        )
    sink = pa.BufferOutputStream()
    pq.write_table(packed, sink, compression="zstd")
    return bytes(sink.getvalue())


def ship(written: Path, shipped: Path = folders.SHIPPED) -> Path:
    """Move a written release to where the app starts from, unless the same one is there.

    Returns
    -------
    `shipped`.

    Raises
    ------
    ReleaseError : the folder cannot be replaced.
    """
    replaced = _name_partial(shipped)
    try:
        if holds(shipped, read_manifest(written)):
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


def keep_copy(folder: Path) -> Path:
    """Copy a release among the operator's, so that what leads to it outlives where it came from.

    An update of the program takes the shipped one away, and a replica's copies are few.

    Returns
    -------
    The folder of the copy, which may have been there before.

    Raises
    ------
    ReleaseError : the release cannot be read, or the copy not be written.
    """
    target = folders.root() / str(read_manifest(folder)["id"])
    if target.exists():
        return target
    partial = _name_partial(target)
    try:
        partial.mkdir(parents=True)
        for path in sorted(folder.iterdir()):
            _write_file(partial / path.name, path.read_bytes())
        _settle(partial, target)
    except OSError as error:
        raise ReleaseError(f"The release {target} cannot be written ({error}).") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def remove(folder: Path) -> None:
    """Remove a release so that nobody ever sees the half of it.

    Raises
    ------
    ReleaseError : it cannot be removed.
    """
    doomed = _name_partial(folder)
    try:
        folder.rename(doomed)
        shutil.rmtree(doomed)
    except OSError as error:
        raise ReleaseError(f"The release {folder} cannot be removed ({error}).") from error


def clear_partials() -> None:
    """Remove what processes left half written or half removed when they were killed.

    To be called while no other process writes here, which `geo.releases.locking.lock` ensures.
    """
    for path in folders.root().glob(".*-*.*"):
        shutil.rmtree(path, ignore_errors=True)


def _name_partial(target: Path) -> Path:
    """Return a name beside `target` that nobody takes for a release."""
    return target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")


def _settle(partial: Path, target: Path) -> None:
    """Give a written folder its name, and bring both through to the disk."""
    sync_folder(partial)
    partial.rename(target)
    sync_folder(target.parent)


def _write_file(path: Path, content: bytes) -> str:
    """Write a new file through to the disk and return its sha256."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(content).hexdigest()
