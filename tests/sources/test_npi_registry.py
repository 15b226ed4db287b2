import json
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.clinics.listings import validate
from geo.errors import GeoError, SourceError
from geo.sources import npi_registry
from geo.sources.nppes import provider_records
from tests.examples import examples
from tests.servers.replying import get_here, serve


def place(purpose="LOCATION", **changes):
    return {
        "country_code": "US",
        "address_purpose": purpose,
        "address_1": "100 MAIN ST",
        "address_2": "STE 200",
        "city": "SEATTLE",
        "state": "WA",
        "postal_code": "981011234",
        "telephone_number": "206-555-0100",
    } | changes


def organisation(number="1234567893", name="KETAMINE CARE LLC", **changes):
    return {
        "number": number,
        "enumeration_type": "NPI-2",
        "basic": {
            "organization_name": name,
            "authorized_official_first_name": "JANE",
            "authorized_official_last_name": "ROE",
            "last_updated": "2026-02-03",
            "status": "A",
        },
        "addresses": [place(), place("MAILING", address_1="PO BOX 1", state="OR")],
        "practiceLocations": [],
        "taxonomies": [{"code": "261QM0801X", "primary": True}],
        "other_names": [],
    } | changes


def numbered(at):
    """Return an NPI whose check digit holds."""
    digits = f"{123456000 + at}"
    total = 24 + sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def page(*results):
    return {"result_count": len(results), "results": list(results)}


def read(tmp_path, reply):
    (tmp_path / "page.json").write_text(json.dumps(reply))
    return list(npi_registry.read(tmp_path / "page.json"))


def test_an_organisation_becomes_a_listing(tmp_path):
    (batch,) = read(tmp_path, page(organisation()))
    listing = validate(batch.listings).loc[0]

    assert listing["listing_id"] == "npi_registry:1234567893:0"
    assert listing[["name", "street", "unit", "city", "state", "zip", "phone"]].tolist() == [
        "KETAMINE CARE LLC", "100 MAIN ST", "STE 200", "SEATTLE", "WA", "98101", "+12065550100",
    ]  # fmt: skip
    assert listing[["npi", "evidence", "source_date", "source_url"]].tolist() == [
        "1234567893",
        "registry",
        "2026-02-03",
        "https://npiregistry.cms.hhs.gov/provider-view/1234567893",
    ]
    assert "ROE" not in listing["raw"]
    assert json.loads(listing["raw"])["address_1"] == "100 MAIN ST"


def test_each_practice_location_is_a_listing_whatever_their_order(tmp_path):
    others = [place(city="TACOMA"), place(city="YAKIMA")]
    (one,) = read(tmp_path, page(organisation(practiceLocations=others)))
    (two,) = read(tmp_path, page(organisation(practiceLocations=others[::-1])))
    ids = dict(zip(one.listings["city"], one.listings["listing_id"], strict=True))

    assert list(ids) == ["SEATTLE", "TACOMA", "YAKIMA"]
    assert dict(zip(two.listings["city"], two.listings["listing_id"], strict=True)) == ids


def test_a_location_that_repeats_the_first_is_rejected(tmp_path):
    again = place(address_1="100  main st")
    (batch,) = read(tmp_path, page(organisation(practiceLocations=[again, place(city="TACOMA")])))

    assert batch.listings["city"].tolist() == ["SEATTLE", "TACOMA"]
    assert batch.rejects["reason"].tolist() == ["it repeats the organisation's first location"]


def test_the_full_file_gives_a_location_the_same_key(tmp_path):
    (batch,) = read(tmp_path, page(organisation(practiceLocations=[place(city="TACOMA")])))
    columns = provider_records.SECONDARY
    row = {
        columns.line_1: "100 Main St",
        columns.line_2: "Ste 200",
        columns.city: "Tacoma",
        columns.state: "WA",
        columns.zip: "98101",
    }
    key = provider_records.key_address(row, columns)

    assert batch.listings["listing_id"].tolist()[1] == f"npi_registry:1234567893:{key}"


FORMER = {"organization_name": "Spravato Infusions", "code": "4", "type": "Former"}


def test_a_former_name_is_not_shown(tmp_path):
    (batch,) = read(tmp_path, page(organisation(name="CALM KETAMINE", other_names=[FORMER])))

    assert batch.listings[["name", "treatments"]].to_numpy().tolist() == [["CALM KETAMINE", ""]]


@pytest.mark.parametrize("changes", [{}, {"code": "", "type": "Former Legal Business Name"}])
def test_a_former_name_alone_makes_no_clinic_of_an_organisation(tmp_path, changes):
    former = FORMER | changes
    (batch,) = read(tmp_path, page(organisation(name="CALM LLC", other_names=[former])))

    assert (len(batch.listings), batch.not_relevant) == (0, 1)


