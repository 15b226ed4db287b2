"""The registry of fields: what stands in it fits together, and a field more reaches every part."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geo.clinics import code_lists, codebook, fields, forms, listings, resolving, vocabulary
from geo.clinics.field import Card, Origin
from geo.places.position_columns import POSITION_COLUMNS
from geo.sources import reading
from geo.sources.form_cleaning import clean
from geo.workspace import clinic_facts

ROOT = Path(__file__).resolve().parents[2]


def names(test):
    return [field.name for field in fields.FIELDS if test(field)]


def test_a_field_stands_once_and_is_found_by_its_name():
    every = names(lambda _: True)
    assert len(set(every)) == len(every)
    assert [fields.find(name).name for name in every] == every
    with pytest.raises(KeyError):
        fields.find("opening")


def test_the_tables_have_the_columns_that_they_had():
    def at_first(columns):
        return [name for name in columns if fields.find(name).since == 1]

    assert ",".join(at_first(listings.COLUMNS)) == (
        "listing_id,clinic_id,name,street,unit,city,state,zip,phone,website,treatments,npi,"
        "operating,operating_date,evidence,source,source_url,source_date,note,raw"
    )
    assert ",".join(at_first(resolving.COLUMNS)) == (
        "clinic_id,name,street,unit,city,state,zip,phone,website,treatments,status,status_date,"
        "npi,evidence,source_url,source_date,listings"
    )
    assert ",".join(at_first(clinic_facts.EDITABLE)) == (
        "name,street,unit,city,state,zip,phone,website,treatments,npi,note"
    )
    assert at_first(clinic_facts.GAPS) == ["phone", "website", "npi"]
    assert at_first(clinic_facts.NEEDED) == ["name", "state"]
    assert at_first(clinic_facts.OWN) == ["note"]


def test_a_located_clinic_has_the_columns_of_a_position():
    assert resolving.LATER_COLUMNS[: len(POSITION_COLUMNS)] == POSITION_COLUMNS


def test_what_a_source_may_state_is_a_column_of_listings_and_can_be_cleaned():
    assert {*reading.FIELDS} <= {*listings.COLUMNS}
    for name in reading.FIELDS:
        field = fields.find(name)
        assert field.column.aliases
        assert clean(field.form, "").value == ""


def test_what_an_operator_may_edit_has_a_label():
    assert names(lambda field: field.editable and not field.label) == []
    assert names(lambda field: field.editable and not field.listed) == []


def test_what_a_card_shows_is_stated_by_listings():
    assert names(lambda field: field.card and field.origin is not Origin.LISTING) == []
    assert names(lambda field: field.unknown and not field.card) == []


def test_what_a_card_makes_a_link_of_can_be_pressed():
    linked = [field.form for field in fields.FIELDS if field.card is Card.LINK]
    assert {*linked} <= {forms.PHONE, forms.WEB_ADDRESS, forms.EMAIL}


def test_treatments_and_words_of_lists_are_whole():
    assert code_lists.TREATMENT_CODES.names == vocabulary.TREATMENTS
    assert tuple(vocabulary.STATUS_WORDS) == vocabulary.STATUSES
    assert tuple(vocabulary.EVIDENCE_WORDS) == vocabulary.EVIDENCE
    assert {*vocabulary.SHOWN_STATUSES, *vocabulary.OUT_STATUSES} == {*vocabulary.STATUSES}


def test_the_codebook_is_in_the_guide_of_the_data():
    guide = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert codebook.write() in guide, "put in what geo.clinics.codebook.write() returns"


def test_the_registry_and_what_patients_load_of_it_need_no_cleaning():
    code = (
        "import sys; import geo.clinics.fields, geo.clinics.vocabulary; "
        "assert not {'pandas', 'phonenumbers'} & {*sys.modules}; "
        "import geo.search.searching, geo.clinics.values; "
        "print(sorted({'phonenumbers', 'rapidfuzz', 'pandera', 'geo.sources'} & {*sys.modules}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


# A field more


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What `tests.handmade.added_fields` saw of three fields that it registered."""
    folder = tmp_path_factory.mktemp("added")
    subprocess.run(
        [sys.executable, "-m", "tests.handmade.added_fields", str(folder)],
        cwd=ROOT,
        env=os.environ | {"CLINIC_FINDER_HOME": str(folder)},
        check=True,
        timeout=300,
    )
    return json.loads((folder / "seen.json").read_text(encoding="utf-8"))


def test_an_older_file_of_listings_is_read_without_the_fields(seen):
    assert seen["shipped"] == [""]


def test_columns_are_guessed_by_name(seen):
    guessed = seen["columns of A list"]
    assert guessed["fees"] == "Fees accepted"
    assert guessed["season"] == "Open season"
    assert guessed["walk_ins"] == "Walk ins"
    assert seen["columns of Another list"]["fees"] == "Fees"


def test_texts_are_cleaned_into_the_form_or_told(seen):
    assert sorted(seen["listings"]) == [
        ["insurance", "", ""],
        ["medicaid;self_pay", "Mon-Fri 9-5", "yes"],
    ]
    assert seen["mended of A list"] == [
        ["fees", "barter", "'barter' names none that is known"],
        ["walk_ins", "maybe", "'maybe' names none that is known"],
    ]


def test_a_clinic_has_all_codes_and_the_one_text(seen):
    assert seen["clinic"] == ["medicaid;insurance;self_pay", "Mon-Fri 9-5", "yes"]
    assert seen["traced"] == ["fees", "fees", "season"]


def test_an_operator_sees_and_edits_them(seen):
    assert seen["form"]["Fees"] == ["Medicaid", "Private insurance", "Self-pay"]
    assert seen["form"]["Walk ins"] == ["", "Yes", "No"]
    assert "Season" in seen["form"]
    assert "Fees" in seen["side by side"]
    assert "fees “medicaid;insurance;self_pay” → “medicaid;self_pay”" in seen["decided"]
    assert "season “Mon-Fri 9-5” → nothing" in seen["decided"]
    assert seen["bulk"] == [["fees", "medicaid"], ["season", "Tue"]]
    assert seen["refused"].startswith("fees: 'gold' is none of its codes; join codes by ';'")


def test_a_diff_names_them(seen):
    told = " ".join(seen["diff"])
    assert "fees medicaid;insurance;self_pay → medicaid;self_pay" in told
    assert "season Mon-Fri 9-5 → nothing" in told


def test_exports_hold_them(seen):
    assert seen["json"]["fees"] == ["medicaid", "insurance", "self_pay"]
    assert seen["json"]["walk_ins"] == "yes"
    heading, row = seen["csv"]
    assert "fees" in heading.split(",")
    assert "medicaid;insurance;self_pay" in row
    assert "`fees` | listings, clinics | how a visit can be paid" in seen["codebook"]


def test_a_card_shows_them(seen):
    told = {each["id"]: each for each in seen["card"]}
    assert told["fees"]["chips"] == ["Medicaid", "Private insurance", "Self-pay"]
    assert told["season"]["text"] == "Season: Mon-Fri 9-5"
    assert told["walk_ins"]["text"] == "Walk ins: Yes"
