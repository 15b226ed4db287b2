"""What `roads calibrate` takes and does: a factor for the operator's own road engine."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from geo.cli.drive import read_pairs
from geo.cli.shell import answer, note
from geo.errors import SchemaError, SourceError
from geo.paths import find_home


def calibrate(
    pairs: Annotated[
        Path,
        typer.Argument(
            metavar="PAIRS.csv",
            help="Rows of from_latitude, from_longitude, to_latitude, to_longitude, minutes.",
        ),
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Write it into roads.toml, in place of the one there.")
    ] = False,
) -> None:
    """Fit how the minutes of the engine in roads.toml are read, on drives whose minutes are known.

    Prints the lines for roads.toml: a factor, and the range in which nine in ten drives lie. How
    well they do is told on stderr, fitted on every second pair and measured on the others.

    For instance:

    ```
    clinic-finder roads calibrate known.csv
    clinic-finder roads calibrate known.csv --write
    ```
    """
    from geo.roads import calibrating  # noqa: PLC0415  # 690 ms
    from geo.roads.engine_settings import FILE, read_engine_settings  # noqa: PLC0415  # 330 ms: pandas

    home = find_home()
    settings = read_engine_settings(home)
    if settings is None:
        raise SourceError(
            f"There is no {home / FILE} with an engine to calibrate; write one first."
        )
    numbers = read_pairs(pairs, "minutes")
    try:
        fit = calibrating.calibrate(settings, numbers)
    except SchemaError as error:
        raise SchemaError(f"{pairs.name}: {error}") from error
    answer(calibrating.format_calibration(fit.calibration).rstrip("\n"))
    note(
        f"{settings.name} knows {fit.used:,} of {fit.pairs:,} drives. Half of the relative errors "
        f"are below {fit.before:.1%} without a factor and {fit.after:.1%} with it; "
        f"{fit.held:.0%} of the minutes lie in the range."
    )
    if write:
        note(f"{calibrating.write_calibration(home, fit.calibration)} holds it now.")
