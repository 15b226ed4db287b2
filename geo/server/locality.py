"""Whether a request comes from this machine: one condition of the local mode, never the only one.

None of it is proof. A proxy on this machine can hand on the requests of the whole world under its
own address and drop every header that would tell, and another person's program on this machine
sends what it likes; so the local mode asks for a cookie besides (`geo/server/door.py`). What is
looked at here keeps other machines out at once, and other sites' pages that reach this server under
a name of their own (DNS rebinding).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOST: Final = re.compile(
    r"(?:\[(?P<bracketed>[0-9A-Fa-f:.]+)\]|(?P<bare>[^\[\]:@/\s]+))(?::\d{1,5})?"
)
REFUSAL: Final = (
    "The local mode works only where the server listens on 127.0.0.1 and the browser runs on the "
    "same machine; set up a login instead."
)
_FORWARDING_HEADERS: Final = ("forwarded", "x-forwarded-", "x-real-ip", "via")
"""How the names of headers begin that a proxy adds, one of which is enough to know it by."""


@dataclass(frozen=True)
class Request:
    """What is known of a request beside the login.

    Parameters
    ----------
    server_address : the address that the server listens on, "" where it listens on all.
    headers : of the request, names in any case.
    client_address : of the browser, "" where it is this machine.
    cookies : that the browser sent.
    """

    server_address: str
    headers: Mapping[str, str]
    client_address: str
    cookies: Mapping[str, str] = field(default_factory=dict)


def is_local(request: Request) -> bool:
    """Tell whether nothing speaks against a request's coming from this machine."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return (
        is_loopback(request.server_address)
        and (not request.client_address or is_loopback(request.client_address))
        and is_loopback(_host_name(headers.get("host", "")))
        and not any(name.startswith(_FORWARDING_HEADERS) for name in headers)
    )


def is_loopback(name: str) -> bool:
    """Tell whether a name or an address is this machine's own, as nobody else can reach it."""
    if name.lower() == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _host_name(host: str) -> str:
    """Return the name in a Host header; "" where that is not just a name and a port."""
    found = _HOST.fullmatch(host)
    return (found["bracketed"] or found["bare"]) if found else ""
