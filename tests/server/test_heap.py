"""What was freed goes back to the system, and threads do not each keep a heap of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from geo.server import heap

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not os.confstr("CS_GNU_LIBC_VERSION"), reason="not glibc's heaps"
)

PIECES, PIECE_BYTES = 40_000, 2_000
KEPT_OF = 100
"""Of so many pieces one stays, so that no end of a heap is free, which glibc gives back by itself."""

COUNT_HEAPS = f"""
import ctypes, sys, threading
from geo.server import heap
heap.keep_few_heaps()
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
everybody = threading.Barrier(6)
def hold():
    piece = bytes({PIECE_BYTES})
    everybody.wait()
threads = [threading.Thread(target=hold) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
file = library.fopen(sys.argv[1].encode(), b"w")
library.malloc_info(0, ctypes.c_void_p(file))
library.fclose(ctypes.c_void_p(file))
"""


def read_memory_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_pages_that_nothing_stands_in_are_given_back() -> None:
    pieces = [bytes(PIECE_BYTES) for _ in range(PIECES)]
    kept = pieces[::KEPT_OF]
    del pieces
    before = read_memory_bytes()
    heap.give_back()
    assert before - read_memory_bytes() > 0.8 * PIECES * PIECE_BYTES
    assert len(kept) == PIECES // KEPT_OF


def test_threads_share_the_heaps(tmp_path: Path) -> None:
    told = tmp_path / "heaps.xml"
    subprocess.run([sys.executable, "-c", COUNT_HEAPS, str(told)], check=True)
    assert told.read_text("ascii").count("<heap nr=") <= heap.HEAPS
