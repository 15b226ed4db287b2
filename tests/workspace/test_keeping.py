"""Positions, the work list, and the workspace as files: backup, restore, export."""

import datetime as dt
import hashlib
import json
import re
import shutil
import sqlite3
import tracemalloc
import zipfile
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from geo.clinics.resolving import resolve
from geo.errors import SchemaError, WorkspaceError
from geo.i18n.reasons import Reason
from geo.workspace import (
    accepted_positions,
    backup,
    call_list,
    calling,
    case_resolving,
    cases,
    database,
    decisions,
    editing,
    exporting,
    opening,
    positions,
    stored_listings,
    undoing,
)
from tests.handmade.demand import demand_of
from tests.handmade.workspace import WHO, content, open_small, positions_of

ALDER, BIRCH, CEDAR = "alder-salem-or", "birch-bend-or", "cedar-boise-id"


@pytest.fixture
def small(tmp_path, monkeypatch):
    with open_small(tmp_path, monkeypatch) as opened:
        yield opened


def points(small):
    placed = positions.agreed(small)
    columns = ("clinic_id", "latitude", "precision")
    return list(zip(*(placed[name] for name in columns), strict=True))


def case_of(clinic_id, reason="A tie."):
    candidate = {"latitude": 45.5, "longitude": -120.5, "precision": "address"}
    candidate |= {"radius_miles": 0.05, "geocoder": "census", "licence": "public domain"}
    row = {"clinic_id": clinic_id, "reason": reason, "candidates": json.dumps([candidate])}
    return pd.DataFrame([row])


def test_a_pin_is_never_moved_by_a_geocoder_even_once_it_was_undone_and_redone(small):
    positions.agree(small, positions_of((ALDER, 44.0, -120.0), (BIRCH, 44.5, -121.0)))
    pinned = positions.verify(small, ALDER, 44.9, -123.0, who=WHO)
    assert positions.agree(small, positions_of((ALDER, 44.1, -120.0))) is None
    assert points(small) == [(ALDER, 44.9, "verified"), (BIRCH, 44.5, "address")]
    assert positions.agreed(small)["address"].tolist() == ["1 Oak St, Salem, OR 97301", ""]

    undone = undoing.undo(small, pinned, who=WHO)
    assert points(small)[0] == (ALDER, 44.0, "address")
    positions.agree(small, positions_of((ALDER, 44.2, -120.0)))
    assert points(small)[0] == (ALDER, 44.2, "address")
    undoing.undo(small, undone, who=WHO)
    assert points(small)[0] == (ALDER, 44.9, "verified")


def test_a_position_agreed_already_is_not_recorded_again(small):
    assert positions.agree(small, positions_of((ALDER, 44.0, -120.0))) is not None
    again = positions_of((ALDER, 44.0, -120.0)).assign(geocoded_date="2026-12-01")
    assert positions.agree(small, again) is None


def coded(reason, *codes):
    """Return a doubtful position as a geocoder's run tells it, with its reasons by code."""
    found = case_of(ALDER, reason)
    found["reasons"] = [[Reason(code) for code in codes]]
    return found


def resolve_doubt(small, found):
    """Let a doubt be entered and settled; return how many cases are open before that."""
    positions.agree(small, positions_of().reindex(columns=positions.COLUMNS), found)
    waiting = cases.open_cases(small, "position")["case_id"].tolist()
    for case_id in waiting:
        case_resolving.resolve_case(small, case_id, "leave", who=WHO)
    return len(waiting)


def test_a_settled_doubt_is_asked_again_for_another_reason_and_not_for_other_words(small):
    assert resolve_doubt(small, coded("The match is weak.", "weak_match")) == 1
    assert resolve_doubt(small, coded("The match is weak.", "weak_match")) == 0
    assert resolve_doubt(small, coded("Reworded.", "weak_match")) == 0
    assert resolve_doubt(small, coded("Reworded.", "weak_match", "some_fit")) == 1


def test_a_doubt_settled_before_there_were_codes_is_told_by_its_words(small):
    assert resolve_doubt(small, case_of(ALDER, "The match is weak.")) == 1
    assert resolve_doubt(small, coded("The match is weak.", "weak_match")) == 0
    assert resolve_doubt(small, coded("Several places fit.", "some_fit")) == 1
    assert resolve_doubt(small, coded("Reworded.", "some_fit")) == 0


