"""How a source does, in the words of a table's cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from geo.refreshing.source_health import SourceHealth

HEADINGS: Final = {
    "title": "Source",
    "last": "Last taken in",
    "rows": "Listings",
    "growth": "Since before",
    "failures": "Failures",
    "alone": "Clinics on it alone",
    "licence": "Licence",
}
"""Column -> its heading, in order."""


def describe(one: SourceHealth) -> dict[str, str]:
    """Return the cells of a source, by the names of `HEADINGS`."""
    return {
        "title": f"{one.title[:1].upper()}{one.title[1:]}",
        "last": _describe_last(one),
        "rows": "" if one.rows is None else f"{one.rows:,}",
        "growth": "" if one.growth is None else f"{one.growth:+.0%}",
        "failures": f"{one.failures:,}" if one.failures else "none",
        "alone": f"{one.clinics_alone:,} ({one.share_alone:.1%})" if one.clinics_alone else "none",
        "licence": one.licence or "not stated",
    }


def summarise(one: SourceHealth) -> str:
    """Return how a source does, in one line without its name."""
    cells = describe(one)
    parts = [f"last {cells['last']}"]
    if one.rows is not None:
        growth = f", {cells['growth']} since before" if cells["growth"] else ""
        parts.append(f"{cells['rows']} listings{growth}")
    if one.failures:
        parts.append(f"failed {one.failures:,} times in a row: {one.fault.removesuffix('.')}")
    if one.clinics_alone:
        parts.append(f"{cells['alone']} clinics rest on it alone")
    return "; ".join([*parts, f"licence {cells['licence']}"])


def _describe_last(one: SourceHealth) -> str:
    if one.age_days is None:
        told = "never"
    else:
        days = "today" if not one.age_days else f"{one.age_days:,} d ago"
        told = f"{one.last_at[:10]} ({days}{', overdue' if one.is_overdue else ''})"
    return f"{told}; the next is held" if one.waits else told
