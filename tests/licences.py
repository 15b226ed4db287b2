"""The licences of what the product runs on: `python -m tests.licences` writes data/licences.csv."""

from __future__ import annotations

import csv
import importlib.metadata
import io
import re
import sys
from pathlib import Path

from tests import requirements

FILE = Path(__file__).resolve().parents[1] / "data" / "licences.csv"
UNSAID = {"colorama": "BSD-3-Clause", "streamlit-folium": "MIT", "tzdata": "Apache-2.0"}
"""What wheels do not say, or of those that Windows alone needs; from the LICENSE in the package's
repository."""
DATA = (
    ("roads_*.parquet (OpenStreetMap, by scgraph_data)", "2.0.0", "ODbL-1.0"),
    ("airports.parquet (airportsdata)", "20260905", "MIT"),
)
"""Files that ship under a licence of their own, below the packages in the table."""


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
    """Return the table as CSV: `package`, `version`, `licence`, of all in data/requirements.txt."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["package", "version", "licence"])
    for name, package in requirements.read(requirements.PRODUCT_LIST.read_text("utf-8")).items():
        writer.writerow([name, package.version, read_licence(name)])
    writer.writerows(DATA)
    return out.getvalue()


if __name__ == "__main__":
    FILE.write_text(draw_table(), "utf-8")
    sys.stdout.write(f"{FILE} written\n")
