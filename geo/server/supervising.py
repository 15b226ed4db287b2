"""The whole site by one command: replicas, nginx before them, and each replaced without a gap.

A replica is replaced by starting another, handing newcomers to that one, and only then ending the
old one: its pages connect again by themselves, and what stands in their box is searched anew. One
that dies is started again. A new release needs none of it: each replica takes it up by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from geo.errors import ServingError
from geo.exporting import temporary_folders
from geo.server.app_processes import START_SECONDS, Children, end, reach
from geo.server.nginx import GENERATION, HEALTH_PATH, write_nginx
from geo.server.site_health import SiteHealth

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from geo.server.app_processes import Replica

_LOOK_SECONDS: Final = 0.1
_MOST_LOOKS: Final = 50
_REST_SECONDS: Final = 2.0
"""Before a replica that died is started again, so that one that dies at once fills no log."""

_ASK_SECONDS: Final = 5.0
_SURE: Final = 5
"""Answers in a row by the new configuration, until the old nginx takes nobody in any more."""

_OPEN_TO_WORKERS: Final = 0o711


class Site:
    """Replicas of the app and the nginx before them.

    Parameters
    ----------
    nginx : the program; None for one app that listens by itself.
    listen : where visitors come in, `host:port`.
    workers : how many replicas, 1 without nginx.
    environment : of the apps.
    tell : takes a sentence for whoever started it.
    has_api : whether other programs are answered; one more app, behind nginx, is theirs alone.
    """

    def __init__(
        self,
        nginx: str | None,
        listen: str,
        workers: int,
        environment: Mapping[str, str],
        tell: Callable[[str], None],
        *,
        has_api: bool = False,
    ) -> None:
        self._nginx = nginx
        self._listen = listen
        self._workers = workers
        self._has_own_for_programs = has_api and nginx is not None
        self._client = httpx.AsyncClient(timeout=_ASK_SECONDS, trust_env=False)
        self._children = Children(environment, self._client)
        self._tell = tell
        self._replicas: list[Replica] = []
        self._front: Process | None = None
        self._generation = 0
        self._folder = Path()
        self._health_address = ""

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; on SIGHUP replace one replica after the other.

        Raises
        ------
        ServingError : the site cannot be started, or nginx has ended.
        """
        asyncio.run(self._run())

    async def _run(self) -> None:
        stop, reload = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for number, event in (
            (signal.SIGTERM, stop),
            (signal.SIGINT, stop),
            (signal.SIGHUP, reload),
        ):
            loop.add_signal_handler(number, event.set)
        with temporary_folders.hold(Path(tempfile.gettempdir()), "serve") as self._folder:
            # Where root starts it, the workers of nginx are nobody, and keep large bodies in here.
            self._folder.chmod(_OPEN_TO_WORKERS)
            async with self._client:
                try:
                    if await _unless(stop, self._start()):
                        self._tell(self._describe())
                        await self._watch(stop, reload)
                finally:
                    await self._end_all()

    async def _start(self) -> None:
        if self._nginx is None:
            self._replicas = [await self._children.start_app(self._listen)]
            return
        _check_free(self._listen)
        self._health_address = await SiteHealth(
            self._client, lambda: [replica.address for replica in self._replicas]
        ).start()
        # One after the other: on one processor together they would take as long and answer later.
        for _ in range(self._workers + self._has_own_for_programs):
            self._replicas.append(await self._children.start_app())
        await self._configure()

    async def _watch(self, stop: asyncio.Event, reload: asyncio.Event) -> None:
        """Replace what dies, and everything in turn where that is asked for."""
        while not stop.is_set():
            if self._front is not None and self._front.returncode is not None:
                raise ServingError(
                    "nginx has ended, and with it the site; what it said stands above."
                )
            if reload.is_set():
                reload.clear()
                await _unless(stop, self._reload())
            dead = [at for at, replica in enumerate(self._replicas) if not replica.is_running]
            if dead:
                self._tell("A process of the site has ended; another takes its place.")
                await _unless(stop, self._replace(dead[0], rest_seconds=_REST_SECONDS))
            waiting = [each.process for each in self._replicas if each.is_running]
            await _first(
                stop.wait(),
                reload.wait(),
                *(each.wait() for each in [*waiting, *filter(None, [self._front])]),
                *([asyncio.sleep(_REST_SECONDS)] if dead else []),
            )

    async def _reload(self) -> None:
        """Replace one replica after the other; where that fails, go on with those that are there."""
        for at in range(len(self._replicas)):
            if not await self._replace(at):
                return
        self._tell("All processes of the site have been replaced.")

    async def _replace(self, at: int, rest_seconds: float = 0.0) -> bool:
        """Put a new replica in the place of one, and end that; tell whether it could be done."""
        await asyncio.sleep(rest_seconds)
        old = self._replicas[at]
        if self._nginx is None:
            await end(old.process)  # it has the only port
        try:
            self._replicas[at] = await self._children.start_app("" if self._nginx else self._listen)
        except ServingError as error:
            self._tell(f"{error} The site goes on with what it has.")
            return False
        if self._nginx is not None:
            await self._configure()
            await end(old.process)
        return True

    async def _configure(self) -> None:
        """Have nginx hand visitors to the replicas that are there now, and wait until it does.

        Raises
        ------
        ServingError : it cannot be started.
        """
        self._generation += 1
        config = self._folder / "nginx.conf"
        addresses = [replica.address for replica in self._replicas]
        text = write_nginx(
            addresses[: self._workers],
            self._listen,
            str(self._folder),
            watch=(self._health_address, self._generation),
            for_programs=addresses[-1] if self._has_own_for_programs else None,
        )
        config.write_text(text, "utf-8")
        if self._front is None:
            words = [str(self._nginx), "-e", "stderr", "-c", str(config), "-g", "daemon off;"]
            self._front = await self._children.spawn(words)
        else:
            self._front.send_signal(signal.SIGHUP)
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._be_sure(self._front)
        except TimeoutError as error:
            raise ServingError(
                f"nginx does not answer at {self._listen}; what it said stands above."
            ) from error

    async def _be_sure(self, front: Process) -> None:
        """Wait until the old workers of nginx take nobody in any more."""
        asked = f"http://{reach(self._listen)}{HEALTH_PATH}"
        sure = 0
        while sure < _SURE:
            if front.returncode is not None:
                raise ServingError("nginx did not start; what it said stands above.")
            told = ""
            with contextlib.suppress(httpx.HTTPError):
                # A connection of its own each time: one that is kept stays with the old workers.
                reply = await self._client.get(asked, headers={"Connection": "close"})
                told = reply.headers.get(GENERATION, "")
            sure = sure + 1 if told == str(self._generation) else 0
            await asyncio.sleep(_LOOK_SECONDS)

    def _describe(self) -> str:
        by = (
            "one process"
            if self._nginx is None
            else f"{self._workers} process{'es' if self._workers > 1 else ''} behind nginx"
        )
        if self._has_own_for_programs:
            by += ", and one for other programs"
        return f"Clinic Finder is at http://{reach(self._listen)}, served by {by}."

    async def _end_all(self) -> None:
        """Take nobody in any more, answer what was asked, and end."""
        if self._front is not None and self._front.returncode is None:
            self._front.send_signal(signal.SIGQUIT)
            for _ in range(_MOST_LOOKS):
                if not _is_taken(self._listen):
                    break
                await asyncio.sleep(_LOOK_SECONDS)
        await self._children.end_all(last=self._front)


async def _first(*awaited: Awaitable[object]) -> None:
    """Wait for the first of several things, and for no other."""
    tasks = [asyncio.ensure_future(each) for each in awaited]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, object]) -> bool:
    """Do what may take long, unless it is to stop meanwhile; tell whether it was done."""
    task = asyncio.ensure_future(work)
    try:
        await _first(stop.wait(), asyncio.shield(task))
    finally:
        if not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    if task.cancelled():
        return False
    task.result()
    return True


def _is_taken(listen: str) -> bool:
    host, _, port = reach(listen).rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
    except OSError:
        return False
    return True


def _check_free(listen: str) -> None:
    """Refuse an address where another program listens, before anything is started."""
    if _is_taken(listen):
        raise ServingError(
            f"Something listens at {listen} already; stop it, or name another with --listen."
        )
