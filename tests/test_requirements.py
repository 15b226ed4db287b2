"""The lists of packages and hashes: complete, as uv resolves them, and told where they are not."""

from __future__ import annotations

import functools
import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

from tests import requirements
from tests.requirements import Listed

LISTS = [requirements.PRODUCT_LIST, requirements.TOOLS_LIST]
LISTED = {path: requirements.read(path.read_text("utf-8")) for path in LISTS}
ALL = LISTED[requirements.PRODUCT_LIST] | LISTED[requirements.TOOLS_LIST]
UV = tomllib.loads(requirements.PROJECT.read_text("utf-8"))["tool"]["uv"]
SYSTEMS = {
    "linux": ("linux", "Linux", ["manylinux_2_28_x86_64", "manylinux_2_17_x86_64"]),
    "linux on arm": ("linux", "Linux", ["manylinux_2_28_aarch64", "manylinux_2_17_aarch64"]),
    "mac": ("darwin", "Darwin", [*mac_platforms((14, 0), "arm64")]),
    "windows": ("win32", "Windows", ["win_amd64"]),
}
"""Where the product has a wheel of every package. On a Mac with an Intel processor it has not:
cryptography and python-crfsuite publish none."""
OLD, NEW = "sha256:" + "0" * 64, "sha256:" + "f" * 64


def test_the_lists_hold_what_uv_resolved() -> None:
    assert requirements.find_differences() == []


@pytest.mark.parametrize(
    "line", ["--find-links /tmp", "evil @ https:evil.invalid/e.whl", "evil>=1"]
)
def test_a_line_that_names_no_package_is_told(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "requirements.txt"
    packages = {"one": Listed("1.0", "", frozenset({OLD}))}
    monkeypatch.setattr(requirements, "ROOT", tmp_path)
    monkeypatch.setattr(requirements, "HEADS", {path: ""})
    monkeypatch.setattr(requirements, "resolve", lambda: {path: packages})
    path.write_text(requirements.write(packages))
    assert requirements.find_differences() == []
    path.write_text(f"{path.read_text()}{line}\n")
    (told,) = requirements.find_differences()
    assert told == "requirements.txt has lines that name no package by its version and hashes."


def test_every_package_that_is_installed_stands_in_a_list() -> None:
    installed = {
        canonicalize_name(each.metadata["Name"]): each.version
        for each in importlib.metadata.distributions()
    }
    installed.pop("clinic-finder")
    listed = {name: package.version for name, package in ALL.items()}
    assert {name: at for name, at in installed.items() if listed.get(name) != at} == {}


def test_what_is_listed_is_pinned_and_what_builds_too() -> None:
    pins = {name: f"=={package.version}" for name, package in ALL.items()}
    for setting in ("constraint-dependencies", "build-constraint-dependencies"):
        set_pins = {each.name: str(each.specifier) for each in map(Requirement, UV[setting])}
        assert len(set_pins) > 4
        assert set_pins.items() <= pins.items()
        if setting == "constraint-dependencies":
            assert set_pins == pins
        else:
            assert set_pins.keys() == requirements.export("--only-group", "build").keys()
    (backend,) = tomllib.loads(requirements.PROJECT.read_text("utf-8"))["build-system"]["requires"]
    assert backend in UV["build-constraint-dependencies"]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.parent.name)
def test_a_list_has_a_hash_of_each_package_and_no_address(path: Path) -> None:
    text = path.read_text("utf-8")
    packages = LISTED[path]
    assert len(packages) > 50
    assert all(package.hashes for package in packages.values())
    assert text == requirements.HEADS[path] + requirements.write(packages)
    hashes = [digest for package in packages.values() for digest in package.hashes]
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes)
    assert not re.search(r"://|index|\bwww\.|@", text)


@functools.cache
def read_wheels() -> dict[str, frozenset[Tag]]:
    """Return the tags of each wheel in uv's lock, by its hash."""
    lock = tomllib.loads((requirements.ROOT / "uv.lock").read_text("utf-8"))
    return {
        wheel["hash"]: parse_wheel_filename(wheel["url"].rpartition("/")[2])[3]
        for package in lock["package"]
        for wheel in package.get("wheels", ())
    }


