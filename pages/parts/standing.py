"""How this server stands, asked for without a page: what loads tables is imported only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.releases import Standing


def find() -> Standing:
    """Return which release visitors are served, and whether that is the right one."""
    from pages.parts import loaders  # noqa: PLC0415  # 330 ms: pandas

    return loaders.find_standing()
