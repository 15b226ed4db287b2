"""The one HTTP client: size, time in all, packing, redirects and targets have their bounds.

    from geo.fetching.client import Client, Limits

    with Client() as client:
        reply = client.fetch("https://clinic.example/", limits=Limits(seconds=20, bytes=2_000_000))
    reply.status, reply.text()

It keeps no connection and no cookie, tries nothing twice, logs nothing, and sends no header but its
caller's and what HTTP needs.
"""

from __future__ import annotations

import time
import urllib.request
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import httpcore
import httpx

from geo.errors import FetchError, FetchFault
from geo.fetching import targets
from geo.fetching.deadlines import DeadlineBackend

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from ssl import SSLContext

MOST_REDIRECTS: Final = 5

_GZIP_BITS: Final = 31
_PLAIN: Final = frozenset({"", "identity"})
_GZIP: Final = frozenset({"gzip", "x-gzip"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_ENCODINGS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin-1": "latin-1",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
"""Read in linear time; of the others that Python knows, some are not (punycode)."""


class Limits(NamedTuple):
    """What one fetch may cost, its redirects included.

    Attributes
    ----------
    seconds : in all, from the look-up of the name to the last byte.
    bytes : of a reply's body, as it comes and unpacked.
    """

    seconds: float
    bytes: int


@dataclass(frozen=True)
class Reply:
    """What a service answered.

    Attributes
    ----------
    status : of HTTP; an error's is a reply too.
    headers : names in any case.
    content : the body, unpacked.
    url : that answered, after redirects.
    """

    status: int
    headers: httpx.Headers
    content: bytes
    url: str

    def text(self) -> str:
        """Return the body as text, in the encoding it names, else UTF-8.

        Raises
        ------
        FetchError : it is not text in that encoding, or the encoding is none that is read.
        """
        named = httpx.Response(self.status, headers=self.headers).charset_encoding or "utf-8"
        encoding = _ENCODINGS.get(named.strip().lower())
        try:
            return self.content.decode(encoding or "")
        except (UnicodeDecodeError, LookupError) as error:
            raise FetchError(
                f"{httpx.URL(self.url).host} sent no text in the encoding it names ({named[:40]}).",
                FetchFault.BROKEN,
            ) from error


class Client:
    """Fetches addresses, one request a call.

    Parameters
    ----------
    proxies : by scheme, `http` and `https`; None for those of the environment. A proxy looks names
        up itself: behind it, only a number can be told to be private.
    ssl_context : for TLS; None for the default.
    """

    def __init__(
        self, *, proxies: Mapping[str, str] | None = None, ssl_context: SSLContext | None = None
    ) -> None:
        self._proxies = proxies
        self._ssl_context = ssl_context

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """End; no connection outlives its request."""

    def fetch(
        self,
        url: str,
        *,
        limits: Limits,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        head: bool = False,
        trusted: bool = False,
        only_here: bool = False,
        redirects_to: Collection[str] = (),
    ) -> Reply:
        """Return the reply to a GET, or to a multipart form where `files` are given.

        Parameters
        ----------
        url : http or https.
        limits : of the whole.
        headers : to send.
        form, files : the fields of a form, and its files as field -> (name, content, type).
        head : whether the headers alone are asked for (HEAD); not with `files`.
        trusted : whether the operator or the program named the address: then it may stand on this
            machine or a private network, and at any port. Never for one out of a page or a file.
        only_here : whether nothing but this machine may be asked, whatever the name stands for.
            A proxy then has to be on this machine.
        redirects_to : the hosts to which a redirect of a GET is followed, five times at most, never
            from https to http; none by default, so that a redirect is a reply like any other. Of
            a trusted address, the same scheme, host and port stay trusted, and nothing else.

        Raises
        ------
        FetchError : the address may not be asked, cannot be reached, is late, breaks off, answers
            more than it may, or packed otherwise than once with gzip; `fault` says which.
        """
        deadline = time.monotonic() + limits.seconds
        asked = _parse(url)
        first = _origin(asked)
        for _ in range(MOST_REDIRECTS + 1):
            is_trusted = trusted and _origin(asked) == first
            targets.check(asked, trusted=is_trusted)
            request = httpx.Request(
                "HEAD" if head else "GET" if files is None else "POST",
                asked,
                headers={
                    "Accept": "*/*",
                    **(headers or {}),
                    "Accept-Encoding": "gzip",
                    "Connection": "close",
                },
                data=dict(form or {}) or None,
                files=dict(files or {}) or None,
            )
            reply = self._send(request, limits, deadline, trusted=is_trusted, only_here=only_here)
            target = _redirect(reply, asked) if files is None else None
            if target is None or target.host not in redirects_to:
                return reply
            if _origin(target)[1:] != _origin(asked)[1:]:
                headers = None  # a key in them is the first host's
            asked = target
        raise FetchError(
            f"{asked.host} redirects more than {MOST_REDIRECTS} times; give the address that "
            "answers.",
            FetchFault.BROKEN,
        )

    def _send(
        self,
        request: httpx.Request,
        limits: Limits,
        deadline: float,
        *,
        trusted: bool,
        only_here: bool,
    ) -> Reply:
        host = request.url.host
        try:
            proxy = self._find_proxy(request.url)
        except (ValueError, httpx.InvalidURL) as error:
            raise FetchError(
                f"{host} cannot be reached: the proxy that is set is none to use ({error}).",
                FetchFault.UNREACHABLE,
            ) from error
        if self._ssl_context is None and request.url.scheme == "https":
            self._ssl_context = httpx.create_ssl_context()
        # A proxy is one that the operator has set.
        backend = DeadlineBackend(
            deadline, trusted=trusted or proxy is not None, only_here=only_here
        )
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self._ssl_context,
                    proxy=proxy,
                    network_backend=backend,
                    max_keepalive_connections=0,
                ) as pool,
                pool.stream(
                    request.method,
                    httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.read(),
                ) as reply,
            ):
                received = httpx.Headers(reply.headers)
                content = _read(reply, received, limits.bytes, deadline, host)
                return Reply(reply.status, received, content, str(request.url))
        except httpcore.TimeoutException as error:
            raise FetchError(f"{host} did not answer in time.", FetchFault.LATE) from error
        except (httpcore.ConnectError, httpcore.ProxyError) as error:
            raise FetchError(f"{host} cannot be reached.", FetchFault.UNREACHABLE) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise FetchError(
                f"The connection to {host} broke off ({type(error).__name__}).", FetchFault.BROKEN
            ) from error

    def _find_proxy(self, url: httpx.URL) -> httpcore.Proxy | None:
        if self._proxies is not None:
            found = self._proxies.get(url.scheme)
        elif urllib.request.proxy_bypass(url.host):
            return None
        else:
            known = urllib.request.getproxies()
            found = known.get(url.scheme) or known.get("all")
        if not found:
            return None
        proxy = httpx.Proxy(found if "://" in found else f"http://{found}")
        return httpcore.Proxy(
            httpcore.URL(
                scheme=proxy.url.raw_scheme,
                host=proxy.url.raw_host,
                port=proxy.url.port,
                target=proxy.url.raw_path,
            ),
            auth=proxy.raw_auth,
            headers=proxy.headers.raw,
        )


