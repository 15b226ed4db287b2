"""What a browser's tab is told to keep of a search: what a copied link holds, and no crisis."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "1640 N Arlington Heights Rd, Arlington Heights, IL 60004"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def read_told(app: AppTest) -> dict:
    """Return what the component was given, without its turn."""
    assert not app.exception
    (told,) = [
        json.loads(e.proto.json)
        for e in app.get("bidi_component")
        if e.proto.component_name == "session_search"
    ]
    return {name: value for name, value in told.items() if name != "turn"}


def test_the_tab_keeps_the_zip_of_an_address_and_the_filters(app: AppTest) -> None:
    assert read_told(app.run()) == {"kind": "ask"}
    app.text_input(key="typed").set_value(ADDRESS)
    app.button[0].click()
    assert read_told(app.run()) == {"kind": "keep", "search": {"zip": "60004", "within": "25"}}
    app.selectbox(key="treatment").set_value("iv")
    kept = {"zip": "60004", "within": "25", "treatment": "iv"}
    assert read_told(app.run()) == {"kind": "keep", "search": kept}


@pytest.mark.parametrize("typed", ["I want to die, Chicago", "Springfield", "!!!"])
def test_the_tab_forgets_where_a_crisis_or_no_place_is_typed(app: AppTest, typed: str) -> None:
    app.run()
    app.text_input(key="typed").set_value(typed)
    app.button[0].click()
    assert read_told(app.run()) == {"kind": "keep", "search": {}}


def test_a_search_that_the_address_names_leaves_what_is_kept(app: AppTest) -> None:
    app.query_params["zip"] = "60601"
    assert read_told(app.run()) == {"kind": "stay"}
