"""`clinic-finder drive`: two places, a file of pairs, and what is said where there is no drive."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from geo import cli

HEADING = "from_latitude,from_longitude,to_latitude,to_longitude"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("CLINIC_FINDER_RELEASES", raising=False)


def drive(*words):
    return CliRunner().invoke(cli.app, ["drive", *map(str, words)])


def write_pairs(folder, *lines):
    path = folder / "pairs.csv"
    path.write_text("\n".join((HEADING, *lines)) + "\n", encoding="utf-8")
    return path


def test_a_drive_is_told_to_five_minutes_with_its_range_and_whose_the_map_is():
    result = drive("60601", "Milwaukee, WI")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Chicago, IL 60601 to Milwaukee, WI: about ")
    assert "minutes' drive (" in result.stdout
    assert "without traffic · 9" in result.stdout
    assert "© OpenStreetMap contributors" in result.stderr


def test_two_places_as_data_and_longitudes_below_zero():
    result = drive("41.88, -87.63", "43.04, -87.91", "--format", "json")
    (row,) = json.loads(result.stdout)

    assert list(row) == ["minutes", "low", "high", "miles", "method", "reason"]
    assert 85 < row["minutes"] < 125
    assert row["low"] < row["minutes"] < row["high"]
    assert (row["method"], row["reason"]) == ("graph", None)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Nantucket, MA", "Hyannis, MA", "a ferry or flight may be needed"),
        ("Lihue, HI", "Honolulu, HI", "a ferry or flight may be needed"),
        ("Anchorage, AK", "Seattle, WA", "leads through Canada"),
        ("Nome, AK", "Anchorage, AK", "could not work out this drive"),
    ],
)
def test_where_no_road_leads_that_is_said_and_no_mileage(one, other, said):
    result = drive(one, other)

    assert result.exit_code == 0
    assert said in result.stdout
    assert "miles" not in result.stdout


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Ohio", "60601", "is no point to drive from or to"),
        ("43.2, -87.2", "60601", "outside the United States"),
        ("35, -70", "60601", "outside the United States"),
    ],
)
def test_what_is_no_place_to_drive_from_is_one_sentence(one, other, said):
    result = drive(one, other)

    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""


def test_two_places_or_a_file():
    for words in ((), ("60601",), ("60601", "60602", "60603")):
        assert drive(*words).exit_code == 2


def test_a_files_rows_keep_their_order(tmp_path):
    lines = ("21.31,-157.86,41.88,-87.63", "41.88,-87.63,43.04,-87.91", "41.88,-87.63,41.88,-87.63")
    result = drive("--pairs", write_pairs(tmp_path, *lines))
    rows = list(csv.DictReader(io.StringIO(result.stdout)))

    assert [row["reason"] for row in rows] == ["no_road", "", ""]
    assert [row["minutes"] == "" for row in rows] == [True, False, False]
    assert float(rows[2]["minutes"]) == 0
    as_json = json.loads(drive("--pairs", tmp_path / "pairs.csv", "--format", "json").stdout)
    assert as_json[0]["minutes"] is None
    assert as_json[1]["minutes"] == float(rows[1]["minutes"])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "holds no rows"),
        (("41.88,-87.63,43.04,-87.91", "41.88,-87.63,43.04,"), "row 2 lacks a number"),
        (("41.88,-187.63,43.04,-87.9",), "is no latitude"),
        (("41.88,-87.63,43.04,west",), "cannot be read as a CSV file"),
        (("41.88,-87.63,35,-70",), "at sea"),
    ],
)
def test_a_file_that_is_none_is_one_sentence(tmp_path, lines, said):
    result = drive("--pairs", write_pairs(tmp_path, *lines))

    assert result.exit_code == 1
    assert said in result.stderr
    assert "pairs.csv" in result.stderr
    assert result.stdout == ""


def test_a_comma_at_the_end_of_each_row_shifts_nothing(tmp_path):
    plain = drive("--pairs", write_pairs(tmp_path, "41.88,-87.63,43.04,-87.91")).stdout
    commas = drive("--pairs", write_pairs(tmp_path, "41.88,-87.63,43.04,-87.91,"))

    assert commas.exit_code == 0, commas.stderr
    assert commas.stdout == plain


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        result = drive("--pairs", path)
        assert result.exit_code == 1
        assert f"{path} cannot be opened" in result.stderr


def test_long_drives_are_told_in_hours_and_none_at_all_without_a_range_of_one_number():
    assert " h" in drive("60601", "Denver, CO").stdout
    assert "about 5 minutes' drive (up to 5)" in drive("41.88, -87.63", "41.88, -87.63").stdout


@pytest.mark.parametrize("minutes", ["0", "-5", "nan", "inf"])
def test_a_drive_to_stay_within_is_minutes_above_none(minutes):
    result = CliRunner().invoke(cli.app, ["find", "60601", "--within-minutes", minutes])

    assert result.exit_code == 2
    assert "number of minutes above 0" in result.stderr


def test_a_zip_whose_point_is_drawn_in_a_lake_is_named():
    result = drive("44195", "44106")

    assert result.exit_code != 0
    assert "Cleveland, OH 44195 to Cleveland, OH 44106: " in result.stderr.replace("\n", " ")
    assert "on a lake" in result.stderr.replace("\n", " ")
