import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import dedupe
from geo.clinics.forms import SLUG
from geo.dedupe import blocking
from geo.dedupe.addresses import (
    compare_streets,
    compare_units,
    read_address,
    read_street,
    read_unit,
)
from geo.dedupe.words import is_generic, name_words, split_branch
from geo.errors import SchemaError
from geo.sources import curated
from tests.bench.dedupe import MOST_BYTES, MOST_SECONDS, UNDECIDED, measure_apart
from tests.examples import examples
from tests.handmade.duplicates import HELD_OUT_SEED, draw_listings, measure
from tests.handmade.listings import listing_table

HOME = {
    "clinic_id": "",
    "name": "Juniper Ketamine Clinic",
    "street": "100 North Main Street",
    "unit": "Suite 200",
    "city": "Boise",
    "state": "ID",
    "zip": "83702",
    "phone": "+12085550100",
    "website": "https://juniperketamine.com/",
    "npi": "1234567893",
}
NO_STREET = {"street": "", "unit": ""}
NO_CONTACT = {"phone": "", "website": "", "npi": ""}


def table(*changes):
    return listing_table(*(HOME | change for change in changes))


def verdict(one, other):
    """Return what is said of two listings, and the score."""
    pairs = dedupe.find_pairs(table(one, other))
    return "none" if pairs.empty else pairs["verdict"].item()


def clinics(listings, decided=UNDECIDED):
    """Return the clinic of each listing in order of the ids."""
    return dedupe.assign(listings, decided).assigned["clinic_id"].tolist()


def answers(*rows):
    return pd.DataFrame(rows, columns=["listing_a", "listing_b", "same"])


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "JUNIPER KETAMINE CLINICS, LLC"},
        {"name": "Junipre Ketamine Clinic"},
        {"name": "Juniper Ketamine Clinic (Boise)"},
        {"street": "100 N. Main St."},
        {"street": "100 Main St", "unit": "#200"},
        {"street": "100 North Mian Street"},
        {"street": "100 N Main St Ste 200", "unit": ""},
        {"unit": ""},
        {"unit": "Ste. 200"},
        {"zip": ""},
        {"city": "Bosie"},
        {"phone": "+12085550199"},
        NO_CONTACT,
        {"name": "Mountain Mood Center", "website": "", "npi": ""},  # renamed: address and phone
        NO_STREET,
        NO_STREET | NO_CONTACT | {"zip": ""},
        NO_STREET | {"city": "", "zip": "", "phone": "", "npi": ""},
    ],
)
def test_one_clinic_told_in_two_ways_merges(change):
    assert verdict({}, change) == "merge"


@pytest.mark.parametrize(
    "change",
    [
        {"street": "102 North Main Street"},
        {"street": "100 South Main Street"},
        {"street": "100 North Oak Street"},
        {"unit": "Suite 210"},
        {"unit": "2nd Floor"},
        {"street": "100 N Main St Ste 210", "unit": ""},
    ],
)
def test_another_house_street_or_unit_is_never_merged_but_asked(change):
    assert verdict({}, change) == "review"


@pytest.mark.parametrize(
    "change",
    [
        # A phone, a website or an NPI alone.
        {"name": "Boise Mood Doctors", "city": "Nampa", "zip": "83651", **NO_STREET},
        {"name": "Mountain Mood Center", **NO_STREET, "website": "", "npi": ""},
        {"name": "Mountain Mood Center", **NO_STREET, "phone": "", "website": ""},
        # All three, in another city, with and without a street.
        {"city": "Nampa", "zip": "83651"} | NO_STREET,
        {"city": "Nampa", "zip": "83651", "street": "7 Oak Road", "unit": ""},
        # One name in another city, or state.
        NO_CONTACT | NO_STREET | {"city": "Nampa", "zip": ""},
        {"state": "OR"},
        # A neighbour.
        {"name": "Mountain Mood Center", "unit": "Suite 210", "website": "", "npi": ""},
        # A name of words that any clinic has, known to the state only.
        NO_CONTACT | NO_STREET | {"city": "", "zip": ""},
    ],
)
def test_what_may_be_another_clinic_does_not_merge(change):
    assert verdict({}, change) != "merge"


