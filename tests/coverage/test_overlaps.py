import numpy as np
import pandas as pd
import pytest

from geo import releases
from geo.clinics import listing_sources
from geo.coverage.counting import pick_clinics
from geo.coverage.demand import load_demand
from geo.coverage.overlaps import (
    Membership,
    capture_recapture,
    estimate_clinics,
    find_lists,
    find_membership,
    tabulate_overlaps,
)
from geo.errors import SourceError
from geo.sources import curated, descriptors
from tests.handmade.supply import COPIER, NPI, SAMHSA, supply_of, two_regions

EVERYWHERE = (
    (40, "IL", (NPI, SAMHSA), ""),
    (20, "IL", (NPI,), ""),
    (10, "IL", (SAMHSA,), ""),
    (5, "IL", ("The Daily Test",), ""),
    (9, "CA", (NPI, SAMHSA), ""),
    (30, "CA", (COPIER, NPI), ""),
)


def test_chapman_by_hand():
    # 310 seen; the variance is 201 * 151 * 160 * 110 / (41**2 * 42) = 7566, so that the logarithm
    # of the 429.27 unseen has a standard deviation of 0.2006, and the factor is exp(1.96 * 0.2006).
    total, low, high = capture_recapture(200, 150, 40)

    assert total == pytest.approx(739.27, abs=0.01)
    assert low == pytest.approx(310 + 429.27 / 1.4817, abs=0.05)
    assert high == pytest.approx(310 + 429.27 * 1.4817, abs=0.05)


def test_lists_that_hold_the_same_leave_nothing_unseen():
    assert capture_recapture(12, 12, 12) == (12, 12, 12)
    assert capture_recapture(30, 12, 12) == (30, 30, 30)


def test_the_estimate_is_right_on_average_and_its_interval_mostly():
    rng = np.random.default_rng(5)
    in_first, in_second = (rng.random((2000, 300)) < share for share in (0.4, 0.5))

    found = np.array(
        [
            capture_recapture(int(one.sum()), int(other.sum()), int((one & other).sum()))
            for one, other in zip(in_first, in_second, strict=True)
        ]
    )

    assert found[:, 0].mean() == pytest.approx(300, rel=0.01)
    assert ((found[:, 1] <= 300) & (found[:, 2] >= 300)).mean() == pytest.approx(0.95, abs=0.02)


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
    assert len(named) == 6


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
        "NPI registry (NPPES)",
        "SAMHSA treatment locator",
    ]
    assert membership.holds.shape == (2, 40)
    assert membership.holds.all()


def test_an_area_is_estimated_by_independent_lists_that_share_enough():
    clinics, listings = supply_of(*EVERYWHERE)
    membership = find_membership(clinics, listings)

    midwest, west = (
        estimate_clinics(membership, clinics["state"].eq(state).to_numpy())
        for state in ("IL", "CA")
    )

    assert west is None  # nine shared, and the directory that shares thirty is not independent
    assert midwest.found == 75
    assert midwest.clinics == max(75, 61 * 51 / 41 - 1)
    assert midwest.lists == ("NPI registry (NPPES)", "SAMHSA treatment locator")


def test_an_estimate_is_never_below_what_was_found():
    clinics, listings = supply_of((20, "IL", (NPI, SAMHSA), ""), (30, "IL", ("STAT",), ""))

    estimate = estimate_clinics(find_membership(clinics, listings), np.ones(50, dtype=bool))

    assert (estimate.found, estimate.clinics, estimate.low, estimate.high) == (50, 50, 50, 50)
    assert estimate.is_sure


@pytest.mark.parametrize(("only_one", "is_sure"), [(5, True), (60, False)])
def test_an_estimate_is_sure_within_a_quarter(only_one, is_sure):
    clinics, listings = supply_of(
        (30, "IL", (NPI, SAMHSA), ""), (only_one, "IL", (NPI,), ""), (only_one, "IL", (SAMHSA,), "")
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
    assert west["clinics_in_both"].tolist() == [9, 30, 0]
    assert west["independent"].tolist() == [True, False, False]
    assert west["estimate_low"].isna().all()
    assert not west["measured"].any()


def test_the_shipped_lists_measure_nothing():
    release = releases.load(releases.SHIPPED)
    table = release.table("overlaps")

    assert not table["measured"].any()
    assert table.loc[table["independent"], "clinics_in_both"].max() < 10
    made = tabulate_overlaps(pick_clinics(release.clinics), release.listings, load_demand())
    assert made.equals(table)
