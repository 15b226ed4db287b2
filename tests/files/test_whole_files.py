"""Files replaced whole, locks that end with their holder, and points in time."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from geo.files import file_locks, whole_files
from geo.files.stamps import stamp


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path):
    path = tmp_path / "made" / "file"
    whole_files.replace(path, "ä\r\n")
    path.chmod(0o600)
    whole_files.replace(path, b"\xff")

    assert path.read_bytes() == b"\xff"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_where_the_disk_fails_the_file_before_stands(tmp_path, monkeypatch):
    path = tmp_path / "file"
    whole_files.replace(path, "before")

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        whole_files.replace(path, "after")
    assert path.read_text() == "before"


def test_a_lock_keeps_others_away_and_passes_to_a_process_that_is_started(tmp_path):
    def opened():
        return os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)

    held, other, third = opened(), opened(), opened()
    assert file_locks.take(held)
    assert not file_locks.take(other)
    assert not file_locks.look(other)
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[held]
    ) as process:
        os.close(held)
        assert not file_locks.look(other)
        process.communicate(b"\n")
    assert file_locks.look(other)
    assert file_locks.look(third)
    assert not file_locks.take(opened())


def test_a_point_in_time_is_written_to_the_second_in_utc():
    assert stamp(datetime(2026, 11, 28, 9, 30, 1, 999_999, UTC)) == "2026-11-28T09:30:01Z"
    assert datetime.fromisoformat(stamp()).utcoffset().total_seconds() == 0
