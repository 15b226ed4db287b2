"""Where the operator's state lies, below everything that keeps some there."""

from __future__ import annotations

import os
from pathlib import Path


def find_home() -> Path:
    """Return the folder of the operator's state: `CLINIC_FINDER_HOME`, else `./var`."""
    return Path(os.environ.get("CLINIC_FINDER_HOME") or "var")