def test_a_name_and_a_city_tell_little_where_any_clinic_has_that_name():
    known = NO_STREET | NO_CONTACT | {"zip": ""}

    assert verdict(known, known) == "merge"
    generic = known | {"name": "Ketamine Clinic"}
    assert verdict(generic, generic) == "review"


def test_branches_in_one_city_stay_apart():
    known = NO_STREET | {"zip": "", "phone": "", "npi": ""}

    assert (
        verdict(
            known | {"name": "Juniper (Chelsea)"}, known | {"name": "Juniper (Upper East Side)"}
        )
        == "none"
    )


def test_branches_do_not_become_one_by_way_of_the_chains_own_name():
    site = NO_STREET | NO_CONTACT | {"website": "https://principium.example/"}
    found = clinics(
        table(
            site | {"name": "Principium Psychiatry"},
            site | {"name": "Principium Psychiatry (Wall Street)"},
            site | {"name": "Principium Psychiatry (Columbus Circle)"},
        )
    )
    assert found[1] != found[2]


@pytest.mark.parametrize(
    "names",
    [
        ("Amber Rest North", "Amber Rest South", "Amber Rest"),
        ("Amber Rest, Midtown", "Amber Rest, Buckhead", "Amber Rest"),
        ("Amber Rest (57th Street)", "Amber Rest (34th Street)", "Amber Rest"),
        ("Mercy Hospital Pain Clinic", "Mercy Hospital Behavioral Health", "Mercy Hospital"),
    ],
)
def test_branches_of_one_phone_and_site_do_not_become_one_by_way_of_their_brand(names):
    listings = table(*(NO_STREET | {"npi": "", "zip": "", "name": name} for name in names))

    found = dedupe.assign(listings, UNDECIDED)

    assert found.assigned["clinic_id"].nunique() == 3
    assert len(found.reviews) == 3


@pytest.mark.parametrize("street", ["1054 Bay Street", "105 Bay St"])
def test_a_house_number_a_slip_away_is_one_house_where_the_phone_agrees(street):
    one, other = {"street": "1045 Bay St"}, {"street": street}

    assert verdict(one, other) == "merge"
    assert len(set(clinics(table(one, other)))) == 1
    assert verdict(one, other | {"phone": ""}) == "review"
    assert verdict(one, {"street": "1046 Bay St"}) == "review"


def test_a_phone_that_many_share_tells_nothing():
    streets = [
        {"street": f"{number} Oak Road", "unit": "", "name": f"Branch {number}x"}
        for number in range(100, 400)
    ]
    moved = {"street": "9 Elm Road", "unit": "", "website": "", "npi": ""}
    few = dedupe.find_pairs(table({"website": "", "npi": ""}, moved))
    many = dedupe.find_pairs(table({"website": "", "npi": ""}, moved, *streets))

    pair = many[many["listing_a"].eq("L1") & many["listing_b"].eq("L2")]
    assert few["why"].str.contains("same phone").all()
    assert len(few) == 1
    assert pair.empty or pair["score"].item() < few["score"].item()


def test_a_large_block_is_bounded():
    count = 3_000
    features = dedupe.features.read_features(
        table(
            *(
                {
                    "name": f"Name{number}",
                    "street": f"{number} Oak",
                    "zip": f"{number:05}",
                    "city": f"City{number}",
                    "website": "",
                    "npi": "",
                }
                for number in range(count)
            )
        )
    )

    first, second = blocking.pair_up(features)

    assert 0 < len(first) <= count * blocking.WINDOW
    assert (first < second).all()


def test_a_pair_says_why():
    pair = dedupe.find_pairs(table({}, {"unit": "Suite 7", "phone": ""})).iloc[0]

    assert pair["why"] == (
        "same name, same address, same ZIP, same city, same website, same NPI, different units"
    )
    assert pair["why_codes"] == (
        "same_name;same_address;same_zip;same_city;same_website;same_npi;different_units"
    )
    assert (pair["listing_a"], pair["listing_b"]) == ("L1", "L2")


def test_nothing_and_a_single_listing_have_no_pairs():
    assert dedupe.find_pairs(table()).empty
    assert dedupe.find_pairs(table({})).columns.tolist() == [
        "listing_a",
        "listing_b",
        "score",
        "verdict",
        "why",
        "why_codes",
    ]
    assert dedupe.assign(table(), UNDECIDED).assigned.empty


