"""Reading releases: which are there, which is in use, and each file checked before it is believed."""

from __future__ import annotations

import hashlib
import io
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.clinics.vocabulary import STATUSES
from geo.errors import ReleaseError
from geo.paths import find_home
from geo.releases import folders, remembering, schemas
from geo.releases.contents import find_strange
from geo.releases.folders import MANIFEST
from geo.releases.mirror import ReleaseMirror, Served
from geo.releases.release import TABLES, Release, count

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = re.compile(r"[a-z][a-z0-9_]*\.parquet")


def find_served() -> Served:
    """Return the release that visitors are served, and why it is another than it ought to be.

    Of a shared folder or an address it is the last good copy in the own home; of the own home it is
    what the pointer names, which is not looked into. A pointer that is gone leaves in use what was
    served last.

    Raises
    ------
    ReleaseError : the pointer `<home>/releases/current` does not hold a release id; or nothing was
        ever had from the place that `CLINIC_FINDER_RELEASES` names, and it cannot be read.
    """
    if folders.origin():
        return _mirror(folders.origin(), str(find_home())).find()
    pointed = read_pointer()
    if pointed is not None and pointed != folders.SHIPPED_WORD:
        return Served(folders.root() / pointed)
    last = None if pointed else remembering.recall()
    if last is None or last == folders.SHIPPED_WORD:
        return Served(folders.SHIPPED)
    own = folders.root() / last
    return Served(
        own if own.exists() else folders.copies() / last,
        f"The pointer {folders.pointer()} is gone; `clinic-finder rollback {last}` sets it again, "
        "`clinic-finder rollback shipped` returns to the shipped release.",
    )


def current_folder() -> Path:
    """Return the folder of the release in use.

    Raises
    ------
    ReleaseError : as `find_served`.
    """
    return find_served().folder


def follow() -> None:
    """Read what lies elsewhere in the background from now on, so that nobody who asks waits for it.

    Where the releases are those of the own home there is nothing to follow.
    """
    if folders.origin():
        _mirror(folders.origin(), str(find_home())).start()


def look_now() -> None:
    """Look at what lies elsewhere now, since something was changed there."""
    if folders.origin():
        _mirror(folders.origin(), str(find_home())).look()


def doubt() -> None:
    """Have the copies of what lies elsewhere checked at the next look, since one was of no use."""
    if folders.origin():
        _mirror(folders.origin(), str(find_home())).doubt()


@cache
def _mirror(origin: str, home: str) -> ReleaseMirror:  # noqa: ARG001  the cache's key
    return ReleaseMirror(origin, load)


def read_pointer() -> str | None:
    """Return what the pointer holds: an id, or the word `shipped`; None where there is no pointer.

    Raises
    ------
    ReleaseError : it cannot be read, or holds another thing.
    """
    pointer = folders.pointer()
    try:
        pointed = pointer.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(f"The file {pointer} cannot be read ({error}).") from error
    if pointed != folders.SHIPPED_WORD and not folders.is_id(pointed):
        raise ReleaseError(
            f"The file {pointer} does not hold the id of a release; `clinic-finder rollback` "
            "returns to the one before, `clinic-finder rollback shipped` to the shipped release."
        )
    return pointed


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
    for folder in [*list_own(), folders.SHIPPED]:
        found.setdefault(identify(folder), folder)
    found.pop("", None)
    return found


def list_own() -> list[Path]:
    """Return the folders of all releases but the shipped one, whole or not, the newest first.

    Of what is followed at an address only the copies are here.
    """
    place = folders.copies() if folders.followed() else folders.root()
    return sorted(place.glob("*-*"), reverse=True)


def find(release: str) -> Path:
    """Return the folder of a release, by its id or by the word `current` or `shipped`.

    Raises
    ------
    ReleaseError : there is none of this name, and those that are there are named; or it is there
        and damaged, or a newer version of this program made it.
    """
    if release == "current":
        return current_folder()
    if release == "shipped":
        return folders.SHIPPED
    places = (folders.root(), folders.copies())
    own = [place / release for place in places] if folders.is_id(release) else []
    there = {identify(folder): folder for folder in (folders.SHIPPED, *own)}
    if folders.is_id(release) and release in there:
        return there[release]
    for folder in own:
        if folder.exists():
            read_manifest(folder)  # which says why it is of no use
    ids = [identify(folder) for folder in list_own()] + [*there]
    raise ReleaseError(
        f"There is no release {release!r}; there are {', '.join(sorted({*ids} - {''}))}."
    )


def identify(folder: Path) -> str:
    """Return the id of the release in a folder; "" where there is none that can be read."""
    try:
        return str(read_manifest(folder)["id"])
    except ReleaseError:
        return ""


