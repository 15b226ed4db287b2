"""What is asked of the siting page, and the link that holds it."""

from __future__ import annotations

import pytest

from geo.coverage.drive_measures import WITHIN_MINUTES
from geo.coverage.measures import WITHIN_MILES
from geo.i18n.language import using
from pages.analysts.parts import siting_plan
from pages.analysts.parts.measures import MEASURES
from pages.analysts.parts.siting_plan import Plan

NEAR = [*WITHIN_MILES, *(f"{minutes}min" for minutes in WITHIN_MINUTES)]


@pytest.mark.parametrize("within", NEAR)
def test_a_link_holds_how_near_is_near(within: int | str) -> None:
    plan = Plan(within=within, add=3)

    query = plan.to_query()

    assert siting_plan.read_query(query, [plan.area]) == plan
    assert MEASURES[plan.measure].kind == "share"
    assert (plan.within_miles is None) == (plan.within_minutes is not None)
    assert str(plan.within_minutes or plan.within_miles) in plan.measure


@pytest.mark.parametrize("text", ["", "61", "45min", "60 min", "min", "-60min", "60.0"])
def test_what_is_no_distance_of_ours_stands_at_the_default(text: str) -> None:
    assert siting_plan.read_query({"within": text}, []).within == 60


def test_how_near_is_near_is_said_in_either_language() -> None:
    assert siting_plan.describe_within(60) == "60 miles"
    assert siting_plan.describe_within("60min") == "60 minutes' drive"
    with using("es"):
        assert siting_plan.describe_within("60min") != "60 minutes' drive"
