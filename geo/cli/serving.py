"""`app` starts the website; `nginx` prints the configuration that stands before several of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated, Final

import typer

from geo.cli.shell import answer
from geo.paths import SITE
from geo.server.nginx import write_nginx

PASSING_ON: Final = {"allow_extra_args": True, "ignore_unknown_options": True}
"""The settings of a command that hands options it does not know to another program."""


def run_app(
    context: typer.Context,
    port: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=65_535, help="Where it listens. [default: 8501]"),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Who reaches it: 0.0.0.0 opens it to your network. [default: this machine alone]",
        ),
    ] = None,
) -> None:
    """Start the website on this machine, until it is stopped with Ctrl-C.

    Any option of `streamlit run` may follow, as `--server.baseUrlPath`. The site's own settings
    hold whatever folder it is started in; operators' state goes to CLINIC_FINDER_HOME, or `var` in
    that folder.

    For instance:

    ```
    clinic-finder app
    clinic-finder app --port 8600 --address 0.0.0.0
    clinic-finder app --server.headless true
    ```
    """
    chosen = {"--server.port": port, "--server.address": address}
    options = [word for name, value in chosen.items() if value for word in (name, str(value))]
    # Streamlit takes the settings beside the script, over those of the folder it is started in;
    # -P keeps modules of that folder from being taken for ours.
    command = ["-P", "-m", "streamlit", "run", str(SITE / "app.py"), *options, *context.args]
    os.execv(sys.executable, [sys.executable, *command])  # noqa: S606  our own interpreter


def nginx(
    replica: Annotated[
        list[str],
        typer.Option(metavar="HOST:PORT", help="An app that runs; once for each of them."),
    ],
    folder: Annotated[
        Path, typer.Option(help="Where nginx keeps its process id, logs and buffers.")
    ],
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where nginx listens.")
    ] = "127.0.0.1:8080",
    certificate: Annotated[Path | None, typer.Option(help="For https.")] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="The certificate's key.")] = None,
) -> None:
    """Print an nginx configuration that keeps each visitor at one of several replicas.

    A cookie with a random number says which; it says nothing about the person. The log holds no
    address of a visitor and no query string.

    For instance:

    ```
    clinic-finder nginx --replica 127.0.0.1:8501 --replica 127.0.0.1:8502 --folder run > nginx.conf
    nginx -c "$PWD/nginx.conf"
    ```
    """
    answer(
        write_nginx(
            replica,
            listen,
            str(folder.resolve()),
            certificate=None if certificate is None else str(certificate.resolve()),
            certificate_key=None if certificate_key is None else str(certificate_key.resolve()),
        )
    )
