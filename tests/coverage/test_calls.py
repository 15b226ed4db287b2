"""A sample of clinics to call, and what the calls tell of the list they were drawn from."""

import numpy as np
import pandas as pd
import pytest

from geo.coverage import call_estimates, call_sample
from geo.errors import SchemaError

REGIONS = ("Midwest", "Northeast", "South", "West")


@pytest.fixture(scope="module")
def clinics():
    numbers = np.random.default_rng(1)
    rows = 1_000
    return pd.DataFrame(
        {
            "clinic_id": [f"c{at:04}" for at in range(rows)],
            "status": numbers.choice(["open", "unconfirmed", "closed"], rows, p=[0.6, 0.3, 0.1]),
            "phone": numbers.choice(["", "+12065550100"], rows, p=[0.7, 0.3]),
            "street": numbers.choice(["", "1 Elm St"], rows),
            "region": numbers.choice(REGIONS, rows, p=[0.1, 0.2, 0.4, 0.3]),
        }
    )


def design_of(drawn):
    populations = drawn.groupby(["area", "known"])["population"].first()
    return call_estimates.read_design(drawn, populations)


def test_a_sample_is_the_same_for_a_seed_and_holds_each_stratum_twice(clinics):
    drawn = call_sample.draw(clinics, 120, by="region", seed=7)

    assert drawn.equals(
        call_sample.draw(clinics.sample(frac=1, random_state=3), 120, by="region", seed=7)
    )
    assert not drawn.equals(call_sample.draw(clinics, 120, by="region", seed=8))
    assert len(drawn) == drawn["clinic_id"].nunique() == 120
    assert drawn["second"].sum() == 12
    closed = clinics.loc[clinics["status"].eq("closed"), "clinic_id"]
    assert not set(drawn["clinic_id"]) & set(closed)
    per = drawn.groupby(["area", "known"]).agg(
        calls=("second", "size"), size=("population", "first")
    )
    assert len(per) == 12
    assert per["calls"].min() >= 2
    assert per["size"].sum() == len(clinics) - len(closed)
    # A stratum's share of the calls goes by the root of its size.
    assert per["calls"].corr(per["size"] ** 0.5) > 0.99


def test_more_calls_than_clinics_are_calls_to_all_and_too_few_are_refused(clinics):
    every = call_sample.draw(clinics, 5_000, by="region", seed=1)
    assert len(every) == clinics["status"].ne("closed").sum()
    for size, by in ((1, "region"), (10, "county")):
        with pytest.raises(SchemaError):
            call_sample.draw(clinics, size, by=by, seed=1)


def test_a_share_by_hand():
    """Two strata of 10 and 90 clinics, two calls in each."""
    drawn = pd.DataFrame(
        {"area": ["a", "a", "b", "b"], "known": "phone", "population": [10, 10, 90, 90]}
    )
    design = design_of(drawn)
    found = call_estimates.estimate_share(design, np.array([1.0, 1.0, 0.0, 1.0]))

    assert found.value == pytest.approx(0.55)  # (10 + 45) / 100
    # Only b differs: (90/100)^2 * (1 - 2/90) * 0.5 / 2.
    variance = 0.81 * (88 / 90) * 0.25
    assert call_estimates._find_variance(design, np.array([1.0, 1, 0, 1]), np.ones(4), 0.55) == (
        pytest.approx(variance)
    )
    assert 0 < found.low < 0.55 < found.high < 1


def test_what_all_say_has_an_interval_and_what_nobody_says_has_none(clinics):
    drawn = call_sample.draw(clinics, 60, by="region", seed=2)
    design = design_of(drawn)
    ones = call_estimates.estimate_share(design, np.ones(60))
    assert (ones.value, ones.high) == (1.0, 1.0)
    assert 0.9 < ones.low < 0.97  # of 60 calls to some 900 clinics
    unsaid = call_estimates.estimate_share(design, np.full(60, np.nan))
    assert (unsaid.answers, np.isnan(unsaid.value)) == (0, True)
    every = call_sample.draw(clinics, 5_000, by="region", seed=2)
    values = np.arange(len(every)) % 2 * 1.0
    whole = call_estimates.estimate_share(design_of(every), values)
    assert whole.value == whole.low == whole.high == pytest.approx(values.mean())


def test_strata_of_too_few_calls_are_told_of_with_others(clinics):
    drawn = call_sample.draw(clinics, 60, by="region", seed=2)
    populations = drawn.groupby(["area", "known"])["population"].first()
    some = drawn.head(7)
    design = call_estimates.read_design(some, populations)
    assert design.populations.sum() == populations.sum()
    assert design.calls.min() >= 2
    assert design.weights.sum() == pytest.approx(populations.sum())
    with pytest.raises(SchemaError, match="fewer than two"):
        call_estimates.read_design(some.head(1), populations)


@pytest.mark.parametrize(
    ("draws", "least"), [(40, 0.85), pytest.param(1_000, 0.93, marks=pytest.mark.nightly)]
)
def test_intervals_hold_the_truth_as_often_as_they_say(clinics, draws, least):
    """By simulation: a share that goes with the stratum, a wait, and one clinic in five not reached."""
    frame = clinics[clinics["status"].ne("closed")].set_index("clinic_id").sort_index()
    numbers = np.random.default_rng(5)
    chance = np.where(frame["phone"].eq(""), 0.55, 0.9) - 0.2 * frame["region"].eq("West")
    operates = pd.Series((numbers.random(len(frame)) < chance) * 1.0, index=frame.index)
    wait = pd.Series(numbers.gamma(2.0, 10.0, len(frame)).round(), index=frame.index)
    held = np.zeros(2)
    errors = []
    for seed in range(draws):
        drawn = call_sample.draw(clinics, 120, by="region", seed=seed)
        design = design_of(drawn)
        reached = numbers.random(len(drawn)) < 0.8
        ids = drawn["clinic_id"]
        share = call_estimates.estimate_share(design, np.where(reached, ids.map(operates), np.nan))
        median = call_estimates.estimate_median(design, np.where(reached, ids.map(wait), np.nan))
        held += [
            share.low <= operates.mean() <= share.high,
            median.low <= wait.median() <= median.high,
        ]
        errors.append(share.value - operates.mean())

    assert abs(np.mean(errors)) < 0.03
    assert (held / draws >= least).all(), held / draws
