"""The pocket finder's answers in Chromium, held to those of the command line and the site."""

import json
from urllib.parse import urlsplit

import pytest

from geo import releases
from tests.javascript.protocol import SCRIPTS
from tests.pocket.equality import ANSWER, MODULES, hold_equal
from tests.pocket.thinned import thin

ORIGIN = "http://pocket.test"
GEODESIC = SCRIPTS / "geodesic" / "geographiclib-geodesic.min.js"


@pytest.fixture(scope="module")
def answer(browser):
    """What a page of Chromium answers that has the finder's scripts."""

    def send(route):
        path = SCRIPTS / urlsplit(route.request.url).path.lstrip("/")
        if path.is_file():
            route.fulfill(path=path, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    def run(given):
        context = browser.new_context()
        context.route("**/*", send)
        page = context.new_page()
        page.goto(f"{ORIGIN}/")
        page.add_script_tag(path=GEODESIC)
        modules = [f"{ORIGIN}/{name}" for name in MODULES]
        told = page.evaluate(ANSWER, [json.dumps(given), modules])
        context.close()
        return json.loads(told)

    return run


def test_a_thousand_answers_are_those_of_the_command_line_and_some_those_of_the_site(answer):
    few = thin(releases.load(releases.SHIPPED), 8)
    kinds = hold_equal(few, 1_000, 40, answer)
    assert kinds >= {"zip", "city", "county", "state", "clinic"}


@pytest.mark.nightly
def test_a_thousand_answers_of_the_whole_release_are_those_of_the_site(answer):
    hold_equal(releases.load(releases.SHIPPED), 1_000, 1_000, answer)
