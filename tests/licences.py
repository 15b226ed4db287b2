"""The licences of what the product runs on: `python -m tests.licences` writes data/licences.csv."""

from __future__ import annotations

import csv
import importlib.metadata
import io
import re
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FILE = Path(__file__).resolve().parents[1] / "data" / "licences.csv"
PRODUCT = "clinic-finder"
UNSAID = {"streamlit-folium": "MIT"}
"""What wheels do not say; from the LICENSE in the package's repository."""


def find_needed(name: str = PRODUCT, extras: frozenset[str] = frozenset({"scale"})) -> set[str]:
    """Return the distributions that one needs to run, through all of theirs, without itself."""
    found: set[str] = set()
    waiting = [(name, extras)]
    seen = set()
    while waiting:
        at, wanted = waiting.pop()
        if (at, wanted) in seen:
            continue
        seen.add((at, wanted))
        for text in importlib.metadata.requires(at) or ():
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in wanted | {""}):
                needed = canonicalize_name(requirement.name)
                found.add(needed)
                waiting.append((needed, frozenset(requirement.extras)))
    return found


def read_licence(name: str) -> str:
    """Return what a distribution says of its licence, in one line."""
    if name in UNSAID:
        return UNSAID[name]
    facts = importlib.metadata.metadata(name)
    classified = [
        entry.rpartition("::")[2].strip()
        for entry in facts.get_all("Classifier") or ()
        if entry.startswith("License ::") and not entry.endswith("OSI Approved")
    ]
    told = facts.get("License-Expression") or "; ".join(classified) or facts.get("License") or ""
    return re.sub(r"\s+", " ", told).strip()[:80]


def draw_table() -> str:
    """Return the table as CSV: `package`, `version`, `licence`, by package."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["package", "version", "licence"])
    for name in sorted(find_needed()):
        writer.writerow([name, importlib.metadata.version(name), read_licence(name)])
    return out.getvalue()


if __name__ == "__main__":
    FILE.write_text(draw_table(), "utf-8")
    sys.stdout.write(f"{FILE} written\n")
