"""Who asks, as far as a limit must know: a key a client, from which no address can be read.

The key is a hash with a salt that is drawn anew each day and stands in memory alone. An IPv6 client
is its /64: each home and each phone has one, with more addresses in it than there are stars.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from ipaddress import IPv4Address

    from starlette.types import Scope

    Address = IPv4Address | IPv6Address
    Network = IPv4Network | IPv6Network

VARIABLE: Final = "CLINIC_FINDER_PROXIES"
_THIS_MACHINE: Final = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
_DAY_SECONDS: Final = 86_400
_SUBNET_BYTES: Final = 8
_KEY_BYTES: Final = 16
_NOT_NAMED: Final = b"not named"


def read_proxies() -> tuple[Network, ...]:
    """Return whose word on the client counts: this machine's, and that of `CLINIC_FINDER_PROXIES`.

    Raises
    ------
    SchemaError : the variable holds what is neither an address nor a network.
    """
    named = [part.strip() for part in os.environ.get(VARIABLE, "").split(",")]
    try:
        return (*_THIS_MACHINE, *(ip_network(part) for part in named if part))
    except ValueError as error:
        raise SchemaError(
            f"{VARIABLE} is {os.environ[VARIABLE]!r}; write addresses or networks with commas "
            "between, as 10.0.0.5, 10.1.0.0/16."
        ) from error


class VisitorKeys:
    """The keys of clients.

    Parameters
    ----------
    proxies : the networks of the proxies that name the client they hand on.
    clock : seconds that never go back.
    """

    def __init__(
        self, proxies: Iterable[Network], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._proxies = tuple(proxies)
        self._clock = clock
        self._draw_salt()

    def of(self, scope: Scope) -> bytes:
        """Return the key of whoever asks; all of whom no address is known have one in common."""
        if self._clock() >= self._until:
            self._draw_salt()
        address = self._find_client(scope)
        if address is None:
            told = _NOT_NAMED
        elif isinstance(address, IPv6Address):
            told = address.packed[:_SUBNET_BYTES]
        else:
            told = address.packed
        return hashlib.blake2b(told, key=self._salt, digest_size=_KEY_BYTES).digest()

    def is_of_proxy(self, scope: Scope) -> bool:
        """Tell whether a connection comes from a proxy that is believed, or from this machine."""
        peer = _read_address((scope.get("client") or ("",))[0])
        return peer is not None and self._is_proxy(peer)

    def _draw_salt(self) -> None:
        self._salt = secrets.token_bytes(_KEY_BYTES)
        self._until = self._clock() + _DAY_SECONDS

    def _find_client(self, scope: Scope) -> Address | None:
        """Return the last address on the way here that is no proxy of ours.

        Each proxy appends whom it saw, so that what a visitor writes there stands to the left.
        """
        peer = _read_address((scope.get("client") or ("",))[0])
        if peer is None or not self._is_proxy(peer):
            return peer
        named = _read_header(scope, b"x-forwarded-for") or _read_header(scope, b"x-real-ip")
        for text in reversed(named):
            peer = _read_address(text)
            if peer is None or not self._is_proxy(peer):
                return peer
        return peer

    def _is_proxy(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)


def _read_header(scope: Scope, wanted: bytes) -> list[str]:
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _read_address(text: str) -> Address | None:
    """Return an address that may have a port; None for what is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
