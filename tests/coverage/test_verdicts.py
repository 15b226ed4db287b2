import numpy as np
import pytest

from geo import releases
from geo.coverage.counting import pick_clinics
from geo.coverage.coverage_draws import CoverageDraws
from geo.coverage.demand import load_demand
from geo.coverage.measures import measure
from geo.coverage.position_draws import stated_positions
from geo.coverage.verdicts import judge, judge_distance, judge_supply
from geo.i18n.reasons import Reason, say
from tests.handmade.supply import COPIER, FIRST, SECOND, supply_of, two_regions

BOTH = (FIRST, SECOND)
MIDWEST, WEST = 0, 1


def verdict_on_supply(*groups, row=MIDWEST):
    clinics, listings = supply_of(*groups)
    return judge_supply(clinics, listings, two_regions(), "region")[row]


def test_supply_is_low_where_fewer_clinics_are_on_lists_as_complete():
    judged = verdict_on_supply((40, "IL", BOTH, ""), (100, "CA", BOTH, ""))

    assert judged.verdict == "low"
    assert judged.figures["rate_ratio"] == pytest.approx(0.4)
    assert judged.figures["rate_ratio_high"] < 1
    assert judged.figures["completeness"] == 1
    assert judged.reason.code == "rate_below"
    assert say(judged.reason).startswith("40 clinics are listed where 70 are expected")
    assert "0.40 of that in the rest of the country" in say(judged.reason)


def test_supply_is_high_the_other_way_round():
    judged = verdict_on_supply((40, "IL", BOTH, ""), (100, "CA", BOTH, ""), row=WEST)

    assert judged.verdict == "high"
    assert judged.reason.code == "rate_above"


def test_equal_supply_is_not_different():
    judged = verdict_on_supply((80, "IL", BOTH, ""), (90, "CA", BOTH, ""))

    assert judged.verdict == "not different"
    assert judged.reason.code == "rate_not_below"


def test_a_chain_makes_no_difference():
    judged = verdict_on_supply(
        (40, "IL", BOTH, ""), (40, "CA", BOTH, ""), (60, "CA", BOTH, "chain-example.com")
    )

    assert judged.verdict == "not different"
    assert judged.figures["p_adjusted"] < 0.05
    assert judged.figures["rate_ratio_high"] >= 1


def test_a_less_complete_list_explains_fewer_clinics():
    judged = verdict_on_supply(
        (30, "IL", BOTH, ""),
        (19, "IL", (FIRST,), ""),
        (19, "IL", (SECOND,), ""),
        (95, "CA", BOTH, ""),
    )

    # 68 are found of about 80, against 95 of 95.
    assert judged.figures["completeness"] == pytest.approx(68 / 79.0, abs=0.01)
    assert judged.figures["rate_ratio"] == pytest.approx(79.0 / 95, abs=0.02)
    assert judged.verdict == "not different"


def test_a_verdict_must_hold_at_both_ends_of_completeness():
    # The rates are 67.6 and 105 clinics by the estimates, which alone would be low; but as many as
    # 78 clinics may be here.
    judged = verdict_on_supply(
        (34, "IL", BOTH, ""),
        (14, "IL", (FIRST,), ""),
        (14, "IL", (SECOND,), ""),
        (105, "CA", BOTH, ""),
    )
    surer = verdict_on_supply((62, "IL", BOTH, ""), (96, "CA", BOTH, ""))

    assert judged.figures["rate_ratio"] == pytest.approx(67.6 / 105, abs=0.001)
    assert judged.figures["rate_ratio"] == pytest.approx(surer.figures["rate_ratio"], abs=0.003)
    assert judged.verdict == "not different"
    assert surer.verdict == "low"
    assert judged.figures["completeness_low"] == pytest.approx(62 / 78, abs=0.001)
    assert judged.figures["rate_ratio_high"] > surer.figures["rate_ratio_high"]


@pytest.mark.parametrize(
    ("groups", "code", "figures"),
    [
        (
            ((9, "IL", BOTH, ""), (60, "IL", (COPIER, FIRST), ""), (90, "CA", BOTH, "")),
            "not_measured_here",
            {"least": 10},
        ),
        (
            ((40, "IL", BOTH, ""), (90, "CA", (FIRST, COPIER), "")),
            "not_measured_elsewhere",
            {"least": 10},
        ),
        (
            (
                (10, "IL", BOTH, ""),
                (40, "IL", (FIRST,), ""),
                (40, "IL", (SECOND,), ""),
                (90, "CA", BOTH, ""),
            ),
            "not_sure_here",
            {"low": 159, "high": 477, "middle": 235, "spread": 0.25},
        ),
        (
            ((5, "IL", BOTH, ""), (9, "CA", BOTH, "")),
            "too_few_expected",
            {"expected": 7, "least": 10},
        ),
    ],
)
def test_supply_cannot_be_judged_without_measure(groups, code, figures):
    judged = verdict_on_supply(*groups)

    assert judged.verdict == "cannot be judged"
    assert judged.reason.code == code
    assert judged.reason.figures == pytest.approx(figures, abs=0.5)
    assert "rate_ratio" not in judged.figures


def coverage_draws_of(demand, level, shares):
    """Return a reach in which each draw has given shares of each area's adults within 30 miles."""
    adults = demand.areal_weights(level).total()
    within = np.rint(np.array(shares) * adults).astype(np.int64)
    nothing = np.zeros_like(within)
    return CoverageDraws((30,), adults, within[:, np.newaxis], nothing, nothing)


