import pytest

from geo.sources.cleaning import clean_operating
from geo.sources.operating_words import is_marked_closed


@pytest.mark.parametrize(
    "words",
    [
        "Inactive", "INACTIVE - VOLUNTARY", "Expired", "License expired", "Lapsed", "Revoked",
        "Suspended", "Emergency Suspension", "Surrendered", "Voluntarily Surrendered",
        "Out of Business", "Not operating", "No longer operating", "Closed", "Temporarily closed",
        "Permanently Closed", "CLOSED 3/2025", "Closed for renovation", "Null and Void",
        "Not Renewed", "Non-Renewed", "Cancelled", "Canceled", "Withdrawn", "Terminated", "Deceased",
        "Opening soon", "Coming Soon!", "Not yet open", "Pending", "Application pending", "Planned",
        "Under construction", "Proposed", "Cerrada", "Licencia vencida", "Suspendido", "no", "False",
        "Denied", "Relinquished", "Not in good standing", "Active - Suspended",
    ],
)  # fmt: skip
def test_whoever_has_no_licence_or_is_not_there_yet_is_never_open(words):
    assert clean_operating(words) == ("closed", "")


@pytest.mark.parametrize(
    "words",
    [
        "Active", "ACTIVE - Renewal Pending", "Active/Probation", "Licensed", "Current", "Open",
        "In Good Standing", "Clear", "Registered", "Operational", "Reinstated", "Reopened 2025",
        "Closed to new patients", "Not accepting new patients", "Not suspended", "Vigente", "Yes",
        "License Issued", "Approved", "Provisional", "Suspension stayed",
    ],
)  # fmt: skip
def test_words_of_a_clinic_at_work_are_read(words):
    assert clean_operating(words) == ("yes", "")


@pytest.mark.parametrize("words", ["Delinquent", "Unknown", "Moved", "On hold", "Under review"])
def test_words_of_doubt_are_a_doubt(words):
    assert clean_operating(words) == ("unconfirmed", "")


@pytest.mark.parametrize("words", ["A", "Zone 4", "See board order", "7", "\u0416"])
def test_a_word_that_is_not_known_is_a_doubt_with_its_reason(words):
    found = clean_operating(words)

    assert found.value == "unconfirmed"
    assert "does not tell whether it operates" in found.reason


@pytest.mark.parametrize("words", ["", "N/A", "null", "None", "-"])
def test_some_words_say_nothing(words):
    assert clean_operating(words) == ("", "")


@pytest.mark.parametrize(
    ("name", "is_closed"),
    [
        ("Calm Ketamine (closed)", True),
        ("Calm Ketamine [PERMANENTLY CLOSED]", True),
        ("CLOSED - Calm Ketamine", True),
        ("***CLOSED*** Calm Ketamine", True),
        ("Closed Loop Clinic", False),
        ("Calm Ketamine - Closed to New Patients", False),
        ("Calm (Downtown)", False),
    ],
)
def test_a_name_may_bear_a_mark(name, is_closed):
    assert is_marked_closed(name) == is_closed
