"""Charts of coverage for print: the ranking with its bands, and the curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.i18n.language import format_number, format_percent
from geo.maps.print_sheet import INK, LINE, SOFT, lay_out, save

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axis import Axis

    from geo.maps.print_sheet import Words

COLOURS: Final = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#b3589a",
    "#8c6d00",
    "#3f9bd1",
    "#7f7f7f",
    "#c23b22",
    "#4c4cb0",
    "#5a8f3c",
)
"""Okabe and Ito (2008), Color Universal Design, darkened where text-weight lines need it."""

_DASHES: Final = ("-", (0, (5, 1.5)), (0, (2, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
_ROW_INCHES: Final = 0.19
_DOT: Final = "#0b5a56"


@dataclass(frozen=True)
class Ranking:
    """A ranking to draw.

    Parameters
    ----------
    names : of the areas, the first on top.
    values, lows, highs : of each; NaN where there is none.
    nation : the same figure of the whole country; None where it does not compare.
    axis : what is measured.
    is_share : whether the values are shares, 0 to 1.
    """

    names: Sequence[str]
    values: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]
    nation: float | None
    axis: str
    is_share: bool


def draw_ranking(ranking: Ranking, words: Words, form: str) -> bytes:
    """Return a ranking as a file for print: a dot an area, a line for its band.

    Parameters
    ----------
    words : around it.
    form : `svg` or `png`.
    """
    count = len(ranking.names)
    figure, axes = lay_out(words, count * _ROW_INCHES + 0.75, left=2.3)
    rows = np.arange(count)
    lows, highs = np.asarray(ranking.lows, float), np.asarray(ranking.highs, float)
    if ranking.nation is not None:
        axes.axvline(ranking.nation, color=SOFT, linewidth=0.8)
    axes.hlines(rows, lows, highs, color=INK, linewidth=1.4, alpha=0.65)
    axes.plot(ranking.values, rows, "o", color=_DOT, markersize=4)
    axes.set_ylim(count - 0.4, -0.6)
    axes.set_yticks(rows)
    for label, name in zip(
        axes.set_yticklabels(ranking.names, size=7.5), ranking.names, strict=True
    ):
        label.set_parse_math(False)
        label.set_text(name)
    axes.set_xlabel(ranking.axis, size=8, color=INK)
    axes.tick_params(labelsize=7.5, colors=INK, length=2)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=LINE, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    _write_numbers(axes.xaxis, is_share=ranking.is_share)
    return save(figure, form, words)


def draw_curves(
    table: pd.DataFrame, steps: str, axes_words: tuple[str, str], words: Words, form: str
) -> bytes:
    """Return curves of coverage as a file for print, a line an area, its band tinted.

    Parameters
    ----------
    table : `area`, the column of steps, `share`, `share_low`, `share_high` (0 to 1).
    steps : miles or minutes.
    axes_words : of the steps and of the share.
    words : around it.
    form : `svg` or `png`.
    """
    figure, axes = lay_out(words, 3.9, left=0.65)
    for at, (area, rows) in enumerate(table.groupby("area", sort=False)):
        colour = COLOURS[at % len(COLOURS)]
        axes.fill_between(
            rows[steps],
            rows["share_low"],
            rows["share_high"],
            color=colour,
            alpha=0.15,
            linewidth=0,
        )
        axes.plot(
            rows[steps],
            rows["share"],
            color=colour,
            linestyle=_DASHES[at % len(_DASHES)],
            linewidth=1.3,
            label=str(area),
        )
    axes.set_ylim(0, 1)
    axes.set_xlim(0, float(table[steps].max()))
    axes.set_xlabel(axes_words[0], size=8, color=INK)
    axes.set_ylabel(axes_words[1], size=8, color=INK)
    axes.tick_params(labelsize=7.5, colors=INK, length=2)
    axes.grid(color=LINE, linewidth=0.4)
    axes.spines[["top", "right"]].set_visible(False)
    _write_numbers(axes.yaxis, is_share=True)
    axes.legend(fontsize=7, frameon=False, loc="lower right", ncols=2)
    return save(figure, form, words)


def _write_numbers(axis: Axis, *, is_share: bool) -> None:
    """Let an axis write its numbers in the language of the run."""
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415  # 380 ms: matplotlib

    def write(value: float, _place: int) -> str:
        return (
            format_percent(value)
            if is_share
            else format_number(value, 0 if value == round(value) else 1)
        )

    axis.set_major_formatter(FuncFormatter(write))