def test_a_listing_joins_an_existing_clinic_and_a_clinic_keeps_its_id():
    assignment = dedupe.assign(table({"clinic_id": "old"}, {}, {"state": "OR"}), UNDECIDED)

    assert assignment.assigned["clinic_id"].tolist() == [
        "old",
        "old",
        "juniper-ketamine-clinic-boise-or",
    ]
    assert assignment.assigned["why"].tolist()[0] == "decided before"
    assert assignment.assigned["why"].tolist()[1].endswith("as L1")
    assert assignment.assigned["score"].isna().tolist() == [True, False, True]


def test_a_new_listing_between_two_clinics_takes_one_and_asks_about_the_other():
    listings = table(
        {"clinic_id": "near"},
        {"clinic_id": "far", "street": "7 Oak Road", "unit": "", "phone": ""},
        NO_STREET,
    )

    assignment = dedupe.assign(listings, UNDECIDED)

    assert assignment.assigned["clinic_id"].tolist() == ["near", "far", "near"]
    assert assignment.reviews[["listing_a", "listing_b"]].to_numpy().tolist() == [["L2", "L3"]]


def test_a_listing_that_is_as_like_two_clinics_goes_to_review_with_both():
    assignment = dedupe.assign(table({}, {"street": "7 Oak Road"}, NO_STREET), UNDECIDED)

    assert assignment.assigned["clinic_id"].nunique() == 3
    asked = assignment.reviews.set_index(["listing_a", "listing_b"])["why_codes"]
    assert sorted(asked.index) == [("L1", "L2"), ("L1", "L3"), ("L2", "L3")]
    assert asked["L1", "L3"].endswith(";as_like_another")
    assert asked["L2", "L3"].endswith(";as_like_another")


def test_units_that_differ_are_not_joined_by_a_third_listing():
    assignment = dedupe.assign(table({}, {"unit": "Suite 210"}, {"unit": ""}), UNDECIDED)

    one, two, three = assignment.assigned["clinic_id"]
    assert one != two
    assert three in {one, two}
    assert len(assignment.reviews) == 1  # of the two clinics, once


def test_a_listing_that_is_as_like_two_listings_of_one_clinic_joins_it():
    assert len(set(clinics(table({}, {}, NO_STREET)))) == 1
    assert clinics(table({"clinic_id": "a"}, {"clinic_id": "a"}, NO_STREET)) == ["a"] * 3


def test_what_an_operator_said_of_one_of_two_equal_clinics_decides():
    listings = table({}, {"street": "7 Oak Road", "unit": ""}, NO_STREET)

    no = dedupe.assign(listings, answers(("L1", "L3", False)))
    one, two, three = no.assigned["clinic_id"]
    assert one != two == three

    yes = dedupe.assign(listings, answers(("L1", "L3", True)))
    one, two, three = yes.assigned["clinic_id"]
    assert three == one != two


def test_an_existing_clinic_is_never_joined_to_another():
    listings = table({"clinic_id": "a"}, {"clinic_id": "b"}, {})

    known = clinics(listings)
    assert known[:2] == ["a", "b"]
    assert known[2] not in {"a", "b"}
    assert clinics(listings, answers(("L1", "L2", True))) == known
    nearer = table({"clinic_id": "a"}, {"clinic_id": "b", "phone": ""}, {})
    assert clinics(nearer) == ["a", "b", "a"]


LITTLETON = NO_STREET | {"city": "Littleton", "state": "CO", "zip": "", "phone": "", "npi": ""}
RANCH = LITTLETON | {"city": "Highlands Ranch"}


def test_what_one_source_has_in_two_towns_joins_no_towns():
    known = table(LITTLETON, RANCH | {"source": "another directory"})
    assert len(set(clinics(known))) == 1

    chain = table(LITTLETON, RANCH)
    assert len(set(clinics(chain))) == 2
    assert dedupe.assign(chain, UNDECIDED).reviews.empty


def test_one_site_in_two_near_towns_is_asked_about_unless_one_source_has_both():
    albany = NO_STREET | {"city": "Albany", "state": "NY", "zip": "", "phone": "", "npi": ""}
    troy = albany | {"city": "Troy"}

    found = dedupe.assign(table(albany, troy | {"source": "another directory"}), UNDECIDED)
    assert found.assigned["clinic_id"].nunique() == 2
    assert found.reviews["why"].tolist() == ["same name, same website, different cities"]

    assert dedupe.assign(table(albany, troy), UNDECIDED).reviews.empty
    far = troy | {"city": "Buffalo", "source": "another directory"}
    assert dedupe.assign(table(albany, far), UNDECIDED).reviews.empty


