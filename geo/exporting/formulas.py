"""Texts that a spreadsheet would run as a formula: harmless on the way out, restored on the way in."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

_BEGIN_FORMULAS: Final = frozenset("=+-@\u2212")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_UNSEEN_KINDS: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})
_UNSEEN_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # fillers, drawn as nothing


def escape_formula(text: str) -> str:
    """Return a text fit for a cell: an apostrophe in front of what would run as a formula.

    What is not seen in front of a formula, such as spaces, controls and marks without a width, is
    dropped by one spreadsheet or another. A formula that has apostrophes in front already gets one
    more, so that `restore` gives it back. A number in text, such as a phone's, stays as it is. Line
    breaks become line feeds: a bare carriage return would end the row.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if _is_formula(text.lstrip("'")) else text


def escape_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts are fit for cells, whatever kind of column they stand in."""
    held = list(table.select_dtypes(["object", "str", "category"]).columns)
    texts = table[held].astype("object").map(_escape_value)
    return table.assign(**{name: texts[name] for name in held})


def _escape_value(value: object) -> object:
    return escape_formula(value) if isinstance(value, str) else value


def restore(text: str) -> str:
    """Return what stood in a cell before `escape_formula`; any other text stays as it is."""
    return text[1:] if text.startswith("'") and _is_formula(text.lstrip("'")) else text


def _is_formula(text: str) -> bool:
    first = next((each for each in text if not _is_unseen(each)), "")
    # Wide, small and raised forms are the sign itself to some programs.
    return unicodedata.normalize("NFKC", first) in _BEGIN_FORMULAS and not _NUMBER.fullmatch(text)


def _is_unseen(character: str) -> bool:
    return character in _UNSEEN_LETTERS or unicodedata.category(character) in _UNSEEN_KINDS
