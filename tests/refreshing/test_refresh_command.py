"""`clinic-finder refresh`: its exit codes, its report, its mail and its timer."""

import json
import stat

import pytest
from typer.testing import CliRunner

from geo import cli
from geo.cli.refresh import BUSY, DRAFT_WAITS
from geo.cli.shell import OUTAGE
from geo.errors import SchemaError
from geo.refreshing import refresh_report, refresh_run, report_mail, report_text
from geo.refreshing.refresh_report import Asked, RefreshReport

DONE = RefreshReport("2026-11-29T03:00:00Z", result="nothing changes", release_id="r")
FAILED = Asked("osm", "2026-11-29T03:00:00Z", "failed", "overpass-api.de answered with status 504.")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(report_mail.VARIABLE, raising=False)
    return tmp_path / "home"


@pytest.fixture
def comes_to(monkeypatch):
    def comes_to(**changes):
        done = RefreshReport(**{**vars(DONE), **changes})
        monkeypatch.setattr(refresh_run, "refresh", lambda *_, **__: done)

    return comes_to


def run(*words):
    return CliRunner().invoke(cli.app, ["refresh", *words])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"result": "published"}, 0),
        ({"result": "a draft waits"}, DRAFT_WAITS),
        ({"result": "a draft waits", "asked": (FAILED,)}, OUTAGE),
        ({"result": "published", "faults": ("The Census did not answer.",)}, OUTAGE),
        ({"result": "no release was built", "reasons": ("The disk is full.",)}, OUTAGE),
    ],
)
def test_the_exit_code_tells_what_happened(comes_to, home, changes, code):
    comes_to(**changes)

    done = run("--sources", "osm")

    assert done.exit_code == code
    kept = (home / "refreshes" / "2026-11-29T03-00-00Z.txt").read_text()
    assert done.stdout.strip() == kept.strip()
    assert not changes.get("asked") or "OpenStreetMap, failed. overpass-api.de answered" in kept
    assert json.loads(run("--format", "json").stdout)["started_at"] == DONE.started_at


def test_a_second_refresh_is_refused_politely(home):
    home.mkdir()
    with refresh_run.hold():
        done = run()

    assert done.exit_code == BUSY
    assert done.stderr.strip().endswith("Another refresh is at work; wait until it is done.")


def test_the_report_is_mailed_where_an_address_is_set(comes_to, tmp_path, monkeypatch):
    comes_to()
    mailer = tmp_path / "sendmail"
    mailer.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/words\ncat > {tmp_path}/mail\n')
    mailer.chmod(mailer.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv(report_mail.VARIABLE, "ops@your.site")

    assert run().exit_code == 0

    assert (tmp_path / "words").read_text() == "-i ops@your.site\n"
    mail = (tmp_path / "mail").read_text()
    assert "Subject: Clinic Finder: Nothing changes: r stays in use." in mail
    assert "To: ops@your.site" in mail
    mailer.write_text("#!/bin/sh\nexit 75\n")
    told = run()
    assert told.exit_code == 0
    assert "ended with 75" in told.stderr


@pytest.mark.parametrize("address", ["-oQ/tmp@a.b", "a@b c", "a@b\nBcc: c@d", "nobody"])
def test_what_is_no_address_is_refused(monkeypatch, address):
    monkeypatch.setenv(report_mail.VARIABLE, address)

    with pytest.raises(SchemaError, match="holds no mail address"):
        report_mail.read_address()


def test_the_timer_runs_what_was_given(home, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(home / 'a "b" 100%\nUser=root'))
    units = run("--publish-if-safe", "--sources", "osm,samhsa", "--print-timer").stdout

    assert "refresh --sources osm,samhsa --publish-if-safe\n" in units
    assert '/a \\"b\\" 100%%\\nUser=root"\n' in units
    assert "OnCalendar=" in units
    assert "SuccessExitStatus=4 5" in units


def test_only_so_many_reports_are_kept_and_one_that_is_broken_is_passed_over(home):
    for day in range(10, 10 + refresh_report.KEPT + 2):
        one = RefreshReport(f"20{day}-11-29T03:00:00Z", asked=(FAILED,))
        refresh_report.keep(one, report_text.write_report(one))
    (home / "refreshes" / "2099-01-01.json").write_text("{")

    found = refresh_report.list_reports()

    assert len(found) == refresh_report.KEPT
    assert found[0].asked == (FAILED,)
    assert "did not come to an end" in (home / "refreshes" / "2071-11-29T03-00-00Z.txt").read_text()
