"""What `access` takes and does: accessibility scores of areas, from the release in use."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from geo.cli.shell import Level, answer, check_miles, note
from geo.coverage.coverage_table import NATION
from geo.exporting.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.releases import Release

_NO_DATA: Final = "N/A"
_NOT_KNOWN: Final = (
    "Listings found in public sources, not a census: a score knows nothing of clinics not listed, "
    "nor of those outside the United States. People of counties are estimated from their ZIPs."
)
_DEFAULT_MILES: Final = 60.0
_ENDS: Final = ("", "_low", "_high")


class Method(StrEnum):
    """The codes of `geo.accessibility.floating.METHODS`, for `--help` without loading any table."""

    TWO_STEP = "2sfca"
    ENHANCED = "e2sfca"
    THREE_STEP = "3sfca"


class RowFormat(StrEnum):
    """How rows without a shape are written to stdout."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def access(
    by: Annotated[Level, typer.Option(help="Which census areas.")] = Level.REGION,
    method: Annotated[
        Method, typer.Option(help="Two-step, enhanced two-step or three-step.")
    ] = Method.ENHANCED,
    catchment: Annotated[
        float | None,
        typer.Option(
            metavar="MILES",
            callback=check_miles,
            help="How far adults go, in a straight line. [default: 60]",
            show_default=False,
        ),
    ] = None,
    catchment_minutes: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES",
            callback=check_miles,
            help="How far adults go by road, without traffic, instead of miles.",
        ),
    ] = None,
    output: Annotated[RowFormat, typer.Option("--format", help="How to print.")] = RowFormat.TABLE,
) -> None:
    """Score census areas by the clinics within reach and the adults who share them.

    The score is listed clinics for 100,000 adults, by the floating catchment area methods: each
    clinic is shared out among the adults around it, and each ZIP adds up what it gets; an area's
    score is the mean over its adults, and of that the median over 200 draws of where clinics may stand,
    with the 5th and 95th percentile. Each clinic counts as 1: how many patients it can take is not
    known. A catchment, or a zone of it, finer than the clinics' positions are known is refused.

    For instance:

    ```
    clinic-finder access --by region --method 2sfca --catchment 60
    clinic-finder access --by state --catchment-minutes 90
    clinic-finder access --by county --method 3sfca --catchment 100 --format csv > scores.csv
    ```
    """
    from geo import releases  # noqa: PLC0415  # 390 ms
    from geo.accessibility.floating import CAPACITY  # noqa: PLC0415  # 200 ms
    from geo.api.area_verbs import score_access  # noqa: PLC0415  # 1230 ms
    from geo.api.export_verb import export  # noqa: PLC0415  # 330 ms: pandas

    if catchment is not None and catchment_minutes is not None:
        raise typer.BadParameter("Give --catchment or --catchment-minutes, not both.")
    release = releases.current()
    miles = _DEFAULT_MILES if catchment is None else catchment
    scores = score_access(
        by.value,
        method=method.value,
        catchment_miles=miles,
        catchment_minutes=catchment_minutes,
        release=release,
    )
    if output is RowFormat.TABLE:
        near = (
            f"{miles:g} mi" if catchment_minutes is None else f"{catchment_minutes:g} min by road"
        )
        _print_table(scores, method, near, release)
        return
    answer(export(scores, output.value, release=release))
    note(CAPACITY)


def _print_table(scores: pd.DataFrame, method: Method, near: str, release: Release) -> None:
    """Write the scores for people, with what they rest on."""
    from geo.accessibility.floating import CAPACITY, METHODS  # noqa: PLC0415  # 65 ms: numpy
    from geo.coverage.clinic_count import count_clinics, describe_count  # noqa: PLC0415  # 330 ms: pandas
    from geo.coverage.demand import load_demand  # noqa: PLC0415  # 560 ms
    from geo.reference.road_tables import ATTRIBUTION  # noqa: PLC0415  # 330 ms: pandas

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Area", overflow="fold")
    for heading in ("Adults", "Clinics per 100,000 adults", "Adults out of range"):
        table.add_column(heading, justify="right")
    for row in scores.to_dict("records"):
        table.add_row(*_write_cells(row))
    title = f"Listed clinics within {near}, for 100,000 adults who share them"
    footer = (
        f"{method.value.upper()}: {METHODS[method.value]}.",
        CAPACITY,
        "The median of 200 draws of where clinics may stand; in brackets the 5th and 95th percentile.",
        f"Out of range: no clinic within {near} of the ZIP's point; scores 0.",
        _NOT_KNOWN,
        *(
            [f"Minutes by road, without traffic: {ATTRIBUTION}."]
            if "catchment_minutes" in scores
            else ()
        ),
        describe_count(count_clinics(release.clinics, load_demand(), NATION)),
        f"Release {release.id}",
    )
    lines = [Text(plain(line), style="dim") for line in footer]
    Console(highlight=False).print(
        Group(Text(plain(title), style="bold"), Text(), table, Text(), *lines)
    )


def _write_cells(row: Mapping[Any, Any]) -> tuple[Text, str, str, str]:
    """Return the cells of an area; N/A where no people are known."""
    said = f"{row['name']}, {row['state']}" if row["level"] == "county" else row["name"]
    name = Text(plain(said))
    if math.isnan(row["clinics_per_100k_adults"]):
        return name, _NO_DATA, _NO_DATA, _NO_DATA
    outside = row["share_out_of_range"]
    if outside == 1:
        return name, f"{row['adults']:,.0f}", "out of range", f"{outside:.1%}"
    score, low, high = (f"{row[f'clinics_per_100k_adults{end}']:.3f}" for end in _ENDS)
    far, near_end, far_end = (f"{row[f'share_out_of_range{end}']:.1%}" for end in _ENDS)
    return (
        name,
        f"{row['adults']:,.0f}",
        f"{score} ({low}–{high})",
        f"{far} ({near_end.removesuffix('%')}–{far_end})",
    )
