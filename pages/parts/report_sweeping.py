"""Visitors' reports are deleted when they are old, also where nobody opens a page."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from geo.errors import GeoError

_DAY_SECONDS: Final = 86_400
_LOG: Final = logging.getLogger(__name__)


def sweep() -> None:
    """Delete the reports that are old, where there is a workspace."""
    from geo import workspace  # noqa: PLC0415  # 17 ms; not before the server answers
    from geo.workspace import visitor_reports  # noqa: PLC0415  # 20 ms

    try:
        if workspace.exists():
            with workspace.open() as opened:
                visitor_reports.delete_old(opened)
    except GeoError as error:
        _LOG.warning("Old reports of visitors could not be deleted: %s", error)


async def sweep_daily() -> None:
    """Delete old reports now and once a day."""
    while True:
        await asyncio.to_thread(sweep)
        await asyncio.sleep(_DAY_SECONDS)
