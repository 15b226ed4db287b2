"""How geopy's requests go out: by the one HTTP client, one request a call, within a time and a size.

geopy's own adapter over requests tries again by itself, so that a rate limit outside of it counts
wrongly; this one never does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import (
    GeocoderParseError,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)

from geo.errors import FetchError, FetchFault
from geo.fetching.client import Client, Limits
from geo.files import json_texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext

LARGEST_REPLY_BYTES: Final = 64_000_000
LONGEST_SECONDS: Final = 3_600.0
"""Where geopy is told to wait for ever."""

_FIRST_ERROR: Final = 300  # a redirect too: the settings are to name the address that answers
_RAISED: Final = {
    FetchFault.LATE: GeocoderTimedOut,
    FetchFault.UNREACHABLE: GeocoderUnavailable,
}

_SAID: Final = {
    FetchFault.LATE: "The service did not answer in time.",
    FetchFault.UNREACHABLE: "The service cannot be reached.",
    FetchFault.BROKEN: "The connection broke off, or the reply cannot be unpacked or read as text.",
    FetchFault.TOO_LARGE: f"The reply is larger than {LARGEST_REPLY_BYTES // 1_000_000} MB.",
    FetchFault.FORBIDDEN: "Its address is none to ask.",
}


class HttpxAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy is untyped
    """An HTTP adapter for geopy's geocoders, and for forms that are posted.

    Its addresses are those of the operator's settings, so that a service may stand on this machine.

    Parameters
    ----------
    proxies : geopy's: by scheme; None for those of the environment.
    ssl_context : for TLS; None for the default.
    """

    def __init__(
        self, *, proxies: Mapping[str, str] | None = None, ssl_context: SSLContext | None = None
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._client = Client(proxies=proxies, ssl_context=ssl_context)

    def get_text(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> str:
        """Return the reply to a GET; errors as geopy's adapters raise them.

        Parameters
        ----------
        url : of the service.
        timeout : seconds in all.
        headers : to send.

        Raises
        ------
        AdapterHTTPError : the service answers with an error's status.
        GeocoderServiceError : it cannot be reached, is late, breaks off or answers too much; see its
            children in `geopy.exc`.
        """
        return self._request(url, timeout, headers)

    def get_json(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> object:
        """Return the reply to a GET, read as JSON.

        Raises
        ------
        AdapterHTTPError, GeocoderServiceError : as `get_text`.
        GeocoderParseError : the reply is not JSON.
        """
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json_texts.load(text.encode())
        except ValueError as error:
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
        return self._request(url, timeout, headers, form=fields, files=files)

    def _request(
        self,
        url: str,
        timeout: float | None,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> str:
        seconds = LONGEST_SECONDS if timeout is None else timeout
        try:
            reply = self._client.fetch(
                url,
                limits=Limits(seconds, LARGEST_REPLY_BYTES),
                headers=headers,
                form=form,
                files=files,
                trusted=True,
            )
            text = reply.text()
        except FetchError as error:
            # Not in the error's own words: a key may stand in the address.
            raise _RAISED.get(error.fault, GeocoderServiceError)(_SAID[error.fault]) from error
        if reply.status >= _FIRST_ERROR:
            raise AdapterHTTPError(
                f"The service answers with HTTP {reply.status}.",
                status_code=reply.status,
                headers=reply.headers,
                text=text,
            )
        return text
