"""The import ladder: imports only point back along it, so that each room stands alone."""

import ast
import functools
import importlib.metadata
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import geo

ROOT = Path(__file__).resolve().parent.parent
ORDER = geo.__doc__.rpartition(":\n\n")[2].strip().removesuffix(".")
ROOMS = re.split(r",\s+", ORDER)
"""The rooms of `geo/`, as its docstring lists them, from the ground up."""
PAGES = len(ROOMS)
"""The rung of what the pages share; each audience stands on the next, and `app` above them all."""
WITH_PANDERA = {"geo.clinics.listings", "geo.clinics.resolving"}
GPL = re.compile(r"(?<!L)GPL|GNU (Affero )?General Public", re.IGNORECASE)


def find_modules(*tops):
    """Return module name -> file, for every module below these folders."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for top in tops
        for path in sorted((ROOT / top).rglob("*.py"))
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


def find_room(module):
    """Return the room of a module: `geo.search`, `pages.patients`, `app`."""
    return ".".join(module.split(".")[:2])


def find_rung(room):
    """Return where a room stands on the ladder."""
    if room in {"geo", "app"}:
        return -1 if room == "geo" else PAGES + 2
    if room.startswith("pages."):
        return PAGES if room == "pages.parts" else PAGES + 1
    name = room.removeprefix("geo.")
    assert name in ROOMS, f"{room} has no place on the ladder"
    return ROOMS.index(name)


def find_arrows(graph):
    """Return (room, other room) -> the imports that lead from one to the other."""
    arrows = {}
    for module, names in graph.items():
        for name in names:
            if find_room(name) != find_room(module):
                arrow = find_room(module), find_room(name)
                arrows.setdefault(arrow, []).append(f"{module} imports {name}")
    return arrows


def find_forward(graph):
    """Return the imports that do not point back: up the ladder, or to another audience."""
    return sorted(
        told
        for (room, other), imports in find_arrows(graph).items()
        if find_rung(other) >= find_rung(room)
        for told in imports
    )


@functools.cache
def find_distributions():
    """Return package -> the distributions that hold it; it takes half a second to look."""
    return importlib.metadata.packages_distributions()


def is_gpl(package):
    """Tell whether the distribution of an imported package is under the GPL or AGPL."""
    for name in find_distributions().get(package, []):
        facts = importlib.metadata.metadata(name)
        licences = [
            facts.get("License-Expression") or "",
            (facts.get("License") or "")[:100],  # some put the whole text, which names others
            *(c for c in facts.get_all("Classifier", []) if c.startswith("License")),
        ]
        if any(GPL.search(licence) for licence in licences):
            return True
    return False


LIBRARY = find_modules("geo")
MODULES = {**LIBRARY, **find_modules("pages"), "app": ROOT / "app.py"}
IMPORTS = {name: read_imports(path.read_text(), MODULES) for name, path in MODULES.items()}
GRAPH = {
    module: {name for name in names if name.split(".")[0] in {"geo", "pages", "app"}}
    for module, names in IMPORTS.items()
    if module
    != "geo"  # which names the verbs of the top rung, and loads them when they are asked for
}


def test_every_room_stands_on_the_ladder_and_every_rung_is_a_room():
    rooms = {find_room(module) for module in LIBRARY} - {"geo"}

    assert len(LIBRARY) > 20
    assert rooms == {f"geo.{name}" for name in ROOMS}
    assert len(ROOMS) == len(set(ROOMS))


def test_a_room_without_a_place_would_be_found():
    with pytest.raises(AssertionError, match=r"geo\.attic has no place"):
        find_forward({"geo.attic.trunk": {"geo.errors"}})


def test_few_modules_stand_outside_a_room():
    assert len(list((ROOT / "geo").glob("*.py"))) <= 6


def test_no_two_modules_of_the_library_have_one_name():
    names = [path.name for path in LIBRARY.values() if path.name != "__init__.py"]

    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_import_of_our_own_is_a_module():
    unknown = {name for names in GRAPH.values() for name in names} - set(MODULES)

    assert unknown == set()


def test_imports_point_back_along_the_ladder():
    assert find_forward(GRAPH) == []


def test_a_forward_import_would_be_found():
    told = "geo.clinics.status imports geo.search.searching"
    assert find_forward({"geo.clinics.status": {"geo.search.searching"}}) == [told]
    assert find_forward({"geo.units": {"geo.geocoding.gazetteer"}}) != []
    assert find_forward({"geo.search.searching": {"geo.search.nearest", "geo.errors"}}) == []
    assert find_forward({"geo.maps.feed": {"pages.parts.events"}}) != []
    assert find_forward({"pages.parts.events": {"pages.patients.parts.cards"}}) != []
    assert find_forward({"pages.operators.review": {"pages.patients.parts.cards"}}) != []
    assert find_forward({"pages.operators.review": {"pages.operators.parts.review_page"}}) == []
    assert find_forward({"pages.patients.find": {"pages.parts.events", "geo.units"}}) == []


def test_the_front_door_loads_nothing_but_itself():
    """And so takes as long as one file of a page does, whatever the machine is busy with."""
    script = "import sys; before = {*sys.modules}; import geo; print(*{*sys.modules} - before)"
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert {*shown.stdout.split()} - {"__future__"} == {"geo", "geo.moved"}
    named = {name for name in IMPORTS["geo"] if name.startswith("geo.")} - {"geo.moved"}
    assert {name.rpartition(".")[0] for name in named - {"geo.errors"}} == {"geo.api"}


def test_no_verb_has_the_name_of_a_room():
    """`from geo import search` is to be the room, whatever was asked for before."""
    rooms = {name.split(".")[1] for name in MODULES if name.startswith("geo.")}

    assert not rooms & set(geo.__all__)


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
        for module in LIBRARY
        if any(name.split(".")[0].startswith("streamlit") for name in IMPORTS[module])
    ] == []


def test_pandera_is_imported_where_tables_are_checked_and_nowhere_else():
    users = {
        module
        for module, names in IMPORTS.items()
        if any(name.split(".")[0] == "pandera" for name in names)
    }

    assert users <= WITH_PANDERA
    assert users


def test_an_import_within_a_function_says_what_it_spares_those_who_do_without():
    """In ms of processor time, at least ten; or that not everybody has what is imported."""
    reason = re.compile(r"# noqa: PLC0415.*?(\b\d{2,} ms|only Unix|optional extra)")
    untold = [
        f"{module}: {line.strip()}"
        for module, path in MODULES.items()
        if module not in {"geo", "geo.moved"}  # every `import geo` passes there
        for line in path.read_text("utf-8").splitlines()
        if "PLC0415" in line and not reason.search(line)
    ]
    assert untold == []


def test_the_library_imports_neither_pages_nor_tests():
    outside = {name.split(".")[0] for module in LIBRARY for name in IMPORTS[module]}

    assert outside & {"app", "pages", "tests", "pytest", "hypothesis", "playwright"} == set()


def test_no_imported_package_is_under_the_gpl():
    packages = {name.split(".")[0] for names in IMPORTS.values() for name in names}
    packages -= set(sys.stdlib_module_names)

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
