"""Files that every visitor asks for, kept in memory as they go over the wire."""

from __future__ import annotations

import mimetypes
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

_LEVEL: Final = 4  # a sixth larger than the best, for a third of its time
_GZIP_BITS: Final = 31
_WORTH_COMPRESSING_BYTES: Final = 1_000
_COMPRESSIBLE: Final = ("text/", "application/json", "application/geo+json", "image/svg+xml")
_TYPES: Final = {
    ".js": "text/javascript",
    ".geojson": "application/geo+json",
    ".webmanifest": "application/manifest+json",
}


class KeptFiles:
    """ASGI middleware that answers for the files below a folder, which change all at once or never.

    A first visit asks for more than eighty. To read each from disk, in pieces, past all that
    stands before a page, is most of what such a visit costs a server.

    Parameters
    ----------
    prefix : of their addresses, with a slash at both ends; what is not there is not found.
    folder : where they are; listed once, read when one is first asked for.
    cache_control : how long a browser may keep them.
    own_scripts : whether the scripts in the folder itself are ours; their comments stay here then.
    start : the file that answers for the prefix itself; "" for none.
    marker : the file that is another when the folder was replaced as a whole, which is looked for at
        each request then; "" where the folder stays.
    restyled : a text and what stands in its place in style files, once in each that has it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        prefix: str,
        folder: Path,
        cache_control: str,
        own_scripts: bool = False,
        start: str = "",
        marker: str = "",
        restyled: tuple[str, str] | None = None,
    ) -> None:
        self._app = app
        self._own = folder if own_scripts else None
        self._prefix = prefix
        self._restyled = restyled
        self._folder = folder
        self._start = start
        self._marker = folder / marker if marker else None
        self._marked = self._look()
        self._paths = self._list()
        self._cache_control = cache_control
        self._kept: dict[tuple[str, bool], Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a file; pass all else on."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        if (marked := self._look()) != self._marked:
            self._marked, self._paths, self._kept = marked, self._list(), {}
        await self._answer(scope)(scope, receive, send)

    def _look(self) -> tuple[int, int] | None:
        """Return what tells one folder from the next in its place; None without a marker."""
        if self._marker is None:
            return None
        try:
            held = self._marker.stat()
        except OSError:
            return None
        return held.st_ino, held.st_mtime_ns

    def _list(self) -> dict[str, Path]:
        """Return address -> file."""
        paths = {
            self._prefix + path.relative_to(self._folder).as_posix(): path
            for path in self._folder.rglob("*")
            if path.is_file()
        }
        if self._prefix + self._start in paths:
            paths[self._prefix] = paths[self._prefix + self._start]
        return paths

    def _answer(self, scope: Scope) -> Response:
        """Return the file that is asked for, or why it is not given."""
        if scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("Method Not Allowed", HTTPStatus.METHOD_NOT_ALLOWED)
        address = scope["path"]
        if address not in self._paths:
            return PlainTextResponse("Not Found", HTTPStatus.NOT_FOUND)
        packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        if (address, packed) not in self._kept:
            self._kept[address, packed] = self._read(self._paths[address], packed=packed)
        return self._kept[address, packed]

    def _read(self, path: Path, *, packed: bool) -> Response:
        """Return the answer that holds a file."""
        content = path.read_bytes()
        if path.parent == self._own and path.suffix == ".js":
            content = leave_out_comments(content.decode("utf-8")).encode("utf-8")
        if path.suffix == ".css" and self._restyled is not None:
            before, after = (text.encode("utf-8") for text in self._restyled)
            content = content.replace(before, after, 1)
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        kind = kind or "application/octet-stream"
        headers = {"cache-control": self._cache_control}
        if kind.startswith(_COMPRESSIBLE) and len(content) > _WORTH_COMPRESSING_BYTES:
            headers["vary"] = "accept-encoding"
            if packed:
                packer = zlib.compressobj(_LEVEL, wbits=_GZIP_BITS)
                content = packer.compress(content) + packer.flush()
                headers["content-encoding"] = "gzip"
        return Response(content, headers=headers, media_type=kind)


def leave_out_comments(script: str) -> str:
    """Return a script without the comments that have lines to themselves, and what types they tell."""
    kept, is_comment = [], False
    for line in script.splitlines(keepends=True):
        bare = line.strip()
        is_open = is_comment or (bare.startswith("/*") and bare.find("*/") in {-1, len(bare) - 2})
        is_comment = is_open and not bare.endswith("*/")
        if bare and not is_open and not bare.startswith("//"):
            kept.append(line)
    return "".join(kept)
