"""How the sources of the workspace do, as `status` tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo import workspace
from geo.refreshing import health_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.refreshing.source_health import SourceHealth


def read_sources() -> list[SourceHealth]:
    """Return how each source of the workspace does.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    from geo.refreshing import source_health  # noqa: PLC0415  # 380 ms

    with workspace.open() as opened:
        return source_health.list_health(opened)


def print_sources(found: Sequence[SourceHealth]) -> None:
    """Write a line for each source: when it ran, what it holds, how it fails, what rests on it."""
    from geo.cli import printing  # noqa: PLC0415  # 840 ms

    printing.print_facts(
        {health_words.describe(one)["title"]: health_words.summarise(one) for one in found}
    )
