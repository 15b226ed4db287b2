"""How the processes of a site do, told as one: what `/healthz` answers before several replicas."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any, Final

import httpx

from geo.server.app_processes import LOOPBACK
from geo.server.nginx import HEALTH_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ASK_SECONDS: Final = 10.0


class SiteHealth:
    """Answers nginx at a port of this machine, by asking each replica.

    Parameters
    ----------
    client : by which they are asked.
    list_addresses : returns where they are now, each `host:port`.
    """

    def __init__(
        self, client: httpx.AsyncClient, list_addresses: Callable[[], Sequence[str]]
    ) -> None:
        self._client = client
        self._list_addresses = list_addresses

    async def start(self) -> str:
        """Answer from now on; return where, `host:port`."""
        server = await asyncio.start_server(self._answer, LOOPBACK, 0)
        host, port = server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer, whatever is asked for: nginx hands on nothing else to here."""
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(_ASK_SECONDS):
                await reader.readuntil(b"\r\n\r\n")
                told = gather(await asyncio.gather(*map(self._ask, self._list_addresses())))
                body = json.dumps(told).encode()
                status = "200 OK" if told["release"] else "503 Service Unavailable"
                head = (
                    f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
                    f"Cache-Control: no-store\r\nContent-Length: {len(body)}\r\n"
                    "Connection: close\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        writer.close()

    async def _ask(self, address: str) -> dict[str, Any] | None:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            told = (await self._client.get(f"http://{address}{HEALTH_PATH}")).json()
            return told if isinstance(told, dict) else None
        return None


def gather(answers: Sequence[Mapping[str, Any] | None]) -> dict[str, Any]:
    """Return what all replicas told as one: the worst of them, and the sum of the open pages.

    Parameters
    ----------
    answers : of each replica, as `geo.server.healthz` tells; None where there was none.

    Returns
    -------
    `status`, `release`, `age_days` and `sessions` as of one replica, with the status
    `not all answer` where one did not; and `replicas`, how many did.
    """
    told = [answer for answer in answers if answer is not None]
    worst = max(told, key=lambda one: (one["status"] != "ok", one["age_days"] or 0), default=None)
    return {
        "status": "not all answer" if len(told) < len(answers) or not worst else worst["status"],
        "release": worst["release"] if worst else None,
        "age_days": worst["age_days"] if worst else None,
        "sessions": sum(one["sessions"] for one in told),
        "replicas": len(told),
    }
