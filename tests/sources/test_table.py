import csv
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from shapely.geometry import Point, box

from geo.clinics.listings import validate
from geo.errors import CrsError, GeoError, SourceError
from geo.sources import table
from geo.sources.rejects import REASON, write_rejects
from geo.sources.table import Mapping, delimited, guess_mapping, workbook_bounds
from tests.counted import reading_at_most
from tests.examples import examples

HEADING = [
    "ID",
    "Clinic Name",
    "Street Address",
    "City",
    "State",
    "Zip Code",
    "Phone",
    "Lat",
    "Lng",
]
ROW = ["7", "Calm Clinic", "100 Main St, Ste 4", "Seattle", "WA", "98101", "(206) 555-0100"]
ROWS = [[*ROW, "47.6097", "-122.3331"], ["8", "Café", "", "Boston", "MA", "2110", "", "", ""]]


def write_csv(path, *rows, heading=HEADING, delimiter=",", encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([heading, *rows])
    return path


def write_xlsx(path, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def read(path, mapping=None, **options):
    mapping = mapping or table.guess(path)
    batches = list(table.read(path, mapping, title="State list", licence="free", **options))
    for batch in batches:
        assert batch.read == len(batch.listings) + len(batch.rejects)
        validate(batch.listings)
    return batches


@pytest.fixture
def file(tmp_path):
    return tmp_path / "clinics.csv"


def test_a_csv_becomes_listings_with_points(file):
    (batch,) = read(write_csv(file, *ROWS), url="https://example.org/", source_date="2026-01")

    columns = ["listing_id", "name", "street", "unit", "city", "state", "zip", "phone"]
    assert batch.listings[columns].to_numpy().tolist() == [
        ["table:state-list:7", "Calm Clinic", "100 Main St", "Ste 4", "Seattle", "WA", "98101",
         "+12065550100"],
        ["table:state-list:8", "Café", "", "", "Boston", "MA", "02110", ""],
    ]  # fmt: skip
    assert batch.listings[["source", "source_url", "source_date", "evidence"]].loc[1].tolist() == [
        "State list", "https://example.org/", "2026-01", "secondary_directory",
    ]  # fmt: skip
    assert batch.points.to_numpy().tolist() == [["table:state-list:7", 47.6097, -122.3331, "free"]]
    assert json.loads(batch.listings["raw"][0]) == dict(zip(HEADING, ROWS[0], strict=True))


def test_a_row_tells_its_kind_of_source_and_the_tables_date_is_not_the_presss(file):
    rows = [["Calm", "WA", "clinic_own_page"], ["Ease", "WA", "press"], ["Rest", "WA", "operator"]]
    path = write_csv(file, *rows, heading=["Name", "State", "Evidence"])
    (batch,) = read(path, evidence="registry", source_date="2026-11-28")

    assert batch.listings[["evidence", "source_date"]].to_numpy().tolist() == [
        ["clinic_own_page", "2026-11-28"],
        ["press", ""],
        ["registry", "2026-11-28"],
    ]
    assert batch.cleared_fields["column"].tolist() == ["evidence"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_and_encoding_are_sniffed(file, delimiter, encoding):
    (batch,) = read(write_csv(file, *ROWS, delimiter=delimiter, encoding=encoding))

    assert batch.listings["name"].tolist() == ["Calm Clinic", "Café"]


def test_a_wrong_delimiter_is_named(file):
    write_csv(file, *ROWS, delimiter=";")

    with pytest.raises(
        SourceError, match=r"one column, 'ID;Clinic Name.*a semicolon seems to stand"
    ):
        read(file, table.guess(file), layout=table.Layout(delimiter=","))
    with pytest.raises(SourceError, match="cannot be a delimiter"):
        read(file, table.guess(file), layout=table.Layout(delimiter=";;"))


def test_a_wrong_encoding_is_named(file):
    write_csv(file, *ROWS, encoding="cp1252")

    with pytest.raises(SourceError, match=r"not utf-8 throughout .*; save it as UTF-8, or name"):
        read(file, table.guess(file), layout=table.Layout(encoding="utf-8"))
    with pytest.raises(SourceError, match="There is no encoding 'klingon'"):
        read(file, table.guess(file), layout=table.Layout(encoding="klingon"))


def test_a_character_that_is_no_utf8_far_into_the_file_is_named_with_its_line(file):
    write_csv(file, *([str(at), "Calm", "x" * 1_000, *ROWS[0][3:]] for at in range(1_100)))
    with file.open("ab") as out:
        out.write(b"x,Caf\xe9,,,WA,,,,\n")

    with pytest.raises(SourceError, match=r"line 1[01]\d{2} or a little later"):
        read(file)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b'"Name,State\nA,WA\n', "has no heading|line 1 .*opens is not closed"),
        (b'Name,State\n"A,WA\nB,OR\n', "line 2 .*opens is not closed"),
        (b"\xd0\xcf\x11\xe0old", "an old Excel file"),
        (b"\x1f\x8bgz", "unpack it first"),
        (b"<html><table>", "a web page or XML"),
        (b"PK\x03\x04cut", "is cut off or damaged"),
        (b"PAR1cut", "damaged Parquet file"),
        (b'{"type": "FeatureCollection", "features": [', "cut off"),
        (b'{"type": "Topology"}', "no list 'features'"),
    ],
)
def test_a_file_that_is_no_table_says_why(file, content, told):
    file.write_bytes(content)

    with pytest.raises(SourceError, match=told):
        read(file, Mapping({"name": "Name", "state": "State"}))


