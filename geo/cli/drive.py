"""What `drive` takes and does: minutes and miles by road between two places, or many points."""

from __future__ import annotations

import json
import warnings
from enum import StrEnum
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from geo.cli.shell import answer, note
from geo.errors import PlaceError, SchemaError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from geo.places import Place

_POINTS: Final = ("from_latitude", "from_longitude", "to_latitude", "to_longitude")
_NO_DRIVE: Final = {
    "no_road": "No road is known from here: a ferry or flight may be needed.",
    "ferry": "No road is known from here: a ferry or flight may be needed.",
    "through_canada": "The only road leads through Canada; that drive is not worked out.",
    "far_from_road": "We could not work out this drive: no highway that is known is near.",
}


class DriveFormat(StrEnum):
    """How drives are written to stdout."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def drive(
    places: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FROM TO", help='Two places: a ZIP, "City, ST" or "latitude, longitude" each.'
        ),
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Many instead: rows of from_latitude, from_longitude, to_latitude, to_longitude.",
        ),
    ] = None,
    output: Annotated[
        DriveFormat | None,
        typer.Option("--format", help="How to print. [default: text, and csv for --pairs]"),
    ] = None,
) -> None:
    """Tell the minutes and miles by road from one place to another, without traffic.

    It is worked out on this machine; an engine of one's own that `roads.toml` names is asked first.

    Nine in ten drives take between the two numbers in brackets. A place that is known to its ZIP or
    city only widens them. Ferries and ways through Canada are not driven; that is said.

    For instance:

    ```
    clinic-finder drive 60601 "Milwaukee, WI"
    clinic-finder drive "41.88, -87.63" 53202 --format json
    clinic-finder drive --pairs points.csv > drives.csv
    ```

    Rows keep their order; where there is no drive, `reason` says why and the numbers are empty.
    """
    from geo.roads import ATTRIBUTION  # noqa: PLC0415  # 680 ms

    named = places or []
    if len(named) != (2 if pairs is None else 0):
        raise typer.BadParameter("give two places, FROM and TO, or a file with --pairs.")
    if pairs is not None:
        table = _drive_file(pairs)
        _print_rows(table, DriveFormat.CSV if output is None else output)
    else:
        one, other = named
        output = DriveFormat.TEXT if output is None else output
        table = _print_one(one.strip(), other.strip(), output)
    if table.attrs["told"]:
        note(table.attrs["told"])
    note(f"Roads: {ATTRIBUTION}")


def read_pairs(path: Path, *more: str) -> NDArray[np.float64]:
    """Return the pairs of points of a file, in its order.

    Parameters
    ----------
    path : a CSV file.
    more : columns of numbers that it has to hold besides those of the points.

    Raises
    ------
    SchemaError : it cannot be read so, or holds no rows.
    """
    import numpy as np  # noqa: PLC0415  # 70 ms
    import pandas as pd  # noqa: PLC0415  # 330 ms

    columns = [*_POINTS, *more]
    try:
        with warnings.catch_warnings():
            # A comma at the end of each row is no column, and not a name of the rows either.
            warnings.simplefilter("ignore", pd.errors.ParserWarning)
            table = pd.read_csv(path, index_col=False)
        numbers = table[columns].to_numpy(dtype=np.float64)
    except OSError as error:
        raise SchemaError(f"{path} cannot be opened ({error.strerror}); name a file.") from error
    except (ValueError, KeyError) as error:  # pandas: no columns, no UTF-8
        raise SchemaError(
            f"{path.name} cannot be read as a CSV file of numbers with the columns "
            f"{', '.join(columns)}; correct it."
        ) from error
    if not len(numbers):
        raise SchemaError(f"{path.name} holds no rows; give pairs of points.")
    lacking = np.isnan(numbers).any(axis=1)
    if lacking.any():
        raise SchemaError(
            f"{path.name}: row {int(lacking.argmax()) + 1} lacks a number; fill in {', '.join(columns)}."
        )
    return numbers


def _drive_file(path: Path) -> pd.DataFrame:
    """Return the drives of a file's rows, in its order."""
    from geo.api.drive_verb import drive as drive_points  # noqa: PLC0415  # 330 ms: pandas

    points = read_pairs(path)
    try:
        return drive_points(points[:, :2], points[:, 2:])
    except SchemaError as error:
        raise SchemaError(f"{path.name}: {error}") from error


def _print_one(one: str, other: str, output: DriveFormat) -> pd.DataFrame:
    """Write the drive between two places, and return it."""
    from geo.api.clinic_verbs import load_place_finder  # noqa: PLC0415  # 330 ms: pandas
    from geo.api.drive_verb import drive as drive_points  # noqa: PLC0415  # 330 ms: pandas

    finder = load_place_finder()
    start, end = (finder.find(text).place for text in (one, other))
    points = _require_point(start), _require_point(end)
    try:
        table = drive_points(
            *points,
            origin_radius_miles=start.radius_miles,
            target_radius_miles=end.radius_miles,
        )
    except SchemaError as error:  # so far off, the point of a ZIP without homes may be drawn
        raise SchemaError(f"{start.label} to {end.label}: {error}") from error
    if output is not DriveFormat.TEXT:
        _print_rows(table, output)
    else:
        answer(f"{start.label} to {end.label}: {_describe(table.iloc[0])}")
    return table


def _require_point(place: Place) -> tuple[float, float]:
    if place.latitude is None or place.longitude is None:
        raise PlaceError(f"{place.label} is no point to drive from or to; name a city or a ZIP.")
    return place.latitude, place.longitude


def _describe(row: Any) -> str:  # noqa: ANN401  # a row of a table
    """Return a drive in words, to five minutes."""
    from geo.search.drive_words import tell_drive  # noqa: PLC0415  # 60 ms

    if row["reason"]:
        return _NO_DRIVE[row["reason"]]
    return tell_drive(row["minutes"], row["low"], row["high"], row["miles"])


def _print_rows(table: pd.DataFrame, output: DriveFormat) -> None:
    """Write one row or many as data; a number that is not known is empty, in JSON null."""
    import pandas as pd  # noqa: PLC0415  # 330 ms

    if output is DriveFormat.TEXT:
        for _, row in table.iterrows():
            answer(_describe(row))
        return
    data = table.round(dict.fromkeys(("minutes", "low", "high", "miles"), 3))
    if output is DriveFormat.CSV:
        answer(data.to_csv(index=False).rstrip("\n"))
        return
    rows = [
        {name: None if value == "" or pd.isna(value) else value for name, value in row.items()}
        for row in data.to_dict("records")
    ]
    answer(json.dumps(rows, indent=2, ensure_ascii=False))
