"""What releases changed, for whoever follows the list: an Atom feed and a table."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response

from geo.errors import GeoError
from geo.exporting.formulas import escape_formula
from geo.exporting.terminal import plain
from geo.server.entity_tags import is_known
from geo.server.unavailable import answer_unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from geo.publishing.changelog import Change, ReleaseChanges

FEED: Final = "/changes.atom"
TABLE: Final = "/changes.csv"

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_METHODS: Final = frozenset({"GET", "HEAD"})
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}")
_HOUR_SECONDS: Final = 3600
_NO_CHARACTERS: Final = dict.fromkeys((0xFFFE, 0xFFFF))  # XML 1.0, 2.2
_MOST_TOLD: Final = 100
"""Clinics of a release that the feed names; the table has them all."""

_COLUMNS: Final = (
    "released", "release", "change", "clinic_id", "name", "city", "state", "before", "after", "source",
)  # fmt: skip


class Changes:
    """ASGI middleware that answers `FEED` and `TABLE`.

    Parameters
    ----------
    app : what answers all other paths.
    load : returns the changes of the kept releases, the newest first; it may take seconds, and is
        called in a thread.
    """

    def __init__(self, app: ASGIApp, load: Callable[[], Sequence[ReleaseChanges]]) -> None:
        self._app = app
        self._load = load

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer where the path is ours, with 503 where the releases cannot be read."""
        if (
            scope["type"] != "http"
            or scope["path"] not in {FEED, TABLE}
            or scope["method"] not in _METHODS
        ):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            entries = await run_in_threadpool(self._load)
        except GeoError:
            await answer_unavailable(scope, receive, send)
            return
        if scope["path"] == FEED:
            content, kind = write_feed(entries, headers.get("host", "")), "application/atom+xml"
        else:
            content, kind = write_table(entries), "text/csv"
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        kept = {"etag": tag, "cache-control": f"public, max-age={_HOUR_SECONDS}"}
        if is_known(headers, tag):
            answer = Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)
        else:
            answer = Response(content, headers=kept, media_type=f"{kind}; charset=utf-8")
        await answer(scope, receive, send)


def write_feed(entries: Sequence[ReleaseChanges], host: str) -> bytes:
    """Return an Atom feed, an entry a release.

    Parameters
    ----------
    entries : the newest first.
    host : by which this site was asked for; with it the ids are unique in the world.

    Source
    ------
    RFC 4287; RFC 4151 for the ids.
    """
    name = host.partition(":")[0]
    base = f"tag:{name if _HOST.fullmatch(name) else 'localhost'},2026:changes"
    feed = ET.Element("feed", xmlns=_NAMESPACE)
    _add(feed, "id", base)
    _add(feed, "title", "Clinic Finder: changes of the list")
    _add(feed, "subtitle", "Clinics added, closed, moved and left out, release by release.")
    _add(feed, "updated", entries[0].made_at if entries else "2026-01-01T00:00:00Z")
    ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=FEED)
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href="/")
    author = ET.SubElement(feed, "author")
    _add(author, "name", "Clinic Finder")
    for entry in entries:
        item = ET.SubElement(feed, "entry")
        _add(item, "id", f"{base}/{entry.release_id}")
        _add(item, "title", f"Release {entry.release_id}: {summarise(entry)}")
        _add(item, "updated", entry.made_at)
        ET.SubElement(item, "link", rel="alternate", type="text/csv", href=TABLE)
        _add(item, "content", "\n".join(_list_lines(entry)), type="text")
    ET.indent(feed)
    content: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def write_table(entries: Sequence[ReleaseChanges]) -> bytes:
    """Return every change as CSV, a line each, in UTF-8; nothing in it runs as a formula."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for entry in entries:
        for one in entry.changes:
            cells = (
                entry.made_at, entry.release_id, one.kind, one.clinic_id, one.name, one.city,
                one.state, one.before, one.after, one.source,
            )  # fmt: skip
            rows.writerow([escape_formula(plain(cell)) for cell in cells])
    return text.getvalue().encode()


def summarise(entry: ReleaseChanges) -> str:
    """Return how many clinics a release changed, by what became of them."""
    counts: dict[str, int] = {}
    for one in entry.changes:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items()) or "no clinic changes"


def _list_lines(entry: ReleaseChanges) -> Iterator[str]:
    yield f"Compared with release {entry.before_id}."
    for source, counts in entry.count().items():
        told = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
        yield f"By {_say(source) or 'a source that is not known'}: {told}."
    yield from (_describe(one) for one in entry.changes[:_MOST_TOLD])
    if len(entry.changes) > _MOST_TOLD:
        yield f"And {len(entry.changes) - _MOST_TOLD:,} more, which {TABLE} has."


def _describe(one: Change) -> str:
    place = ", ".join(part for part in (one.city, one.state) if part)
    where = f"{one.before} → {one.after}" if one.after else place
    return _say(f"{one.kind.capitalize()}: {one.name}, {where}")


def _say(text: str) -> str:
    """Return a text on one line, without what hides and what XML does not take."""
    return plain(text).translate(_NO_CHARACTERS)


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text
