"""Which clinics stand on which page: those found, then those of which something is not known."""

from __future__ import annotations

from geo.search.nearest import build_index
from geo.search.searching import SearchResult, search
from pages.patients.parts import paging
from pages.patients.parts.answer_notes import tell_shown
from tests.handmade.clinics import clinic_table, place_at

HERE = place_at(40.0, -90.0)


def find(known: int, silent: int, **wanted: str) -> SearchResult:
    """Return a search around clinics that say what is wanted, and some farther off that do not."""
    clinics = clinic_table(
        *(
            {
                "clinic_id": f"c{at}",
                "name": f"Clinic {at}",
                "latitude": 40 + at / 1000,
                "longitude": -90.0,
                "payment": "medicaid" if at < known else "",
            }
            for at in range(known + silent)
        )
    )
    return search(clinics, build_index(clinics), HERE, within_miles=25, wanted=wanted)


def test_the_clinics_not_known_follow_on_the_same_pages() -> None:
    result = find(4, 13, payment="medicaid")

    first, second = paging.turn_to(result, 1), paging.turn_to(result, 2)

    assert (len(first.clinics), len(first.not_known), first.is_last) == (4, 6, False)
    assert (len(second.clinics), len(second.not_known), second.is_last) == (0, 7, True)
    assert tell_shown(result, second) == "Showing 11–17 of 17; of 13 of them it is not known."
    assert [*first.not_known["clinic_id"], *second.not_known["clinic_id"]] == [
        f"c{at}" for at in range(4, 17)
    ]
    assert [paging.find_page(result, name) for name in ("c3", "c9", "c10", "none")] == [
        1,
        1,
        2,
        None,
    ]


def test_a_page_that_a_filter_took_away_is_the_last_one() -> None:
    assert paging.turn_to(find(4, 13), 9).number == 2
    assert paging.turn_to(find(0, 0), 3).count == 1
