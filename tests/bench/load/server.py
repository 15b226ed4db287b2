"""The servers under load: one process, or several behind nginx."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.server.admission import CLIENT_VARIABLE, VARIABLE
from geo.server.api import api_settings
from geo.server.nginx import write_nginx
from geo.server.pocket_files import OFF
from geo.server.pocket_files import VARIABLE as POCKET_VARIABLE

ROOT = Path(__file__).resolve().parents[3]
OURS = ROOT / "app.py"
PLAIN = Path(__file__).with_name("plain_app.py")
START_SECONDS = 90


@dataclass
class Server:
    """A process under load; its log stands in its home."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def read_memory_bytes(self) -> int:
        """Return what the process holds now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def read_cpu_seconds(self) -> float:
        """Return the processor time it has used."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def count_sessions(self) -> int:
        """Return how many sessions it remembers; of a server that keeps few alone."""
        before = self.log.read_text("utf-8").count("sessions: ")
        self.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + START_SECONDS
        while (told := self.log.read_text("utf-8")).count("sessions: ") == before:
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        return int(told.rpartition("sessions: ")[2].split()[0])


def find_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def start(
    app: Path,
    home: Path,
    *,
    most_sessions: int | None = None,
    seen_at: int | None = None,
    module: str = "streamlit",
    our_settings: bool = True,
) -> Iterator[Server]:
    """Run an app on a free loopback port, and end it.

    Parameters
    ----------
    home : an empty folder for its log and what it writes.
    most_sessions : that it takes; None for its own default.
    seen_at : the port that visitors use, where it is not its own.
    module : what is run in the place of Streamlit.
    our_settings : those of .streamlit/config.toml; else as Streamlit comes.
    """
    port = find_port()
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    # Its own process would write the pocket finder in the midst of the load.
    environment = {**os.environ, "CLINIC_FINDER_HOME": str(home), POCKET_VARIABLE: OFF}
    if most_sessions is not None:
        environment[VARIABLE] = str(most_sessions)
    environment[CLIENT_VARIABLE] = "100000"  # all come from this machine
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "run", str(app), "--server.port", str(port),
             "--server.address", "127.0.0.1", "--server.headless", "true",
             "--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false",
             "--browser.serverAddress", "127.0.0.1", "--browser.serverPort", str(seen_at or port)],
            cwd=ROOT if our_settings else home,  # where Streamlit looks for settings
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
        )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        wait_for(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # threads that a load left it with
            process.kill()
            process.wait(30)


def wait_for(server: Server) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=1).close()  # noqa: S310
        except OSError:
            assert server.process.poll() is None, server.log.read_text()
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)
        else:
            return


@dataclass
class Site:
    """Several processes behind one address."""

    url: str
    replicas: Sequence[Server]


@contextlib.contextmanager
def start_site(replicas: int, home: Path, *, most_sessions: int | None = None) -> Iterator[Site]:
    """Run the app several times behind nginx, as `clinic-finder nginx` configures it."""
    nginx = shutil.which("nginx")
    assert nginx, "install Debian's nginx-light"
    port = find_port()
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(
                start(OURS, home / f"replica{number}", most_sessions=most_sessions, seen_at=port)
            )
            for number in range(replicas)
        ]
        addresses = [server.url.removeprefix("http://") for server in servers]
        config = home / "nginx.conf"
        config.write_text(write_nginx(addresses, f"127.0.0.1:{port}", str(home)), "utf-8")
        process = subprocess.Popen(
            [nginx, "-c", str(config), "-g", "daemon off;"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(process.wait, 30)
        stack.callback(process.terminate)
        site = Server(f"http://127.0.0.1:{port}", process, home / "error.log")
        wait_for(site)
        yield Site(site.url, servers)


@contextlib.contextmanager
def serve(workers: int, home: Path) -> Iterator[str]:
    """Run `clinic-finder serve` with the API on a free loopback port, and end it; give its address."""
    port = find_port()
    home.mkdir(parents=True, exist_ok=True)
    log = home / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "geo", "serve", "--workers", str(workers),
             "--listen", f"127.0.0.1:{port}"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "CLINIC_FINDER_HOME": str(home), POCKET_VARIABLE: OFF,
                 api_settings.VARIABLE: api_settings.ON, CLIENT_VARIABLE: "100000"},
        )  # fmt: skip
    try:
        site = Server(f"http://127.0.0.1:{port}", process, log)
        wait_for(site)
        yield site.url
    finally:
        process.terminate()
        process.wait(60)
