import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import releases
from geo.clinics import resolving
from geo.clinics.vocabulary import EVIDENCE, STATUSES, TREATMENTS
from geo.errors import SchemaError
from geo.sources import curated
from tests.examples import examples
from tests.handmade.listings import listing_table

AS_OF = dt.date(2026, 11, 23)
OWN, REGISTRY, PRESS = (
    {"evidence": "clinic_own_page"},
    {"evidence": "registry"},
    {"evidence": "press"},
)


def resolve_one(*rows):
    resolved, fields = resolving.resolve(listing_table(*rows), AS_OF)
    assert len(resolved) == 1
    return resolved.iloc[0], fields


@pytest.fixture(scope="module")
def listings():
    return curated.read()[0]


@pytest.fixture(scope="module")
def shipped(listings):
    return resolving.resolve(listings, AS_OF)[0].set_index("clinic_id")


def clinic_named(name, listings, shipped):
    """Return the one clinic that a listing of this name speaks of."""
    found = listings.loc[listings["name"].eq(name), "clinic_id"].unique()
    assert len(found) == 1
    return shipped.loc[found[0]]


# One field after the other


def test_the_most_trusted_source_gives_a_field():
    clinic, _ = resolve_one(
        {"phone": "+12125550101", "source_date": "2026"},
        OWN | {"phone": "+12125550102"},
        PRESS | {"phone": "+12125550103", "source_date": "2026"},
    )
    assert clinic["phone"] == "+12125550102"


def test_among_equals_the_newest_and_then_the_first_id_gives_it():
    clinic, _ = resolve_one(
        {"name": "Undated"},
        {"name": "Of the year", "source_date": "2026"},
        {"name": "Newest", "source_date": "2026-02"},
        {"name": "Newest too", "source_date": "2026-02-01"},
    )
    assert clinic["name"] == "Newest"


def test_an_unknown_never_hides_what_a_lesser_source_knows():
    clinic, _ = resolve_one(OWN, {"phone": "+12125550101", "npi": "1234567893"})
    assert clinic["phone"] == "+12125550101"
    assert clinic["npi"] == "1234567893"
    assert clinic["website"] == ""


def test_treatments_are_all_that_any_source_states_in_one_order():
    clinic, fields = resolve_one(OWN | {"treatments": "esketamine"}, {}, {"treatments": "iv;im"})
    assert clinic["treatments"] == "iv;im;esketamine"
    of_treatments = fields[fields["field"].eq("treatments")]
    assert of_treatments["listing_id"].tolist() == ["L1", "L3"]
    assert of_treatments[["gave", "agrees"]].all(axis=None)


def test_evidence_is_the_strongest_and_source_the_newest():
    clinic, _ = resolve_one(
        OWN | {"source_url": "https://own.example/"},
        {"source_url": "https://list.example/", "source_date": "2026"},
        PRESS | {"source_url": "https://press.example/", "source_date": "2023-03-01"},
    )
    assert clinic["evidence"] == "clinic_own_page"
    assert (clinic["source_url"], clinic["source_date"]) == ("https://list.example/", "2026")
    assert clinic["listings"] == 3


# The address


STREET = {
    "street": "1 Main St",
    "unit": "Suite 2",
    "city": "Roseville",
    "state": "CA",
    "zip": "95678",
}
PARTS = ["street", "unit", "city", "state", "zip"]


def test_an_address_is_not_mixed_from_two_sources_that_contradict_each_other():
    clinic, fields = resolve_one(
        OWN | {"city": "Sacramento", "state": "CA", "zip": "95825"}, STREET
    )
    assert clinic[PARTS].to_dict() == STREET
    of_city = fields[fields["field"].eq("city")].set_index("listing_id")
    assert of_city["gave"].to_dict() == {"L1": False, "L2": True}
    assert of_city["agrees"].to_dict() == {"L1": False, "L2": True}


