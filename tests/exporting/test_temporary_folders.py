"""Copies of the list on their way: gone when done, and cleared once their process is no more."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from geo.exporting import temporary_folders

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from geo.exporting import temporary_folders

with temporary_folders.hold(Path(sys.argv[1]), "backup") as folder:
    (folder / "copy").write_text("the list")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def elsewhere(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "elsewhere"


def test_a_folder_is_ones_own_and_gone_when_done(home, elsewhere):
    for parent in (home, elsewhere):
        with temporary_folders.hold(parent, "backup") as folder:
            (folder / "copy").write_text("the list")
            assert folder.parent == parent
            assert folder.stat().st_mode & 0o777 == 0o700
        assert not folder.exists()
    with pytest.raises(RuntimeError), temporary_folders.hold(home, "export") as folder:
        raise RuntimeError
    assert [*home.glob(".*"), *elsewhere.iterdir(), *(home / "temporary").iterdir()] == []


@pytest.mark.parametrize("where", ["home", "elsewhere"])
def test_that_of_a_killed_process_is_cleared_and_that_of_a_running_one_is_not(
    home, elsewhere, where
):
    parent = {"home": home, "elsewhere": elsewhere}[where]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, parent],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "CLINIC_FINDER_HOME": str(home)},
    ) as process:
        try:
            folder = Path(process.stdout.readline().strip())
            temporary_folders.clear()
            assert (folder / "copy").read_text() == "the list"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(60)
    assert (folder / "copy").exists()

    temporary_folders.clear()

    assert not folder.exists()
    assert not [*(home / "temporary").glob("*")]


def test_what_is_not_ours_stays(home, elsewhere, monkeypatch):
    name = ".clinic-finder-backup-0123456789abcdef"
    (elsewhere / name).mkdir()
    (elsewhere / name / ".held").touch()  # a dead one, but no note names it
    (home / name).symlink_to(elsewhere / name)
    for other in ("backup", ".clinic-finder-backup-x", ".backup-12345678"):
        (home / other).mkdir()
        (home / other / ".held").touch()
    (home / "temporary").mkdir()
    (home / "temporary" / "stray").write_text(str(elsewhere))
    os.mkfifo(home / "temporary" / ".clinic-finder-backup-fedcba9876543210")  # never ends
    of_another = home / ".clinic-finder-export-0123456789abcdef"
    of_another.mkdir()
    (of_another / ".held").touch()
    with monkeypatch.context() as patches:
        patches.setattr(os, "geteuid", lambda: os.getuid() + 1)
        temporary_folders.clear()
        assert of_another.exists()

    temporary_folders.clear()

    assert not of_another.exists()
    assert (elsewhere / name / ".held").exists()
    assert sorted(path.name for path in home.iterdir()) == sorted(
        ["backup", ".clinic-finder-backup-x", ".backup-12345678", name, "temporary"]
    )


def test_a_folder_may_stand_where_names_are_no_utf_8(home, elsewhere):
    parent = elsewhere / "o\udcff"
    parent.mkdir()
    with temporary_folders.hold(parent, "export") as folder:
        shutil.copytree(folder, left := folder.with_name(f"{folder.name[:-16]}{0:016x}"))
        note = home / "temporary" / folder.name
        note.with_name(left.name).write_bytes(os.fsencode(left))

    temporary_folders.clear()

    assert list(parent.iterdir()) == []


def test_a_home_that_is_not_there_has_none(home):
    home.rmdir()
    temporary_folders.clear()
    assert not home.exists()