def test_persons_and_other_names_are_not_relevant(tmp_path):
    (batch,) = read(
        tmp_path,
        page(
            organisation("1", enumeration_type="NPI-1"),
            organisation("2", name="CALM LLC"),
            organisation(name="CALM LLC", other_names=[{"organization_name": "Spravato Center"}]),
        ),
    )

    assert (batch.read, batch.not_relevant) == (3, 2)
    assert batch.listings[["name", "treatments"]].to_numpy().tolist() == [
        ["Spravato Center", "esketamine"]
    ]


def test_a_deactivated_npi_is_a_notice(tmp_path):
    basic = organisation()["basic"] | {"status": "D", "deactivation_date": "2026-01-02"}
    (batch,) = read(tmp_path, page(organisation(basic=basic)))

    assert batch.listings.empty
    assert batch.rejects["reason"].tolist() == ["the registry says that its NPI is deactivated"]
    assert batch.notices[["npi", "kind", "date"]].to_numpy().tolist() == [
        ["1234567893", "deactivated", "2026-01-02"]
    ]


def test_what_cannot_be_a_listing_is_rejected_with_its_reason(tmp_path):
    (batch,) = read(
        tmp_path,
        page(
            organisation("1", addresses=[]),
            organisation("2", addresses=[place(state="ON")]),
            organisation("3", addresses=[place(country_code="CO", state="CO")]),
            organisation(number=None),
            "text",
        ),
    )

    assert batch.rejects["reason"].tolist() == [
        "it has no practice location",
        "state: 'ON' is no state of the US",
        "state: 'CO, CO' is no state of the US",
        "it has no NPI",
        "it is no JSON object",
    ]
    assert batch.read == 5


def test_a_record_in_two_replies_is_read_once(tmp_path):
    batches = read(tmp_path, [page(organisation()), page(organisation())])

    assert sum(batch.read for batch in batches) == 1


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ({"Errors": [{"description": "Field wrong", "number": "08"}]}, "Field wrong"),
        ({"Errors": "?"}, "it says no more"),
        ({"result_count": 0}, "no list 'results'"),
        ({"elements": []}, "only elements"),
        ([page(), 3], "must be a JSON object"),
    ],
)
def test_a_reply_that_is_an_error_raises(tmp_path, reply, told):
    with pytest.raises(SourceError, match=told):
        read(tmp_path, reply)


def answer_of(total):
    """Return a registry with so many records that begin with ketamine, and none other."""

    def answer(path):
        query = parse_qs(urlsplit(path).query)
        skip, limit = int(query["skip"][0]), int(query["limit"][0])
        asked = query["organization_name"] == ["ketamine*"]
        last = min(total if asked else 0, skip + limit)
        results = [organisation(numbered(at)) for at in range(skip, last)]
        return 200, {}, json.dumps(page(*results)).encode()

    return answer


@pytest.mark.parametrize(
    ("total", "pages", "notices"), [(0, 1, 0), (200, 2, 0), (450, 3, 0), (1300, 6, 1)]
)
def test_fetching_pages_within_the_registrys_limits(total, pages, notices):
    with serve(answer_of(total)) as server:
        batches = list(npi_registry.fetch(get_here, server.url))

    assert len(server.paths) == pages + 2
    assert all(path.startswith("/api/?version=2.1&") for path in server.paths)
    listings = pd.concat([batch.listings for batch in batches])
    assert len(validate(listings.reset_index(drop=True))) == min(total, 1200)
    told = pd.concat([batch.notices for batch in batches])
    assert told["kind"].tolist() == ["truncated"] * notices


def test_saved_pages_tell_when_the_registrys_limit_was_reached(tmp_path):
    results = [organisation(numbered(at)) for at in range(1200)]
    pages = [page(*results[at : at + 200]) for at in range(0, 1200, 200)]

    assert pd.concat([b.notices for b in read(tmp_path, pages)])["kind"].tolist() == ["truncated"]
    assert all(b.notices.empty for b in read(tmp_path, pages[:-1]))


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"[]", b'{"Errors": []}', b"{"])
def test_a_fetched_error_raises(body):
    with serve([(200, {}, body)]) as server, pytest.raises(SourceError):
        list(npi_registry.fetch(get_here, server.url))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*organisation(), *place(), "organization_name"]), inner)
    ),
    max_leaves=12,
)


@examples(40)
@given(json_values, st.sampled_from(list(organisation())))
def test_any_json_gives_batches_or_our_error(tmp_path_factory, value, key):
    folder = tmp_path_factory.mktemp("any")
    read(folder, page(value, organisation(**{key: value})))
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
        list(npi_registry.read(file))
