import pytest

from geo.clinics.vocabulary import TREATMENTS
from geo.search.nearest import build_index
from geo.search.searching import search
from geo.search.wording import (
    RIDE_HOME,
    describe_address,
    describe_certification,
    describe_count,
    describe_distance,
    describe_ride,
    describe_treatments,
    word_distance,
)
from tests.handmade.clinics import clinic_table, place_at

CITY = {"precision": "city", "radius_miles": 4.0, "street": ""}
STREET = {"precision": "interpolated", "radius_miles": 0.3, "street": "1 Main St"}
ZIP = {"precision": "zip", "radius_miles": 1.0, "street": ""}


@pytest.mark.parametrize(
    ("miles", "point", "words"),
    [
        (0.02, STREET, "less than 0.1 miles"),
        (1.0, STREET, "1.0 miles"),
        (4.23, STREET, "4.2 miles"),
        (9.96, STREET, "10 miles"),
        (1234.5, STREET, "1,234 miles"),
        (5.2, CITY, "about 5 miles; the city is known, the street is not"),
        (0.4, CITY, "within about 4 miles; the city is known, the street is not"),
        (3.4, CITY, "about 3 miles; the city is known, the street is not"),
        (
            1.2,
            ZIP,
            "about 1 mile; the ZIP is known, the street is not",
        ),
        (
            0.1,
            ZIP | {"radius_miles": 0.6},
            "within about 1 mile; the ZIP is known, the street is not",
        ),
        (float("nan"), CITY, ""),
    ],
)
def test_distance_is_rounded_to_what_is_known(miles, point, words):
    assert describe_distance({"distance_miles": miles, **point}) == words


def test_distance_from_a_wide_place_has_no_decimals():
    area = place_at(41.0, -88.0, radius_miles=3.0)

    assert describe_distance({"distance_miles": 4.23, **STREET}, area) == "about 4 miles"
    assert describe_distance({"distance_miles": 2.0, **STREET}, area) == "about 2 miles"
    assert describe_distance({"distance_miles": 0.2, **STREET}, area) == "within about 1 mile"
    assert describe_distance({"distance_miles": 6.0, **CITY}, area).startswith("about 6 miles;")
    assert describe_distance({"distance_miles": 0.0, **CITY}, area).startswith("within about 4")


def test_a_known_street_whose_point_is_not_is_said_to_be_so():
    for point, middle in ((CITY, "city"), (ZIP, "ZIP")):
        row = {"distance_miles": 7.0, **point, "street": "1 Main St"}

        assert describe_distance(row) == (
            f"about 7 miles; measured to the middle of its {middle}, not to its street"
        )


def test_a_clinic_has_no_distance_from_itself():
    row = {"clinic_id": "a", "distance_miles": 0.0, **CITY}

    assert describe_distance(row, place_at(41.0, -88.0, kind="clinic", clinic_id="a")) == ""
    assert describe_distance(row, place_at(41.0, -88.0)).startswith("within about 4 miles")


@pytest.mark.parametrize("within_miles", [None, 1])  # the nearest lies outside of one mile
def test_the_ride_home_stands_once_above_a_list(within_miles):
    here = {"latitude": 41.2, "longitude": -88.0, "radius_miles": 0.0}
    clinics = clinic_table({"clinic_id": "a", "treatments": "iv", **here})
    place = place_at(41.0, -88.0)
    found = search(clinics, build_index(clinics), place, within_miles=within_miles)

    assert describe_ride(found) == RIDE_HOME


@pytest.mark.parametrize("treatments", ["esketamine", "esketamine;iv"])
def test_beside_esketamine_it_is_said_that_no_certification_is_checked(treatments):
    assert "REMS" in describe_certification(treatments)
    assert describe_certification("iv;nasal") == describe_certification("") == ""


