"""Run the benchmarks and print them as a Markdown table, or write it into a file.

python -m tests.bench [--write README.md]
"""

import argparse
import sys
from pathlib import Path

from tests.bench import Row, accessibility, dedupe, measures, nearest, nppes, regions, siting

START, END = "<!-- bench:start -->", "<!-- bench:end -->"
HEADINGS = ("what", "ours", "peer", "peer's", "ratio", "goal", "met", "agreement")


def main() -> int:
    """Run everything; 1 where a goal is not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--write", type=Path, help=f"a file with the lines {START} and {END}")
    file = parser.parse_args().write
    if file is not None:
        insert_between(
            file.read_text("utf-8"), "", file.name
        )  # complain before, not after, the run
    modules = (nearest, regions, accessibility, measures, siting, nppes, dedupe)
    rows = [row for module in modules for row in module.run()]
    table = draw_table(rows)
    if file is not None:
        file.write_text(insert_between(file.read_text("utf-8"), table, file.name), "utf-8")
    sys.stdout.write(table)
    return 0 if all(row.met for row in rows) else 1


def draw_table(rows: list[Row]) -> str:
    """Return rows as a Markdown table; the ratio is how many times as fast as the peer ours is."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(draw_row(row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def draw_row(row: Row) -> tuple[str, ...]:
    """Return the cells of a row."""
    met = "yes" if row.met else "NO"
    return (
        row.name,
        say_seconds(row.ours),
        row.peer_name,
        say_seconds(row.peer),
        f"{row.ratio:.2g}" if row.ratio < 10 else f"{row.ratio:.0f}",
        row.goal,
        met if row.least_ratio is not None else "",
        row.agreement,
    )


def say_seconds(seconds: float) -> str:
    """Return a duration in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def insert_between(text: str, table: str, name: str) -> str:
    """Return text with the table put between its two marks."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        sys.exit(f"{name} lacks the lines {START} and {END}; add them where the table belongs.")
    return f"{before}{START}\n{table}{END}{after}"


if __name__ == "__main__":
    sys.exit(main())
