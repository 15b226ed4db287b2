"""One count of clinics for one question, whoever counts, and what it leaves out."""

from __future__ import annotations

import pytest

from geo import releases
from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.coverage.clinic_count import ClinicCount, count_clinics, describe_count
from geo.coverage.completeness import tabulate_completeness
from geo.coverage.counting import offers, pick_clinics
from geo.coverage.coverage_table import NATION
from geo.coverage.demand import load_demand
from geo.i18n.language import using
from geo.siting.supply import find_supply


@pytest.fixture(scope="module")
def release():
    return releases.load(releases.SHIPPED)


@pytest.fixture(scope="module")
def demand():
    return load_demand()


@pytest.mark.parametrize("treatment", ["any", "esketamine", "assisted_therapy"])
def test_every_table_counts_the_same_clinics(release, demand, treatment):
    table = release.table("coverage").query("treatment == @treatment")

    for level in ("nation", "region", "division", "state"):
        for row in table[table["level"] == level].to_dict("records"):
            count = count_clinics(release.clinics, demand, (level, row["geoid"]), treatment)
            assert (count.counted, count.unplaced) == (row["clinics"], row["clinics_unlocated"])
            if level == "state":
                inside = table["level"].eq("county") & table["geoid"].str[:2].eq(row["geoid"])
                assert table.loc[inside, "clinics"].sum() == pytest.approx(count.counted)
    whole = count_clinics(release.clinics, demand, NATION, treatment)
    assert len(find_supply(release.clinics, demand, treatment, draws=1).located) == whole.counted


def test_what_is_left_out_makes_up_the_list(release, demand):
    clinics = release.clinics
    count = count_clinics(clinics, demand, NATION, "iv")

    assert count.listed == len(clinics) == release.manifest["counts"]["clinics"]
    shown = clinics[clinics["status"].isin(SHOWN_STATUSES)]
    assert count.listed - count.out == len(shown)  # what a search of the whole country lists
    picked = pick_clinics(clinics)
    assert count.counted + count.unplaced == offers(picked, "iv").sum()
    every = count_clinics(clinics, demand, NATION)
    assert every.counted == picked["latitude"].notna().sum()
    assert every.other == 0


def test_completeness_is_told_of_the_clinics_that_coverage_counts(release, demand):
    known = tabulate_completeness(
        pick_clinics(release.clinics), release.listings, demand, release.as_of
    )

    coverage = release.table("coverage").query("treatment == 'any'")
    for level in ("nation", "region", "state"):
        of_level = known[known["level"].eq(level) & known["aspect"].eq("precision")]
        told = of_level.groupby("geoid")["clinics"].sum()
        counted = coverage[coverage["level"] == level].set_index("geoid")
        listed = counted["clinics"] + counted["clinics_unlocated"]
        assert told.to_dict() == listed[listed > 0].to_dict()


def test_a_count_says_what_it_leaves_out():
    assert describe_count(ClinicCount(786, 4, 0, 0, 8)) == (
        "786 clinics are counted. Left out: 4 of which no place is known; 8 reported closed or "
        "withdrawn."
    )
    assert describe_count(ClinicCount(1, 0, 0, 0, 0)) == "1 clinic is counted."
    with using("es"):
        told = describe_count(ClinicCount(3, 0, 2, 1, 0))
    assert told == (
        "Se cuentan 3 cl\u00ednicas. Quedan fuera: 2 de las que no se sabe que lo ofrezcan; 1 que solo "
        "va a domicilio."
    )
