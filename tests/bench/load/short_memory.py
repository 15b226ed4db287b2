"""Streamlit as it is, but that it remembers few visitors who left, and says on SIGUSR1 how many.

`python -m tests.bench.load.short_memory run app.py` in the place of `python -m streamlit run app.py`:
it keeps a session for two minutes after its page was closed, longer than a short test lasts. Drives
are not worked out ahead either: their table is memory too, which nobody leaves behind.
"""

import gc
import os
import signal
import sys

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.web import cli

from geo.search import working_ahead

KEPT_SESSIONS = 4
KEPT_SECONDS = 1


def tell(_signal: int, _frame: object) -> None:
    """Write how many sessions are there into the log."""
    gc.collect()
    count = sum(isinstance(thing, AppSession) for thing in gc.get_objects())
    os.write(sys.stderr.fileno(), f"sessions: {count} \n".encode())


if __name__ == "__main__":
    MemorySessionStorage.__init__.__defaults__ = (KEPT_SESSIONS, KEPT_SECONDS)
    working_ahead._WAIT_SECONDS = 3600
    signal.signal(signal.SIGUSR1, tell)
    cli.main(prog_name="streamlit")
