"""Screenshots of every page and state, one image a page: `python -m tests.browser.contact_sheet`.

The images stand beside the named one: `sheet.png` gives `sheet-find.png`, `sheet-coverage.png`, ...
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import start_server, stop_server
from tests.browser.states import ANALYSTS, OPERATORS, PATIENTS, State, settle

MARGIN = 24
LABEL_HEIGHT = 34
PATIENCE_MS = 60_000
MOST_PIXELS = 2_600
AS_MET = frozenset({"start", "results", "error"})  # without scrolling; the others whole


@dataclass(frozen=True)
class Look:
    """A window, a theme and a language."""

    name: str
    width: int
    height: int
    theme: str = "light"
    language: str = "en"

    def options(self) -> dict[str, Any]:
        """Return what Playwright makes such a window from."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": self.theme,
            "reduced_motion": "reduce",
            "has_touch": self.width < 700,
            "is_mobile": self.width < 700,
        }


WIDE, TABLET, PHONE = (1280, 900), (820, 1100), (390, 844)
LOOKS = (
    Look("wide, light", *WIDE),
    Look("wide, dark", *WIDE, theme="dark"),
    Look("wide, Spanish", *WIDE, language="es"),
    Look("tablet, light", *TABLET),
    Look("tablet, dark, Spanish", *TABLET, theme="dark", language="es"),
    Look("phone, light", *PHONE),
    Look("phone, dark", *PHONE, theme="dark"),
    Look("phone, Spanish", *PHONE, language="es"),
    Look("phone, dark, Spanish", *PHONE, theme="dark", language="es"),
)


def main() -> int:
    """Take all pictures; 0 when every image is written."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.contact_sheet")
    parser.add_argument("out", type=Path, help="where the images go, beside this name")
    parser.add_argument("pages", nargs="*", help="only these pages, `find` for one")
    asked = parser.parse_args()
    states = [
        state
        for state in (*PATIENTS, *ANALYSTS, *OPERATORS)
        if not asked.pages or state.page in asked.pages
    ]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environment = {"CLINIC_FINDER_OPERATORS": "local", "CLINIC_FINDER_REPORTS": "on"}
        server = start_server(Path(folder), environment=environment)
        browser = chromium.launch(playwright)
        contexts = {look: browser.new_context(**look.options()) for look in LOOKS}
        for context in contexts.values():
            server.let_in(context)
        try:
            for page, group in groupby(states, key=lambda state: state.page):
                out = asked.out.with_stem(f"{asked.out.stem}-{page.replace(' ', '-')}")
                compose(list(take(contexts, server.url, list(group)))).save(out)
                sys.stdout.write(f"{out}\n")
        finally:
            browser.close()
            stop_server(server)
    return 0


def take(
    contexts: dict[Look, BrowserContext], url: str, states: list[State]
) -> Iterator[list[tuple[str, Image.Image]]]:
    """Yield the labelled pictures of each state, a row a state."""
    for state in states:
        row = []
        for look, context in contexts.items():
            if state in OPERATORS and look.language != "en":
                continue
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            state.reach(page, url, look.language)
            if state.name not in AS_MET:
                tall = page.evaluate("document.querySelector('.stMain').scrollHeight")
                height = min(max(tall, look.height), MOST_PIXELS)
                page.set_viewport_size({"width": look.width, "height": height})
                settle(page, has_map=state.has_map)
            picture = Image.open(io.BytesIO(page.screenshot()))
            row.append((f"{state.page}: {state.name} ({look.name})", picture))
            page.evaluate("localStorage.clear()")
            page.close()
        yield row


def compose(rows: list[list[tuple[str, Image.Image]]]) -> Image.Image:
    """Return one image of labelled pictures, a row a state."""
    font = ImageFont.load_default(size=20)
    width = max(sum(picture.width + MARGIN for _label, picture in row) for row in rows) + MARGIN
    heights = [max(picture.height for _label, picture in row) + LABEL_HEIGHT for row in rows]
    sheet = Image.new("RGB", (width, sum(heights) + MARGIN * (len(rows) + 1)), "#9aa5ab")
    pen = ImageDraw.Draw(sheet)
    top = MARGIN
    for row, height in zip(rows, heights, strict=True):
        left = MARGIN
        for label, picture in row:
            pen.text((left, top), label, fill="black", font=font)
            sheet.paste(picture, (left, top + LABEL_HEIGHT))
            left += picture.width + MARGIN
        top += height + MARGIN
    return sheet


if __name__ == "__main__":
    sys.exit(main())
