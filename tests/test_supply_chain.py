"""What the product is made of: pinned, hashed, licensed, and built again to the same bytes."""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import io
import itertools
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import licences, requirements
from tests.test_imports import GPL, MODULES, read_imports

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PINS = {
    canonicalize_name(requirement.name): str(requirement.specifier)
    for requirement in map(Requirement, PROJECT["tool"]["uv"]["constraint-dependencies"])
}
PATIENCE_SECONDS = 600
DIRECT = {
    canonicalize_name(requirement.name): requirement
    for requirement in map(
        Requirement,
        (
            *PROJECT["project"]["dependencies"],
            *itertools.chain(*PROJECT["project"]["optional-dependencies"].values()),
        ),
    )
}
ASKED_FOR_BY_OTHERS = {"aiohttp", "authlib", "s3fs"}
"""Not imported by us: fsspec asks for two of them at addresses of releases, Streamlit's login for one."""


def find_imported() -> dict[str, set[str]]:
    """Return each package that the product imports, and the distributions that bring it."""
    sources = [ROOT / "app.py", *(ROOT / "geo").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    names = {
        name.split(".")[0]
        for path in sources
        for name in read_imports(path.read_text("utf-8"), MODULES)
    } - {*sys.stdlib_module_names, "geo", "pages"}
    brought_by = importlib.metadata.packages_distributions()
    return {name: {canonicalize_name(each) for each in brought_by[name]} for name in names}


def test_what_is_imported_is_named_as_a_dependency_and_nothing_else_is() -> None:
    by_extra = {"distributed": "dask"}  # brought by its extra
    imported = {
        package: {by_extra.get(each, each) for each in distributions}
        for package, distributions in find_imported().items()
    }
    assert {"altair", "branca", "google", "jinja2", "pandas", "streamlit"} <= imported.keys()
    assert {name for name, brought in imported.items() if not brought & DIRECT.keys()} == set()
    needless = DIRECT.keys() - set().union(*imported.values())
    assert needless == ASKED_FOR_BY_OTHERS


def test_every_dependency_is_bounded_about_the_version_that_is_pinned() -> None:
    for name, requirement in DIRECT.items():
        bounds = {each.operator for each in requirement.specifier}
        assert bounds == {">=", "<"}, name
        assert requirement.specifier.contains(PINS[name].removeprefix("==")), name
    (backend,) = map(Requirement, PROJECT["build-system"]["requires"])
    assert [each.operator for each in backend.specifier] == ["=="]


def test_every_package_of_the_product_has_its_licence_listed_and_none_is_the_gpl() -> None:
    rows = [*csv.DictReader(io.StringIO(licences.FILE.read_text("utf-8")))]
    product = requirements.read(requirements.PRODUCT_LIST.read_text("utf-8"))
    assert {"streamlit", "geopandas", "pyogrio", "dask", "colorama"} <= product.keys()
    of_data = {name: version for name, version, _ in licences.DATA}
    assert {row["package"]: row["version"] for row in rows} == of_data | {
        name: package.version for name, package in product.items()
    }
    installed = {
        canonicalize_name(each.metadata["Name"]) for each in importlib.metadata.distributions()
    }
    for name, licence in ((row["package"], row["licence"]) for row in rows):
        assert licence, name
        assert not GPL.search(licence), name
        assert name not in installed or licence == licences.read_licence(name), name


def test_each_shipped_table_and_foreign_asset_has_the_hash_it_was_built_with() -> None:
    release = json.loads((ROOT / "data" / "release" / "manifest.json").read_text("utf-8"))
    folder = ROOT / "data" / "release"
    assert release["files"]
    for name, digest in release["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    built = json.loads((ROOT / "data" / "reference" / "manifest.json").read_text("utf-8"))
    foreign = {
        str(path.relative_to(ROOT / "data" / "assets"))
        for name in ("leaflet", "markercluster", "geometry", "geodesic")
        for path in (ROOT / "data" / "assets" / name).rglob("*")
        if path.is_file()
    }
    assert foreign == set(built["assets"])
    for name, digest in built["assets"].items():
        path = ROOT / "data" / "assets" / name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, name


@pytest.mark.nightly
@pytest.mark.timeout(2 * PATIENCE_SECONDS)
def test_the_data_built_twice_are_equal(tmp_path: Path) -> None:
    copies = [tmp_path / "first", tmp_path / "second"]
    for part in ("geo", "data"):
        shutil.copytree(ROOT / part, copies[0] / part)
    shipped = _hash_all(copies[0] / "data")
    shutil.copytree(copies[0], copies[1])
    for copy in copies:
        command = [sys.executable, "-m", "geo", "data", "build"]
        subprocess.run(command, cwd=copy, check=True, timeout=PATIENCE_SECONDS)
        assert _hash_all(copy / "data") == shipped


@pytest.mark.nightly
def test_no_pinned_package_has_a_known_weakness(tmp_path: Path) -> None:
    pins = tmp_path / "pins.txt"
    pins.write_text("\n".join(name + pin for name, pin in sorted(PINS.items())), "utf-8")
    asked = subprocess.run(
        [
            shutil.which("uvx") or "uvx",
            "pip-audit",
            "-r",
            pins,
            "--no-deps",
            "--disable-pip",
            "--format",
            "json",
        ],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    try:
        packages = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        pytest.skip(f"pip-audit does not run here: {asked.stderr.strip()[-200:]}")
    judged = [package for package in packages if "vulns" in package]
    if not judged:
        pytest.skip("the service that pip-audit asks is out of reach: it judged no package")
    assert [package for package in judged if package["vulns"]] == []


def _hash_all(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
