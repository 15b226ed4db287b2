"""Which addresses may be asked: of the public network, unless whoever runs this named the host."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from typing import TYPE_CHECKING, Final

from geo.errors import FetchError, FetchFault

if TYPE_CHECKING:
    import httpx

_PORTS: Final = {"http": 80, "https": 443}
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last bits
_GLOBAL: Final = ipaddress.IPv6Network("2000::/3")  # RFC 4291, 2.4: all that is given out
_IPV4_BITS: Final = (1 << 32) - 1


def check(url: httpx.URL, *, trusted: bool) -> None:
    """Raise unless an address may be asked, as far as it says itself; `resolve` sees the rest.

    Parameters
    ----------
    url : http or https with a host; where it is not trusted, at the standard port, and without a
        name and password.
    trusted : whether the operator or the program named it, and no page, file or redirect.

    Raises
    ------
    FetchError : it may not be asked.
    """
    if url.scheme not in _PORTS or not url.host:
        raise FetchError(
            f"{str(url)[:80]!r} is no address to fetch; it has to begin with https:// or http:// "
            "and name a host.",
            FetchFault.FORBIDDEN,
        )
    if trusted:
        return
    if url.userinfo or url.port not in {None, _PORTS[url.scheme]}:
        raise FetchError(
            f"{url.host} is not asked with a name, a password or a port of its own; give the "
            "plain address.",
            FetchFault.FORBIDDEN,
        )
    if is_number(url.host) and not is_public(url.host):
        raise refuse(url.host)


def resolve(
    host: str, port: int, *, trusted: bool, deadline: float, only_here: bool = False
) -> list[str]:
    """Return the numbers of a host that may be asked, as the resolver orders them.

    The connection is then made to one of these numbers, so that a second look-up cannot name
    another. The resolver knows no time limit, hence a thread that is left behind where it is late.

    Parameters
    ----------
    host, port : to connect to.
    trusted : as for `check`; a host that is not must have a public number.
    deadline : by `time.monotonic`.
    only_here : whether only this machine may be asked; the host's other numbers are not then.

    Raises
    ------
    FetchError : the host is unknown, none of its numbers may be asked, or the resolver is late.
    """
    found: list[str] = []
    failed: list[OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # the latter of a name that no host can have
            failed.append(error)
        else:
            found.extend(dict.fromkeys(str(address[0]) for *_, address in known))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    if thread.is_alive():
        raise FetchError(f"{host} could not be looked up in time.", FetchFault.LATE)
    if failed or not found:
        raise FetchError(f"{host} cannot be reached: its name is unknown.", FetchFault.UNREACHABLE)
    if only_here:
        allowed = [number for number in found if is_loopback(number)]
        if not allowed:
            raise FetchError(
                f"{host} is not this machine, and no other is to be asked.", FetchFault.FORBIDDEN
            )
        return allowed
    allowed = [number for number in found if trusted or is_public(number)]
    if not allowed:
        raise refuse(host)
    return allowed


def is_number(host: str) -> bool:
    """Tell whether a host is written as a number, and not as a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def is_loopback(number: str) -> bool:
    """Tell whether an IP address is this machine's own."""
    return ipaddress.ip_address(number.partition("%")[0]).is_loopback


def is_public(number: str) -> bool:
    """Tell whether an IP address is one of the public network, also as it stands in IPv6."""
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & _IPV4_BITS)
        if inner is not None:
            return is_public(str(inner))
        if address not in _GLOBAL:
            return False
    return address.is_global and not address.is_multicast


def refuse(host: str) -> FetchError:
    """Return the error of a host that is on this machine or on a private network."""
    return FetchError(
        f"{host} is on this machine or on a private network, which is not asked for an address "
        "that came from outside.",
        FetchFault.FORBIDDEN,
    )
