import numpy as np
import pytest
from scipy.stats import binomtest

from geo import releases
from geo.coverage.counting import pick_clinics
from geo.coverage.demand import load_demand
from geo.coverage.rate_comparison import adjust, compare, count_areas
from tests.handmade.supply import supply_of, two_regions

EQUAL = np.ones(2)


def compare_regions(*groups, completeness_ratio=EQUAL):
    """Return the comparison of both regions; the Midwest, then the West."""
    clinics, _ = supply_of(*groups)
    counts = count_areas(clinics, two_regions(), "region")
    compared = np.nan_to_num(counts.expected) > 0
    return counts, compare(counts, compared, completeness_ratio)


def test_the_counts_by_hand():
    counts, comparison = compare_regions((10, "IL", (), ""), (30, "CA", (), ""))

    assert counts.clinics.tolist() == [10, 30]
    assert counts.elsewhere.tolist() == [30, 10]
    assert counts.adults_elsewhere[0] == 4_000_000
    assert counts.expected.tolist() == [20, 20]
    assert comparison.ratio.tolist() == pytest.approx([1 / 3, 3])
    assert comparison.p_adjusted[0] == pytest.approx(2 * binomtest(10, 40, 0.5).pvalue)
    assert comparison.direction.tolist() == [-1, 1]


def test_equal_rates_are_not_different():
    _, comparison = compare_regions((20, "IL", (), ""), (24, "CA", (), ""))

    assert comparison.direction.tolist() == [0, 0]
    assert comparison.low[0] < 1 < comparison.high[0]


def test_one_chain_is_not_twenty_witnesses():
    _, single = compare_regions((10, "IL", (), ""), (30, "CA", (), ""))
    _, chain = compare_regions(
        (10, "IL", (), ""), (10, "CA", (), ""), (20, "CA", (), "chain-example.com")
    )

    assert single.p_adjusted[0] == chain.p_adjusted[0] < 0.05
    assert single.direction[0] == -1
    assert chain.direction[0] == 0
    assert chain.high[0] >= 1


def test_a_list_less_complete_here_explains_fewer_clinics():
    ratio = np.array([1 / 3, 3.0])

    _, comparison = compare_regions(
        (10, "IL", (), ""), (30, "CA", (), ""), completeness_ratio=ratio
    )

    assert comparison.ratio[0] == pytest.approx(1)
    assert comparison.p_adjusted[0] == 1
    assert not comparison.direction.any()


def test_the_order_of_the_clinics_does_not_matter():
    clinics, _ = supply_of(
        (10, "IL", (), ""), (20, "CA", (), ""), (5, "IL", (), "chain-example.com")
    )

    one, other = (count_areas(table, two_regions(), "state") for table in (clinics, clinics[::-1]))

    inside = two_regions().is_in_nation("state") & (one.adults > 0)
    assert inside.sum() == 2
    assert (one.resampled == other.resampled)[:, inside].all()


def test_an_area_outside_the_nation_has_no_rest():
    real = load_demand()
    clinics, _ = supply_of((10, "PR", (), ""), (20, "CA", (), ""))

    counts = count_areas(clinics, real, "state")

    island = real.areas["state"]["state"].tolist().index("PR")
    assert counts.clinics[island] == 10
    assert np.isnan(counts.expected[island])
    assert np.isnan(counts.ratio[island])
    assert counts.elsewhere[0] == 20


def test_holm_by_hand():
    assert adjust(np.array([0.01, np.nan, 0.04, 0.03])).tolist()[0] == pytest.approx(0.03)
    assert adjust(np.array([0.02, 0.3, 0.4, 0.9])).tolist() == pytest.approx([0.08, 0.9, 0.9, 0.9])
    assert adjust(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]
    assert np.isnan(adjust(np.full(3, np.nan))).all()


def test_a_naive_rule_would_flag_large_states_on_the_shipped_list():
    """geo/README.md tells this; half of the shipped listings are from a list with near-quotas."""
    real = load_demand()
    clinics = pick_clinics(releases.load(releases.SHIPPED).clinics)

    flagged = {}
    for level in ("region", "division", "state"):
        counts = count_areas(clinics, real, level)
        compared = np.nan_to_num(counts.expected) >= 10
        direction = compare(counts, compared, np.ones(len(compared))).direction
        names = real.areas[level]["name"].to_numpy()
        flagged[level] = [set(names[direction == sign]) for sign in (-1, 1)]

    assert flagged == {
        "region": [set(), {"West"}],
        "division": [{"East North Central", "Middle Atlantic"}, {"Mountain"}],
        "state": [{"Pennsylvania"}, {"Colorado"}],
    }
