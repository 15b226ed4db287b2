"""What is free within this process is given back to the system, which the C library alone puts off.

glibc keeps what was freed, in a heap for each thread that came across another's: after roads and
tables were loaded some 200 MB, of which visits take a little here and a little there for hours.
"""

from __future__ import annotations

import ctypes
import functools
import sys
from typing import Final

HEAPS: Final = 2
"""Threads that allocate at once are few: all but one wait for the interpreter."""

_ARENA_MAX: Final = -8  # M_ARENA_MAX of malloc.h


def keep_few_heaps() -> None:
    """Have all threads share `HEAPS` heaps; those that are there already stay.

    Where the C library is not glibc nothing is done.
    """
    if library := _find_glibc():
        library.mallopt(_ARENA_MAX, HEAPS)


def give_back() -> None:
    """Give back every page that nothing stands in; takes some milliseconds.

    Where the C library is not glibc nothing is done.
    """
    if library := _find_glibc():
        library.malloc_trim(0)


@functools.cache
def _find_glibc() -> ctypes.CDLL | None:
    """Return the C library of this process if it is glibc."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
