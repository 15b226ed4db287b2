"""How sources do, on the page Refresh and on the operators' first page, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.refreshing import refresh_report
from geo.refreshing.refresh_report import Asked, RefreshReport
from geo.server import operators
from geo.sources import curated
from tests.handmade.workspace import WHO, ship

PAGES = Path(__file__).resolve().parents[3] / "pages" / "operators"
FAULT = "overpass-api.de answered with status 504; <b>try</b> again later."


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: WHO)
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))


def read_page(name):
    app = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=60).run()
    assert not app.exception
    return " ".join(
        [block.proto.body for block in app.get("html")] + [one.value for one in app.caption]
    )


def test_refresh_tells_how_each_source_does_and_what_the_last_one_came_to():
    before = read_page("refresh")
    assert "The listings this program comes with" in before
    assert "refresh --print-timer" in before
    refresh_report.keep(
        RefreshReport(
            "2026-11-29T03:00:00Z",
            asked=(Asked("osm", "2026-11-29T03:00:00Z", "failed", FAULT),),
            result=refresh_report.DRAFT,
            release_id="2026-11-28-00000001",
            reasons=("Past a limit: <i>much</i>.",),
        )
    )

    after = read_page("refresh")

    assert "The last refresh, 2026-11-29 03:00:00 UTC. A draft waits" in after
    assert "Past a limit: &lt;i&gt;much&lt;/i&gt;." in after
    assert "OpenStreetMap: overpass-api.de answered with status 504" in after.replace("\\", "")


def test_the_first_page_names_a_source_that_fails_and_is_silent_while_all_do_well():
    assert "How the sources do" not in read_page("clinics")
    refresh_report.keep(
        RefreshReport("2026-11-29T03:00:00Z", asked=(Asked("osm", "2026-11-29", "failed", FAULT),))
    )

    told = read_page("clinics")

    assert "OpenStreetMap was never taken in; it failed once since: overpass-api.de" in told
    assert "&lt;b&gt;try&lt;/b&gt;" in told
    assert 'href="refresh"' in told