def test_the_most_trusted_street_brings_its_own_city():
    other = {"street": "9 Oak Ave", "city": "Lodi", "state": "CA", "zip": "95240"}
    clinic, _ = resolve_one({"source_date": "2026"} | other, REGISTRY | STREET)
    assert clinic[PARTS].to_dict() == STREET


def test_gaps_are_filled_by_sources_that_agree():
    clinic, _ = resolve_one(
        OWN | {"street": "1 Main St.", "state": "CA"},
        REGISTRY | {"city": "Fresno", "state": "NV"},
        PRESS | {"city": "Roseville"},
        {"street": "1 MAIN ST", "unit": "Suite 2", "zip": "95678"},
    )
    assert clinic[PARTS].to_dict() == STREET | {"street": "1 Main St."}


def test_a_unit_or_zip_of_another_street_is_not_taken():
    clinic, _ = resolve_one(
        OWN | {"street": "1 Main St", "city": "Roseville", "state": "CA"},
        {"street": "9 Oak Ave", "unit": "Suite 9", "city": "Roseville", "zip": "95661"},
    )
    assert (clinic["unit"], clinic["zip"]) == ("", "")


def test_a_building_named_without_a_street_completes_the_street_of_its_city():
    clinic, _ = resolve_one(
        OWN | {"unit": "Main Building", "city": "Belmont", "state": "MA"},
        REGISTRY | {"street": "115 Mill St", "city": "Belmont", "state": "MA", "zip": "02478"},
    )
    assert (clinic["street"], clinic["unit"]) == ("115 Mill St", "Main Building")


def test_without_a_street_a_city_goes_before_a_state_alone():
    clinic, _ = resolve_one(OWN | {"state": "FL"}, {"city": "Aventura", "state": "FL"})
    assert (clinic["city"], clinic["state"]) == ("Aventura", "FL")


# What gave what


def test_each_stated_field_is_traced_and_conflicts_are_visible():
    _, fields = resolve_one(
        OWN | {"phone": "+12125550101", "website": "https://www.example.org/clinic"},
        {"name": "a CLINIC.", "phone": "+12125550102", "website": "http://example.org/"},
    )
    assert list(fields.columns) == ["clinic_id", "field", "listing_id", "gave", "agrees"]
    assert fields.drop(columns="clinic_id").to_numpy().tolist() == [
        ["name", "L1", True, True],
        ["name", "L2", False, True],
        ["phone", "L1", True, True],
        ["phone", "L2", False, False],
        ["status", "L1", True, True],
        ["website", "L1", True, True],
        ["website", "L2", False, True],
    ]


TEXTS = st.sampled_from(["", "x", "y"])
ROWS = st.fixed_dictionaries(
    {
        "clinic_id": st.sampled_from(["a", "b", "c"]),
        "name": st.sampled_from(["One", "Two"]),
        "street": TEXTS,
        "unit": TEXTS,
        "city": TEXTS,
        "state": st.sampled_from(["", "CA", "NV"]),
        "zip": st.sampled_from(["", "95678", "89501"]),
        "phone": st.sampled_from(["", "+12125550101", "+12125550102"]),
        "treatments": st.sampled_from(["", "iv", "im;oral"]),
        "evidence": st.sampled_from(EVIDENCE),
        "source_date": st.sampled_from(["", "2023", "2026-02", "2026-02-01"]),
        "operating": st.sampled_from(["", "yes", "closed", "unconfirmed"]),
    }
)
TABLES = st.lists(ROWS, min_size=1, max_size=12).map(lambda rows: listing_table(*rows))


@pytest.mark.long
@examples(10)
@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_listings_changes_nothing(table, random):
    order = list(range(len(table)))
    random.shuffle(order)
    for before, after in zip(
        resolving.resolve(table, AS_OF), resolving.resolve(table.iloc[order], AS_OF), strict=True
    ):
        pd.testing.assert_frame_equal(before, after)