def test_a_doubtful_position_is_settled_by_a_choice_a_pin_or_the_geocoder(small):
    nothing = positions_of()
    positions.agree(small, positions_of((ALDER, 44.0, -120.0)), case_of(ALDER))
    assert positions.agree(small, positions_of((ALDER, 44.0, -120.0)), case_of(ALDER)) is not None
    [case] = cases.open_cases(small, "position").to_dict("records")
    done = case_resolving.resolve_case(small, case["case_id"], "candidate:0", who=WHO)
    assert points(small) == [(ALDER, 45.5, "address")]
    undoing.undo(small, done, who=WHO)
    assert points(small) == [(ALDER, 44.0, "address")]
    with pytest.raises(SchemaError, match="leave or candidate:0"):
        case_resolving.resolve_case(small, case["case_id"], "candidate:1", who=WHO)

    pinned = positions.verify(small, ALDER, 44.9, -123.0, who=WHO)
    assert cases.open_cases(small).empty
    undoing.undo(small, pinned, who=WHO)
    assert len(cases.open_cases(small)) == 1
    positions.agree(small, positions_of((ALDER, 44.0, -120.0)))
    assert cases.open_cases(small).empty

    positions.agree(small, nothing.reindex(columns=positions.COLUMNS), case_of(ALDER, "A jump."))
    [case] = cases.open_cases(small, "position").to_dict("records")
    case_resolving.resolve_case(small, case["case_id"], "leave", who=WHO)
    assert points(small) == [(ALDER, 44.0, "address")]


def test_a_pinned_clinic_whose_address_is_edited_is_looked_at(small):
    pin = positions.verify(small, ALDER, 44.9, -123.0, who=WHO)
    moved = editing.edit(small, ALDER, {"street": "2 Elm St"}, who=WHO)
    [case] = cases.open_cases(small, "position").to_dict("records")
    assert case["facts"]["address"] == "2 Elm St, Suite 2, Salem, OR 97301".replace("Suite 2, ", "")
    case_resolving.resolve_case(small, case["case_id"], "leave", who=WHO)
    with pytest.raises(WorkspaceError, match="settle"):
        undoing.undo(small, moved, who=WHO)
    assert decisions.find(small, pin).standing


@pytest.mark.parametrize(("latitude", "longitude"), [(91.0, 0.0), (np.nan, 0.0), (0.0, 181.0)])
def test_what_is_no_point_is_no_pin(small, latitude, longitude):
    with pytest.raises(SchemaError, match="no latitude"):
        positions.verify(small, ALDER, latitude, longitude, who=WHO)


def clinics_of(small):
    clinics, _ = resolve(stored_listings.current(small), dt.date(2026, 11, 23))
    where = {ALDER: 40.0, BIRCH: 40.1, CEDAR: 45.0}
    return clinics.assign(latitude=clinics["clinic_id"].map(where), longitude=-89.0)


