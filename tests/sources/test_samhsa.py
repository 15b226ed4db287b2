import json
import os
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.clinics.listings import validate
from geo.errors import GeoError, SourceError
from geo.sources import samhsa
from tests.examples import examples
from tests.servers.replying import get_here, serve


def facility(**changes):
    return {
        "_irow": 1,
        "frid": "a1b2c3",
        "name1": "Calm Behavioral Health",
        "name2": "North Clinic",
        "street1": "100 Main Street",
        "street2": "Suite 200",
        "city": "Seattle",
        "state": "WA",
        "zip": "98101",
        "phone": "206-555-0100",
        "intake1": "206-555-0199",
        "website": "http://www.example.org",
        "latitude": "47.6097",
        "longitude": "-122.3331",
        "miles": 1.2,
        "typeFacility": "MH",
        "services": [
            {"f1": "Type of Care", "f2": "TC", "f3": "Mental health treatment; at home visits"},
            {"f1": "Pharmacotherapies", "f2": "KIT", "f3": "Ketamine Infusion Therapy; Esketamine"},
        ],
    } | changes


def page(*rows, records=None, pages=1):
    count = len(rows) if records is None else records
    return {"page": 1, "totalPages": pages, "recordCount": count, "rows": list(rows)}


def read(tmp_path, reply, **options):
    (tmp_path / "page.json").write_text(json.dumps(reply))
    return list(samhsa.read(tmp_path / "page.json", **options))


def test_a_facility_becomes_a_listing_with_its_point(tmp_path):
    (batch,) = read(tmp_path, page(facility()), source_date="2026-03-01")
    listing = validate(batch.listings).loc[0]

    assert listing[["listing_id", "name", "street", "unit", "phone", "website"]].tolist() == [
        "samhsa:a1b2c3",
        "Calm Behavioral Health, North Clinic",
        "100 Main Street",
        "Suite 200",
        "+12065550100",
        "http://www.example.org/",
    ]
    assert listing[["treatments", "evidence", "source_date"]].tolist() == [
        "iv;esketamine", "registry", "2026-03-01",
    ]  # fmt: skip
    assert batch.points.to_numpy().tolist() == [
        ["samhsa:a1b2c3", 47.6097, -122.3331, "public domain (SAMHSA)"]
    ]


def test_the_classes_of_services_tell_payment_languages_and_ages(tmp_path):
    funding = (
        "Cash or self-payment; Federal military insurance (e.g., TRICARE); Medicare; Private health "
        "insurance; State-financed health insurance plan other than Medicaid"
    )
    told = [
        ("Pharmacotherapies", "Esketamine"),
        ("Payment/Insurance/Funding Accepted", funding),
        ("Payment Assistance Available", "Sliding fee scale (fee is based on income)"),
        ("Language Services", "Sign language services for the deaf and hard of hearing; Spanish"),
        ("Age Groups Accepted", "Young adults; Seniors"),
        ("Special Programs/Groups Offered", "Children with serious emotional disturbance; French"),
    ]
    services = [{"f1": group, "f2": "", "f3": text} for group, text in told]
    (batch,) = read(tmp_path, page(facility(services=services)))

    assert validate(batch.listings).loc[0, ["payment", "languages", "ages"]].tolist() == [
        "private_insurance;medicare;tricare_va;self_pay;sliding_scale",
        "es;ase",
        "young_adults;seniors",
    ]


@pytest.mark.parametrize(
    ("changes", "relevant"),
    [
        ({"services": []}, False),
        ({"services": [], "name2": "Spravato Center"}, True),
        ({"services": [{"f2": "PHR", "f3": "ESKETAMINE"}]}, True),
        ({"services": [{"f2": "PHR", "f3": "Lithium"}]}, False),
        ({"services": None, "website": "https://ketamine.example.org"}, False),
    ],
)
def test_only_facilities_that_name_it_are_relevant(tmp_path, changes, relevant):
    (batch,) = read(tmp_path, page(facility(**changes)))

    assert (len(batch.listings), batch.not_relevant) == (int(relevant), int(not relevant))


def test_a_facility_without_an_id_keeps_its_key(tmp_path):
    (one,) = read(tmp_path, page(facility(frid=None)))
    (two,) = read(tmp_path, page(facility(frid="", phone="")))

    assert one.listings["listing_id"].tolist() == two.listings["listing_id"].tolist()


def test_a_row_that_cannot_be_a_listing_is_rejected(tmp_path):
    (batch,) = read(tmp_path, page(facility(state=""), 7, facility(), facility()))

    assert batch.rejects["reason"].tolist() == [
        "it has no state",
        "it is no JSON object",
        "an earlier record has its key 'a1b2c3' too",
    ]


def test_swapped_coordinates_are_left_out_and_told(tmp_path):
    (batch,) = read(tmp_path, page(facility(latitude="-122.3", longitude="47.6")))

    assert batch.points.empty
    assert "look swapped" in batch.cleared_fields["reason"].item()


def test_without_a_date_the_files_last_change_counts(tmp_path):
    file = tmp_path / "page.json"
    file.write_text(json.dumps(page(facility())))
    os.utime(file, (1_767_225_600, 1_767_225_600))

    assert next(samhsa.read(file)).listings["source_date"].tolist() == ["2026-01-01"]


def test_missing_pages_are_told(tmp_path):
    (batch,) = read(tmp_path, page(facility(), records=2001, pages=2))

    assert batch.notices["kind"].tolist() == ["truncated"]
    assert "hold 1 of 2,001" in batch.notices["reason"].item()


def answer(path):
    query = parse_qs(urlsplit(path).query)
    at = int(query["page"][0])
    rows = [facility(frid=f"{at}-{n}") for n in range(2 if at < 3 else 1)]
    return 200, {}, json.dumps(page(*rows, records=5, pages=3)).encode()


def test_fetching_all_pages():
    with serve(answer) as server:
        batches = list(samhsa.fetch(get_here, server.url))

    assert len(server.paths) == 3
    assert all(path.startswith("/locator/exportsAsJson/v2?sType=MH&") for path in server.paths)
    assert pd.concat([batch.listings for batch in batches])["listing_id"].nunique() == 5
    assert all(batch.notices.empty for batch in batches)


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"[]", b'{"rows": {}}', b"{"])
def test_a_fetched_error_raises(body):
    with serve([(200, {}, body)]) as server, pytest.raises(SourceError):
        list(samhsa.fetch(get_here, server.url))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*page(), *facility(), "f2", "f3"]), inner)
    ),
    max_leaves=12,
)


@pytest.mark.long
@examples(40)
@given(json_values, st.sampled_from(list(facility())))
def test_any_json_gives_batches_or_our_error(tmp_path_factory, value, key):
    folder = tmp_path_factory.mktemp("any")
    read(folder, page(value, facility(**{key: value}), records=value))
    try:
        read(folder, value)
    except GeoError:
        return


@examples(40)
@given(st.binary(max_size=60))
def test_any_bytes_give_our_error(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("any") / "page.json"
    file.write_bytes(data)
    with pytest.raises(GeoError):
        list(samhsa.read(file))
