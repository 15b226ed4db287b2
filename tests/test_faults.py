"""Disks that fill up, files that are damaged, clocks that jump: nothing lost, the app goes on."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
import logging
import multiprocessing
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from geo import cli, releases, workspace
from geo.errors import AccessError, GeoError, ReleaseError, WorkspaceError
from geo.files import whole_files
from geo.paths import find_home
from geo.publishing import publishing
from geo.releases import elsewhere, folders, loading
from geo.server import locality, operators
from geo.workspace import backup, database, decisions, editing, stored_listings
from pages.parts import loaders
from tests.handmade import small_home

pytestmark = pytest.mark.service

ROOT = Path(__file__).resolve().parents[1]
ANN = "ann@example.org"
FAULT = 'class="fault"'
SHIPPED = releases.load(releases.SHIPPED)
NEWER = SHIPPED.as_of + dt.timedelta(days=1)


# The pages: a release is damaged under them.


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    st.cache_resource.clear()
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def publish_newer() -> Path:
    """Put a release to use that differs by its date alone; return its folder."""
    folder = releases.write(SHIPPED.tables, folders.root(), as_of=NEWER, inputs={})
    releases.switch(folder.name, who=ANN)
    return folder


def said(app: AppTest) -> str:
    return "\n".join(each.proto.body for each in app.get("html"))


def truncate(folder: Path) -> None:
    table = folder / "clinics.parquet"
    table.write_bytes(table.read_bytes()[:-100])


def lose_a_table(folder: Path) -> None:
    (folder / "listings.parquet").unlink()


def lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def tell_of_other_clinics(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["counts"]["clinics"] += 100
    path.write_text(json.dumps(manifest))


def tell_other_hashes(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"]["clinics.parquet"] = manifest["files"]["fields.parquet"]
    path.write_text(json.dumps(manifest))


def swap_tables(folder: Path) -> None:
    shutil.copy(folder / "fields.parquet", folder / "clinics.parquet")


def spoil_the_pointer(folder: Path) -> None:
    (folder.parent / "current").write_bytes(b"\xff\x00")


def point_nowhere(folder: Path) -> None:
    (folder.parent / "current").write_text("2026-01-01-00000000\n")


DAMAGES: list[Callable[[Path], None]] = [
    truncate, lose_a_table, lose_the_manifest, tell_of_other_clinics, tell_other_hashes,
    swap_tables, spoil_the_pointer, point_nowhere,
]  # fmt: skip


def test_visitors_go_on_with_the_release_in_memory(
    app: AppTest, caplog: pytest.LogCaptureFixture
) -> None:
    app.run()
    assert f"Release {SHIPPED.id}" in said(app)
    folder = publish_newer()
    whole = folder.with_name("whole")
    shutil.copytree(folder, whole)
    for damage in DAMAGES:
        damage(folder)
        caplog.clear()
        for _visit in range(2):
            app.run()
            assert not app.exception, damage
            assert FAULT not in said(app), damage
            assert f"Release {SHIPPED.id}" in said(app), damage
        told = [record for record in caplog.records if "Visitors go on with" in record.message]
        assert len(told) == 1, damage
        assert told[0].levelno == logging.ERROR
        shutil.rmtree(folder)
        shutil.copytree(whole, folder)
        (folder.parent / "current").write_text(f"{SHIPPED.id}\n")
        app.run()  # all is well again: the next damage is told anew
        (folder.parent / "current").write_text(f"{folder.name}\n")
    app.run()
    assert f"Release {folder.name}" in said(app)


@pytest.mark.parametrize("damage", [truncate, lose_the_manifest])
def test_after_a_restart_visitors_get_the_release_before(
    app: AppTest, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    damage(publish_newer())
    app.run()
    assert f"Release {SHIPPED.id}" in said(app)
    assert FAULT not in said(app)
    assert "Visitors go on with" in caplog.text
    app.switch_page("pages/analysts/coverage.py").run()
    assert not app.exception
    assert FAULT not in said(app)
    assert app.selectbox(key="cov_release").options == [SHIPPED.id]


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with one release in use, that this server reads."""
    folder = tmp_path / "mounted"
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", str(folder))
    newer = releases.write(SHIPPED.tables, folder, as_of=NEWER, inputs={})
    (folder / "current").write_text(newer.name)
    yield folder
    forget_the_mirror()


def forget_the_mirror() -> None:
    """End what reads a shared folder in the background, as the end of a server does."""
    loading._mirror(str(folders.origin()), str(find_home())).stop()
    loading._mirror.cache_clear()
    st.cache_resource.clear()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("lost", [Path.exists, Path.mkdir], ids=["moved", "emptied"])
