"""The first step: a source is chosen, handed in or asked, and taken into the workspace."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import streamlit as st

from geo import jobs, sources, workspace
from geo.errors import GeoError, SourceError
from geo.home import find_home
from geo.jobs import uploads
from geo.workspace import ingestion, linking, shipped
from pages.operators.parts import file_drop, job_progress, operator_page, refresh_mapping
from pages.parts import gate, notices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

TABLE: Final = "table"
_TITLES: Final = {
    TABLE: "A table: CSV, Excel, GeoJSON or GeoParquet",
    "nppes": "NPPES, the monthly file (.csv or .zip)",
    "npi_registry": "NPI Registry",
    "samhsa": "SAMHSA FindTreatment",
    "osm": "OpenStreetMap",
}
_ENDINGS: Final = {
    TABLE: ["csv", "tsv", "txt", "xlsx", "geojson", "json", "parquet"],
    "nppes": ["csv", "zip"],
}
_UPLOAD: Final = "Upload a file"
_PATH: Final = "A file on the server"
_SERVICE: Final = "Ask the service"
_CHOSEN: Final = "refresh_table"
AWAITED: Final = "refresh_awaited"
"""In a visit's state: the id of the job whose end opens the next step."""


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
    chosen = st.session_state.get(_CHOSEN)
    try:
        if chosen is None:
            _offer_sources()
        else:
            _confirm_table(Path(chosen))
    except GeoError as error:
        notices.show_error(error)


def _offer_sources() -> None:
    """Draw which source is taken, and from where."""
    notices.show_part(
        "What is to be taken in",
        "It goes to the workspace: visitors see nothing of it before it is published.",
    )
    name = st.selectbox("Source", list(_TITLES), format_func=lambda code: _TITLES[code])
    ways = [_UPLOAD, _PATH] + ([_SERVICE] if name in ingestion.SERVICES else [])
    way = st.radio("How", ways, horizontal=True, key=f"way_{name}")
    if way == _SERVICE:
        _offer_service(name, sources.get(name))
    elif way == _UPLOAD:
        _offer_upload(name)
    else:
        _offer_path(name)


def _offer_service(name: str, module: ModuleType) -> None:
    host = urlsplit(getattr(module, "OVERPASS_URL", module.URL)).hostname
    st.caption(
        f"This server asks {host} over the network; the service learns this server's address and "
        "which words are looked for, and nothing of any visitor."
    )
    if st.button(f"Ask {host} now", type="primary", key="ask_service"):
        _start(name, None)


def _offer_upload(name: str) -> None:
    limit = uploads.LARGEST_BYTES // 10**6
    given = file_drop.show(
        f"File, up to {limit} MB",
        endings=_ENDINGS.get(name, ["json"]),
        megabytes=limit,
        key=f"upload_{name}_{st.session_state.get('refresh_uploads', 0)}",
    )
    if given is None:
        return
    words = "Look at its columns" if name == TABLE else "Take it in"
    if st.button(words, type="primary", key="take_upload"):
        gate.require()
        path = uploads.keep(given, given.name)
        # The copy in the server's memory goes with the widget.
        st.session_state.refresh_uploads = st.session_state.get("refresh_uploads", 0) + 1
        _take(name, path)


def _offer_path(name: str) -> None:
    typed = st.text_input(
        "Path on the server",
        key=f"path_{name}",
        placeholder="/data/NPPES_Data_Dissemination_November_2026.zip",
    ).strip()
    words = "Look at its columns" if name == TABLE else "Take it in"
    if st.button(words, type="primary", key="take_path"):
        gate.require()
        path = Path(typed)
        if not typed or not path.is_absolute():
            raise SourceError("Give the whole path of the file, from / on.")
        if not path.exists():
            raise SourceError(f"There is no file {path} on the server.")
        _take(name, path)


def _take(name: str, path: Path) -> None:
    """Begin with a file: of a table its columns are looked at first."""
    if name != TABLE:
        _start(name, path)
        return
    _forget()
    st.session_state[_CHOSEN] = str(path)
    st.rerun()


def _confirm_table(path: Path) -> None:
    """Draw the columns of a table; take it in once they are confirmed."""
    if st.button("Another file", key="drop_table", icon=":material/close:"):
        gate.require()
        _forget()
        st.rerun()
    confirmed = refresh_mapping.show(path)
    if confirmed is not None:
        gate.require()
        _start(TABLE, path, confirmed)


def _start(name: str, path: Path | None, more: Mapping[str, Any] = MappingProxyType({})) -> None:
    who = gate.require()
    task = {"source": name, "path": "" if path is None else str(path), **more}
    st.session_state[AWAITED] = jobs.start("ingest", task, who=who).id
    st.session_state.pop(_CHOSEN, None)  # the job removes an upload when it is done
    st.rerun()


def _forget() -> None:
    """Let go of a table that was looked at; an upload is removed."""
    chosen = st.session_state.pop(_CHOSEN, None)
    if chosen is not None:
        uploads.remove(Path(chosen))


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
        who = gate.require()
        with workspace.open() as opened:
            shipped.take(opened, who=who)
            linking.assign_new(opened)
        operator_page.finish(f"Taken in, into {find_home()}.")