@examples(10)
@given(TABLES)
def test_every_value_is_its_giver_s_and_nothing_is_made_up(table):
    resolved, fields = resolving.resolve(table, AS_OF)
    resolving.validate(resolved)
    assert resolved["clinic_id"].tolist() == sorted(set(table["clinic_id"]))
    assert resolved["listings"].sum() == len(table)
    stated = table.set_index("listing_id")
    given_by = fields[fields["gave"]].set_index(["clinic_id", "field"])["listing_id"]
    for clinic in resolved.to_dict("records"):
        of_clinic = table[table["clinic_id"].eq(clinic["clinic_id"])]
        for field in ("name", "phone", "website", "npi", *PARTS):
            if clinic[field]:
                giver = given_by.loc[[(clinic["clinic_id"], field)]]
                assert stated.loc[giver, field].tolist() == [clinic[field]]
            else:
                assert (clinic["clinic_id"], field) not in given_by.index
        for field in ("name", "phone", "street"):
            assert bool(clinic[field]) == of_clinic[field].ne("").any()


# Merges


def test_splitting_a_merged_clinic_restores_the_two(listings):
    pair = ["salish-ketamine-bellingham-wa", "bellingham-ketamine-clinic-bellingham-wa"]
    before = resolving.resolve(listings, AS_OF)
    merged = listings.assign(clinic_id=listings["clinic_id"].replace(pair[0], pair[1]))
    assert len(resolving.resolve(merged, AS_OF)[0]) == len(before[0]) - 1
    ids = merged["clinic_id"].mask(merged["listing_id"].eq("L0045"), pair[0])
    for table, restored in zip(
        before, resolving.resolve(merged.assign(clinic_id=ids), AS_OF), strict=True
    ):
        pd.testing.assert_frame_equal(table, restored)


def test_resolving_leaves_the_listings_alone_and_gives_the_same_again(listings):
    kept = listings.copy(deep=True)
    first, again = resolving.resolve(listings, AS_OF), resolving.resolve(listings, AS_OF)
    pd.testing.assert_frame_equal(listings, kept)
    for one, other in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_no_listing_gives_no_clinic():
    resolved, fields = resolving.resolve(listing_table(), AS_OF)
    assert list(resolved.columns) == list(resolving.COLUMNS)
    assert resolved.empty
    assert fields.empty


def test_a_listing_that_no_clinic_was_chosen_for_is_named():
    with pytest.raises(SchemaError, match="1 listings belong to no clinic, first 'L2'"):
        resolving.resolve(listing_table({}, {"clinic_id": ""}), AS_OF)


def test_a_bad_listing_is_refused_at_the_door():
    with pytest.raises(SchemaError, match="column 'evidence': 'rumour'"):
        resolving.resolve(listing_table({"evidence": "rumour"}), AS_OF)


# The shipped listings


def test_the_shipped_listings_are_the_clinics_of_the_shipped_release(listings, shipped):
    counts = releases.read_manifest(releases.SHIPPED)["counts"]
    assert len(shipped) == counts["clinics"]
    assert shipped["status"].value_counts().to_dict() == {
        status: counts[status] for status in STATUSES if counts[status]
    }
    assert shipped["listings"].sum() == len(listings)
    resolving.validate(shipped.reset_index())


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("Michigan Progressive Health", ["Royal Oak", "MI", "open"]),
        ("Midwest Ketamine Center", ["Arlington Heights", "IL", "open"]),
        ("Ketamine Clinics of Los Angeles", ["Los Angeles", "CA", "open"]),
        ("Vitalitas Denver", ["Denver", "CO", "open"]),
        ("Neuro-Luminance", ["Centennial", "CO", "open"]),
        ("Herro Medical Center", ["", "", "unconfirmed"]),
        ("Phoenix Ketamine Wellness Center", ["Phoenix", "AZ", "closed"]),
        ("NY Ketamine Infusions", ["New York", "NY", "open"]),
        ("Boston MindCare", ["Lexington", "MA", "open"]),
        ("The Ketamine Institute", ["Sarasota", "FL", "unconfirmed"]),
        ("Alabama Ketamine Clinics", ["", "AL", "unconfirmed"]),
        ("Atlanta Center for Ketamine Therapy", ["Atlanta", "GA", "open"]),
    ],
)
def test_the_twelve_of_the_article(listings, shipped, name, facts):
    clinic = clinic_named(name, listings, shipped)
    assert clinic[["city", "state", "status"]].tolist() == facts


