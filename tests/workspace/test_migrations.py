"""Every earlier workspace opens, loses nothing, and finds nothing changed in what it knows."""

import hashlib
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from contextlib import closing

import pytest

from geo.errors import WorkspaceError
from geo.geocoding import cache
from geo.releases import schemas
from geo.sources import curated
from geo.workspace import (
    backup,
    case_resolving,
    cases,
    database,
    intake,
    listing_versions,
    opening,
    runs,
    schema,
    shipped,
    stored_listings,
    undoing,
)
from tests.earlier import making
from tests.handmade.workspace import WHO, content, open_small

EARLIER = sorted(making.HERE.glob("workspace-*.zip"))
RELEASED = (
    "97caf7dc438c99cd0fd443a4beb18a9885cfa424eb2b8d853455f0a3b08d6c77",
    "462ea2d141781fb3bfd89668de932ef90eb1944655ee5eed27dd94883a1fea80",
    "b320ac106cd29ce085167e6edab2324d39d50e6735a0fdd2b61a96ed95c08cdb",
    "0292fc8930b3827f5d9ab2cecee7746c8588a9d7614bf39e8d22ce11de5d0765",
)
"""The sha256 of every script that was released; one that differs must become the next instead."""

KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from geo.workspace import opening
from geo.workspace.migrations import form_2

hashed = []

def hash_and_die(*pairs):
    hashed.append(pairs)
    if len(hashed) > 20:
        os.kill(os.getpid(), signal.SIGKILL)
    return str(len(hashed))

