"""What a server that is watched starts with."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
VARIABLE = "WATCHED_REACHING_OUT"


def watch(log: Path) -> dict[str, str]:
    """Return the environment of a server whose ways out are written to a file."""
    return {"PYTHONPATH": str(FOLDER), VARIABLE: str(log)}


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
