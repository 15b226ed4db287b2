"""The workspace file: made, opened, migrated, and every way in which the disk can fail."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from geo import workspace
from geo.errors import GeoError, WorkspaceError
from geo.sources import curated
from geo.workspace import (
    database,
    decisions,
    editing,
    exporting,
    opening,
    runs,
    schema,
    shipped,
    stored_listings,
)
from tests.handmade.workspace import DETAILS, SHIPPED, WHO, content, open_small, ship

APPEND_ONLY = (
    "decisions",
    "versions",
    "sightings",
    "assignments",
    "refusals",
    "pairs",
    "positions",
    "calls",
    "cases",
    "settlements",
)


@pytest.fixture
def small(tmp_path, monkeypatch):
    with open_small(tmp_path, monkeypatch) as opened:
        yield opened


def test_a_new_workspace_holds_the_shipped_listings_and_exports_them_to_the_byte(tmp_path):
    with workspace.open(tmp_path / "home") as opened:
        written = exporting.export(opened, tmp_path / "out")
        first = decisions.find(opened, 1)

    assert [path.name for path in written] == ["listings.csv"]
    assert written[0].read_bytes() == curated.PATH.read_bytes()
    assert (first.kind, first.who, first.subject) == ("start", "shipped", "run:1")


def test_where_it_lies_is_read_from_the_environment_at_each_call(tmp_path, monkeypatch):
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "elsewhere"))
    assert not workspace.exists()

    workspace.open().close()

    assert workspace.exists()
    assert (tmp_path / "elsewhere" / "workspace.sqlite").is_file()


def test_a_start_that_fails_leaves_no_half_workspace(tmp_path, monkeypatch):
    monkeypatch.setattr(curated, "PATH", tmp_path / "nowhere.csv")
    with pytest.raises(GeoError, match=r"nowhere\.csv"):
        opening.open(tmp_path / "home")
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))

    with opening.open(tmp_path / "home") as opened:
        assert len(stored_listings.current(opened)) == 4


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_kept_is_never_changed_or_deleted(small, table, statement):
    fill = {
        "refusals": "INSERT INTO refusals VALUES (1, 1, 'a', 'phone', 'x', 1)",
        "pairs": "INSERT INTO pairs VALUES (1, 1, 'a', 'b', 1)",
        "positions": "INSERT INTO positions VALUES (1, 1, 'a', 1, 1, 'zip', 1, '', '', '', '')",
        "calls": "INSERT INTO calls VALUES (1, 1, 'a', '2026', 'open')",
        "cases": "INSERT INTO cases VALUES (1, 1, 'report', 's', 'a', '', '{}')",
        "settlements": "INSERT INTO settlements VALUES (1, 1, 1, 'done')",
    }
    with small.change() as connection:
        for name, insert in fill.items():
            if name == table or (table == "settlements" and name == "cases"):
                connection.execute(insert)

    with (
        pytest.raises(WorkspaceError, match="never changed or deleted"),
        small.change() as connection,
    ):
        connection.execute(statement.format(table))


def test_a_change_that_raises_leaves_nothing(small):
    before = decisions.head(small)

    def fail():
        with small.change():
            decisions.record(small, "edit", who=WHO)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert decisions.head(small) == before


def test_a_workspace_of_a_newer_program_is_refused(small):
    small.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(WorkspaceError, match="newer version of this program"):
        opening.open(small.path.parent)


def test_an_older_workspace_is_brought_up_to_date_and_a_copy_kept(small, monkeypatch):
    home, form = small.path.parent, len(schema.MIGRATIONS)
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE later (id INTEGER) STRICT;\n")
    )
    with opening.open(home) as opened:
        assert opened.read("SELECT * FROM later") == []
        assert opened.read("PRAGMA user_version") == [(form + 1,)]
        assert len(stored_listings.current(opened)) == 4
    with closing(sqlite3.connect(home / f"workspace-form-{form}.sqlite")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (form,)
        assert copy.execute("SELECT COUNT(*) FROM versions").fetchone() == (4,)


def test_a_migration_that_fails_changes_nothing(small, monkeypatch):
    form = len(schema.MIGRATIONS)
    bad = "CREATE TABLE later (id INTEGER) STRICT;\nSELECT * FROM nowhere;\n"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, bad))
    with pytest.raises(WorkspaceError):
        opening.open(small.path.parent)

    assert small.read("PRAGMA user_version") == [(form,)]
    assert small.read("SELECT 1 FROM sqlite_master WHERE name = 'later'") == []


def test_a_locked_workspace_is_told_and_nothing_is_kept(small, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with opening.open(small.path.parent) as other, small.change():
        with pytest.raises(WorkspaceError, match="being written by another program"):
            editing.close(other, "birch-bend-or", who=WHO)
        assert len(stored_listings.current(other)) == 4  # reading goes on


def test_a_full_disk_is_told_and_the_workspace_stays_whole(small):
    before = content(stored_listings.current(small))
    pages = small.read("PRAGMA page_count")[0][0]
    small.connection.execute(f"PRAGMA max_page_count = {pages}")
    told = {"name": "Dogwood", "state": "OR", "note": "n" * 400}
    failed = None
    for _ in range(200):
        try:
            editing.add(small, told, who=WHO, reason="w" * 4000)
        except WorkspaceError as error:
            failed = error
            break

    assert failed is not None
    assert "the disk is full" in str(failed)
    assert small.read("PRAGMA integrity_check") == [("ok",)]
    kept = content(stored_listings.current(small))
    assert set(before) <= set(kept)
    assert len(kept) - len(before) == 2 * (decisions.head(small) - 1)


def fill(opened):
    for _ in range(500):
        editing.add(opened, {"name": "Elm", "state": "OR"}, who=WHO, reason="w" * 9000)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="needs to mount")
def test_a_real_full_disk(tmp_path, monkeypatch):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)],  # noqa: S607
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("may not mount here")
    try:
        monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))
        with opening.open(disk) as opened:
            with pytest.raises(WorkspaceError, match="disk"):
                fill(opened)
            assert opened.read("PRAGMA integrity_check") == [("ok",)]
            assert {"S1", "S2", "S3", "S4"} <= {*stored_listings.current(opened)["listing_id"]}
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S607


def test_a_workspace_that_may_not_be_written_is_told(small):
    small.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(WorkspaceError, match="may not be written"):
        editing.close(small, "birch-bend-or", who=WHO)


def test_a_folder_that_cannot_be_made_is_told():
    with pytest.raises(WorkspaceError, match="cannot be made"):
        opening.open(Path("/proc/nowhere"))


@pytest.mark.parametrize(
    ("damage", "told"), [(b"no database at all" * 99, "is not a workspace"), (None, "damaged")]
)
def test_a_damaged_file_is_told(small, damage, told):
    path = small.path
    small.close()
    if damage is None:
        whole = bytearray(path.read_bytes())
        whole[100:] = b"\xff" * (len(whole) - 100)
        damage = bytes(whole)
    path.write_bytes(damage)

    with pytest.raises(WorkspaceError, match=told), opening.open(path.parent) as opened:
        stored_listings.current(opened)


def test_newer_shipped_listings_are_told_and_taken_only_when_said(small, tmp_path, monkeypatch):
    assert shipped.find_newer(small) is None
    editing.edit(small, "birch-bend-or", {"phone": "541 555 0123"}, who=WHO)
    rows = [row | DETAILS[row["listing_id"]] for row in SHIPPED]
    rows[2] |= {"source_date": "2026"}
    new = {"listing_id": "S5", "clinic_id": "elm-troy-id", "name": "Elm", "state": "ID"}
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "newer.csv", *rows[1:], new))

    news = shipped.find_newer(small)
    assert (news.added, news.changed, news.missing) == (1, 1, 1)
    assert len(stored_listings.current(small)) == 5

    shipped.take(small, who=WHO)

    known = stored_listings.current(small).set_index("listing_id")
    assert shipped.find_newer(small) is None
    assert known.loc["S5", "clinic_id"] == "elm-troy-id"
    assert known.loc["S3", "source_date"] == "2026"
    assert known.loc["operator:birch-bend-or", "phone"] == "+15415550123"
    assert stored_listings.missing(small)["listing_id"].tolist() == ["S1"]
    assert runs.list_runs(small)[0].missing == 1
