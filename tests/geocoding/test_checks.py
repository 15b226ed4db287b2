"""Each doubt is found, says why in plain words, and leaves alone what nothing speaks against."""

import pandas as pd
import pytest

from geo import reference
from geo.errors import SchemaError
from geo.geocoding.checks import CHECKED_COLUMNS, Checker
from geo.i18n.reasons import Reason, say

CHICAGO = {"latitude": 41.8857, "longitude": -87.6225, "state": "IL", "zip": "60601"}
NOTHING = {
    "precision": "interpolated",
    "radius_miles": 0.1,
    "house_number": "100",
    "state": "",
    "zip": "",
    "found_house_number": "100",
    "found_state": "",
    "found_zip": "",
    "last_latitude": float("nan"),
    "last_longitude": float("nan"),
    "last_precision": "",
    "last_radius_miles": float("nan"),
}


@pytest.fixture(scope="module")
def checker():
    return Checker(reference.load("zips"), reference.load("zip_county"), reference.load("counties"))


def doubt(checker, **facts):
    (doubts,) = checker.find_doubts(pd.DataFrame([NOTHING | CHICAGO | facts]))
    return " ".join(map(say, doubts))


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"found_zip": "60601", "found_state": "IL"},
        {"zip": "", "state": ""},
        {"zip": "99999"},
        {"state": "AE", "zip": ""},
        {"precision": "street", "found_house_number": ""},
        {"latitude": 41.8857, "longitude": -87.6100},  # on the lake's shore
    ],
)
def test_nothing_is_doubted_without_a_reason(checker, facts):
    assert doubt(checker, **facts) == ""


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"state": "WI", "zip": ""},
            "The point lies more than 10 miles outside of WI.",
        ),
        (
            {"latitude": 41.65, "longitude": -87.49, "zip": ""},
            "The point lies 1.8 miles outside of IL.",
        ),
        (
            {"latitude": 0.0, "longitude": -30.0, "state": "", "zip": ""},
            "The point lies more than 10 miles outside of any county of the United States.",
        ),
        (
            {"found_house_number": "102"},
            "The geocoder found the house number 102 instead of 100.",
        ),
        ({"found_zip": "60602"}, "The geocoder found the ZIP 60602 instead of 60601."),
        ({"found_state": "IN"}, "The geocoder found the state IN instead of IL."),
        (
            {"precision": "interpolated_weak"},
            "The match is weak: the address found is not quite the one asked for.",
        ),
        (
            {"last_latitude": 41.89, "last_longitude": -87.6225, "last_precision": "address",
             "last_radius_miles": 0.05},
            "The point is 0.3 miles from the last agreed position.",
        ),
    ],
)  # fmt: skip
def test_a_doubt_says_why(checker, facts, words):
    assert doubt(checker, **facts) == words


def test_a_point_outside_of_its_zip(checker):
    words = doubt(checker, latitude=41.80, longitude=-87.60)

    assert words == (
        "The point is 6.0 miles from the middle of ZIP 60601, which reaches 1.0 miles."
    )


def test_the_radius_of_the_point_counts(checker):
    assert doubt(checker, latitude=41.80, longitude=-87.60, radius_miles=5.1) == ""


def test_a_point_in_a_county_its_zip_is_not_in(checker):
    words = doubt(checker, latitude=41.88, longitude=-88.15)

    assert "The point lies in DuPage County, but ZIP 60601 in Cook County." in words
    assert "miles from the middle of ZIP" in words


def test_a_point_just_across_its_zips_county_is_not_doubted(checker):
    # Hinsdale lies in both counties; Westmont, ZIP 60559, in DuPage alone, a mile from Cook.
    words = doubt(checker, latitude=41.80, longitude=-87.912, zip="60559", radius_miles=4.0)

    assert words == ""


@pytest.mark.parametrize(
    ("precision", "radius", "is_jump"),
    [("zip", 3.0, False), ("city", 2.0, False), ("zip", 0.5, True), ("street", 3.0, True)],
)
def test_a_move_within_the_area_it_stood_for_is_no_jump(checker, precision, radius, is_jump):
    words = doubt(
        checker,
        last_latitude=41.90,
        last_longitude=-87.6225,
        last_precision=precision,
        last_radius_miles=radius,
    )

    assert ("from the last agreed position" in words) is is_jump


def test_doubts_come_in_the_order_of_the_table(checker):
    rows = [NOTHING | CHICAGO, NOTHING | CHICAGO | {"found_zip": "60602"}, NOTHING | CHICAGO]
    doubts = checker.find_doubts(pd.DataFrame(rows, index=["a", "b", "c"]))

    other_zip = Reason("another_zip", {"found": "60602", "asked": "60601"})
    assert doubts == [(), (other_zip,), ()]


def test_no_proposals_have_no_doubts(checker):
    assert checker.find_doubts(pd.DataFrame(columns=list(CHECKED_COLUMNS))) == []


def test_a_missing_column_is_named(checker):
    with pytest.raises(SchemaError, match="lacks last_precision"):
        checker.find_doubts(pd.DataFrame([NOTHING | CHICAGO]).drop(columns="last_precision"))
