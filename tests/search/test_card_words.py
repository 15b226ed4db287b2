"""Where a card says that a clinic is, and how far: no hedges, no miles across water."""

from __future__ import annotations

import numpy as np
import pytest

from geo.search.card_words import ACROSS_WATER, describe_far, describe_where
from tests.handmade.clinics import clinic_table, place_at

HOUSTON = {"kind": "city", "city": "Houston", "state": "TX", "label": "Houston, TX"}
DRIVE = {
    "drive_minutes": 9.0,
    "drive_low": 4.0,
    "drive_high": 16.0,
    "drive_miles": 3.4,
    "drive_method": "graph",
    "drive_reason": "",
}


def row(**facts):
    told = {"distance_miles": 2.0, "precision": "city", "radius_miles": 14.0, **DRIVE}
    column_facts = {name: value for name, value in facts.items() if name not in told}
    clinic = clinic_table({"clinic_id": "a", **column_facts}).iloc[0].to_dict()
    return {**clinic, **told, **{name: facts[name] for name in told if name in facts}}


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (
            {"street": "1 Main St", "unit": "Suite 2", "city": "Houston", "state": "TX"},
            "1 Main St, Suite 2, Houston, TX",
        ),
        ({"city": "Houston", "state": "TX"}, "In Houston, TX · exact address not known"),
        ({"zip": "77002", "state": "TX"}, "In TX 77002 · exact address not known"),
        ({}, "Address not known"),
    ],
)
def test_where_a_clinic_is(known, words):
    assert describe_where(row(**known)) == words


def test_within_the_searchers_own_city_no_distance_is_told():
    here = place_at(29.7, -95.3, **HOUSTON)
    in_town = row(city="HOUSTON", state="TX")
    assert describe_far(in_town, here) == ("In your city", "")
    assert describe_far(in_town, place_at(29.7, -95.3, **HOUSTON | {"kind": "zip"}))[0] == (
        "In your city"
    )
    drive = "about 10 minutes' drive (up to 20) · 3 miles"
    for elsewhere in (
        row(city="Pasadena", state="TX"),
        row(city="Houston", state="MO"),
        row(city="Houston", state="TX", street="1 Main St"),
        row(city="Houston", state="TX", zip="77001", precision="zip"),
    ):
        assert describe_far(elsewhere, here) == (drive, "")
    by_zip = place_at(29.7, -95.3, **HOUSTON | {"kind": "zip", "zip": "77001"})
    same_zip = row(city="Houston", state="TX", zip="77001", precision="zip")
    assert describe_far(same_zip, by_zip)[0] == "In your ZIP code"
    assert describe_far(in_town, None) == ("", "")
    assert describe_far(row(distance_miles=float("nan")), here) == ("", "")


def test_miles_are_told_by_road_or_in_a_line_and_never_across_water():
    here = place_at(29.7, -95.3, **HOUSTON)
    unknown = row(city="Galveston", state="TX", drive_minutes=np.nan, drive_method="")
    assert describe_far(unknown, here) == ("about 2 miles", "")
    assert describe_far(unknown, here, over_water=True) == (ACROSS_WATER, "")
    far = unknown | {"drive_method": "graph", "distance_miles": 700.0}
    assert describe_far(far, here, over_water=True) == ("more than 5 hours' drive", "")
    ferry = row(city="Galveston", drive_minutes=np.nan, drive_reason="ferry")
    for over_water in (False, True):
        told, _certainty = describe_far(ferry, here, over_water=over_water)
        assert "ferry" in told
        assert "mile" not in told
    street = unknown | {"street": "1 Main St"}
    assert describe_far(street, here)[1].startswith("measured to the middle of its city")
