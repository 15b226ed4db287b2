import csv
import json
import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import sources
from geo.clinics.listings import COLUMNS, validate
from geo.errors import GeoError, SourceError
from geo.exporting.formulas import escape_formula, restore
from geo.sources import cleaning, descriptors, form_cleaning
from geo.sources.reading import (
    BATCH_SIZE,
    FIELDS,
    BatchBuilder,
    clean_key,
    hash_key,
)
from geo.sources.rejects import REASON, write_rejects
from geo.sources.replies import as_text, parse, read_replies
from tests.examples import examples
from tests.servers.replying import get_here, serve

TODAY = date(2026, 6, 30)


@pytest.fixture
def builder():
    return BatchBuilder(
        name="made", title="a made source", url="https://x.org/", evidence="press", today=TODAY
    )


def take(builder):
    batch = builder.take()
    assert batch.read == batch.not_relevant + len(batch.listings) + len(batch.rejects)
    validate(batch.listings)
    return batch


def test_a_record_becomes_a_listing_in_its_form(builder):
    builder.add(
        "7",
        {
            "name": "  Calm\tKetamine   Infusion ",
            "street": "100 Main St\nSte 4",
            "city": "Seattle,",
            "state": "washington",
            "zip": "981011234",
            "phone": "(206) 555-0100 ext. 3",
            "website": "Calm.Example.org/Here",
            "npi": "1234567893",
            "source_date": "3/10/2026",
        },
        raw={"NAME": "Calm"},
        point=("47.6", -122.3),
        point_licence="free",
    )
    batch = take(builder)

    assert batch.listings.loc[0].to_dict() == dict.fromkeys(COLUMNS, "") | {
        "listing_id": "made:7",
        "name": "Calm Ketamine Infusion",
        "street": "100 Main St",
        "unit": "Ste 4",
        "city": "Seattle",
        "state": "WA",
        "zip": "98101",
        "phone": "+12065550100",
        "website": "https://calm.example.org/Here",
        "treatments": "iv",
        "npi": "1234567893",
        "evidence": "press",
        "source": "a made source",
        "source_url": "https://x.org/",
        "source_date": "2026-03-10",
        "raw": '{"NAME": "Calm"}',
    }
    assert batch.points.to_dict("records") == [
        {"listing_id": "made:7", "latitude": 47.6, "longitude": -122.3, "licence": "free"}
    ]
    assert batch.cleared_fields.empty


def test_an_optional_field_that_cannot_be_used_is_emptied_and_told(builder):
    fields = {
        "name": "Calm",
        "state": "WA",
        "zip": "9810",
        "phone": "911",
        "website": "none",
        "treatments": "hypnosis",
        "npi": "1234567890",
        "operating": "zone 4",
        "operating_date": "2026-13",
        "source_url": "mailto:a@example.org",
        "source_date": "2026-07-01",
    }
    builder.add("7", fields, raw={}, point=(-122.3, 47.6))
    batch = take(builder)
    cleared_fields = batch.cleared_fields.set_index("column")

    assert cleared_fields.index.tolist() == [*list(fields)[2:], "coordinates"]
    assert set(cleared_fields["listing_id"]) == {"made:7"}
    assert cleared_fields.loc["phone", "was"] == "911"
    assert cleared_fields.loc["source_date", "reason"] == "'2026-07-01' lies in the future"
    assert cleared_fields.loc["npi", "reason"].endswith("its check digit is wrong")
    assert "look swapped" in cleared_fields.loc["coordinates", "reason"]
    assert batch.listings.loc[0, "operating"] == "unconfirmed"
    left = batch.listings.loc[0, list(fields)[2:]].drop("operating")
    assert left.replace("https://x.org/", "").eq("").all()
    assert batch.points.empty


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": "WA"}, "it has no name"),
        ({"name": "\u200b \n", "state": "WA"}, "it has no name"),
        ({"name": "Calm"}, "it has no state"),
        ({"name": "Calm", "state": "ZZ"}, "state: 'ZZ' is no state of the US"),
        ({"state": "BC"}, "it has no name; state: 'BC' is no state of the US"),
    ],
)
def test_without_a_name_or_a_state_a_record_is_rejected(builder, fields, reason):
    builder.add("7", fields, raw={"a": 1}, line=12)

    assert take(builder).rejects.to_dict("records") == [
        {"line": 12, "record": "7", "reason": reason, "raw": '{"a": 1}'}
    ]


def test_a_key_that_came_before_is_rejected_even_in_a_later_batch(builder):
    builder.add("7", {"name": "Calm", "state": "WA"}, raw={})
    take(builder)
    builder.add("7", {"name": "Calm", "state": "WA"}, raw={})

    assert take(builder).rejects["reason"].tolist() == ["an earlier record has its key '7' too"]


