import csv
import json
import re

import pandas as pd
import phonenumbers
import pytest

from geo import releases
from geo.clinics.listings import COLUMNS, validate
from geo.errors import SourceError
from geo.sources import curated
from tests.handmade.listings import listing_table

FOUND_BY_PLACE = "a page found by searching place by place"
ARTICLE = "an article on ketamine for anxiety; address and date not recorded"
SEEDS = [
    "Michigan Progressive Health",
    "Midwest Ketamine Center",
    "Ketamine Clinics of Los Angeles",
    "Vitalitas Denver",
    "Neuro-Luminance",
    "Herro Medical Center",
    "Phoenix Ketamine Wellness Center",
    "NY Ketamine Infusions",
    "Boston MindCare",
    "The Ketamine Institute",
    "Alabama Ketamine Clinics",
    "Atlanta Center for Ketamine Therapy",
]


@pytest.fixture(scope="module")
def shipped():
    return curated.read()[0]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "listings.csv"


def write_rows(file, *rows, heading=COLUMNS):
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([heading, *rows])


def test_the_shipped_file_has_the_listings_of_the_release_and_no_rejects():
    listings, rejects = curated.read()
    assert len(listings) == releases.read_manifest(releases.SHIPPED)["counts"]["listings"]
    assert rejects.empty
    validate(listings)


def test_the_shipped_file_is_in_its_canonical_form(shipped, file):
    curated.write(shipped, file)
    assert file.read_bytes() == curated.PATH.read_bytes()


def test_a_later_field_has_a_column_once_a_listing_states_it(file, monkeypatch):
    monkeypatch.setattr(curated, "_LATER", frozenset({"unit", "npi"}))
    table = listing_table({"listing_id": "A", "npi": "1234567893"})

    curated.write(table, file)

    heading = file.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert heading == [name for name in COLUMNS if name != "unit"]
    listings, rejects = curated.read(file)
    assert rejects.empty
    pd.testing.assert_frame_equal(listings, table)


def test_the_article_speaks_of_its_twelve_clinics_and_is_trusted_as_a_directory(shipped):
    article = shipped[shipped["source"].eq(ARTICLE)]
    assert article["name"].tolist() == SEEDS
    assert set(article["evidence"]) == {"secondary_directory"}
    assert article[["source_url", "source_date", "street", "zip", "phone"]].eq("").all(axis=None)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Michigan Progressive Health", "Grand Rapids, MI"),
        ("Midwest Ketamine Center", "Chicago, IL"),
        ("Boston MindCare", "Boston, MA"),
        ("The Ketamine Institute", "Pensacola, FL"),
    ],
)
def test_a_wrong_city_of_the_article_stands_in_raw_and_note_alone(shipped, name, said):
    row = shipped[shipped["source"].eq(ARTICLE) & shipped["name"].eq(name)].iloc[0]
    assert json.loads(row["raw"])["place"] == said
    assert row["city"] == ""
    assert said.split(",")[0] in row["note"]


def test_counts_by_evidence(shipped):
    by_hand = shipped[shipped["source"].ne(FOUND_BY_PLACE)]
    assert by_hand["evidence"].value_counts().to_dict() == {
        "secondary_directory": 483,
        "clinic_own_page": 73,
        "press": 31,
        "registry": 12,
    }
    found = shipped[shipped["source"].eq(FOUND_BY_PLACE)]
    assert found["evidence"].value_counts().to_dict() == {
        "clinic_own_page": 320,
        "press": 127,
        "secondary_directory": 14,
    }


def test_every_phone_is_a_number_that_can_be_dialled(shipped):
    for phone in shipped.loc[shipped["phone"].ne(""), "phone"]:
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone)), phone


def test_brackets_in_a_name_hold_a_branch_alone(shipped):
    by_hand = shipped[shipped["source"].ne(FOUND_BY_PLACE)]  # whose names stand as they were found
    bracketed = by_hand["name"].str.extract(r"[\[(](.*)[\])]", expand=False).dropna()
    remark = re.compile(r"listed as|article|origin|program|center|clinic|health\b", re.IGNORECASE)
    assert not [branch for branch in bracketed if remark.search(branch)]
    assert not shipped["name"].str.contains(r"[|\[\]]").any()