def verdict_on_distance(midwest, west):
    """Return the verdict on the Midwest from the share of both regions in each draw."""
    demand = two_regions()
    regions = [[one, other] for one, other in zip(midwest, west, strict=True)]
    nation = [[(one + other) / 2] for one, other in zip(midwest, west, strict=True)]
    reached = {
        "region": coverage_draws_of(demand, "region", regions),
        "nation": coverage_draws_of(demand, "nation", nation),
    }
    return judge_distance(demand, "region", reached)


@pytest.mark.parametrize(
    ("midwest", "verdict"),
    [
        ([0.60] * 20, "low"),
        ([0.649] * 20, "low"),
        ([0.651] * 20, "not different"),
        ([0.60] * 18 + [0.66] * 2, "not different"),  # a tenth of the draws is above
        ([0.60] * 19 + [0.69], "low"),  # a twentieth is outside of the band
        ([0.72] * 20, "not different"),
        ([0.75] * 20, "high"),
        ([0.80] * 18 + [0.74] * 2, "not different"),
    ],
)
def test_distance_is_judged_draw_by_draw(midwest, verdict):
    assert verdict_on_distance(midwest, [0.7] * 20)[MIDWEST].verdict == verdict


def test_draws_that_move_together_do_not_hide_a_difference():
    midwest, west = np.linspace(0.3, 0.7, 20), np.linspace(0.4, 0.8, 20)

    judged = verdict_on_distance(midwest, west)[MIDWEST]

    assert judged.verdict == "low"
    assert judged.figures["difference_low"] == pytest.approx(-0.1, abs=1e-6)
    assert judged.figures["difference_high"] == pytest.approx(-0.1, abs=1e-6)


def test_distance_says_why():
    judged = verdict_on_distance([0.62] * 20, [0.7] * 20)[MIDWEST]

    assert judged.reason.code == "share_fewer"
    assert say(judged.reason) == (
        "62.0% of adults have a listed clinic within 30 miles, 70.0% in the rest of the country: "
        "8.0 points fewer (8.0 to 8.0 over the draws)."
    )


def test_distance_cannot_be_judged_without_people_or_clinics():
    demand = two_regions()
    states = coverage_draws_of(demand, "state", [[0.7, 0.62, 0.0, 0.0, 0.0]])
    nation = coverage_draws_of(demand, "nation", [[0.66]])

    judged = judge_distance(demand, "state", {"state": states, "nation": nation})

    assert [one.verdict for one in judged] == ["high", "low", *["cannot be judged"] * 3]
    assert judged[2].reason == Reason("no_population")
    nothing = judge_distance(two_regions(), "region", {})
    assert {one.reason for one in nothing} == {Reason("no_place")}


@pytest.mark.parametrize(
    ("midwest", "code", "band"),
    [
        ([0.68] * 20, "share_hardly_fewer", "(2.0 to 2.0 over the draws)"),
        ([0.72] * 20, "share_hardly_more", "(2.0 to 2.0 over the draws)"),
        (np.linspace(0.6, 0.78, 20), "share_perhaps_fewer", "(-10.0 to +7.1 over the draws)"),
        (np.linspace(0.62, 0.8, 20), "share_perhaps_more", "(-8.0 to +9.1 over the draws)"),
    ],
)
def test_a_difference_that_does_not_count_says_how_far_it_is_from_that(midwest, code, band):
    judged = verdict_on_distance(midwest, [0.7] * 20)[MIDWEST]

    assert judged.verdict == "not different"
    assert judged.reason.code == code
    assert band in say(judged.reason)


def test_every_area_gets_both_verdicts_and_a_sentence():
    demand = load_demand()
    clinics, listings = supply_of((30, "IL", BOTH, ""), (40, "CA", BOTH, ""))
    reached = measure(clinics, demand, stated_positions(clinics, demand))

    table = judge(clinics, listings, demand, reached)

    assert len(table) == 2 * (4 + 9 + 56)
    assert table["why"].str.fullmatch(r"[A-Z0-9].*\.").all()
    assert set(table["verdict"]) <= {"low", "high", "not different", "cannot be judged"}
    island = table[table["name"] == "Puerto Rico"]
    assert (island["verdict"] == "cannot be judged").all()
    assert island["why_code"].eq("no_rest").all()
    assert island["why"].eq(say(Reason("no_rest"))).all()


def test_the_shipped_list_is_not_judged_by_supply():
    table = releases.load(releases.SHIPPED).table("verdicts")

    supply, distance = (table[table["kind"] == kind] for kind in ("supply", "distance"))
    assert (supply["verdict"] == "cannot be judged").all()
    assert supply["rate_ratio"].isna().all()
    regions = distance[distance["level"] == "region"].set_index("name")["verdict"]
    assert regions.to_dict() == {
        "Northeast": "high",
        "Midwest": "low",
        "South": "not different",
        "West": "high",
    }  # README.md and geo/README.md tell it


def test_the_shipped_counts_are_those_of_the_clinics():
    release = releases.load(releases.SHIPPED)
    table = release.table("verdicts").query("kind == 'supply' and level == 'state'")
    with_state = pick_clinics(release.clinics).query("state != ''")

    assert table["clinics"].sum() == len(with_state)
    inside = table[~table["expected_clinics"].isna()]
    assert inside["expected_clinics"].sum() == pytest.approx(len(with_state))