def test_a_file_that_changes_while_it_is_read_raises(file):
    rows = [[str(at), *ROWS[0][1:]] for at in range(8_000)]
    batches = table.read(write_csv(file, *rows), table.guess(file), title="State list")
    assert len(next(batches).listings) == 5_000
    write_csv(file, *rows[:6_000])

    with pytest.raises(SourceError, match="changed while it was read"):
        list(batches)


def test_a_missing_file_and_a_missing_column(file):
    with pytest.raises(SourceError, match="cannot be read"):
        table.guess(file)
    write_csv(file, *ROWS)
    with pytest.raises(
        SourceError, match="The column 'Region' for 'state' is missing; the table has"
    ):
        read(file, table.guess(file).choose("state", "Region"))


def test_lines_that_hold_nothing_are_bounded_too(file, monkeypatch):
    monkeypatch.setattr(delimited, "MOST_LINES", 1_000)
    file.write_text("Clinic name,State\nAlder Clinic,WA\n" + "\n" * 998)
    read(file)
    file.write_text("Clinic name,State\nAlder Clinic,WA\n" + "\n" * 999)
    with pytest.raises(SourceError, match=r"^clinics\.csv has more than 1,000 lines"):
        read(file)


def test_one_line_of_a_gigabyte_ends_soon_and_in_bounded_memory(file):
    with file.open("wb") as out:
        out.write(b"Name,State\nA,WA\n")
        out.truncate(1_000_000_000)  # a hole that reads as one line of zeros

    with (
        reading_at_most(4_000_000),
        pytest.raises(SourceError, match=r"^Line 3 of clinics\.csv is longer than 1,000,000"),
    ):
        read(file)
    with file.open("wb") as out:
        out.truncate(1_000_000_000)
    with pytest.raises(SourceError, match=r"^Line 1 of clinics\.csv is longer"):
        read(file)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x,Calm", "it has 2 cells, not 9"),
        ("x,Calm,,,WA,,,,,more", "it has 10 cells, not 9"),
        ('x,"Calm" Clinic,,,WA,,,,', "its quotes are broken"),
        ("x,,,,WA,,,,", "it has no name"),
        ("x,Calm,,,,,,,", "it has no state"),
        ("x,Calm,,,XX,,,,", "state: 'XX' is no state of the US"),
    ],
)
def test_a_bad_row_is_rejected_alone(file, line, reason):
    write_csv(file, ROWS[0])
    with file.open("a") as out:
        out.write(f"{line}\n9,Last,,,OR,,,,\n")
    (batch,) = read(file)

    assert batch.listings["name"].tolist() == ["Calm Clinic", "Last"]
    assert batch.rejects["reason"].str.startswith(reason).tolist() == [True]
    assert batch.rejects["line"].tolist() == [3]


def test_rejects_mended_are_fed_again(file, tmp_path):
    bad = ["9", "=HYPERLINK(1)", "1 A St", "Bend", "Oregonn", "97701", "'+1 541 555 0100", "", ""]
    (batch,) = read(write_csv(file, *ROWS, bad))
    cleared_fields = tmp_path / "mended.csv"
    write_rejects(batch.rejects, cleared_fields)
    text = cleared_fields.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == ",".join([*HEADING, REASON])
    assert "'=HYPERLINK(1)" in text
    cleared_fields.write_text(text.replace("Oregonn", "Oregon", 1))
    (again,) = read(cleared_fields)

    assert again.rejects.empty
    assert again.listings[["listing_id", "name", "state", "phone"]].to_numpy().tolist() == [
        ["table:state-list:9", "=HYPERLINK(1)", "OR", "+15415550100"]
    ]
    assert REASON not in json.loads(again.listings["raw"][0])
    assert table.guess(cleared_fields).columns == table.guess(file).columns


