"""What is said above the clinics of which something is not known."""

import pytest

from pages.patients.parts.answer_notes import tell_whom_to_ask
from tests.handmade.clinics import clinic_table

SILENT = {"phone": "", "website": "", "email": ""}
CALLED = SILENT | {"phone": "+13125550123"}


@pytest.mark.parametrize(
    ("clinics", "said"),
    [
        ([CALLED, CALLED], "Ask them."),
        ([CALLED, SILENT], "Ask those that have a phone, a website or an email address."),
        ([SILENT, SILENT], "No phone, website or email address of theirs is known."),
    ],
)
def test_nobody_is_told_to_ask_where_nobody_can_be_asked(clinics, said):
    table = clinic_table(*({"clinic_id": f"c{at}"} | each for at, each in enumerate(clinics)))
    told = tell_whom_to_ask(table, "Medicaid")
    assert told.startswith("No source of ours says whether this holds of them: Medicaid.")
    assert told.endswith(said)
