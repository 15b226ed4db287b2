"""What is done as the server starts and ends, by the settings that Streamlit was started with."""

from __future__ import annotations

from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING

import streamlit as st

from geo.paths import find_home
from geo.server import announcing, operators, pocket_files, web
from pages.parts import pocket_writing, report_sweeping, reports
from pages.parts.beside_server import doing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp


@asynccontextmanager
async def lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """Let the app live; with the local mode on, open the operators' door meanwhile."""
    door = (
        announcing.opened(_find_own_address(), find_server_address(), find_home())
        if operators.is_local_mode()
        else nullcontext()
    )
    is_kept = reports.is_form_on() or operators.is_local_mode()
    async with (
        web.lifespan(app),
        doing(report_sweeping.sweep_daily) if is_kept else nullcontext(),
        doing(pocket_writing.write_again) if pocket_files.is_written_here() else nullcontext(),
    ):
        with door:
            yield


def find_server_address() -> str:
    """Return the address that the server listens on, "" where it listens on all."""
    return st.get_option("server.address") or ""


def _find_own_address() -> str:
    """Return the address of the site as this machine's own browser reaches it."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    below = (st.get_option("server.baseUrlPath") or "").strip("/")
    address = f"{scheme}://localhost:{st.get_option('server.port')}"
    return f"{address}/{below}" if below else address
