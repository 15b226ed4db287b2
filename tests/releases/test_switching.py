import datetime as dt
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from geo import releases
from geo.errors import ReleaseError
from geo.releases import folders, loading, switching, writing
from tests.handmade.clinics import clinic_table, release_tables

CLINICS = clinic_table({"clinic_id": "a", "name": "A", "latitude": 41.5, "longitude": -87.25})


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Make a home of its own, with a small shipped release."""
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(folders, "SHIPPED", tmp_path / "shipped")
    ship("Shipped", tmp_path)
    return tmp_path / "home"


def ship(name, tmp_path):
    written = write(name, tmp_path / "building")
    return releases.ship(written, tmp_path / "shipped")


def write(name, root=None, as_of=dt.date(2026, 11, 23)):
    tables = release_tables(CLINICS.assign(name=name))
    return releases.write(tables, root or folders.root(), as_of=as_of, inputs={})


def shipped_id():
    return releases.read_manifest(folders.SHIPPED)["id"]


@pytest.fixture
def two():
    """Return the ids of two releases, published one after the other."""
    ids = [write(name).name for name in ("one", "two")]
    for release in ids:
        releases.switch(release, who="ann@example.org")
    return ids


def test_a_switch_is_seen_at_once_and_remembered():
    one = write("one").name
    before = shipped_id()

    switched = releases.switch(one, who="ann@example.org", reason="the first")

    assert releases.current_id() == one
    assert releases.current().clinics["name"].tolist() == ["one"]
    assert releases.history() == [switched]
    assert (switched.kind, switched.before, switched.after) == ("publish", before, one)
    assert (switched.who, switched.why) == ("ann@example.org", "the first")
    assert switched.at.endswith("Z")


def test_switching_to_the_one_in_use_changes_nothing(two):
    before = (folders.root() / "current").stat().st_ino

    assert releases.switch(two[1]) is None
    assert (folders.root() / "current").stat().st_ino == before
    assert len(releases.history()) == 2


def test_the_shipped_one_in_use_is_not_pointed_at():
    assert releases.switch(None) is None
    assert releases.switch(shipped_id()) is None
    assert not folders.pointer().exists()


@pytest.mark.usefixtures("two")
def test_none_is_back_to_the_shipped_release():
    releases.switch(None, kind="rollback")

    assert releases.current_folder() == folders.SHIPPED
    assert folders.pointer().read_text() == "shipped\n"
    assert releases.switch(None) is None
    assert [entry.kind for entry in releases.history()] == ["publish", "publish", "rollback"]


@pytest.mark.usefixtures("two")
def test_what_was_shipped_outlives_an_update_of_the_program(tmp_path):
    left = shipped_id()
    ship("Newer", tmp_path)
    assert shipped_id() != left

    releases.switch(left, kind="rollback")

    assert releases.current_id() == left
    assert releases.current().clinics["name"].tolist() == ["Shipped"]


@pytest.mark.parametrize("release", ["2026-11-23-00000000", "../../etc", "", "one"])
def test_a_release_that_is_not_there_is_refused_with_those_that_are(two, release):
    with pytest.raises(ReleaseError, match="There is no release") as caught:
        releases.switch(release)

    assert all(name in str(caught.value) for name in (*two, shipped_id()))
    assert releases.current_id() == two[1]


def test_a_damaged_release_is_never_put_to_use(two):
    (folders.root() / two[0] / "listings.parquet").write_bytes(b"damaged")

    with pytest.raises(ReleaseError, match="is damaged"):
        releases.switch(two[0])

    assert releases.current_id() == two[1]


def test_one_can_leave_a_damaged_release(two):
    (folders.root() / two[1] / "manifest.json").unlink()

    assert releases.find_previous() == two[0]
    releases.switch(two[0], kind="rollback")

    assert releases.current_id() == two[0]


def test_each_step_back_leads_further_back(two):
    first = shipped_id()
    seen = []
    while (previous := releases.find_previous()) is not None:
        releases.switch(previous, kind="rollback")
        seen.append(previous)

    assert seen == [two[0], first]
    assert releases.current_id() == first


def test_a_step_back_after_publishing_anew_leads_to_what_was_in_use(two):
    releases.switch(two[0], kind="rollback")
    three = write("three").name
    releases.switch(three)

    assert releases.find_previous() == two[0]

    releases.switch(two[1])
    assert releases.find_previous() == three


def test_the_same_content_published_again_lies_on_what_was_in_use(two):
    releases.switch(two[0])

    assert releases.find_previous() == two[1]


def test_a_step_back_passes_over_what_is_gone(two):
    three = write("three").name
    releases.switch(three)
    writing.remove(folders.root() / two[1])

    assert releases.find_previous() == two[0]


def test_nothing_lies_before_the_shipped_release():
    assert releases.find_previous() is None


def test_a_switch_cut_off_before_the_pointer_did_not_happen(two, monkeypatch):
    three = write("three").name
    with monkeypatch.context() as cut:
        cut.setattr(switching, "_point", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            releases.switch(three)

    assert releases.current_id() == two[1]
    assert [entry.after for entry in releases.history()] == two
    assert releases.find_previous() == two[0]

    releases.switch(three)
    assert [entry.after for entry in releases.history()] == [*two, three]


def test_a_pointer_set_by_hand_does_not_confuse_the_history(two):
    three = write("three").name
    folders.pointer().write_text(three)

    assert [entry.after for entry in releases.history()] == two
    assert releases.find_previous() == two[1]


@pytest.mark.usefixtures("two")
def test_a_history_that_is_none_is_named():
    (folders.root() / "history.json").write_text('[{"id": 1}]')

    with pytest.raises(ReleaseError, match=r"history\.json is no history"):
        releases.history()


def test_a_pointer_that_cannot_be_replaced_leaves_the_one_in_use(two, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(switching, "_point", refuse)

    with pytest.raises(ReleaseError, match=f"No space left.*{two[1]} is still in use"):
        releases.switch(two[0])


@pytest.mark.usefixtures("two")
def test_only_a_newer_shipped_release_is_announced(tmp_path):
    assert releases.find_newer_shipped() is None

    newer = ship("Newer", tmp_path)
    path = newer / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"made_at": "2099-01-01T00:00:00Z"}))
    assert releases.find_newer_shipped() == shipped_id()

    path.write_text(json.dumps(manifest | {"made_at": "2020-01-01T00:00:00Z"}))
    assert releases.find_newer_shipped() is None


def test_a_second_operator_is_told_who_is_at_it(two):
    told = []

    def try_it():
        try:
            releases.switch(two[0], who="ben@example.org")
        except ReleaseError as error:
            told.append(str(error))

    with releases.lock("ann@example.org"):
        other = threading.Thread(target=try_it)
        other.start()
        other.join()

    assert len(told) == 1
    assert told[0].startswith(f"ann@example.org (process {os.getpid()} on ")
    assert releases.current_id() == two[1]
    assert releases.switch(two[0], who="ben@example.org") is not None


def test_the_lock_is_held_once_by_one_operator():
    with releases.lock("ann"), releases.lock("ann"):
        pass
    with releases.lock("ann"):
        pass


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00\x1b", b"[]", b"{}", b"3", b'{"who": "ann"}', b"[" * 4_000]
)
def test_a_held_lock_of_another_shape_is_a_sentence(content):
    path = folders.root() / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with (
            pytest.raises(ReleaseError, match=r"^Another operator is publishing"),
            releases.lock("ben"),
        ):
            pass


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_a_lock_that_leads_to_another_file_writes_nothing_over(tmp_path, link):
    kept = tmp_path / "kept"
    kept.write_text("precious")
    path = folders.root() / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    getattr(path, link)(kept)
    with (
        pytest.raises(ReleaseError, match=r"\.lock (cannot be opened|is no file of its own)"),
        releases.lock(),
    ):
        pass
    assert kept.read_text() == "precious"


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_lock_that_is_no_file_is_a_sentence(make):
    path = folders.root() / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    with (
        pytest.raises(ReleaseError, match=r"\.lock (cannot be opened|is no file)"),
        releases.lock(),
    ):
        pass


def test_the_lock_of_a_process_that_died_is_free(two):
    code = (
        "import sys, time\n"
        "from geo import releases\n"
        "with releases.lock('ann'):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as owner:
        assert owner.stdout.readline() == b"held\n"
        with pytest.raises(ReleaseError, match=f"process {owner.pid}"):
            releases.switch(two[0])
        owner.send_signal(signal.SIGKILL)
        owner.wait()

    assert releases.switch(two[0]) is not None


def date_release(folder, made_at):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"made_at": made_at}))
    return folder.name


def test_the_last_ten_and_one_a_month_are_kept():
    def make(number, made_at):
        return date_release(write(f"number {number}"), made_at)

    ancient = make(0, "2024-03-01T00:00:00Z")
    early, late = (make(day, f"2026-03-0{day}T00:00:00Z") for day in (1, 2))
    recent = [make(10 + day, f"2026-11-{day:02d}T00:00:00Z") for day in range(1, 13)]
    used = make(40, "2024-01-01T00:00:00Z")
    previous = make(41, "2024-02-01T00:00:00Z")
    releases.switch(previous)
    releases.switch(used)
    for release in releases.find_all():
        if release == shipped_id():
            date_release(folders.root() / release, "2023-01-01T00:00:00Z")
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)

    doomed = list(releases.find_outdated(now))

    assert doomed == [shipped_id(), ancient, early, *recent[:2]]
    assert releases.prune(now) == doomed
    assert {path.name for path in folders.root().glob("2*")} == {
        late, used, previous, *recent[2:],
    }  # fmt: skip
    assert releases.prune(now) == []
    assert releases.current_id() == used


def test_what_a_killed_process_left_half_done_is_cleared(two):
    half = folders.root() / ".2026-11-23-01234567.4711.0badcafe"
    half.mkdir()
    (half / "clinics.parquet").write_bytes(b"half")

    assert next(iter(releases.find_all())) == two[1]
    releases.clear_partials()

    assert not half.exists()
    assert releases.current_id() == two[1]


def test_a_pointer_that_is_gone_is_not_one_that_never_was(two):
    folders.pointer().unlink()

    served = releases.find_served()

    assert served.folder == folders.root() / two[1]
    assert f"rollback {two[1]}" in served.fault
    assert releases.switch(two[1], kind="rollback") is not None
    assert (releases.current_id(), releases.find_served().fault) == (two[1], "")
    assert releases.find_previous() == two[0]


@pytest.mark.parametrize("pointer", [b"", b"\xff\x00", b"../../etc", None])
def test_one_returns_to_the_shipped_release_whatever_the_pointer_says(two, pointer):
    folders.pointer().unlink()
    if pointer is not None:
        folders.pointer().write_bytes(pointer)

    switched = releases.switch(shipped_id(), kind="rollback")

    assert switched.before == two[1]
    assert releases.current_id() == shipped_id()


def test_a_switch_in_a_shared_folder_is_made_there_and_seen_at_once(mounted, home):
    assert releases.current_folder() == folders.SHIPPED
    one = write("one").name
    releases.switch(one)

    assert (mounted / "current").read_text() == f"{one}\n"
    assert releases.current_id() == one
    assert {path.name for path in mounted.glob("*-*")} == {one, shipped_id()}
    assert not (home / "releases").exists()
    with releases.lock("ann"):
        assert (mounted / ".lock").exists()


def test_a_copy_puts_right_a_shared_folder_that_was_emptied(mounted):
    one = write("one").name
    releases.switch(one)
    shutil.rmtree(mounted)

    with pytest.raises(ReleaseError, match="is not there; mount or make it"):
        releases.switch(one, kind="rollback")
    assert not mounted.exists()

    mounted.mkdir()
    loading._mirror.cache_clear()  # a restart
    assert releases.is_lost()
    assert releases.find_served().fault
    assert releases.switch(one, kind="rollback").after == one
    assert releases.load(mounted / one).id == one
    assert (releases.current_id(), releases.find_served().fault) == (one, "")


def test_where_an_address_is_followed_nothing_is_written(monkeypatch, home):
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", "https://user:secret@127.0.0.1:9/releases")
    with pytest.raises(ReleaseError, match="publish and roll back where they are made") as told:
        releases.switch(None)
    assert "secret" not in str(told.value)
    assert not home.exists()
