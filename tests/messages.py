"""Every message of the product, from its sources and its data, for the catalogues.

`python -m tests.messages` brings the catalogues in data/locale up to date: new messages come without
a translation, those no longer used go.
"""

from __future__ import annotations

import csv
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "data" / "locale"
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "nmark": (1, 2),
    "pgettext": ((1, "c"), 2),
}
"""The functions of `geo.i18n.language` that name a message, and which of their arguments it is."""


def extract() -> Catalog:
    """Return a template of all messages, each with the files it stands in."""
    template = Catalog(project="clinic-finder", fuzzy=False)
    for folder in ("geo", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            found = extract_from_file("python", path, keywords=KEYWORDS, strip_comment_tags=True)
            for line, message, comments, context in found:
                template.add(
                    message, locations=[(name, line)], auto_comments=comments, context=context
                )
    for message in extract_data():
        template.add(message, locations=[("data/listings.csv", None)])
    return template


def extract_data() -> list[str]:
    """Return our own words in the listings: the remarks, and sources that have no name."""
    with (ROOT / "data" / "listings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sources = (row["source"] for row in rows if row["source"][:1].islower())
    notes = (row["note"] for row in rows if row["note"])
    return sorted({*sources, *notes})


def update(path: Path, template: Catalog) -> None:
    """Bring a catalogue up to date; its header, which holds fields of our own, stays as it is."""
    before = path.read_bytes()
    header, _blank, _messages = before.partition(b"\n\n")
    catalogue = read_po(BytesIO(before), locale=path.stem)
    catalogue.update(template, no_fuzzy_matching=True, keep_user_comments=True)
    catalogue.obsolete.clear()
    written = BytesIO()
    write_po(
        written, catalogue, width=100, omit_header=True, sort_by_file=True, include_lineno=False
    )
    path.write_bytes(header + b"\n\n" + written.getvalue().strip() + b"\n")


if __name__ == "__main__":
    messages = extract()
    for file in sorted(FOLDER.glob("*.po")):
        update(file, messages)
