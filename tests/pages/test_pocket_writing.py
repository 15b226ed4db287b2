"""The pocket finder is written where the release in use has none, by one server of a home folder."""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from geo import releases
from geo.errors import ReleaseError
from geo.server import pocket_files
from pages.parts import loaders, pocket_writing
from pages.parts.beside_server import doing
from tests import fresh_loop

RELEASE = "2026-11-28-1a2b3c4d"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "pocket"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The states of each finder that is written, in a release of the id above."""
    monkeypatch.setattr(loaders, "load_release", lambda: SimpleNamespace(id=RELEASE))
    runs: list[tuple[str, ...]] = []

    async def run(_folder: Path, states: tuple[str, ...]) -> None:
        runs.append(tuple(states))

    monkeypatch.setattr(pocket_writing, "_run", run)
    return runs


def write(folder: Path) -> None:
    fresh_loop.run(pocket_writing.write_if_needed(folder))


def mark(folder: Path, release_id: str, states: frozenset[str] | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / pocket_files.MARKER
    marker.write_text(pocket_files.write_marker(release_id, states), "utf-8")


def test_it_is_written_where_it_is_missing_or_of_another_release_with_its_states(folder, written):
    write(folder)
    mark(folder, RELEASE)
    write(folder)
    assert written == [()]
    mark(folder, "2026-10-01-1a2b3c4d", frozenset({"OH", "KY"}))
    write(folder)
    assert written == [(), ("KY", "OH")]
    (folder / pocket_files.MARKER).write_bytes(b"\xff")
    write(folder)
    assert written[2:] == [()]


def test_one_server_of_a_home_folder_writes(folder, written):
    folder.parent.mkdir(parents=True)
    held = os.open(folder.parent / pocket_writing._LOCK, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        write(folder)
    finally:
        os.close(held)
    assert not written
    write(folder)
    assert written == [()]


def test_where_it_cannot_be_written_the_log_says_so(folder, written, monkeypatch, caplog):
    folder.parent.write_text("no folder", "utf-8")
    write(folder)

    def fail() -> None:
        raise ReleaseError("The release is damaged.")

    monkeypatch.setattr(loaders, "load_release", fail)
    write(folder)
    assert not written
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    assert "The release is damaged." in caplog.text


@pytest.mark.service
def test_a_process_that_fails_is_told_in_the_log(folder, monkeypatch, caplog):
    monkeypatch.setattr(loaders, "load_release", lambda: SimpleNamespace(id=RELEASE))
    folder.mkdir(parents=True)
    (folder / "letters.txt").write_text("mine", "utf-8")
    write(folder)
    assert "holds something else than a pocket finder" in caplog.text
    assert (folder / "letters.txt").read_text("utf-8") == "mine"


@pytest.mark.service
def test_a_server_that_ends_ends_the_process_too(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(loaders, "load_release", lambda: SimpleNamespace(id=RELEASE))
    monkeypatch.setattr(pocket_writing, "_FIRST_SECONDS", 0.0)
    monkeypatch.setattr(pocket_files, "find_folder", lambda: folder)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 600\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(pocket_writing.sys, "executable", str(program))

    def read_id() -> int:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        return int((tmp_path / "pid").read_text())

    async def serve() -> int:
        async with doing(pocket_writing.write_again):
            return await asyncio.to_thread(read_id)

    ended = fresh_loop.run(serve())
    with pytest.raises(ProcessLookupError):
        os.kill(ended, 0)


@pytest.mark.nightly
def test_the_finder_of_the_release_in_use_is_written_and_then_stays(folder, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(folder.parent))
    release = releases.load(releases.SHIPPED)
    monkeypatch.setattr(loaders, "load_release", lambda: release)
    mark(folder, "2026-10-01-1a2b3c4d", frozenset({"VT"}))
    (folder / "sw.js").touch()
    (folder / "data").mkdir()
    write(folder)
    made = pocket_files.read_marker(folder)
    assert made == pocket_files.Written(pocket_files.name_edition(release.id), ("VT",))
    at = (folder / pocket_files.MARKER).stat()
    write(folder)
    assert (folder / pocket_files.MARKER).stat() == at
