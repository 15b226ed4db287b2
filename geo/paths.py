"""Where files lie: those that ship with the program, installed or not, and the operator's state.

A checkout holds them at its top: `app.py`, `pages/`, `data/`, `.streamlit/`. The wheel holds the
same in one folder beside this package, `clinic_finder_site/`, so that nothing called `data` or
`pages` stands among other packages.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

IMPORTED_FROM: Final = Path(__file__).resolve().parents[1]
"""The folder from which `geo` is imported: a checkout's top, or `site-packages`."""

_INSTALLED: Final = IMPORTED_FROM / "clinic_finder_site"

SITE: Final = _INSTALLED if _INSTALLED.is_dir() else IMPORTED_FROM
"""The folder of `app.py` and `pages/`."""

DATA: Final = SITE / "data"

RELEASES_VARIABLE: Final = "CLINIC_FINDER_RELEASES"
"""Names the folder or address of releases that are made elsewhere."""


def find_home() -> Path:
    """Return the folder of the operator's state: `CLINIC_FINDER_HOME`, else `./var`."""
    return Path(os.environ.get("CLINIC_FINDER_HOME") or "var")
