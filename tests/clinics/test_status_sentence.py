"""How a card says on whose word a clinic is listed."""

from __future__ import annotations

import pytest

from geo.clinics.status_sentence import describe_standing
from tests.handmade.listings import listing_table

OWN = {"evidence": "clinic_own_page", "source": "the clinic's own page"}
PRESS = {"evidence": "press", "source": "STAT"}
LIST = {"evidence": "secondary_directory", "source": "a list"}
OTHER_LIST = LIST | {"source": "another list"}
PAID = {"evidence": "claims", "source": "Medicare's payments for esketamine"}
OPERATOR = {"evidence": "operator", "source": "telephone", "operating": "yes"}


def tell(*facts: dict, status: str = "open") -> str:
    listings = listing_table(*({"clinic_id": "a", **each} for each in facts))
    return describe_standing({"clinic_id": "a", "status": status}, listings)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ([LIST | {"source_date": "2026"}], "A directory listed it in 2026; nobody has called to check."),
        (
            [LIST | {"source_date": "2025-11"}, OTHER_LIST | {"source_date": "2026-01-05"}],
            "2 directories listed it, last in 2026; nobody has called to check.",
        ),
        ([LIST], "A directory lists it, undated; nobody has called to check."),
        ([PRESS | {"source_date": "2018-10-11"}, LIST | {"source_date": "2026"}],
         "A press report named it in 2018; nobody has called to check."),
        ([OWN | {"source_date": "2026-11-28"}, LIST], "On the clinic's own page in 2026."),
        ([OWN], "On the clinic's own page."),
        ([OPERATOR | {"source_date": "2026-03-01"}], "We checked it in 2026."),
        ([LIST | {"source_date": "2026"}, PAID | {"source_date": "2025"}],
         "A directory listed it in 2026; nobody has called to check."),
        ([PAID], ("A provider registered here was paid by Medicare for esketamine; nobody has called "
         "to check.")),
    ],
)  # fmt: skip
def test_the_strongest_kind_of_source_is_told_with_its_year(facts: list[dict], words: str) -> None:
    assert tell(*facts) == words


def test_what_is_unconfirmed_or_closed_says_so() -> None:
    old = LIST | {"source_date": "2019"}
    assert tell(old, status="unconfirmed") == (
        "Unconfirmed: a directory listed it in 2019; nothing newer confirms it."
    )
    assert tell(PAID | {"source_date": "2023"}, status="unconfirmed") == (
        "Unconfirmed: a provider registered here was paid by Medicare for esketamine in 2023; nothing "
        "newer confirms it."
    )
    closing = PRESS | {"source_date": "2023-03-16", "operating": "closed"}
    assert tell(old, closing, status="unconfirmed").startswith("Sources contradict each other")
    assert tell(closing, status="closed") == "Reported closed by STAT on March 16, 2023."
    assert tell() == ""
