"""What a server that is watched starts with."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
VARIABLE = "WATCHED_REACHING_OUT"
MEMORY_VARIABLE = "WATCHED_MEMORY"
PATIENCE_SECONDS = 120.0


def watch(log: Path) -> dict[str, str]:
    """Return the environment of a server whose ways out are written to a file."""
    return {"PYTHONPATH": str(FOLDER), VARIABLE: str(log)}


def watch_memory(asked: Path) -> dict[str, str]:
    """Return the environment of a server that tells what it holds in memory."""
    return {"PYTHONPATH": str(FOLDER), MEMORY_VARIABLE: str(asked)}


def count_holders(pid: int, asked: Path, text: str) -> int:
    """Return how many living objects of a server hold a text.

    Parameters
    ----------
    pid : of the server, which has answered already.
    asked : the file that `watch_memory` was given.
    text : what is looked for, and is in nothing else.
    """
    found = asked.with_name(f"{asked.name}.found")
    found.unlink(missing_ok=True)
    asked.write_text(text, encoding="utf-8")
    os.kill(pid, signal.SIGUSR2)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not found.exists():
        assert time.monotonic() < deadline, "the server does not tell"
        time.sleep(0.1)
    return int(found.read_text(encoding="utf-8"))


def read_ways_out(log: Path) -> list[list[str]]:
    """Return what a watched server, or a process that it started, reached for beyond itself.

    That is each connection, name or address that is not the machine's own, and each program that
    is not its own Python.
    """
    lines = log.read_text().splitlines() if log.exists() else []
    return [entry for entry in map(json.loads, lines) if not _is_own(*entry)]


def read_connections(pid: int) -> set[str]:
    """Return the remote addresses, in the kernel's hexadecimal, of a process's connections.

    What the process does in C, past Python's own events, is seen here too.
    """
    held = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        try:
            held.add(str(file.readlink()))
        except OSError:
            continue
    found = set()
    for name in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" in held:
                found.add(fields[2].partition(":")[0])
    return {address for address in found if not _is_loopback_or_none(address)}


def _is_own(event: str, *arguments: str) -> bool:
    if event in {"subprocess.Popen", "os.system"}:
        return "python" in arguments[0]
    return bool(arguments) and any(
        word in arguments[0] for word in ("127.0.0.1", "'localhost'", "'::1'", "'0.0.0.0'")
    )


def _is_loopback_or_none(address: str) -> bool:
    return (
        set(address) == {"0"}
        or address.endswith("7F")  # 127.0.0.0/8, its bytes turned round
        or address == "00000000000000000000000001000000"
        or (address.startswith("0000000000000000FFFF0000") and address.endswith("7F"))
    )
