"""Let many visitors search at once and print what they met as a Markdown table.

python -m tests.bench.load [--seconds 60] [--soak [MINUTES] | --programs] [--write tests/bench/README.md]
"""

import argparse
import sys
import tempfile
from itertools import chain
from pathlib import Path

from tests.bench.load import programs
from tests.bench.load.trials import Row, run, soak
from tests.bench.tables import draw_markdown

START, END = "<!-- load:start -->", "<!-- load:end -->"
HEADINGS = ("what", "figure", "a plain page", "the same, our settings", "goal", "met")
PEER = (
    "The plain page is a Streamlit page that takes a text and does nothing: as Streamlit comes, by "
    "which the goals are judged, and under the settings of `.streamlit/config.toml`.\n"
)


def main() -> int:
    """Run everything; 1 where a goal is not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each load is held")
    parser.add_argument("--soak", type=float, nargs="?", const=60.0, help="minutes; only this")
    parser.add_argument("--programs", action="store_true", help="only programs beside visitors")
    parser.add_argument("--write", type=Path, help=f"a file with the lines {START} and {END}")
    options = parser.parse_args()
    file = options.write
    if file is not None and insert_between(file.read_text("utf-8"), "") is None:
        # Before the run, not after it.
        sys.exit(f"{file} lacks the lines {START} and {END}; add them where the table belongs.")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if options.soak is not None:
            found = iter([soak(home, options.soak)])
        elif options.programs:
            found = programs.run(home, options.seconds)
        else:
            found = chain(run(home, options.seconds), programs.run(home / "api", options.seconds))
        for row in found:
            rows.append(row)
            sys.stderr.write(f"{row.what}: {row.figure} | {row.peer} | {row.set_up}\n")
    text = f"{draw_markdown(HEADINGS, map(draw_row, rows))}\n{PEER}"
    if file is not None:
        file.write_text(insert_between(file.read_text("utf-8"), text) or "", "utf-8")
    sys.stdout.write(text)
    return 0 if all(row.met is not False for row in rows) else 1


def draw_row(row: Row) -> tuple[str, ...]:
    """Return the cells of a row."""
    met = {None: "", True: "yes", False: "NO"}[row.met]
    return (row.what, row.figure, row.peer, row.set_up, row.goal, met)


def insert_between(text: str, table: str) -> str | None:
    """Return text with a table put between its two marks; None where it lacks them."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    return f"{before}{START}\n{table}{END}{after}" if start and end else None


if __name__ == "__main__":
    sys.exit(main())
