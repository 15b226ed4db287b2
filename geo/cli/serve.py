"""`serve`: the whole site by one command, and what a system needs to run it."""

from __future__ import annotations

import os
import signal
from enum import StrEnum
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated, Final

import typer

from geo.cli.shell import answer, note
from geo.cli.systemd_units import list_units
from geo.errors import ServingError
from geo.exporting.terminal import plain
from geo.server.api.api_settings import is_on
from geo.server.nginx import is_address, write_front

MOST_BY_ITSELF: Final = 4
"""Processes that are started where no number is given, however many processors there are."""


class Printed(StrEnum):
    """What a system's own programs need to run the site."""

    SYSTEMD = "systemd"
    NGINX = "nginx"


def serve(
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=64,
            help=f"How many processes. [default: one a processor, {MOST_BY_ITSELF} at most]",
        ),
    ] = None,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where visitors come in.")
    ] = "127.0.0.1:8080",
    printed: Annotated[
        Printed | None,
        typer.Option(
            "--print",
            help="Only print the units of systemd, or a site for the system's nginx, with https.",
        ),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="With --print nginx: the name that visitors use."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="With --print systemd: write them there, a file each, and print their names.",
        ),
    ] = None,
) -> None:
    """Run the website as several processes behind nginx, until it is stopped with Ctrl-C.

    Each visitor stays with one process. Where nginx is not installed, one process serves. Where
    CLINIC_FINDER_API is on, one more process answers other programs, so that no visitor waits for them. SIGTERM
    ends it once what was asked is answered; SIGHUP replaces one process after the other, as after
    an update, and no search is lost. A new release needs neither. /healthz says to this machine
    alone which release is served, how old it is and how many pages are open.

    For instance:

    ```
    clinic-finder serve --workers 2
    clinic-finder serve --print systemd --into /etc/systemd/system
    clinic-finder serve --print nginx --host clinics.example.org
    ```
    """
    if (host is None) is (printed is Printed.NGINX):
        raise typer.BadParameter("--print nginx and --host go together.")
    if into is not None and printed is not Printed.SYSTEMD:
        raise typer.BadParameter("--into goes with --print systemd.")
    if not is_address(listen):
        raise typer.BadParameter(f"{listen!r} is not HOST:PORT; write 127.0.0.1:8080.")
    if host is not None:
        answer(write_front(host, listen))
    elif printed is Printed.SYSTEMD:
        _print_units(workers, listen, into)
    else:
        _run(workers, listen)


def _print_units(workers: int | None, listen: str, into: Path | None) -> None:
    units = list_units(workers, listen)
    if into is None:
        answer("\n".join(f"# {name}\n{text}" for name, text in units.items()))
        return
    for name, text in units.items():
        (into / name).write_text(text, "utf-8")
        answer(plain(str(into / name)))


def _run(workers: int | None, listen: str) -> None:
    from geo.server.app_processes import find_nginx  # noqa: PLC0415  # 100 ms: httpx
    from geo.server.supervising import Site  # noqa: PLC0415  # 100 ms: httpx, asyncio

    if not hasattr(signal, "SIGHUP"):
        raise ServingError("This system has no signals; start the site with `clinic-finder app`.")
    nginx = find_nginx()
    wanted = workers or min(os.cpu_count() or 1, MOST_BY_ITSELF)
    if nginx is None:
        note("nginx is not installed, so that one process serves; Debian has it as nginx-light.")
    Site(nginx, listen, wanted if nginx else 1, os.environ, note, has_api=is_on()).run()