@pytest.mark.parametrize("minor", requirements.PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_package_has_a_listed_wheel_for_each_python_and_system(
    minor: int, system: str
) -> None:
    platform, name, platforms = SYSTEMS[system]
    python = f"3.{minor}"
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
        "platform_system": name,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    tags: set[Tag] = {
        *cpython_tags((3, minor), platforms=platforms),
        *compatible_tags((3, minor), f"cp3{minor}", platforms),
    }
    wheels = read_wheels()
    without = [
        name
        for name, package in LISTED[requirements.PRODUCT_LIST].items()
        if (not package.marker or Marker(package.marker).evaluate(environment))
        and not any(wheels[digest] & tags for digest in package.hashes & wheels.keys())
    ]
    assert without == []


@pytest.mark.parametrize(
    ("wheel", "is_kept"),
    [
        ("a-1.0-py3-none-any.whl", True),
        ("a-1.0-py2.py3-none-any.whl", True),
        ("a-1.0-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", True),
        ("a-1.0-cp36-abi3-win_amd64.whl", True),
        ("a-1.0-cp310-cp310-win_amd64.whl", False),
        ("a-1.0-cp314-cp314-win_amd64.whl", False),
        ("a-1.0-cp315-abi3.abi3t-win_amd64.whl", False),
        ("a-1.0-cp313-cp313-ios_13_0_arm64_iphoneos.whl", False),
        ("a-1.0-pp311-pypy311_pp73-win_amd64.whl", False),
        ("a-1.0-py2-none-any.whl", False),
    ],
)
def test_wheels_are_kept_for_the_pythons_and_systems_that_users_have(
    wheel: str, *, is_kept: bool
) -> None:
    assert requirements.can_run(wheel) is is_kept


def test_a_source_is_never_listed() -> None:
    wheel = {"url": "mirror/a-1.0-py3-none-any.whl", "hash": OLD}
    package = {"name": "a", "sdist": {"url": "mirror/a-1.0.tar.gz", "hash": NEW}, "wheels": [wheel]}
    assert requirements.find_wheels({"package": [package]}) == {OLD}


@pytest.mark.parametrize(
    ("resolved", "told"),
    [
        ({"a": Listed("1.0", "", frozenset({OLD}))}, None),
        ({}, "a stands in a list, and nothing needs it."),
        (
            {"a": Listed("1.1", "", frozenset({NEW}))},
            "a is 1.0 in a list, and was resolved as 1.1.",
        ),
        (
            {"a": Listed("1.0", "sys_platform == 'win32'", frozenset({OLD}))},
            "a is 1.0 in a list, and was resolved as 1.0 sys_platform == 'win32'.",
        ),
        (
            {"a": Listed("1.0", "", frozenset({NEW}))},
            "The wheels of a 1.0 are not those of a list: 1 not listed, 1 listed and gone.",
        ),
        (
            {"a": Listed("1.0", "", frozenset({OLD})), "b": Listed("2", "", frozenset({NEW}))},
            "b 2 is needed, and does not stand in a list.",
        ),
    ],
)
def test_what_is_not_as_listed_is_told_in_a_sentence(
    resolved: dict[str, Listed], told: str | None
) -> None:
    listed = requirements.read(f"# A list.\na==1.0 \\\n    --hash={OLD}\n")
    assert requirements.compare(listed, resolved, "a list") == ([told] if told else [])


def test_pins_take_the_place_of_earlier_ones() -> None:
    text = 'constraint-dependencies = [\n    "old==1",\n]\nbench = [\n    "kept",\n]\n'
    pinned = requirements.pin(text, "constraint-dependencies", {"b": Listed("2", "", frozenset())})
    assert pinned == 'constraint-dependencies = [\n    "b==2",\n]\nbench = [\n    "kept",\n]\n'
