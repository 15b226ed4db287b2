"""The offline geocoder: geopy's interface, and the positions it gives to clinics."""

import socket

import pandas as pd
import pytest
from geopy.exc import GeocoderQueryError, GeocoderUnavailable
from geopy.extra.rate_limiter import RateLimiter

from geo import reference
from geo.errors import SchemaError
from geo.geocoding.gazetteer import Gazetteer, locate_clinics
from geo.places import PlaceFinder


@pytest.fixture(scope="module")
def zips():
    return reference.load("zips").set_index("zip")


@pytest.fixture(scope="module")
def gazetteer(zips):
    return Gazetteer(
        PlaceFinder(zips.reset_index(), reference.load("cities"), reference.load("states"))
    )


def clinics(*records):
    return pd.DataFrame(records, columns=["city", "state", "zip"], dtype="str").assign(
        clinic_id=[f"c{row}" for row in range(len(records))]
    )


def test_text_is_geocoded_with_its_precision(gazetteer, zips):
    location = gazetteer.geocode("233 S Wacker Dr, Chicago, IL 60606")

    assert location.address == "Chicago, IL 60606"
    assert location.point[:2] == tuple(zips.loc["60606", ["latitude", "longitude"]])
    assert location.raw == {
        "kind": "address", "precision": "zip", "radius_miles": 1.0, "zip": "60606",
        "city": "Chicago", "state": "IL", "note": "We matched the ZIP, not the street.",
    }  # fmt: skip


def test_parts_are_geocoded_and_the_street_is_not_used(gazetteer):
    by_city = gazetteer.geocode({"street": "1 Elm St", "city": "Chicago", "state": "Illinois"})
    by_zip = gazetteer.geocode({"city": "Chicago", "state": "IL", "zip": "60601-1234"})

    assert (by_city.address, by_city.raw["precision"]) == ("Chicago, IL", "city")
    assert (by_zip.address, by_zip.raw["precision"]) == ("Chicago, IL 60601", "zip")


def test_the_first_of_a_tie_is_never_taken_silently(gazetteer):
    assert gazetteer.geocode("Springfield") is None
    several = gazetteer.geocode("Springfield", exactly_one=False)
    assert len(several) > 20
    assert several[0].address == "Springfield, MO"


def test_one_match_as_a_list(gazetteer):
    assert [found.address for found in gazetteer.geocode("60601", exactly_one=False)] == [
        "Chicago, IL 60601"
    ]


@pytest.mark.parametrize("query", ["Chicgo", "Illinois", "", "09012", {"zip": "99999"}, {}])
def test_no_match_is_none(gazetteer, query):
    assert gazetteer.geocode(query) is None
    assert gazetteer.geocode(query, exactly_one=False) is None


def test_an_unknown_part_is_refused(gazetteer):
    with pytest.raises(GeocoderQueryError, match="postcode"):
        gazetteer.geocode({"postcode": "60601"})


def test_nothing_is_requested(gazetteer, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)

    assert gazetteer.geocode("Chicago, IL").latitude > 41
    with pytest.raises(GeocoderUnavailable, match="offline"):
        gazetteer._call_geocoder("https://example.org", lambda reply: reply)


def test_it_works_with_the_rest_of_geopy(gazetteer):
    limited = RateLimiter(gazetteer.geocode, min_delay_seconds=0, swallow_exceptions=False)

    assert limited("60601").address == "Chicago, IL 60601"


LOCATED = [
    # city, state, ZIP -> precision, label of the place
    (("Chicago", "IL", "60601"), "zip", "Chicago, IL 60601"),
    (("Chicago", "IL", "60690"), "zip_po_box", "Chicago, IL 60690"),
    (("Chicago", "IL", ""), "city", "Chicago, IL"),
    (("", "", "60601"), "zip", "Chicago, IL 60601"),
    (("", "IL", "60601"), "zip", "Chicago, IL 60601"),
    (("Vestavia Hills", "AL", "35216"), "zip", "Birmingham, AL 35216"),
    (("Kingwood", "TX", "77339"), "zip", "Kingwood, TX 77339"),
    (("Nosuchtown", "IL", "60601"), "zip", "Chicago, IL 60601"),
    # a ZIP of another state, an unknown one, a military one, one far from the city
    (("Chicago", "IL", "53202"), "city", "Chicago, IL"),
    (("Chicago", "IL", "99999"), "city", "Chicago, IL"),
    (("Chicago", "IL", "09012"), "city", "Chicago, IL"),
    (("Aurora", "IL", "62701"), "city", "Aurora, IL"),
    (("saint paul", "MN", ""), "city", "Saint Paul, MN"),
    (("Brooklyn", "NY", ""), "city", "Brooklyn, NY"),
]


@pytest.mark.parametrize(("record", "precision", "label"), LOCATED)
def test_a_record_is_located_by_zip_then_city(gazetteer, record, precision, label):
    place = gazetteer.locate(*record).place

    assert (place.precision, place.label) == (precision, label)


@pytest.mark.parametrize(
    ("city", "state", "code"),
    [
        ("", "", ""),
        ("", "IL", ""),
        ("Chicago", "", ""),  # no city is guessed without its state
        ("", "IL", "53202"),  # a state is not overruled by a ZIP
        ("Nosuchtown", "IL", ""),
        ("", "", "09012"),
    ],
)
def test_what_cannot_be_located_is_not_guessed(gazetteer, city, state, code):
    assert gazetteer.locate(city, state, code) is None


def test_clinics_get_positions_and_keep_their_rows(gazetteer, zips):
    table = clinics(("Chicago", "IL", "60601"), ("", "AR", ""), ("Boise", "ID", ""))
    before = table.copy()
    located = locate_clinics(table, gazetteer, "2026-11-01")

    pd.testing.assert_frame_equal(table, before)
    assert list(located["clinic_id"]) == ["c0", "c1", "c2"]
    assert list(located["precision"]) == ["zip", "none", "city"]
    assert list(located["geocoder"]) == ["gazetteer", "", "gazetteer"]
    assert list(located["geocoded_date"]) == ["2026-11-01", "", "2026-11-01"]
    assert list(located["latitude"].isna()) == [False, True, False]
    assert located.loc[0, "latitude"] == zips.loc["60601", "latitude"]
    assert located.loc[0, "radius_miles"] == zips.loc["60601", "radius_miles"]


def test_the_licence_is_that_of_the_point(gazetteer, zips):
    sources = {
        "geonames": "CC BY 4.0 (GeoNames)",
        "gazetteer": "public domain (US Census)",
        "zipcodes": "MIT (zipcodes)",
    }
    codes = {source: zips.index[zips["point_source"] == source][0] for source in sources}
    table = clinics(*(("", "", code) for code in codes.values()), ("Boise", "ID", ""))
    located = locate_clinics(table, gazetteer, "2026-11-01")

    assert list(located["coordinate_licence"]) == [*sources.values(), "CC BY 4.0 (GeoNames)"]


@pytest.mark.parametrize("rows", [0, 2])
def test_the_columns_have_one_type_whatever_the_rows(gazetteer, rows):
    located = locate_clinics(clinics(*[("", "", "")] * rows), gazetteer, "2026-11-01")

    for column in ("latitude", "longitude", "radius_miles"):
        assert located[column].dtype == "float64"
    for column in ("precision", "geocoder", "geocoded_date", "coordinate_licence"):
        assert located[column].dtype == "str"


def test_a_missing_column_is_named(gazetteer):
    with pytest.raises(SchemaError, match="lacks the columns zip"):
        locate_clinics(clinics().drop(columns="zip"), gazetteer, "2026-11-01")