def test_who_is_called_next(small, monkeypatch):
    monkeypatch.setattr(decisions, "now", lambda: dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    demand = demand_of({"latitude": 40.0}, {"latitude": 40.5}, {"latitude": 42.0})
    new_id, _ = editing.add(small, {"name": "Fir", "state": "OR"}, who=WHO)

    def order():
        return call_list.list_calls(small, clinics_of(small), demand)["clinic_id"].tolist()

    calls = call_list.list_calls(small, clinics_of(small), demand)
    assert list(calls.columns) == list(call_list.COLUMNS)
    # Unconfirmed first, then the open ones with most adults around; a closed clinic never.
    assert calls["clinic_id"].tolist() == [BIRCH, ALDER, new_id]
    assert calls["adults_within_30_miles"].fillna(-1).tolist() == [1600, 800, -1]

    editing.enter_report(small, new_id, "No such number.", who=WHO)
    assert order() == [new_id, BIRCH, ALDER]
    called = calling.note_call(small, BIRCH, "no_answer", who=WHO)
    assert order() == [new_id, ALDER, BIRCH]
    last = call_list.list_calls(small, clinics_of(small), demand).iloc[-1]
    assert (last["calls"], last["last_call"], last["last_outcome"]) == (
        1,
        "2026-11-23",
        "no_answer",
    )
    undoing.undo(small, called, who=WHO)
    assert order() == [new_id, BIRCH, ALDER]
    calling.note_call(small, BIRCH, "no_answer", who=WHO)
    monkeypatch.setattr(decisions, "now", lambda: dt.datetime(2026, 12, 24, tzinfo=dt.UTC))
    assert order() == [new_id, BIRCH, ALDER]


def test_a_backup_is_one_file_that_brings_everything_back(small, tmp_path):
    editing.edit(small, ALDER, {"phone": ""}, who=WHO)
    path = backup.write(small, tmp_path / "backup.zip")
    manifest = backup.read_manifest(path)
    assert manifest["decisions"] == 2

    assert backup.restore(path, tmp_path / "other") is None
    with opening.open(tmp_path / "other") as restored:
        assert content(stored_listings.current(restored)) == content(stored_listings.current(small))
        assert decisions.history(restored) == decisions.history(small)
    assert [one.name for one in (tmp_path / "other").iterdir() if one.suffix == ".zip"] == []


def test_a_restore_replaces_only_when_said_and_keeps_what_was_there(small, tmp_path):
    path = backup.write(small, tmp_path / "backup.zip")
    before = content(stored_listings.current(small))
    editing.close(small, ALDER, who=WHO)
    after = content(stored_listings.current(small))
    with pytest.raises(WorkspaceError, match="already"):
        backup.restore(path, small.path.parent)
    assert content(stored_listings.current(small)) == after

    kept = backup.restore(path, small.path.parent, replace=True)

    assert content(stored_listings.current(small)) == before  # who has it open sees the new state
    editing.close(small, BIRCH, who=WHO)
    assert backup.restore(kept, small.path.parent, replace=True) is not None
    with opening.open(small.path.parent) as opened:
        assert content(stored_listings.current(opened)) == after


def test_a_damaged_workspace_is_replaced_and_kept(small, tmp_path):
    path = backup.write(small, tmp_path / "backup.zip")
    small.close()
    small.path.write_bytes(b"no database at all" * 99)
    kept = backup.restore(path, small.path.parent, replace=True)
    assert kept.read_bytes().startswith(b"no database")
    with opening.open(small.path.parent) as opened:
        assert len(stored_listings.current(opened)) == 4


def tear_schema(data):
    """Put a byte that is no text before a word of the schema, where SQLite quotes it as an error."""
    torn = re.sub(rb"(CREATE (?:UNIQUE )?INDEX \w+\s+)ON", b"\\1\xc5N", data, count=1)
    assert torn != data
    return torn


def test_a_workspace_whose_schema_is_no_text_is_told_and_replaced(small, tmp_path):
    path = backup.write(small, tmp_path / "backup.zip")
    home = small.path.parent
    small.close()
    torn = tear_schema(small.path.read_bytes())
    small.path.write_bytes(torn)
    with pytest.raises(WorkspaceError, match="is damaged"):
        opening.open(home)
    assert backup.restore(path, home, replace=True).read_bytes() == torn
    with opening.open(home) as opened:
        assert len(stored_listings.current(opened)) == 4


def tamper(path, name, change, packing=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    files[name] = change(files[name])
    with zipfile.ZipFile(path, "w", packing) as archive:
        for one, data in files.items():
            archive.writestr(one, data)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:500]), "not a backup"),
        (lambda path: path.write_text("hello"), "not a backup"),
        (lambda path: path.unlink(), "no backup"),
        (lambda path: tamper(path, database.FILE, lambda data: data[:-1] + b"x"), "damaged"),
        (lambda path: tamper(path, backup.MANIFEST, lambda _: b"{}"), "not a backup"),
        (
            lambda path: tamper(
                path, backup.MANIFEST, lambda data: re.sub(rb'"form": \d+', b'"form": 99', data)
            ),
            "newer version",
        ),
    ],
    ids=["cut", "another file", "missing", "another byte", "no manifest", "newer"],
)
def test_what_is_no_whole_backup_changes_nothing(small, tmp_path, spoil, told):
    path = backup.write(small, tmp_path / "backup.zip")
    editing.close(small, ALDER, who=WHO)
    before = content(stored_listings.current(small))
    spoil(path)
    with pytest.raises(WorkspaceError, match=told):
        backup.restore(path, small.path.parent, replace=True)
    assert content(stored_listings.current(small)) == before
    assert not list(small.path.parent.glob(".restore-*"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER other AFTER INSERT ON decisions BEGIN DELETE FROM positions; END",
        "CREATE VIEW other AS SELECT 1",
        "DROP TABLE calls",
        "DROP TRIGGER {}",
    ],
)
def test_a_backup_of_other_parts_is_not_restored(small, tmp_path, statement):
    path = backup.write(small, tmp_path / "backup.zip")
    copy = tmp_path / "copy.sqlite"
    with zipfile.ZipFile(path) as archive:
        copy.write_bytes(archive.read(database.FILE))
        manifest = json.loads(archive.read(backup.MANIFEST))
    with closing(sqlite3.connect(copy)) as opened:
        trigger = opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchone()
        opened.execute(statement.format(*trigger))
        opened.commit()
    digest = hashlib.sha256(copy.read_bytes()).hexdigest()
    manifest |= {"sha256": digest, "bytes": copy.stat().st_size}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(copy, database.FILE)
        archive.writestr(backup.MANIFEST, json.dumps(manifest))

    with pytest.raises(WorkspaceError, match="are missing in it or are not as"):
        backup.restore(path, small.path.parent, replace=True)


