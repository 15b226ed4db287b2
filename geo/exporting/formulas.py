"""Texts that a spreadsheet would run as a formula: harmless on the way out, restored on the way in."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def escape_formula(text: str) -> str:
    """Return a text fit for a cell: an apostrophe in front of what would run as a formula.

    A formula that has apostrophes in front already gets one more, so that `restore` gives it back.
    A number in text, such as a phone's, stays as it is. Line breaks become line feeds: a bare
    carriage return would end the row.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if _is_formula(text.lstrip("'")) else text


def restore(text: str) -> str:
    """Return what stood in a cell before `escape_formula`; any other text stays as it is."""
    return text[1:] if text.startswith("'") and _is_formula(text.lstrip("'")) else text


def _is_formula(text: str) -> bool:
    return _FORMULA.match(text) is not None and not _NUMBER.fullmatch(text)
