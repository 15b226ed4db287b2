"""Drives from all ZIPs and cities, worked out behind the back of those who search meanwhile."""

from __future__ import annotations

import logging
import threading
import weakref
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import reference
from geo.errors import SourceError

if TYPE_CHECKING:
    from geo.search.clinic_drives import ClinicDrives

_LOG: Final = logging.getLogger(__name__)

_WAIT_SECONDS: Final = 30.0
"""Whoever comes first after a start is not to wait for what takes seconds of processor time."""


def work_out_later(drives: ClinicDrives) -> None:
    """Work out the drives from all ZIPs and cities in a while, if they are still in use then."""
    later = threading.Timer(_WAIT_SECONDS, _work_out, [weakref.ref(drives)])
    later.daemon = True
    later.start()


def _work_out(kept: weakref.ref[ClinicDrives]) -> None:
    drives = kept()
    if drives is None:  # another release has taken the place
        return
    try:
        tables = [reference.load(name)[["latitude", "longitude"]] for name in ("zips", "cities")]
    except SourceError as error:
        _LOG.error("Drives are not worked out ahead. %s", error)
        return
    drives.work_out_ahead(*pd.concat(tables).to_numpy(np.float64).T)
