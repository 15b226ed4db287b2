"""What is used of Streamlit's own modules; `geo.server.streamlit_seam` lists each, with why.

No other module imports anything of Streamlit's but `import streamlit as st`.
"""

from __future__ import annotations

from pathlib import Path

from streamlit.delta_generator import DeltaGenerator
from streamlit.file_util import get_static_dir
from streamlit.navigation.page import StreamlitPage
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, get_instance
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.runtime import RuntimeStoppedError
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.session_manager import SessionClient
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geo.server.streamlit_seam import FRONT_END_PIECES

__all__ = [
    "BackMsg",
    "DeltaGenerator",
    "ForwardMsg",
    "Runtime",
    "RuntimeStoppedError",
    "SessionClient",
    "StreamlitPage",
    "UploadedFile",
    "find_front_end",
    "find_session",
    "get_instance",
    "greet_deep_links",
    "list_early_pieces",
]


def find_front_end() -> Path:
    """Return the folder of the front end's files, served below `geo.server.streamlit_seam.STATIC`."""
    return Path(get_static_dir()) / "static"


def list_early_pieces() -> list[str]:
    """Return the names of the files that every page of ours is made of, hashes and all."""
    folder = find_front_end() / "js"
    return [path.name for piece in FRONT_END_PIECES for path in folder.glob(f"{piece}.*.js")]


def find_session() -> str:
    """Return the id of the session that this run is of, "" outside of any."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def greet_deep_links() -> None:
    """Let the first visitor of a deep link in.

    A folder named `pages` means Streamlit's older kind of app to a fresh server, which would greet
    them with "Page not found".
    """
    PagesManager.uses_pages_directory = False