form_2._hash_named = hash_and_die
opening.open(Path(sys.argv[1]))
"""


def unpack(packed, home):
    """Put the workspace of a backup into a folder as it is, without bringing it up to date."""
    home.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(packed) as archive:
        archive.extract(database.FILE, home)
    return home / database.FILE


def dump(path):
    """Return all that a workspace holds, by table; the hashes of what listings say apart."""
    with closing(sqlite3.connect(path)) as opened:
        opened.row_factory = sqlite3.Row
        names = [
            row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        held = {
            name: [dict(row) for row in opened.execute(f"SELECT * FROM {name}")]  # noqa: S608
            for name in names
        }
    hashes = {name: [row.pop("sha256") for row in held[name]] for name in ("versions", "staged")}
    return held, hashes


def pick_earlier(held, before):
    """Return what tables hold in the columns that they had in an earlier form, which held `before`."""
    columns = {name: list(rows[0]) for name, rows in before.items() if rows}
    return {
        name: [{column: row[column] for column in columns.get(name, row)} for row in held[name]]
        for name in before
    }


def list_made(path):
    """Return the tables, views, indices and triggers of a database, as they are declared."""
    with closing(sqlite3.connect(path)) as opened:
        rows = opened.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {(kind, name): " ".join(str(sql).split()) for kind, name, sql in rows}


@pytest.fixture(params=EARLIER, ids=lambda path: path.stem)
def home(request, tmp_path, monkeypatch):
    """Return a folder with a workspace of an earlier form, beside the list it started from."""
    monkeypatch.setattr(curated, "PATH", making.HERE / "listings.csv")
    unpack(request.param, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def first(tmp_path, monkeypatch):
    """Return a folder with a workspace of the first form."""
    monkeypatch.setattr(curated, "PATH", making.HERE / "listings.csv")
    unpack(EARLIER[0], tmp_path / "home")
    return tmp_path / "home"


def test_a_script_that_was_released_is_never_edited():
    now = tuple(hashlib.sha256(script.encode()).hexdigest() for script in schema.MIGRATIONS)

    assert now == RELEASED


def test_a_small_workspace_of_every_earlier_form_is_kept():
    kept = {backup.read_manifest(path)["form"] for path in EARLIER}

    assert kept >= set(range(1, len(schema.MIGRATIONS)))
    assert 1 in kept


@pytest.mark.nightly
def test_a_small_one_of_the_present_form_can_be_made(tmp_path):
    making.main(tmp_path)

    form, version = len(schema.MIGRATIONS), schemas.newest()
    kept = tmp_path / f"workspace-{form}.zip"
    assert {path.name for path in tmp_path.iterdir()} == {kept.name, f"release-{version}"}
    held, _ = dump(unpack(kept, tmp_path / "home"))
    assert held["staged"]
    assert {row["state"] for row in held["runs"]} == {"complete", "held", "reading"}


def test_the_first_script_makes_the_tables_of_the_geocoders_cache(tmp_path, monkeypatch):
    open_small(tmp_path, monkeypatch).close()
    with cache.open_cache(tmp_path / "cache.sqlite"):
        pass

    cached = list_made(tmp_path / "cache.sqlite")

    assert len(cached) > 3
    assert list_made(tmp_path / "home" / database.FILE).items() >= cached.items()


def test_the_hash_of_the_second_form_is_frozen(tmp_path, monkeypatch):
    with open_small(tmp_path, monkeypatch) as opened:
        told = opened.read(
            "SELECT hash_named('name', 'Añejo', 'zip', '', 'raw', '{\"a\": \"' || char(0) || '\"}')"
        )

    assert told == [("86fc2abecfd5cbc9cffb848139eed4239ba144e58e0a1515da926e4ff119eaf6",)]


def test_an_earlier_workspace_loses_nothing(home):
    before, _ = dump(home / database.FILE)
    assert {name for name, rows in before.items() if not rows} <= {
        "notices",
        "geocoding_pace",
        "geocoding_requests",
    }

    with opening.open(home) as opened:
        assert opened.read("PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
        assert opened.read("PRAGMA integrity_check") == [("ok",)]
        assert opened.read("PRAGMA foreign_key_check") == []

    after, _ = dump(home / database.FILE)
    assert pick_earlier(after, before) == before


def test_an_earlier_workspace_is_made_like_a_new_one(home, tmp_path, monkeypatch):
    opening.open(home).close()
    old = list_made(home / database.FILE)
    new = tmp_path / "new"
    new.mkdir()
    open_small(new, monkeypatch).close()

    assert list_made(new / "home" / database.FILE) == old


def test_every_hash_is_that_of_what_is_said(home):
    opening.open(home).close()

    held, hashes = dump(home / database.FILE)

    for name in ("versions", "staged"):
        assert len(hashes[name]) > 5
        assert hashes[name] == [listing_versions.hash_facts(row) for row in held[name]]


def test_the_first_form_hashed_otherwise_and_a_copy_of_it_is_kept(first):
    _, before = dump(first / database.FILE)

    opening.open(first).close()

    _, after = dump(first / database.FILE)
    _, kept = dump(first / "workspace-form-1.sqlite")
    assert kept == before
    assert not set(before["versions"]) & set(after["versions"])
    assert len(set(after["versions"])) == len(set(before["versions"]))


def test_what_was_kept_is_still_never_changed(first):
    with (
        opening.open(first) as opened,
        pytest.raises(WorkspaceError, match="versions are never changed or deleted"),
        opened.change() as connection,
    ):
        connection.execute("UPDATE versions SET sha256 = 'x'")


def test_the_next_ingest_of_the_same_file_finds_nothing_changed(home):
    with opening.open(home) as opened:
        known = content(stored_listings.current(opened))
        versions = opened.read("SELECT COUNT(*) FROM versions")

        summary, counts = making.take_in(opened, "clinics.csv")

        assert summary.state == "complete"
        assert (summary.accepted, summary.unchanged) == (5, 5)
        assert (summary.added, summary.changed, summary.missing) == (0, 0, 0)
        assert counts.joined == counts.founded == 0
        assert content(stored_listings.current(opened)) == known
        assert opened.read("SELECT COUNT(*) FROM versions") == versions


def test_the_shipped_listings_are_not_news(home, tmp_path, monkeypatch):
    heading, *rows = (making.HERE / "listings.csv").read_text().splitlines()
    other = tmp_path / "listings.csv"
    other.write_text("\n".join([heading, *reversed(rows)]) + "\n")
    monkeypatch.setattr(curated, "PATH", other)

    with opening.open(home) as opened:
        news = shipped.find_newer(opened)

        assert (news.added, news.changed, news.missing) == (0, 0, 0)
        shipped.take(opened, who=WHO)
        latest = runs.list_runs(opened)[0]
        assert (latest.added, latest.changed, latest.unchanged) == (0, 0, 8)


def test_a_held_run_can_be_accepted_after_the_migration(home):
    with opening.open(home) as opened:
        versions = opened.read("SELECT COUNT(*) FROM versions")
        (held,) = cases.open_cases(opened, "shrunk")["case_id"]

        case_resolving.resolve_case(opened, int(held), "accept", who=WHO)

        assert opened.read("SELECT COUNT(*) FROM versions") == versions
        assert len(stored_listings.missing(opened)) == 3


def test_what_was_decided_can_be_undone_after_the_migration(home):
    with opening.open(home) as opened:
        (merged,) = opened.read(
            "SELECT MAX(id) FROM standing WHERE kind = 'merge' AND undoes IS NULL"
        )
        before = stored_listings.current(opened).set_index("listing_id")["clinic_id"]

        undoing.undo(opened, merged[0], who=WHO)

        after = stored_listings.current(opened).set_index("listing_id")["clinic_id"]
        assert before["S7"] == "elm-waco-tx"
        assert after["S7"] == "elm-clinic-waco-tx"


def test_killed_in_the_middle_a_migration_has_not_happened(first):
    before = dump(first / database.FILE)

    done = subprocess.run(
        [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(first)], check=False, capture_output=True
    )

    assert done.returncode == -signal.SIGKILL
    assert dump(first / database.FILE) == before
    with closing(sqlite3.connect(first / database.FILE)) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (1,)
        assert opened.execute(
            "SELECT COUNT(*) FROM sqlite_master WHERE name = 'versions_no_update'"
        ).fetchone() == (1,)
    opening.open(first).close()
    assert pick_earlier(dump(first / database.FILE)[0], before[0]) == before[0]


def test_a_program_of_before_that_reads_a_source_is_waited_for(first, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    before = dump(first / database.FILE)
    with closing(sqlite3.connect(first / database.FILE, isolation_level=None)) as connection:
        other = database.Workspace(connection, first / database.FILE)
        with intake.alone(other), pytest.raises(WorkspaceError, match="is taking in a source"):
            opening.open(first)
        assert dump(first / database.FILE) == before

    opening.open(first).close()


def test_programs_that_open_it_at_once_all_do_and_one_brings_it_up_to_date(first):
    before, _ = dump(first / database.FILE)
    opened_after = threading.Event()
    begun = threading.Event()

    def migrate():
        with closing(sqlite3.connect(first / database.FILE, isolation_level=None)) as connection:
            other = database.Workspace(connection, first / database.FILE)
            with intake.alone(other):
                begun.set()
                assert not opened_after.wait(0.3)  # the one below waits meanwhile
                with other.change():
                    schema.migrate(connection, 1)

    quicker = threading.Thread(target=migrate)
    quicker.start()
    assert begun.wait(60)
    with opening.open(first) as opened:
        opened_after.set()
        assert opened.read("PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
    quicker.join()

    assert pick_earlier(dump(first / database.FILE)[0], before) == before
    assert not list(first.glob("workspace-form-*"))  # what was there was of the new form already


@pytest.mark.parametrize("packed", EARLIER, ids=lambda path: path.stem)
@pytest.mark.parametrize("replace", [False, True])
def test_a_backup_of_an_earlier_form_is_restored(packed, replace, tmp_path, monkeypatch):
    before, _ = dump(unpack(packed, tmp_path / "before"))
    if replace:
        open_small(tmp_path, monkeypatch).close()

    backup.restore(packed, tmp_path / "home", replace=replace)

    after, hashes = dump(tmp_path / "home" / database.FILE)
    assert pick_earlier(after, before) == before
    assert hashes["versions"] == [listing_versions.hash_facts(row) for row in after["versions"]]
    with opening.open(tmp_path / "home") as opened:
        assert opened.read("PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
    assert not list((tmp_path / "home").glob("workspace-form-*"))


def test_a_fact_that_is_new_and_empty_makes_no_listing_another(monkeypatch):
    listing = dict.fromkeys(listing_versions.FACTS, "") | {"name": "Elm", "npi": "1234567893"}
    before = listing_versions.hash_facts(listing)
    monkeypatch.setattr(listing_versions, "FACTS", ("made_up", *reversed(listing_versions.FACTS)))

    assert listing_versions.hash_facts(listing | {"made_up": ""}) == before
    assert listing_versions.hash_facts(listing | {"made_up": "yes"}) != before


def test_the_same_text_in_another_field_is_another_content():
    blank = dict.fromkeys(listing_versions.FACTS, "")

    hashes = {listing_versions.hash_facts(blank | {name: "x"}) for name in listing_versions.FACTS}

    assert len(hashes) == len(listing_versions.FACTS)
