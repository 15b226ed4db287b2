import datetime as dt

import pandas as pd
import pytest

from geo import releases
from geo.coverage.completeness import tabulate_completeness
from geo.coverage.counting import pick_clinics
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

AS_OF = dt.date(2026, 7, 1)
CLINICS = clinic_table(
    {"clinic_id": "a", "state": "IL", "precision": "city"},
    {"clinic_id": "b", "state": "IL", "precision": "zip"},
    {"clinic_id": "c", "state": "CA", "precision": "none"},
)
LISTINGS = pd.DataFrame(
    [
        ("a", "directory", "secondary_directory", "2026"),
        ("a", "directory", "secondary_directory", "2020-05"),
        ("a", "STAT", "press", "2024-06-30"),
        ("b", "directory", "secondary_directory", ""),
        ("b", "page", "clinic_own_page", "2025-06-30"),
        ("c", "directory", "secondary_directory", ""),
        ("gone", "directory", "secondary_directory", "2026"),
    ],
    columns=["clinic_id", "source", "evidence", "source_date"],
    dtype="str",
)


@pytest.fixture(scope="module")
def table():
    return tabulate_completeness(CLINICS, LISTINGS, demand_of({}, {"state": "CA"}), AS_OF)


def items(table, level, geoid, aspect):
    """Return item -> (listings, clinics), in the order of the table."""
    here = table[table["level"].eq(level) & table["geoid"].eq(geoid) & table["aspect"].eq(aspect)]
    return {row["item"]: (row["listings"], row["clinics"]) for row in here.to_dict("records")}


def test_sources_stand_by_how_many_clinics_they_name(table):
    assert list(items(table, "state", "17", "source").items()) == [
        ("directory", (3, 2)),
        ("STAT", (1, 1)),
        ("page", (1, 1)),
    ]
    assert items(table, "nation", "US", "source")["directory"] == (4, 3)


def test_evidence_stands_by_its_trust(table):
    assert list(items(table, "region", "2", "evidence")) == [
        "clinic_own_page",
        "press",
        "secondary_directory",
    ]


def test_a_clinic_is_as_old_as_its_newest_source(table):
    assert list(items(table, "state", "17", "age").items()) == [
        ("under 1 year", (1, 1)),
        ("1 to 2 years", (1, 1)),
        ("2 to 5 years", (1, 0)),
        ("5 years and older", (1, 0)),
        ("undated", (1, 0)),
    ]
    assert items(table, "state", "06", "age") == {"undated": (1, 1)}


def test_precision_is_of_clinics(table):
    assert items(table, "nation", "US", "precision") == {
        "zip": (0, 1),
        "city": (0, 1),
        "none": (0, 1),
    }


def test_shares_are_of_the_areas_clinics(table):
    here = table[table["geoid"].eq("17") & table["item"].eq("directory")]

    assert here["share_of_clinics"].tolist() == [1.0]
    assert table["share_of_clinics"].between(0, 1).all()


def test_areas_without_clinics_have_no_rows(table):
    assert set(table.loc[table["level"] == "state", "geoid"]) == {"06", "17"}


def test_the_shipped_counts_are_those_of_its_clinics():
    release = releases.load(releases.SHIPPED)
    counted = pick_clinics(release.clinics)
    nation = release.table("completeness").query("level == 'nation'")

    by_precision = nation[nation["aspect"] == "precision"].set_index("item")["clinics"]
    assert by_precision.to_dict() == counted["precision"].value_counts().to_dict()
    by_age = nation[nation["aspect"] == "age"]
    assert by_age["clinics"].sum() == len(counted)
    theirs = release.listings["clinic_id"].isin(counted["clinic_id"])
    assert by_age["listings"].sum() == theirs.sum()
