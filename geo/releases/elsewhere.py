"""How what lies elsewhere is asked for: addresses in a process of its own, with a time limit in all."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from geo.errors import ReleaseError
from geo.releases import remote

if TYPE_CHECKING:
    from pathlib import Path

LOOK_SECONDS: Final = 20
"""How long a look at the pointer may take in all."""
FETCH_SECONDS: Final = 300
"""How long a release may take to come, in all."""

_GRACE_SECONDS: Final = 5.0
_LONGEST: Final = 300
_EXTRA: Final = 'pip install "clinic-finder[remote]"'


def read_pointer(origin: str) -> dict[str, Any]:
    """Return what `remote.read_pointer` does.

    Raises
    ------
    ReleaseError : the address or folder cannot be read, or does not answer in time.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer: dict[str, Any] = _ask(origin, "read_pointer", LOOK_SECONDS, folder)
    return answer


def list_newest(origin: str) -> list[str]:
    """Return what `remote.list_newest` does.

    Raises
    ------
    ReleaseError : as `read_pointer`.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer: list[str] = _ask(origin, "list_newest", LOOK_SECONDS, folder)
    return answer


def fetch(origin: str, release: str, into: Path) -> None:
    """Copy a release's files to a folder, unchecked.

    Raises
    ------
    ReleaseError : it cannot be read, is larger than any release, or does not come in time.
    """
    _ask(origin, "fetch", FETCH_SECONDS, release, str(into))


def _ask(origin: str, verb: str, seconds: int, *arguments: str) -> Any:  # noqa: ANN401  as the verb
    if "://" in origin:
        answer = _ask_process(origin, verb, seconds, *arguments)
    else:
        try:
            answer = {"answer": remote.VERBS[verb](origin, *arguments)}
        except (OSError, ValueError) as error:
            answer = {"fault": str(error)}
    if "lacks" in answer:
        scheme = origin.partition("://")[0]
        raise ReleaseError(
            f"Releases at an address of {scheme}:// cannot be read with what is installed "
            f"({answer['lacks']}); `{_EXTRA}` brings what https:// and s3:// take."
        )
    if "fault" in answer:
        raise ReleaseError(
            f"The releases at the place that CLINIC_FINDER_RELEASES names cannot be read "
            f"({_hide(str(answer['fault']), origin)})."
        )
    return answer["answer"]


def _ask_process(origin: str, verb: str, seconds: int, *arguments: str) -> dict[str, Any]:
    asked = {"verb": verb, "arguments": [origin, *arguments], "seconds": seconds}
    late = {"fault": f"no answer within {seconds} seconds in all"}
    try:
        done = subprocess.run(  # noqa: S603  our own module
            # By its file: the library behind it, with its tables, would take longer than the answer.
            # -P: no other module that lies beside it is taken for a library's.
            [sys.executable, "-P", remote.__file__],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds + _GRACE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return late
    except OSError as error:
        return {"fault": f"no process could be started: {error}"}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return late if done.returncode < 0 else {"fault": "it ended without an answer"}
    return answer


def _hide(words: str, origin: str) -> str:
    """Return an error's words without what an address may hold of secrets, and not too long."""
    parts = urlsplit(origin)
    for secret in (parts.query, parts.password, f"{parts.username}:{parts.password}@"):
        if secret:
            words = words.replace(secret, "…")
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
