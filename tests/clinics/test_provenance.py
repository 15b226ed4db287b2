import datetime as dt

import pytest

from geo.clinics import resolving
from geo.clinics.provenance import collect_notes, describe_source, describe_status
from geo.i18n.language import format_date
from geo.sources import curated
from tests.handmade.listings import listing_table

AS_OF = dt.date(2026, 11, 23)
OWN = {"evidence": "clinic_own_page", "source": "the clinic's own page"}
PRESS = {"evidence": "press", "source": "STAT"}
DIRECTORY = "a 2026 clinic directory (public repository)"
ARTICLE = "an article on ketamine for anxiety; address and date not recorded"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (OWN, "on the clinic's own page"),
        (OWN | {"source_date": "2020"}, "on the clinic's own page, 2020"),
        (
            {"source": DIRECTORY, "source_date": "2026"},
            f"in {DIRECTORY}",
        ),
        ({"source": DIRECTORY, "source_date": "2026-05"}, f"in {DIRECTORY}, May 2026"),
        ({"source": "List 2026", "source_date": "2026"}, "in List 2026, 2026"),
        ({"source": "a list of clinics"}, "in a list of clinics, undated"),
        ({"source": ARTICLE}, f"in {ARTICLE}"),
        (PRESS | {"source_date": "2018-10-11"}, "in STAT, October 11, 2018"),
        (
            {"evidence": "registry", "source": "the treatment locator", "source_date": "2022-04"},
            "in the treatment locator, April 2022",
        ),
        (
            {"evidence": "operator", "source": "telephone", "source_date": "2026-05-01"},
            "by telephone, May 1, 2026",
        ),
    ],
)
def test_where_a_listing_was_found(facts, words):
    assert describe_source(listing_table(facts).iloc[0].to_dict()) == words


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([OWN], "on the clinic's own page"),
        ([{"source_date": "2026"}], "in one directory, 2026, not checked by us"),
        (
            [{"source_date": "2026"}, {"source": "another", "source_date": "2025"}],
            "in 2 directories, 2026, not checked by us",
        ),
        ([{"source_date": "2026"}] * 2, "in one directory, 2026, not checked by us"),
        (
            [OWN, PRESS | {"source_date": "2023-03"}, {"source_date": "2026"}],
            "on the clinic's own page; in one press report, March 2023; in one directory, 2026",
        ),
        (
            [{"evidence": "operator", "source": "telephone", "source_date": "2026-05-01"}],
            "checked by us, May 1, 2026",
        ),
        (
            [
                {"source_date": "2026"},
                {"evidence": "claims", "source": "payments", "source_date": "2023"},
            ],
            (
                "in one directory, 2026; at the address of a provider whom Medicare paid for esketamine, "
                "2023, not checked by us"
            ),
        ),
        (
            [PRESS | {"source_date": "2018-10-11"}],
            (
                "only in one press report, October 11, 2018, not checked by us; "
                "nothing newer confirms it"
            ),
        ),
        (
            [{"source": ARTICLE, "operating": "unconfirmed"}],
            f"only in {ARTICLE}, not checked by us; nothing newer confirms it",
        ),
        (
            [{"source": "one"}, {"source": "two"}],
            "only in 2 directories, undated, not checked by us; nothing newer confirms it",
        ),
        (
            [{"operating": "closed", "source": "one"}, {"source_date": "2026", "source": "two"}],
            (
                "sources contradict each other: listed in one directory, 2026, not checked by us; "
                "reported closed by one"
            ),
        ),
        (
            [
                {"source_date": "2026"},
                PRESS | {"operating": "closed", "source_date": "2023-03"},
                PRESS
                | {
                    "operating": "closed",
                    "source_date": "2023-03-16",
                    "operating_date": "2023-03-10",
                },
            ],
            "reported closed by STAT on March 16, 2023 (closing date: March 10, 2023)",
        ),
        (
            [
                OWN,
                {
                    "evidence": "operator",
                    "source": "a letter",
                    "source_date": "2026-05",
                    "operating": "withdrawn",
                    "note": "It asked to be left out.",
                },
            ],
            "taken out by us in May 2026: It asked to be left out.",
        ),
    ],
)
def test_how_a_status_is_known(rows, words):
    elsewhere = {"clinic_id": "elsewhere", "source_date": "2026-11", "source": "no matter"}
    table = listing_table(*rows, OWN | elsewhere)
    resolved = resolving.resolve(table, AS_OF)[0].set_index("clinic_id", drop=False)
    assert describe_status(resolved.loc["a-clinic"].to_dict(), table) == words


@pytest.mark.parametrize("status", ["open", "unconfirmed", "closed", "withdrawn"])
def test_without_listings_there_is_nothing_to_say(status):
    assert describe_status({"clinic_id": "gone", "status": status}, listing_table({})) == ""


@pytest.mark.long
def test_every_shipped_status_has_its_words():
    listings, _ = curated.read()
    resolved, _ = resolving.resolve(listings, AS_OF)
    for clinic in resolved.to_dict("records"):
        words = describe_status(clinic, listings)
        assert words
        assert words.startswith("only ") == (clinic["status"] == "unconfirmed")
        assert words.startswith("reported closed by ") == (clinic["status"] == "closed")


def test_notes_come_once_the_most_trusted_first():
    table = listing_table(
        {"note": "Last."},
        OWN | {"note": "First."},
        PRESS | {"note": "First."},
        {"note": ""},
        {"note": "Not here.", "clinic_id": "elsewhere"},
    )
    assert collect_notes("a-clinic", table) == ["First.", "Last."]
    assert collect_notes("gone", table) == []


def test_the_card_of_an_inferred_city_says_so():
    listings, _ = curated.read()
    notes = collect_notes("midwest-ketamine-center-arlington-heights-il", listings)
    assert notes[0] == "City inferred from the street's name."


def test_dates_are_spelled_as_far_as_they_are_known():
    assert [format_date(text) for text in ("2026", "2026-12", "2026-01-02")] == [
        "2026",
        "December 2026",
        "January 2, 2026",
    ]
