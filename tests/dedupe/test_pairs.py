"""What is said of given pairs: kinds of the same and of different clinics, each in a row of a file."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from geo import cli, dedupe
from geo.clinics.listings import COLUMNS
from geo.sources import curated

CASES = Path(__file__).with_name("pairs.csv")
ROWS = list(csv.DictReader(io.StringIO(CASES.read_text("utf-8"))))
FORMS = ("LLC", "PLLC", "INC", "A MEDICAL CORPORATION", "A PROFESSIONAL CORPORATION", "APC", "S.C.")


def run(path, *words):
    return CliRunner().invoke(cli.app, ["dedupe", "--pairs", str(path), *words])


@pytest.fixture(scope="module")
def judged():
    result = run(CASES, "--format", "csv")
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.mark.parametrize("place", range(len(ROWS)), ids=[row["why"] for row in ROWS])
def test_each_kind_of_pair_has_its_verdict(judged, place):
    assert len(judged) == len(ROWS)
    assert judged[place]["verdict"] == ROWS[place]["verdict"], judged[place]


def test_the_command_says_verdict_score_and_reason_in_order(judged, monkeypatch):
    monkeypatch.setenv("COLUMNS", "250")
    assert list(judged[0]) == ["verdict", "score", "reason"]
    assert all(0 <= float(row["score"]) <= 1 and row["reason"] for row in judged)

    as_json = run(CASES, "--format", "json")
    assert json.loads(as_json.stdout)[3] == {
        "verdict": judged[3]["verdict"],
        "score": float(judged[3]["score"]),
        "reason": judged[3]["reason"],
    }
    table = run(CASES)
    assert "Harbor Calm Ketamine" in table.stdout
    assert f"{len(ROWS)} pairs: " in table.stderr


def test_a_pair_says_the_same_the_other_way_round(tmp_path, judged):
    turned = tmp_path / "turned.csv"
    swap = {"a": "b", "b": "a"}
    with turned.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [name for name in ROWS[0] if name[1] == "_"])
        writer.writeheader()
        for row in ROWS:
            writer.writerow(
                {f"{swap[name[0]]}{name[1:]}": row[name] for name in row if name[1] == "_"}
            )

    again = csv.DictReader(io.StringIO(run(turned, "--format", "csv").stdout))

    assert [row["verdict"] for row in again] == [row["verdict"] for row in judged]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,city\nX,Boise\n", "has no column a_name"),
        ("a_name,b_name\nX,Y\nX,\n", "Line 3 of asked.csv has no b_name"),
        ("a_name,b_name\nX\n", "Line 2 of asked.csv cannot be used: it has 1 cells, not 2"),
        ("", "is empty"),
    ],
)
def test_a_file_that_cannot_be_judged_is_refused_in_one_sentence(tmp_path, text, sentence):
    path = tmp_path / "asked.csv"
    path.write_text(text)

    result = run(path)

    assert result.exit_code == 1
    assert sentence in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_no_pairs_have_no_verdicts(tmp_path):
    path = tmp_path / "none.csv"
    path.write_text("a_name,b_name\n")

    assert run(path, "--format", "csv").stdout.split() == ["verdict,score,reason"]


def fill(rows):
    blank = dict.fromkeys(COLUMNS, "")
    return pd.DataFrame([blank | row for row in rows], columns=list(COLUMNS), dtype="str")


def test_registry_records_of_the_shipped_clinics_find_them():
    shipped, _ = curated.read()
    known = shipped[shipped["city"].ne("")].to_dict("records")
    records = [
        {
            "name": f"{row['name'].partition(' (')[0].upper()} {FORMS[place % len(FORMS)]}",
            "street": f"{place + 10} OAK ST",
            "city": row["city"].upper(),
            "state": row["state"],
        }
        for place, row in enumerate(known)
    ]
    cities = [{name: row[name] for name in ("name", "city", "state", "website")} for row in known]

    found = dedupe.judge_pairs(fill(records), fill(cities))["verdict"]

    assert len(found) > 500
    assert found.eq("merge").mean() >= 0.9
    assert found.ne("apart").mean() >= 0.98


def test_shipped_clinics_of_one_city_that_were_told_apart_by_hand_stay_apart():
    shipped, _ = curated.read()
    known = shipped[shipped["city"].ne("")]
    pairs = known.merge(known, on=["city", "state"], suffixes=("", "_other"))
    pairs = pairs[pairs["clinic_id"] < pairs["clinic_id_other"]]
    own = [name for name in COLUMNS if name not in {"city", "state"}]
    other = pairs[["city", "state", *(f"{name}_other" for name in own)]]
    other = other.rename(columns={f"{name}_other": name for name in own})

    found = dedupe.judge_pairs(pairs[list(COLUMNS)], other[list(COLUMNS)])

    merged = pairs[found["verdict"].eq("merge").to_numpy()]
    assert len(pairs) > 500
    # Branches of one name in one city, of which one listing states no street, or no branch.
    brands = [
        merged[name].str.replace(r" \(.*\)$", "", regex=True) for name in ("name", "name_other")
    ]
    assert brands[0].eq(brands[1]).all()
    assert len(merged) < len(pairs) / 100
