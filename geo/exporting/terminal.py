"""Texts on their way to a terminal: nothing in them moves its cursor, colours it or makes a link."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ESCAPES: Final = re.compile(r"(\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)?")
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def plain(text: str) -> str:
    """Return a text on one line, without escape sequences, controls and hidden characters."""
    line = _ESCAPES.sub("", text).replace("\n", " ").replace("\t", " ")
    return "".join(c for c in line if unicodedata.category(c) not in _UNPRINTABLE)


def plain_lines(text: str) -> str:
    """Return a text with each of its lines made plain."""
    return "\n".join(plain(line) for line in text.split("\n"))
