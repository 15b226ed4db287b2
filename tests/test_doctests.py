"""The examples in docstrings and in the library's guide, run as they stand."""

import doctest
import importlib

import pytest

from tests.test_imports import MODULES, ROOT

FENCE = "```"
WITH_EXAMPLES = [name for name, path in MODULES.items() if ">>> " in path.read_text("utf-8")]


@pytest.fixture(autouse=True)
def shipped(tmp_path, monkeypatch):
    """Keep a workspace that happens to be in this folder out of the answers."""
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("CLINIC_FINDER_RELEASES", raising=False)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_of_a_module_hold(name):
    failed, tried = doctest.testmod(importlib.import_module(name))

    assert tried > 0
    assert failed == 0


@pytest.mark.service
def test_the_examples_of_the_guide_hold():
    guide = ROOT / "geo" / "README.md"
    text = "\n".join(
        "" if line.startswith(FENCE) else line for line in guide.read_text("utf-8").splitlines()
    )
    examples = doctest.DocTestParser().get_doctest(
        text, {"__name__": "__main__"}, guide.name, str(guide), 0
    )
    runner = doctest.DocTestRunner()

    failed, tried = runner.run(examples)

    assert tried > 20
    assert failed == 0


def test_a_wrong_example_would_be_found():
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)

    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda _: None).failed == 1
