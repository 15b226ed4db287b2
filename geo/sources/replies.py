"""Replies of services in JSON: fetched or saved, told from error pages, within bounds."""

from __future__ import annotations

import math
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from geo.errors import FetchError, FetchFault, ServiceError, SourceError
from geo.files import json_texts
from geo.files.too_much import TooMuchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LARGEST_BYTES: Final = 50_000_000
"""A saved reply, or one from the network, is read whole; no service's page is nearly as large."""

TIMEOUT_SECONDS: Final = 300.0
_TRIES: Final = 4
_FIRST_WAIT_SECONDS: Final = 2.0
_LONGEST_WAIT_SECONDS: Final = 60.0
_TOO_MANY_REQUESTS: Final = 429
_REDIRECTED: Final = 300
_SERVER_FAILED: Final = 500
_PASSING: Final = frozenset({FetchFault.LATE, FetchFault.UNREACHABLE, FetchFault.BROKEN})


def get_bytes(
    url: str, wait: Callable[[float], None] = time.sleep, *, trusted: bool = False
) -> bytes:
    """Return what a service replies; the `get` that a source's `fetch` takes.

    A failed connection, a 429 and a 5xx are tried four times in all, as long apart as Retry-After
    asks, up to a minute, or else 2, 4 and 8 seconds. A redirect is followed within the service's
    host alone.

    Parameters
    ----------
    url : http or https.
    wait : sleeps for so many seconds.
    trusted : whether the service may stand on this machine or a private network, as none does
        that a source names.

    Raises
    ------
    ServiceError : it cannot be reached, refuses, or sends more than `LARGEST_BYTES`.
    """
    from geo.fetching.client import Client, Limits  # noqa: PLC0415  # 160 ms; only needed online

    client, limits = Client(), Limits(TIMEOUT_SECONDS, LARGEST_BYTES)
    host = urlsplit(url).hostname or url
    for attempt in range(1, _TRIES + 1):
        pause = _FIRST_WAIT_SECONDS * 2 ** (attempt - 1)
        try:
            reply = client.fetch(url, limits=limits, trusted=trusted, redirects_to={host})
            if reply.status < _REDIRECTED:
                return reply.content
            fault = f"{host} answered with status {reply.status}"
            again = reply.status == _TOO_MANY_REQUESTS or reply.status >= _SERVER_FAILED
            asked = reply.headers.get("retry-after", "")
            pause = float(asked) if asked.isascii() and asked.isdigit() else pause
        except FetchError as error:
            if error.fault not in _PASSING:
                raise ServiceError(str(error)) from error
            fault, again = str(error).removesuffix("."), True
        if not again or attempt == _TRIES:
            raise ServiceError(f"{fault}; try again later.")
        wait(min(pause, _LONGEST_WAIT_SECONDS))
    raise AssertionError  # the last try returns or raises


def parse(data: bytes, what: str) -> object:
    """Return the value of a JSON text; a number that is not finite becomes None.

    Parameters
    ----------
    data : UTF-8, with or without a byte-order mark.
    what : names the reply in a message.

    Raises
    ------
    SourceError : it is a web page, or no JSON.
    """
    if data[:500].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise SourceError(
            f"{what} is a web page or XML, not JSON: the service sent an error page, or the file "
            "was saved from a browser; fetch it again."
        )
    try:
        return json_texts.load(data, parse_float=_finite, parse_constant=lambda _: None)
    except UnicodeDecodeError as error:
        raise SourceError(f"{what} is not UTF-8 text: {error}; save it again as UTF-8.") from error
    except TooMuchError as error:
        raise SourceError(
            f"{what} {error}, far more than a reply or a table of clinics; take it in parts."
        ) from error
    except ValueError as error:
        raise SourceError(
            f"{what} is not whole JSON ({error}); it may be cut off: fetch it again."
        ) from error


def list_replies(path: Path | Sequence[Path]) -> list[Path]:
    """Return the files of saved replies: those told, and the `.json` files of a folder by page.

    Parameters
    ----------
    path : a file, a folder, or several of them.

    Raises
    ------
    SourceError : a folder has none.
    """
    files: list[Path] = []
    for one in [path] if isinstance(path, Path) else path:
        held = sorted(one.glob("*.json"), key=_page_order) if one.is_dir() else [one]
        if not held:
            raise SourceError(
                f"The folder {one} holds no .json file; save the service's replies there."
            )
        files += [file for file in held if file not in files]
    return files


def read_replies(path: Path | Sequence[Path]) -> Iterator[tuple[Path, dict[str, object]]]:
    """Yield the saved replies of a file or of a folder's `.json` files, in the order of page 2, 10.

    Parameters
    ----------
    path : a folder, a file with one reply or a list of replies, or several of them.

    Yields
    ------
    The file and one reply in it.

    Raises
    ------
    SourceError : there is no such file, none in the folder, or one is not JSON objects.
    """
    for file in list_replies(path):
        value = parse(_read_bytes(file), file.name)
        replies = value if isinstance(value, list) else [value]
        objects = as_objects(replies)
        if not objects or len(objects) < len(replies):
            raise SourceError(
                f"{file.name} holds no reply: it must be a JSON object or a list of them."
            )
        for reply in objects:
            yield file, reply


def records_of(reply: dict[str, object], key: str, what: str) -> list[object]:
    """Return the list a reply holds under a key.

    Raises
    ------
    SourceError : it has none; the message names the keys it has.
    """
    records = reply.get(key)
    if not isinstance(records, list):
        shown = ", ".join(list(reply)[:8])
        raise SourceError(
            f"{what} holds no list {key!r}, only {shown or 'nothing'}; is it another service's?"
        )
    return records


def as_text(value: object) -> str:
    """Return a JSON scalar as text; "" for null, an object or a list."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    try:
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    except ValueError:  # an integer of thousands of digits
        return ""


def as_object(value: object) -> dict[str, object]:
    """Return a JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> list[dict[str, object]]:
    """Return the objects of a JSON list; none for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _read_bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise SourceError(
                f"{file.name} is larger than {LARGEST_BYTES // 10**6} MB, far more than a reply "
                "of the service; save its pages one by one."
            )
        return file.read_bytes()
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}.") from error


def _page_order(path: Path) -> list[tuple[int, str]]:
    return [
        (int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", path.stem)
    ]


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None
