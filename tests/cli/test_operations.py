"""The operator's commands, from a source to a release and back."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from geo import cli, releases, workspace
from geo.cli.geocode import Provider
from geo.cli.ingest import Source, describe_sources
from geo.releases import folders
from geo.sources.rejects import REASON
from geo.workspace import cases, decisions, editing, positions, stored_listings
from tests.handmade import small_home

pytestmark = pytest.mark.long

ALL = small_home.CLINICS + small_home.NEW


@pytest.fixture(autouse=True)
def source(program, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "130")
    monkeypatch.setenv("LOGNAME", "ann")
    small_home.use_program(program, monkeypatch)
    path = tmp_path / "source.csv"
    path.write_text(small_home.SOURCE)
    return path


def run(*words, says=None):
    return CliRunner().invoke(cli.app, [str(word) for word in words], input=says)


def read(*words):
    """Run a command that has to succeed, and read its answer as JSON."""
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def edit_one():
    with workspace.open() as opened:
        clinic = stored_listings.current(opened)["clinic_id"].iloc[0]
        editing.edit(opened, clinic, {"phone": "+12065550100"}, who="ann")
        return clinic


def add_twin(source):
    """Take in a clinic that may be one there is: the same name and phone next door."""
    release = releases.current()
    clinic = release.clinics.query("street != '' and zip != ''").iloc[0]
    street = f"9999 {clinic['street'].partition(' ')[2]}"
    source.write_text(
        "name,street,city,state,zip,phone\n"
        f'"{clinic["name"]}","{street}","{clinic["city"]}",{clinic["state"]},{clinic["zip"]},'
        f"{clinic['phone']}\n"
    )
    assert run("ingest", "table", source, "--yes").exit_code == 0
    (case,) = read("review")
    return case


def test_a_table_is_taken_in_with_counts_and_a_file_of_rejects(source):
    result = run("ingest", "table", source, "--yes", "--rejects", "--format", "json")

    assert result.exit_code == 0, result.stderr
    facts = json.loads(result.stdout)
    named = ("read", "not_relevant", "accepted", "rejected", "added", "mended", "state")
    assert [facts[name] for name in named] == [6, 0, 5, 1, 5, 0, "complete"]
    assert "name = Facility (100% sure): Fresh Ketamine Care | " in result.stderr
    assert "line 7: it has no name" in result.stderr
    written = source.with_name("source.rejects.csv")
    rows = list(csv.DictReader(io.StringIO(written.read_text("utf-8-sig"))))
    assert [(row["Facility"], row["City"], row[REASON]) for row in rows] == [
        ("", "Dallas", "it has no name")
    ]

    mended = written.read_text("utf-8-sig").replace("\n,", "\nMended Ketamine,")
    written.write_text(mended, "utf-8-sig")
    again = read("ingest", "table", written, "--yes")
    assert (again["accepted"], again["added"], again["state"]) == (1, 1, "complete")
    assert again["source"].startswith("table:source, mended ")


def test_a_guessed_mapping_is_asked_about(source):
    refused = run("ingest", "table", source, says="n\n")
    silent = run("ingest", "table", source)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert (silent.exit_code, silent.stdout) == (1, "")
    assert "give --yes" in silent.stderr
    with workspace.open() as opened:
        assert len(stored_listings.current(opened)) == len(small_home.pick_listings())
    assert run("ingest", "table", source, says="y\n").exit_code == 0


def test_a_mapping_can_be_given_in_a_file(source, tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('name = "City"\nstate = "State"\n')

    assert run("ingest", "table", source, "--mapping", mapping).exit_code == 0
    with workspace.open() as opened:
        assert "Fresno" in set(stored_listings.current(opened)["name"])

    for text, told in (
        ("name = 1", "names no column for name"),
        ("name = ", "cannot be read"),
        ('name = "Nope"\nstate = "State"', "'Nope' for 'name' is missing"),
    ):
        mapping.write_text(text)
        result = run("ingest", "table", source, "--mapping", mapping)
        assert (result.exit_code, result.stdout) == (1, "")
        assert told in result.stderr


def test_a_source_that_cannot_be_read_is_named(tmp_path):
    missing = run("ingest", "nppes", tmp_path / "none.csv")
    unknown = run("ingest", "yellow_pages", "x.csv")
    no_file = run("ingest", "nppes")

    assert (missing.exit_code, no_file.exit_code, unknown.exit_code) == (1, 1, 2)
    assert "none.csv cannot be read" in missing.stderr
    assert "'nppes' is no service; give a file" in no_file.stderr


def test_choices_are_those_of_the_library():
    assert {*Source} >= {"nppes", "npi_registry", "samhsa", "osm", "table", "shipped"}
    assert describe_sources().startswith(
        "nppes (the monthly file, .csv or .zip); npi_registry, samhsa, osm (saved JSON, or the "
        "service itself); "
    )
    assert "Which source it is: nppes" in run("ingest", "--help").stdout
    assert set(Provider) == {"census", "nominatim", "gazetteer"}


def test_geocoding_by_the_gazetteer_asks_nobody(source):
    run("ingest", "table", source, "--yes")

    few = read("geocode", "--provider", "gazetteer", "--limit", "3")
    rest = read("geocode", "--provider", "gazetteer")
    again = read("geocode", "--provider", "gazetteer")

    assert (few["clinics"], few["changed"]) == (3, 3)
    assert rest["clinics"] == ALL
    assert rest["changed"] + rest["nowhere"] + 3 == ALL
    assert again["changed"] == 0
    with workspace.open() as opened:
        assert set(positions.agreed(opened)["geocoder"]) == {"gazetteer"}
    assert run("geocode", "--provider", "google").exit_code == 2


def test_publishing_shows_the_diff_and_asks(source):
    base = releases.current_id()
    run("ingest", "table", source, "--yes")

    refused = run("publish", says="n\n")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Nothing was changed" in refused.stderr
    assert releases.current_id() == base

    agreed = run("publish", says="y\n")
    assert agreed.exit_code == 0, agreed.stderr
    assert agreed.stdout == f"{releases.current_id()}\n"
    assert releases.current_id() != base
    assert f"{small_home.NEW} clinics added" in agreed.stderr
    assert "Fresh Ketamine Care" in agreed.stderr
    assert "West clinics 20 → 22" in agreed.stderr

    again = run("publish", "--yes")
    assert again.stdout == agreed.stdout
    assert "in use already" in again.stderr


def test_publish_never_waits_for_review(source):
    add_twin(source)

    result = run("publish", "--yes")

    assert result.exit_code == 0, result.stderr
    assert "1 cases wait for review" in result.stderr
    assert len(releases.current().clinics) == small_home.CLINICS + 1


def test_past_a_limit_it_takes_a_reason():
    with workspace.open() as opened:
        for clinic in sorted(set(stored_listings.current(opened)["clinic_id"]))[:6]:
            editing.close(opened, clinic, who="ann")

    refused = run("publish", "--yes")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Past a limit: 6 of 40 clinics" in refused.stderr
    assert not folders.pointer().exists()

    forced = run("publish", "--yes", "--force", "the chain closed")
    assert forced.exit_code == 0, forced.stderr
    with workspace.open() as opened:
        assert decisions.history(opened, f"release:{releases.current_id()}")[0].reason == (
            "the chain closed"
        )


def test_rolling_back_shows_the_diff_and_asks():
    base = releases.current_id()
    edit_one()
    run("publish", "--yes")
    published = releases.current_id()

    assert run("rollback", says="n\n").exit_code == 1
    assert releases.current_id() == published

    result = run("rollback", "--yes")
    assert (result.exit_code, result.stdout) == (0, f"{base}\n")
    assert "phone +12065550100 → " in result.stderr
    assert run("rollback", published, "--yes").stdout == f"{published}\n"
    assert run("rollback", "shipped", "--yes").stdout == f"{base}\n"

    nothing = run("rollback", "--yes")
    wrong = run("rollback", "2026-01-01-00000000", "--yes")
    assert (nothing.exit_code, wrong.exit_code) == (1, 1)
    assert "nothing to return to" in nothing.stderr
    assert f"there are {base}" in wrong.stderr or published in wrong.stderr


def test_any_two_releases_are_compared():
    clinic = edit_one()
    run("publish", "--yes")

    lines = run("diff", "shipped", "current").stdout.splitlines()
    found = read("diff", "shipped", "current")
    rows = list(
        csv.DictReader(io.StringIO(run("diff", "shipped", "current", "--format", "csv").stdout))
    )

    assert lines[0] == f"{found['from']} → {found['to']}"
    assert "Changed (4)" in lines or any(line.startswith("Changed (") for line in lines)
    assert found["to"] == releases.current_id()
    (phone,) = [row for row in found["changed"] if row["field"] == "phone"]
    assert (phone["clinic_id"], phone["after"]) == (clinic, "+12065550100")
    assert [row["after"] for row in rows if row["what"] == "phone"] == ["+12065550100"]
    assert {row["release"] for row in rows} == {releases.current_id()}

    same = run("diff", "current", "current")
    assert "Nothing changes." in same.stdout
    wrong = run("diff", "current", "nope")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert run("diff", "current").exit_code == 2


def test_a_doubtful_pair_is_settled_and_taken_back(source):
    case = add_twin(source)
    number = case["case_id"]

    assert case["kind"] == "duplicate"
    assert str(number) in run("review").stdout
    shown = read("review", number)
    assert len(shown["listings"]) == 2
    assert shown["choices"] == ["same", "different"]
    assert shown["listings"][0]["listing_id"] in run("review", number).stdout

    asked = run("review", number, "--same")
    assert asked.exit_code == 1
    assert "streets or house numbers differ" in asked.stderr
    assert "leaves the list" in asked.stderr
    assert read("review") != []
    assert run("review", number, "--same", says="y\n").exit_code == 0
    assert read("review") == []
    assert run("review", number, "--undo").exit_code == 0
    assert "is part of" in run("review", number, "--same", "--yes").stderr
    assert run("review", number).exit_code == 1
    assert run("review", number, "--undo").exit_code == 0
    assert [row["case_id"] for row in read("review")] == [number]
    assert run("review", number, "--different").exit_code == 0
    assert read("review") == []


def test_a_doubtful_point_is_settled_by_choice_by_pin_or_left():
    base = releases.current().clinics.iloc[0]
    clinic = base["clinic_id"]
    point = {
        "latitude": base["latitude"],
        "longitude": base["longitude"],
        "precision": "address",
        "radius_miles": 0.05,
        "geocoder": "census",
        "licence": "public domain",
        "label": "12 MAIN ST",
    }

    def ask():
        with workspace.open() as opened, opened.change():
            decided = decisions.record(opened, "locate", "", {}, who="geocoder")
            cases.add(
                opened, decided, "position", f"clinic:{clinic}", clinic_id=clinic,
                reason=f"Doubt {decided}.", facts={"candidates": [point]},
            )  # fmt: skip
        return read("review")[0]["case_id"]

    def find():
        with workspace.open() as opened:
            return positions.agreed(opened).set_index("clinic_id").loc[clinic]

    number = ask()
    assert "--accept 1: 12 MAIN ST" in run("review", number).stdout
    assert run("review", number, "--accept", "2").exit_code == 1
    assert run("review", number, "--accept", "1").exit_code == 0
    assert find()["precision"] == "address"

    assert run("review", ask(), "--keep").exit_code == 0
    assert find()["precision"] == "address"

    number = ask()
    assert run("review", number, "--pin", "north").exit_code == 2
    assert run("review", number, "--pin", "99,500").exit_code == 1
    assert run("review", number, "--pin", "36.5,-119.5", "--why", "seen").exit_code == 0
    assert (find()["latitude"], find()["precision"]) == (36.5, "verified")
    assert run("review", number, "--undo").exit_code == 0
    assert find()["precision"] == "address"


def test_one_thing_at_a_time(source):
    number = add_twin(source)["case_id"]

    for words in ([number, "--same", "--different"], ["--same"], [number, "--accept", "0"]):
        assert run("review", *words).exit_code == 2
    for words in ([number, "--keep"], [99, "--same"], [number, "--undo"]):
        result = run("review", *words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr


def test_the_listings_are_written_back(tmp_path):
    clinic = edit_one()
    with workspace.open() as opened:
        positions.verify(opened, clinic, 36.5, -119.5, who="ann")

    result = run("export", tmp_path / "data")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.split() == [
        str(tmp_path / "data" / name) for name in ("listings.csv", "positions.csv")
    ]
    assert "+12065550100" in (tmp_path / "data" / "listings.csv").read_text()
    assert run("export", tmp_path / "out.csv").exit_code == 2


def test_a_backup_brings_the_workspace_back(tmp_path):
    edit_one()
    assert run("backup", tmp_path / "copy.zip").stdout == f"{tmp_path / 'copy.zip'}\n"
    with workspace.open() as opened:
        before = stored_listings.current(opened)
        editing.add(opened, {"name": "Late", "city": "Waco", "state": "TX"}, who="ann")

    assert run("restore", tmp_path / "copy.zip", says="n\n").exit_code == 1
    result = run("restore", tmp_path / "copy.zip", "--yes")

    assert result.exit_code == 0, result.stderr
    assert "is kept as" in result.stderr
    with workspace.open() as opened:
        assert stored_listings.current(opened).equals(before)
    wrong = run("restore", tmp_path / "none.zip", "--yes")
    assert (wrong.exit_code, wrong.stdout) == (1, "")


def test_status_tells_of_the_workspace_without_making_one(source):
    first = read("status")
    assert first["workspace"] is False
    assert not workspace.exists()
    assert first["shipped"] is True

    add_twin(source)
    run("publish", "--yes")
    facts = read("status")

    assert {"release", "clinics", "located", "made_at"} <= set(facts)
    assert facts["shipped"] is False
    assert (facts["open_cases"], facts["cases_by_kind"]) == (1, {"duplicate": 1})
    assert (facts["newer_shipped_release"], facts["newer_shipped_listings"]) == (None, False)
    assert "1 duplicate" in run("status").stdout


def test_what_came_with_an_update_is_announced_and_taken_when_told(program, tmp_path, monkeypatch):
    edit_one()
    run("publish", "--yes")
    newer = tmp_path / "newer.csv"
    newer.write_text(
        (program / "listings.csv").read_text().replace("Ketamine", "Renewed Ketamine", 1)
    )
    monkeypatch.setattr("geo.sources.curated.PATH", newer)
    release = releases.write(
        dict(releases.current().tables),
        tmp_path,
        as_of=small_home.AS_OF.replace(year=2030),
        inputs={},
    )
    path = release / "manifest.json"
    manifest = json.loads(path.read_text()) | {"made_at": "2099-01-01T00:00:00Z"}
    path.write_text(json.dumps(manifest))
    for module in (folders, releases):
        monkeypatch.setattr(module, "SHIPPED", release)

    result = run("status", "--format", "json")

    facts = json.loads(result.stdout)
    assert facts["newer_shipped_release"] == release.name
    assert facts["newer_shipped_listings"] is True
    assert release.name in result.stderr
    assert "1 changed" in result.stderr

    assert run("ingest", "shipped").exit_code == 0
    assert read("status")["newer_shipped_listings"] is False


def test_a_call_day_by_commands(tmp_path):
    assert "No clinics were drawn yet" in run("calls").stderr
    folder = tmp_path / "calls"
    drawn = run("calls", "--sample", 12, "--by", "state", "--out", folder)
    assert drawn.stdout.strip() == str(folder)
    assert "12 clinics are to be called, 2 of them twice" in drawn.stderr
    assert (folder / "sheets.html").read_text().count("<section>") == 14
    path = folder / "answers.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row["caller"] for row in rows] == ["1"] * 12 + ["2"] * 2
    for at, row in enumerate(rows[:11]):
        row |= {"outcome": "answered", "open": "no" if at == 3 else "yes"}
    rows[5]["wait_days"] = "soon"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    taken = run("calls", "--answers", path)
    assert taken.exit_code == 0, taken.stderr
    assert f"{rows[5]['clinic_id']}: wait_days: write a number of days" in taken.stderr
    assert "10 answers" in taken.stderr
    found = read("calls")
    assert (found["clinics"], found["called"]) == (40, 10)
    assert found["estimates"]["operating"]["low"] < 0.9 < found["estimates"]["operating"]["high"]
    assert "operating" in run("calls", "--show").stdout
    assert run("calls", "--hide").exit_code == 0
    assert run("calls", "--undo", taken.stdout.strip()).exit_code == 0
    assert "fewer than two calls" in run("calls").stderr
    assert run("calls", "--show", "--sample", 3).exit_code == 2
    assert run("calls", "--answers", tmp_path / "none.csv").exit_code == 1
