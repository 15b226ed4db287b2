"""The workspace as operators' pages show it, kept in memory until something is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo import releases, workspace
from geo.workspace import decisions
from pages.parts import loaders

if TYPE_CHECKING:
    import pandas as pd

    from geo.workspace import Workspace
    from geo.workspace.working_list import WorkingList


def load_working_list() -> WorkingList:
    """Return the workspace as it stands; it is read anew only where something was decided since.

    Raises
    ------
    GeoError : the workspace or the release in use cannot be read.
    """
    with workspace.open() as opened:
        newest = decisions.find(opened, decisions.head(opened))
        # A restored backup may have come as far as the workspace it replaced, at another time.
        state = (str(opened.path), newest.id, newest.at, decisions.today())
        return _working_list(state, opened)


@st.cache_resource(max_entries=2, show_spinner="Reading the workspace")
def _working_list(state: tuple[str, int, str, str], _opened: Workspace) -> WorkingList:
    from geo.workspace import working_list  # noqa: PLC0415  # 440 ms

    return working_list.read(_opened, loaders.load_finder(releases.current_id()), state)


@st.cache_resource(max_entries=2, show_spinner="Ordering the calls")
def _calls(
    state: tuple[str, int, str, str],  # noqa: ARG001  the cache's key
    _working: WorkingList,
) -> pd.DataFrame:
    from geo.workspace import call_list  # noqa: PLC0415  # 310 ms

    with workspace.open() as opened:
        return call_list.list_calls(opened, _working.clinics, loaders.load_demand())


def load_calls(working: WorkingList) -> pd.DataFrame:
    """Return the clinics in the order in which a call is worth most.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    return _calls(working.state, working)


@st.cache_resource(max_entries=2, show_spinner=False)
def _unpublished(
    state: tuple[str, int, str, str],  # noqa: ARG001  the cache's key
    release_id: str,
    _working: WorkingList,
) -> frozenset[str]:
    from geo.workspace import working_list  # noqa: PLC0415  # 440 ms

    shown = loaders.load_release(release_id)
    return working_list.find_unpublished(_working, shown.listings, shown.clinics)


def find_unpublished(working: WorkingList) -> frozenset[str]:
    """Return the ids of the clinics that the release in use shows otherwise than the workspace.

    Raises
    ------
    ReleaseError : the release in use cannot be read.
    """
    return _unpublished(working.state, releases.current_id(), working)
