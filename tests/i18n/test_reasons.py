import json
from string import Formatter

import pandas as pd
import pytest

from geo import releases
from geo.i18n.language import using
from geo.i18n.reason_words import WORDS
from geo.i18n.reasons import Reason, Said, as_columns, say, say_in_english, say_kept
from tests.earlier import making

FEWER = Reason(
    "share_fewer",
    {
        "here": 0.67112,
        "distance": 30,
        "elsewhere": 0.73597,
        "points": 6.485,
        "low": 5.97,
        "high": 6.94,
        "least": 5.0,
    },
)
SHARED = {"least", "low", "high"}
"""Figures that only some of the reasons have which share their forms."""
KEPT = {"verdicts": "why", "groups": "label"}


def placeholders(message):
    return {name for _, name, _, _ in Formatter().parse(message) if name}


@pytest.mark.parametrize(
    ("reason", "english", "spanish"),
    [
        (
            Reason("too_few_expected", {"expected": 4.2381, "least": 10}),
            (
                "Only 4.2 clinics are expected here at the national rate, and chance decides where "
                "they are fewer than 10."
            ),
            (
                "Aquí solo se esperan 4.2 clínicas según la tasa nacional, y cuando son menos de 10 "
                "decide el azar."
            ),
        ),
        (
            FEWER,
            (
                "67.1% of adults have a listed clinic within 30 miles, 73.6% in the rest of the "
                "country: 6.5 points fewer (6.0 to 6.9 over the draws)."
            ),
            (
                "El 67.1% de los adultos tiene una clínica de la lista a 30 millas (48 km) o menos; en "
                "el resto del país, el 73.6%: 6.5 puntos menos (6.0 a 6.9 en las simulaciones)."
            ),
        ),
        (
            Reason("no_population"),
            "No figures of its population are known.",
            "No se conocen cifras de su población.",
        ),
        (
            Reason("density_between", {"low": 100, "high": 1000}),
            "adults living in ZIPs where there are 100 to 1,000 people a square mile",
            "adultos que viven en códigos postales con 100 a 1,000 personas por milla cuadrada",
        ),
        (
            Reason("clinics_of_one_name", {"count": 2, "city": "Boise"}),
            "2 clinics of this name are in Boise; this is one of them.",
            "2 clínicas con este nombre están en Boise; esta es una de ellas.",
        ),
    ],
)
def test_a_reason_is_said_in_the_language_of_the_run(reason, english, spanish):
    assert say(reason) == english
    with using("es"):
        assert say(reason) == spanish
        assert say_in_english(reason) == english


@pytest.mark.parametrize("code", WORDS)
def test_a_form_is_that_of_a_figure_the_words_take(code):
    words = WORDS[code]
    messages = [words.message] if isinstance(words.message, str) else words.message

    assert {*words.forms} - SHARED <= set.union(*map(placeholders, messages))


def test_reasons_are_kept_as_english_with_a_code_and_figures():
    table = pd.DataFrame(as_columns("why", [FEWER, Reason("no_rest")]))

    assert table["why"].tolist() == [say(FEWER), say(Reason("no_rest"))]
    assert table["why_code"].tolist() == ["share_fewer", "no_rest"]
    assert json.loads(table["why_figures"][0]) == FEWER.figures
    with using("es"):
        for (_, row), reason in zip(table.iterrows(), [FEWER, Reason("no_rest")], strict=True):
            assert say_kept(row, "why") == Said(say(reason))


def test_what_is_said_comes_from_the_code_and_not_from_the_words():
    row = pd.DataFrame(as_columns("why", [FEWER])).iloc[0].to_dict() | {"why": "Rewritten."}

    assert say_kept(row, "why").words == say(FEWER)


@pytest.mark.parametrize("more", [{}, {"why_code": "", "why_figures": ""}, {"why_code": "later"}])
def test_words_without_a_code_that_is_known_stay_english_and_say_so(more):
    row = {"why": "Fewer.", **more}

    assert say_kept(row, "why") == Said("Fewer.")
    with using("es"):
        assert say_kept(row, "why") == Said("Fewer.", "en")


@pytest.mark.parametrize(("table", "column"), [*KEPT.items(), ("completeness", "item")])
def test_a_release_of_the_first_schema_says_its_reasons_as_they_stand(table, column):
    rows = releases.load(making.HERE / "release-1").table(table).to_dict("records")

    with using("es"):
        assert [say_kept(row, column) for row in rows] == [Said(row[column], "en") for row in rows]


def test_a_figure_without_end_is_kept_as_json_that_every_reader_takes():
    figures = {name: float("inf") for name in ("expected", "ratio", "low", "high", "chance")}
    row = pd.DataFrame(as_columns("why", [Reason("rate_above", {"clinics": 3, **figures})])).iloc[0]

    def refuse(constant):
        raise AssertionError(constant)

    assert json.loads(row["why_figures"], parse_constant=refuse)["ratio"] == "inf"
    assert say_kept(row, "why").words == row["why"]


@pytest.mark.parametrize(("table", "column"), KEPT.items())
def test_every_reason_of_the_shipped_release_is_said_from_its_code(table, column):
    rows = releases.current().table(table).to_dict("records")

    assert [row[column] for row in rows if say_kept(row, column).words != row[column]] == []
    assert [row[column] for row in rows if row[f"{column}_code"] not in WORDS] == []
    with using("es"):
        said = [say_kept(row, column) for row in rows]
    assert [one for one, row in zip(said, rows, strict=True) if one.words == row[column]] == []
    assert {one.language for one in said} == {""}


def test_every_age_of_the_shipped_release_has_a_code():
    items = releases.current().table("completeness")
    ages = items["aspect"].eq("age")

    assert items.loc[ages, "item_code"].isin([*WORDS]).all()
    assert items.loc[~ages, "item_code"].eq("").all()