def test_a_shared_folder_that_is_lost_never_becomes_the_shipped_list(
    app: AppTest, shared: Path, lost: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    (used,) = (path.name for path in shared.glob("*-*"))
    app.run()
    assert f"Release {used}" in said(app)
    assert "cannot be read at the moment" not in said(app)
    assert loaders.find_standing().state == "ok"
    shutil.rmtree(shared)
    lost(shared)
    wait_until(lambda: loaders.find_standing().state == "last good")
    for restart in (False, True):
        if restart:
            forget_the_mirror()
            releases.look_now()
        app.run()
        assert not app.exception
        assert f"Release {used}" in said(app)
        assert "The newest list cannot be read at the moment" in said(app)
    assert loaders.find_standing().release == used
    assert "Visitors go on with" in caplog.text


def test_a_server_begins_with_the_last_good_list_while_the_address_does_not_answer(
    app: AppTest, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (used,) = (path.name for path in shared.glob("*-*"))
    app.run()
    forget_the_mirror()
    monkeypatch.setattr(elsewhere, "LOOK_SECONDS", 240)
    with socket.socket() as silent:  # takes connections, and never says a word
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/releases"
        monkeypatch.setenv("CLINIC_FINDER_RELEASES", address)
        app.run()
        assert f"Release {used}" in said(app)
        assert loading._mirror(address, str(find_home()))._answer is None  # nobody waited for it
    forget_the_mirror()

    shutil.rmtree(find_home() / "served")
    app.run()  # nobody listens there any more
    assert not app.exception
    assert said(app).count(FAULT) == 1
    assert SHIPPED.id not in said(app)
    assert "988" in said(app)
    wait_until(lambda: "Cannot connect" in loaders.find_standing().fault)
    assert loaders.find_standing().state == "none"


def test_with_no_good_release_at_all_there_is_one_sentence(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(releases.SHIPPED, tmp_path / "shipped")
    for module in (folders, releases):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    truncate(tmp_path / "shipped")
    app.run()
    assert not app.exception
    assert said(app).count(FAULT) == 1
    assert "clinics.parquet is damaged" in said(app)
    assert "988" in said(app)


def test_a_locked_or_damaged_workspace_is_nothing_to_a_visitor(
    app: AppTest, tmp_path: Path
) -> None:
    (tmp_path / "workspace.sqlite").write_bytes(b"no database")
    app.run()
    assert not app.exception
    assert FAULT not in said(app)


# The operator's pipeline: full, read-only, locked, at once, at another time.


@pytest.fixture
def home(program: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The state folder of a small installation; other users may look into it."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(folder))
    small_home.use_program(program, monkeypatch)
    yield folder
    shutil.rmtree(folder)


def change_a_phone(phone: str, at: int = 0) -> None:
    with workspace.open() as opened:
        clinic = sorted(set(stored_listings.current(opened)["clinic_id"]))[at]
        editing.edit(opened, clinic, {"phone": phone}, who=ANN)


def publish(as_of: dt.date | None = small_home.AS_OF) -> publishing.Published:
    with workspace.open() as opened:
        return publishing.publish(opened, publishing.prepare(opened, as_of), who=ANN, force="test")


def take_stock() -> tuple[str, list[str], int, str]:
    """Return what must be the same before and after what failed, each checked to be whole."""
    used = releases.current()
    there = sorted(path.name for path in folders.root().glob("*-*"))
    for name in there:
        releases.load(folders.root() / name)
    with workspace.open() as opened:
        assert opened.read("PRAGMA integrity_check") == [("ok",)]
        return used.id, there, decisions.head(opened), stored_listings.current(opened).to_csv()


@contextlib.contextmanager
def small_disk(home: Path) -> Iterator[Path]:
    """Mount a disk of its own for the state folder; root alone can."""
    mounting = ["mount", "-t", "tmpfs", "-o", "size=32m,mode=755", "none", str(home)]
    if os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield home
    finally:
        subprocess.run(["umount", str(home)], check=True)  # noqa: S607


@contextlib.contextmanager
def full_disk(home: Path) -> Iterator[None]:
    """Fill the disk of the state folder to its last byte; in the end there is room again."""
    filler = home / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 12))
    yield
    filler.unlink()


@contextlib.contextmanager
def read_only(home: Path) -> Iterator[None]:
    """Let nobody write to the home."""
    if os.geteuid() == 0:
        os.seteuid(65_534)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        places = [home, *(path for path in home.rglob("*") if path.is_dir())]
        for place in places:
            place.chmod(0o555)
        yield
        for place in places:
            place.chmod(0o755)


@contextlib.contextmanager
def files_that_cannot_grow(_home: Path) -> Iterator[None]:
    """Let no file grow beyond a few kilobytes: a quota."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("fault", [full_disk, read_only, files_that_cannot_grow])
def test_where_nothing_can_be_written_nothing_is_lost(
    home: Path, fault: Callable[[Path], contextlib.AbstractContextManager[None]]
) -> None:
    place = small_disk if fault is full_disk else contextlib.nullcontext
    with place(home):
        change_a_phone("+12065550100")
        first = publish().release_id
        change_a_phone("+12065550101")
        with workspace.open() as opened:
            draft = publishing.prepare(opened, small_home.AS_OF)
            before = take_stock()
            with fault(home):
                with pytest.raises(GeoError) as failed:
                    publishing.publish(opened, draft, who=ANN)
                with pytest.raises(WorkspaceError) as refused:
                    add_many()
                assert releases.current().id == first  # visitors are served meanwhile
        assert_one_sentence(failed.value)
        assert_one_sentence(refused.value)
        after = take_stock()
        assert after[:2] == before[:2]
        assert set(before[3].splitlines()) <= set(after[3].splitlines())

        change_a_phone("+12065550199")  # what failed before is done now
        done = publish().release_id
        assert releases.current().id == done != first


def add_many() -> None:
    """Add more than SQLite may have room for in its log already."""
    with workspace.open() as opened:
        for _ in range(200):
            editing.add(opened, {"name": "Elm", "state": "TX"}, who=ANN, reason="w" * 4000)


def assert_one_sentence(error: BaseException) -> None:
    text = str(error)
    assert text[0].isupper()
    assert text.endswith(".")
    assert "Traceback" not in text
    assert "\n" not in text


def test_of_two_operators_who_publish_at_once_one_is_told_to_look_again(home: Path) -> None:
    change_a_phone("+12065550100")
    context = multiprocessing.get_context("fork")
    ready, told = context.Barrier(2), context.SimpleQueue()

    def go(who: str) -> None:
        with workspace.open() as opened:
            draft = publishing.prepare(opened, small_home.AS_OF, without_odbl=who == "ann")
            ready.wait(60)
            try:
                told.put(("done", publishing.publish(opened, draft, who=who).release_id))
            except ReleaseError as error:
                told.put(("refused", str(error)))

    both = [context.Process(target=go, args=(who,)) for who in ("ann", "ben")]
    for process in both:
        process.start()
    answers = sorted(told.get() for _ in both)
    for process in both:
        process.join(60)
        assert process.exitcode == 0
    assert [kind for kind, _ in answers] == ["done", "refused"]
    assert "look again" in answers[1][1]
    assert releases.current().id == answers[0][1]
    assert len(releases.history()) == 1
    assert home.exists()


def test_a_locked_workspace_is_told_and_visitors_are_served(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_a_phone("+12065550100")
    before = take_stock()
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with contextlib.closing(sqlite3.connect(home / "workspace.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceError, match="being written by another program") as refused:
            change_a_phone("+12065550101")
        assert_one_sentence(refused.value)
        assert releases.current().id == before[0]
    assert take_stock() == before


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def fill_with_noise(path: Path) -> None:
    path.write_bytes(b"no database at all" * 999)


def spoil_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:-4096] = bytes(len(content) - 8192)
    path.write_bytes(content)


def put_another_database_there(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")


def put_a_folder_there(path: Path) -> None:
    path.unlink()
    path.mkdir()


def read_the_workspace() -> None:
    with workspace.open() as opened:
        stored_listings.current(opened)
        decisions.history(opened)


@pytest.mark.parametrize(
    "damage",
    [
        cut_off, empty, fill_with_noise, spoil_the_middle, put_another_database_there,
        put_a_folder_there,
    ],
)  # fmt: skip
def test_a_damaged_workspace_is_one_sentence_and_a_backup_brings_all_back(
    home: Path, damage: Callable[[Path], None]
) -> None:
    change_a_phone("+12065550100")
    used = publish().release_id
    path = home / database.FILE
    with workspace.open() as opened:
        backup.write(opened, home / "backup.zip")
        opened.read("PRAGMA wal_checkpoint(TRUNCATE)")
    before = take_stock()
    for beside in (f"{path}-wal", f"{path}-shm"):
        Path(beside).unlink(missing_ok=True)
    damage(path)
    damaged = path.read_bytes() if path.is_file() else b""

    for _ in range(2):
        with pytest.raises(WorkspaceError) as told:
            read_the_workspace()
        assert_one_sentence(told.value)
        assert str(path) in str(told.value)
    done = CliRunner().invoke(cli.app, ["publish", "--yes"])
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    assert releases.current().id == used  # visitors are served
    assert not path.is_file() or path.read_bytes() == damaged  # and nothing is written over it

    if path.is_dir():
        path.rmdir()
    restored = CliRunner().invoke(cli.app, ["restore", str(home / "backup.zip"), "--yes"])
    assert restored.exit_code == 0, restored.stderr
    assert take_stock() == before


@pytest.mark.usefixtures("home")
def test_the_page_and_the_command_line_publish_at_once_and_one_is_told() -> None:
    change_a_phone("+12065550100")
    context = multiprocessing.get_context("fork")
    ready, told = context.Barrier(2), context.SimpleQueue()

    def use_the_command_line() -> None:
        ready.wait(60)
        done = CliRunner().invoke(cli.app, ["publish", "--yes", "--force", "test"])
        told.put(("line", done.exit_code, done.stdout.strip() or done.stderr.strip()))

    def use_the_page() -> None:
        with workspace.open() as opened:
            draft = publishing.prepare(opened, small_home.AS_OF, without_odbl=True)
        ready.wait(60)
        with workspace.open() as opened:  # as the page does when the button is pressed
            try:
                done = publishing.publish(opened, draft, who=ANN, force="test")
            except ReleaseError as error:
                told.put(("page", 1, str(error)))
            else:
                told.put(("page", 0, done.release_id))

    both = [context.Process(target=go) for go in (use_the_command_line, use_the_page)]
    for process in both:
        process.start()
    answers = [told.get() for _ in both]
    for process in both:
        process.join(120)
        assert process.exitcode == 0
    done = [said for _, code, said in answers if code == 0]
    refused = [said for _, code, said in answers if code]
    assert done
    assert all("look again" in said for said in refused)
    history = releases.history()
    assert sorted(entry.after for entry in history) == sorted(done)
    assert releases.current().id == history[-1].after
    with workspace.open() as opened:
        assert publishing.catch_up(opened) == 0  # each is recorded
    take_stock()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that sets the clock of the library so many days off."""
    days = [0]

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return dt.datetime.now(tz) + dt.timedelta(days=days[0])

    for name, module in list(sys.modules.items()):
        if name.startswith("geo.") and getattr(module, "datetime", None) is dt.datetime:
            monkeypatch.setattr(module, "datetime", Clock)

    def jump(to: int) -> None:
        days[0] = to

    return jump


def test_a_clock_that_jumps_loses_nothing_and_mixes_nothing_up(
    home: Path, clock: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases.retention, "KEPT", 2)
    monkeypatch.setattr(releases.retention, "KEPT_MONTHS", 0)
    published = []
    for number, days in enumerate((0, -5 * 365, 10 * 365, -20 * 365, 0)):
        clock(days)
        change_a_phone(f"+1206555010{number}")
        published.append(publish().release_id)
        assert releases.current_id() == published[-1]
        shown = set(releases.current().clinics["phone"])
        assert f"+1206555010{number}" in shown  # what was said last counts, whatever the date
    assert [entry.after for entry in releases.history()] == published
    assert releases.find_previous() == published[-2]
    with workspace.open() as opened:
        kinds = [one.kind for one in decisions.history(opened) if one.kind in {"edit", "publish"}]
        assert kinds == ["publish", "edit"] * 5
        clock(-30 * 365)
        back = publishing.rollback(opened, who=ANN)
    assert back.after == published[-2] == releases.current().id
    assert home.exists()


@pytest.mark.parametrize("days", [-3650, -1, 1, 3650])
def test_what_is_read_elsewhere_goes_by_no_clock(
    home: Path, clock: Callable[[int], None], days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / "mounted"
    write = functools.partial(releases.write, SHIPPED.tables, folder, inputs={})
    first, second = (write(as_of=NEWER + dt.timedelta(days=day)).name for day in (0, 1))
    whole_files.replace(folder / "current", first)
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", str(folder))
    assert releases.current_id() == first
    clock(days)
    then = time.time() + days * 86_400
    monkeypatch.setattr(time, "time", lambda: then)
    for path in (folder, home / "served", *home.glob("served/*")):
        os.utime(path, (then - days * 2 * 86_400,) * 2)
    releases.look_now()
    assert (releases.current_id(), releases.find_served().fault) == (first, "")
    whole_files.replace(folder / "current", second)
    releases.look_now()
    assert (releases.current_id(), releases.find_served().fault) == (second, "")
    with releases.lock(ANN):
        assert releases.history() == []
    shutil.rmtree(folder)
    releases.look_now()
    assert releases.find_served().folder.name == second
    loading._mirror.cache_clear()


@pytest.mark.parametrize("days", [-3650, -1, 1, 3650])
def test_a_login_from_another_time_opens_nothing(tmp_path: Path, days: int) -> None:
    allowed = operators.Settings(allow=frozenset({ANN}))
    claims = {"email": ANN, "email_verified": True, "iat": time.time()}
    request = locality.Request("127.0.0.1", {"Host": "localhost"}, "")
    with pytest.raises(AccessError, match="sign in again"):
        operators.admit(allowed, request, claims, tmp_path, time.time() + days * 86_400)
