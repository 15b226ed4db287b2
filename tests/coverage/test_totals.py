from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo import releases
from geo.coverage import listed_twice
from geo.coverage.demand import load_demand
from geo.coverage.listed_twice import Refusal, find_captures, find_refusal
from geo.coverage.overlaps import LEVELS
from geo.coverage.places_searched import find_share_searched, read_places
from geo.coverage.totals import tabulate_totals
from geo.coverage.two_lists import Total
from geo.errors import SourceError
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


def table_of(captures, searched=0.95):
    """Return the totals, by level and GEOID."""
    demand = two_regions()
    near = {level: np.full(len(demand.areas[level]), searched) for level in LEVELS}
    return tabulate_totals(captures, demand, near).set_index(["level", "geoid"])


def test_the_table_tells_each_area_at_each_odds():
    table = table_of(captures_of(*tables_of(*FULL)))

    midwest = table.loc[("region", "2")]
    assert [midwest[f"total_at_{odds}"] for odds in (1, 2, 4)] == pytest.approx(
        [75 + odds * 30 * 25 / 21 for odds in (1, 2, 4)]
    )
    assert midwest[["first_clinics", "second_clinics", "clinics_in_both"]].tolist() == [50, 45, 20]
    assert (midwest["clinics_known"], midwest["refused"]) == (75, "")
    assert midwest["share_known"] == pytest.approx(75 / (75 + 750 / 21))
    assert (midwest["first_ratio"], midwest["second_ratio"]) == pytest.approx((2.0, 45 / 55))
    assert midwest["total_elsewhere"] == pytest.approx(65 + 400 / 16)
    assert "agreement" in midwest["supply_lacking"]
    nation = table.loc[("nation", "US")]
    assert nation["total_at_1"] == pytest.approx(140 + 750 / 21 + 400 / 16)
    assert nation["total_at_1_low"] < nation["total_at_1"] < nation["total_at_1_high"]
    assert nation["clinics_known"] == 145
    assert np.isnan(nation["supply_ratio"])


def test_fuller_lists_judge_an_area():
    table = table_of(captures_of(*tables_of(*by_cells((240, 20, 20), (500, 60, 60)))))

    assert table.loc[("region", "2"), "supply_lacking"] == ""
    assert table.loc[("region", "4"), "supply_lacking"] == ""
    assert table.loc[("region", "2"), "supply_ratio"] < 0.6
    assert table.loc[("state", "17"), "supply_lacking"] == ""
    assert table.loc[("region", "2"), "gamma"] >= 2


def by_cells(here, elsewhere):
    """Return clinics of Illinois and California: in both lists, in the first alone, in the second."""
    return [
        (many, state, lists, "")
        for state, cells in (("IL", here), ("CA", elsewhere))
        for many, lists in zip(cells, ((FIRST, SECOND), (FIRST,), (SECOND,)), strict=True)
    ]


@pytest.mark.parametrize(
    ("here", "elsewhere", "searched", "lacking"),
    [
        ((20, 12, 12), (500, 60, 60), 0.95, "narrow_here"),
        ((30, 1, 1), (40, 100, 100), 0.95, "narrow_elsewhere"),
        ((240, 20, 20), (500, 60, 60), 0.89, "searched"),
        ((150, 110, 10), (240, 10, 360), 0.95, "agreement"),
        ((486, 30, 30), (500, 60, 60), 0.95, "difference"),  # p of 0.027, twice that of two areas
        ((150, 130, 130), (300, 200, 200), 0.95, "robustness"),
    ],
)
def test_fuller_lists_that_lack_one_thing_alone_judge_nothing(here, elsewhere, searched, lacking):
    table = table_of(captures_of(*tables_of(*by_cells(here, elsewhere))), searched)

    assert table.loc[("region", "2"), "supply_lacking"] == lacking


def test_a_state_in_which_the_lists_share_little_is_refused():
    groups = ((6, "IL", (FIRST, SECOND), ""), *FULL[1:])

    table = table_of(captures_of(*tables_of(*groups)))

    assert table.loc[("state", "17"), "refused"] == "few"
    assert np.isnan(table.loc[("state", "17"), "total_at_1"])
    assert table.loc[("region", "2"), "refused"] == ""


