"""What is said and offered above a list, and what is not."""

import pytest

from geo.i18n.reasons import Reason
from geo.places import PlaceMatch
from geo.search.searching import SearchResult
from pages.patients.parts import offers
from pages.patients.parts.answer_notes import tell_place, tell_whom_to_ask
from tests.handmade.clinics import clinic_table, place_at

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


def test_a_place_in_a_territory_is_told_without_what_analysts_should_know():
    notes = (Reason("matched_city"), Reason("territory", {"territory": "Puerto Rico"}))
    place = place_at(label="San Juan, PR", state="PR", notes=notes)
    assert tell_place(place) == "We matched the city, not the street."


def test_a_city_is_offered_instead_only_where_it_may_be_meant():
    def town(state, people):
        return place_at(label=f"Houston, {state}", kind="city", state=state, population=people)

    state = place_at(label="Texas", kind="state", state="TX")
    match = PlaceMatch(town("TX", 2_300_000.0), (state, town("CA", 30_000.0), town("DE", 400.0)))
    none = clinic_table().iloc[:0]
    result = SearchResult(match.place, None, none, none, none, 0)
    labels = [offer["label"] for offer in offers.build(match, result)]
    assert labels == ["Texas instead", "Houston, CA instead"]
