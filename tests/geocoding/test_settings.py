"""The settings of geocoding: a default, every value checked, and no key ever shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeocodingError
from geo.geocoding.settings import (
    CensusSettings,
    KeyedSettings,
    NominatimSettings,
    parse_settings,
    read_settings,
)
from geo.geocoding.settings_table import FILE
from geo.places.precision import Precision
from tests.examples import examples

FULL = """
providers = ["census", "nominatim", "opencage"]
contact = "maps@clinic.example"

[census]
benchmark = "Public_AR_Census2020"
batch_rows = 500

[nominatim]
url = "http://127.0.0.1:8088/"
requests_per_second = 20

[opencage]
licence = "ODbL (OpenCage)"
precision = "address"
radius_miles = 0.2
daily_cap = 2500
arguments = { api_key = "s3cret-key" }
"""


@pytest.fixture
def home(tmp_path):
    def write(text):
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_without_a_file_the_census_is_asked(tmp_path):
    (census,) = read_settings(tmp_path).providers

    assert isinstance(census, CensusSettings)
    assert census.benchmark == "Public_AR_Current"
    assert 500 <= census.batch_rows <= 1000
    assert census.batch_timeout_seconds >= 300


def test_everything_is_read(home):
    found = read_settings(home(FULL))
    census, nominatim, opencage = found.providers

    assert found.contact == "maps@clinic.example"
    assert (census.benchmark, census.batch_rows) == ("Public_AR_Census2020", 500)
    assert isinstance(nominatim, NominatimSettings)
    assert (nominatim.url, nominatim.requests_per_second) == ("http://127.0.0.1:8088", 20)
    assert (nominatim.is_public, nominatim.daily_cap) == (False, None)
    assert isinstance(opencage, KeyedSettings)
    assert (opencage.service, opencage.precision) == ("opencage", Precision.ADDRESS)
    assert (opencage.radius_miles, opencage.daily_cap) == (0.2, 2500)
    assert opencage.arguments == {"api_key": "s3cret-key"}


def test_a_keyed_geocoder_is_known_to_the_street_unless_more_is_said():
    (one,) = parse_settings(
        {"providers": ["maps"], "maps": {"service": "here", "licence": "HERE"}}
    ).providers

    assert (one.service, one.precision, one.radius_miles) == ("here", Precision.STREET, None)


def test_a_key_is_in_no_text(home):
    assert "s3cret" not in repr(read_settings(home(FULL)))


@pytest.mark.parametrize(
    ("only", "names"),
    [("gazetteer", []), ("census", ["census"]), ("opencage", ["opencage"])],
)
def test_one_provider_can_be_chosen(home, only, names):
    assert [one.name for one in read_settings(home(FULL), only).providers] == names


def test_a_chosen_provider_keeps_its_table(home):
    text = 'providers = ["census"]\n[nominatim]\nurl = "http://127.0.0.1:8088"'
    (one,) = read_settings(home(text), "nominatim").providers

    assert one.url == "http://127.0.0.1:8088"


def test_an_unknown_provider_is_refused(home):
    with pytest.raises(GeocodingError, match="No provider is called 'google'"):
        read_settings(home(FULL), "google")


PUBLIC = {"providers": ["nominatim"], "contact": "maps@clinic.example"}


def test_the_public_nominatim_is_asked_within_its_policy():
    (one,) = parse_settings(PUBLIC).providers

    assert one.is_public
    assert (one.requests_per_second, one.daily_cap) == (1, 1000)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"providers": ["nominatim"]}, "add `contact`"),
        ({**PUBLIC, "contact": " "}, "add `contact`"),
        ({**PUBLIC, "nominatim": {"requests_per_second": 2}}, "takes 1 request a second"),
        ({**PUBLIC, "nominatim": {"daily_cap": 5000}}, "not for bulk"),
        (
            {"providers": ["nominatim"], "nominatim": {"url": "https://openstreetmap.org/nom"}},
            "add `contact`",
        ),
        ({"contact": "call me"}, "give a mail address"),
        ({"providers": "census"}, "a list of names"),
        ({"providers": ["census", "census"]}, "each once"),
        ({"provider": ["census"]}, "has provider at the top, which nothing reads"),
        ({"census": {"bench": "x"}}, r"has bench at \[census\]"),
        ({"census": {"batch_rows": 10_001}}, "a whole number from 1 to 10000"),
        ({"census": {"batch_rows": 2.5}}, "a whole number"),
        ({"census": {"batch_rows": True}}, "a whole number"),
        ({"census": {"requests_per_second": 0}}, "a number from 0.001"),
        ({"census": {"timeout_seconds": float("nan")}}, "a number from"),
        ({"census": {"daily_cap": 0}}, "daily_cap of .census. in geocoding.toml has to be"),
        ({"census": {"url": "geocoding.geo.census.gov"}}, "an address such as"),
        ({"census": {"url": "ftp://example.org"}}, "an address such as"),
        ({"census": {"url": "http://a:b:c"}}, "an address such as"),
        ({"census": 3}, "a table"),
        ({"providers": ["here"], "here": {}}, "add `licence`"),
        ({"providers": ["here"], "here": {"licence": "x", "precision": "verified"}}, "use one of"),
        ({"providers": ["here"], "here": {"licence": "x", "arguments": "k"}}, "a table"),
    ],
)
def test_what_is_wrong_is_named(document, reason):
    with pytest.raises(GeocodingError, match=reason):
        parse_settings({"providers": ["census"], **document})


def test_a_wrong_value_is_not_shown():
    document = {"providers": ["here"], "here": {"licence": "x", "api_key": "s3cret"}}
    with pytest.raises(GeocodingError) as error:
        parse_settings(document)

    assert "api_key" in str(error.value)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("content", [b"providers = [", b"\xff\xfe", b"a = " + b"[" * 5000])
def test_a_file_that_is_no_toml_is_named(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(GeocodingError, match="is not TOML in UTF-8"):
        read_settings(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / FILE).mkdir()
    with pytest.raises(GeocodingError, match="cannot be read"):
        read_settings(tmp_path)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["url", "licence", "daily_cap", "arguments", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(["providers", "contact", "census", "nominatim", "here"])


@examples(100)
@given(st.dictionaries(KEYS, VALUES | st.just(["census", "nominatim", "here"])))
def test_no_document_raises_anything_else(document):
    try:
        found = parse_settings(document)
    except GeocodingError:
        return
    assert all(one.requests_per_second > 0 for one in found.providers)
