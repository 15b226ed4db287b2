"""The page "How drive time is estimated": its figures are those of the guide, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo.i18n.language import using
from geo.reference.road_tables import ATTRIBUTION
from pages.parts import notices, page_headings
from pages.patients.parts import drive_time_html

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "geo" / "roads" / "README.md").read_text(encoding="utf-8")


def test_the_figures_are_those_of_the_guide() -> None:
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in GUIDE.splitlines()
        if line.startswith("| half of")
    ]
    told = {(row[2], row[5]) for row in rows}
    for _who, half, most, same in drive_time_html.ACCURACY:
        assert (f"{half:.1%} / {most:.1%}", f"{same:.1%}") in told
    assert f"Against {drive_time_html.DRIVES:,} drives" in GUIDE
    held = re.search(r"the range holds ([^.]*)\.", GUIDE)
    assert held is not None
    assert re.findall(r"\d+%", held[1]) == [f"{share:.0%}" for *_, share in drive_time_html.HELD]


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_page_says_all_it_lists_and_whose_roads_they_are(code: str) -> None:
    with using(code):
        page = drive_time_html.build()
        link = str(notices.link_drive_time())

    anchors = re.findall(r'href="#(\w+)"', page)
    assert anchors == re.findall(r'<section id="(\w+)"', page)
    assert len(anchors) == 5
    assert ATTRIBUTION in page
    assert "6.9%" in page.replace("6,9", "6.9").replace("\u00a0", "")
    assert ("lang=es" in link) == (code == "es")
    assert f'href="{page_headings.DRIVE_TIME.removeprefix("/")}' in link
