import csv
import io
import json

import pandas as pd
import pytest

from geo.exporting import clinic_exports
from geo.reference.road_tables import ATTRIBUTION
from geo.search.searching import SearchResult
from tests.handmade.clinics import clinic_table, place_at

CLINICS = clinic_table(
    {
        "clinic_id": "a",
        "name": "Añejo, “Ltd”\nsecond line",
        "phone": "+13125550100",
        "treatments": "iv;im",
        "latitude": 41.123456789012345,
        "longitude": -87.1,
    },
    {"clinic_id": "b", "treatments": "", "zip": "01001"},
)


def test_json_keeps_full_precision_and_says_null_for_unknown():
    answer = json.loads(clinic_exports.clinics_to_json(CLINICS, "r1"))

    a, b = answer["clinics"]
    assert answer["release"] == "r1"
    assert a["latitude"] == 41.123456789012345
    assert a["treatments"] == ["iv", "im"]
    assert (b["latitude"], b["street"], b["treatments"], b["zip"]) == (None, None, [], "01001")


def test_json_is_ascii_that_any_terminal_carries():
    clinics = clinic_table({"clinic_id": "a", "name": "é\x1b[31m\x9b"})

    text = clinic_exports.clinics_to_json(clinics, "r1")

    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert json.loads(text)["clinics"][0]["name"] == "é\x1b[31m\x9b"


def test_csv_comes_back_as_it_was():
    rows = list(csv.DictReader(io.StringIO(clinic_exports.to_csv(CLINICS, "r1"))))

    assert list(rows[0]) == [*CLINICS.columns, "release"]
    assert rows[0]["name"] == "Añejo, “Ltd”\nsecond line"
    assert float(rows[0]["latitude"]) == 41.123456789012345
    assert (rows[1]["latitude"], rows[1]["zip"], rows[1]["release"]) == ("", "01001", "r1")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\n=1"),
        ("\n =1", "'\n =1"),
        ("\uff1d1", "'\uff1d1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1+1", "'\uff0d1+1"),
        ("\uff20A1", "'\uff20A1"),
        ("\ufe661", "'\ufe661"),
        ("\u22121+1", "'\u22121+1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\x00=1", "'\x00=1"),
        ("\xad\u2060\u202e\u00a0\u3000\x1b=1", "'\xad\u2060\u202e\u00a0\u3000\x1b=1"),
        ("\ufe0f\u3164\u2800=1", "'\ufe0f\u3164\u2800=1"),
        ("'\u200b=1", "''\u200b=1"),
        ("\u200bO'Hare", "\u200bO'Hare"),
        ("+13125550100", "+13125550100"),
        ("-5.5", "-5.5"),
        ("a=b", "a=b"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("O'Hare", "O'Hare"),
    ],
)
def test_csv_runs_no_formula(text, written):
    table = clinic_table({"clinic_id": "a", "name": text})

    with io.StringIO(clinic_exports.to_csv(table, "r1"), newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert row["name"] == written


@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_csv_runs_no_formula_of_any_kind_of_column(kind):
    table = pd.DataFrame({"name": pd.Series(["=1+1", "O'Hare"], dtype=kind), "count": [-1, 2]})

    written = clinic_exports.to_csv(table, "=r")

    assert written == "name,count,release\n'=1+1,-1,'=r\nO'Hare,2,'=r"


def test_geojson_is_longitude_first():
    answer = json.loads(clinic_exports.clinics_to_geojson(CLINICS, "r1"))

    a, b = answer["features"]
    assert (answer["type"], answer["release"]) == ("FeatureCollection", "r1")
    assert a["geometry"] == {"type": "Point", "coordinates": [-87.1, 41.123456789012345]}
    assert b["geometry"] is None
    assert a["properties"]["treatments"] == ["iv", "im"]


def test_no_rows_are_no_rows():
    empty = CLINICS.iloc[:0]

    assert json.loads(clinic_exports.clinics_to_json(empty, "r1"))["clinics"] == []
    assert json.loads(clinic_exports.clinics_to_geojson(empty, "r1"))["features"] == []
    assert clinic_exports.to_csv(empty, "r1").splitlines() == [
        ",".join([*CLINICS.columns, "release"])
    ]


def test_a_csv_of_drives_names_whose_roads_they_are():
    drives = dict.fromkeys(("minutes", "low", "high", "miles"), 12.5)
    columns = {f"drive_{part}": value for part, value in drives.items()}
    ranked = CLINICS.assign(rank=[1, 2], distance_miles=5.0, may_be_within=False)
    for clinics, told in ((ranked.assign(**columns), True), (ranked, False)):
        result = SearchResult(place_at(41.9, -87.6), None, clinics, CLINICS, CLINICS, certain=2)
        rows = list(csv.DictReader(io.StringIO(clinic_exports.search_to_csv(result, "r1"))))

        assert [row.get("drives_from", "") for row in rows] == [ATTRIBUTION * told] * 6
        assert list(rows[0])[-1] == "release"
