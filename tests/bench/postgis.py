"""A PostGIS server to compare with: the one that is named, else one of our own for the while."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg

DSN = "CLINIC_FINDER_POSTGIS"
"""Names a server with the extension; nothing but temporary tables is made there."""

INSTALLED = Path("/usr/lib/postgresql")
EXTENSIONS = Path("/usr/share/postgresql")
USER = "postgres"  # the server refuses to be root
START_SECONDS = 60.0

NEAREST = """
    SELECT id FROM clinics
    ORDER BY place <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography LIMIT %s
"""


@contextmanager
def connect() -> Iterator[psycopg.Connection | None]:
    """Give a connection, or none where there is no server and none can be started."""
    dsn = os.environ.get(DSN)
    if dsn:
        with psycopg.connect(dsn, autocommit=True) as connection:
            yield connection
        return
    programs = find_programs()
    if programs is None:
        yield None
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        start_server(programs, Path(folder)) as address,
        psycopg.connect(address, autocommit=True) as connection,
    ):
        connection.execute("CREATE EXTENSION postgis")
        yield connection


def find_programs() -> Path | None:
    """Return where the newest installed server is that has the extension."""
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    for initdb in reversed(found):
        if (EXTENSIONS / initdb.parts[-3] / "extension" / "postgis.control").exists():
            return initdb.parent
    return None


@contextmanager
def start_server(programs: Path, folder: Path) -> Iterator[str]:
    """Run a server on a socket in a folder, and give its address."""
    become: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
        become = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"]
    data = str(folder / "data")
    make = [programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*become, *make], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    settings = [f"-cunix_socket_directories={folder}", "-clisten_addresses=", "-cfsync=off"]
    server = subprocess.Popen(
        [*become, programs / "postgres", "-D", data, *settings],
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"host={folder} user={USER} dbname=postgres"
        wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def wait_for(address: str, server: subprocess.Popen) -> None:
    """Return when the server answers.

    Raises
    ------
    psycopg.OperationalError : it does not.
    """
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline or server.poll() is not None:
                raise
            time.sleep(0.1)
        else:
            return


def load_clinics(connection: psycopg.Connection, places: np.ndarray) -> None:
    """Make the temporary table of clinics anew, with its index."""
    connection.execute("DROP TABLE IF EXISTS clinics")
    connection.execute("CREATE TEMPORARY TABLE clinics (id integer, place geography(Point, 4326))")
    with connection.cursor().copy("COPY clinics FROM STDIN") as copy:
        for row, (latitude, longitude) in enumerate(places.tolist()):
            copy.write_row((row, f"SRID=4326;POINT({longitude!r} {latitude!r})"))
    connection.execute("CREATE INDEX ON clinics USING gist (place)")
    connection.execute("ANALYZE clinics")


def rank(connection: psycopg.Connection, latitude: float, longitude: float, k: int) -> list[int]:
    """Return the k nearest by a statement that the server has prepared."""
    cursor = connection.cursor(binary=True)
    cursor.execute(NEAREST, (longitude, latitude, k), prepare=True)
    return [row for (row,) in cursor.fetchall()]


def rank_many(connection: psycopg.Connection, origins: np.ndarray, k: int) -> np.ndarray:
    """Return the (n, k) nearest to many origins, by one statement on the server."""
    connection.execute("DROP TABLE IF EXISTS origins")
    connection.execute("CREATE TEMPORARY TABLE origins (id integer, place geography(Point, 4326))")
    with connection.cursor().copy("COPY origins FROM STDIN") as copy:
        for row, (latitude, longitude) in enumerate(origins.tolist()):
            copy.write_row((row, f"SRID=4326;POINT({longitude!r} {latitude!r})"))
    cursor = connection.cursor(binary=True)
    cursor.execute(
        """
        SELECT near.id FROM origins, LATERAL (
            SELECT id, row_number() OVER () AS rank FROM (
                SELECT id FROM clinics ORDER BY place <-> origins.place LIMIT %s
            ) AS nearest
        ) AS near ORDER BY origins.id, near.rank
        """,
        (k,),
    )
    return np.array(cursor.fetchall(), dtype=np.intp).reshape(len(origins), k)


def read_server_seconds(
    connection: psycopg.Connection, latitude: float, longitude: float, k: int
) -> float:
    """Return what the server itself says that one query takes, without the way to it and back."""
    # Without the time of every node, the reading of which costs more than the work.
    question = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {NEAREST}"
    (plan,) = connection.execute(question, (longitude, latitude, k)).fetchone()
    return plan[0]["Execution Time"] / 1e3
