import hashlib
import json

import pytest

from geo import workspace
from geo.errors import SourceError
from geo.sources import replies, table
from geo.sources.rejects import write_rejects
from geo.workspace import geocoding_run, ingestion, positions, runs, stored_listings
from tests.handmade import small_home

WHO = "ann@example.org"


@pytest.fixture
def opened(program, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    small_home.use_program(program, monkeypatch)
    with workspace.open() as found:
        yield found


def open_table(path, title):
    return ingestion.open_table(path, table.guess(path), title=title, licence="CC0")


def test_a_table_is_filed_under_its_title(opened, program):
    path = program / "source.csv"
    summary, counts = ingestion.ingest(opened, open_table(path, "State list"), who=WHO)

    assert (summary.source, summary.title, summary.who) == ("table:State list", "State list", WHO)
    assert summary.file_name == "source.csv"
    assert summary.file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (counts.founded, counts.clinics) == (small_home.NEW, small_home.NEW)
    assert stored_listings.current(opened)["clinic_id"].ne("").all()


def test_another_table_does_not_make_the_first_shrink(opened, program, tmp_path):
    ingestion.ingest(opened, open_table(program / "source.csv", "State list"), who=WHO)
    short = tmp_path / "short.csv"
    short.write_text("\n".join(small_home.SOURCE.splitlines()[:2]))

    other, _ = ingestion.ingest(opened, open_table(short, "Another"), who=WHO)
    same, counts = ingestion.ingest(opened, open_table(short, "State list"), who=WHO)

    assert (other.state, same.state) == ("complete", "held")
    assert counts.clinics == 0


def test_mended_rejects_add_to_their_table_and_are_held_by_nothing(opened, program, tmp_path):
    whole, _ = ingestion.ingest(opened, open_table(program / "source.csv", "State list"), who=WHO)
    mended = tmp_path / "list.rejects.csv"
    write_rejects(runs.rejects(opened, whole.id), mended)
    text = mended.read_text("utf-8-sig")
    mended.write_text(text.replace("\n,12 Elm St", "\nElm Ketamine,12 Elm St"), "utf-8")

    part, counts = ingestion.ingest(opened, open_table(mended, "State list"), who=WHO)

    assert (whole.rejected, part.accepted, part.state) == (1, 1, "complete")
    assert part.title.startswith("State list, mended ")
    assert counts.clinics == 1
    assert stored_listings.missing(opened).empty


def test_a_table_is_of_the_kind_and_the_day_that_is_said(opened, program):
    path = program / "source.csv"
    reading = ingestion.open_table(
        path, table.guess(path), title="Register", evidence="registry", source_date="2026-10-01"
    )
    ingestion.ingest(opened, reading, who=WHO)

    known = stored_listings.current(opened)
    of_table = known[known["source"].eq("Register")]
    assert set(of_table["evidence"]) == {"registry"}
    assert set(of_table["source_date"]) == {"2026-10-01"}


def test_a_service_is_asked_itself(opened, monkeypatch):
    asked = []

    def get(url):
        asked.append(url)
        return json.dumps({"result_count": 0, "results": []}).encode()

    monkeypatch.setattr(replies, "get_bytes", get)

    summary, _ = ingestion.ingest(opened, ingestion.open_service("npi_registry"), who=WHO)

    assert asked
    assert all(url.startswith("https://npiregistry.cms.hhs.gov/api/") for url in asked)
    assert (summary.source, summary.read, summary.file_name) == ("npi_registry", 0, "")


def test_what_fails_leaves_nothing(opened, monkeypatch, tmp_path):
    def get(_):
        raise SourceError("The service is out.")

    monkeypatch.setattr(replies, "get_bytes", get)
    before = [run.id for run in runs.list_runs(opened)]

    with pytest.raises(SourceError, match="The service is out"):
        ingestion.ingest(opened, ingestion.open_service("npi_registry"), who=WHO)
    with pytest.raises(SourceError, match="is no service; give a file"):
        ingestion.open_service("nppes")
    with pytest.raises(SourceError, match="no source of files 'table'"):
        ingestion.open_file(opened, "table", tmp_path / "x.csv")
    with pytest.raises(SourceError, match=r"none\.json cannot be read"):
        ingestion.open_file(opened, "osm", tmp_path / "none.json")

    assert [run.id for run in runs.list_runs(opened)] == before


def test_those_without_a_position_come_first(opened):
    runs_of_five = [geocoding_run.geocode(opened, "gazetteer", 5) for _ in range(9)]

    rest = geocoding_run.geocode(opened, "gazetteer")
    assert [run.clinics for run in runs_of_five] == [5] * 9
    assert runs_of_five[0].counts["changed"] == runs_of_five[1].counts["changed"] == 5
    assert rest.clinics == small_home.CLINICS
    assert (rest.counts["changed"], rest.decision_id) == (0, None)
    nowhere = rest.counts.get("nowhere", 0)
    assert len(positions.agreed(opened)) == small_home.CLINICS - nowhere
