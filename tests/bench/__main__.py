"""Run the benchmarks and print them as Markdown tables, or write them into a file.

python -m tests.bench [--only NAME] [--write tests/bench/README.md]
"""

import argparse
import importlib
import sys
from pathlib import Path

from tests.bench.tables import END, START, draw_tables, insert_between

MODULES = (
    "nearest",
    "regions",
    "accessibility",
    "measures",
    "siting",
    "siting_by_road",
    "nppes",
    "dedupe",
    "scale",
    "felt",
    "map_layer",
    "drive_times",
    "api_nearest",
)


def main() -> int:
    """Run everything; 1 where a goal is not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--write", type=Path, help=f"a file with the lines {START} and {END}")
    parser.add_argument("--only", action="append", choices=MODULES, help="may be said repeatedly")
    options = parser.parse_args()
    file = options.write
    if file is not None and insert_between(file.read_text("utf-8"), "") is None:
        # Before the run, not after it.
        sys.exit(f"{file} lacks the lines {START} and {END}; add them where the tables belong.")
    rows = []
    for name in options.only or MODULES:
        rows += importlib.import_module(f"tests.bench.{name}").run()
        sys.stderr.write(f"{name} is done.\n")
        if file is not None:  # after each, since all take long
            tables = insert_between(file.read_text("utf-8"), draw_tables(rows))
            file.write_text(tables, "utf-8")
    sys.stdout.write(draw_tables(rows))
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
