"""Where no clinic is near: the nearest few, and when that is called far."""

from __future__ import annotations

import pytest

from geo.search.far_off import FEW, add_nearest, is_far
from geo.search.nearest import build_index
from geo.search.searching import SearchResult, search
from tests.handmade.clinics import clinic_table, place_at

MILES_PER_DEGREE = 69.0


def find(*miles: float, within: float, **asked: object) -> SearchResult:
    clinics = clinic_table(
        *(
            {
                "clinic_id": f"c{at}",
                "state": "MT",
                "latitude": 41.0 + each / MILES_PER_DEGREE,
                "longitude": -88.0,
                "radius_miles": 0.1,
            }
            for at, each in enumerate(miles)
        )
    )
    index, place = build_index(clinics), place_at(41.0, -88.0, **asked)
    found = search(clinics, index, place, within_miles=within)
    return add_nearest(found, lambda count: search(clinics, index, place, limit=count))


def test_the_nearest_few_stand_where_nothing_is_within_and_only_there() -> None:
    none_within = find(*range(61, 75), within=25)
    assert none_within.nearest_few["clinic_id"].tolist() == [f"c{at}" for at in range(FEW)]
    assert none_within.nearest_few["rank"].tolist() == list(range(1, FEW + 1))
    assert find(3, 80, within=25).nearest_few.empty
    assert find(within=25).nearest_few.empty


@pytest.mark.parametrize(
    ("miles", "within", "far"),
    [([59], 25, False), ([62], 25, True), ([62, 70], 100, True), ([3, 70], 100, False), ([], 25, False)],
)  # fmt: skip
def test_it_is_far_beyond_sixty_miles(miles: list[float], within: float, far: bool) -> None:
    assert is_far(find(*miles, within=within)) is far


def test_around_a_clinic_that_is_far_from_all_others_nothing_is_far() -> None:
    assert not is_far(find(0, 90, within=100, kind="clinic", clinic_id="c0"))


@pytest.mark.parametrize(("minutes", "far"), [(80.0, False), (95.0, True), (float("nan"), True)])
def test_it_is_far_beyond_ninety_minutes_where_minutes_count(minutes: float, far: bool) -> None:
    found = find(62, within=100)
    by_drive = found.clinics.assign(drive_minutes=minutes)
    assert is_far(SearchResult(**{**vars(found), "clinics": by_drive, "by_minutes": True})) is far
