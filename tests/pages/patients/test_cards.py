"""What a card says of a clinic, and what it must not say."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from geo import releases
from geo.i18n import language
from geo.i18n.sentences import sentence_case
from geo.places import PlaceMatch
from geo.search.bands import arrange
from geo.search.card_words import ACROSS_WATER
from geo.search.clinic_card import describe_clinic
from geo.search.nearest import build_index
from geo.search.searching import search
from pages.patients.parts import answers
from pages.patients.parts.cards import build_card
from tests.handmade.clinics import clinic_table, place_at


def a_card(
    *,
    over_water: bool = False,
    distance_miles: float = 5.2,
    **facts,
) -> dict:
    row = clinic_table({"clinic_id": "a", "name": "Clinic A", **facts}).iloc[0]
    found = {"rank": 1, "distance_miles": distance_miles, "may_be_within": False}
    row = pd.concat([row, pd.Series(found)])
    listings = releases.load(releases.SHIPPED).listings.iloc[:0]
    place = place_at(41.9, -87.6)
    return build_card(row, describe_clinic(row, listings), place, over_water=over_water)


def test_a_card_leads_to_the_page_of_its_clinic_and_tells_it_nothing_of_the_search() -> None:
    card = a_card(clinic_id="a/b?c")
    assert card["page"]["href"] == "/clinic/a%2Fb%3Fc?lang=en"
    with language.using("es"):
        assert a_card(clinic_id="c1")["page"]["href"] == "/clinic/c1?lang=es"


def test_where_nothing_can_be_asked_nothing_is_to_be_asked() -> None:
    card = a_card(street="", city="Chicago", state="IL", phone="", website="", treatments="")
    assert card["phone"] is None
    assert card["actions"] == []
    assert card["labels"]["noContact"] == "No phone or website is known"
    assert card["address"] == "In Chicago, IL · exact address not known"
    told = {each["id"]: each for each in card["details"]}["treatments"]
    assert (told["chips"], told["text"]) == ([], "Treatments not known")
    assert "sk the clinic" not in json.dumps(card)


def test_a_phone_is_a_link_and_directions_name_the_address_alone() -> None:
    card = a_card(
        street="1 Main St",
        city="Chicago",
        state="IL",
        phone="+13125550123",
        website="https://www.example.org/a",
    )
    assert card["phone"] == {"text": "(312) 555-0123", "href": "tel:+13125550123"}
    assert [each["text"] for each in card["actions"]] == ["Call", "Website", "Directions"]
    call, site, way = card["actions"]
    assert (call["href"], call["detail"]) == ("tel:+13125550123", "(312) 555-0123")
    assert (site["detail"], site["outward"], call["outward"]) == ("example.org", True, False)
    assert way["href"].startswith("https://www.openstreetmap.org/directions?to=1%20Main%20St")
    assert "41.9" not in way["href"]


def test_beside_esketamine_a_card_says_that_we_check_no_certification() -> None:
    assert "REMS" in a_card(treatments="esketamine;iv")["certification"]
    assert a_card(treatments="iv")["certification"] == ""


@pytest.mark.parametrize("over_water", [False, True])
def test_no_card_tells_of_road_miles_or_of_the_way_home(over_water: bool) -> None:
    card = a_card(over_water=over_water, treatments="iv;esketamine", distance_miles=350.0)
    texts = [text for text in (*card.values(), *card["warnings"]) if isinstance(text, str)]
    assert (sentence_case(ACROSS_WATER) if over_water else "About 350 miles") in texts
    assert not over_water or not any("mile" in text for text in texts)
    assert [text for text in texts if re.search(r"drive|by road|home|visits", text)] == []


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://[bad", "ftp://x"],
)
def test_only_web_addresses_become_links(address: str) -> None:
    card = a_card(phone="", website=address)
    assert (card["actions"], card["website"]) == ([], "")


def test_open_water_and_treatment_at_home_are_said() -> None:
    card = a_card(over_water=True, treatments="iv;at_home")
    assert "there may be no road" in card["distance"]
    assert card["warnings"] == ["Offers treatment at home."]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"drive_remark": "OSRM at 10.0.0.7:5000 cannot be reached."}, "not available just now"),
        ({"drive_fault": "roads_edges.parquet is damaged."}, "the distances are straight lines"),
        ({}, ""),
    ],
)
def test_patients_are_told_that_drives_are_not_as_usual_but_not_whose_address_failed(
    what: dict[str, str], said: str
) -> None:
    release = releases.load(releases.SHIPPED)
    place = place_at(41.9, -60.0)  # far out at sea: no cards
    index = build_index(release.clinics)
    found = replace(arrange(search(release.clinics, index, place, within_miles=5.0)), **what)
    filters = answers.Filters(within=5, treatment=None, hide_unconfirmed=False)
    match = PlaceMatch(place, ())
    notes = answers.build_answer(release, match, found, filters, page=1, selected=None, focus=0)[
        "notes"
    ]

    assert [said in note for note in notes].count(True) == (1 if said else len(notes))
    assert not any("10.0.0.7" in note or "parquet" in note for note in notes)


def test_a_link_names_zip_or_city_and_filters_and_no_more() -> None:
    filters = answers.Filters(within=25, treatment=None, hide_unconfirmed=False)
    exact = place_at(41.88, -87.62, kind="point", label="41.88, -87.62", zip="60601", state="IL")
    assert answers.build_link(exact, filters) == "?zip=60601&within=25"


def test_a_link_carries_the_facts_that_were_chosen() -> None:
    filters = answers.Filters(25, None, hide_unconfirmed=False, wanted={"payment": "medicaid"})
    place = place_at(41.88, -87.62, kind="zip", zip="60601", state="IL")
    assert answers.build_link(place, filters) == "?zip=60601&within=25&payment=medicaid"
