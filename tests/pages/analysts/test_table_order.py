"""The ranked table of Coverage is searched and sorted, over all areas and not only those shown."""

from __future__ import annotations

import pytest

from geo import releases
from geo.coverage.coverage_table import Coverage
from geo.coverage.differences import read_verdicts
from pages.analysts.parts import coverage_view, table_order
from pages.analysts.parts.coverage_view import Choice
from pages.analysts.parts.measures import MEASURES
from pages.analysts.parts.table_order import Order

NEAR = MEASURES["share_within_30_miles"]


@pytest.fixture(scope="module")
def build():
    release = releases.load(releases.SHIPPED)
    coverage = Coverage(release.table("coverage"), "any")
    verdicts = read_verdicts(release.table("verdicts"))

    def build_table(level, order):
        choice = Choice(level, NEAR, "any")
        return coverage, coverage_view.build_table(
            coverage, choice, verdicts=verdicts, selected=None, order=order
        )

    return build_table


def test_a_click_sorts_up_then_down_then_no_longer():
    order = Order(search="x").after_click("clinics")

    assert order == Order("clinics", search="x")
    assert order.describe("clinics") == {"sort": "clinics", "sorted": "ascending"}
    order = order.after_click("clinics")
    assert order.describe("clinics") == {"sort": "clinics", "sorted": "descending"}
    assert order.after_click("clinics") == Order(search="x")
    assert order.after_click("name") == Order("name", search="x")
    assert (order.describe("name"), order.describe("")) == ({"sort": "name"}, {})


@pytest.mark.parametrize("descending", [False, True])
def test_the_first_of_all_counties_stand_first(build, descending):
    coverage, table = build("county", Order(table_order.MEASURE, descending=descending))

    values = coverage.level("county")[NEAR.key].dropna()
    shown = [row[5][0] for row in table["rows"]]
    end = values.max() if descending else values.min()
    assert shown[0] == pytest.approx(end, abs=1e-3)
    assert sum("sorted" in column for column in table["columns"]) == 1
    assert "worst served first" not in table["caption"]


def test_a_county_far_down_the_ranking_is_found_without_its_accents(build):
    _coverage, table = build("county", Order(search="dona ana"))

    assert [row[3] for row in table["rows"]] == ["Doña Ana County, NM"]


def test_a_region_is_found_by_its_division_and_nothing_is_said_to_be_nothing(build):
    _coverage, table = build("region", Order(search="NEW ENGLAND"))
    assert [row[3] for row in table["rows"] if not row[2]] == ["Northeast"]

    _coverage, table = build("region", Order(search="Atlantis"))
    assert (table["rows"], table["caption"]) == ([], "Nothing here is called so.")


def test_what_has_no_such_column_stays_ranked(build):
    assert build("state", Order("nowhere"))[1]["rows"] == build("state", Order())[1]["rows"]