def test_what_is_decided_is_neither_asked_again_nor_undone():
    moved = table({}, {"street": "7 Oak Road"})
    assert len(dedupe.assign(moved, UNDECIDED).reviews) == 1

    same = dedupe.assign(moved, answers(("L2", "L1", True)))
    assert len(set(same.assigned["clinic_id"])) == 1
    assert same.reviews.empty

    twins = dedupe.assign(table({}, {}), answers(("L1", "L2", False), ("L1", "gone", True)))
    assert twins.assigned["clinic_id"].nunique() == 2
    assert twins.reviews.empty


def test_a_listing_joins_a_clinic_that_an_operator_gave_two_addresses():
    old, new = {"clinic_id": "moved"}, {"clinic_id": "moved", "street": "7 Oak Road"}

    assert clinics(table(old, new, {"street": "7 Oak Rd"})) == ["moved"] * 3
    assert clinics(table(old, new, {"street": "9 Elm Rd"}))[2] != "moved"


def test_faults_are_named():
    with pytest.raises(SchemaError, match="both same and different"):
        dedupe.assign(table({}, {}), answers(("L1", "L2", True), ("L2", "L1", False)))
    with pytest.raises(SchemaError, match="'L1'"):
        dedupe.assign(table({}, {"listing_id": "L1"}), UNDECIDED)


def test_new_ids_are_slugs_of_their_own():
    listings = table(
        {"name": "Père & Fils (Boise)", "street": "", **NO_CONTACT},
        {"street": "1 Oak Road", "unit": ""},
        {"street": "2 Oak Road", "unit": ""},
        {"street": "3 Elm Court Suite 5", "unit": ""},
        {"name": "!!!", "city": "", "zip": "", **NO_STREET, **NO_CONTACT},
    )

    assert clinics(listings) == [
        "pere-and-fils-boise-id",
        "juniper-ketamine-clinic-oak-road-boise-id",
        "juniper-ketamine-clinic-oak-road-boise-id-2",
        "juniper-ketamine-clinic-elm-court-boise-id",
        "clinic-id",
    ]
    assert all(pd.Series(clinics(listings)).str.fullmatch(SLUG))


@examples(12)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(random):
    drawn = draw_listings(150, 11).drop(columns="truth")
    order = list(range(len(drawn)))
    random.shuffle(order)

    one, other = dedupe.assign(drawn, UNDECIDED), dedupe.assign(drawn.iloc[order], UNDECIDED)

    pd.testing.assert_frame_equal(one.assigned, other.assigned)
    pd.testing.assert_frame_equal(one.reviews, other.reviews)


def test_assigning_again_changes_nothing():
    drawn = draw_listings(1_000, 12).drop(columns="truth")
    first = dedupe.assign(drawn, UNDECIDED).assigned
    decided = drawn.assign(
        clinic_id=drawn["listing_id"].map(first.set_index("listing_id")["clinic_id"])
    )

    again = dedupe.assign(decided, UNDECIDED)

    assert again.assigned["clinic_id"].tolist() == first["clinic_id"].tolist()
    assert again.reviews.empty


def test_no_clinic_holds_two_house_numbers():
    drawn = draw_listings(2_000, 13)
    found = dedupe.assign(drawn.drop(columns="truth"), UNDECIDED).assigned
    house = [
        read_street(street).house
        for street in drawn.set_index("listing_id")["street"][found["listing_id"]]
    ]

    houses = pd.Series(house)[pd.Series(house).ne("")]

    assert houses.groupby(found["clinic_id"][houses.index]).nunique().max() == 1


def test_the_goals_hold_on_the_seed_held_out():
    drawn = draw_listings(4_000, HELD_OUT_SEED)
    assignment = dedupe.assign(drawn.drop(columns="truth"), UNDECIDED)

    found = measure(drawn, assignment.assigned, assignment.reviews)

    assert found.true_pairs > 2_000
    assert found.precision >= 0.97
    assert found.recall_of_merges >= 0.98
    assert found.recall_of_merges_and_reviews >= 0.99


