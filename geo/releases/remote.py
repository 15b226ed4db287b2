"""What is read of releases that lie elsewhere: the pointer, which there are, the files of one.

Run as a program it does so in a process of its own, which the system ends when its time is up,
whatever it hangs in, and which takes no more memory and disk than it is given. Therefore it imports
nothing of the library.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

POINTER: Final = "current"
MANIFEST: Final = "manifest.json"
LONGEST_POINTER: Final = 200
MOST_BYTES: Final = 1 << 30
"""A release's files together."""

_MOST_MEMORY_BYTES: Final = 4 << 30
_MOST_FILES: Final = 64
_MOST_LISTED: Final = 20
_MOST_MANIFEST_BYTES: Final = 1 << 20
_FILE: Final = re.compile(r"[a-z][a-z0-9_]{0,60}\.parquet")
_ID: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")


def read_pointer(address: str, into: str) -> dict[str, Any]:
    """Return what the pointer says, and what else lies there.

    Parameters
    ----------
    address : of a folder of releases: a path, or an address that fsspec knows.
    into : an empty folder for the copy, which bounds what is taken into memory.

    Returns
    -------
    `pointed` : the text of the pointer; None where there is none. `there` : whether the folder
    itself was seen. `ids` : the releases that were seen in it, where there is no pointer.

    Raises
    ------
    OSError : it cannot be read. Each kind of address has errors of its own beside that.
    """
    filesystem, base = _open(address)
    try:
        pointer = Path(into) / POINTER
        filesystem.get_file(f"{base}/{POINTER}", str(pointer))
        with pointer.open("rb") as file:
            text = file.read(LONGEST_POINTER).decode("utf-8", "replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        ids = _list_ids(filesystem, base)
        return {"pointed": None, "there": ids is not None, "ids": ids or []}
    return {"pointed": text, "there": True, "ids": []}


def list_newest(address: str, into: str) -> list[str]:
    """Return the ids of the newest releases of a folder, the newest first.

    Those whose manifest cannot be read are left out, and so are all where the address lists nothing.

    Parameters
    ----------
    address, into : as in `read_pointer`.
    """
    filesystem, base = _open(address)
    made = []
    for release in sorted(_list_ids(filesystem, base) or (), reverse=True)[:_MOST_LISTED]:
        # No manifest, or none: not one that could be used.
        with contextlib.suppress(OSError, ValueError):
            manifest = _read_manifest(filesystem, f"{base}/{release}", Path(into))
            made.append((str(manifest.get("made_at")), release))
    return [release for _, release in sorted(made, reverse=True)]


def fetch(address: str, release: str, into: str) -> None:
    """Copy the files that a release's manifest names; whether they are whole, the caller checks.

    Parameters
    ----------
    address : as in `read_pointer`.
    release : an id.
    into : a folder that is there.

    Raises
    ------
    OSError : a file is not there, cannot be read or written, or the files are too many or too large.
    ValueError : the manifest is none.
    """
    filesystem, base = _open(address)
    target = Path(into)
    names = _read_manifest(filesystem, f"{base}/{release}", target).get("files")
    if not isinstance(names, dict) or not all(_FILE.fullmatch(name) for name in names):
        raise ValueError(f"its {MANIFEST} is not the manifest of a release")
    if len(names) > _MOST_FILES:
        raise OSError(f"it names more than {_MOST_FILES} files")
    left = MOST_BYTES
    for name in names:
        filesystem.get_file(f"{base}/{release}/{name}", str(target / name))
        left -= (target / name).stat().st_size
        if left < 0:
            raise OSError(f"it holds more than {MOST_BYTES:,} bytes")


def _read_manifest(filesystem: Any, folder: str, into: Path) -> dict[str, Any]:  # noqa: ANN401  untyped
    """Copy the manifest of a release to a folder, and return what it says.

    It is copied before it is read: what is no file is not, and its size is known.
    """
    copy = into / MANIFEST
    filesystem.get_file(f"{folder}/{MANIFEST}", str(copy))
    if copy.stat().st_size > _MOST_MANIFEST_BYTES:
        raise ValueError(f"its {MANIFEST} is larger than any")
    try:
        manifest: dict[str, Any] = dict(json.loads(copy.read_bytes()))
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"its {MANIFEST} is not the manifest of a release") from error
    return manifest


def _open(address: str) -> tuple[Any, str]:
    """Return fsspec's file system for an address, and the folder in it."""
    import fsspec  # noqa: PLC0415  # 30 ms; only who reads elsewhere needs it

    # What redirects would be followed to any host, and from https to http.
    options = {"allow_redirects": False} if address.startswith(("http://", "https://")) else {}
    filesystem, base = fsspec.url_to_fs(address, **options)
    return filesystem, base.rstrip("/")


def _list_ids(filesystem: Any, base: str) -> set[str] | None:  # noqa: ANN401  untyped
    """Return the releases' ids that a folder lists; None where there is no such folder."""
    try:
        # A web server lists a folder, if it does, under the address that ends in a slash.
        listed = filesystem.ls(f"{base}/", detail=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if listed == [base]:  # a file lists itself
        return None
    return {name for path in listed if _ID.fullmatch(name := Path(str(path).rstrip("/")).name)}


VERBS: Final[dict[str, Callable[..., object]]] = {
    "read_pointer": read_pointer,
    "list_newest": list_newest,
    "fetch": fetch,
}


def main() -> None:
    """Do what is asked on stdin, `{"verb", "arguments", "seconds"}`, and answer on stdout."""
    asked = json.loads(sys.stdin.buffer.read())
    _limit(asked["seconds"])
    try:
        answer = {"answer": VERBS[asked["verb"]](*asked["arguments"])}
    except ImportError as error:
        answer = {"lacks": str(error)}
    except Exception as error:  # noqa: BLE001  every kind of address has errors of its own
        words = " ".join(str(error).split())
        answer = {"fault": f"{type(error).__name__}: {words}" if words else type(error).__name__}
    sys.stdout.write(json.dumps(answer))


def _limit(seconds: int) -> None:
    """Have the system end this process when its time is up, and bound what it takes."""
    if sys.platform == "win32":  # whoever waits for it ends it
        return
    import resource  # noqa: PLC0415  # only Unix has it

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)
    os.nice(10)
    for kind, most in (
        (resource.RLIMIT_FSIZE, MOST_BYTES),
        (resource.RLIMIT_AS, _MOST_MEMORY_BYTES),
    ):
        with contextlib.suppress(ValueError, OSError):  # less is allowed already
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    main()
