import numpy as np
import pandas as pd
import pytest

from geo import releases
from geo.coverage.counting import pick_clinics
from geo.coverage.coverage_draws import CoverageDraws
from geo.coverage.demand import load_demand
from geo.coverage.differences import read_verdicts
from geo.coverage.listed_twice import Refusal
from geo.coverage.measures import measure
from geo.coverage.position_draws import stated_positions
from geo.coverage.supply_evidence import Lacking
from geo.coverage.verdicts import judge, judge_distance, judge_supply
from geo.i18n.language import using
from geo.i18n.reasons import Reason, say
from geo.i18n.verdict_words import LACKING_WORDS, write_refusal
from tests.handmade.supply import FIRST, SECOND, supply_of, two_regions

BOTH = (FIRST, SECOND)
MIDWEST = 0


def tell(**change):
    """Return the verdict on a Midwest of full lists, of which something is otherwise."""
    demand = two_regions()
    full = {
        "level": "region",
        "clinics_known": 150,
        "total_at_1": 200.0,
        "total_at_1_low": 185.0,
        "total_at_1_high": 220.0,
        "share_known": 0.75,
        "first_ratio": 0.7,
        "second_ratio": 0.6,
        "supply_ratio": 0.65,
        "supply_ratio_low": 0.5,
        "supply_ratio_high": 0.8,
        "supply_p_adjusted": 0.01,
        "gamma": 2.4,
        "refused": "",
        "refused_elsewhere": "",
        "supply_lacking": "",
    }
    totals = pd.DataFrame([full | {"geoid": "2"} | change, full | {"geoid": "4"}])
    clinics, _ = supply_of((30, "IL", BOTH, ""), (50, "CA", BOTH, ""))
    return judge_supply(clinics, totals, demand, "region")[MIDWEST]


def test_supply_is_low_where_nothing_is_lacking():
    judged = tell()

    assert (judged.verdict, judged.reason.code) == ("low", "supply_fewer")
    assert judged.figures["expected_clinics"] == pytest.approx(40)
    assert judged.figures["completeness_low"] == pytest.approx(150 / 220)
    assert "at least 200 clinics here (185 to 220)" in say(judged.reason)


def test_supply_is_high_the_other_way_round():
    judged = tell(supply_ratio=1.5)

    assert (judged.verdict, judged.reason.code) == ("high", "supply_more")


def test_supply_cannot_be_judged_by_lists_that_disagree_and_it_says_so():
    judged = tell(supply_lacking="narrow_here;agreement", first_ratio=1.27, total_at_1_high=np.inf)

    assert judged.verdict == "cannot be judged"
    told = say(judged.reason)
    assert "(185 to no upper end)" in told
    assert "the first list alone has 1.27 times as many per adult, the second 0.60 times" in told
    assert told.endswith(
        "It cannot be judged: the number of clinics here is not known to within a quarter; it is "
        "low by one list and high by the other."
    )
    with using("es"):
        assert say(judged.reason).endswith("es baja según una lista y alta según la otra.")


@pytest.mark.parametrize("refusal", Refusal)
@pytest.mark.parametrize("where", ["", "_elsewhere"])
def test_supply_cannot_be_judged_by_lists_that_tell_nothing(refusal, where):
    judged = tell(**{f"refused{where}": refusal.name.lower()})

    assert judged.verdict == "cannot be judged"
    assert judged.reason.code == f"supply_refused{where}"
    assert write_refusal(refusal.name.lower()) in say(judged.reason)
    assert "rate_ratio" not in judged.figures


def test_everything_that_a_verdict_may_lack_has_words():
    assert {one.name.lower() for one in Lacking} == {*LACKING_WORDS}


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
        ([0.651] * 20, "lower"),
        ([0.60] * 18 + [0.66] * 2, "lower"),  # a tenth of the draws is above
        ([0.60] * 18 + [0.71] * 2, "not different"),
        ([0.60] * 19 + [0.69], "low"),  # a twentieth is outside of the band
        ([0.72] * 20, "higher"),
        ([0.75] * 20, "high"),
        ([0.80] * 18 + [0.74] * 2, "higher"),
        ([0.80] * 18 + [0.69] * 2, "not different"),
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
    ("midwest", "verdict", "told"),
    [
        (
            np.linspace(0.642, 0.651, 20),
            "lower",
            "70.0% in the rest of the country: lower, by 4.9 to 5.8 points; low is 5 or more for sure.",
        ),
        (
            np.linspace(0.749, 0.758, 20),
            "higher",
            "the rest of the country: higher, by 4.9 to 5.8 points; high is 5 or more for sure.",
        ),
        (
            np.linspace(0.6, 0.78, 20),
            "not different",
            "1.5 points fewer (-10.0 to +7.1 over the draws); it counts where all the band is 5 points or more.",
        ),
        (
            np.linspace(0.62, 0.8, 20),
            "not different",
            "0.5 points more (-8.0 to +9.1 over the draws); it counts where all the band is 5 points or more.",
        ),
    ],
)
def test_a_difference_that_does_not_count_says_how_far_it_is_from_that(midwest, verdict, told):
    judged = verdict_on_distance(midwest, [0.7] * 20)[MIDWEST]

    assert judged.verdict == verdict
    assert say(judged.reason).endswith(told)


def test_every_area_gets_all_verdicts_and_a_sentence():
    demand = load_demand()
    clinics, _ = supply_of((30, "IL", BOTH, ""), (40, "CA", BOTH, ""))
    totals = releases.load(releases.SHIPPED).table("totals")
    reached = measure(clinics, demand, stated_positions(clinics, demand))

    table = judge(clinics, totals, demand, reached, reached)  # a number is a number

    assert len(table) == 3 * (4 + 9 + 56)
    assert set(table["kind"]) == {"supply", "distance", "drive"}
    assert table["why"].str.fullmatch(r"[A-Z0-9].*\.").all()
    sure = {"low", "lower", "higher", "high"}
    assert set(table["verdict"]) <= {*sure, "not different", "cannot be judged"}
    island = table[table["name"] == "Puerto Rico"]
    assert (island["verdict"] == "cannot be judged").all()
    assert island["why_code"].eq("no_rest").all()
    assert island["why"].eq(say(Reason("no_rest"))).all()


def test_the_shipped_list_is_not_judged_by_supply():
    table = read_verdicts(releases.load(releases.SHIPPED).table("verdicts"))

    supply, distance = (table[table["kind"] == kind] for kind in ("supply", "distance"))
    assert (supply["verdict"] == "cannot be judged").all()
    midwest = supply[supply["level"].eq("region") & supply["name"].eq("Midwest")].iloc[0]
    assert "it is low by one list and high by the other" in midwest["why"]
    regions = distance[distance["level"] == "region"].set_index("name")["verdict"]
    assert regions.to_dict() == {
        "Northeast": "high",
        "Midwest": "low",
        "South": "lower",
        "West": "high",
    }  # README.md and geo/README.md tell it


def test_the_shipped_counts_are_those_of_the_clinics():
    release = releases.load(releases.SHIPPED)
    table = release.table("verdicts").query("kind == 'supply' and level == 'state'")
    with_state = pick_clinics(release.clinics).query("state != ''")

    assert table["clinics"].sum() == len(with_state)
    inside = table[~table["expected_clinics"].isna()]
    assert inside["expected_clinics"].sum() == pytest.approx(len(with_state))
