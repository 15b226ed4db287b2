"""What the Coverage page says of how many clinics there are."""

import numpy as np
import pytest

from geo import releases
from geo.i18n.language import using
from pages.analysts.parts.coverage_totals import list_completeness, write_total, write_verdicts


@pytest.fixture(scope="module")
def regions():
    totals = releases.load(releases.SHIPPED).table("totals")
    return {row["name"]: row for row in totals.to_dict("records") if row["level"] == "region"}


def test_a_total_is_the_least_and_has_its_interval(regions):
    assert write_total(regions["Midwest"], 1) == "at least 288 (200 to 551)"
    assert write_total(
        {"total_at_2": 60.0, "total_at_2_low": 40.0, "total_at_2_high": np.inf}, 2
    ) == ("at least 60 (40 to no upper end)")
    nothing = dict.fromkeys(("total_at_1", "total_at_1_low", "total_at_1_high"), np.nan)
    assert write_total(nothing, 1) == ""


def test_no_region_is_judged_and_the_page_says_what_is_lacking(regions):
    (lines, west) = write_verdicts(list(regions.values()))

    assert lines.startswith("Northeast, Midwest, South: cannot be judged: ")
    assert "it is low by one list and high by the other" in lines
    assert west.startswith("West: cannot be judged: ")
    assert "low by one list" not in west
    with using("es"):
        assert (
            "es baja según una lista y alta según la otra"
            in write_verdicts([regions["Midwest"]])[0]
        )


def test_a_verdict_and_a_refusal_are_said(regions):
    midwest = regions["Midwest"]

    assert write_verdicts([midwest | {"supply_lacking": ""}]) == ["Midwest: fewer clinics."]
    (refused,) = write_verdicts([midwest | {"refused": "repeated"}])
    assert refused == "Midwest: cannot be judged: these lists repeat each other."


def test_a_list_is_as_complete_as_is_known_to_within_a_quarter():
    release = releases.load(releases.SHIPPED)
    assert list_completeness(release) == {}  # of the nation 1,774 to 3,005 of 2,143
