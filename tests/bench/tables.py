"""Measurements as Markdown tables: one of ratios, one of how cost grows with the size."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from tests.bench import Row

START, END = "<!-- bench:start -->", "<!-- bench:end -->"
HEADINGS = ("what", "ours", "peer", "peer's", "ratio", "goal", "met", "agreement")
GROWTH_HEADINGS = ("what", "whose", "sizes", "time at each", "exponent", "peak at the largest")
LEAST_SIZES = 2


def draw_tables(rows: list[Row]) -> str:
    """Return the table of ratios and, where sizes were compared, the one of growth."""
    text = draw_table(rows)
    growth = draw_growth(rows)
    return f"{text}\nHow cost grows with size:\n\n{growth}" if growth else text


def draw_table(rows: list[Row]) -> str:
    """Return rows as a table; the ratio is how many times as fast as the peer ours is."""
    return draw_markdown(HEADINGS, (draw_row(row) for row in rows if row.peer_name))


def draw_row(row: Row) -> tuple[str, ...]:
    """Return the cells of a row."""
    here = not math.isnan(row.peer)
    met = "yes" if row.met else "NO"
    ratio = f"{row.ratio:.2g}" if row.ratio < 10 else f"{row.ratio:.0f}"
    return (
        row.name,
        say_seconds(row.ours),
        row.peer_name,
        say_seconds(row.peer) if here else "not here",
        ratio if here else "",
        row.goal,
        met if row.judged or not row.agrees else "",
        row.agreement,
    )


def draw_growth(rows: Sequence[Row]) -> str:
    """Return a line for each family of rows that has several sizes, and for each of its peers."""
    lines = []
    for family in dict.fromkeys(row.family for row in rows if row.family):
        members = sorted((row for row in rows if row.family == family), key=lambda row: row.size)
        ours = [(row.size, row.ours, row.peak_bytes) for row in members]
        lines += draw_growth_line(family, "ours", ours)
        for peer in dict.fromkeys(row.peer_name for row in members if row.peer_name):
            theirs = [
                (row.size, row.peer, row.peer_peak_bytes)
                for row in members
                if row.peer_name == peer and not math.isnan(row.peer)
            ]
            lines += draw_growth_line(family, peer, theirs)
    return draw_markdown(GROWTH_HEADINGS, lines) if lines else ""


def draw_growth_line(
    family: str, whose: str, points: Iterable[tuple[int, float, float]]
) -> list[tuple[str, ...]]:
    """Return the cells of one line, or none where there are not several sizes."""
    seconds: dict[int, float] = {}
    peak = math.nan
    for size, taken, held in points:
        seconds.setdefault(size, taken)  # ours stands in a row for each of its peers
        if size == max(seconds) and not math.isnan(held):
            peak = held
    if len(seconds) < LEAST_SIZES:
        return []
    return [
        (
            family,
            whose,
            " / ".join(f"{size:,}" for size in seconds),
            " / ".join(say_seconds(taken) for taken in seconds.values()),
            f"{fit_exponent(list(seconds), list(seconds.values())):.2f}",
            "" if math.isnan(peak) else say_bytes(peak),
        )
    ]


def fit_exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Return b of seconds = a * size**b, by least squares of the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def draw_markdown(headings: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    """Return a table of Markdown."""
    drawn = [headings, ("---",) * len(headings), *lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in drawn)


def say_seconds(seconds: float) -> str:
    """Return a duration in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def say_bytes(count: float) -> str:
    """Return an amount of memory in the unit that suits it."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def insert_between(text: str, table: str) -> str | None:
    """Return text with a table put between its two marks; None where it lacks them."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    return f"{before}{START}\n{table}{END}{after}" if start and end else None