def test_the_shipped_lists_tell_of_some_two_thousand_and_not_of_the_midwest():
    table = releases.load(releases.SHIPPED).table("totals").set_index(["level", "geoid"])

    nation, midwest = table.loc[("nation", "US")], table.loc[("region", "2")]
    assert 2_000 < nation["total_at_1"] < 2_400
    assert nation["share_known"] < 0.5
    assert midwest["first_ratio"] > 1 > midwest["second_ratio"]
    assert "agreement" in midwest["supply_lacking"]


def test_the_places_searched_are_known_and_reach_so_many():
    places, demand = read_places(), load_demand()

    assert len(places) == 395
    (share,) = find_share_searched(demand, places, "nation")
    assert share == pytest.approx(0.775, abs=0.001)  # data/README.md tells it
    new_york = places[places["city"].eq("New York") & places["state"].eq("NY")]
    states = demand.areas["state"]["state"].tolist()
    by_state = find_share_searched(demand, new_york, "state")
    assert by_state[states.index("CA")] == 0
    assert 0.5 < by_state[states.index("NY")] < 0.8


def test_a_place_that_no_table_knows_is_told(tmp_path):
    path = tmp_path / "places_searched.csv"
    path.write_text("city,state\nNowhere at All,OH\n", encoding="utf-8")

    with pytest.raises(SourceError, match="Nowhere at All, OH is not in the table of cities"):
        read_places(path)
    with pytest.raises(SourceError, match="cannot be read"):
        read_places(tmp_path / "none.csv")


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

    whole, _ = captures_of(clinics, listings).stratify(np.ones(9, dtype=bool))
    (overlap,) = whole.overlaps()

    assert (overlap.both, overlap.only_first, overlap.only_second) == (9, 0, 0)


def test_strata_are_of_large_cities_where_enough_is_shared():
    clinics, listings = tables_of(
        (9, "IL", (FIRST, SECOND), ""), (8, "IL", (FIRST, SECOND), ""), (3, "CA", (FIRST,), "")
    )
    clinics["city"] = ["Chicago"] * 9 + ["Cicero"] * 8 + ["Fresno"] * 3

    found = captures_of(clinics, listings)
    whole, is_here = found.stratify(found.clinics["state"].eq("CA").to_numpy())
    assert [(one.both, one.only_first) for one in whole.overlaps()] == [(8, 0), (9, 0), (0, 3)]
    assert is_here.tolist() == [False, False, True]

    few = captures_of(clinics.iloc[3:], listings)  # six are too few for a stratum
    whole, _ = few.stratify(np.ones(17, dtype=bool))
    assert [one.both for one in whole.overlaps()] == [14, 0]


def test_possible_links_refuse_an_estimate_beyond_five_of_a_hundred():
    clinics, listings = tables_of(*FULL)
    alone = listings.groupby("clinic_id")["source"].transform("size").eq(1)
    mine = listings[alone & listings["source"].eq(FIRST)]["listing_id"].iloc[0]
    others = listings[alone & listings["source"].eq(SECOND)]["listing_id"].iloc[:3]
    pairs = pd.DataFrame({"listing_a": mine, "listing_b": others})

    table = table_of(captures_of(clinics, listings, pairs))

    midwest = table.loc[("region", "2")]
    assert (midwest["links_open"], midwest["refused"]) == (3, "links")
    assert np.isnan(midwest["total_at_1"])
    one = table_of(captures_of(clinics, listings, pairs.head(1)))
    assert one.loc[("region", "2"), "refused"] == ""


def test_lists_that_repeat_each_other_are_refused_not_clamped():
    clinics, listings = tables_of(
        (15, "IL", (FIRST, SECOND), ""),
        (5, "IL", (FIRST,), ""),
        (5, "IL", (SECOND,), ""),
        (35, "IL", ("STAT",), ""),
    )

    table = table_of(captures_of(clinics, listings))

    midwest = table.loc[("region", "2")]
    assert midwest["refused"] == "repeated"
    assert np.isnan(midwest["total_at_1"])
    assert table.loc[("region", "4"), "refused"] == "no_list"


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
    assert (
        find_refusal(found, np.ones(len(found.clinics), dtype=bool), Total(1, 1, 9))
        is Refusal.DATES
    )