def test_the_shipped_listings_are_found_nearly_as_decided_by_hand():
    shipped, _ = curated.read()
    by_hand = shipped.set_index("listing_id")["clinic_id"]
    found = dedupe.assign(shipped.assign(clinic_id=""), UNDECIDED).assigned
    found = found.set_index("listing_id")["clinic_id"]

    merged, decided = find_pairs_within(found), find_pairs_within(by_hand)

    assert merged <= decided
    assert len(merged) >= 70
    assert found.eq(by_hand.reindex(found.index)).sum() >= 565
    kept = dedupe.assign(shipped, UNDECIDED)
    assert kept.assigned.set_index("listing_id")["clinic_id"].eq(by_hand.sort_index()).all()
    assert kept.reviews.empty


def find_pairs_within(clinic):
    groups = clinic.groupby(clinic).groups.values()
    return {(a, b) for group in groups for a in group for b in group if a < b}


@pytest.mark.parametrize(
    ("street", "house", "core"),
    [
        ("One Main Street", "1", "main"),
        ("1S443 Summit Ave.", "1s443", "summit"),
        ("N95W16975 Richfield Way", "n95w16975", "richfield"),
        ("132-10 Roosevelt Avenue", "13210", "roosevelt"),
        ("1200-1204 Elm St", "1200", "elm"),
        ("W. 41st Street", "", "41st"),
        ("200 First Ave West", "200", "1st"),
        ("P.O. Box 12", "", ""),
        ("", "", ""),
    ],
)
def test_streets_are_taken_apart(street, house, core):
    found = read_street(street)

    assert (found.house, found.core) == (house, core)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12301 South Main Street", "12301 Main St", True),
        ("805 Commerce Prakway", "805 Commerce Pkwy", True),
        ("10 E St NW", "10 N St NW", False),
        ("10 W 49th St", "10 W 59th St", False),
        ("10 Main Street", "10 Mill Street", False),
        ("10 Main Street", "Main Street", True),
        ("10 Main Street", "", None),
        ("10 Oak Road 12", "10 Oak Road", False),
        ("1234 S 500 E", "1234 South 500 East", True),
        ("10 TX-121", "10 TX-122", False),
        ("200 5th St", "200 5th Ave", False),
        ("200 5th Rd", "200 5th Dr", True),
        ("900 Interstate 35 Frontage Road", "900 N IH-35", True),
        ("20 Forty-Second Street", "20 42nd St", True),
    ],
)
def test_streets_are_compared(one, other, same):
    assert compare_streets(read_street(one), read_street(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Suite 100", "Ste. 0100", True),
        ("Suite 100", "#100", True),
        ("Suite 100, Shades Brook Office Building", "100", True),
        ("3rd Floor", "Floor 3", True),
        ("Bldg A, Suite 100", "Building B Suite 100", False),
        ("Suite B-38", "Suite 38", False),
        ("3rd Floor", "Suite 300", False),
        ("Suite 100", "", None),
        ("Medical Arts Building", "Suite 200", None),
        ("Bowditch Building", "de Marneffe Building", False),
        ("Bldg 2", "Medical Arts Building", None),
        ("Elm Plaza Suite 200", "Ste 200", True),
        ("Bldg C, Ste 12", "C-12", True),
        ("Suites 101-102", "101", True),
        ("Suites 101-102", "102", False),
    ],
)
def test_units_are_compared(one, other, same):
    assert compare_units(read_unit(one), read_unit(other)) is same


def test_a_unit_in_the_street_is_read():
    assert read_address("10 Main St Suite 5", "") == read_address("10 Main Street", "#5")


def test_names_are_read_in_one_spelling():
    assert name_words("The Ketamine Centers of O'Hara, LLC") == ["ketamine", "center", "ohara"]
    assert split_branch("Ember Health (Chelsea)") == ("Ember Health", "Chelsea")
    assert split_branch("Ember Health - Chelsea") == ("Ember Health", "Chelsea")
    assert split_branch("Neuro-Luminance") == ("Neuro-Luminance", "")
    assert is_generic("psychaitry")
    assert not is_generic("juniper")


@pytest.mark.nightly
def test_a_hundred_thousand_listings_in_time_and_memory():
    found = measure_apart(100_000)

    assert found["seconds"] < MOST_SECONDS
    assert found["bytes"] < MOST_BYTES
    assert found["precision"] >= 0.97
    assert found["recall_of_merges"] >= 0.98
