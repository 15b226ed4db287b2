"""How requests go out: geopy's adapter over httpx, one request a call, within a time and a size.

geopy's own adapter over requests tries again by itself, so that a rate limit outside of it counts
wrongly; this one never does.
"""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any, Final

import httpx
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import (
    GeocoderParseError,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext

LARGEST_REPLY_BYTES: Final = 64_000_000

_FIRST_ERROR: Final = 300  # a redirect too: the settings are to name the address that answers


class _WithoutQuery(logging.Filter):
    """Takes the query, which may hold a key, out of the addresses that httpx logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg
                for arg in record.args
            )
        return True


_WITHOUT_QUERY: Final = _WithoutQuery()


class HttpxAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy is untyped
    """An HTTP adapter for geopy's geocoders, and for forms that are posted.

    Parameters
    ----------
    proxies : geopy's: by scheme; None for those of the environment.
    ssl_context : for TLS; None for the default.
    """

    def __init__(
        self, *, proxies: Mapping[str, str] | None = None, ssl_context: SSLContext | None = None
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        logging.getLogger("httpx").addFilter(_WITHOUT_QUERY)
        verify: SSLContext | bool = True if ssl_context is None else ssl_context
        # A service drops an idle connection at any moment, and requests are seconds apart.
        limits = httpx.Limits(max_keepalive_connections=0)
        mounts = {
            f"{scheme}://": httpx.HTTPTransport(proxy=url, verify=verify, limits=limits)
            for scheme, url in (proxies or {}).items()
        }
        self._client = httpx.Client(
            verify=verify, limits=limits, mounts=mounts, trust_env=proxies is None
        )

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._client.close()

    def get_text(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> str:
        """Return the reply to a GET; errors as geopy's adapters raise them.

        Raises
        ------
        AdapterHTTPError : the service answers with an error's status.
        GeocoderServiceError : it cannot be reached, is late, breaks off or answers too much; see its
            children in `geopy.exc`.
        """
        return self._request("GET", url, timeout=timeout, headers=headers)

    def get_json(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> object:
        """Return the reply to a GET, read as JSON.

        Raises
        ------
        AdapterHTTPError, GeocoderServiceError : as `get_text`.
        GeocoderParseError : the reply is not JSON.
        """
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise GeocoderParseError(f"The reply is not JSON: {text[:80]!r}") from error

    def post_form(
        self,
        url: str,
        fields: Mapping[str, str],
        files: Mapping[str, tuple[str, bytes, str]],
        *,
        timeout: float | None,
        headers: Mapping[str, str],
    ) -> str:
        """Return the reply to a multipart form; `files` as field -> (name, content, type).

        Raises
        ------
        AdapterHTTPError, GeocoderServiceError : as `get_text`.
        """
        return self._request(
            "POST", url, timeout=timeout, headers=headers, data=dict(fields), files=dict(files)
        )

    def _request(
        self,
        method: str,
        url: str,
        *,
        timeout: float | None,
        headers: Mapping[str, str],
        **form: Any,  # noqa: ANN401 - handed on to httpx
    ) -> str:
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            with self._client.stream(
                method, url, timeout=timeout, headers=dict(headers), **form
            ) as reply:
                text = _read_text(reply, deadline)
                status, reply_headers = reply.status_code, reply.headers
        except httpx.TimeoutException as error:
            raise GeocoderTimedOut("The service did not answer in time.") from error
        except httpx.ConnectError as error:
            raise GeocoderUnavailable("The service cannot be reached.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GeocoderServiceError(
                f"The connection broke off ({type(error).__name__})."
            ) from error
        if status >= _FIRST_ERROR:
            raise AdapterHTTPError(
                f"The service answers with HTTP {status}.",
                status_code=status,
                headers=reply_headers,
                text=text,
            )
        return text


def _read_text(reply: httpx.Response, deadline: float | None) -> str:
    """Read a reply as it comes, for httpx limits the wait for each part and not for the whole."""
    parts = bytearray()
    for part in reply.iter_bytes():
        parts += part
        if len(parts) > LARGEST_REPLY_BYTES:
            raise GeocoderServiceError(
                f"The reply is larger than {LARGEST_REPLY_BYTES // 1_000_000} MB."
            )
        if deadline is not None and time.monotonic() > deadline:
            raise GeocoderTimedOut("The service did not finish its answer in time.")
    try:
        return parts.decode(reply.charset_encoding or "utf-8")
    except (UnicodeDecodeError, LookupError) as error:
        raise GeocoderParseError("The reply is not text in the encoding it names.") from error