def test_a_street_holds_no_unit(shipped):
    unit = r"(?i)#|\b(?:suite|ste|unit|floor)\b"
    assert not shipped["street"].str.contains(unit).any()


def test_no_practitioner_is_named(shipped):
    told = shipped[["name", "website", "source", "source_url", "note", "raw"]].agg(" ".join, axis=1)
    person = r"\bDr\. (?!STE|Suite)[A-Z]|, (?:M\.?D|DO|NP|PhD|LCSW)\b|(?i:clinician-|bezwada|tina-gordon)"
    assert told[told.str.contains(person)].tolist() == []


def test_notes_of_the_facts_are_not_copied(shipped):
    keys = {key for raw in shipped["raw"] for key in json.loads(raw)}
    assert "notes" not in keys
    assert not shipped["raw"].str.contains(r"lat -?\d|lng -?\d").any()


def test_a_link_to_a_directory_is_no_website_of_a_clinic(shipped):
    directories = r"healingmaps\.com|ketamineatlas\.com|mddcare\.com"
    assert not shipped["website"].str.contains(directories).any()


def test_zips_keep_their_zeros(shipped):
    mclean = shipped[shipped["street"].eq("115 Mill Street")].iloc[0]
    assert mclean["zip"] == "02478"


def test_rows_are_listings_or_rejects_each_with_its_line_and_reason(file):
    table = listing_table({}, {"zip": "123"}, {"state": "XX", "phone": "1"}, {"note": "two\nlines"})
    rows = table.to_numpy().tolist()
    write_rows(file, *rows, rows[0], rows[0][:5])
    listings, rejects = curated.read(file)
    assert listings["listing_id"].tolist() == ["L1", "L4"]
    assert rejects["line"].tolist() == [3, 4, 7, 8]
    assert rejects["listing_id"].tolist() == ["L2", "L3", "L1", ""]
    reasons = rejects["reason"].tolist()
    assert reasons[0].startswith("zip: '123' is wrong; write five digits")
    assert "phone: '1'" in reasons[1]
    assert "; state: 'XX'" in reasons[1]
    assert "stands twice" in reasons[2]
    assert reasons[3] == f"has 5 cells, not {len(COLUMNS)}; check its quotes and commas"
    assert rejects["raw"][3] == " | ".join(rows[0][:5])


def test_columns_may_stand_in_any_order(file):
    table = listing_table({"zip": "02478"})
    write_rows(file, table.iloc[0, ::-1].tolist(), heading=COLUMNS[::-1])
    listings, rejects = curated.read(file)
    pd.testing.assert_frame_equal(listings, table)
    assert rejects.empty


def test_what_is_written_is_read_again(file):
    table = listing_table({"listing_id": "L2", "note": 'a "quoted", odd\nnote é'}, {})
    table.loc[1, "listing_id"] = "L1"
    curated.write(table, file)
    listings, _ = curated.read(file)
    pd.testing.assert_frame_equal(listings, table.iloc[::-1].reset_index(drop=True))


def test_a_byte_order_mark_and_empty_lines_do_no_harm(file):
    write_rows(file, listing_table({}).iloc[0].tolist())
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes() + b"\n\n")
    listings, rejects = curated.read(file)
    assert (len(listings), len(rejects)) == (1, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "heading of listings.csv is ''"),
        (b"name,city\nA,B\n", "heading of listings.csv is 'name,city'"),
        (b"\xff\xfe", "not a CSV in UTF-8"),
        (",".join(COLUMNS).encode() + b'\n"unclosed', "not a CSV in UTF-8"),
    ],
)
def test_a_file_in_another_form_is_refused(file, content, message):
    file.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        curated.read(file)


def test_a_missing_file_is_named(file):
    with pytest.raises(SourceError, match=r"listings\.csv cannot be read: No such file"):
        curated.read(file)


def test_a_file_with_a_heading_alone_has_no_rows(file):
    write_rows(file)
    listings, rejects = curated.read(file)
    assert listings.empty
    assert rejects.empty
    validate(listings)
