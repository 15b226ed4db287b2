"""The table that browsers suggest places from: made once a release, sent as one packed file."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response

from geo.errors import GeoError
from geo.guidance.crisis import phrases
from geo.paths import DATA
from geo.places import suggestion_table
from geo.server.unavailable import answer_unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from geo.places import PlaceFinder

PATH: Final = "/places.json"

_METHODS: Final = frozenset({"GET", "HEAD"})
_ONE_YEAR_SECONDS: Final = 365 * 86_400
_MADE_OF: Final = (
    "reference/manifest.json", "aliases.csv", "crisis_phrases.csv", "crisis_words.csv",
    "places/airport_names.csv", "places/regions.csv", "places/spanish_names.csv",
)  # fmt: skip


class CrisisWords(TypedDict):
    """For what nothing is suggested: `phrases`, of stems apart by spaces.

    `stems` has stem -> the words that stand for it; `skipped`, words that say nothing.
    """

    phrases: list[str]
    stems: dict[str, str]
    skipped: str


class SuggestionTable(suggestion_table.PlaceTable):
    """What the place box fetches."""

    crisis: CrisisWords


def name_version(release_id: str) -> str:
    """Return what changes with all that the table of a release is made of."""
    return hashlib.sha256(f"{release_id} {_hash_rest()}".encode()).hexdigest()[:10]


def name_address(release_id: str) -> str:
    """Return the address of the table of a release, on this server."""
    return f"{PATH}?v={name_version(release_id)}"


@cache
def _hash_rest() -> str:
    parts = [Path(module.__file__ or "") for module in (suggestion_table, phrases)]
    parts += [DATA / name for name in _MADE_OF]
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def build(finder: PlaceFinder, states: frozenset[str] | None = None) -> SuggestionTable:
    """Return the table of places, and the phrases for which nothing is suggested.

    Parameters
    ----------
    states : codes of the states whose places are wanted; None for all.

    Raises
    ------
    SourceError : a reference table cannot be read.
    SchemaError : the lists of phrases cannot be read.
    """
    lists = phrases.read_lists()
    stems: dict[str, list[str]] = {}
    for word, stem in lists.stems.items():
        stems.setdefault(stem, []).append(word)
    crisis: CrisisWords = {
        "phrases": [" ".join(said) for several in lists.phrases.values() for said, _ in several],
        "stems": {stem: " ".join(words) for stem, words in stems.items()},
        "skipped": " ".join(sorted(lists.skipped)),
    }
    return {**finder.list_suggestions(states), "crisis": crisis}


def pack(finder: PlaceFinder) -> bytes:
    """Return the table as gzip sends it; raises as `build` does."""
    content = json.dumps(build(finder), ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(content, mtime=0)


class Suggestions:
    """ASGI middleware that answers `PATH`; which table a browser asks for tells nothing of it.

    Parameters
    ----------
    app : what answers all other paths.
    load : returns the version and the packed table of the release that visitors see; it may take
        a second, and is called in a thread.
    """

    def __init__(self, app: ASGIApp, load: Callable[[], tuple[str, bytes]]) -> None:
        self._app = app
        self._load = load

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer where the path is ours, with 503 where there is no table: the box works without."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] not in _METHODS:
            await self._app(scope, receive, send)
            return
        try:
            version, packed = await run_in_threadpool(self._load)
        except GeoError:
            await answer_unavailable(scope, receive, send)
            return
        # Who asks for another release's gets this one, and is not to keep it under that name.
        is_asked = QueryParams(scope["query_string"]).get("v") == version
        headers = {
            "cache-control": f"public, max-age={_ONE_YEAR_SECONDS}, immutable"
            if is_asked
            else "no-cache",
            "vary": "accept-encoding",
        }
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
        else:
            packed = gzip.decompress(packed)
        await Response(packed, headers=headers, media_type="application/json")(scope, receive, send)
