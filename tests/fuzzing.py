"""What the fuzz tests share: texts and bytes to try, and what may come of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

from geo.errors import GeoError
from tests.handmade.hostile import TEXTS

LONGEST = 10_000
"""Characters of the longest text that is timed."""

BOUND_SECONDS = 1.0
"""CPU that no text of `LONGEST` characters may take."""

PIECES = [
    "60601", "00000", "Chicago", "St. Louis", "IL", "Illinois", "PR", "AE", "near ", " me", "zip",
    "41.88", "-87.6", "°", "N", "W", "'", '"', ",", ", ", " ", "-", ".", "#", "/", "\n", "\t", "(",
    "Suite", "Ste", "Apt", "PO Box", "1/2", "100", "Main St", "Hwy", "US", "USA", "&", "é", "١٢",
    "e", "E5", "nan", "inf", "1e999", "-0", "٦٠٦٠١", "\u200b", "\u202e", "\x00", "\x1b[2J",
]  # fmt: skip

texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.sampled_from([text[:300] for text in TEXTS]),
)

long_texts = st.builds(
    lambda before, pump, after: (before + pump * (LONGEST // len(pump)) + after)[:LONGEST],
    st.sampled_from(["", "1", "60601 ", "Main St "]),
    st.one_of(st.sampled_from(PIECES), st.text(min_size=1, max_size=4)),
    st.sampled_from(["", "!", "\x00", ", IL"]),
)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -1, 0, 2**63])
    | st.floats()
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)

DEEP = "[" * 100_000
"""Of no reply; where a parser recurses, it ends in a RecursionError."""


@contextmanager
def only_geo_errors() -> Iterator[None]:
    """Let a `GeoError` pass, whose sentence must be one; nothing else is one."""
    try:
        yield
    except GeoError as error:
        if not str(error).strip():
            raise AssertionError("the error says nothing") from error


@contextmanager
def bounded(seconds: float = BOUND_SECONDS) -> Iterator[None]:
    """Fail where the block takes more of this thread's CPU."""
    began = time.thread_time()
    yield
    took = time.thread_time() - began
    assert took < seconds, f"it took {took:.2f} s of CPU"


def try_read(read: Callable[[], object]) -> None:
    """Read, through to the end where it is an iterator; only a `GeoError` may come of it."""
    with only_geo_errors():
        answer = read()
        if hasattr(answer, "__next__"):
            list(answer)  # type: ignore[call-overload]


@st.composite
def damaged(draw: st.DrawFn, sound: bytes) -> bytes:
    """Return bytes that were whole: bits turned, cut off, or a stretch overwritten."""
    data = bytearray(sound)
    how = draw(st.sampled_from(["bits", "cut", "stretch", "twice", "other"]))
    if how == "other" or not data:
        return draw(st.binary(max_size=300))
    if how == "cut":
        return bytes(data[: draw(st.integers(0, len(data) - 1))])
    if how == "bits":
        for _ in range(draw(st.integers(1, 6))):
            data[draw(st.integers(0, len(data) - 1))] ^= 1 << draw(st.integers(0, 7))
        return bytes(data)
    at = draw(st.integers(0, len(data) - 1))
    if how == "twice":
        return bytes(data[:at] + data[max(0, at - 50) :])
    new = draw(st.binary(min_size=1, max_size=40))
    return bytes(data[:at] + new + data[at + len(new) :])
