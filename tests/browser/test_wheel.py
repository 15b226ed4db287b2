"""The wheel, built and installed where there is no checkout: it finds, serves, checks and measures.

It runs in a folder that holds what would be in its way, were it looked at: packages of our names,
and settings of Streamlit that undo ours.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests import watching
from tests.browser.conftest import (
    START_SECONDS,
    Server,
    find_port,
    stop_server,
    visit_with,
)
from tests.browser.test_siting import SOLVED, SOLVER_MS
from tests.handmade.blocks import scatter_blocks, write_files
from tests.requirements import PRODUCT_LIST, TOOLS_LIST

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
PATIENCE_SECONDS = 600
SITE = "clinic_finder_site"

# What a server tells of itself on a signal: Streamlit's settings as they are in force in it.
TELLING = """
import json, os, runpy, signal, sys

runpy.run_path({watching!r})

def tell(*_):
    from streamlit import config

    names = json.loads(os.environ["TOLD_SETTINGS"])
    told = {{name: config.get_option(name) for name in names}}
    with open({told!r} + ".part", "w") as file:
        json.dump(told, file)
    os.replace({told!r} + ".part", {told!r})

signal.signal(signal.SIGUSR2, tell)
"""

pytestmark = [pytest.mark.service, pytest.mark.timeout(2 * PATIENCE_SECONDS)]


@dataclass
class Installed:
    """An environment that holds the wheel, and a folder to be in."""

    venv: Path
    cwd: Path
    environment: dict[str, str]

    def run(self, program: str, *words: object, **options: Any) -> str:
        """Run a program of the environment; return what it prints."""
        done = subprocess.run(
            [self.venv / "bin" / program, *map(str, words)],
            cwd=self.cwd,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            **options,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def uv() -> str:
    found = shutil.which("uv")
    assert found, "the wheel is built by uv: `pip install uv`"
    return found


@pytest.fixture(scope="module")
def built(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sdist, and of the wheel that is built from it, by tools of known hashes."""
    folder = tmp_path_factory.mktemp("dist")
    words = ["--build-constraints", TOOLS_LIST, "--require-hashes", "--out-dir", folder]
    subprocess.run([uv, "build", *words], cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(uv: str, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own, with packages of the hashes that are listed."""
    folder = tmp_path_factory.mktemp("installed")
    venv, cwd = folder / "venv", folder / "elsewhere"
    for words in (
        ["venv", "--python", sys.executable, venv],
        ["pip", "install", "--python", venv, "--require-hashes", "-r", PRODUCT_LIST],
        ["pip", "install", "--python", venv, "--no-deps", wheel],
        ["pip", "check", "--python", venv],
    ):
        done = subprocess.run([uv, *words], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    for name in ("geo", "pages", "data", SITE):
        (cwd / name).mkdir(parents=True)
        (cwd / name / "__init__.py").write_text("raise ImportError('a folder of somebody else')")
    (cwd / ".streamlit").mkdir()
    (cwd / ".streamlit" / "config.toml").write_text(
        '[browser]\ngatherUsageStats = true\n[client]\nshowErrorDetails = "full"\n'
    )
    hidden = ("PYTHON", "VIRTUAL_ENV", "UV_", "CLINIC_FINDER", "STREAMLIT_", "COV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return Installed(venv, cwd, {**environment, "HOME": str(folder), "COLUMNS": "120"})


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a running server is watched from."""
    folder = tmp_path_factory.mktemp("told")
    watched = str(watching.FOLDER / "sitecustomize.py")
    script = TELLING.format(watching=watched, told=str(folder / "settings.json"))
    (folder / "sitecustomize.py").write_text(script, "utf-8")
    return folder


@pytest.fixture(scope="module")
def server(installed: Installed, told: Path) -> Iterator[Server]:
    """The website, as `clinic-finder app` starts it."""
    port = find_port()
    log = told / "server.log"
    environment = {
        **installed.environment,
        **watching.watch(told / "ways-out"),
        "PYTHONPATH": str(told),
        "TOLD_SETTINGS": json.dumps(sorted(flatten(SETTINGS))),
        "CLINIC_FINDER_OPERATORS": "local",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [installed.venv / "bin" / "clinic-finder", "app", "--port", str(port),
             "--server.headless", "true"],
            cwd=installed.cwd,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    started = Server(f"http://127.0.0.1:{port}", process, log, installed.cwd / "var")
    deadline = time.monotonic() + 2 * START_SECONDS  # nothing has been compiled yet
    while True:
        try:
            fetch(f"{started.url}/_stcore/health")
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        else:
            break
    yield started
    stop_server(started)


def flatten(settings: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return settings by their full names."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        inner = flatten(value, f"{before}{name}.") if isinstance(value, dict) else {}
        flat |= inner or {f"{before}{name}": value}
    return flat


def fetch(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "text/html"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        assert answer.status == 200
        return bytes(answer.read())


def test_the_sdist_builds_the_wheel_that_the_checkout_builds(
    uv: str, wheel: Path, tmp_path: Path
) -> None:
    subprocess.run(
        [uv, "build", "--wheel", "--out-dir", tmp_path], cwd=ROOT, check=True, capture_output=True
    )

    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_nothing_but_geo_and_a_folder_of_our_own_stands_at_the_top(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"geo", SITE}
    files = [
        path.relative_to(ROOT).as_posix()
        for part in ("data", "geo", "pages")
        for path in (ROOT / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    files += ["app.py", ".streamlit/config.toml"]
    kept = {name if name.startswith("geo/") else f"{SITE}/{name}" for name in files}
    assert len(kept) > 300
    assert {name for name in names if not name.partition("/")[0].endswith("-info")} == kept


def test_a_place_is_searched_as_it_is_here(installed: Installed) -> None:
    words = ("find", "60601", "--format", "json")
    here = subprocess.run(
        [sys.executable, "-m", "geo", *words],
        cwd=ROOT,
        env=installed.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert installed.run("clinic-finder", *words) == here.stdout
    assert len(json.loads(here.stdout)["clinics"]) == 10


def test_the_data_that_came_along_are_those_that_were_built(installed: Installed) -> None:
    assert "shipped release" in installed.run("clinic-finder", "data", "check")


def test_the_verbs_answer_from_the_files_of_the_installation(installed: Installed) -> None:
    script = (
        "import geo, geo.paths as files\n"
        "clinics = geo.load_clinics()\n"
        "print(files.SITE, geo.__file__, len(clinics), clinics.crs.to_epsg())\n"
    )
    site, module, count, crs = installed.run("python", "-P", "-c", script).split()

    assert Path(site).name == SITE
    assert installed.venv in Path(site).parents
    assert Path(module).parent.parent == Path(site).parent
    assert int(count) > 400
    assert crs == "4326"


def test_operators_are_let_in_by_the_address_that_the_log_names_the_file_of(
    server: Server,
) -> None:
    assert "operators_door_" in server.log.read_text()
    assert server.take_cookie()


def test_the_page_and_its_assets_are_served(server: Server) -> None:
    page = fetch(server.url).decode()

    assert "Clinic Finder" in page
    style = page.partition('<link rel="stylesheet" href="/assets/app.css')[2].partition('"')[0]
    assert fetch(f"{server.url}/assets/app.css{style}")
    assert fetch(f"{server.url}/assets/leaflet/leaflet.js")


def test_every_setting_is_in_force_in_the_running_server(server: Server, told: Path) -> None:
    server.process.send_signal(signal.SIGUSR2)
    deadline = time.monotonic() + START_SECONDS
    while not (told / "settings.json").exists():
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.1)

    expected = flatten(SETTINGS)
    assert len(expected) > 20
    assert json.loads((told / "settings.json").read_text()) == expected


def test_pages_and_the_solver_work_and_nobody_outside_is_asked(
    browser: Browser,
    server: Server,
    told: Path,
) -> None:
    for visit in visit_with(browser, server):
        visit.open()
        visit.search("60601")
        visit.heading("Chicago, IL 60601")
        visit.page.goto(f"{server.url}/where-next?in=region:2&add=1&within=60")
        expect(visit.page.get_by_text(SOLVED)).to_be_visible(timeout=SOLVER_MS)

    assert watching.read_ways_out(told / "ways-out") == []
    assert watching.read_connections(server.process.pid) == set()


JOB = """
import io, time
from geo import jobs
from geo.jobs import uploads

path = uploads.keep(io.BytesIO(b"Facility,State\\nFresh Ketamine Care,CA\\n"), "clinics.csv")
task = {"source": "table", "path": str(path), "table": {"title": "A list"}}
jobs.start("ingest", task | {"columns": {"name": "Facility", "state": "State"}}, who="ann")
while (job := jobs.read("ingest")).is_running:
    time.sleep(0.1)
print(job.state, job.done)
"""


def test_a_job_runs_in_a_process_of_its_own(installed: Installed) -> None:
    assert installed.run("python", "-P", "-c", JOB).split() == ["done", "1"]
    assert (installed.cwd / "var" / "workspace.sqlite").is_file()


@pytest.mark.nightly
def test_workers_of_dask_measure_what_one_process_does(
    installed: Installed, tmp_path: Path
) -> None:
    pattern = write_files(scatter_blocks(4_000), tmp_path / "blocks", 2, 1_000)
    address = tmp_path / "scheduler.json"
    start = [installed.venv / "bin" / "python", "-P", "-W", "ignore", "-m", "distributed.cli.dask_"]
    common = ["--scheduler-file", str(address), "--host", "127.0.0.1"]
    words = {
        "scheduler": [*common, "--port", "0", "--no-dashboard"],
        "worker": [
            *common,
            "--nthreads",
            "1",
            "--no-dashboard",
            "--local-directory",
            str(tmp_path),
        ],
    }
    started = []
    try:
        for name in ("scheduler", "worker", "worker"):
            command = [*start[:-1], f"{start[-1]}{name}", *words[name]]
            started.append(
                subprocess.Popen(
                    command,
                    cwd=installed.cwd,
                    env=installed.environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            deadline = time.monotonic() + START_SECONDS
            while not address.exists():
                assert time.monotonic() < deadline, "the scheduler did not start"
                time.sleep(0.1)
        scheduler = json.loads(address.read_text())["address"]
        asked = ("coverage", "--by", "region", "--demand", pattern, "--format", "csv")
        measured = installed.run("clinic-finder", *asked, "--scheduler", scheduler)
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(60)

    assert measured.count("\n") == 5
    assert measured == installed.run("clinic-finder", *asked)