def test_optional_fields_that_cannot_be_used_are_emptied_and_told(file):
    tomorrow = (datetime.now(tz=UTC).date() + timedelta(days=2)).isoformat()
    heading = [*HEADING, "Last Updated"]
    row = [*ROWS[0][:6], "12", "-122.3331", "47.6097", tomorrow]
    mapping = guess_mapping(heading, [[*ROWS[0], "2026-01-01"]])
    (batch,) = read(write_csv(file, row, heading=heading), mapping)

    assert batch.cleared_fields["column"].tolist() == ["phone", "source_date", "coordinates"]
    assert "latitude and longitude look swapped" in batch.cleared_fields["reason"].iloc[2]
    assert batch.points.empty


def test_a_row_without_an_id_keeps_its_key_wherever_it_stands(file):
    heading, rows = HEADING[1:], [row[1:] for row in ROWS]
    (one,) = read(write_csv(file, *rows, heading=heading))
    (two,) = read(write_csv(file, *rows[::-1], rows[0], heading=heading))

    assert set(two.listings["listing_id"]) == set(one.listings["listing_id"])
    assert two.rejects.empty
    assert two.notices["reason"].str.startswith("Of the rows 1 tell").tolist() == [True]


def test_a_whole_address_fills_what_has_no_column(file):
    heading = ["Facility", "Full Address"]
    write_csv(file, ["Calm", "100 Main St Suite 4, Seattle, WA 98101"], heading=heading)
    (batch,) = read(file)

    assert batch.listings[["street", "unit", "city", "state", "zip"]].loc[0].tolist() == [
        "100 Main St", "Suite 4", "Seattle", "WA", "98101",
    ]  # fmt: skip


def test_columns_of_persons_stay_out_of_the_raw_record(file):
    heading = ["Name", "State", "Contact Name", "Owner", "Fax"]
    write_csv(file, ["Calm", "WA", "Jane Roe", "Rick Roe", "1"], heading=heading)
    (batch,) = read(file)

    assert json.loads(batch.listings["raw"][0]) == {"Name": "Calm", "State": "WA", "Fax": "1"}


def test_a_workbook_is_read_as_its_texts(tmp_path):
    path = write_xlsx(
        tmp_path / "clinics.xlsx",
        ["Name", "State", "Zip", "Latitude", "Longitude", "Updated", None],
        [],
        ["Calm", "MA", 2110, 42.35, -71.05, datetime(2026, 3, 1), None],  # noqa: DTZ001
        ["=1+1", "WA", 98101.0, None, None, date(2026, 2, 1), None],
    )
    (batch,) = read(path)

    assert batch.listings[["name", "zip", "source_date"]].to_numpy().tolist() == [
        ["Calm", "02110", "2026-03-01"],
        ["=1+1", "98101", "2026-02-01"],
    ]
    assert batch.points[["latitude", "longitude"]].to_numpy().tolist() == [[42.35, -71.05]]


