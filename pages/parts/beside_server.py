"""What is done again and again for as long as the server lives."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine


@asynccontextmanager
async def doing(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Do some work for as long as the block lasts, and wait until it has stopped."""
    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