def test_no_ride_is_told_of_where_there_is_no_clinic():
    clinics = clinic_table({"clinic_id": "a", "treatments": "iv"})
    found = search(clinics, build_index(clinics), place_at(41.0, -88.0), treatment="esketamine")

    assert describe_ride(found) == ""


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (
            {"street": "1 Main St", "unit": "Suite 2", "city": "Chicago", "state": "IL", "zip": "60601"},
            "1 Main St, Suite 2, Chicago, IL 60601",
        ),
        ({"street": "1 Main St"}, "1 Main St"),
        ({"city": "Chicago", "state": "IL"}, "in or near Chicago, IL"),
        ({"state": "IL", "zip": "60601"}, "in or near IL 60601"),
        ({"state": "IL"}, "somewhere in IL"),
        ({}, ""),
    ],
)  # fmt: skip
def test_an_address_says_how_far_it_is_known(known, words):
    row = clinic_table({"clinic_id": "a", **known}).iloc[0]

    assert describe_address(row) == words


def count_words(*miles, place=None, radius=0.0, **asked):
    clinics = clinic_table(
        *(
            {
                "clinic_id": f"c{number}",
                "state": "IL",
                "latitude": 41.0 + distance / 69.0,
                "longitude": -88.0,
                "radius_miles": radius,
            }
            for number, distance in enumerate(miles)
        )
    )
    place = place or place_at(41.0, -88.0, label="Chicago, IL 60601", state="IL")
    return describe_count(search(clinics, build_index(clinics), place, **asked))


def test_the_count_names_the_centre_and_the_radius():
    near = "within 25 miles of Chicago, IL 60601"

    assert count_words(1, 2, within_miles=25.0) == f"2 clinics {near}"
    assert count_words(1, 27, radius=4, within_miles=25) == (
        f"2 clinics {near}, 1 of them perhaps farther"
    )
    assert count_words(27, radius=4, within_miles=25) == f"1 clinic may be {near}"
    assert count_words(60, within_miles=25) == f"No clinic {near}"
    assert count_words(0, within_miles=1) == "1 clinic within 1 mile of Chicago, IL 60601"
    assert count_words(0, within_miles=2.5).startswith("1 clinic within 2.5 miles of")


def test_the_count_without_a_radius():
    assert count_words(1, 2) == "The 2 clinics nearest to Chicago, IL 60601"
    assert count_words(1) == "The clinic nearest to Chicago, IL 60601"
    assert count_words() == "No clinic near Chicago, IL 60601"


def test_the_count_of_a_state():
    state = place_at(label="Illinois", kind="state", precision="state", state="IL")

    assert count_words(1, 2, place=state) == "2 clinics in Illinois, by city"
    assert count_words(place=state) == "0 clinics in Illinois, by city"


def test_the_count_around_a_clinic_is_of_the_others():
    asked = place_at(41.0, -88.0, label="Loop", kind="clinic", clinic_id="c0", state="IL")

    assert count_words(0, 2, 3, place=asked) == "Loop and the 2 clinics nearest to it"
    assert (
        count_words(0, 2, 30, place=asked, within_miles=5)
        == "Loop and 1 clinic within 5 miles of it"
    )
    lost = place_at(label="Loop", kind="clinic", precision="none", clinic_id="c0", state="IL")
    assert count_words(0, 2, place=lost) == "Loop, and 1 clinic of its state, by city"


def test_every_treatment_has_words():
    assert describe_treatments(";".join(TREATMENTS)).count(", ") == len(TREATMENTS) - 1
    assert describe_treatments("esketamine") == "esketamine (Spravato)"
    assert describe_treatments("") == ""


def test_a_line_over_water_is_said_to_be_none_to_drive():
    row = {"distance_miles": 1030.2, "radius_miles": 6.0, "precision": "city", "street": ""}
    row["clinic_id"] = "a-clinic"

    said = word_distance(row, over_water=True)

    assert said == ("about 1,030 miles in a straight line", "the city is known, the street is not")
    assert word_distance(row)[0] == "about 1,030 miles"
