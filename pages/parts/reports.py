"""Where visitors' reports of mistakes in the list go to."""

from __future__ import annotations

import os
from typing import Final

REPORT_ADDRESS_VARIABLE: Final = "CLINIC_FINDER_REPORT_ADDRESS"


def find_report_address() -> str:
    """Return the mail address that the operator set for reports; "" where there is none."""
    return os.environ.get(REPORT_ADDRESS_VARIABLE, "")