def stated(size):
    """Return what makes a manifest that states a size."""
    return lambda data: re.sub(rb'"bytes": \d+', b'"bytes": %d' % size, data)


@pytest.mark.parametrize(
    ("megabytes", "size", "told"),
    [
        (300, 300_000_000, "more than 100 times its size"),
        (300, 1_000_000, "not a backup"),
        (0, 10**15, "more than 100 times its size"),
        (0, -1, "not a backup"),
        (0, 5, "not a backup"),
    ],
)
def test_a_backup_unpacks_to_the_size_it_states_and_to_no_more(
    small, tmp_path, megabytes, size, told
):
    path = backup.write(small, tmp_path / "backup.zip")
    if megabytes:
        tamper(path, database.FILE, lambda _: bytes(megabytes * 10**6), zipfile.ZIP_DEFLATED)
    tamper(path, backup.MANIFEST, stated(size), zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    try:
        with pytest.raises(WorkspaceError, match=told):
            backup.restore(path, tmp_path / "other")
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert not list((tmp_path / "other").iterdir())


def test_a_backup_for_which_the_disk_has_no_room_is_told_before_it_is_unpacked(
    small, tmp_path, monkeypatch
):
    path = backup.write(small, tmp_path / "backup.zip")
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0))
    with pytest.raises(WorkspaceError, match="has no room"):
        backup.restore(path, tmp_path / "other")


def test_a_manifest_is_small(small, tmp_path):
    path = backup.write(small, tmp_path / "backup.zip")
    tamper(path, backup.MANIFEST, lambda data: data + b" " * 200_000_000, zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    try:
        with pytest.raises(WorkspaceError, match="not a backup"):
            backup.read_manifest(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_where_a_backup_or_export_cannot_be_written_is_told(small, tmp_path):
    with pytest.raises(WorkspaceError, match="cannot be written"):
        backup.write(small, tmp_path / "nowhere" / "backup.zip")
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="failed"):
        exporting.export(small, tmp_path / "file")


def test_pins_are_exported_beside_the_listings(small, tmp_path):
    positions.agree(small, positions_of((BIRCH, 44.5, -121.0)))
    pinned = positions.verify(small, ALDER, 44.9, -123.0, who=WHO)
    written = exporting.export(small, tmp_path / "out")
    assert [path.name for path in written] == ["listings.csv", "positions.csv"]
    pins = accepted_positions.read(written[1])
    assert pins[["clinic_id", "latitude", "longitude"]].to_numpy().tolist() == [
        [ALDER, 44.9, -123.0]
    ]
    undoing.undo(small, pinned, who=WHO)
    assert [path.name for path in exporting.export(small, tmp_path / "out")] == ["listings.csv"]
    assert not (tmp_path / "out" / "positions.csv").exists()
