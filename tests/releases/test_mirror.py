"""A replica follows releases published elsewhere, and keeps the last good one."""

import shutil
from pathlib import Path

import fsspec
import pytest

from geo import releases
from geo.errors import ReleaseError
from geo.paths import find_home
from geo.releases import SHIPPED, load
from geo.releases.mirror import LOOK_SECONDS, ReleaseMirror

ID = releases.read_manifest(SHIPPED)["id"]


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "replica"))
    return tmp_path / "replica"


@pytest.fixture(params=["memory", "file"])
def shared(request, tmp_path):
    """An address with one release and a pointer to it."""
    address = "memory://shared" if request.param == "memory" else f"file://{tmp_path}/shared"
    filesystem, base = fsspec.url_to_fs(address)
    for path in SHIPPED.iterdir():
        filesystem.makedirs(f"{base}/{ID}", exist_ok=True)
        filesystem.pipe_file(f"{base}/{ID}/{path.name}", path.read_bytes())
    filesystem.pipe_file(f"{base}/current", f"{ID}\n".encode())
    yield address, filesystem, base
    filesystem.rm(base, recursive=True)


def test_what_is_published_there_is_used_here(home, shared):
    assert ReleaseMirror(shared[0], load).find_current() == ID
    assert load(home / "releases" / ID).id == ID
    assert not list((home / "releases").glob(".*"))


def test_the_address_is_asked_once_in_half_a_minute(shared):
    clock = Clock()
    address, filesystem, base = shared
    mirror = ReleaseMirror(address, load, clock)
    assert mirror.find_current() == ID
    filesystem.rm(f"{base}/current")
    assert mirror.find_current() == ID
    clock.now += LOOK_SECONDS
    assert mirror.find_current() is None


@pytest.mark.parametrize("fault", ["pointer", "table", "gone"])
def test_the_last_good_release_stays_while_the_address_fails(home, shared, fault, caplog):
    clock = Clock()
    address, filesystem, base = shared
    mirror = ReleaseMirror(address, load, clock)
    assert mirror.find_current() == ID
    other = f"{ID[:-1]}{'0' if ID[-1] != '0' else '1'}"
    if fault == "pointer":
        filesystem.pipe_file(f"{base}/current", b"../../elsewhere")
    elif fault == "table":
        filesystem.pipe_file(f"{base}/current", other.encode())
        filesystem.makedirs(f"{base}/{other}", exist_ok=True)
        filesystem.pipe_file(f"{base}/{other}/manifest.json", b"{}")
    else:
        filesystem.pipe_file(f"{base}/current", other.encode())
    clock.now += LOOK_SECONDS
    assert mirror.find_current() == ID
    assert "stays in use" in caplog.text
    assert not (home / "releases" / other).exists()
    assert not list((home / "releases").glob(".*"))


def test_an_address_that_never_answered_is_said():
    with pytest.raises(ReleaseError, match="CLINIC_FINDER_RELEASES"):
        ReleaseMirror("nowhere://at/all", load).find_current()


def test_without_a_pointer_the_shipped_release_is_used(tmp_path):
    (tmp_path / "empty").mkdir()
    assert ReleaseMirror(f"file://{tmp_path}/empty", load).find_current() is None


def test_a_damaged_release_is_not_taken_in(home, tmp_path):
    shared = tmp_path / "shared"
    shutil.copytree(SHIPPED, shared / ID)
    (shared / "current").write_text(ID)
    clinics = Path(shared / ID / "clinics.parquet")
    clinics.write_bytes(clinics.read_bytes()[:-10])
    with pytest.raises(ReleaseError, match="damaged"):
        ReleaseMirror(f"file://{shared}", load).find_current()
    assert not (home / "releases" / ID).exists()


def test_the_pages_read_what_the_variable_names(shared, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", shared[0])
    assert releases.current_id() == ID
    assert releases.current().folder == find_home() / "releases" / ID
    with pytest.raises(ReleaseError, match="follows"):
        releases.switch(None)


def test_a_mounted_folder_is_read_in_place(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", str(tmp_path / "mounted"))
    assert releases.current().folder == SHIPPED
    shutil.copytree(SHIPPED, tmp_path / "mounted" / ID)
    (tmp_path / "mounted" / "current").write_text(ID)
    assert releases.current().folder == tmp_path / "mounted" / ID
