"""How sources do: ages, growth, failures, who rests on them, and who is named."""

from datetime import UTC, datetime, timedelta

import pytest

from geo import workspace
from geo.refreshing import health_words, refresh_report, source_health
from geo.refreshing.refresh_report import Asked, RefreshReport
from geo.sources import curated
from geo.sources.table import Mapping
from geo.workspace import editing, ingestion
from tests.handmade.workspace import ship

COLUMNS = {name: name for name in ("name", "street", "city", "state", "zip")}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))


def take_in(opened, path, *rows):
    path.write_text("\n".join((",".join(COLUMNS), *rows)))
    reading = ingestion.open_table(path, Mapping(COLUMNS), title="A list")
    return ingestion.ingest(opened, reading, who="ann")


def tell(at, outcome, told=""):
    one = Asked("osm", at, outcome, told)
    refresh_report.keep(RefreshReport(at, asked=(one,)))


def find(opened, source, now=None):
    return {one.source: one for one in source_health.list_health(opened, now)}[source]


def test_a_source_tells_its_age_its_growth_and_who_rests_on_it_alone(tmp_path):
    path = tmp_path / "list.csv"
    with workspace.open() as opened:
        take_in(opened, path, "Elm Ketamine,1 Elm St,Waco,TX,76701")
        take_in(
            opened,
            path,
            "Elm Ketamine,1 Elm St,Waco,TX,76701",
            "Oak Ketamine,2 Oak St,Waco,TX,76701",
        )
        first = find(opened, "table:A list")
        shipped = find(opened, "curated")

        assert (first.rows, first.rows_before, first.growth) == (2, 1, 1.0)
        assert (first.age_days, first.is_overdue, first.failures) == (0, False, 0)
        assert first.clinics_alone == 2
        assert shipped.clinics_alone == 3
        assert first.share_alone == pytest.approx(2 / 5)
        assert health_words.describe(first)["growth"] == "+100%"

        editing.edit(opened, "elm-ketamine-waco-tx", {"phone": "+12545550100"}, who="ann")
        assert find(opened, "table:A list").clinics_alone == 1


def test_a_source_past_its_interval_and_one_that_fails_are_named():
    with workspace.open() as opened:
        assert source_health.find_neglected(opened) == []  # what was never wanted is not missed
        tell("2026-11-01T03:00:00Z", refresh_report.TAKEN)
        day = datetime(2026, 11, 1, 4, tzinfo=UTC)
        assert source_health.find_neglected(opened, day + timedelta(days=14)) == []
        (told,) = source_health.find_neglected(opened, day + timedelta(days=15))
        assert told.endswith(
            "15 days ago, and is to be every 14 days; run `clinic-finder refresh`."
        )
        for at in ("2026-11-08T03:00:00Z", "2026-11-15T03:00:00Z"):
            tell(at, refresh_report.FAILED, "overpass-api.de answered with status 504; try later.")
        found = find(opened, "osm", day + timedelta(days=15))
        assert found.failures == 2
        (told,) = source_health.find_neglected(opened, day + timedelta(days=15))
        assert told.startswith("OpenStreetMap was taken in 15 days ago, and is to be every 14 days")
        assert told.endswith(
            "it failed 2 times since: overpass-api.de answered with status 504; try later."
        )
        tell("2026-11-16T03:00:00Z", refresh_report.TAKEN)
        assert source_health.find_neglected(opened, day + timedelta(days=16)) == []


def test_a_source_that_was_never_had_is_named_once_it_failed():
    tell("2026-11-01T03:00:00Z", refresh_report.FAILED, "It answered with status 504; try later.")
    with workspace.open() as opened:
        (told,) = source_health.find_neglected(opened)

    assert told.startswith("OpenStreetMap was never taken in; it failed once since: It answered")
