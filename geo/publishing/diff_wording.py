"""What changes between two releases, in words: a summary, a line a change, one long table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from geo.publishing.diff import Diff

NOTHING: Final = "Nothing changes."
TITLES: Final = {
    "added": "Added",
    "removed": "Removed",
    "statuses": "Status",
    "changed": "Changed",
    "moved": "Moved",
    "coverage": "Coverage",
    "verdicts": "Verdicts",
}
MEASURES: Final = {
    "clinics": "clinics",
    "clinics_per_million_adults": "clinics per million adults",
    "share_within_30_miles": "within 30 miles",
    "share_within_60_miles": "within 60 miles",
}
_EMPTY: Final = "nothing"
_SUMMED: Final = {
    "added": ("clinic added", "clinics added"),
    "removed": ("removed", "removed"),
    "changed": ("field changed", "fields changed"),
    "moved": ("point moved", "points moved"),
}
_CHANGES: Final = {
    "closed": "closed",
    "withdrawn": "withdrawn",
    "reopened": "reopened",
    "unconfirmed": "no longer confirmed",
    "confirmed": "confirmed",
}


def summarise(diff: Diff) -> str:
    """Return one sentence: how many clinics are added, removed, closed, changed, moved."""
    if diff.is_empty:
        return NOTHING
    counts = [(len(table), _SUMMED[name]) for name, table in diff.tables.items() if name in _SUMMED]
    by_change = diff.statuses["change"].value_counts()
    statuses = [(int(by_change.get(name, 0)), (words, words)) for name, words in _CHANGES.items()]
    message = [
        f"{count:,} {words[count != 1]}"
        for count, words in [*counts[:2], *statuses, *counts[2:]]
        if count
    ]
    held = f"{diff.before['clinics']:,} → {diff.after['clinics']:,} clinics"
    located = f"{diff.before['located']:,} → {diff.after['located']:,} with a point"
    return f"{held}, {located}: {', '.join(message) or 'only what follows from them'}."


def describe(diff: Diff) -> dict[str, list[str]]:
    """Return a line a change, by the names of `TITLES`; kinds without a change are left out."""
    return {
        name: [_TELL[name](row) for row in table.to_dict("records")]
        for name, table in diff.tables.items()
        if len(table)
    }


def list_changes(diff: Diff) -> pd.DataFrame:
    """Return every change in one long table, for a spreadsheet.

    Returns
    -------
    `change` (a name of `TITLES`), `id` (of the clinic, or `level:geoid` of the area), `name`,
    `what`, `before`, `after`, all text.
    """
    names = ["change", "id", "name", "what", "before", "after"]
    rows = [
        (change, *_flatten(change, row))
        for change, table in diff.tables.items()
        for row in table.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=names, dtype="str")


def describe_figure(measure: str, value: float) -> str:
    """Return a figure of coverage as it is written, "not known" where it is not."""
    if math.isnan(value):
        return "not known"
    if measure.startswith("share"):
        return f"{value:.1%}"
    return f"{value:,.0f}" if measure == "clinics" else f"{value:.2f}"


def describe_precision(precision: str) -> str:
    """Return how a point is known, in a word or two."""
    return "no point" if precision in {"none", ""} else precision.replace("_", " ")


def _tell_added(row: Mapping[Any, Any]) -> str:
    split = f", split from {row['split_from']}" if row["split_from"] else ""
    return f"{_name(row)} ({row['status']}; {describe_precision(row['precision'])}){split}"


def _tell_removed(row: Mapping[Any, Any]) -> str:
    merged = f", merged into {row['merged_into']}" if row["merged_into"] else ""
    return f"{_name(row)}{merged}"


def _tell_status(row: Mapping[Any, Any]) -> str:
    return f"{_name(row)}: {_CHANGES[row['change']]} ({row['before']} → {row['after']})"


def _tell_changed(row: Mapping[Any, Any]) -> str:
    before, after = (row[when] or _EMPTY for when in ("before", "after"))
    return f"{row['name']} [{row['clinic_id']}]: {row['field']} {before} → {after}"


def _tell_moved(row: Mapping[Any, Any]) -> str:
    before, after = (describe_precision(row[f"precision_{when}"]) for when in ("before", "after"))
    known = before if before == after else f"{before} → {after}"
    if math.isnan(row["miles"]):
        return f"{_name(row)}: {known}"
    return f"{_name(row)}: {row['miles']:,.2f} mi ({known})"


def _tell_coverage(row: Mapping[Any, Any]) -> str:
    before, after = (describe_figure(row["measure"], row[when]) for when in ("before", "after"))
    return f"{row['name']} {MEASURES[row['measure']]} {before} → {after}"


def _tell_verdict(row: Mapping[Any, Any]) -> str:
    return f"{row['name']} {row['kind']} {row['before']} → {row['after']}"


_TELL: Final[Mapping[str, Callable[[Mapping[Any, Any]], str]]] = {
    "added": _tell_added,
    "removed": _tell_removed,
    "statuses": _tell_status,
    "changed": _tell_changed,
    "moved": _tell_moved,
    "coverage": _tell_coverage,
    "verdicts": _tell_verdict,
}


def _flatten(change: str, row: Mapping[Any, Any]) -> Iterator[str]:
    """Give `id`, `name`, `what`, `before`, `after` of a change."""
    area = change in {"coverage", "verdicts"}
    yield f"{row['level']}:{row['geoid']}" if area else row["clinic_id"]
    yield row["name"]
    if change == "moved":
        yield "point"
        for when in ("before", "after"):
            point = f"{row[f'latitude_{when}']}, {row[f'longitude_{when}']}"
            precision = describe_precision(row[f"precision_{when}"])
            yield precision if math.isnan(row[f"latitude_{when}"]) else f"{point} ({precision})"
    elif change == "coverage":
        yield row["measure"]
        yield from (
            "" if math.isnan(row[when]) else repr(row[when]) for when in ("before", "after")
        )
    elif change in {"added", "removed"}:
        yield "clinic"
        yield from ("", row["status"]) if change == "added" else (row["status"], row["merged_into"])
    else:
        yield {"statuses": "status", "verdicts": row.get("kind")}.get(change) or row["field"]
        yield from (row["before"], row["after"])


def _name(row: Mapping[Any, Any]) -> str:
    place = ", ".join(part for part in (row.get("city", ""), row["state"]) if part)
    return f"{row['name']} [{row['clinic_id']}]" + (f", {place}" if place else "")