def test_a_workbook_that_is_cut_off_or_none_says_so(tmp_path):
    path = write_xlsx(tmp_path / "clinics.xlsx", ["Name", "State"], ["Calm", "WA"])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="cut off or damaged"):
        table.guess(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("clinics.csv", "Name,State\n")
    with pytest.raises(SourceError, match="a zip but no Excel workbook; unpack it"):
        table.guess(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<nonsense")
    with pytest.raises(SourceError, match="damaged workbook"):
        table.guess(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    path = write_xlsx(tmp_path / "clinics.xlsx", ["Name", "State"], ["Calm", "WA"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(120_000_000))
    assert path.stat().st_size < 200_000
    with pytest.raises(SourceError, match="unpacks to more than 500 MB, or to more than 100 MB"):
        table.guess(path)
    monkeypatch.setattr(workbook_bounds, "LARGEST_STRINGS_BYTES", 200_000_000)
    assert table.guess(path).columns == {"name": "Name", "state": "State"}


@pytest.fixture
def places():
    return gpd.GeoDataFrame(
        {"clinic": ["Calm", "Wide", "None"], "state": ["WA", "OR", "ID"], "rank": [1, 2, 3]},
        geometry=[Point(-122.3331, 47.6097), box(-121, 44, -120.99, 44.01), None],
        crs="EPSG:4326",
    )


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:5070"])
@pytest.mark.parametrize("form", ["geojson", "parquet"])
def test_geographic_files_are_converted_to_wgs84(tmp_path, places, form, crs):
    path = tmp_path / f"places.{form}"
    if form == "parquet":
        places.to_crs(crs).to_parquet(path)
    else:
        path.write_text(places.to_crs(crs).to_json(to_wgs84=False))
    (batch,) = read(path)

    assert batch.listings["name"].tolist() == ["Calm", "Wide", "None"]
    assert batch.points["latitude"].tolist() == pytest.approx([47.6097, 44.005], abs=1e-3)
    assert batch.points["longitude"].tolist() == pytest.approx([-122.3331, -120.995], abs=1e-3)
    assert batch.points["latitude"].iloc[0] == pytest.approx(47.6097, abs=1e-8)


def test_an_unknown_crs_raises(tmp_path, places):
    path = tmp_path / "places.parquet"
    places.set_crs(None, allow_override=True).to_parquet(path)
    with pytest.raises(CrsError, match="says that its CRS is unknown"):
        table.guess(path)
    collection = json.loads(places.to_json()) | {"crs": {"properties": {"name": "EPSG:1"}}}
    path.write_text(json.dumps(collection))
    with pytest.raises(CrsError, match="cannot be understood"):
        table.guess(path)


def test_plain_parquet_is_a_table_too(tmp_path):
    path = tmp_path / "plain.parquet"
    pd.DataFrame({"Name": ["Calm"], "State": ["WA"], "Zip": [98101]}).to_parquet(path)

    assert read(path)[0].listings["zip"].tolist() == ["98101"]


def test_a_broken_geometry_is_left_out_and_told(tmp_path):
    feature = {"type": "Feature", "id": 5, "properties": {"name": "Calm", "state": "WA"}}
    geometry = {"type": "Point", "coordinates": ["east", 1]}
    collection = {"type": "FeatureCollection", "features": [feature | {"geometry": geometry}]}
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps(collection))
    (batch,) = read(path)

    assert batch.listings["listing_id"].tolist() == ["table:state-list:5"]
    assert batch.cleared_fields["column"].tolist() == ["coordinates"]


def test_a_mapping_is_guessed_by_name_and_look():
    heading = [
        "FacilityID", "Facility Nmae", "County Name", "Street Address", "Address 2", "City",
        "Mailing State", "State", "Postal Code", "Fax", "Phone Number", "Web Site", "X", "Y",
        "Contact Name", "Last Updated", "Status", "Status Date",
    ]  # fmt: skip
    row = [
        "7", "Calm Clinic", "King", "100 Main St", "Ste 3", "Seattle",
        "OR", "WA", "98101", "206-555-0101", "206-555-0100", "calm.org", "-122.33", "47.61",
        "Jane Roe", "3/10/2026", "Open", "2026",
    ]  # fmt: skip
    guessed = guess_mapping(heading, [row])

    assert guessed.columns == {
        "id": "FacilityID",
        "name": "Facility Nmae",
        "street": "Street Address",
        "unit": "Address 2",
        "city": "City",
        "state": "State",
        "zip": "Postal Code",
        "phone": "Phone Number",
        "website": "Web Site",
        "operating": "Status",
        "operating_date": "Status Date",
        "source_date": "Last Updated",
        "latitude": "Y",
        "longitude": "X",
    }


def test_values_tell_where_names_do_not():
    rows = [["Calm Clinic", "100 Main St, Seattle, WA 98101", "(206) 555-0100", "calm.org", "WA"]]
    guessed = guess_mapping(["a", "b", "c", "d", "e"], rows)

    assert guessed.columns == {"state": "e", "phone": "c", "website": "d", "address": "b"}
    assert set(guessed.sure.values()) == {0.6}


def test_a_name_that_the_values_belie_is_unsure_or_not_believed():
    rows = [["Calm", "yes", "none"], ["Ease", "no", "none"]]

    assert guess_mapping(["Name", "Phone", "Patient Phone"], rows).sure == {
        "name": 1.0,
        "phone": 0.55,
    }
    assert guess_mapping(["Name", "Has Phone"], rows).columns == {"name": "Name"}


def test_facts_are_found_under_the_headings_that_tables_give_them():
    heading = [
        "Name", "Hours of Operation", "Accepted Insurance", "Language Spoken", "Ages Served",
        "Taking New Patients", "Referral Needed?", "ADA Accessible", "Conditions We Treat",
    ]  # fmt: skip
    row = ["Calm", "M-F 9am-5pm", "Aetna", "Spanish", "Adults", "yes", "no", "yes", "PTSD"]

    found = guess_mapping(heading, [row]).columns

    facts = ["hours", "payment", "languages", "ages", "new_patients", "referral_needed"]
    assert [found[fact] for fact in [*facts, "wheelchair", "conditions"]] == heading[1:]


def test_a_mapping_is_shown_and_changed():
    guessed = guess_mapping(["Name", "ST"], [["Calm", "WA"], ["Ease", "WA"], ["Calm", "OR"]])
    shown = guessed.choose("note", "Remarks").choose("state", "").to_table().set_index("field")

    assert guessed.to_table().columns.tolist() == ["field", "column", "samples", "sure"]
    assert guessed.samples == {"name": ("Calm", "Ease"), "state": ("WA", "OR")}
    assert shown.loc[["name", "note", "state"]].to_numpy().tolist() == [
        ["Name", "Calm | Ease", 1.0],
        ["Remarks", "", 1.0],
        ["", "", 0.0],
    ]
    with pytest.raises(SourceError, match="no field 'colour'"):
        guessed.choose("colour", "Name")


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"state": "State"}, "No column is chosen for the clinic's name"),
        ({"name": "Clinic Name"}, "No column is chosen for the state"),
        ({"name": "Clinic Name", "colour": "State"}, "There is no field 'colour'"),
    ],
)
def test_a_mapping_that_cannot_be_read_raises(file, columns, told):
    with pytest.raises(SourceError, match=told):
        read(write_csv(file, *ROWS), Mapping(columns))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"title": "?!"}, "Name the table in plain words"),
        ({"title": "A", "evidence": "hearsay"}, "'hearsay' is no kind of evidence"),
        ({"title": "A", "source_date": "2999"}, "lies in the future"),
    ],
)
def test_what_is_told_of_the_table_is_checked(file, options, told):
    write_csv(file, *ROWS)
    with pytest.raises(SourceError, match=told):
        next(table.read(file, table.guess(file), **options))


