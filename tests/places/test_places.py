"""What people type, and the place it is taken for, on the shipped reference tables."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo import reference, releases
from geo.errors import CrsError, PlaceError, SchemaError
from geo.places import AmbiguousPlaceError, PlaceFinder
from geo.places.names import clean, excerpt, name_key, name_keys, read_aliases
from geo.places.points import parse_coordinates
from geo.places.precision import Precision
from geo.units import geodesic_miles
from tests.examples import examples
from tests.fuzzing import bounded

CLINICS = pd.DataFrame(
    [
        ("quiet", "Quiet Water Clinic", "Chicago", "IL", "60601", 41.88, -87.62, "zip", 1.0, "open"),
        ("hill-a", "Hill Clinic", "Denver", "CO", "", 39.74, -104.98, "city", 9.0, "open"),
        ("hill-b", "Hill Clinic", "Austin", "TX", "", 30.27, -97.74, "city", 9.0, "closed"),
        ("twin-a", "Twin Rooms", "Boise", "ID", "", 43.61, -116.2, "city", 9.0, "open"),
        ("twin-b", "Twin Rooms", "Boise", "ID", "", 43.61, -116.2, "city", 9.0, "open"),
        ("lost", "Lost Clinic", "", "AR", "", np.nan, np.nan, "none", np.nan, "unconfirmed"),
        ("chicago", "Chicago", "Aurora", "IL", "", 41.76, -88.32, "city", 9.0, "open"),
    ],
    columns=[
        "clinic_id", "name", "city", "state", "zip", "latitude", "longitude", "precision",
        "radius_miles", "status",
    ],
)  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    return {name: reference.load(name) for name in ("zips", "cities", "states")}


@pytest.fixture(scope="module")
def finder(tables):
    return PlaceFinder(**tables, clinics=CLINICS)


FOUND = [
    # ZIP codes
    ("60601", "zip", "Chicago, IL 60601"),
    ("60601-1234", "zip", "Chicago, IL 60601"),
    ("606011234", "zip", "Chicago, IL 60601"),
    ("60601 1234", "zip", "Chicago, IL 60601"),
    ("  60601.  ", "zip", "Chicago, IL 60601"),
    ("ZIP 60601", "zip", "Chicago, IL 60601"),
    ("\uff16\uff10\uff16\uff10\uff11", "zip", "Chicago, IL 60601"),  # full-width digits
    ("02115", "zip", "Boston, MA 02115"),
    ("Chicago, IL 60601", "zip", "Chicago, IL 60601"),
    ("Chicago 60601", "zip", "Chicago, IL 60601"),
    ("Victor, IA", "city", "Victor, IA"),  # run together it is a city abroad
    ("60601 Chicago", "zip", "Chicago, IL 60601"),
    ("IL 60601", "zip", "Chicago, IL 60601"),
    ("60690", "zip", "Chicago, IL 60690"),
    ("00601", "zip", "Adjuntas, PR 00601"),
    ("96799", "zip", "Pago Pago, AS 96799"),
    # cities with their state
    ("Chicago, IL", "city", "Chicago, IL"),
    ("Chicago IL", "city", "Chicago, IL"),
    ("Chicago, Illinois", "city", "Chicago, IL"),
    ("Chicago Illinois", "city", "Chicago, IL"),
    ("chicago , il.", "city", "Chicago, IL"),
    ("CHICAGO IL USA", "city", "Chicago, IL"),
    ("near Chicago, IL", "city", "Chicago, IL"),
    ("Springfield, Mass.", "city", "Springfield, MA"),
    ("Charleston West Virginia", "city", "Charleston, WV"),
    ("Kansas City Kansas", "city", "Kansas City, KS"),
    ("Fort Washington, MD", "city", "Fort Washington, MD"),
    ("New York, NY", "city", "New York, NY"),
    ("San Juan, PR", "city", "San Juan, PR"),
    ("Hollywood, FL", "city", "Hollywood, FL"),
    # spellings
    ("Dona Ana, NM", "city", "Doña Ana, NM"),
    ("Doña Ana NM", "city", "Doña Ana, NM"),
    ("San José, CA", "city", "San Jose, CA"),
    ("saint louis mo", "city", "St. Louis, MO"),
    ("ST. LOUIS, MO", "city", "St. Louis, MO"),
    ("Ft. Worth, TX", "city", "Fort Worth, TX"),
    ("N. Las Vegas, NV", "city", "North Las Vegas, NV"),
    ("winston salem nc", "city", "Winston-Salem, NC"),
    ("Winston–Salem, NC", "city", "Winston-Salem, NC"),
    ("OFallon, MO", "city", "O'Fallon, MO"),
    ("O\u2019Fallon, MO", "city", "O'Fallon, MO"),
    ("Mount Vernon, NY", "city", "Mount Vernon, NY"),
    ("Mt Vernon, NY", "city", "Mount Vernon, NY"),
    ("Hells Kitchen, NY", "city", "Hell's Kitchen, NY"),
    ("Near North Side, IL", "city", "Near North Side, IL"),
    ("saipan, northern mariana islands", "city", "Saipan, MP"),
    ("CHICAGO, COOK COUNTY, ILLINOIS", "city", "Chicago, IL"),
    ("Kolonia, FM", "city", "Kolonia, FM"),
    # bare names that one bearer dwarfs
    ("CHICAGO", "city", "Chicago, IL"),
    ("san josé", "city", "San Jose, CA"),
    ("Houston", "city", "Houston, TX"),
    # states
    ("IL", "state", "Illinois"),
    ("il", "state", "Illinois"),
    ("Illinois", "state", "Illinois"),
    ("west virginia", "state", "West Virginia"),
    ("State of Maine", "state", "Maine"),
    ("ME", "state", "Maine"),
    ("New York State", "state", "New York State"),
    ("Washington", "state", "Washington"),
    ("Puerto Rico", "state", "Puerto Rico"),
    # well-known names
    ("NYC", "city", "New York, NY"),
    ("New York City", "city", "New York, NY"),
    ("N.Y.C.", "city", "New York, NY"),
    ("Manhattan", "area", "Manhattan, NY"),
    ("Brooklyn", "area", "Brooklyn, NY"),
    ("Queens", "area", "Queens, NY"),
    ("the bronx", "area", "Bronx, NY"),
    ("Staten Island", "area", "Staten Island, NY"),
    ("Harlem", "area", "Harlem, New York, NY"),
    ("L.A.", "city", "Los Angeles, CA"),
    ("LA, CA", "city", "Los Angeles, CA"),
    ("DC", "city", "Washington, DC"),
    ("Washington DC", "city", "Washington, DC"),
    ("Washington, D.C.", "city", "Washington, DC"),
    ("Back Bay", "area", "Back Bay, Boston, MA"),
    ("Back Bay, Boston", "area", "Back Bay, Boston, MA"),
    ("Harlem, NYC", "area", "Harlem, New York, NY"),
    ("Capitol Hill, Seattle", "area", "Capitol Hill, Seattle, WA"),
    ("Capitol Hill, Washington DC", "area", "Capitol Hill, Washington, DC"),
    ("Buckhead", "area", "Buckhead, Atlanta, GA"),
    ("Buckhead, GA", "area", "Buckhead, Atlanta, GA"),
    ("Hollywood CA", "area", "Hollywood, Los Angeles, CA"),
    ("SF", "city", "San Francisco, CA"),
    ("Philly", "city", "Philadelphia, PA"),
    ("Vegas", "city", "Las Vegas, NV"),
    ("NOLA", "city", "New Orleans, LA"),
    # coordinates
    ("41.88, -87.63", "point", "41.88, -87.63"),
    ("41.88 -87.63", "point", "41.88, -87.63"),
    ("41.88° N, 87.63° W", "point", "41.88, -87.63"),
    ("(41.88, \u221287.63)", "point", "41.88, -87.63"),
    ("61.2181, -149.9003", "point", "61.2181, -149.9003"),
    ("21.31, -157.86", "point", "21.31, -157.86"),
    ("18.4, -66.1", "point", "18.4, -66.1"),
    ("13.45, 144.75", "point", "13.45, 144.75"),
    # addresses
    ("233 S Wacker Dr, Chicago, IL 60606", "address", "Chicago, IL 60606"),
    ("233 S Wacker Dr Suite 4410, Chicago, IL", "address", "Chicago, IL"),
    ("233 S Wacker Dr\nChicago, IL", "address", "Chicago, IL"),
    ("123 Main St, Miami, FL 33101-0001", "address", "Miami, FL 33101"),
    ("Main and State, Chicago, IL", "address", "Chicago, IL"),
    # clinics
    ("quiet water clinic", "clinic", "Quiet Water Clinic, Chicago, IL"),
    ("Hill Clinic, Denver, CO", "clinic", "Hill Clinic, Denver, CO"),
    ("Hill Clinic, CO", "clinic", "Hill Clinic, Denver, CO"),
]


@pytest.mark.parametrize(("typed", "kind", "label"), FOUND)
def test_is_found(finder, typed, kind, label):
    place = finder.find(typed).place

    assert (place.kind, place.label) == (kind, label)


@pytest.mark.parametrize("typed", [typed for typed, kind, _ in FOUND if kind != "address"])
def test_a_label_typed_again_finds_the_same_place(finder, typed):
    place = finder.find(typed).place

    assert finder.find(place.label).place == place


@pytest.mark.parametrize(("typed", "kind", "label"), FOUND)
def test_a_link_reopens_the_search_near_by_and_tells_no_street_or_position(
    finder, typed, kind, label
):
    place = finder.find(typed).place
    linked = finder.find(place.link_text).place

    assert linked.kind in {"zip", "city", "area", "state"}
    assert linked.state == place.state
    if kind in {"zip", "city", "area", "state"}:
        assert linked.label == label
    else:
        miles = geodesic_miles(place.latitude, place.longitude, linked.latitude, linked.longitude)
        assert miles <= 10


ASKED = [
    ("LA", ("Louisiana", "Los Angeles, CA")),
    ("la", ("Louisiana", "Los Angeles, CA")),
    ("Portland", ("Portland, OR", "Portland, ME")),
    ("Kansas City", ("Kansas City, MO", "Kansas City, KS")),
    ("Capitol Hill", ("Capitol Hill, Washington, DC", "Capitol Hill, Seattle, WA")),
    ("Hollywood", ("Hollywood, Los Angeles, CA", "Hollywood, FL")),
    ("60601, 53202", ("Chicago, IL 60601", "Milwaukee, WI 53202")),
    ("123 Main St, Springfield", ("Springfield, MO", "Springfield, MA")),
    ("233 S Wacker Dr, Chicago, IL 53202", ("Milwaukee, WI 53202", "Chicago, IL")),
    ("Milwaukee, WI 60601", ("Chicago, IL 60601", "Milwaukee, WI")),
    ("Hill Clinic", ("Hill Clinic, Denver, CO", "Hill Clinic, Austin, TX")),
]


@pytest.mark.parametrize(("typed", "first"), ASKED)
def test_asks_where_several_are_meant(finder, typed, first):
    with pytest.raises(AmbiguousPlaceError) as caught:
        finder.find(typed)

    assert caught.value.candidates[: len(first)] == first
    assert str(caught.value).endswith(("?", '".'))


def test_springfield_asks_with_the_most_people_first(finder):
    with pytest.raises(AmbiguousPlaceError, match=r"^Which Springfield\?") as caught:
        finder.find("Springfield")

    people = [place.population for place in caught.value.places]
    assert 8 <= len(caught.value.candidates) <= 12
    assert people == sorted(people, reverse=True)
    assert all(re.fullmatch(r"Springfield, [A-Z]{2}", label) for label in caught.value.candidates)


SUGGESTED = [
    ("Chicago, TX", "Chicago, IL"),
    ("Springfield, ZZ", "Springfield, MO"),
    ("-87.63, 41.88", "41.88, -87.63"),
    ("41.88, 87.63", "41.88, -87.63"),
    ("Quiet Watr Clinic", "Quiet Water Clinic, Chicago, IL"),
    ("quiet water", "Quiet Water Clinic, Chicago, IL"),
]


@pytest.mark.parametrize(("typed", "meant"), SUGGESTED)
def test_what_may_be_meant_is_suggested_and_not_searched(finder, typed, meant):
    with pytest.raises(PlaceError) as caught:
        finder.find(typed)

    assert caught.value.candidates[0] == meant
    assert meant in str(caught.value)
    assert finder.find(meant).place.label == meant


@pytest.mark.parametrize("typed", [typed for typed, _ in ASKED + SUGGESTED])
def test_every_candidate_leads_somewhere(finder, typed):
    with pytest.raises(PlaceError) as caught:
        finder.find(typed)

    for candidate in caught.value.candidates:
        assert finder.find(candidate).place.label == candidate


REFUSED = [
    ("", "Type a ZIP code"),
    (" \t\n", "Type a ZIP code"),
    (", . ;", "We cannot read a place"),
    ("💊", "We cannot read a place"),
    ("Chicago" * 1500, "10,500 characters"),
    ("<script>alert(1)</script>", "We know no"),
    ("'; DROP TABLE clinics; --", "We know no"),
    ("\x00\x1b[m\u202exyzzy", "We know no"),
    ("ZZ", "no state or territory"),
    ("Nowhereville Springs, ZZ", "no state or territory"),
    ("99999", "not in our list of ZIP codes"),
    ("123", "five digits"),
    ("1234567", "five digits"),
    ("09012", "moves with its unit"),
    ("APO AE 09012", "moves with its unit"),
    ("AE", "moves with its unit"),
    ("0, 0", "missing position"),
    ("0.0, 0.00", "missing position"),
    ("48.85, 2.35", "outside the United States"),
    ("43.65, -79.38", "outside the United States"),
    ("19.43, -99.13", "outside the United States"),
    ("95, 10", "a latitude lies between"),
    ("12 Elm Street", "An address is found by its ZIP code"),
    ("near me", "We do not know where you are"),
]


@pytest.mark.parametrize(("typed", "reason"), REFUSED)
def test_is_refused_in_a_sentence_that_says_why(finder, typed, reason):
    with pytest.raises(PlaceError, match=reason) as caught:
        finder.find(typed)

    message = str(caught.value)
    assert len(message) < 330
    assert message.endswith((".", "?"))
    assert message.isprintable()


def test_a_message_repeats_little_of_a_long_text_and_no_control_characters(finder):
    with pytest.raises(PlaceError) as caught:
        finder.find("xq" * 90 + "\x07")

    assert "xq" * 29 in str(caught.value)
    assert "xq" * 31 not in str(caught.value)


def test_the_homonyms_of_a_bare_name_are_one_click_away(finder):
    match = finder.find("Manhattan")
    people = [place.population for place in match.others]

    assert [place.label for place in match.others][:2] == ["Manhattan, KS", "Manhattan, IL"]
    assert match.place.population >= 20 * sum(people)
    assert people == sorted(people, reverse=True)


def test_a_state_that_is_a_city_too_says_so(finder):
    match = finder.find("Washington")

    assert match.place.note == "Washington is taken as the state, not as the city Washington, DC."
    assert match.others[0].label == "Washington, DC"
    assert finder.find("Illinois").place.note == ""


def test_new_york_is_the_city_and_the_state_one_click_away(finder):
    match = finder.find("new york")

    assert match.place.label == "New York, NY"
    assert match.place.note == "New York, NY is taken as the city, not as the state."
    assert match.others[0] == finder.find("NY").place


def test_every_state_is_found_by_code_and_name(finder, tables):
    for code, name in zip(tables["states"]["state"], tables["states"]["name"], strict=True):
        place = finder.find(f"state of {name}" if code == "NY" else name).place
        assert (place.kind, place.state, place.latitude) == ("state", code, None)
        if code not in {"LA", "DC"}:
            assert finder.find(code.lower()).place == dataclasses.replace(place, notes=()) or (
                finder.find(code.lower()).place.label == place.label
            )


def test_the_town_beside_a_well_known_homonym_goes_by_its_zip(finder):
    town = finder.find("Buckhead, GA").others[0]

    assert (town.label, town.link_text) == ("Buckhead, GA 30625", "30625")
    assert finder.find(town.label).place == town


def test_a_city_is_taken_before_a_clinic_of_its_name(finder):
    match = finder.find("Chicago")

    assert match.place.kind == "city"
    assert match.others[-1].clinic_id == "chicago"


def test_a_clinic_brings_its_own_point_and_status(finder):
    place = finder.find("Quiet Water Clinic").place
    closed = finder.find("Hill Clinic, Austin, TX").place

    assert (place.latitude, place.longitude, place.radius_miles) == (41.88, -87.62, 1.0)
    assert (place.precision, place.clinic_id) == (Precision.ZIP, "quiet")
    assert closed.note == "Hill Clinic is listed as closed."


def test_a_clinic_without_a_point_is_found_without_one(finder):
    place = finder.find("Lost Clinic").place

    assert (place.clinic_id, place.state, place.latitude) == ("lost", "AR", None)
    assert "was not recorded" in place.note


def test_clinics_of_one_name_and_city_are_told_apart_by_the_note(finder):
    match = finder.find("Twin Rooms")

    assert match.place.note == "2 clinics of this name are in Boise; this is one of them."
    assert [place.clinic_id for place in match.others] == ["twin-b"]


def test_an_address_is_told_what_was_matched_and_its_street_is_in_no_field(finder):
    by_zip = finder.find("4417 Xylophone Ave, Chicago, IL 60606").place
    by_city = finder.find("4417 Xylophone Ave, Chicago, IL").place

    assert by_zip.note == "We matched the ZIP, not the street."
    assert by_city.note == "We matched the city, not the street."
    assert (by_zip.precision, by_city.precision) == (Precision.ZIP, Precision.CITY)
    for place in (by_zip, by_city):
        fields = f"{dataclasses.asdict(place)} {place.link_text}"
        assert "4417" not in fields
        assert "Xylophone" not in fields


@pytest.mark.parametrize(
    ("typed", "label", "told"),
    [
        ("Evanston, IL 60601", "Chicago, IL 60601", "a ZIP code of Chicago, not of Evanston"),
        ("1 Elm St, Aurora, IL 60606", "Chicago, IL 60606", "a ZIP code of Chicago, not of Aurora"),
        ("Chicago, IL 00000", "Chicago, IL", "00000 is not in our list"),
        ("60690", "Chicago, IL 60690", "post-office boxes"),
        ("00601", "Adjuntas, PR 00601", "none of the four census regions"),
        ("Guam", "Guam", "none of the four census regions"),
    ],
)
def test_the_note_tells_what_a_reader_should_know(finder, typed, label, told):
    place = finder.find(typed).place

    assert place.label == label
    assert told in place.note


def test_a_neighbouring_name_in_an_address_is_no_contradiction(finder, tables):
    zips = tables["zips"].set_index("zip")
    assert zips.loc["35216", "city"] == "Birmingham"

    assert finder.find("Vestavia Hills, AL 35216").place.note == ""


def test_precision_and_radius_come_with_each_place(finder, tables):
    zips = tables["zips"].set_index("zip")

    plain, boxes = finder.find("60601").place, finder.find("60690").place
    assert (plain.precision, plain.radius_miles) == ("zip", zips.loc["60601", "radius_miles"])
    assert (boxes.precision, boxes.radius_miles) == ("zip_po_box", 14.0)
    assert finder.find("41.88, -87.63").place.radius_miles == 0.0
    assert finder.find("41.88, -87.63").place.precision == "given"
    assert finder.find("Illinois").place.precision == "state"
    assert 2 <= finder.find("Chicago").place.radius_miles <= 20


def test_the_point_is_the_one_typed_and_knows_its_state(finder):
    place = finder.find("41.8781, -87.6298").place

    assert (place.latitude, place.longitude) == (41.8781, -87.6298)
    assert (place.state, place.city) == ("IL", "Chicago")


def test_points_of_zips_lie_in_their_states(finder, tables):
    zips = (
        tables["zips"].query("kind == 'standard' and latitude.notna()").sample(800, random_state=1)
    )
    held = [
        finder._known.outline.state_at(latitude, longitude) == state
        for latitude, longitude, state in zip(
            zips["latitude"], zips["longitude"], zips["state"], strict=True
        )
    ]

    assert np.mean(held) > 0.99


def test_the_nearest_zip_is_the_nearest_ordinary_one(finder, tables):
    ordinary = tables["zips"].query("kind == 'standard' and latitude.notna()")
    centres = ordinary.sample(40, random_state=2)
    for latitude, longitude in zip(centres["latitude"], centres["longitude"], strict=True):
        rounded = round(latitude * 20) / 20, round(longitude * 20) / 20
        miles = geodesic_miles(*rounded, ordinary["latitude"], ordinary["longitude"])
        place = finder.nearest_zip(*rounded)

        assert place.zip in set(ordinary["zip"][miles <= miles.min() + 1e-6])
        assert place.kind == "zip"
        own = finder.find(place.zip).place.radius_miles
        assert place.radius_miles == pytest.approx(max(own, miles.min()) + 2.5, abs=1e-6)


def test_the_nearest_zip_grows_as_told_and_stays_in_the_country(finder):
    assert finder.nearest_zip(41.9, -87.6, grow_miles=10).radius_miles >= 11
    with pytest.raises(PlaceError, match="We list the United States only") as far:
        finder.nearest_zip(48.85, 2.35)
    assert not far.value.candidates
    with pytest.raises(PlaceError, match="nearest places to you in the US are these") as near:
        finder.nearest_zip(43.65, -79.4)  # Toronto
    assert near.value.candidates[0] == "Niagara Falls, NY"


def test_american_samoa_has_only_a_zip_of_boxes(finder):
    assert finder.nearest_zip(-14.3, -170.7).zip == "96799"


def test_a_finder_without_clinics_knows_no_clinic(tables):
    with pytest.raises(PlaceError):
        PlaceFinder(**tables).find("Quiet Water Clinic")


def test_states_may_come_as_well_known_binary(finder, tables):
    states = tables["states"]
    plain = pd.DataFrame(states.drop(columns="geometry")).assign(geometry=states.geometry.to_wkb())
    other = PlaceFinder(tables["zips"], tables["cities"], plain)

    assert other.find("41.88, -87.63").place == finder.find("41.88, -87.63").place


def test_tables_are_checked_at_the_door(tables):
    with pytest.raises(SchemaError, match="cities lacks the columns radius_miles"):
        PlaceFinder(**tables | {"cities": tables["cities"].drop(columns="radius_miles")})
    with pytest.raises(SchemaError, match="state and geometry"):
        PlaceFinder(**tables | {"states": pd.DataFrame(tables["states"].drop(columns="geometry"))})
    with pytest.raises(CrsError, match="EPSG:4326"):
        PlaceFinder(**tables | {"states": tables["states"].to_crs(5070)})


def test_cities_and_zips_are_found_by_their_labels(finder, tables):
    cities = tables["cities"].sample(1500, random_state=4)
    labels = (cities["name"] + ", " + cities["state"]).tolist()
    zips = tables["zips"].query("latitude.notna()").sample(1500, random_state=4)
    zip_labels = (zips["city"] + ", " + zips["state"] + " " + zips["zip"]).tolist()

    # A few cities go by another label of theirs: "Georgetown, DC" by "Georgetown, Washington, DC".
    assert np.mean([finder.find(label).place.label == label for label in labels]) > 0.99
    assert all(finder.find(label).place.label == label for label in zip_labels)


@pytest.mark.long
def test_nearly_every_slip_in_a_city_with_its_state_is_answered_with_that_city(finder, tables):
    cities = tables["cities"].query("population > 50_000")
    generator = np.random.default_rng(5)
    answered = []
    for row in generator.integers(len(cities), size=400):
        name, state = cities.iloc[row][["name", "state"]]
        at = int(generator.integers(1, len(name) - 1))
        typed = name[:at] + name[at + 1 :]
        try:
            answered.append(finder.find(f"{typed}, {state}").place.label == f"{name}, {state}")
        except PlaceError as error:
            answered.append(
                any(label.startswith(name) and label.endswith(state) for label in error.candidates)
            )

    assert np.mean(answered) > 0.97


@pytest.mark.parametrize("alias", read_aliases().to_dict("records"), ids=lambda a: a["alias"])
def test_a_well_known_name_leads_into_its_city(finder, alias):
    found = finder.cities.candidates(alias["alias"], state=alias["state"])
    city = finder.cities.table_city(alias["city"], alias["state"])[0]
    place = next(p for p in found if p.label == (alias["label"] or city.label))

    assert geodesic_miles(place.latitude, place.longitude, city.latitude, city.longitude) < 20
    assert place.population > 1000
    assert place.radius_miles < 25
    for candidate in found:
        assert finder.find(candidate.label).place == candidate


def test_an_area_holds_nearly_all_its_people(finder, tables):
    bronx = finder.find("Bronx").place
    zips = tables["zips"][tables["zips"]["zip"].str.startswith("104")].query("population > 0")
    away = geodesic_miles(bronx.latitude, bronx.longitude, zips["latitude"], zips["longitude"])
    inside = zips["population"][away + zips["radius_miles"] <= bronx.radius_miles].sum()

    assert bronx.population == zips["population"].sum()
    assert 0.95 <= inside / zips["population"].sum() <= 1


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("41.88, -87.63", (41.88, -87.63)),
        ("41.88,-87.63", (41.88, -87.63)),
        ("87.63 W, 41.88 N", (41.88, -87.63)),
        ("33.9 S, 18.4 E", (-33.9, 18.4)),
        ("41, -87", (41.0, -87.0)),
        ("60601 1234", None),
        ("41 -87", None),
        ("1234.5, 2.0", None),
        ("nan, nan", None),
        ("1e3, 2", None),
    ],
)
def test_coordinates_are_read(text, pair):
    assert parse_coordinates(clean(text)) == pair


@given(st.text(max_size=250))
@example("0" * 200)
@example(", " * 100)
@example("Chicago " * 25)
@example("1 " * 100)
@example("St " * 66)
@example("a-" * 100)
@example("\ufdfa" * 200)
@example("\ud800 Chicago")
@example("60601 " * 33)
@example("-1.1, " * 30)
@examples(300)
def test_any_text_is_a_place_or_a_place_error_and_soon(finder, text):
    with bounded():
        try:
            place = finder.find(text).place
        except PlaceError as error:
            assert str(error).isprintable()  # noqa: PT017 - either outcome is right
        else:
            assert place.label


KINDS = {
    "zip", "city", "area", "county", "region", "airport", "state", "point", "address", "clinic"
}  # fmt: skip


@given(
    st.lists(
        st.sampled_from(
            ["Chicago", "IL", "60601", "Springfield", "St", "12", "N", ",", "Main", "-87.6", "41.9",
             "Suite", "#4", "New", "York", "ZZ", "LA", "Hill", "Clinic", "USA", "near", "AE", "09012"]
        ),
        max_size=8,
    )
)  # fmt: skip
@examples(300)
def test_any_jumble_of_address_words_is_a_place_or_a_place_error(finder, words):
    try:
        match = finder.find(" ".join(words))
    except PlaceError:
        return
    assert match.place.kind in KINDS
    assert match.place.latitude is None or 13 < abs(match.place.latitude) < 72


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=20), max_size=6))
def test_keys_of_many_are_the_keys_of_each(names):
    assert name_keys(names) == ([name_key(name) for name in names] or [""])


@given(st.text(max_size=80))
def test_a_key_has_letters_and_digits_alone_and_ignores_case(name):
    key = name_key(clean(name))

    assert re.fullmatch("[a-z0-9]*", key)
    assert name_key(key.upper()) == name_key(key)


@given(st.text(max_size=300))
def test_cleaned_text_is_printable_and_clean_already(text):
    cleaned = clean(text)

    assert cleaned.isprintable()
    assert clean(cleaned) == cleaned
    assert len(excerpt(cleaned)) <= 60


def test_what_a_source_calls_a_clinic_leads_to_it(tables):
    listings = pd.DataFrame(
        {"clinic_id": [CLINICS["clinic_id"].iloc[0]], "name": ["Old Sign Clinic"]}
    )
    found = PlaceFinder(**tables, clinics=CLINICS, listings=listings).find("old sign clinic")
    assert found.place.clinic_id == CLINICS["clinic_id"].iloc[0]


SEEDS = {
    "Michigan Progressive Health": "Royal Oak, MI",
    "Midwest Ketamine Center": "Arlington Heights, IL",
    "Ketamine Clinics of Los Angeles": "Los Angeles, CA",
    "Vitalitas Denver": "Denver, CO",
    "Neuro-Luminance": "Centennial, CO",
    "Herro Medical Center": "",
    "Phoenix Ketamine Wellness Center": "Phoenix, AZ",
    "NY Ketamine Infusions": "New York, NY",
    "Boston MindCare": "Lexington, MA",
    "The Ketamine Institute": "Sarasota, FL",
    "Alabama Ketamine Clinics": "AL",
    "Atlanta Center for Ketamine Therapy": "Atlanta, GA",
}


@pytest.mark.parametrize("name", SEEDS)
def test_the_twelve_clinics_of_the_original_article_are_found(tables, name):
    release = releases.load(releases.SHIPPED)
    found = PlaceFinder(**tables, clinics=release.clinics, listings=release.listings).find(name)
    assert found.place.kind == "clinic"
    assert found.place.label.endswith(SEEDS[name])
