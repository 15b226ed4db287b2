import subprocess
import sys

import pandas as pd
import pytest

from geo.clinics import listings
from geo.errors import GeoError, SchemaError
from tests.handmade.listings import listing_table


def test_a_good_table_is_returned_as_it_is():
    table = listing_table(
        {
            "zip": "02478",
            "state": "MA",
            "phone": "+16178552000",
            "website": "https://example.org/a?b=c",
            "treatments": "iv;esketamine;at_home",
            "npi": "1234567893",
            "source_url": "http://example.org/",
            "source_date": "2023-03",
            "operating": "closed",
            "operating_date": "2023-03-10",
            "raw": '{"name": "A"}',
        },
        {"clinic_id": "", "operating": ""},
    )
    assert listings.validate(table) is table


def test_no_listing_at_all_is_a_good_table():
    assert listings.validate(listing_table()).empty


@pytest.mark.parametrize(
    ("column", "value", "advice"),
    [
        ("listing_id", "L 1", "an id of its own"),
        ("clinic_id", "A Clinic", "lower-case words joined by '-'"),
        ("clinic_id", "a--clinic", "lower-case words joined by '-'"),
        ("name", "", "the clinic's name"),
        ("name", " A Clinic", "the clinic's name"),
        ("state", "Ohio", "two-letter abbreviation"),
        ("state", "ZZ", "two-letter abbreviation"),
        ("zip", "2478", "five digits"),
        ("zip", "02478-1234", "five digits"),
        ("phone", "617-855-2000", r"\+1 and ten digits"),
        ("phone", "+44201234567890", r"\+1 and ten digits"),
        ("website", "example.org", "https://example.org/"),
        ("website", "javascript:alert(1)", "https://example.org/"),
        ("website", 'https://example.org/"><script>', "https://example.org/"),
        ("website", "https://user@example.org/", "https://example.org/"),
        ("website", "https://example.org", "https://example.org/"),
        ("source_url", "a list (name not recorded)", "https://example.org/"),
        ("treatments", "iv,im", "in this order"),
        ("treatments", "im;iv", "in this order"),
        ("treatments", "iv;iv", "in this order"),
        ("treatments", "iv;", "in this order"),
        ("treatments", "spravato", "in this order"),
        ("npi", "123", "ten digits"),
        ("operating", "open", "yes, closed, unconfirmed or withdrawn"),
        ("operating_date", "10 March 2023", "YYYY-MM-DD"),
        ("source_date", "2023-13", "YYYY-MM-DD"),
        ("source_date", "2023-02-30", "YYYY-MM-DD"),
        ("source_date", "23", "YYYY-MM-DD"),
        ("evidence", "rumour", "clinic_own_page"),
        ("source", "", "plain words"),
        ("raw", "name: A", "JSON object"),
        ("raw", "[1]", "JSON object"),
    ],
)
def test_a_bad_value_names_row_column_and_what_to_do(column, value, advice):
    table = listing_table({}, {column: value}, {})
    with pytest.raises(SchemaError, match=advice) as caught:
        listings.validate(table)
    message = str(caught.value)
    assert repr(table["listing_id"][1]) in message
    assert "(row 2)" in message
    assert f"column {column!r}" in message
    assert repr(value) in message
    assert isinstance(caught.value, GeoError | ValueError)


def test_rows_are_counted_by_position_whatever_the_index():
    table = listing_table({}, {"zip": "1"}).set_axis([70, 50])
    with pytest.raises(SchemaError, match=r"'L2' \(row 2\)"):
        listings.validate(table)


def test_a_missing_value_is_named_so():
    table = listing_table({}, {})
    table.loc[1, "city"] = None
    with pytest.raises(SchemaError, match=r"'L2' \(row 2\), column 'city': a missing value"):
        listings.validate(table)


def test_a_number_is_no_text():
    table = listing_table({"zip": "10001"}).astype({"zip": "int64"})
    with pytest.raises(SchemaError, match="column 'zip': 10001 is wrong; write five digits"):
        listings.validate(table)


def test_the_later_of_two_rows_with_one_id_is_at_fault():
    faults = listings.find_faults(listing_table({"listing_id": "L7"}, {}, {"listing_id": "L7"}))
    assert faults[["row", "column"]].to_numpy().tolist() == [[2, "listing_id"]]
    assert faults["reason"][0].startswith("'L7' stands twice; give each listing an id of its own")


WITHDRAWAL = {
    "operating": "withdrawn",
    "evidence": "operator",
    "note": "Its wish.",
    "source_date": "2026-05-01",
}


@pytest.mark.parametrize("fault", [{"evidence": "press"}, {"note": ""}, {"source_date": ""}])
def test_only_an_operator_withdraws_and_says_why_and_when(fault):
    listings.validate(listing_table({}, WITHDRAWAL))
    with pytest.raises(SchemaError, match=r"row 2\), column 'operating': only an operator"):
        listings.validate(listing_table({}, WITHDRAWAL | fault))


def test_a_long_list_of_faults_is_cut_and_counted():
    with pytest.raises(SchemaError, match=r"row 3.*2 more like this\.$") as caught:
        listings.validate(listing_table(*[{"zip": "1"}] * 5))
    assert "row 4" not in str(caught.value)


def test_a_missing_and_an_unknown_column_are_named():
    table = listing_table({})
    with pytest.raises(SchemaError, match=r"lacks the columns \['zip'\]"):
        listings.validate(table.drop(columns="zip"))
    with pytest.raises(SchemaError, match=r"has the columns \['county'\]"):
        listings.validate(table.assign(county=""))


def test_the_order_of_columns_is_free():
    table = listing_table({})
    listings.validate(table[table.columns[::-1]])


def test_faults_come_in_the_order_of_rows():
    faults = listings.find_faults(listing_table({"zip": "1"}, {"state": "XX"}, {"zip": "2"}))
    assert faults["row"].tolist() == [0, 1, 2]
    assert faults["column"].tolist() == ["zip", "state", "zip"]


FREE = ("name", "street", "unit", "city", "source", "note")


def test_every_column_has_advice():
    assert set(listings.COLUMNS) == set(listings.WHAT_TO_DO)


def test_free_texts_may_hold_any_letters_and_signs():
    listings.validate(listing_table(dict.fromkeys(FREE, "any <text>, even «this» 👩 é 日本 {}`$")))
    listings.validate(listing_table({"note": "two\nlines"}))


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\x00", "\u202e", "\u200b", "\ufeff", "\r", "\x9b"])
@pytest.mark.parametrize("column", FREE)
def test_free_texts_hold_nothing_that_nobody_sees(column, hidden):
    with pytest.raises(SchemaError, match=f"column '{column}'.*without characters that nobody"):
        listings.validate(listing_table({column: f"a{hidden}b"}))


def test_is_partial_date_on_an_empty_column():
    assert listings.is_partial_date(pd.Series([], dtype="str")).empty


def test_reading_clinics_does_not_import_pandera():
    code = (
        "import sys, geo.clinics.resolving, geo.clinics.provenance; print('pandera' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
