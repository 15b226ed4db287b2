"""The processes that `clinic-finder serve` starts, each an app, and how one is ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

from geo.errors import ServingError
from geo.paths import SITE
from geo.server.nginx import HEALTH_PATH

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping, Sequence

START_SECONDS: Final = 120.0
"""Until an app has to answer; it takes three on an idle machine."""

END_SECONDS: Final = 30.0
"""Until who was told to end is ended; by then what was asked is answered."""

LOOPBACK: Final = "127.0.0.1"
EVERYWHERE: Final = {"0.0.0.0": LOOPBACK, "[::]": "[::1]"}  # noqa: S104  compared
"""Hosts that mean all addresses, of IPv4 or of IPv6, and where this machine reaches what listens."""

OTHER_PLACES: Final = "/usr/sbin:/usr/local/sbin"
"""Where Debian keeps programs that only root is thought to need, in no other user's PATH."""

_LOOK_SECONDS: Final = 0.1


@dataclass
class Replica:
    """A running app.

    Parameters
    ----------
    process : its own, whose output goes to stderr.
    address : where it listens, `host:port`.
    has_answered : whether it ever did.
    """

    process: Process
    address: str
    has_answered: bool = False

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.process.returncode is None


class Children:
    """The processes of a site, which end with it in whatever way that ends.

    Parameters
    ----------
    environment : of each.
    client : by which an app is asked whether it answers.
    """

    def __init__(self, environment: Mapping[str, str], client: httpx.AsyncClient) -> None:
        # Without a secret in common, a page that goes to another replica would bring a cookie that
        # means nothing there.
        self._environment = {
            "STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32),
            **environment,
        }
        self._client = client
        self._started: list[Process] = []

    async def start_app(self, listen: str = "") -> Replica:
        """Start an app and wait until it answers.

        Parameters
        ----------
        listen : `host:port`; "" for a free port of this machine alone.

        Raises
        ------
        ServingError : it ends before, or does not answer.
        """
        host, _, port = (listen or f"{LOOPBACK}:{_find_port()}").rpartition(":")
        process = await self.spawn(
            [*_find_app(), "--server.address", host.strip("[]"), "--server.port", port,
             "--server.headless", "true", "--logger.hideWelcomeMessage", "true"]
        )  # fmt: skip
        replica = Replica(process, reach(f"{host}:{port}"))
        try:
            async with asyncio.timeout(START_SECONDS):
                while replica.is_running:
                    if await self._answers(replica):
                        return replica
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError as error:
            raise ServingError(
                f"A process of the site did not answer within {START_SECONDS:.0f} seconds."
            ) from error
        finally:
            if not replica.has_answered:
                await end(process)
        raise ServingError(
            "A process of the site ended before it answered; what it said stands above."
        )

    async def spawn(self, words: Sequence[str]) -> Process:
        """Start a program, whose output goes to stderr."""
        tied = shutil.which("setpriv")  # of util-linux
        process = await asyncio.create_subprocess_exec(
            *([tied, "--pdeathsig", "TERM"] if tied else []),
            *words,
            env=self._environment,
            stdout=sys.stderr.fileno(),
            process_group=0,  # or Ctrl-C would end it before it is told to
        )
        self._started = [each for each in self._started if each.returncode is None]
        self._started.append(process)
        return process

    async def end_all(self, last: Process | None) -> None:
        """End every process.

        Parameters
        ----------
        last : one that ends once the others have.
        """
        await asyncio.gather(*(end(each) for each in self._started if each is not last))
        if last is not None:
            await end(last)

    async def _answers(self, replica: Replica) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            await self._client.get(f"http://{replica.address}{HEALTH_PATH}")
            replica.has_answered = True
        return replica.has_answered


async def end(process: Process) -> None:
    """Ask a process to end, and wait; one that does not is ended, and what it started with it."""
    if process.returncode is not None:
        _end_left_behind(process)
        return
    process.terminate()
    try:
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        _end_left_behind(process)


def _end_left_behind(process: Process) -> None:
    """End what a killed process has started: workers of nginx would keep its port, and answer."""
    if process.returncode == -signal.SIGKILL:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def find_nginx() -> str | None:
    """Return the program; None where it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path=OTHER_PLACES)


def reach(listen: str) -> str:
    """Return the address by which this machine reaches what listens at another."""
    host, _, port = listen.rpartition(":")
    return f"{EVERYWHERE.get(host, host)}:{port}"


def _find_app() -> list[str]:
    # Streamlit takes the settings beside the script, over those of the folder it is started in;
    # -P keeps modules of that folder from being taken for ours.
    return [sys.executable, "-P", "-m", "streamlit", "run", str(SITE / "app.py")]


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
