"""Releases that lie elsewhere: the last good one is served, told of, and never silently another."""

import datetime as dt
import json
import logging
import os
import shutil
import threading
from contextlib import contextmanager

import pytest

from geo import releases
from geo.errors import ReleaseError
from geo.releases import elsewhere, folders, loading, mirror, remembering
from geo.releases.mirror import LOOK_SECONDS, ReleaseMirror
from tests.handmade.clinics import clinic_table, release_tables
from tests.servers import bucket

CLINICS = clinic_table({"clinic_id": "a", "name": "A", "latitude": 41.5, "longitude": -87.25})
BAD = "2026-01-01-00000000"
KINDS = ("file", "http", "s3")
"""Of addresses; each takes processes."""


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of its own, with a small shipped release."""
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "replica"))
    monkeypatch.setattr(folders, "SHIPPED", tmp_path / "shipped")
    releases.ship(write("Shipped", tmp_path / "building"), tmp_path / "shipped")
    yield tmp_path / "replica"
    loading._mirror.cache_clear()


def write(name, root, day=23):
    tables = release_tables(CLINICS.assign(name=name))
    return releases.write(tables, root, as_of=dt.date(2026, 11, day), inputs={})


def point(shared, word):
    shared.mkdir(exist_ok=True, parents=True)
    (shared / "current").write_text(f"{word}\n")


@pytest.fixture
def shared(tmp_path):
    """The folder that others read, with two releases, of which the second is in use."""
    folder = tmp_path / "made" / "releases"
    write("one", folder, 24)
    point(folder, write("two", folder, 25).name)
    return folder


@contextmanager
def read_as(kind, shared, patches):
    """Give the same folder as a replica reads it."""
    if kind in {"folder", "file"}:
        yield str(shared) if kind == "folder" else f"file://{shared}"
        return
    with bucket.serve(shared.parents[1]) as server:
        bucket.answer_as_s3(patches, server.url)
        yield f"{server.url}/made/releases" if kind == "http" else "s3://made/releases"


@pytest.fixture(params=["folder", *(pytest.param(k, marks=pytest.mark.service) for k in KINDS)])
def origin(request, shared, monkeypatch):
    with read_as(request.param, shared, monkeypatch) as told:
        yield told


@pytest.fixture(params=["folder", pytest.param("http", marks=pytest.mark.service)])
def place(request, shared, monkeypatch):
    with read_as(request.param, shared, monkeypatch) as told:
        yield told


def names(found):
    return releases.load(found.folder).clinics["name"].tolist()


def start_again(origin, clock=None):
    """Return the mirror of a process that has just begun."""
    return ReleaseMirror(origin, releases.load, clock or Clock())


def empty(shared):
    shutil.rmtree(shared)
    shared.mkdir()


def test_what_is_published_there_is_served_as_a_copy_and_when_it_is_lost_too(
    home, shared, origin, caplog
):
    clock = Clock()
    following = start_again(origin, clock)

    found = following.find()

    assert (names(found), found.fault) == (["two"], "")
    assert found.folder.parent == home / "served"
    assert not list((home / "served").glob(".*"))

    empty(shared)
    clock.now += LOOK_SECONDS
    for each in (following, start_again(origin)):
        lost = each.find()
        assert lost.folder == found.folder
        assert lost.fault.startswith("There is n")
    assert "Visitors go on with" in caplog.text


def test_a_fresh_replica_serves_the_newest_whole_one_where_the_pointer_is_bad(shared, place):
    (shared / f"2026-11-26-{'0' * 8}").mkdir()
    point(shared, BAD)

    found = start_again(place).find()

    assert names(found) == ["two"]
    assert f"leads to {BAD}" in found.fault


def test_a_fresh_replica_says_in_a_sentence_that_there_is_nothing(shared, origin):
    shutil.rmtree(shared)

    with pytest.raises(ReleaseError, match=r"There is nothing at .*CLINIC_FINDER_RELEASES") as told:
        start_again(origin).find()

    assert "s3://" not in str(told.value)
    assert not remembering.recall()


def test_a_fresh_replica_waits_for_nothing_that_is_no_file(shared):
    newest = next(path for path in shared.iterdir() if "11-25" in path.name)
    (newest / "manifest.json").unlink()
    os.mkfifo(newest / "manifest.json")
    (shared / "current").unlink()
    os.mkfifo(shared / "current")

    assert names(start_again(str(shared)).find()) == ["one"]


def test_a_file_in_the_place_of_the_folder_is_not_a_place_where_none_was_published(shared):
    shutil.rmtree(shared)
    shared.write_text("in the way")

    with pytest.raises(ReleaseError, match="There is nothing at"):
        start_again(str(shared)).find()


@pytest.mark.parametrize("moved", [shutil.rmtree, empty])
def test_a_folder_that_is_moved_is_not_one_that_never_was(shared, moved):
    origin = str(shared)
    assert names(start_again(origin).find()) == ["two"]
    moved(shared)
    assert names(start_again(origin).find()) == ["two"]
    point(shared, BAD)
    assert names(start_again(origin).find()) == ["two"]


@pytest.mark.parametrize("kind", ["", "file://"])
def test_where_none_was_ever_published_it_is_the_shipped_one_and_told(tmp_path, kind):
    (tmp_path / "empty").mkdir()

    found = start_again(f"{kind}{tmp_path}/empty").find()

    assert names(found) == ["Shipped"]
    assert found.fault.startswith("Nothing was published yet")
    assert releases.Standing(loading.identify(found.folder), found.fault, "").state == "shipped"


def test_a_pointer_to_the_shipped_release_is_meant(shared):
    assert names(start_again(str(shared)).find()) == ["two"]
    point(shared, "shipped")
    found = start_again(str(shared)).find()
    assert (names(found), found.fault) == (["Shipped"], "")
    shutil.rmtree(shared)
    lost = start_again(str(shared)).find()
    assert names(lost) == ["Shipped"]
    assert lost.fault


def damage(folder):
    table = folder / "clinics.parquet"
    table.write_bytes(table.read_bytes()[:-10])


def test_a_damaged_copy_is_fetched_again(home, place):
    clock = Clock()
    following = start_again(place, clock)
    copy = following.find().folder
    for each in (following, start_again(place, clock)):
        damage(copy)
        clock.now += LOOK_SECONDS
        found = each.find()
        assert (names(found), found.fault, found.folder) == (["two"], "", copy)
    assert [path.name for path in (home / "served").glob("*-*")] == [copy.name]
    assert not list((home / "served").glob(".*"))


def test_a_copy_that_is_damaged_while_all_is_lost_gives_way_to_another(shared):
    one = next(path.name for path in shared.iterdir() if "11-24" in path.name)
    two = next(path.name for path in shared.iterdir() if "11-25" in path.name)
    point(shared, one)
    start_again(str(shared)).find()
    point(shared, two)
    copy = start_again(str(shared)).find().folder
    damage(copy)
    shutil.rmtree(shared)
    found = start_again(str(shared)).find()
    assert names(found) == ["one"]
    assert found.fault


@pytest.mark.parametrize(
    "fault", ["pointer", "table", "manifest", "deep manifest", "long manifest", "name", "gone"]
)
def test_the_last_good_release_stays_while_what_is_there_lies(home, shared, fault, caplog):
    clock = Clock()
    following = start_again(str(shared), clock)
    assert names(following.find()) == ["two"]
    other = write("three", shared, 26)
    point(shared, "../../elsewhere" if fault == "pointer" else other.name)
    if fault == "table":
        damage(other)
    elif fault == "manifest":
        manifest = json.loads((other / "manifest.json").read_text())
        manifest["files"] |= {"../../clinics.parquet": "0f"}
        (other / "manifest.json").write_text(json.dumps(manifest))
    elif fault == "deep manifest":
        (other / "manifest.json").write_text("[" * 200_000)
    elif fault == "long manifest":
        told = (other / "manifest.json").read_text()
        (other / "manifest.json").write_text(told + " " * (1 << 20))
    elif fault == "name":
        other = other.rename(other.with_name(BAD))
        point(shared, BAD)
    elif fault == "gone":
        shutil.rmtree(other)
    clock.now += LOOK_SECONDS

    found = following.find()

    assert names(found) == ["two"]
    assert found.fault
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 1
    assert not (home / "served" / other.name).exists()
    assert not list((home / "served").glob(".*"))


def test_what_a_shared_folder_holds_is_used_in_place_where_the_home_takes_nothing(
    tmp_path, shared, monkeypatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", str(shared))
    assert names(releases.find_served()) == ["two"]
    assert releases.current_folder().parent == shared


def test_an_address_is_asked_once_in_half_a_minute(shared):
    clock = Clock()
    with bucket.serve(shared.parents[1]) as server:
        following = start_again(f"{server.url}/made/releases", clock)
        for _ in range(3):
            following.find()
        assert server.paths.count("/made/releases/current") == 1
        clock.now -= 3600  # the clock of the process never does; what if
        following.find()
        assert server.paths.count("/made/releases/current") == 1


def test_old_copies_go_and_so_does_what_a_killed_process_left(home, shared, monkeypatch):
    monkeypatch.setattr(mirror, "KEPT", 1)
    monkeypatch.setattr(mirror, "_LEFT_SECONDS", -1.0)
    (home / "served" / ".2026-11-23-01234567.1").mkdir(parents=True)
    for day in (26, 27, 28):
        point(shared, write(f"day {day}", shared, day).name)
        start_again(str(shared)).find()
    assert len(list((home / "served").glob("*-*"))) == 2
    assert not list((home / "served").glob(".*"))


@pytest.mark.service
@pytest.mark.parametrize("fault", ["hang", "drip", "elsewhere", "dead"])
def test_whatever_a_server_does_the_last_good_release_is_served_in_time(shared, fault, monkeypatch):
    clock = Clock()
    with bucket.serve(shared.parents[1]) as server:
        following = start_again(f"{server.url}/made/releases", clock)
        assert names(following.find()) == ["two"]
        server.fault = "" if fault == "dead" else fault
        if fault in {"hang", "drip"}:  # the others answer, on a busy machine as well
            monkeypatch.setattr(elsewhere, "LOOK_SECONDS", 3)
        clock.now += LOOK_SECONDS
        if fault != "dead":
            found = following.find()
    if fault == "dead":
        found = following.find()
    assert names(found) == ["two"]
    said = {
        "hang": "no answer within 3 seconds",
        "drip": "no answer within",
        "dead": "Cannot connect",
    }
    assert said.get(fault, "holds no id") in found.fault
    assert not any("moved" in path for path in server.paths)


@pytest.mark.service
def test_a_server_that_sends_more_and_more_fills_neither_memory_nor_disk(home, shared, monkeypatch):
    monkeypatch.setattr(elsewhere, "LOOK_SECONDS", 120)
    with bucket.serve(shared.parents[1]) as server:
        server.fault = "endless"
        with pytest.raises(ReleaseError, match="File too large"):
            start_again(f"{server.url}/made/releases").find()
    assert not list(home.rglob("*"))


def test_what_is_not_installed_is_named_with_the_extra(monkeypatch):
    monkeypatch.setattr(
        elsewhere, "_ask_process", lambda *_: {"lacks": "Install s3fs to access S3"}
    )
    with pytest.raises(ReleaseError, match=r"s3://.*clinic-finder\[remote\]"):
        elsewhere.read_pointer("s3://made/releases")


def test_an_address_of_no_kind_is_told_without_its_password():
    with pytest.raises(ReleaseError, match="Protocol not known") as told:
        start_again("nowhere://user:secret-word@host/at/all?token=hidden").find()
    assert not any(each in str(told.value) for each in ("secret-word", "hidden"))


def test_in_a_server_nobody_waits_for_the_place(shared, monkeypatch):
    begun, go = threading.Event(), threading.Event()
    read = elsewhere.read_pointer

    def slowly(origin):
        begun.set()
        assert go.wait(60)
        return read(origin)

    monkeypatch.setattr(mirror, "_FIRST_SECONDS", 0.01)
    monkeypatch.setattr(elsewhere, "read_pointer", slowly)
    fresh = start_again(str(shared))
    fresh.start()
    assert begun.wait(60)
    with pytest.raises(ReleaseError, match=r"being fetched .* for the first time"):
        fresh.find()
    go.set()
    assert fresh._first.wait(60)
    assert names(fresh.find()) == ["two"]
    fresh.stop()

    begun.clear()
    go.clear()
    restarted = start_again(str(shared))
    restarted.start()
    assert begun.wait(60)
    assert names(restarted.find()) == ["two"]  # the last good one, at once
    clock = restarted._clock
    clock.now += 10_000
    assert restarted._answer is None
    go.set()
    restarted.stop()


def test_a_reading_that_hangs_is_told(shared):
    clock = Clock()
    following = start_again(str(shared), clock)
    following.find()
    following._thread, following._began = threading.Thread(), clock.now
    assert following.find().fault == ""
    clock.now += 10_000
    assert "hangs" in following.find().fault


def test_the_pages_read_what_the_variable_names(home, shared, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", f"file://{shared}")
    assert releases.current().clinics["name"].tolist() == ["two"]
    assert releases.current_folder().parent == home / "served"
    assert list(releases.find_all()) == [releases.current_id(), loading.identify(folders.SHIPPED)]
    with pytest.raises(ReleaseError, match="follows"):
        releases.switch(None)


def test_in_a_shared_folder_all_releases_are_found(shared, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", str(shared))
    assert len(releases.find_all()) == 3
    assert releases.find_outdated() == {}
