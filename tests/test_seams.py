"""Each name of another package's inside stands in its seam, is used there alone, and is still so."""

from __future__ import annotations

import ast
import dataclasses
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

from geo.errors import GeoError
from geo.server import streamlit_seam as seam
from tests import contract
from tests.contract import ROOT, Installed, find_broken
from tests.test_imports import IMPORTS, MODULES

INSIDE = "pages.parts.streamlit_inside"
PACKAGES = {
    "streamlit": {INSIDE},
    "streamlit_folium": {"pages.parts.streamlit_folium_seam"},
    "folium": {"geo.maps.folium_seam"},
    "branca": {"geo.maps.folium_seam"},
}
ASSETS = "\n".join(
    path.read_text("utf-8")
    for path in sorted((ROOT / "data" / "assets").iterdir())
    if path.suffix in {".css", ".js"}
) + MODULES["pages.parts.file_drop"].read_text("utf-8")


def test_all_that_the_seams_assume_of_the_installed_packages_holds() -> None:
    assert find_broken() == []


def without_a_piece(installed: Installed, folder: Path) -> Installed:
    """Give the front end another name for a file, another class, another start of its document."""
    (folder / "static" / "js").mkdir(parents=True)
    for path in (installed.front_end / "js").glob("*.js"):
        changed = folder / "static" / "js" / path.name.replace("TextInput.", "TextBox.")
        text = path.read_text("utf-8")
        if "stMainBlockContainer" in text:
            changed.write_text(text.replace("stMainBlockContainer", "stMainBlock"), "utf-8")
        else:
            changed.symlink_to(path)
    document = (installed.front_end.parent / "index.html").read_text("utf-8")
    (folder / "index.html").write_text(document.replace("<title>", '<title data-a="">'), "utf-8")
    return dataclasses.replace(installed, front_end=folder / "static")


def without_a_message(installed: Installed, _folder: Path) -> Installed:
    """Call the message by which a page is run anew something else."""
    kinds = {
        "run_script" if name == "rerun_script" else name: kind
        for name, kind in installed.kinds.items()
    }
    return dataclasses.replace(installed, kinds=kinds)


def without_a_component(installed: Installed, folder: Path) -> Installed:
    """Give streamlit-folium another way to draw, and another frame."""
    build = folder / "frontend" / "build"
    shutil.copytree(
        Path(installed.maps.__file__).parent / "frontend" / "build",
        build,
        ignore=shutil.ignore_patterns("*.map"),
    )
    for path in (build / "index.html", *build.rglob("main.*.js")):
        path.write_text(path.read_text("utf-8").replace("map_div", "map_of_ours"), "utf-8")
    maps = types.ModuleType("streamlit_folium")
    maps.__dict__["st_folium"] = installed.maps.st_folium
    maps.__file__ = str(folder / "__init__.py")
    return dataclasses.replace(installed, maps=maps)


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (
            without_a_piece,
            [
                "static/js has 0 files TextInput.HASH.js in place of one, fetched early.",
                "Streamlit's document has no '<title>', by which it is made ours.",
                "No style has 'font-family:Material Symbols Rounded;': icons' font would come to all.",
                "The front end has no class stMainBlockContainer, by which ours selects.",
            ],
        ),
        (
            without_a_message,
            ["BackMsg has no kind rerun_script any more (somebody did something)."],
        ),
        (
            without_a_component,
            [
                "streamlit-folium has no _component_func: no guard before its maps.",
                "A map's frame has no map_div any more, which our scripts in it rely on.",
            ],
        ),
    ],
)
def test_a_change_in_a_package_is_told_in_a_sentence(
    plant: contract.Planted, told: list[str], tmp_path: Path
) -> None:
    assert find_broken(lambda installed: plant(installed, tmp_path)) == told


GONE = """
import importlib
for module, name in (
    ("streamlit.file_util", "get_static_dir"),
    ("streamlit.web.server.starlette.starlette_websocket", "_parse_subprotocols"),
    ("streamlit_folium", "st_folium"),
    ("folium.elements", "JSCSSMixin"),
):
    delattr(importlib.import_module(module), name)
from tests import contract
print(*contract.find_broken(), sep="\\n")
"""


@pytest.mark.service
def test_a_name_that_is_gone_is_told_though_what_uses_it_cannot_be_imported() -> None:
    run = subprocess.run(
        [sys.executable, "-c", GONE], cwd=ROOT, check=False, text=True, capture_output=True
    )
    assert [line.split(" (")[0].split(" from ")[0] for line in run.stdout.splitlines()] == [
        "There is no streamlit.file_util.get_static_dir any more",
        "There is no streamlit.web.server.starlette.starlette_websocket._parse_subprotocols any more",
        "There is no streamlit_folium.st_folium any more",
        "geo.maps.folium_seam cannot be imported: cannot import name 'JSCSSMixin'",
        "pages.parts.streamlit_inside cannot be imported: cannot import name 'get_static_dir'",
    ], run.stderr


def test_pages_that_would_be_dead_are_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    message_filter = contract.load("pages.parts.message_filter")
    monkeypatch.setattr(message_filter, "MESSAGE_KINDS", {"run_script": "as it may be called"})
    with pytest.raises(GeoError, match="no longer has the message run_script"):
        message_filter.MessageFilter(lambda *_: None)


def test_the_inside_of_a_package_is_used_in_its_seam_alone() -> None:
    for module, names in IMPORTS.items():
        for name in names:
            package = name.partition(".")[0]
            is_inner = "." in name or package == "streamlit_folium"
            if package in PACKAGES and is_inner:
                assert module in PACKAGES[package], f"{module} imports {name}"
    assert list_imported(INSIDE, "streamlit") == {*seam.PRIVATE_NAMES}
    inner = {n for p in ("folium", "branca") for n in list_imported("geo.maps.folium_seam", p)}
    assert inner == {*contract.load("geo.maps.folium_seam").PRIVATE_NAMES}


def list_imported(module: str, package: str) -> set[str]:
    """Return the names that a module imports from modules below a package."""
    return {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == package
        for alias in node.names
    }


def test_what_is_selected_by_is_what_the_seam_lists() -> None:
    assert set(re.findall(r"\.((?:st[A-Z]|react-aria-)\w+)", ASSETS)) == seam.CLASSES
    assert set(re.findall(r'data-testid="(\w+)"', ASSETS)) == seam.TEST_IDS
    assert set(re.findall(r"var\((--st-[\w-]+)", ASSETS)) == seam.THEME_VARIABLES
    assert set(re.findall(r"\[(data-(?:rac|tag|baseweb)\b)", ASSETS)) == seam.DATA_ATTRIBUTES
    assert "st-emotion" not in ASSETS


def test_no_other_module_writes_what_the_seam_lists() -> None:
    named = re.compile(rf"{seam.CORE}|{seam.LOGIN_COOKIE}|{seam.LOGOUT}|data-testid|stApp\b")
    told = {
        (module, node.value)
        for module, path in MODULES.items()
        if module not in {"geo.server.streamlit_seam", "pages.parts.file_drop"}
        and named.search(text := path.read_text("utf-8"))
        for node in walk_texts(ast.parse(text))
        if named.search(node.value)
    }
    assert told == set()


def walk_texts(tree: ast.AST) -> list[ast.Constant]:
    """Return the texts of a source that are no docstrings."""
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]
