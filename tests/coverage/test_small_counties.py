"""Counties with less than a clinic: no rate on any page, table or export."""

from __future__ import annotations

import math

import pytest

from geo import releases
from geo.api.area_verbs import load_coverage
from geo.coverage.coverage_table import Coverage
from geo.coverage.small_counties import RATES, describe_few
from pages.analysts.parts import coverage_view
from pages.analysts.parts.coverage_view import Choice
from pages.analysts.parts.measures import MEASURES, write_number


@pytest.fixture(scope="module")
def release():
    return releases.load(releases.SHIPPED)


def test_no_county_with_less_than_a_clinic_has_a_rate(release):
    counties = load_coverage("county", release=release)

    few = counties["clinics"].lt(1)
    assert few.sum() > 2_000
    kept = release.table("coverage").query("level == 'county' and treatment == 'any'")
    assert counties.loc[few, [*RATES]].isna().all(axis=None)
    assert counties.loc[~few, [*RATES]].equals(kept.reset_index(drop=True).loc[~few, [*RATES]])
    states = load_coverage("state", release=release)
    assert states["rate_high"].notna().sum() == states["adults"].notna().sum()


def test_the_page_says_none_listed_with_the_adults_and_the_nearest(release):
    coverage = Coverage(release.table("coverage"), "any")
    choice = Choice("county", MEASURES["clinics_per_million_adults"], "any", ("state", "30"))
    verdicts = release.table("verdicts")

    table = coverage_view.build_table(
        coverage, choice, verdicts=verdicts, selected=None, completeness={}
    )

    assert [column["label"] for column in table["columns"]][-2:] == ["Adults", "Nearest"]
    counties = coverage.level("county")
    for key, _action, _indent, _name, rate, bar, _rest, _clinics, adults, nearest in table["rows"]:
        row = counties.loc[key]
        assert rate == (describe_few(row) or MEASURES[choice.measure.key].write(row[RATES[0]]))
        assert (bar[0] is None) == bool(describe_few(row))
        assert adults == write_number(row["adults"], "count")
        assert nearest == write_number(row["median_distance_miles"], "miles")
    said = [row[4] for row in table["rows"]]
    assert "none listed" in said
    assert said == sorted(said, key=lambda words: (words != "none listed", words != "perhaps one"))


@pytest.mark.parametrize(
    ("level", "clinics", "adults", "told"),
    [
        ("county", 0.0, 4_000, "none listed"),
        ("county", 0.4, 4_000, "perhaps one"),
        ("county", 1.0, 4_000, ""),
        ("county", 0.0, math.nan, ""),
        ("state", 0.0, 4_000, ""),
    ],
)
def test_less_than_a_clinic_is_said_in_words(level, clinics, adults, told):
    assert describe_few({"level": level, "clinics": clinics, "adults": adults}) == told