def current() -> Release:
    """Load the release in use.

    Raises
    ------
    ReleaseError : as `load`.
    """
    return load(current_folder())


def load(folder: Path) -> Release:
    """Load one release, each file checked against the sha256 in its manifest and its columns' types.

    Of a release of an earlier schema version the columns that later ones added are filled.

    Raises
    ------
    ReleaseError : the manifest or a file is missing, damaged or not the one that was published, or
        a newer version of this program made it.
    """
    manifest = read_manifest(folder)
    schema = schema_of(manifest)
    tables = {
        Path(name).stem: _read_table(folder / name, sha256, schema)
        for name, sha256 in manifest["files"].items()
    }
    try:
        counted = count(tables)
    except (KeyError, TypeError):
        counted = {}
    if not counted or any(manifest["counts"][name] != held for name, held in counted.items()):
        raise ReleaseError(
            f"The release file {folder / MANIFEST} is damaged (it tells of other clinics than its "
            f"tables hold); {_remedy(folder)}."
        )
    return Release(manifest["id"], folder, MappingProxyType(manifest), MappingProxyType(tables))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of the release in `folder`, without its tables.

    Raises
    ------
    ReleaseError : it is missing, is no JSON, or lacks what every manifest has; or a newer version
        of this program made the release.
    """
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(_read_file(path))
    except (ValueError, RecursionError) as error:
        raise ReleaseError(f"The release file {path} is damaged; {_remedy(folder)}.") from error
    if not _is_manifest(manifest):
        raise ReleaseError(
            f"The release file {path} is not the manifest of a release; {_remedy(folder)}."
        )
    if schema_of(manifest) > schemas.newest():
        raise ReleaseError(
            f"The release {folder} was made by a newer version of this program (its schema is "
            f"{schema_of(manifest)}, known are up to {schemas.newest()}); update the program."
        )
    return manifest


def schema_of(manifest: Mapping[str, Any]) -> int:
    """Return the schema version of the release of a manifest; the first ones do not tell it."""
    return int(manifest.get("schema", 1))


def holds(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Tell whether `folder` is a whole release of the same content, schema and inputs."""
    try:
        held = load(folder).manifest
    except ReleaseError:
        return False
    return schema_of(held) == schema_of(manifest) and all(
        held.get(key) == manifest[key] for key in ("content", "inputs")
    )


def _read_table(path: Path, sha256: str, schema: int) -> pd.DataFrame:
    """Read one Parquet file, its bytes checked first, then its columns."""
    content = _read_file(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ReleaseError(
            f"The release file {path} is damaged (not the bytes its manifest names); "
            f"{_remedy(path.parent)}."
        )
    try:
        table = pd.read_parquet(io.BytesIO(content))
    except Exception as error:  # pyarrow raises whatever its metadata, if they are wrong, lead to
        raise ReleaseError(
            f"The release file {path} is no Parquet table; {_remedy(path.parent)}."
        ) from error
    fault = schemas.find_fault(path.stem, table, schema) or find_strange(path.stem, table)
    if fault:
        raise ReleaseError(f"The release file {path} is damaged ({fault}); {_remedy(path.parent)}.")
    return schemas.fill(path.stem, table)


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


def _is_manifest(manifest: object) -> bool:
    """Tell whether a parsed manifest has the fields every reader relies on."""
    if not isinstance(manifest, dict):
        return False
    files = manifest.get("files")
    return (
        all(isinstance(manifest.get(key), str) for key in ("id", "made_at", "as_of", "content"))
        and type(manifest.get("schema", 1)) is int
        and manifest.get("schema", 1) > 0
        and folders.is_id(manifest["id"])
        and manifest["id"].startswith(f"{manifest['as_of']}-")
        and _is_date(manifest["as_of"])
        and _are_counts(manifest.get("counts"))
        and isinstance(files, dict)
        and all(f"{name}.parquet" in files for name in TABLES)
        and all(_FILE.fullmatch(name) for name in files)
    )


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _are_counts(counts: object) -> bool:
    return isinstance(counts, dict) and all(
        type(counts.get(name)) is int for name in ("clinics", "located", "listings", *STATUSES)
    )


def _remedy(folder: Path) -> str:
    """Say what to run about a release that cannot be read."""
    if folder == folders.SHIPPED:
        return "run `clinic-finder data release` to rebuild the shipped release"
    if folder.parent == folders.copies():
        return "publish it again where it was made"
    return (
        f"bring {folder} back from a copy, or return to another release with "
        "`clinic-finder rollback`"
    )
