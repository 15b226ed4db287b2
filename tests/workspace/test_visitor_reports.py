"""What visitors report is kept without a name or a time, and for 90 days at most."""

import datetime as dt

import pytest

from geo.errors import SchemaError
from geo.workspace import decisions, visitor_reports
from tests.handmade.workspace import open_small


@pytest.fixture
def opened(tmp_path, monkeypatch):
    with open_small(tmp_path, monkeypatch) as small:
        yield small


def test_a_report_is_kept_by_its_day_until_somebody_is_done_with_it(opened):
    visitor_reports.add(opened, "a-clinic", "phone", "  (206)\n555-0100 ")
    visitor_reports.add(opened, "b-clinic", "closed")
    first, second = visitor_reports.list_waiting(opened)
    assert (first.clinic_id, first.wrong, first.value) == ("a-clinic", "phone", "(206) 555-0100")
    assert first.day == decisions.today()
    assert second.value == ""

    visitor_reports.finish(opened, first.id)
    visitor_reports.finish(opened, first.id)
    assert visitor_reports.list_waiting(opened) == [second]


def test_what_is_not_offered_or_too_much_is_refused(opened, monkeypatch):
    with pytest.raises(SchemaError, match="Choose"):
        visitor_reports.add(opened, "a-clinic", "rude")
    visitor_reports.add(opened, "a-clinic", "other", "x" * 500)
    assert len(visitor_reports.list_waiting(opened)[0].value) == visitor_reports.LONGEST
    monkeypatch.setattr(visitor_reports, "MOST_WAITING", 1)
    with pytest.raises(SchemaError, match="Very many"):
        visitor_reports.add(opened, "a-clinic", "closed")


def test_a_report_is_shown_and_kept_for_ninety_days(opened, monkeypatch):
    visitor_reports.add(opened, "a-clinic", "moved")
    today = decisions.now()

    def count_after(days):
        monkeypatch.setattr(decisions, "now", lambda: today + dt.timedelta(days=days))
        return len(visitor_reports.list_waiting(opened))

    assert count_after(89) == 1
    visitor_reports.delete_old(opened)
    assert count_after(90) == 0
    visitor_reports.delete_old(opened)
    assert count_after(0) == 0
