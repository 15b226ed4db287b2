"""The old names of modules answer with the new ones, for one version."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from geo import moved

ROOT = Path(__file__).resolve().parent.parent
RENAMED = [(module, *names) for module, of in moved.NAMES.items() for names in of.items()]
HELD = [(package, name) for package, (_, names) in moved.PACKAGES.items() for name in names.split()]


@pytest.fixture
def once(request):
    """Return an old name that nobody has asked for yet; as it is again after the test."""
    name = f"geo.{request.param}"
    parent, _, child = name.rpartition(".")
    held = vars(
        importlib.import_module(f"geo.{moved.MODULES.get(parent[4:], parent[4:])}".strip("."))
    )
    before = dict(held)
    sys.modules.pop(name, None)
    yield request.param
    sys.modules.pop(name, None)
    if child in before:
        held[child] = before[child]
    else:
        held.pop(child, None)


def is_module(name):
    path = ROOT / "geo" / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


@pytest.mark.filterwarnings("ignore:geo.crisis is:DeprecationWarning")  # a parent that moved too
@pytest.mark.parametrize("once", moved.MODULES, indirect=True)
def test_a_module_that_moved_is_had_by_its_old_name_with_a_warning(once):
    name, new = f"geo.{once}", f"geo.{moved.MODULES[once]}"

    with pytest.warns(DeprecationWarning, match=f"^{name} is {new} now; the old name goes"):
        found = importlib.import_module(name)

    assert found is importlib.import_module(new)
    assert found.__name__ == new


@pytest.mark.parametrize(("package", "name"), HELD)
def test_what_a_module_held_is_had_from_the_package_of_its_name(package, name):
    module = importlib.import_module(f"geo.{package}")
    target = moved.PACKAGES[package][0]
    new = moved.NAMES.get(target, {}).get(name, f"{target}.{name}")

    with pytest.warns(DeprecationWarning, match=f"geo.{package}.{name} is geo.{new} now"):
        found = getattr(module, name)

    home, _, called = new.rpartition(".")
    assert found is getattr(importlib.import_module(f"geo.{home}"), called)


@pytest.mark.parametrize(("module", "old", "new"), RENAMED)
def test_what_a_module_called_otherwise_is_had_by_its_old_name(module, old, new):
    found = importlib.import_module(f"geo.{module}")

    elsewhere, _, new = new.rpartition(".")
    holder = elsewhere or module
    held = vars(importlib.import_module(f"geo.{holder}"))[new]

    assert old not in vars(found)
    with pytest.warns(DeprecationWarning, match=f"^geo.{module}.{old} is geo.{holder}.{new} now;"):
        assert getattr(found, old) is held


@pytest.mark.parametrize("package", [*moved.PACKAGES, *moved.NAMES])
def test_what_nobody_held_is_not_there(package):
    module = importlib.import_module(f"geo.{package}")

    with pytest.raises(AttributeError, match=f"module 'geo.{package}' has no attribute 'nothing'"):
        _ = module.nothing


def test_old_names_are_no_modules_and_new_ones_are():
    assert len(moved.MODULES) > 60
    assert [old for old in moved.MODULES if is_module(old)] == []
    assert [new for new in moved.MODULES.values() if not is_module(new)] == []
    assert [module for module in moved.NAMES if not is_module(module)] == []
    for package, name in HELD:
        assert not is_module(f"{package}.{name}")


def test_the_warning_names_the_line_that_asks():
    script = "import warnings\nimport geo.listings\nfrom geo.search import search\n"

    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stderr.splitlines()

    goes = "now; the old name goes with the next version."
    assert list(dict.fromkeys(told)) == [
        f"<string>:2: DeprecationWarning: geo.listings is geo.clinics.listings {goes}",
        f"<string>:3: DeprecationWarning: geo.search.search is geo.search.searching.search {goes}",
    ]


def test_a_name_that_nobody_ever_had_is_not_found():
    with pytest.raises(ModuleNotFoundError, match=r"geo\.nowhere"):
        importlib.import_module("geo.nowhere")
