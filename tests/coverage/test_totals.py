from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.coverage import listed_twice
from geo.coverage.listed_twice import Refusal, find_captures, find_refusal
from geo.coverage.totals import tabulate_totals
from geo.coverage.two_lists import Total
from geo.sources import descriptors
from geo.sources.lists import MEASURED_BY
from tests.handmade.supply import FIRST, SECOND, supply_of, two_regions

NO_PAIRS = pd.DataFrame({"listing_a": [], "listing_b": []})
FULL = (
    (20, "IL", (FIRST, SECOND), ""),
    (30, "IL", (FIRST,), ""),
    (25, "IL", (SECOND,), ""),
    (15, "CA", (FIRST, SECOND), ""),
    (10, "CA", (FIRST,), ""),
    (40, "CA", (SECOND,), ""),
    (5, "CA", ("STAT",), ""),
)


def tables_of(*groups, clinic=None, listing=None):
    """Return clinics and listings, those of the second list the clinics' own undated pages."""
    clinics, listings = supply_of(*groups)
    clinics = clinics.assign(status="open", treatments="iv", city="", **clinic or {})
    listings = listings.assign(listing_id=[f"T{row}" for row in range(len(listings))])
    listings = listings.assign(source_date="", evidence="clinic_own_page", **listing or {})
    return clinics, listings


def captures_of(clinics, listings, pairs=NO_PAIRS):
    return find_captures(clinics, listings, two_regions(), pairs)


def test_the_two_lists_are_of_the_program_and_of_one_day():
    assert {*MEASURED_BY} <= {one.name for one in descriptors.list_lists()}


def test_the_table_tells_each_area_at_each_odds():
    table = tabulate_totals(captures_of(*tables_of(*FULL)), two_regions())

    assert table[["name", "odds"]].drop_duplicates().shape[0] == 9
    midwest = table[(table["level"] == "region") & (table["geoid"] == "2")]
    assert midwest["clinics_estimated"].tolist() == pytest.approx(
        [75 + odds * 30 * 25 / 21 for odds in (1, 2, 4)]
    )
    first = midwest.iloc[0]
    assert first[["first_clinics", "second_clinics", "clinics_in_both"]].tolist() == [50, 45, 20]
    assert (first["clinics_known"], first["refused"]) == (75, "")
    assert first["share_known"] == pytest.approx(75 / (75 + 750 / 21))
    assert (first["first_ratio"], first["second_ratio"]) == pytest.approx((2.0, 45 / 55))
    nation = table[table["level"] == "nation"].iloc[0]
    assert nation["clinics_estimated"] == pytest.approx(140 + 750 / 21 + 400 / 16)
    assert nation["estimate_low"] < nation["clinics_estimated"] < nation["estimate_high"]
    assert nation["clinics_known"] == 145


@pytest.mark.parametrize(
    ("evidence", "date", "counts"),
    [
        ("clinic_own_page", "", True),
        ("clinic_own_page", "2022-05", False),
        ("press", "", False),
        ("press", "2025", True),
        ("press", "2023-03-02", False),
        ("secondary_directory", "", True),
    ],
)
def test_a_sighting_counts_by_its_day(evidence, date, counts):
    clinics, listings = tables_of((1, "IL", (SECOND,), ""))
    listings = listings.assign(evidence=evidence, source_date=date)

    assert captures_of(clinics, listings).holds[1].tolist() == [counts]


@pytest.mark.parametrize(
    "clinic",
    [{"status": "unconfirmed"}, {"status": "closed"}, {"treatments": "at_home"}, {"state": "PR"}],
)
def test_only_open_places_to_go_to_in_the_states_count(clinic):
    clinics, listings = tables_of((3, "IL", (FIRST, SECOND), ""))
    clinics = clinics.assign(**clinic)

    assert captures_of(clinics, listings).clinics.empty


def test_a_clinic_that_a_list_has_twice_counts_once():
    clinics, listings = tables_of((9, "IL", (FIRST, SECOND, SECOND), ""))

    (overlap,) = captures_of(clinics, listings).whole.overlaps()

    assert (overlap.both, overlap.only_first, overlap.only_second) == (9, 0, 0)


def test_strata_are_of_large_cities_where_enough_is_shared():
    clinics, listings = tables_of(
        (9, "IL", (FIRST, SECOND), ""), (8, "IL", (FIRST, SECOND), ""), (3, "CA", (FIRST,), "")
    )
    clinics["city"] = ["Chicago"] * 9 + ["Cicero"] * 8 + ["Fresno"] * 3

    found = captures_of(clinics, listings)
    assert [(one.both, one.only_first) for one in found.whole.overlaps()] == [
        (8, 0),
        (9, 0),
        (0, 3),
    ]
    assert found.region_of.tolist() == [0, 0, 1]

    few = captures_of(clinics.iloc[3:], listings)  # six are too few for a stratum
    assert [one.both for one in few.whole.overlaps()] == [14, 0]


def test_possible_links_refuse_an_estimate_beyond_five_of_a_hundred():
    clinics, listings = tables_of(*FULL)
    alone = listings.groupby("clinic_id")["source"].transform("size").eq(1)
    mine = listings[alone & listings["source"].eq(FIRST)]["listing_id"].iloc[0]
    others = listings[alone & listings["source"].eq(SECOND)]["listing_id"].iloc[:3]
    pairs = pd.DataFrame({"listing_a": mine, "listing_b": others})

    table = tabulate_totals(captures_of(clinics, listings, pairs), two_regions())

    midwest = table[table["geoid"] == "2"].iloc[0]
    assert (midwest["links_open"], midwest["refused"]) == (3, "links")
    assert np.isnan(midwest["clinics_estimated"])
    one = tabulate_totals(captures_of(clinics, listings, pairs.head(1)), two_regions())
    assert one[one["geoid"] == "2"].iloc[0]["refused"] == ""


def test_lists_that_repeat_each_other_are_refused_not_clamped():
    clinics, listings = tables_of(
        (15, "IL", (FIRST, SECOND), ""),
        (5, "IL", (FIRST,), ""),
        (5, "IL", (SECOND,), ""),
        (35, "IL", ("STAT",), ""),
    )

    table = tabulate_totals(captures_of(clinics, listings), two_regions())

    midwest = table[table["geoid"] == "2"]
    assert midwest["refused"].tolist() == ["repeated"] * 3
    assert midwest["clinics_estimated"].isna().all()
    west = table[table["geoid"] == "4"]
    assert west["refused"].tolist() == ["no_list"] * 3


def test_lists_of_other_years_tell_nothing(monkeypatch):
    clinics, listings = tables_of(*FULL)
    lists = {one.name: one for one in descriptors.list_lists()}
    older = replace(lists[SECOND], day="2023-05")
    find_lists = listed_twice.find_lists
    monkeypatch.setattr(
        listed_twice,
        "find_lists",
        lambda table: [older if one and one.name == SECOND else one for one in find_lists(table)],
    )

    found = captures_of(clinics, listings)

    assert found.refusal is Refusal.DATES
    assert find_refusal(found, np.array([True, True]), Total(1, 1, 9)) is Refusal.DATES
