from dataclasses import replace

import numpy as np
import pytest

from geo.coverage.supply_evidence import (
    Evidence,
    Lacking,
    adjust_chances,
    find_chance,
    find_gamma,
    find_ratios,
    list_lacking,
)
from geo.coverage.two_lists import Draws, Overlap, Total, draw_whole
from tests.coverage.test_two_lists import whole_of

FULLER = Evidence(
    here=Total(200, 185, 220),
    elsewhere=Total(1_000, 950, 1_060),
    searched=0.96,
    single_ratios=(0.7, 0.6),
    chance=0.01,
    gamma=2.4,
)


def test_fuller_lists_are_enough_for_a_verdict():
    assert list_lacking(FULLER) == []


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        ({"here": Total(200, 149, 220)}, Lacking.NARROW_HERE),
        ({"here": Total(200, 185, 251)}, Lacking.NARROW_HERE),
        ({"elsewhere": Total(1_000, 950, 1_300)}, Lacking.NARROW_ELSEWHERE),
        ({"searched": 0.89}, Lacking.SEARCHED),
        ({"single_ratios": (1.27, 0.53)}, Lacking.AGREEMENT),
        ({"chance": 0.06}, Lacking.DIFFERENCE),
        ({"gamma": 1.9}, Lacking.ROBUSTNESS),
    ],
)
def test_each_condition_alone_is_enough_to_lack_one(change, lacking):
    assert list_lacking(replace(FULLER, **change)) == [lacking]


def draws_of(*overlaps):
    """Return resamples of two areas, here and the rest, a stratum each."""
    return draw_whole(whole_of(*overlaps), np.eye(2, dtype=bool))


def test_gamma_is_where_the_interval_comes_to_hold_one():
    draws = draws_of(Overlap(80, 20, 30), Overlap(800, 150, 150))
    adults = (1_000_000.0, 3_000_000.0)

    gamma = find_gamma(draws, adults)

    def ends(odds, rest):
        return np.quantile(find_ratios(draws, adults, odds * rest, rest), [0.025, 0.975])

    assert np.isfinite(gamma)
    assert gamma > 2
    held = [ends(gamma * 1.001, rest)[1] >= 1 for rest in (1, 4)]
    assert any(held)
    assert all(ends(gamma * 0.99, rest)[1] < 1 for rest in (1, 4))


def test_gamma_is_one_without_a_difference_and_infinite_where_nothing_is_unseen():
    same = draws_of(Overlap(80, 40, 40), Overlap(160, 80, 80))
    assert find_gamma(same, (1.0, 2.0)) == 1

    seen = np.random.default_rng(1).normal(100, 5, (2000, 1)) * [1.0, 10.0]
    whole = Draws(seen, np.zeros_like(seen))
    assert find_gamma(whole, (10.0, 10.0)) == np.inf


def test_gamma_is_found_for_more_clinics_as_for_fewer():
    draws = draws_of(Overlap(80, 20, 30), Overlap(800, 150, 150))
    turned = Draws(draws.seen[:, ::-1], draws.unseen[:, ::-1])

    fewer = find_ratios(draws, (1.0, 3.0))
    more = find_ratios(turned, (3.0, 1.0))

    assert more == pytest.approx(1 / fewer)
    assert find_gamma(turned, (3.0, 1.0)) > 2


def test_the_chance_of_a_difference_is_adjusted_for_the_areas_compared():
    ratios = np.linspace(0.5, 0.99, 1_999)
    assert find_chance(ratios) == pytest.approx(2 / 2_000)
    assert find_chance(np.linspace(0.5, 1.5, 1_999)) == 1
    assert adjust_chances([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
