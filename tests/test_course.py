"""The road miles of a course, by hand."""

from __future__ import annotations

import math

import pytest

from geo import language
from geo.course import Course, describe_courses, estimate_courses


@pytest.mark.parametrize(
    ("treatments", "distance_miles", "radius_miles", "expected"),
    [
        # 6 * 2 * 1.4 = 16.8 road miles a mile; 8 * 2 * 1.4 = 22.4
        ("iv", 10.0, 0.0, [Course("iv", 6, 170, 170)]),  # 168
        ("iv", 12.0, 5.0, [Course("iv", 6, 120, 290)]),  # 7 -> 117.6, 17 -> 285.6
        ("esketamine", 12.0, 5.0, [Course("esketamine", 8, 160, 380)]),  # 156.8, 380.8
        ("iv", 3.0, 5.0, [Course("iv", 6, 0, 130)]),  # 0, 8 -> 134.4
        ("iv", 0.2, 0.0, [Course("iv", 6, 0, 0)]),  # 3.36
        (
            "esketamine;im;iv",
            100.0,
            10.0,
            [Course("iv", 6, 1510, 1850), Course("esketamine", 8, 2020, 2460)],
        ),
    ],
)
def test_miles_are_those_reckoned_by_hand(
    treatments: str, distance_miles: float, radius_miles: float, expected: list[Course]
) -> None:
    assert list(estimate_courses(treatments, distance_miles, radius_miles)) == expected


@pytest.mark.parametrize("treatments", ["", "im", "nasal;oral", "at_home", "assisted_therapy"])
def test_no_course_where_its_visits_are_not_known(treatments: str) -> None:
    assert estimate_courses(treatments, 10.0, 0.0) == ()


def test_no_course_without_a_distance() -> None:
    assert estimate_courses("iv", math.nan, 5.0) == ()
    assert estimate_courses("iv", 5.0, math.nan) == ()


@pytest.mark.parametrize(
    ("near", "far", "at_least", "words"),
    [
        (120, 290, False, "120 to 290 miles for six IV visits"),
        (170, 170, False, "about 170 miles for six IV visits"),
        (0, 130, False, "up to 130 miles for six IV visits"),
        (0, 0, False, "under 10 miles for six IV visits"),
        (1510, 1850, True, "at least 1,510 miles for six IV visits"),
    ],
)
def test_words_say_from_where_to_where(near: int, far: int, at_least: bool, words: str) -> None:
    said = describe_courses([Course("iv", 6, near, far)], at_least=at_least)
    assert said == f"By road, there and back: {words}. Someone else drives you home."


def test_two_courses_are_one_sentence_and_none_is_silence() -> None:
    said = describe_courses(estimate_courses("iv;esketamine", 12.0, 5.0))
    assert said == (
        "By road, there and back: 120 to 290 miles for six IV visits; 160 to 380 miles for eight "
        "esketamine visits, the first four weeks. Someone else drives you home."
    )
    assert describe_courses([]) == ""


def test_a_least_that_is_nothing_is_not_said() -> None:
    assert describe_courses([Course("iv", 6, 0, 130)], at_least=True) == ""


def test_other_languages_have_kilometres_at_both_ends() -> None:
    with language.using("es"):
        said = describe_courses([Course("iv", 6, 120, 290)])
    assert "193 km" in said
    assert "467 km" in said
