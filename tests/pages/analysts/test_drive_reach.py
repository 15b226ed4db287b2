"""Coverage's question who can drive to a place: the layer, the adults, and what has no answer."""

import json
from pathlib import Path

import pytest
import shapely
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.analysts.parts import drive_reach
from tests.javascript import protocol

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    page = ROOT / "pages" / "analysts" / "coverage.py"
    return AppTest.from_file(str(page), default_timeout=120)


def ask(app, place):
    app.session_state["cov_drive_place"] = place
    app.run()
    assert not app.exception
    return app


def read_layer(app):
    """Return the reach that the map was given."""
    sent = json.loads(app.get("component_instance")[0].proto.json_args)["feature_group"]
    data = sent.split("window.choropleth.set(", 1)[1]
    return json.JSONDecoder().raw_decode(data)[0]["reach"]


def test_a_place_is_a_layer_with_its_adults_its_attribution_and_files(app):
    ask(app, "99501")  # Anchorage, which has a map of its own
    layer = read_layer(app)

    assert protocol.find_message_faults(app) == []
    assert layer["state"] == "02"
    assert shapely.geometry.shape(layer["geometry"]).contains(shapely.Point(-149.88, 61.2))
    (told,) = [text.value for text in app.text if "minutes' drive" in text.value]
    assert told.startswith("About ")
    assert told.endswith("within 60 minutes' drive of Anchorage, AK 99501.")
    assert any("© OpenStreetMap contributors, ODbL 1.0" in each.value for each in app.caption)
    files = {button.label for button in app.get("download_button")}
    assert {"GeoJSON", "GeoParquet"} <= files


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("35, -70", "outside the United States"),
        ("Nome, AK", "No drive to this place can be worked out"),
        ("Ohio", "A whole state is no place to drive to"),
    ],
)
def test_what_has_no_answer_is_one_sentence_and_the_map_stays(app, place, said):
    ask(app, place)
    (fault,) = [each.proto.body for each in app.get("html") if 'role="alert"' in each.proto.body]

    assert said in fault
    assert read_layer(app) is None


@pytest.mark.parametrize(
    ("on", "at", "asked"),
    [
        (True, [41.88, -87.63], "41.8800, -87.6300"),
        (True, ["41", None], ""),
        (True, "here", ""),
        (False, [41.88, -87.63], ""),
    ],
)
def test_a_click_asks_for_its_point_only_where_clicks_are_for_that(monkeypatch, on, at, asked):
    class State(dict):
        __getattr__ = dict.__getitem__
        __setattr__ = dict.__setitem__

    state = State(cov_drive_click=on)
    monkeypatch.setattr(st, "session_state", state)

    assert drive_reach.take_click(at) is on
    assert state.get("cov_drive_place", "") == asked