def test_no_shipped_clinic_takes_its_city_from_the_article(listings):
    _, fields = resolving.resolve(listings, AS_OF)
    article = listings.loc[listings["source"].str.startswith("an article"), "listing_id"]
    given = fields[fields["gave"] & fields["listing_id"].isin(article)]
    assert set(given["field"]) <= {"name", "state", "status"}
    assert not given["field"].eq("city").any()


def test_the_chain_that_closed_is_closed_everywhere(shipped):
    chain = shipped[shipped["name"].str.startswith("Ketamine Wellness Centers")]
    assert set(chain["city"]) == {"Phoenix", "Gilbert", "Taylorsville"}
    assert set(chain["status"]) == {"closed"}
    assert set(chain["status_date"]) == {"2023-03-10"}


def test_two_streets_of_one_name_and_city_are_two_clinics(shipped):
    named = shipped["name"].eq("Colorado Psychiatry Solutions")
    assert shipped.loc[named, "street"].nunique() == 3
    assert named.sum() == 3


def test_a_practice_that_gives_two_addresses_says_so_and_is_one_clinic(listings, shipped):
    clinic = clinic_named("Interventional Psychiatry of Arizona", listings, shipped)
    assert clinic["listings"] == 2
    _, fields = resolving.resolve(listings, AS_OF)
    of_street = fields[fields["clinic_id"].eq(clinic.name) & fields["field"].eq("street")]
    assert of_street["agrees"].tolist() == [True, False]


# The clinic table's contract


def located(**facts):
    table, _ = resolving.resolve(listing_table({}), AS_OF)
    later = dict.fromkeys(resolving.LATER_COLUMNS, "")
    later |= {"latitude": 42.4, "longitude": -71.2, "radius_miles": 2.0, "state_fips": "25"}
    return table.assign(**(later | facts))


def test_a_clinic_with_its_point_and_region_is_good():
    for table in (
        located(county_geoid="25017"),
        located(latitude=float("nan"), longitude=float("nan"), radius_miles=float("nan")),
    ):
        assert resolving.validate(table) is table


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"status": "maybe"}, "column 'status': 'maybe' is wrong; use one of open"),
        ({"status_date": "March"}, "column 'status_date'"),
        ({"listings": 0}, "column 'listings': 0 is wrong; count at least one"),
        ({"latitude": 91.0}, "column 'latitude': 91.0"),
        ({"longitude": 181.0}, "column 'longitude': 181.0"),
        ({"latitude": float("nan")}, "column 'latitude': give both coordinates or neither"),
        ({"latitude": 0.0, "longitude": 0.0}, "never 0, 0"),
        ({"radius_miles": -1.0}, "column 'radius_miles'"),
        ({"county_geoid": "1001"}, "column 'county_geoid': '1001' is wrong; write five digits"),
        ({"state": "Massachusetts"}, "Clinic 'a-clinic' .row 1., column 'state'"),
        ({"colour": "red"}, "has the columns"),
    ],
)
def test_a_bad_clinic_names_row_column_and_what_to_do(facts, message):
    with pytest.raises(SchemaError, match=message):
        resolving.validate(located(**facts))


def test_a_clinic_stands_once():
    table = pd.concat([located(), located()])
    with pytest.raises(SchemaError, match=r"row 2\), column 'clinic_id': 'a-clinic' stands twice"):
        resolving.validate(table)


def test_a_missing_column_is_named():
    with pytest.raises(SchemaError, match=r"lacks the columns \['evidence'\]"):
        resolving.validate(located().drop(columns="evidence"))


def test_treatments_of_all_codes_keep_their_order():
    clinic, _ = resolve_one(*[{"treatments": code} for code in reversed(TREATMENTS)])
    assert clinic["treatments"] == ";".join(TREATMENTS)
