"""What a card says of a clinic, and what it must not say."""

from __future__ import annotations

import pandas as pd
import pytest

from geo import releases
from pages.parts import answers
from pages.parts.cards import REPORT_ADDRESS_VARIABLE, build_card, describe_clinic
from tests.handmade import clinic_table, place_at


def a_card(
    *,
    over_water: bool = False,
    distance_miles: float = 5.2,
    place_radius_miles: float = 0.0,
    **facts,
) -> dict:
    row = clinic_table({"clinic_id": "a", "name": "Clinic A", **facts}).iloc[0]
    found = {"rank": 1, "distance_miles": distance_miles, "may_be_within": False}
    row = pd.concat([row, pd.Series(found)])
    listings = releases.load(releases.SHIPPED).listings.iloc[:0]
    place = place_at(41.9, -87.6, radius_miles=place_radius_miles)
    return build_card(row, describe_clinic(row, listings), place, over_water=over_water)


def test_what_is_not_known_is_asked_of_the_clinic() -> None:
    card = a_card(street="", city="Chicago", state="IL", phone="", website="", treatments="")
    assert card["phone"] is None
    assert card["labels"]["noPhone"] == "Phone: ask the clinic"
    assert card["directions"] is None
    assert card["address"] == "In or near Chicago, IL · ask the clinic for its address"
    assert card["treatments"] == []


def test_a_phone_is_a_link_and_directions_name_the_address_alone() -> None:
    card = a_card(street="1 Main St", city="Chicago", state="IL", phone="+13125550123")
    assert card["phone"] == {"text": "(312) 555-0123", "href": "tel:+13125550123"}
    assert card["directions"].startswith(
        "https://www.openstreetmap.org/directions?to=1%20Main%20St"
    )
    assert "41.9" not in card["directions"]


def test_the_course_counts_from_the_near_to_the_far_end_of_both_radii() -> None:
    # 5.2 miles off; 5 of the clinic, none of the place: 0.2 -> 3.36, 10.2 -> 171.36
    assert a_card(treatments="iv")["course"].startswith("By road, there and back: up to 170 miles")
    # 4.2 -> 70.56, 6.2 -> 104.16 for six visits; 94.08, 138.88 for eight
    both = a_card(treatments="iv;esketamine", radius_miles=1.0)["course"]
    assert "70 to 100 miles for six IV visits; 90 to 140 miles for eight" in both
    assert both.endswith("Someone else drives you home.")
    wide = a_card(place_radius_miles=1.0, treatments="iv", radius_miles=1.0)["course"]
    assert "50 to 120 miles" in wide  # 3.2 -> 53.76, 7.2 -> 120.96


def test_no_course_without_known_visits_or_distance_and_the_least_over_water() -> None:
    assert a_card(treatments="")["course"] == ""
    assert a_card(treatments="at_home;oral")["course"] == ""
    assert a_card(treatments="iv", distance_miles=float("nan"))["course"] == ""
    least = a_card(over_water=True, treatments="iv", radius_miles=1.0)["course"]
    assert "at least 70 miles" in least


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://[bad", "ftp://x"],
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert a_card(website=address)["website"] is None


def test_open_water_and_treatment_at_home_are_said() -> None:
    card = a_card(over_water=True, treatments="iv;at_home")
    assert "the drive is longer" in card["warnings"][0]
    assert card["warnings"][1] == "Offers treatment at home."


def test_a_report_goes_to_the_address_that_the_operator_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(REPORT_ADDRESS_VARIABLE, raising=False)
    assert a_card()["report"] is None
    assert "“a”" in a_card()["labels"]["report"]
    monkeypatch.setenv(REPORT_ADDRESS_VARIABLE, "list@example.org")
    assert a_card()["report"] == "mailto:list%40example.org?subject=Listing%20a"


def test_a_link_names_zip_or_city_and_filters_and_no_more() -> None:
    filters = answers.Filters(within_miles=25, treatment=None, hide_unconfirmed=False)
    exact = place_at(41.88, -87.62, kind="point", label="41.88, -87.62", zip="60601", state="IL")
    assert answers.build_link(exact, filters) == "?zip=60601&within=25"
