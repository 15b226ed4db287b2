import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.clinics.status import find_status, rank_listings
from geo.clinics.vocabulary import EVIDENCE, STATUSES
from tests.examples import examples
from tests.handmade.listings import listing_table

AS_OF = dt.date(2026, 11, 23)
DIRECTORY, PRESS, OWN, OPERATOR = "secondary_directory", "press", "clinic_own_page", "operator"


def statement(evidence, source_date, operating="yes", operating_date=""):
    return {
        "evidence": evidence,
        "source_date": source_date,
        "operating": operating,
        "operating_date": operating_date,
        "note": "A reason.",
    }


def decide(*statements, as_of=AS_OF):
    return find_status(rank_listings(listing_table(*statements)), as_of).loc["a-clinic"]


CASES = {
    "a directory of this year": ([(DIRECTORY, "2026")], "open"),
    "a source that lists without saying more": ([(DIRECTORY, "2026", "")], "open"),
    "a source exactly 24 months old": ([(PRESS, "2024-11-23")], "open"),
    "a source a day older than that": ([(PRESS, "2024-11-22")], "unconfirmed"),
    "a month counts from its first day": ([(PRESS, "2024-11")], "unconfirmed"),
    "a month that lies within": ([(PRESS, "2024-12")], "open"),
    "a year counts from its first day": ([(DIRECTORY, "2024")], "unconfirmed"),
    "a year that lies within": ([(DIRECTORY, "2025")], "open"),
    "an undated directory": ([(DIRECTORY, "")], "unconfirmed"),
    "an undated own page": ([(OWN, "")], "open"),
    "an old own page": ([(OWN, "2020")], "open"),
    "an old source and a new one": ([(PRESS, "2018"), (DIRECTORY, "2026")], "open"),
    "closed, nothing else": ([(PRESS, "2023", "closed")], "closed"),
    "closed, and an older source": ([(PRESS, "2023", "closed"), (OWN, "2022")], "closed"),
    "closed, and an undated own page": ([(PRESS, "2023", "closed"), (OWN, "")], "closed"),
    "closed, and a newer source of lower trust": (
        [(PRESS, "2023", "closed"), (DIRECTORY, "2026")],
        "closed",
    ),
    "closed, and a newer source of equal trust": (
        [(PRESS, "2023", "closed"), (PRESS, "2026")],
        "open",
    ),
    "closed, and a newer source of higher trust": (
        [(PRESS, "2023-03-16", "closed"), (OWN, "2023-03-17")],
        "open",
    ),
    "closed, and a newer source that is old by now": (
        [(PRESS, "2020", "closed"), (PRESS, "2021")],
        "unconfirmed",
    ),
    "closed, and a source of the same day": (
        [(PRESS, "2026", "closed"), (OWN, "2026")],
        "closed",
    ),
    "a closing announced ahead outlives a listing before it": (
        [(PRESS, "2026-03", "closed", "2026-04-15"), (PRESS, "2026-04-01")],
        "closed",
    ),
    "one closing overruled, a later one not": (
        [(PRESS, "2023", "closed"), (PRESS, "2024"), (PRESS, "2026", "closed")],
        "closed",
    ),
    "an undated closing alone": ([(DIRECTORY, "", "closed")], "closed"),
    "an undated closing, and a source of lower trust": (
        [(PRESS, "", "closed"), (DIRECTORY, "2026")],
        "closed",
    ),
    "an undated closing that contradicts an equal": (
        [(DIRECTORY, "", "closed"), (DIRECTORY, "2026")],
        "unconfirmed",
    ),
    "an undated closing that contradicts an undated own page": (
        [(DIRECTORY, "", "closed"), (OWN, "")],
        "unconfirmed",
    ),
    "nobody could confirm it": ([(DIRECTORY, "", "unconfirmed")], "unconfirmed"),
    "a doubt newer than what lists it": (
        [(OPERATOR, "2026-06", "unconfirmed"), (DIRECTORY, "2026-07"), (OWN, "")],
        "unconfirmed",
    ),
    "a doubt that a newer own page ends": (
        [(DIRECTORY, "2026-06", "unconfirmed"), (OWN, "2026-07")],
        "open",
    ),
    "an undated doubt against an undated own page": (
        [(DIRECTORY, "", "unconfirmed"), (OWN, "")],
        "open",
    ),
    "withdrawn": ([(OPERATOR, "2026-05", "withdrawn"), (OWN, "2026-06")], "withdrawn"),
    "withdrawn goes before closed": (
        [(OPERATOR, "2026-05", "withdrawn"), (PRESS, "2026-06", "closed")],
        "withdrawn",
    ),
    "an operator who only corrects fields": ([(OPERATOR, "2026", "")], "unconfirmed"),
    "an old source, and an operator who only corrects fields": (
        [(PRESS, "2018"), (OPERATOR, "2026", "")],
        "unconfirmed",
    ),
    "closed, and an operator who only corrects fields": (
        [(PRESS, "2023", "closed"), (OPERATOR, "2026", "")],
        "closed",
    ),
    "withdrawn, and a field corrected later": (
        [(OPERATOR, "2025", "withdrawn"), (OPERATOR, "2026", "")],
        "withdrawn",
    ),
    "withdrawn, and taken back by an operator": (
        [(OPERATOR, "2026-05", "withdrawn"), (OPERATOR, "2026-06")],
        "open",
    ),
}


