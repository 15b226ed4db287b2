"""A release that says in every column what no listing may: nothing runs, nothing breaks, in Chromium.

Whoever writes a release checks it; one that was made by another may hold anything in any column of
the right type, and its hashes are right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser

from geo import releases
from geo.files import whole_files
from tests.browser.conftest import Server, Visit, start_server, stop_server, visit_with
from tests.browser.hostility import Watch, draw_tree, settle
from tests.handmade.hostile import TEXTS

PAGES = (
    "",
    "?zip=83701&within=25",
    "?state=ID&within=25",
    "before-you-go",
    "coverage",
    "where-next",
)
STAFF = ("operators", "review", "releases", "refresh")
SIZES = ({"width": 1280, "height": 900}, {"width": 390, "height": 844})
BOISE = (43.6150, -116.2023)
CODED = {"status", "operating", "treatments", "precision", "evidence"}
CODED |= {"status_date", "source_date", "operating_date"}
"""What is refused in whole where it is none of its values (`geo.releases.contents`)."""
READ = {"clinic_id", "listing_id", "state"}
"""What pages go by; they say anything in a few rows alone, so that the others are shown at all."""
SEEN = [text for text in TEXTS if not re.search(r"[\n\r\x0b\x0c\x85\u2028\u2029]", text)]
"""What has no line break, for which a release is refused as well."""

LINKS = [text for text in SEEN if ":" in text or "//" in text]
WIDTH = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def spoil(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of 120 rows in which every text is one of the corpus, addresses where one is read."""
    spoiled = table.head(120).reset_index(drop=True)
    for number, column in enumerate(spoiled.columns):
        if spoiled[column].dtype != "str" or column in CODED:
            continue
        corpus = LINKS if column in {"website", "source_url"} else SEEN
        texts = [corpus[(row + 7 * number) % len(corpus)] for row in spoiled.index]
        said = pd.Series(texts, index=spoiled.index, dtype="str")
        where = spoiled.index % 10 == number % 10 if column in READ else spoiled.index >= 0
        spoiled[column] = spoiled[column].mask(pd.Series(where, index=spoiled.index), said)
    return spoiled


def write_release(home: Path) -> None:
    """Put to use a release of the shipped shape that says all that."""
    shipped = releases.load(releases.SHIPPED)
    clinics = spoil(shipped.clinics).assign(
        state="ID", latitude=BOISE[0], longitude=BOISE[1], radius_miles=1.0
    )
    listings = spoil(shipped.listings)
    listings["clinic_id"] = clinics["clinic_id"].to_numpy()
    tables = dict(shipped.tables) | {"clinics": clinics, "listings": listings}
    for name in ("coverage", "verdicts", "completeness", "groups", "overlaps"):
        table = shipped.tables[name]
        named = [each for each in ("name", "why", "label", "item") if each in table]
        said = pd.Series([TEXTS[row % len(TEXTS)] for row in range(len(table))], dtype="str")
        free = (
            ~table["aspect"].isin(["precision", "evidence"]) if "aspect" in table else said.notna()
        )
        tables[name] = table.assign(
            **{
                each: table[each].mask(free.to_numpy(), said.to_numpy()).astype("str")
                for each in named
            }
        )
    folder = releases.write(tables, home / "releases", as_of=shipped.as_of, inputs={})
    whole_files.replace(home / "releases" / "current", folder.name + "\n")


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("spoiled")
    write_release(folder / "home")
    started = start_server(folder, environment={"CLINIC_FINDER_OPERATORS": "local"})
    yield started
    stop_server(started)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SIZES[0], id="desk", marks=pytest.mark.nightly),
        pytest.param(SIZES[1], id="phone"),  # where there is the least room for what is long
    ],
)
def visitor(request: pytest.FixtureRequest, browser: Browser, spoiled: Server) -> Iterator[Visit]:
    yield from visit_with(browser, spoiled, viewport=request.param)


@pytest.mark.parametrize("path", [*PAGES, *STAFF])
def test_a_release_may_say_anything(visitor: Visit, path: str) -> None:
    page = visitor.page
    watch = Watch(page)
    watch.begin()
    page.goto(f"{visitor.url}/{path}")
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    tree = settle(page, lambda: draw_tree(page, ".stMain"))
    assert len(tree) > 300
    assert page.locator(".stException").count() == 0
    assert page.evaluate(WIDTH) <= 1
    watch.assert_nothing_ran()
