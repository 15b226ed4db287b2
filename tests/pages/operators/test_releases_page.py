"""The page of releases without a browser: where there is one alone, nothing asks for a second."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo import releases
from geo.files import whole_files
from geo.server import operators
from tests.handmade.workspace import WHO

PAGE = Path(__file__).resolve().parents[3] / "pages" / "operators" / "releases.py"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: WHO)
    return tmp_path


def test_two_releases_are_compared_and_one_alone_is_not(home):
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not app.exception
    assert [each.label for each in app.selectbox] == []
    assert "no other release yet" in app.caption[-1].value

    shipped = releases.load(releases.SHIPPED)
    few = {name: shipped.tables[name].iloc[:0] for name in ("clinics", "listings", "fields")}
    made = releases.write(few, home / "releases", as_of=shipped.as_of, inputs={})
    whole_files.replace(home / "releases" / "current", f"{made.name}\n")
    app.run()
    assert not app.exception
    assert [each.label for each in app.selectbox] == ["From", "To", "Release"]
    before, after = (each.value for each in app.selectbox[:2])
    assert (before, after) == (shipped.id, made.name)
