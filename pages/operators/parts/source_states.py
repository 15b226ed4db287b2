"""How the sources do: a table on Refresh, and a word on the first page where one is neglected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
import streamlit as st

from geo import workspace
from geo.refreshing import health_words, refresh_report, report_text, source_health
from pages.operators.parts.plain_text import escape
from pages.parts import notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from geo.refreshing.source_health import SourceHealth

_NUMBERS = ("rows", "growth", "failures", "alone")
_UNBROKEN = str.maketrans({" ": "\N{NO-BREAK SPACE}", "-": "\N{NON-BREAKING HYPHEN}"})


def show() -> None:
    """Draw how each source does, and what came of the last refresh.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    with workspace.open() as opened:
        found = source_health.list_health(opened)
    notices.show_part("How the sources do", _describe_last_refresh())
    show_table(
        "Each source, those first that most clinics rest on",
        health_words.HEADINGS,
        [_draw(one) for one in found],
        numbers=_NUMBERS,
    )
    for one in (one for one in found if one.fault):
        st.caption(escape(f"{health_words.describe(one)['title']}: {one.fault}"))


def show_neglected() -> None:
    """Name the sources that have not run for their interval, or that fail; nothing where all do well.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    with workspace.open() as opened:
        found = source_health.find_neglected(opened)
    if found:
        lines = [(sentence.replace("`", ""), h.br) for sentence in found]
        onward = h.a(href="refresh", target="_self")["How the sources do"]
        st.html(h.p(".unpublished")[lines, onward])


def _draw(one: SourceHealth) -> dict[str, str]:
    """Return the cells of a source; what is short stays on one line, also on a phone."""
    cells = health_words.describe(one)
    return cells | {name: cells[name].translate(_UNBROKEN) for name in ("last", "alone")}


def _describe_last_refresh() -> str:
    reports = refresh_report.list_reports()
    if not reports:
        return (
            "A timer can ask those that answer by themselves, and publish what is in no doubt: "
            "clinic-finder refresh --print-timer prints one."
        )
    last = reports[0]
    at = last.started_at.replace("T", " ").removesuffix("Z")
    reasons = " ".join(last.reasons)
    return f"The last refresh, {at} UTC. {report_text.summarise_result(last)} {reasons}".strip()
