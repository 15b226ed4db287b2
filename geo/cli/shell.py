"""What every command shares: its choices, errors as sentences, text made safe to print."""

from __future__ import annotations

import contextlib
import errno
import math
import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from typer._click.exceptions import ClickException
from typer.core import TyperCommand, TyperGroup

from geo.errors import GeoError, PlaceError, ServiceError
from geo.exporting import temporary_folders
from geo.exporting.terminal import plain, plain_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTAGE = 3
"""The exit code where a service over the network failed, and nothing else is wrong."""

_NEGATIVE_NUMBER = re.compile(r"-[\d.]")


class Format(StrEnum):
    """How clinics are written to stdout."""

    TABLE = "table"
    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"


class ShortFormat(StrEnum):
    """How facts are written to stdout."""

    TABLE = "table"
    JSON = "json"


class Order(StrEnum):
    """What the order of a search goes by."""

    DISTANCE = "distance"
    DRIVE = "drive"


class Level(StrEnum):
    """The codes of `geo.coverage.demand.LEVELS`, for `--help` without loading any table."""

    NATION = "nation"
    REGION = "region"
    DIVISION = "division"
    STATE = "state"
    COUNTY = "county"


class SentencesGroup(TyperGroup):
    """Commands whose `GeoError`, or want of memory or disk, becomes a sentence and an exit code.

    That is `OUTAGE` for a service that failed, else 1.
    """

    def make_context(self, *args: Any, **named: Any) -> Any:  # noqa: ANN401  # click's own
        """Read the words before the command; what is wrong with them is safe to print."""
        with _plain_complaints():
            return super().make_context(*args, **named)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # click's own signature
        """Run the command; say what went wrong, with the candidates a line each."""
        temporary_folders.clear()
        try:
            with _plain_complaints():
                return super().invoke(ctx)
        except GeoError as error:
            note(str(error))
            for candidate in error.candidates if isinstance(error, PlaceError) else ():
                note(f"  {candidate}")
            raise typer.Exit(OUTAGE if isinstance(error, ServiceError) else 1) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read the answer has read enough
                raise
            where = f" {error.filename}" if error.filename else ""
            note(f"A file{where} could not be read or written ({error.strerror or error}).")
            raise typer.Exit(1) from error
        except MemoryError:
            # Not by `note`, which would have to load what makes it safe to print.
            sys.stderr.write(
                "There is too little memory for this; give the program more, or ask for less.\n"
            )
            raise typer.Exit(1) from None


@contextlib.contextmanager
def _plain_complaints() -> Iterator[None]:
    """Make the complaints of the command line plain, which repeat what was typed."""
    try:
        yield
    except ClickException as error:
        error.message = plain(error.message)
        raise


class PlaceCommand(TyperCommand):
    """A command whose words may begin with a minus, as a latitude or longitude does."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # as above
        """Keep words like -87.6 from being read as options; a space in front does it."""
        options = {name for param in self.params for name in (*param.opts, *param.secondary_opts)}
        shielded = [
            f" {word}" if _NEGATIVE_NUMBER.match(word) and before not in options else word
            for before, word in zip(["", *args], args, strict=False)
        ]
        return super().parse_args(ctx, shielded)


def check_miles(miles: float | None) -> float | None:
    """Refuse a radius that is none; for an option's `callback`."""
    if miles is not None and not (math.isfinite(miles) and miles > 0):
        raise typer.BadParameter("give a number of miles above 0.")
    return miles


def check_minutes(minutes: float | None) -> float | None:
    """Refuse a drive that is none; for an option's `callback`."""
    if minutes is not None and not (math.isfinite(minutes) and minutes > 0):
        raise typer.BadParameter("give a number of minutes above 0.")
    return minutes


def answer(text: str) -> None:
    """Write an answer to stdout, in UTF-8 whatever the locale; a terminal gets it made plain.

    The name of a file that is no UTF-8 stays as it is.
    """
    plainly = plain_lines(text) if sys.stdout and sys.stdout.isatty() else text
    typer.echo(plainly.encode(errors="surrogateescape"))


def note(text: str) -> None:
    """Write what is not the answer to stderr, on one line."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(plain(text), markup=False)
