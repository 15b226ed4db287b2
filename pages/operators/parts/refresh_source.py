"""The first step: a source is chosen, handed in or asked, and taken into the workspace."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import streamlit as st

from geo import jobs, workspace
from geo.errors import GeoError, SourceError
from geo.jobs import uploads
from geo.paths import find_home
from geo.sources import descriptors
from geo.workspace import linking, shipped
from pages.operators.parts import (
    fill_in,
    job_progress,
    operator_page,
    refresh_mapping,
)
from pages.operators.parts.refresh_state import RefreshState
from pages.parts import auth, file_drop, notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.sources.descriptors import Source

_UPLOAD: Final = "Upload a file"
_PATH: Final = "A file on the server"
_SERVICE: Final = "Ask the service"


def show() -> None:
    """Draw the choice of a source, and of a table its columns.

    Raises
    ------
    GeoError : the workspace or a job cannot be read.
    """
    job = job_progress.show("ingest", "Taking in")
    if job is not None and job.is_running:
        return
    _show_shipped()
    table = RefreshState.of_visit().table
    try:
        if table:
            _confirm_table(Path(table))
        else:
            _offer_sources()
    except GeoError as error:
        notices.show_error(error)


def _offer_sources() -> None:
    """Draw which source is taken, and from where."""
    notices.show_part(
        "What is to be taken in",
        "It goes to the workspace: visitors see nothing of it before it is published.",
    )
    files = descriptors.list_files()
    labels = {name: source.label for name, source in files.items()} | {fill_in.NAME: fill_in.LABEL}
    chosen = st.selectbox("Source", list(labels), format_func=lambda name: labels[name])
    if chosen == fill_in.NAME:
        fill_in.show()
        return
    source = files[chosen]
    if source.licence.share_alike:
        st.caption(
            f"Its records are under {source.licence.name}: a release that holds them has to be "
            "shared alike. One can be built without them."
        )
    ways = [_UPLOAD, _PATH] + ([_SERVICE] if source.service else [])
    way = st.radio("How", ways, horizontal=True, key=f"way_{source.name}")
    if way == _SERVICE:
        _offer_service(source)
    elif way == _UPLOAD:
        _offer_upload(source)
    else:
        _offer_path(source)


def _offer_service(source: Source) -> None:
    host = urlsplit(source.service).hostname
    st.caption(
        f"This server asks {host} over the network; the service learns this server's address and "
        "which words are looked for, and nothing of any visitor."
    )
    if st.button(f"Ask {host} now", type="primary", key="ask_service"):
        _start(source, None)


def _offer_upload(source: Source) -> None:
    limit = uploads.LARGEST_BYTES // 10**6
    given = file_drop.show(
        f"File, up to {limit} MB",
        endings=source.suffixes,
        megabytes=limit,
        key=f"upload_{source.name}_{RefreshState.of_visit().uploads}",
    )
    if given is None:
        return
    words = "Look at its columns" if source.is_mapped else "Take it in"
    if st.button(words, type="primary", key="take_upload"):
        auth.require()
        path = uploads.keep(given, given.name)
        # The copy in the server's memory goes with the widget.
        RefreshState.of_visit().uploads += 1
        _take(source, path)


def _offer_path(source: Source) -> None:
    typed = st.text_input(
        "Path on the server",
        key=f"path_{source.name}",
        placeholder="/data/NPPES_Data_Dissemination_November_2026.zip",
    ).strip()
    words = "Look at its columns" if source.is_mapped else "Take it in"
    if st.button(words, type="primary", key="take_path"):
        auth.require()
        path = Path(typed)
        if not typed or not path.is_absolute():
            raise SourceError("Give the whole path of the file, from / on.")
        if not path.exists():
            raise SourceError(f"There is no file {path} on the server.")
        _take(source, path)


def _take(source: Source, path: Path) -> None:
    """Begin with a file: of a table its columns are looked at first."""
    if not source.is_mapped:
        _start(source, path)
        return
    _forget()
    RefreshState.of_visit().table = str(path)
    st.rerun()


def _confirm_table(path: Path) -> None:
    """Draw the columns of a table; take it in once they are confirmed."""
    if st.button("Another file", key="drop_table", icon=":material/close:"):
        auth.require()
        _forget()
        st.rerun()
    confirmed = refresh_mapping.show(path)
    if confirmed is not None:
        auth.require()
        _start(descriptors.TABLE, path, confirmed)


def _start(
    source: Source, path: Path | None, more: Mapping[str, Any] = MappingProxyType({})
) -> None:
    who = auth.require()
    task = {"source": source.name, "path": "" if path is None else str(path), **more}
    state = RefreshState.of_visit()
    state.awaited = jobs.start("ingest", task, who=who).id
    state.table = ""  # the job removes an upload when it is done
    st.rerun()


def _forget() -> None:
    """Let go of a table that was looked at; an upload is removed."""
    state = RefreshState.of_visit()
    if state.table:
        uploads.remove(Path(state.table))
    state.table = ""


def _show_shipped() -> None:
    """Tell of newer listings that came with the program, and take them in when told to."""
    with workspace.open() as opened:
        newer = shipped.find_newer(opened)
    if newer is None:
        return
    st.info(
        "The program came with newer listings. They are not taken in by themselves.",
        icon=":material/new_releases:",
    )
    if st.button("Take in the newer shipped listings", key="take_shipped"):
        who = auth.require()
        with workspace.open() as opened:
            shipped.take(opened, who=who)
            linking.assign_new(opened)
        operator_page.finish(f"Taken in, into {find_home()}.")
