"""A real Nominatim on 127.0.0.1: PostgreSQL, an import and the search server, all below a folder.

Needs root, Debian and its packages; `pip` fetches Nominatim itself into a virtual environment of
its own, with Debian's Python, whose packages it shares. Nothing of it is a part of the product.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

PACKAGES = (
    "postgresql-15",
    "postgresql-15-postgis-3",
    "postgresql-15-postgis-3-scripts",
    "osm2pgsql",
    "python3-venv",
    "python3-icu",
)
FROM_PYPI = (
    "nominatim-db==5.3.3",
    "nominatim-api==5.3.3",
    "uvicorn==0.54.0",
    "falcon==4.4.0",
    "psycopg[binary]==3.3.9",
)
POSTGRES = Path("/usr/lib/postgresql/15/bin")
PYTHON = "/usr/bin/python3"


def reason_to_skip():
    """Return why there can be no Nominatim here, or ""."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "a real Nominatim needs root on Linux, to install and run PostgreSQL as its own user"
    if shutil.which("apt-get") is None:
        return "a real Nominatim is set up from Debian's packages, and there is no apt-get here"
    return ""


def install(folder):
    """Install what is missing; return the virtual environment with Nominatim, or why there is none.

    Raises
    ------
    LookupError : the packages cannot be had.
    """
    try:
        if not (POSTGRES / "initdb").exists() or not shutil.which("osm2pgsql"):
            _run("apt-get", "update", "-qq")
            _run(
                "apt-get", "install", "-y", "--no-install-recommends", *PACKAGES,
                env={"DEBIAN_FRONTEND": "noninteractive"},
            )  # fmt: skip
        _run(PYTHON, "-m", "venv", "--system-site-packages", folder / "venv")
        _run(folder / "venv/bin/pip", "install", "--quiet", *FROM_PYPI)
    except (OSError, subprocess.CalledProcessError) as error:
        raise LookupError(f"what Nominatim needs cannot be installed: {error}") from error
    return folder / "venv"


@contextmanager
def serve(folder, venv, extract):
    """Import an extract and serve it; gives the address to ask, and stops all of it at the end."""
    port = _free_port()
    sockets = folder / "pg"
    sockets.mkdir()
    shutil.chown(sockets, "postgres")
    folder.chmod(0o755)
    data = sockets / "data"
    _as_postgres(
        POSTGRES / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"
    )
    options = f"-p {port} -k {sockets} -c listen_addresses= -c fsync=off"
    control = (POSTGRES / "pg_ctl", "-D", data, "-w", "-l", sockets / "log")
    _as_postgres(*control, "-o", options, "start")
    server = None
    try:
        for role in ("root superuser login", '"www-data" login'):
            _run("psql", "-h", sockets, "-p", port, "-U", "postgres", "-c", f"create role {role}")
        project = folder / "project"
        project.mkdir()
        (project / ".env").write_text(
            f'NOMINATIM_DATABASE_DSN="pgsql:host={sockets};port={port};dbname=nominatim"\n'
            "NOMINATIM_IMPORT_STYLE=extratags\n"
        )
        nominatim = venv / "bin" / "nominatim"
        # Debian's packages, but not what a user of this machine installed for another Python.
        path = {"PATH": f"{venv / 'bin'}:{os.environ['PATH']}", "PYTHONNOUSERSITE": "1"}
        arguments = ("--osm-file", extract, "--threads", 2, "--osm2pgsql-cache", 50)
        _run(nominatim, "import", *arguments, cwd=project, env=path)
        http = _free_port()
        address = f"127.0.0.1:{http}"
        with (folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [nominatim, "serve", "--server", address, "--engine", "falcon"],
                cwd=project, env=os.environ | path, stdout=log, stderr=log,
            )  # fmt: skip
        _wait_for(f"http://{address}/status", server)
        yield f"http://{address}"
    finally:
        if server is not None:
            server.terminate()
            server.wait(30)
        _as_postgres(*control, "-m", "immediate", "stop")


def _run(*words, env=None, **options):
    settings = os.environ | (env or {})
    command = [str(word) for word in words]
    done = subprocess.run(
        command, env=settings, check=False, capture_output=True, text=True, **options
    )
    if done.returncode != 0:
        raise subprocess.CalledProcessError(
            done.returncode, command[:3], done.stdout, done.stderr[-2000:]
        )
    return done.stdout


def _as_postgres(*words):
    # A server that goes on running must not hold the pipes of its starter open.
    subprocess.run(
        ["/usr/sbin/runuser", "-u", "postgres", "--", *(str(word) for word in words)],
        check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url, server, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("Nominatim's server stopped at its start")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  our own server
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("Nominatim's server did not answer in time")