def test_counts_begin_anew_with_each_batch(builder):
    builder.skip(3)
    builder.note("1234567893", "deactivated", "2026-01-01", "why")
    first, second = take(builder), take(builder)

    assert (first.read, first.not_relevant, len(first.notices)) == (3, 3, 1)
    assert (second.read, second.not_relevant, len(second.notices)) == (0, 0, 0)


def test_a_builder_is_full_at_the_size_of_a_batch(builder):
    for at in range(BATCH_SIZE - 1):
        builder.reject(str(at), "why", raw={})
    assert not builder.full
    builder.reject("last", "why", raw={})
    assert builder.full


texts = st.text(max_size=30) | st.sampled_from(["WA", "+12065550100", "\ud800", "2026", "=1+1"])


@examples(25)
@given(
    st.lists(st.tuples(texts, st.dictionaries(st.sampled_from(FIELDS), texts)), max_size=3),
    st.none() | st.tuples(texts, st.floats()),
)
def test_whatever_a_record_says_it_is_counted_and_valid(records, point):
    builder = BatchBuilder(name="made", title="made", url="", evidence="press", today=TODAY)
    for key, fields in records:
        builder.add(key, {"state": "WA"} | fields, raw=fields, point=point)

    assert take(builder).read == len(records)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("206.555.0100", "+12065550100"),
        ("206 555 0100 / 206 555 0101", "+12065550100"),
        ("call us; +1 206-555-0100", "+12065550100"),
        ("1-800-KETAMIN", "+18005382646"),
        ("(503) 555-CALM", "+15035552256"),
        ("Clinic 112 of the West", ""),
        ("+44 20 7946 0958", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_phones(text, value):
    assert cleaning.clean_phone(text).value == value
    assert bool(cleaning.clean_phone(text).reason) is bool(text and not value)


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("98101", "WA", "98101"),
        ("98101-1234", "WA", "98101"),
        ("2139", "MA", "02139"),
        ("21391234", "MA", "02139"),
        ("901", "PR", "00901"),
        ("2139", "WA", ""),
        ("00000", "WA", ""),
        ("9810A", "WA", ""),
        ("٩٨١٠١", "WA", ""),
    ],
)
def test_zips(text, state, value):
    assert cleaning.clean_zip(text, state).value == value
    assert bool(cleaning.clean_zip(text, state).reason) is not bool(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026", "2026"),
        ("2026-03", "2026-03"),
        ("2026-03-10T12:00:00Z", "2026-03-10"),
        ("2026-03-10 00:00:00", "2026-03-10"),
        ("March 10, 2026", "2026-03-10"),
        ("12/31/25", "2025-12-31"),
        ("2026-02-30", ""),
        ("2026-06-30", "2026-06-30"),
        ("2026-07", ""),
        ("yesterday", ""),
    ],
)
def test_dates(text, value):
    assert cleaning.clean_date(text, TODAY).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("example.org", "https://example.org/"),
        ("HTTP://Example.org?a=b", "http://example.org/?a=b"),
        ("https://a.org; https://b.org", "https://a.org/"),
        ("münchen.example", "https://xn--mnchen-3ya.example/"),
        ("a@example.org", ""),
        ("https://[::1/", ""),
        ("javascript:alert(1)", ""),
        ("https://a.org:99999/", ""),
    ],
)
def test_websites(text, value):
    assert cleaning.clean_website(text).value == value


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ((47.6, -122.3), ""),
        (("13.4", "144.8"), ""),
        ((-122.3, 47.6), "latitude and longitude look swapped"),
        ((47.6, 122.3), "lack its minus sign"),
        ((0, 0), "outside of the US"),
        (("47.6", ""), "one is missing"),
        (("N47", "W122"), "are no latitude and longitude"),
        ((math.nan, math.inf), "outside of the US"),
        ((None, ""), ""),
    ],
)
def test_points(point, told):
    assert told in cleaning.clean_point(*point).reason
    assert bool(told) is bool(cleaning.clean_point(*point).reason)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Ketamine Wellness Center", ""),
        ("Spravato and IV ketamine", "iv;esketamine"),
        ("KETAMINE INFUSIONS OF IDAHO", "iv"),
        ("Ketamine-assisted psychotherapy", "assisted_therapy"),
        ("esketamine; iv", "iv;esketamine"),
        ("oral, nasal", "oral;nasal"),
        ("I'm well", ""),
        ("IM and at-home", "im;at_home"),
    ],
)
def test_treatments_are_those_named_outright(text, codes):
    assert form_cleaning.find_treatments(text) == codes


