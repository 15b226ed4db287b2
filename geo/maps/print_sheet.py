"""The sheet that a figure for print stands on: title, place for the drawing, caption and source.

Matplotlib is loaded when a figure is drawn, and never by pages for patients. Figures are made without
pyplot, whose state all threads of a server would share.
"""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#17242d"
SOFT: Final = "#4d5c66"
LINE: Final = "#c5ced4"

_WIDTH: Final = 7.2  # inches: two columns of a journal
_DOTS: Final = 300  # an inch
_COLUMNS: Final = 122  # signs of the caption in a line
_LINE_INCHES: Final = 0.145
_HEAD_INCHES: Final = 0.5
_FOOT_INCHES: Final = 0.12
_MARGIN_INCHES: Final = 0.2


@dataclass(frozen=True)
class Words:
    """What stands around a drawing.

    Parameters
    ----------
    title : in a line.
    caption : what is drawn, and how sure it is.
    source : release, data and their licences.
    """

    title: str
    caption: str
    source: str


def lay_out(
    words: Words, height: float, *, left: float = 0.2, bottom: float = 0.45
) -> tuple[Figure, Axes]:
    """Return a figure with its words, and the axes to draw on.

    Parameters
    ----------
    words : around it.
    height : of the drawing, inches.
    left, bottom : room left of it and below, inches.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415  # 380 ms; few take a figure away

    lines = [*_wrap(words.caption), *_wrap(words.source)]
    below = _FOOT_INCHES + len(lines) * _LINE_INCHES + _MARGIN_INCHES
    whole = _HEAD_INCHES + height + below
    figure = Figure(figsize=(_WIDTH, whole), dpi=_DOTS, facecolor="white")
    plain: dict[str, Any] = {"parse_math": False, "ha": "left", "va": "top"}
    edge = _MARGIN_INCHES / _WIDTH
    figure.text(edge, 1 - 0.16 / whole, words.title, size=11, weight="bold", color=INK, **plain)
    for row, line in enumerate(lines):
        figure.text(
            edge,
            (below - _FOOT_INCHES - row * _LINE_INCHES) / whole,
            line,
            size=7,
            color=INK if row < len(_wrap(words.caption)) else SOFT,
            **plain,
        )
    axes = figure.add_axes(
        (
            left / _WIDTH,
            (below + bottom) / whole,
            1 - (left + _MARGIN_INCHES) / _WIDTH,
            (height - bottom) / whole,
        )
    )
    return figure, axes


def save(figure: Figure, form: str, words: Words) -> bytes:
    """Return a figure as a file.

    Parameters
    ----------
    form : `svg`, or `png` of 300 dots an inch.
    words : whose title and source go into the file's facts.
    """
    facts = {"Title": words.title, "Source" if form == "svg" else "Comment": words.source}
    if form == "svg":
        facts["Date"] = None  # type: ignore[assignment]  # matplotlib's word for none
    buffer = io.BytesIO()
    figure.savefig(buffer, format=form, metadata=facts)
    return buffer.getvalue()


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, _COLUMNS)
