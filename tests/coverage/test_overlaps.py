import numpy as np
import pandas as pd
import pytest

from geo import releases
from geo.clinics import listing_sources
from geo.coverage.counting import pick_clinics
from geo.coverage.demand import load_demand
from geo.coverage.overlaps import (
    Membership,
    estimate_clinics,
    find_lists,
    find_membership,
    tabulate_overlaps,
)
from geo.errors import SourceError
from geo.sources import curated, descriptors
from geo.sources.lists import MEASURED_BY
from tests.handmade.supply import COPIER, FIRST, SECOND, supply_of, two_regions

NPI, SAMHSA = "NPI registry (NPPES)", "SAMHSA treatment locator"

EVERYWHERE = (
    (40, "IL", (FIRST, SECOND), ""),
    (20, "IL", (FIRST,), ""),
    (10, "IL", (SECOND,), ""),
    (5, "IL", ("The Daily Test",), ""),
    (9, "CA", (FIRST, SECOND), ""),
    (30, "CA", (COPIER, FIRST), ""),
)


@pytest.mark.parametrize(
    ("listing_id", "source", "name"),
    [
        (
            "L1",
            "the SAMHSA treatment locator, as kept by the GeoDa Center (public repository)",
            "SAMHSA treatment locator",
        ),
        ("nppes:1234567893:0", "whatever it was called then", "NPI registry (NPPES)"),
        ("npi_registry:1234567893:0", "the NPI Registry", "NPI registry (NPPES)"),
        ("samhsa:a1", "SAMHSA's FindTreatment", "SAMHSA treatment locator"),
        ("osm:node:7", "OpenStreetMap", "OpenStreetMap"),
        ("L2", "a 2026 clinic directory (public repository)", "2026 clinic directory"),
        ("table:x:1", "samhsa Treatment Locator", "SAMHSA treatment locator"),
        ("table:x:1", "openstreetmap", "OpenStreetMap"),
        ("table:x:1", "a blog on SAMHSA, NPPES and OpenStreetMap", None),
        ("operator:a", "the site's operator", None),
        ("L3", "the clinic's own page", None),
        ("L4", "STAT", None),
    ],
)
def test_a_source_is_of_a_list_or_of_none(listing_id, source, name):
    (found,) = find_lists(pd.DataFrame({"listing_id": [listing_id], "source": [source]}))

    assert (found.name if found else None) == name


def test_every_list_says_why():
    lists = descriptors.list_lists()

    assert all(one.reason for one in lists)
    assert len({one.name for one in lists}) == len(lists)


def test_every_shipped_title_is_known_with_a_list_that_there_is():
    titles = listing_sources.read_titles()
    listings, _ = curated.read()

    assert set(listings["source"]) == set(titles)
    named = {title.source_list for title in titles.values()} - {""}
    assert named <= {one.name for one in descriptors.list_lists()}
    assert len(named) == 7


def test_titles_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(SourceError, match=r"titles of sources .*none\.csv cannot be read"):
        listing_sources.read_titles(tmp_path / "none.csv")
    other = tmp_path / "other.csv"
    other.write_text("title,group\nSTAT,\n")
    with pytest.raises(SourceError, match=r"cannot be read \('source'\)"):
        listing_sources.read_titles(other)


def test_membership_leaves_out_listings_of_other_clinics():
    clinics, listings = supply_of(*EVERYWHERE)

    membership = find_membership(clinics.head(40), listings)

    assert [one.name for one in membership.lists] == [
        "2026 clinic directory",
        "clinics found by place",
    ]
    assert membership.holds.shape == (2, 40)
    assert membership.holds.all()


def test_an_area_is_estimated_by_the_two_lists_chosen_beforehand():
    clinics, listings = supply_of(*EVERYWHERE, (50, "CA", (NPI, SAMHSA), ""))
    membership = find_membership(clinics, listings)

    midwest, west = (
        estimate_clinics(membership, clinics["state"].eq(state).to_numpy())
        for state in ("IL", "CA")
    )

    assert west is None  # nine shared; that two others share fifty, both independent, is no matter
    assert midwest.found == 75
    assert midwest.clinics == pytest.approx(61 * 51 / 41 - 1)
    assert (midwest.low, midwest.high) == (70, 84)
    assert midwest.lists == ("2026 clinic directory", "clinics found by place")


def test_lists_that_repeat_each_other_are_refuted_by_the_clinics_known():
    clinics, listings = supply_of(
        (15, "IL", (FIRST, SECOND), ""),
        (5, "IL", (FIRST,), ""),
        (5, "IL", (SECOND,), ""),
        (35, "IL", ("STAT",), ""),
    )
    membership = find_membership(clinics, listings)

    assert estimate_clinics(membership, np.ones(60, dtype=bool)) is None
    few = np.arange(60) < 34
    assert estimate_clinics(membership, few).high == 34  # as many as are known: not refuted


@pytest.mark.parametrize(("only_one", "is_sure"), [(5, True), (60, False)])
def test_an_estimate_is_sure_within_a_quarter(only_one, is_sure):
    clinics, listings = supply_of(
        (30, "IL", (FIRST, SECOND), ""),
        (only_one, "IL", (FIRST,), ""),
        (only_one, "IL", (SECOND,), ""),
    )
    inside = np.ones(len(clinics), dtype=bool)

    estimate = estimate_clinics(find_membership(clinics, listings), inside)

    spread = max(estimate.clinics - estimate.low, estimate.high - estimate.clinics)
    assert (spread <= estimate.clinics / 4) == is_sure
    assert estimate.is_sure == is_sure


def test_no_lists_no_estimate():
    assert estimate_clinics(Membership((), np.zeros((0, 4), dtype=bool)), np.ones(4, bool)) is None


def test_the_table_tells_every_pair_of_lists():
    clinics, listings = supply_of(*EVERYWHERE)

    table = tabulate_overlaps(clinics, listings, two_regions())

    midwest = table[(table["level"] == "region") & (table["geoid"] == "2")].iloc[0]
    assert midwest[["first_clinics", "second_clinics", "clinics_in_both"]].tolist() == [60, 50, 40]
    assert midwest["clinics_found"] == 75
    assert midwest["measured"]
    west = table[(table["level"] == "region") & (table["geoid"] == "4")]
    assert west["clinics_in_both"].tolist() == [30, 9, 0]
    assert west["independent"].tolist() == [False, True, False]
    assert west["estimate_low"].isna().all()
    assert not west["measured"].any()


def test_the_shipped_lists_measure_the_nation_alone():
    release = releases.load(releases.SHIPPED)
    table = release.table("overlaps")

    measured = table[table["measured"]]
    assert set(zip(measured["first_list"], measured["second_list"], strict=True)) == {MEASURED_BY}
    assert measured["level"].tolist() == ["nation"]
    made = tabulate_overlaps(pick_clinics(release.clinics), release.listings, load_demand())
    assert made.equals(table)
