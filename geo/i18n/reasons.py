"""Reasons: a code with its figures, made where a thing is found out, put into words where it is read.

Nothing reads a reason back from its words. A table that keeps reasons has three columns for them:
the English sentence, for readers of today, and beside it the code and the figures that made it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from geo.i18n.language import ENGLISH, current, gettext, ngettext, using
from geo.i18n.reason_words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Figure: TypeAlias = int | float | str

CODE: Final = "_code"
FIGURES: Final = "_figures"
"""The endings of the columns that stand beside the English words of a reason."""


@dataclass(frozen=True)
class Reason:
    """Why a thing is so, or what it is, in no language.

    Parameters
    ----------
    code : one of `geo.i18n.reason_words.WORDS`.
    figures : what its words take: numbers as they were found, not rounded, and names.
    """

    code: str
    figures: Mapping[str, Figure] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Said:
    """Words to show, and their language where it is not that of the run."""

    words: str
    language: str = ""


def say(reason: Reason) -> str:
    """Return a reason in the language of this run."""
    words = WORDS[reason.code]
    parts = {
        name: words.forms[name](value) if name in words.forms else str(value)
        for name, value in reason.figures.items()
    }
    if isinstance(words.message, str):
        return gettext(words.message).format(**parts)
    one, several = words.message
    return ngettext(one, several, float(reason.figures["count"])).format(**parts)


def say_in_english(reason: Reason) -> str:
    """Return a reason as it is kept, whatever the language of this run."""
    with using(ENGLISH):
        return say(reason)


def as_columns(name: str, reasons: Sequence[Reason]) -> dict[str, list[str]]:
    """Return the columns that keep reasons.

    Parameters
    ----------
    name : of the column of words; the others are called after it.
    reasons : one a row.

    Returns
    -------
    `<name>` (English), `<name>_code`, `<name>_figures` (a JSON object).
    """
    return {
        name: [say_in_english(reason) for reason in reasons],
        f"{name}{CODE}": [reason.code for reason in reasons],
        f"{name}{FIGURES}": [_write_figures(reason.figures) for reason in reasons],
    }


def say_kept(row: Mapping[Any, Any], name: str) -> Said:
    """Return the reason that a row of a table keeps, in the language of this run.

    A table without codes, as releases of schema 1 hold, and a code that this program does not know
    have their English words alone: they are given as they are, and said to be English.

    Parameters
    ----------
    row : with the columns of `as_columns`; those that it lacks are taken for empty.
    name : of the column of words.
    """
    code = str(row.get(f"{name}{CODE}", ""))
    if code in WORDS:
        return Said(say(Reason(code, json.loads(str(row.get(f"{name}{FIGURES}", "{}"))))))
    return Said(str(row[name]), "" if current() == ENGLISH else ENGLISH)


def _write_figures(figures: Mapping[str, Figure]) -> str:
    """Return figures as JSON, which knows no infinite number: that is written as text."""
    safe = {
        name: str(value) if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in figures.items()
    }
    return json.dumps(safe, ensure_ascii=False)
