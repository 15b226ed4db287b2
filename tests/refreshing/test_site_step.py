"""Clinics' own websites as a source of a refresh: checked first, and read once they changed."""

import contextlib
import sqlite3

import pytest

from geo.refreshing import site_step
from geo.sources import curated
from geo.workspace import cases, opening
from tests.handmade.sites_home import make_home
from tests.servers.clinic_sites import CLINICS, ClinicSites
from tests.servers.loopback import Reply, serve

pytestmark = pytest.mark.service


class Sites(ClinicSites):
    """The sites, of which one moves house."""

    has_moved = False

    def answer(self, request):
        reply = super().answer(request)
        body = reply.body.replace(b"Juniper St", b"Alder St") if self.has_moved else reply.body
        return Reply(body, reply.status, reply.kind, reply.headers)


def let_a_month_pass(home):
    for file, table in (("site_checks.sqlite", "checks"), ("enrichment.sqlite", "replies")):
        with contextlib.closing(sqlite3.connect(home / file)) as database, database:
            earlier = "strftime('%Y-%m-%dT%H:%M:%S+00:00', at, '-40 days')"
            database.execute(f"UPDATE {table} SET at = {earlier}")  # noqa: S608


def test_a_parked_site_is_reported_and_one_that_changed_is_read(tmp_path, monkeypatch):
    chosen = [clinic for clinic in CLINICS if clinic["clinic_id"] in {"marked1", "parked"}]
    home, shipped = make_home(tmp_path, chosen)
    monkeypatch.setattr(curated, "PATH", shipped)
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))
    with serve(Sites()) as service, opening.open(home) as opened:
        monkeypatch.setenv("http_proxy", service.url)
        monkeypatch.delenv("no_proxy", raising=False)

        first = site_step.check_websites(opened, is_online=True, who="refresh")
        assert first == ("", {"there": 1, "parked": 1, "reports": 1})
        [case] = cases.open_cases(opened).to_dict("records")
        assert (case["kind"], case["clinic_id"]) == ("report", "parked")
        again = site_step.check_websites(opened, is_online=True, who="refresh")
        assert again.counts == {"reports": 0}

        let_a_month_pass(home)
        service.has_moved = True
        moved = site_step.check_websites(opened, is_online=True, who="refresh")

        assert moved.counts["changed"] == moved.counts["cases"] == 1
        [found] = cases.open_cases(opened, "facts").to_dict("records")
        assert "101 Alder St" in str(found["facts"]["proposals"])
        let_a_month_pass(home)
        assert "changed" not in site_step.check_websites(opened, is_online=True, who="x").counts
