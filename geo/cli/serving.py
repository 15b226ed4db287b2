"""`nginx`: print the configuration that stands before several replicas."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from geo.cli.shell import answer


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
    from geo.server.nginx import write_nginx  # noqa: PLC0415  # only this command needs it

    answer(
        write_nginx(
            replica,
            listen,
            str(folder.resolve()),
            certificate=None if certificate is None else str(certificate.resolve()),
            certificate_key=None if certificate_key is None else str(certificate_key.resolve()),
        )
    )
