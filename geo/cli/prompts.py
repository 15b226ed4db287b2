"""Asking an operator: who they are, and whether to go on."""

from __future__ import annotations

import getpass
import sys

import typer

from geo.cli.shell import note
from geo.exporting.terminal import plain


def find_operator() -> str:
    """Return the name of whoever runs the command, for what is decided by it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"


def confirm(question: str, *, yes: bool) -> None:
    """Ask on stderr and read the answer; go on only after a yes.

    Parameters
    ----------
    question : to be answered with yes or no.
    yes : it was answered on the command line already.

    Raises
    ------
    typer.Exit : with 1: the answer was no, or there is nobody to ask.
    """
    if yes:
        return
    # Not typer.confirm: it writes to stdout, where the answer alone belongs.
    typer.echo(f"{plain(question)} [y/N]: ", nl=False, err=True)
    try:
        reply = sys.stdin.readline() if sys.stdin else ""
    except UnicodeDecodeError:  # it is no yes in any language
        reply = ""
    if not reply:
        note("")
    agreed = reply.strip().casefold() in {"y", "yes"}
    if not agreed:
        note("Nothing was changed. Answer yes, or give --yes where there is nobody to ask.")
        raise typer.Exit(1)
