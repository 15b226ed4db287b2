"""Whatever is read, only a `GeoError` may come of it, and soon."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import math
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo import reference, releases
from geo.clinics.listings import COLUMNS
from geo.errors import ReleaseError, SchemaError, WorkspaceError
from geo.geocoding.census_replies import read_batch, read_matches, split_label
from geo.geocoding.nominatim import read_places
from geo.geocoding.settings import parse_settings, read_settings
from geo.geocoding.settings_table import FILE
from geo.geocoding.urban_rural import UrbanRuralIndex
from geo.guidance import statement as guidance_statement
from geo.guidance import statements as guidance_statements
from geo.i18n import language
from geo.places import PlaceFinder, address
from geo.releases.loading import identify
from geo.sources import (
    cleaning,
    curated,
    form_cleaning,
    medicare,
    npi_registry,
    nppes,
    osm,
    samhsa,
    table,
)
from geo.sources.replies import parse
from geo.workspace import backup
from tests.examples import examples
from tests.fuzzing import DEEP, bounded, damaged, json_values, long_texts, texts, try_read
from tests.handmade.clinics import clinic_table, release_tables
from tests.handmade.geocoding import query, zip_table
from tests.handmade.hostile import TEXTS, of_kind
from tests.handmade.listings import listing_table
from tests.handmade.nppes import HEADER, MAIN, write_nppes
from tests.handmade.payments import row as payment_row
from tests.handmade.payments import write_text as write_payments
from tests.handmade.workspace import open_small

FEW = 40
SOME = 150
MANY = 5_000
"""Examples of a check: of files, of texts; of a nightly run, whatever the profile."""

AS_OF = releases.load(releases.SHIPPED).as_of
REPLY_SOURCES = (npi_registry, samhsa, osm, medicare)


def few(test):
    """Run a check of files on few examples; what they write stays in one folder of the test."""
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return examples(FEW, suppress_health_check=quiet)(test)


some = examples(SOME)
nightly = settings(deadline=None, max_examples=MANY)


@pytest.fixture(scope="module")
def finder():
    release = releases.load(releases.SHIPPED)
    found = PlaceFinder(
        reference.load("zips"),
        reference.load("cities"),
        reference.load("states"),
        release.clinics,
        release.listings,
    )
    try_read(lambda: found.find("Sprngfield, IL"))  # what is built at the first search is built
    try_read(lambda: found.find("41.9, -87.6"))
    return found


# Texts that people type


@given(text=texts)
@some
def test_a_typed_place_is_found_or_refused(finder, text):
    with bounded():
        try_read(lambda: finder.find(text))


@given(text=long_texts)
@few
def test_a_long_place_is_refused_at_once(finder, text):
    with bounded(0.2):
        try_read(lambda: finder.find(text))
        try_read(lambda: finder.find(text[:200]))


@pytest.mark.nightly
@given(text=texts)
@nightly
def test_many_typed_places(finder, text):
    with bounded():
        try_read(lambda: finder.find(text))


@given(place=st.tuples(st.floats(), st.floats()))
@some
def test_any_position_is_a_zip_or_outside(finder, place):
    try_read(lambda: finder.nearest_zip(*place))


@given(text=texts)
@some
def test_any_address_is_parsed(text):
    with bounded():
        try_read(lambda: address.parse(text))
        try_read(lambda: address.split_unit(address.normalise(text)))


@given(text=long_texts)
@few
def test_a_long_address_is_parsed_in_time(text):
    with bounded():
        try_read(lambda: address.parse(text))


@pytest.mark.nightly
@given(text=texts | long_texts)
@nightly
def test_many_addresses(text):
    with bounded():
        try_read(lambda: address.parse(text))


CLEANING = {
    "text": cleaning.clean_text,
    "state": cleaning.clean_state,
    "zip": lambda text: cleaning.clean_zip(text, "MA"),
    "phone": cleaning.clean_phone,
    "website": cleaning.clean_website,
    "npi": cleaning.clean_npi,
    "date": lambda text: cleaning.clean_date(text, AS_OF),
    "operating": cleaning.clean_operating,
    "point": lambda text: cleaning.clean_point(text, text),
    "treatments": form_cleaning.find_treatments,
    "street": cleaning.clean_street,
}


@pytest.mark.parametrize("name", CLEANING)
@given(text=texts | long_texts)
@few
def test_any_field_is_cleaned_without_an_error_and_in_time(name, text):
    with bounded():
        CLEANING[name](text)


# Replies of services


@pytest.mark.parametrize("data", [DEEP.encode(), b'{"a":' * 60_000, b"9" * 5_000, b"\xff", b""])
def test_a_reply_that_is_none_is_refused(data):
    with bounded():
        try_read(lambda: parse(data, "The reply"))


@pytest.mark.parametrize("source", REPLY_SOURCES, ids=lambda source: source.SOURCE.name)
@given(value=json_values)
@few
def test_a_reply_of_any_json_is_read_or_refused(tmp_path, source, value):
    (tmp_path / "reply.json").write_text(json.dumps(value))
    try_read(lambda: source.read(tmp_path / "reply.json"))


FACTS = {
    "npi_registry": lambda inner: {
        "result_count": 1,
        "results": [
            {
                "number": "1234567893",
                "enumeration_type": "NPI-2",
                "basic": {"organization_name": "KETAMINE", "status": "A"} | inner,
                "addresses": [{"address_purpose": "LOCATION", "state": "WA"} | inner, inner],
                "other_names": [inner],
                "practiceLocations": [inner],
            }
            | inner
        ],
    },
    "medicare": lambda inner: [payment_row("O", "Ketamine", "1 Oak St") | inner, inner],
    "samhsa": lambda inner: {
        "page": 1,
        "totalPages": 1,
        "recordCount": 1,
        "rows": [
            {
                "frid": "a1",
                "name1": "Calm",
                "state": "WA",
                "services": [{"f1": "P", "f2": "KIT", "f3": "Esketamine"}, inner],
            }
            | inner
        ],
    },
    "osm": lambda inner: {
        "version": 0.6,
        "osm3s": {"timestamp_osm_base": "2026-05-01T00:00:00Z"},
        "elements": [
            {
                "type": "node",
                "id": 7,
                "lat": 47.6,
                "lon": -122.3,
                "tags": {"name": "Ketamine", "addr:state": "WA"} | inner,
            }
            | inner
        ],
    },
}
NAMES = st.sampled_from(
    [
        "name",
        "name1",
        "name2",
        "number",
        "state",
        "city",
        "street1",
        "address_1",
        "postal_code",
        "zip",
        "website",
        "phone",
        "lat",
        "lon",
        "latitude",
        "longitude",
        "id",
        "type",
        "tags",
        "services",
        "basic",
        "addresses",
        "timestamp",
        "frid",
        "addr:postcode",
        "contact:phone",
        "telephone_number",
        "last_updated",
        "status",
        "country_code",
        "other_names",
        "center",
        "organization_name",
        "addr:street",
        "addr:housenumber",
        "opening_date",
        "disused:amenity",
        "Rndrng_Prvdr_St1",
        "Rndrng_Prvdr_Zip5",
        "HCPCS_Cd",
        "Tot_Srvcs",
    ]
)


@pytest.mark.parametrize("source", REPLY_SOURCES, ids=lambda source: source.SOURCE.name)
@given(inner=st.dictionaries(NAMES, json_values, max_size=6))
@few
def test_a_reply_of_the_right_form_with_any_facts_is_read_or_refused(tmp_path, source, inner):
    (tmp_path / "reply.json").write_text(json.dumps(FACTS[source.SOURCE.name](inner)))
    try_read(lambda: source.read(tmp_path / "reply.json"))


CENSUS_ROW = '"0","100 Main St, Boise, ID","Match","Exact","100 MAIN ST, BOISE, ID, 83702","-116.2,43.6","1","L"'


@given(reply=texts | damaged(CENSUS_ROW.encode()).map(lambda data: data.decode("latin-1")))
@some
def test_a_batch_of_the_census_is_read_or_refused(reply):
    with bounded():
        try_read(lambda: read_batch(reply, 1))


@given(
    value=json_values
    | st.fixed_dictionaries(
        {
            "result": st.fixed_dictionaries(
                {
                    "addressMatches": st.lists(
                        st.fixed_dictionaries(
                            {
                                "coordinates": json_values
                                | st.fixed_dictionaries({"x": json_values, "y": json_values}),
                                "matchedAddress": json_values,
                            }
                        ),
                        max_size=3,
                    )
                }
            )
        }
    )
)
@some
def test_a_reply_of_the_census_is_read_or_refused(value):
    try_read(lambda: read_matches(value))


@given(label=texts | long_texts)
@some
def test_any_label_of_the_census_is_split(label):
    with bounded():
        assert len(split_label(label)) == 3


PLACE_FACTS = st.sampled_from(
    [
        "lat",
        "lon",
        "osm_type",
        "category",
        "class",
        "type",
        "addresstype",
        "boundingbox",
        "display_name",
        "address",
    ]
)


@given(
    value=json_values
    | st.lists(
        st.dictionaries(PLACE_FACTS, json_values, max_size=8).map(
            lambda facts: (
                {"lat": "43.6", "lon": "-116.2", "osm_type": "way", "class": "place"} | facts
            )
        ),
        max_size=3,
    )
)
@some
def test_a_reply_of_nominatim_is_read_or_refused(value):
    urban_rural = UrbanRuralIndex(zip_table())
    try_read(lambda: read_places(value, query(), urban_rural, lambda _: "ID"))


# Files


def write_csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read_table(path):
    list(table.read(path, table.guess(path), title="A list", licence="free"))


@pytest.fixture(scope="module")
def sound_tables(tmp_path_factory):
    """Return a small table in each of the forms that are taken: suffix -> bytes."""
    import geopandas as gpd  # noqa: PLC0415
    from openpyxl import Workbook  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("sound")
    rows = [
        ["Name", "Street", "City", "State", "Zip"],
        ["Calm", "1 Main St", "Boise", "ID", "83702"],
    ]
    write_csv(folder / "a.csv", rows)
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "a.xlsx")
    facts = dict(zip(rows[0], ([cell] for cell in rows[1]), strict=True))
    points = gpd.GeoDataFrame(facts, geometry=gpd.points_from_xy([-116.2], [43.6]), crs="EPSG:4326")
    points.to_parquet(folder / "a.parquet")
    points.to_file(folder / "a.geojson")
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".geojson"])
@given(data=st.data())
@few
def test_a_damaged_table_is_read_or_refused(tmp_path, sound_tables, suffix, data):
    path = tmp_path / f"table{suffix}"
    path.write_bytes(data.draw(damaged(sound_tables[suffix])))
    try_read(lambda: read_table(path))


def test_each_table_is_sound(tmp_path, sound_tables):
    for suffix, data in sound_tables.items():
        (tmp_path / f"table{suffix}").write_bytes(data)
        read_table(tmp_path / f"table{suffix}")


@given(rows=st.lists(st.lists(texts, max_size=6), max_size=6))
@few
def test_a_table_of_any_texts_is_read_or_refused(tmp_path, rows):
    path = write_csv(tmp_path / "a.csv", [["Name", "City", "State"], *rows])
    try_read(lambda: read_table(path))


@given(
    value=json_values
    | st.builds(lambda v: {"type": "FeatureCollection", "features": v}, json_values)
)
@few
def test_a_geojson_of_any_json_is_read_or_refused(tmp_path, value):
    (tmp_path / "a.geojson").write_text(json.dumps(value))
    try_read(lambda: read_table(tmp_path / "a.geojson"))


def test_a_geojson_too_deep_to_read_is_refused(tmp_path):
    (tmp_path / "a.geojson").write_text('{"type":"FeatureCollection","features":' + DEEP)
    try_read(lambda: read_table(tmp_path / "a.geojson"))


@given(data=st.data())
@few
def test_a_damaged_curated_file_is_read_or_refused(tmp_path, data):
    path = tmp_path / "listings.csv"
    curated.write(listing_table({"listing_id": "A", "clinic_id": "a", "name": "A"}), path)
    path.write_bytes(data.draw(damaged(path.read_bytes())))
    try_read(lambda: curated.read(path))


@pytest.mark.long
@given(rows=st.lists(st.lists(texts, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=3))
@few
def test_a_curated_file_of_any_texts_is_read_or_refused(tmp_path, rows):
    path = write_csv(tmp_path / "listings.csv", [COLUMNS, *rows])
    try_read(lambda: curated.read(path))


@pytest.fixture(scope="module")
def sound_month(tmp_path_factory):
    """Return the three files of a small month of the registry: name -> bytes."""
    folder = tmp_path_factory.mktemp("month")
    write_nppes(folder, 200, seed=5)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@given(data=st.data())
@few
def test_a_damaged_month_of_the_registry_is_read_or_refused(tmp_path, sound_month, data):
    hurt = data.draw(st.sampled_from(sorted(sound_month)))
    for name, sound in sound_month.items():
        (tmp_path / name).write_bytes(data.draw(damaged(sound)) if name == hurt else sound)
    try_read(lambda: nppes.read(tmp_path / MAIN))


@given(data=st.data())
@few
def test_a_damaged_archive_of_the_registry_is_read_or_refused(tmp_path, sound_month, data):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, sound in sound_month.items():
            archive.writestr(name, sound)
    (tmp_path / "month.zip").write_bytes(data.draw(damaged(packed.getvalue())))
    try_read(lambda: nppes.read(tmp_path / "month.zip"))


@pytest.mark.long
@given(cells=st.lists(texts, min_size=len(HEADER), max_size=len(HEADER)))
@few
def test_a_row_of_the_registry_with_any_texts_is_read_or_refused(tmp_path, sound_month, cells):
    for name, sound in sound_month.items():
        (tmp_path / name).write_bytes(sound)
    row = io.StringIO()
    csv.writer(row, quoting=csv.QUOTE_ALL).writerow([*cells[:-1], "ketamine"])
    with (tmp_path / MAIN).open("ab") as file:
        file.write(row.getvalue().encode("utf-8", "replace"))
    try_read(lambda: nppes.read(tmp_path / MAIN))


PAYMENTS = write_payments(
    payment_row("O", "Ketamine PC", "1 Oak St", "Ste 2"),
    payment_row("I", "Roe", "1 Oak St", code="99213"),
    payment_row("I", "Roe", "2 Oak St"),
).encode()


@given(content=damaged(PAYMENTS) | damaged(gzip.compress(PAYMENTS, mtime=0)))
@few
def test_a_damaged_file_of_payments_is_read_or_refused(tmp_path, content):
    (tmp_path / "payments_2023.csv").write_bytes(content)
    try_read(lambda: medicare.read(tmp_path / "payments_2023.csv"))


@pytest.mark.nightly
@given(cells=st.fixed_dictionaries(dict.fromkeys(payment_row("O", "a", "1 Oak St"), texts)))
@few
def test_a_row_of_payments_with_any_texts_is_read_or_refused(tmp_path, cells):
    told = write_payments(cells | {"HCPCS_Cd": "G2082"})
    (tmp_path / "payments.csv").write_text(told, encoding="utf-8", errors="replace", newline="")
    try_read(lambda: medicare.read(tmp_path / "payments.csv"))


# Releases


@pytest.fixture(scope="module")
def sound_release(tmp_path_factory):
    """Return the files of a small release: name -> bytes."""
    rows = clinic_table({"clinic_id": "calm-boise-id", "name": "Calm", "state": "ID"})
    folder = releases.write(
        release_tables(rows), tmp_path_factory.mktemp("releases"), as_of=AS_OF, inputs={}
    )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def put(folder, files):
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@given(data=st.data())
@few
def test_a_damaged_release_is_refused(tmp_path, sound_release, data):
    name = data.draw(st.sampled_from(sorted(sound_release)))
    hurt = data.draw(damaged(sound_release[name]))
    folder = put(tmp_path, sound_release | {name: hurt})
    try_read(lambda: releases.load(folder))
    if name != "manifest.json" and hurt != sound_release[name]:
        with pytest.raises(ReleaseError):
            releases.load(folder)


@given(data=st.data())
@few
def test_a_damaged_table_that_its_manifest_vouches_for_is_read_or_refused(
    tmp_path, sound_release, data
):
    hurt = data.draw(damaged(sound_release["clinics.parquet"]))
    manifest = json.loads(sound_release["manifest.json"])
    manifest["files"]["clinics.parquet"] = hashlib.sha256(hurt).hexdigest()
    vouched = {"clinics.parquet": hurt, "manifest.json": json.dumps(manifest).encode()}
    folder = put(tmp_path, sound_release | vouched)
    try_read(lambda: releases.load(folder))


def test_a_table_whose_metadata_pandas_cannot_use_is_refused(tmp_path, sound_release):
    path = put(tmp_path, sound_release) / "clinics.parquet"
    metadata = {b"pandas": b'{"columns": [{}], "index_columns": []}'}
    pq.write_table(pq.read_table(path).replace_schema_metadata(metadata), path)
    manifest = json.loads(sound_release["manifest.json"])
    manifest["files"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ReleaseError, match="no Parquet table"):
        releases.load(tmp_path)


@given(
    changes=st.dictionaries(
        st.sampled_from(["id", "made_at", "as_of", "content", "counts", "files", "inputs", "x"]),
        json_values
        | st.dictionaries(
            st.sampled_from(["clinics.parquet", "../x.parquet", "clinics", "located"]), json_values
        ),
        min_size=1,
        max_size=4,
    )
)
@some
def test_a_manifest_of_any_json_is_read_or_refused(tmp_path_factory, sound_release, changes):
    folder = put(tmp_path_factory.mktemp("lying"), sound_release)
    manifest = json.loads(sound_release["manifest.json"]) | changes
    (folder / "manifest.json").write_text(json.dumps(manifest))

    def use():
        release = releases.load(folder)
        counts = release.manifest["counts"]
        return release.as_of, f"{counts['clinics']:,} {counts['listings']:,}", release.clinics

    try_read(use)


@given(value=json_values)
@few
def test_a_manifest_that_is_no_object_is_refused(tmp_path, sound_release, value):
    folder = put(tmp_path, sound_release | {"manifest.json": json.dumps(value).encode()})
    try_read(lambda: releases.load(folder))


@pytest.mark.parametrize("text", [DEEP, '{"id":' * 60_000, "9" * 5_000, b"\xff\xfe\x00\xd8"])
def test_a_manifest_that_no_parser_takes_is_refused(tmp_path, sound_release, text):
    content = text if isinstance(text, bytes) else text.encode()
    folder = put(tmp_path, sound_release | {"manifest.json": content})
    try_read(lambda: releases.load(folder))
    assert identify(folder) == ""


@given(data=st.binary(max_size=80) | st.sampled_from(TEXTS).map(lambda text: text.encode()))
@few
def test_a_pointer_of_any_bytes_is_read_or_refused(tmp_path, monkeypatch, data):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    (tmp_path / "releases").mkdir(exist_ok=True)
    (tmp_path / "releases" / "current").write_bytes(data)
    try_read(releases.current_id)


# The operator's files


@pytest.fixture(scope="module")
def sound_backup(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backup")
    with pytest.MonkeyPatch.context() as patches, open_small(folder, patches) as workspace:
        return backup.write(workspace, folder / "backup.zip").read_bytes()


@given(data=st.data())
@few
def test_a_damaged_backup_is_restored_whole_or_refused(tmp_path_factory, sound_backup, data):
    folder = tmp_path_factory.mktemp("restored")
    (folder / "backup.zip").write_bytes(data.draw(damaged(sound_backup)))
    try_read(lambda: backup.restore(folder / "backup.zip", folder / "home"))


def repack(sound, **members):
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.partition(".")[0], old.read(name)))
    return packed.getvalue()


@given(
    changes=json_values
    | st.dictionaries(
        st.sampled_from(["made_at", "form", "decisions", "sha256", "bytes"]), json_values
    )
)
@few
def test_a_backup_whose_manifest_lies_is_refused_or_whole(tmp_path_factory, sound_backup, changes):
    folder = tmp_path_factory.mktemp("lying")
    with zipfile.ZipFile(io.BytesIO(sound_backup)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    told = manifest | changes if isinstance(changes, dict) else changes
    (folder / "backup.zip").write_bytes(repack(sound_backup, manifest=json.dumps(told)))
    try_read(lambda: backup.restore(folder / "backup.zip", folder / "home"))


@given(data=st.data())
@few
def test_a_backup_of_a_damaged_database_is_refused_or_whole(tmp_path_factory, sound_backup, data):
    folder = tmp_path_factory.mktemp("torn")
    with zipfile.ZipFile(io.BytesIO(sound_backup)) as archive:
        names = {name.partition(".")[0]: archive.read(name) for name in archive.namelist()}
    hurt = data.draw(damaged(names["workspace"]))
    manifest = json.loads(names["manifest"])
    manifest |= {"sha256": hashlib.sha256(hurt).hexdigest(), "bytes": len(hurt)}
    packed = repack(sound_backup, manifest=json.dumps(manifest), workspace=hurt)
    (folder / "backup.zip").write_bytes(packed)
    try_read(lambda: backup.restore(folder / "backup.zip", folder / "home"))


@pytest.mark.parametrize("manifest", [DEEP, '{"form": Infinity}', '{"form": 1e999}', "[]", "1"])
def test_a_backup_whose_manifest_is_none_is_refused(tmp_path, sound_backup, manifest):
    (tmp_path / "backup.zip").write_bytes(repack(sound_backup, manifest=manifest))
    with pytest.raises(WorkspaceError):
        backup.restore(tmp_path / "backup.zip", tmp_path / "home")


toml_values = st.recursive(
    st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "x"]), inner)
    ),
    max_leaves=6,
)
SETTINGS = st.sampled_from(
    [
        "providers",
        "contact",
        "census",
        "nominatim",
        "opencage",
        "benchmark",
        "batch_rows",
        "url",
        "timeout_seconds",
        "requests_per_second",
        "daily_cap",
        "service",
        "licence",
        "precision",
        "radius_miles",
        "arguments",
    ]
)


@given(document=st.dictionaries(SETTINGS, toml_values | st.dictionaries(SETTINGS, toml_values)))
@some
def test_any_settings_of_geocoding_are_read_or_refused(document):
    try_read(lambda: parse_settings(document))


@given(
    data=damaged(b'providers = ["census"]\n[census]\nbatch_rows = 500\n') | texts.map(str.encode)
)
@few
def test_a_damaged_file_of_settings_is_read_or_refused(tmp_path, data):
    (tmp_path / FILE).write_bytes(data)
    try_read(lambda: read_settings(tmp_path))


CHECKS = b"statement,source,checked,page\nx,y,2027-03-10,https://www.fda.gov/\n"


@given(data=damaged(CHECKS) | texts.map(lambda text: CHECKS + text.encode("utf-8", "replace")))
@few
def test_checks_of_the_guidance_are_read_or_refused(tmp_path, data):
    (tmp_path / "checked.csv").write_bytes(data)
    try_read(
        lambda: guidance_statement.read_checks(
            guidance_statements.list_sections(), tmp_path / "checked.csv"
        )
    )


@pytest.mark.parametrize(
    "cells",
    [
        ("2027-03-10", "https://["),
        ("2027-03-10", "https://\u2100"),
        ("2027", "x"),
        ("9" * 9000, ""),
    ],
)
def test_a_check_of_no_day_or_no_address_is_refused(tmp_path, cells):
    section = guidance_statements.list_sections()[0]
    statement = section.statements[0]
    row = [statement.key, statement.sources[0].key, *cells]
    path = write_csv(tmp_path / "checked.csv", [guidance_statement.COLUMNS, row])
    with pytest.raises(SchemaError):
        guidance_statement.read_checks([section], path)


CATALOGUE = (
    'msgid ""\nmsgstr ""\n"Language: es\\n"\n"X-Language-Name: Español\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    'msgid "Search"\nmsgstr "Buscar"\n\n'
    'msgid "{count} clinic"\nmsgid_plural "{count} clinics"\n'
    'msgstr[0] "{count} clínica"\nmsgstr[1] "{count} clínicas"\n'
).encode()


@given(data=damaged(CATALOGUE))
@few
def test_a_damaged_catalogue_is_read_or_refused(tmp_path_factory, monkeypatch, data):
    folder = tmp_path_factory.mktemp("locale")
    monkeypatch.setattr(language, "FOLDER", folder)
    (folder / "es.po").write_bytes(data)

    def speak():
        language.available()
        with language.using("es"):
            return language.gettext("Search"), language.ngettext("a", "b", 3)

    try_read(speak)


@pytest.mark.parametrize(
    "plural",
    ["nplurals=0; plural=n", "nplurals=2; plural=n**n", "plural=((((", "nplurals=x", "n/0"],
)
def test_a_catalogue_whose_plurals_are_none_is_refused(tmp_path, monkeypatch, plural):
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    forms = b"nplurals=2; plural=(n != 1);"
    (tmp_path / "es.po").write_bytes(CATALOGUE.replace(forms, plural.encode()))

    def speak():
        with language.using("es"):
            return language.ngettext("{count} clinic", "{count} clinics", 3)

    try_read(speak)


# What a browser sends


@given(accept=texts, query=texts, choice=texts)
@some
def test_any_wish_for_a_language_is_met(accept, query, choice):
    with bounded():
        assert language.negotiate(accept, query, choice) in language.available()


AREAS = [("nation", "US"), ("region", "2")]
LINK = st.sampled_from(["in", "add", "share", "within", "objective", "treatment", "keep", "lang"])


@given(
    query=st.dictionaries(
        LINK, texts | st.sampled_from(["9" * 5_000, "٣", "²", "-1", "0", "point:nan,inf"])
    )
)
@some
def test_any_link_to_a_plan_is_read(query):
    from pages.analysts.parts import siting_plan  # noqa: PLC0415

    plan = siting_plan.read_query(query, AREAS)
    assert plan.area in AREAS
    assert 1 <= plan.add <= siting_plan.MOST_SITES
    assert 1 <= plan.share_percent <= 100


@given(at=st.floats() | st.sampled_from([math.nan, math.inf, -math.inf]), text=texts)
@some
def test_any_place_of_ones_own_is_a_site_or_refused(at, text):
    from geo.siting.candidate_sites import _parse_point  # noqa: PLC0415

    for name in (f"point:{at},{at}", text, f"point:{text}"):
        with bounded():
            found = _parse_point(name)
            assert found is None or len(found) == 2


@given(texts=st.lists(st.sampled_from(of_kind("formula", "quotes", "hidden")) | texts, max_size=5))
@some
def test_a_formula_is_harmless_in_a_file_and_itself_again_when_read(texts):
    from geo.exporting.formulas import escape_formula, restore  # noqa: PLC0415

    for text in texts:
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        assert restore(escape_formula(text)) == lines
        assert not escape_formula(text).lstrip().startswith(("=", "@"))


def test_the_corpus_is_whole():
    assert len(TEXTS) == len(set(TEXTS)) >= 100
    assert (Path(__file__).parent / "handmade" / "hostile.py").is_file()
