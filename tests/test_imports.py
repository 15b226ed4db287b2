"""The import ladder: imports in `geo/` only point back along it, so that each part stands alone."""

import ast
import importlib.metadata
import re
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import geo

ROOT = Path(__file__).resolve().parent.parent
ORDER = geo.__doc__.rpartition(":\n\n")[2].strip().removesuffix(".")
LADDER = ["geo", *(f"geo.{name}" for name in re.split(r",\s+", ORDER))]
WITH_PANDERA = {"geo.clinics.listings", "geo.clinics.resolving"}
GPL = re.compile(r"(?<!L)GPL|GNU (Affero )?General Public", re.IGNORECASE)


def find_modules():
    """Return module name -> file, for every module of the library."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((ROOT / "geo").rglob("*.py"))
    }


def read_imports(source, known=()):
    """Return the names a source imports, wherever in it; a module where that is what is meant."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = inner & set(known)
            names |= modules | ({node.module} if inner - modules else set())
    return names


def rung(module):
    """Return where a module stands on the ladder."""
    held = [step for step in LADDER if f"{module}.".startswith(f"{step}.") and step != "geo"]
    if module == "geo":
        return 0
    assert held, f"{module} has no place on the ladder"
    return LADDER.index(max(held, key=len))


def find_forward(graph):
    return sorted(
        f"{module} imports {name}"
        for module, names in graph.items()
        for name in names
        if rung(name) > rung(module)
    )


def is_gpl(package):
    """Tell whether the distribution of an imported package is under the GPL or AGPL."""
    distributions = importlib.metadata.packages_distributions()
    for name in distributions.get(package, []):
        facts = importlib.metadata.metadata(name)
        licences = [
            facts.get("License-Expression") or "",
            (facts.get("License") or "")[:100],  # some put the whole text, which names others
            *(c for c in facts.get_all("Classifier", []) if c.startswith("License")),
        ]
        if any(GPL.search(licence) for licence in licences):
            return True
    return False


MODULES = find_modules()
IMPORTS = {name: read_imports(path.read_text(), MODULES) for name, path in MODULES.items()}
GRAPH = {
    module: {name for name in names if name.split(".")[0] == "geo"}
    for module, names in IMPORTS.items()
}


def test_every_module_stands_on_the_ladder():
    assert len(MODULES) > 20
    for module in MODULES:
        rung(module)


def test_every_import_of_our_own_is_a_module():
    unknown = {name for names in GRAPH.values() for name in names} - set(MODULES)

    assert unknown == set()


def test_imports_point_back_along_the_ladder():
    assert find_forward(GRAPH) == []


def test_a_forward_import_would_be_found():
    assert find_forward({"geo.search.nearest": {"geo.search.searching"}}) == [
        "geo.search.nearest imports geo.search.searching"
    ]
    assert find_forward({"geo.units": {"geo.geocoding.gazetteer"}}) != []
    assert find_forward({"geo.search.searching": {"geo.search.nearest", "geo.errors"}}) == []


def test_there_is_no_cycle():
    list(TopologicalSorter(GRAPH).static_order())


def test_a_cycle_would_be_found():
    with pytest.raises(CycleError):
        TopologicalSorter({"geo.a": {"geo.b"}, "geo.b": {"geo.a"}}).prepare()


def test_imports_are_seen_wherever_they_stand():
    source = (
        "import os.path\n"
        "if TYPE_CHECKING:\n    from geo import places\n"
        "def late():\n    from geo.search.searching import search\n"
    )

    assert read_imports(source, MODULES) == {"os.path", "geo.places", "geo.search.searching"}


def test_streamlit_stays_out_of_the_library():
    assert [
        module
        for module, names in IMPORTS.items()
        if any(name.split(".")[0].startswith("streamlit") for name in names)
    ] == []


def test_pandera_is_imported_where_tables_are_checked_and_nowhere_else():
    users = {
        module
        for module, names in IMPORTS.items()
        if any(name.split(".")[0] == "pandera" for name in names)
    }

    assert users <= WITH_PANDERA
    assert users


def test_the_library_imports_neither_pages_nor_tests():
    outside = {name.split(".")[0] for names in IMPORTS.values() for name in names}

    assert outside & {"app", "pages", "tests", "pytest", "hypothesis", "playwright"} == set()


def test_no_imported_package_is_under_the_gpl():
    sources = [*MODULES.values(), ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
    packages = {
        name.split(".")[0]
        for path in sources
        if path.exists()
        for name in read_imports(path.read_text(), MODULES)
    } - set(sys.stdlib_module_names)

    assert {"pandas", "pyproj", "typer"} <= packages
    assert sorted(package for package in packages if is_gpl(package)) == []


@pytest.mark.parametrize(
    ("licence", "is_one"),
    [
        ("GPL-2.0-or-later", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License v3", True),
        ("AGPL-3.0", True),
        ("LGPL-2.1", False),
        ("GNU Lesser General Public License v3", False),
        ("MIT", False),
    ],
)
def test_the_gpl_is_known_when_seen(licence, is_one):
    assert bool(GPL.search(licence)) is is_one
