"""What the tests ran of the product: `python -m tests.lines_covered`, after a run with `--cov`.

Prints the share of lines in all, and each module of which less than `LEAST` percent was run.
"""

import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

LEAST = 80


def measure() -> dict[str, float]:
    """Return file -> percent of its lines that were run; all files together under `""`."""
    kept = Coverage()
    # What the test of patterns runs by itself has the name of its place, which is no file.
    kept.set_option("run:disable_warnings", ["couldnt-parse"])
    kept.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        kept.json_report(outfile=str(report), ignore_errors=True)
        told = json.loads(report.read_text("utf-8"))
    shares = {name: each["summary"]["percent_covered"] for name, each in told["files"].items()}
    return {"": told["totals"]["percent_covered"], **shares}


def describe(shares: dict[str, float]) -> str:
    """Return the lines to print."""
    low = sorted((share, name) for name, share in shares.items() if name and share < LEAST)
    lines = [f"Lines that the tests ran: {shares['']:.1f}% of {len(shares) - 1} modules."]
    lines += [f"  {share:.1f}% {name}" for share, name in low]
    if not low:
        lines.append(f"No module is under {LEAST}%.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(describe(measure()) + "\n")
