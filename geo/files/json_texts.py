"""JSON, read within bounds of depth and of how much is in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.files.too_much import TooMuchError

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST: Final = 200
"""Lists and objects inside each other; a geometry has four, a reply of a service six or so."""

MOST_CONTAINERS: Final = 4_000_000
"""Lists and objects: 50 MB of polygons have as many, in half a gigabyte of memory."""

MOST_VALUES: Final = 12_000_000

_BLOCK: Final = 1 << 22
_OPENING: Final = (ord("["), ord("{"))
_CLOSING: Final = (ord("]"), ord("}"))
_QUOTE: Final = ord('"')
_COMMA: Final = ord(",")


def load(
    data: bytes,
    *,
    parse_float: Callable[[str], object] | None = None,
    parse_constant: Callable[[str], object] | None = None,
    object_pairs_hook: Callable[[list[tuple[str, object]]], object] | None = None,
) -> object:
    """Return the value of a JSON text.

    Parameters
    ----------
    data : UTF-8, with or without a byte-order mark.
    parse_float, parse_constant, object_pairs_hook : as of `json.loads`.

    Raises
    ------
    TooMuchError : it is deeper than `DEEPEST`, or holds more than `MOST_CONTAINERS` lists and
        objects or `MOST_VALUES` values.
    UnicodeDecodeError : it is no UTF-8.
    ValueError : it is no JSON.
    """
    check(data)
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_float=parse_float,
            parse_constant=parse_constant,
            object_pairs_hook=object_pairs_hook,
        )
    except RecursionError as error:  # on a stack that is nearly full already
        raise TooMuchError("is nested too deep") from error


def check(data: bytes) -> None:
    """Raise if a JSON text is too deep or holds too much, from its brackets and commas alone.

    Raises
    ------
    TooMuchError : as `load`.
    """
    # A backslash says nothing of what follows it once its pairs are gone; then a quote is a quote.
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in data else data
    depth = containers = values = 0
    in_text = False
    for start in range(0, len(plain), _BLOCK):
        block = np.frombuffer(plain, np.uint8, min(_BLOCK, len(plain) - start), start)
        quoted = np.bitwise_xor.accumulate(block == _QUOTE) ^ in_text
        in_text = bool(quoted[-1])
        outside = ~quoted
        opening = np.isin(block, _OPENING) & outside
        closing = np.isin(block, _CLOSING) & outside
        at = np.flatnonzero(opening | closing)
        depths = depth + np.cumsum(np.where(opening[at], 1, -1))
        containers += int(np.count_nonzero(opening))
        values += int(np.count_nonzero((block == _COMMA) & outside))
        if len(at):
            if depths.max() > DEEPEST:
                raise TooMuchError(f"is nested deeper than {DEEPEST} levels")
            depth = int(depths[-1])
        if containers > MOST_CONTAINERS or values + containers > MOST_VALUES:
            raise TooMuchError(
                f"holds more than {MOST_CONTAINERS:,} lists and objects, or more than "
                f"{MOST_VALUES:,} values"
            )
