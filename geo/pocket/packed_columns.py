"""Whole numbers by columns, packed so that a browser unpacks them by itself."""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MAGIC: Final = b"CFT1"
"""The first bytes; the number counts what a script that reads an earlier table could not read."""

_LEVEL: Final = 9
_BYTES: Final = 4


def pack_columns(columns: Mapping[str, NDArray[np.int32]], facts: Mapping[str, Any]) -> bytes:
    """Return a table as gzip packs it.

    Numbers are written without their sign (0, -1, 1, -2 as 0, 1, 2, 3), first the lowest byte of
    all, then the next; as steps from each to the next where that is smaller.

    Parameters
    ----------
    columns : name -> (n,) whole numbers, within 2^30 of 0.
    facts : what else the reader is to know, ready for JSON.
    """
    headers, bodies = [], []
    for name, values in columns.items():
        whole = _write(values)
        steps = _write(np.diff(values, prepend=np.int32(0)))
        is_steps = len(zlib.compress(steps)) < len(zlib.compress(whole))
        body = steps if is_steps else whole
        planes = len(body) // len(values) if len(values) else 0
        headers.append({"name": name, "count": len(values), "planes": planes, "steps": is_steps})
        bodies.append(body)
    header = pack_text({"columns": headers, "facts": facts})
    content = b"".join([MAGIC, struct.pack("<I", len(header)), header, *bodies])
    return gzip.compress(content, _LEVEL, mtime=0)


def pack_json(content: object) -> bytes:
    """Return what goes into JSON as gzip packs it."""
    return gzip.compress(pack_text(content), _LEVEL, mtime=0)


def pack_text(content: object) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _write(values: NDArray[np.int32]) -> bytes:
    signed = values.astype(np.int64)
    coded = ((signed << 1) ^ (signed >> 63)).astype("<u4")
    planes = coded.view(np.uint8).reshape(-1, _BYTES).T
    used = max((at + 1 for at in range(_BYTES) if planes[at].any()), default=1)
    return planes[:used].tobytes()