@pytest.mark.parametrize(("statements", "expected"), CASES.values(), ids=CASES)
def test_status(statements, expected):
    assert decide(*[statement(*facts) for facts in statements])["status"] == expected


def test_age_counts_to_the_day_of_the_release():
    listed = statement(PRESS, "2024-02-29")
    assert decide(listed, as_of=dt.date(2026, 2, 28))["status"] == "open"
    assert decide(listed, as_of=dt.date(2026, 3, 1))["status"] == "unconfirmed"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([(PRESS, "2023-03-16", "closed", "2023-03-10")], "2023-03-10"),
        ([(PRESS, "2023-03", "closed")], "2023-03"),
        ([(OWN, ""), (PRESS, "2025-06-02"), (DIRECTORY, "2026")], "2026"),
        ([(OWN, ""), (PRESS, "2018")], ""),
        ([(OWN, "2020"), (PRESS, "2018")], "2020"),
        ([(PRESS, "2018"), (DIRECTORY, "2019"), (DIRECTORY, "")], "2019"),
        ([(DIRECTORY, "")], ""),
    ],
)
def test_the_date_is_that_of_what_decided(statements, expected):
    assert decide(*[statement(*facts) for facts in statements])["status_date"] == expected


def test_the_listing_that_decided_is_named():
    decided = decide(statement(DIRECTORY, "2026"), statement(PRESS, "2023", "closed"))
    assert decided["listing_id"] == "L2"


def test_clinics_do_not_mix():
    table = listing_table(
        statement(PRESS, "2023", "closed") | {"clinic_id": "b"},
        statement(OWN, "2026") | {"clinic_id": "a"},
        statement(DIRECTORY, "2019") | {"clinic_id": "c"},
    )
    statuses = find_status(rank_listings(table), AS_OF)["status"]
    assert statuses.to_dict() == {"a": "open", "b": "closed", "c": "unconfirmed"}
    assert list(statuses.index) == ["a", "b", "c"]


def expected_status(statements):
    """Return the status by the rules of the contract, one statement at a time."""

    def day(text):
        return text + "-01-01"[len(text) - 4 :] if text else ""

    def rank(facts):
        return EVIDENCE.index(facts[0])

    lists = [
        facts
        for facts in statements
        if facts[2] == "yes" or (facts[2] == "" and facts[0] != OPERATOR)
    ]

    def stands(report):
        said = max(day(report[1]), day(report[3]))
        rivals = [facts for facts in lists if rank(facts) <= rank(report)]
        return all(day(facts[1]) <= said for facts in rivals) if said else not rivals

    def contradicted(report):
        undated = not (report[1] or report[3])
        return undated and any(rank(facts) <= rank(report) for facts in lists)

    for status in ("withdrawn", "closed"):
        if any(facts[2] == status and stands(facts) for facts in statements):
            return status
    if any(facts[2] == "unconfirmed" and stands(facts) for facts in statements):
        return "unconfirmed"
    if any(facts[2] == "closed" and contradicted(facts) for facts in statements):
        return "unconfirmed"
    known = any(facts[0] == OWN or day(facts[1]) >= "2024-11-23" for facts in lists)
    return "open" if known else "unconfirmed"


DATES = st.sampled_from(["", "2022", "2024-11", "2024-11-23", "2025", "2026-03", "2026-03-10"])
STATEMENTS = st.tuples(
    st.sampled_from(EVIDENCE), DATES, st.sampled_from(["", "yes", "closed", "unconfirmed"]), DATES
)
WITHDRAWALS = st.tuples(st.just(OPERATOR), DATES.filter(bool), st.just("withdrawn"), DATES)


@examples(200)
@given(st.lists(st.one_of(STATEMENTS, STATEMENTS, STATEMENTS, WITHDRAWALS), min_size=1, max_size=5))
def test_status_is_what_the_rules_say_one_by_one(statements):
    decided = decide(*[statement(*facts) for facts in statements])
    assert decided["status"] == expected_status(statements)
    assert decided["status"] in STATUSES