def _read(
    reply: httpcore.Response, headers: httpx.Headers, most: int, deadline: float, host: str
) -> bytes:
    """Return a body, read as it comes and unpacked no further than it may be large.

    Raises
    ------
    FetchError : it is larger, packed otherwise than once with gzip, cut off, or late.
    """
    packing = [each.strip().lower() for each in headers.get("content-encoding", "").split(",")]
    if len(packing) > 1 or packing[0] not in _PLAIN | _GZIP:
        raise FetchError(
            f"{host} sends a reply that is packed otherwise than once with gzip.", FetchFault.BROKEN
        )
    unpacker = zlib.decompressobj(_GZIP_BITS) if packing[0] in _GZIP else None
    content = bytearray()
    came = 0
    for part in reply.iter_stream():
        came += len(part)
        try:
            content += part if unpacker is None else unpacker.decompress(part, most + 1)
        except zlib.error as error:
            raise FetchError(
                f"{host} sends a reply that cannot be unpacked.", FetchFault.BROKEN
            ) from error
        if came > most or len(content) > most:
            raise FetchError(
                f"The reply of {host} is larger than {most / 1_000_000:g} MB.", FetchFault.TOO_LARGE
            )
        if time.monotonic() > deadline:
            raise FetchError(f"{host} did not finish its answer in time.", FetchFault.LATE)
    if unpacker is not None and came and (not unpacker.eof or unpacker.unused_data):
        raise FetchError(f"{host} sends a reply that is packed wrongly.", FetchFault.BROKEN)
    return bytes(content)


def _parse(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise FetchError(
            f"{url[:80]!r} is no address to fetch: {error}.", FetchFault.FORBIDDEN
        ) from error


def _redirect(reply: Reply, asked: httpx.URL) -> httpx.URL | None:
    """Return where a reply sends on to, unless it would leave https."""
    if reply.status not in _REDIRECTS or "location" not in reply.headers:
        return None
    try:
        target = asked.join(reply.headers["location"])
    except httpx.InvalidURL:
        return None
    return None if asked.scheme == "https" and target.scheme != "https" else target


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
