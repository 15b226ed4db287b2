import pytest

from geo.listings import TREATMENTS
from geo.nearest import build_index
from geo.search import search
from geo.wording import describe_count, describe_distance, describe_treatments
from tests.handmade import clinic_table, place_at

CITY = {"precision": "city", "radius_miles": 4.0}
STREET = {"precision": "interpolated", "radius_miles": 0.3}


@pytest.mark.parametrize(
    ("miles", "point", "words"),
    [
        (0.02, STREET, "less than 0.1 miles"),
        (1.0, STREET, "1.0 miles"),
        (4.23, STREET, "4.2 miles"),
        (9.96, STREET, "10 miles"),
        (1234.5, STREET, "1234 miles"),
        (5.2, CITY, "about 5 miles; the city is known, the street is not"),
        (0.4, CITY, "within about 4 miles; the city is known, the street is not"),
        (3.4, CITY, "within about 7 miles; the city is known, the street is not"),
        (
            1.2,
            {"precision": "zip", "radius_miles": 1.0},
            "about 1 mile; the ZIP is known, the street is not",
        ),
        (
            0.1,
            {"precision": "zip", "radius_miles": 0.6},
            "within about 1 mile; the ZIP is known, the street is not",
        ),
        (float("nan"), CITY, ""),
    ],
)
def test_distance_is_rounded_to_what_is_known(miles, point, words):
    assert describe_distance({"distance_miles": miles, **point}) == words


def test_distance_counts_the_uncertainty_of_the_place_too():
    area = place_at(41.0, -88.0, radius_miles=3.0)

    assert describe_distance({"distance_miles": 4.23, **STREET}, area) == "about 4 miles"
    assert describe_distance({"distance_miles": 2.0, **STREET}, area) == "within about 5 miles"
    assert describe_distance({"distance_miles": 6.0, **CITY}, area).startswith("within about 13")


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
    assert count_words(1, 27, radius=4, within_miles=25) == f"1 clinic {near}; 1 more may be"
    assert count_words(27, radius=4, within_miles=25) == f"No clinic for certain {near}; 1 may be"
    assert count_words(60, within_miles=25) == f"No clinic {near}"
    assert count_words(0, within_miles=1) == "1 clinic within 1 mile of Chicago, IL 60601"
    assert count_words(0, within_miles=2.5).startswith("1 clinic within 2.5 miles of")


def test_the_count_without_a_radius():
    assert count_words(1, 2) == "The 2 clinics nearest to Chicago, IL 60601"
    assert count_words(1) == "The 1 clinic nearest to Chicago, IL 60601"
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
