import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.clinics.licensing import ODBL, Licence
from geo.clinics.listings import validate
from geo.errors import GeoError, SourceError
from geo.sources import osm
from tests.examples import examples
from tests.servers.replying import get_here, serve

TAGS = {
    "amenity": "clinic",
    "healthcare": "clinic",
    "name": "Calm Ketamine Clinic",
    "addr:housenumber": "100",
    "addr:street": "Main Street",
    "addr:unit": "4",
    "addr:city": "Seattle",
    "addr:state": "WA",
    "addr:postcode": "98101",
    "phone": "+1 206-555-0100;+1 206-555-0101",
    "website": "https://example.org",
    "opening_hours": "Mo-Fr 09:00-17:00",
    "operator": "Jane Roe MD",
}


def node(number=7, tags=TAGS, **changes):
    return {
        "type": "node",
        "id": number,
        "lat": 47.6097,
        "lon": -122.3331,
        "timestamp": "2026-02-03T04:05:06Z",
        "user": "mapper",
        "tags": tags,
    } | changes


def reply(*elements, **changes):
    return {
        "version": 0.6,
        "osm3s": {"timestamp_osm_base": "2026-05-01T00:00:00Z"},
        "elements": list(elements),
    } | changes


def read(tmp_path, value):
    (tmp_path / "reply.json").write_text(json.dumps(value))
    return list(osm.read(tmp_path / "reply.json"))


def read_one(tmp_path, element):
    (batch,) = read(tmp_path, reply(element))
    assert batch.rejects.empty
    return validate(batch.listings).loc[0]


def test_an_element_becomes_a_listing_under_the_odbl(tmp_path):
    (batch,) = read(tmp_path, reply(node()))
    listing = validate(batch.listings).loc[0]

    assert listing[["listing_id", "name", "street", "unit", "city", "state", "zip"]].tolist() == [
        "osm:node:7", "Calm Ketamine Clinic", "100 Main Street", "4", "Seattle", "WA", "98101",
    ]  # fmt: skip
    assert listing[["phone", "website", "operating", "source_date", "source_url"]].tolist() == [
        "+12065550100",
        "https://example.org/",
        "",
        "2026-02-03",
        "https://www.openstreetmap.org/node/7",
    ]
    raw = json.loads(listing["raw"])
    assert raw["tags"]["opening_hours"] == "Mo-Fr 09:00-17:00"
    assert "Roe" not in listing["raw"]
    assert "mapper" not in listing["raw"]
    assert osm.SOURCE.licence == Licence(ODBL, "ODbL (OpenStreetMap)", share_alike=True)
    assert batch.points.to_numpy().tolist() == [
        ["osm:node:7", 47.6097, -122.3331, "ODbL (OpenStreetMap)"]
    ]


def test_tags_tell_hours_languages_mail_and_wheelchairs(tmp_path):
    told = {
        "language:es": "yes", "language:fr": "no", "language:en": "main",
        "contact:email": "Desk@Example.ORG", "wheelchair": "limited",
    }  # fmt: skip
    listing = read_one(tmp_path, node(tags=TAGS | told))
    assert listing[["hours", "languages", "email", "wheelchair"]].tolist() == [
        "Mo-Fr 09:00-17:00", "en;es", "Desk@example.org", "limited",
    ]  # fmt: skip
    listing = read_one(tmp_path, node(tags=TAGS | {"opening_hours": "sunrise-sunset"}))
    assert listing["hours"] == ""


def test_a_way_has_its_centers_point(tmp_path):
    way = {"type": "way", "id": 9, "center": {"lat": 47.5, "lon": -122.5}, "tags": TAGS}
    (batch,) = read(tmp_path, reply(way))

    assert batch.points[["listing_id", "latitude"]].to_numpy().tolist() == [["osm:way:9", 47.5]]
    assert batch.listings["source_date"].tolist() == ["2026-05-01"]


@pytest.mark.parametrize(
    ("tags", "relevant"),
    [
        ({"name": "Calm", "description": "IV Ketamine and more"}, True),
        ({"name": "Calm", "healthcare:speciality": "psychiatry;ketamine"}, True),
        ({"name": "Calm", "alt_name": "SPRAVATO Center"}, True),
        ({"name": "Calm", "old_name": "Ketamine Center"}, False),
        ({"name": "Calm", "note": "was ketamine clinic?"}, False),
        ({"name": "Calm"}, False),
    ],
)
def test_elements_that_speak_of_it_are_relevant(tmp_path, tags, relevant):
    (batch,) = read(tmp_path, reply(node(tags=tags | {"addr:state": "WA"})))

    assert (len(batch.listings), batch.not_relevant) == (int(relevant), int(not relevant))


@pytest.mark.parametrize(
    ("changes", "operating"),
    [
        ({"disused:amenity": "clinic", "amenity": None, "healthcare": None}, "closed"),
        ({"disused:healthcare": "clinic", "amenity": None, "healthcare": None}, "closed"),
        ({"disused": "yes"}, "closed"),
        ({"closed": "yes"}, "closed"),
        ({"operational_status": "Closed"}, "closed"),
        ({"abandoned:healthcare": "clinic", "amenity": None, "healthcare": None}, "closed"),
        ({"demolished:building": "yes", "amenity": None, "healthcare": None}, "closed"),
        ({"proposed:healthcare": "clinic", "amenity": None, "healthcare": None}, "closed"),
        ({"end_date": "2025-03-01"}, "closed"),
        ({"end_date": "yes"}, "closed"),
        ({"closed": "2024"}, "closed"),
        ({"construction": "yes"}, "closed"),
        ({"opening_date": "2099-01-01"}, "closed"),
        ({"name": "Seattle Ketamine (closed)"}, "closed"),
        ({"healthcare": "closed"}, "closed"),
        ({"end_date": "2099"}, ""),
        ({"start_date": "2019"}, ""),
        ({"was:amenity": "pharmacy"}, ""),
        ({"closed": "no"}, ""),
    ],
)
def test_a_disused_place_is_reported_closed(tmp_path, changes, operating):
    tags = {key: value for key, value in (TAGS | changes).items() if value is not None}

    assert read_one(tmp_path, node(tags=tags))["operating"] == operating