def feed(path, data):
    path.write_bytes(data)
    try:
        read(path, table.guess(path).choose("name", "a").choose("state", "b"))
    except GeoError:
        return


@examples(100)
@given(
    st.sampled_from([b"", b"a,b\n", b"a;b\n", b"PK\x03\x04", b"PAR1", b"{", b'"', b"\xff\xfe"]),
    st.binary(max_size=80),
)
def test_any_bytes_give_batches_or_our_error(tmp_path_factory, start, data):
    feed(tmp_path_factory.mktemp("any") / "table", start + data)


@examples(40)
@given(st.data())
def test_a_damaged_file_gives_batches_or_our_error(tmp_path_factory, damaged_files, data):
    whole = data.draw(st.sampled_from(damaged_files))
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        damaged = whole[:at]
    else:
        damaged = whole[:at] + data.draw(st.binary(min_size=1, max_size=4)) + whole[at + 4 :]
    feed(tmp_path_factory.mktemp("any") / "table", damaged)


@pytest.fixture(scope="module")
def damaged_files(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "table"
    places = gpd.GeoDataFrame(
        {"a": ["Calm"], "b": ["WA"]}, geometry=[Point(-122.3, 47.6)], crs="EPSG:4326"
    )
    places.to_parquet(path)
    files = [path.read_bytes(), places.to_json().encode()]
    write_xlsx(path, ["a", "b"], ["Calm", "WA"])
    return [*files, path.read_bytes()]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["features", "properties", "geometry", "type", "a"]), inner
        )
    ),
    max_leaves=12,
)


@pytest.mark.long
@examples(50)
@given(json_values, json_values, st.sampled_from([None, "", "EPSG:3857", "{}", 4326, ["x"]]))
def test_any_geojson_gives_batches_or_our_error(tmp_path_factory, value, geometry, crs):
    features = [value, {"properties": {"a": value, "b": "WA"}, "geometry": geometry}]
    data = json.dumps({"features": features, "crs": {"properties": {"name": crs}}})
    feed(tmp_path_factory.mktemp("any") / "table", data.encode())
