"""What `diff` takes and does, and how a diff is shown before anything is published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Final

import typer

from geo.cli.access import RowFormat
from geo.cli.shell import answer, note
from geo.exporting.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.publishing.diff import Diff

_SHOWN: Final = 20


def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="A release id, `current` or `shipped`.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another; what changes from A to B.")],
    output: Annotated[RowFormat, typer.Option("--format", help="How to print.")] = RowFormat.TABLE,
) -> None:
    """Say what changes from one release to another, any two.

    Clinics added and removed, fields, status and points that change, and what that does to how
    regions, divisions and states are served.

    For instance:

    ```
    clinic-finder diff shipped current
    clinic-finder diff 2026-10-01-1a2b3c4d current --format csv > changes.csv
    ```
    """
    from geo import releases  # noqa: PLC0415  # 390 ms
    from geo.exporting import clinic_exports  # noqa: PLC0415  # 330 ms: pandas
    from geo.publishing.diff import compare  # noqa: PLC0415  # 330 ms: pandas
    from geo.publishing.diff_wording import list_changes, summarise  # noqa: PLC0415  # 330 ms

    first, second = (releases.load(releases.find(name)) for name in (a, b))
    found = compare(first, second)
    if output is RowFormat.JSON:
        facts = {
            "from": first.id,
            "to": second.id,
            "summary": summarise(found),
            **{name: clinic_exports.records(table) for name, table in found.tables.items()},
            "not_compared": list(found.not_compared),
        }
        answer(json.dumps(facts, indent=2))
    elif output is RowFormat.CSV:
        answer(clinic_exports.to_csv(list_changes(found), second.id))
    else:
        answer("\n".join([plain(f"{first.id} → {second.id}"), *describe(found)]))


def describe(found: Diff, most: int | None = None) -> Iterator[str]:
    """Give a diff in lines, safe to print: the summary, then each kind of change.

    Parameters
    ----------
    found : what changes.
    most : lines of a kind at most; None for all.
    """
    from geo.publishing.diff_wording import TITLES, summarise  # noqa: PLC0415  # 330 ms: pandas
    from geo.publishing.diff_wording import describe as list_lines  # noqa: PLC0415  # 330 ms: pandas

    yield plain(summarise(found))
    for name, lines in list_lines(found).items():
        yield ""
        yield f"{TITLES[name]} ({len(lines):,})"
        yield from (f"  {plain(line)}" for line in lines[:most])
        if most is not None and len(lines) > most:
            yield f"  and {len(lines) - most:,} more"
    yield from map(plain, found.not_compared)


def show(found: Diff) -> None:
    """Write a diff to stderr, before somebody decides; long lists are cut."""
    for line in describe(found, _SHOWN):
        note(line)