def test_what_a_place_was_makes_another_that_is_there_now_no_clinic(tmp_path):
    tags = {"amenity": "cafe", "name": "Cafe", "was:name": "Ketamine Center", "addr:state": "WA"}
    (batch,) = read(tmp_path, reply(node(tags=tags)))

    assert (len(batch.listings), batch.not_relevant) == (0, 1)


def test_the_day_it_ended_is_kept(tmp_path):
    listing = read_one(tmp_path, node(tags=TAGS | {"end_date": "2025-03-01"}))

    assert listing[["operating", "operating_date"]].tolist() == ["closed", "2025-03-01"]


def test_a_disused_places_name_is_its_former_one(tmp_path):
    tags = {"disused:name": "Ketamine Center", "disused:amenity": "clinic", "addr:state": "WA"}
    listing = read_one(tmp_path, node(tags=tags))

    assert listing[["name", "operating"]].tolist() == ["Ketamine Center", "closed"]


@pytest.mark.parametrize(
    ("tags", "address"),
    [
        (
            {"addr:full": "12 Main Street, Denver, CO 80202"},
            ["12 Main Street", "", "Denver", "CO", "80202"],
        ),
        (
            {"addr:full": "9 Oak St Ste 4 Boulder Colorado 80302", "addr:city": "Boulder City"},
            ["9 Oak St", "Ste 4", "Boulder City", "CO", "80302"],
        ),
        (
            {"addr:street_address": "9 Oak St, Ste 4", "addr:postcode": "80302"},
            ["9 Oak St", "Ste 4", "", "CO", "80302"],
        ),
    ],
)
def test_a_whole_address_in_a_tag_is_parted(tmp_path, tags, address):
    (batch,) = read(tmp_path, reply(node(tags={"name": "Calm Ketamine", **tags})))

    parts = ["street", "unit", "city", "state", "zip"]
    assert batch.listings[parts].to_numpy().tolist() == [address]


def test_a_state_that_is_not_named_is_the_zips_or_the_points(tmp_path):
    without = {key: value for key, value in TAGS.items() if key != "addr:state"}
    by_zip = read_one(tmp_path, node(tags=without, lat=0, lon=0))
    by_point = read_one(tmp_path, node(tags=without | {"addr:postcode": ""}))

    assert by_zip[["state", "note"]].tolist() == ["WA", "The state is that of the ZIP."]
    assert by_point[["state", "note"]].tolist() == ["WA", "The state is the one the point lies in."]


def test_a_place_outside_of_the_us_is_rejected(tmp_path):
    tags = {"name": "Ketamine Clinic"}
    (batch,) = read(tmp_path, reply(node(tags=tags, lat=49.9, lon=-97.1)))

    assert batch.rejects["reason"].tolist() == ["it has no state"]


def test_the_day_of_a_survey_is_the_date(tmp_path):
    assert (
        read_one(tmp_path, node(tags=TAGS | {"check_date": "2025-07"}))["source_date"] == "2025-07"
    )


def test_elements_without_an_id_or_a_name_are_rejected(tmp_path):
    unnamed = {"description": "ketamine", "addr:state": "WA"}
    (batch,) = read(tmp_path, reply(node(number=None), node(tags=unnamed), "text"))

    assert batch.rejects["reason"].tolist() == [
        "it has no type and id of OpenStreetMap",
        "it has no name",
        "it is no JSON object",
    ]


def test_a_reply_that_broke_off_raises(tmp_path):
    with pytest.raises(SourceError, match=r"broke off .*timed out"):
        read(tmp_path, reply(node(), remark="runtime error: Query timed out in line 3"))
    with pytest.raises(SourceError, match="no list 'elements'"):
        read(tmp_path, {"results": []})


def test_fetching_asks_for_the_words_and_the_dates():
    with serve([(200, {}, json.dumps(reply(node())).encode())]) as server:
        (batch,) = osm.fetch(get_here, server.url)

    assert batch.listings["listing_id"].tolist() == ["osm:node:7"]
    assert server.paths[0].startswith("/api/interpreter?data=%5Bout%3Ajson")
    assert "ketamine" in server.paths[0]
    assert "meta%20center" in server.paths[0]


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"[]", b'{"elements": 1}', b"{"])
def test_a_fetched_error_raises(body):
    with serve([(200, {}, body)]) as server, pytest.raises(SourceError):
        list(osm.fetch(get_here, server.url))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*reply(), *node(), *TAGS]), inner)
    ),
    max_leaves=12,
)


@examples(40)
@given(json_values, st.sampled_from(list(node())), st.sampled_from(list(TAGS)))
def test_any_json_gives_batches_or_our_error(tmp_path_factory, value, key, tag):
    folder = tmp_path_factory.mktemp("any")
    read(folder, reply(value, node(**{key: value}), node(8, TAGS | {tag: value}), osm3s=value))
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
        list(osm.read(file))
