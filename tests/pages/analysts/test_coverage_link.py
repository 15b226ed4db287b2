"""The address of the Coverage page holds its question, and an area does something at every level."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo import releases
from geo.coverage.coverage_table import NATION, Coverage
from pages.analysts.parts import coverage_link
from pages.analysts.parts.coverage_link import Asked

ROOT = Path(__file__).resolve().parents[3]
PENNSYLVANIA = ("state", "42")


@pytest.fixture(scope="module")
def coverage():
    return Coverage(releases.load(releases.SHIPPED).table("coverage"), "any")


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked("county", PENNSYLVANIA, "mean_distance_miles", "esketamine", "2026-11-28-a56e239a"),
    ],
)
def test_a_link_asks_the_same_again(asked):
    assert coverage_link.read_query(asked.to_query()) == asked


def test_what_is_not_understood_is_not_asked():
    assert coverage_link.read_query({"show": "town", "in": "state", "measure": "x"}) == Asked()
    assert Asked().to_query() == {}


@pytest.mark.parametrize(
    ("level", "listed", "marked"),
    [
        ("region", NATION, "1"),
        ("division", ("region", "1"), "2"),
        ("state", ("division", "2"), "42"),
        ("county", PENNSYLVANIA, None),
    ],
)
def test_a_state_is_marked_among_those_beside_it_or_listed_by_its_counties(
    coverage, level, listed, marked
):
    assert coverage_link.place(coverage, level, PENNSYLVANIA) == (listed, marked)


@pytest.mark.parametrize(
    ("level", "area", "placed"),
    [
        ("region", NATION, (NATION, None)),
        ("division", ("region", "2"), (("region", "2"), None)),
        ("region", ("division", "3"), (NATION, "2")),
        ("division", ("state", "72"), (NATION, None)),
        ("state", ("state", "72"), (NATION, "72")),
    ],
)
def test_other_areas_are_placed_alike(coverage, level, area, placed):
    assert coverage_link.place(coverage, level, area) == placed


def test_the_page_follows_its_address_and_its_box_speaks_of_the_area():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.query_params["show"] = "region"
    app.query_params["in"] = "state:42"
    app.query_params["measure"] = "mean_distance_miles"
    app.switch_page("pages/analysts/coverage.py").run()

    assert not app.exception
    assert app.selectbox(key="cov_inside").value == PENNSYLVANIA
    assert app.selectbox(key="cov_measure").value == "mean_distance_miles"
    assert any("Is Pennsylvania underserved?" in html.proto.body for html in app.get("html"))
    app.selectbox(key="cov_level").set_value("county").run()
    assert app.query_params["show"] in ("county", ["county"])
    assert app.query_params["in"] in ("state:42", ["state:42"])