def test_keys_never_become_one_another():
    assert clean_key("node:12") == "node:12"
    assert len({clean_key(key) for key in ("a b", "a-b", "a/b", "a  b", "", " ", "é")}) == 7
    assert len(clean_key("x" * 999)) < 80
    assert hash_key("Calm  Clinic", "WA") == hash_key("calm clinic ", "wa") != hash_key("calm", "")


@given(st.text(max_size=20))
def test_what_is_escaped_is_restored(text):
    text = text.replace("\r", "")

    assert restore(escape_formula(text)) == text or text.startswith("'")


def test_rejects_are_written_with_their_own_columns_and_the_reason(builder, tmp_path):
    builder.reject("1", "no name", raw={"Name": "", "Sum": "=1+1", "Tags": ["a"]})
    builder.reject("2", "no state", raw={"Name": "Café\ud800", "Other": None, REASON: "old"})
    write_rejects(builder.take().rejects, tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert rows == [
        {"Name": "", "Sum": "'=1+1", "Tags": '["a"]', "Other": "", REASON: "no name"},
        {"Name": "Café?", "Sum": "", "Tags": "", "Other": "", REASON: "no state"},
    ]


def test_rejects_that_cannot_be_written_say_so(builder, tmp_path):
    with pytest.raises(SourceError, match="choose another place"):
        write_rejects(builder.take().rejects, tmp_path)


def test_replies_are_read_page_by_page_in_order(tmp_path):
    for page in (10, 2):
        (tmp_path / f"page{page}.json").write_text(json.dumps([{"page": page}, {}]))

    assert [reply for _, reply in read_replies(tmp_path)] == [{"page": 2}, {}, {"page": 10}, {}]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\n<!DOCTYPE html>", "web page"),
        (b'{"a": 1', "cut off"),
        (b"[" * 100_000, "nested deeper than 200 levels"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[1]", "must be a JSON object"),
        (b"", "cut off"),
    ],
)
def test_what_is_no_reply_says_what_it_is(tmp_path, content, told):
    (tmp_path / "page.json").write_bytes(content)

    with pytest.raises(SourceError, match=told):
        list(read_replies(tmp_path / "page.json"))


def test_missing_and_vast_replies(tmp_path):
    with pytest.raises(SourceError, match=r"holds no \.json file"):
        list(read_replies(tmp_path))
    with pytest.raises(SourceError, match="cannot be read"):
        list(read_replies(tmp_path / "none.json"))
    with (tmp_path / "vast.json").open("wb") as file:
        file.truncate(1_000_000_000)
    with pytest.raises(SourceError, match="larger than 50 MB"):
        list(read_replies(tmp_path / "vast.json"))


def test_numbers_that_are_none_become_null():
    assert parse(b"[NaN, -Infinity, 1e999, 1.5]", "it") == [None, None, None, 1.5]
    assert as_text(98101.0) == "98101"
    assert as_text(-122.31234567890123) == "-122.312345678901"
    assert as_text([1]) == as_text(None) == as_text(True) == ""  # noqa: FBT003


def test_a_service_that_fails_is_asked_again_as_it_wishes():
    waits = []
    with serve([(429, {"Retry-After": "7"}, b""), (503, {}, b""), (200, {}, b"ok")]) as server:
        assert get_here(server.url, waits.append) == b"ok"
    assert waits == [7.0, 4.0]


def test_a_service_that_refuses_is_not_asked_again():
    with serve([(403, {}, b"")]) as server:
        with pytest.raises(SourceError, match="status 403"):
            get_here(server.url, pytest.fail)
        assert len(server.paths) == 1
    waits = []
    with pytest.raises(SourceError, match="cannot be reached"):
        get_here(server.url, waits.append)
    assert waits == [2.0, 4.0, 8.0]
    with pytest.raises(SourceError, match="no address to fetch"):
        get_here("http://a:b/", waits.append)


def test_sources_are_got_by_name():
    for source in descriptors.SOURCES:
        if not source.reader:
            continue
        module = sources.get(source.name)
        assert module.SOURCE is source
        assert callable(module.read)
        assert bool(source.service) == hasattr(module, "fetch")
    with pytest.raises(GeoError, match="There is no source 'yelp'; there are nppes, npi_registry"):
        sources.get("yelp")
    with pytest.raises(GeoError, match="Nothing is to be read of the site's operator"):
        sources.get("operator")


def test_an_empty_batch_has_typed_tables(builder):
    batch = take(builder)

    assert batch.points.dtypes.astype("str").tolist() == ["str", "float64", "float64", "str"]
    assert batch.rejects.dtypes.astype("str").tolist() == ["int64", "str", "str", "str"]
    assert isinstance(batch.listings, pd.DataFrame)
