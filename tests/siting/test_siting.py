"""The best sites: by hand, by trying all, by spopt, and by the plain mixed-integer program."""

from dataclasses import replace

import numpy as np
import pulp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array
from spopt.locate import LSCP, MCLP, PMedian

from geo import reference, releases
from geo.coverage.demand import load_demand
from geo.siting import covering, maximising, reducing
from geo.siting.bounds import add_up_bound, count_least, open_prices, relax
from geo.siting.candidate_sites import list_candidates
from geo.siting.coverage_gains import build_coverage_gains
from geo.siting.covering import nest, solve_covering
from geo.siting.exchange import exchange, grow
from geo.siting.question import COVERAGE, DISTANCE, SHARE, QuestionError, pose
from geo.siting.reducing import find_needed, merge_places
from geo.siting.siting_context import SitingContext
from geo.siting.solving import answer_first, solve
from geo.siting.study_area import find_area
from geo.siting.supply import find_supply
from geo.units import geodesic_miles
from tests.examples import examples
from tests.fuzzing import bounded
from tests.handmade.siting import NOWHERE, draw_map, question_of, try_all, try_all_for_fewest, worth

STEP = 0.1  # degrees of latitude: 6.9 miles
DRAWS_TRIED = 5  # enough for clinics to move; all 200 take seconds
LINE_MILES = 7.5  # from one place of a line to the next one, not the one after


def line(*numbers):
    """Return points on a meridian, a step apart each."""
    return [(40.0 + STEP * number, -89.0) for number in numbers]


def last(question, **options):
    *_, answer = solve(question, **options)
    return answer


@pytest.fixture(scope="module")
def real():
    """Return the shipped demand, the clinics in a few draws, and the cities."""
    demand = load_demand()
    clinics = releases.load(releases.SHIPPED).clinics
    return demand, find_supply(clinics, demand, draws=DRAWS_TRIED), reference.load("cities")


def pose_real(real, name, *, supply=None, least=5_000, within=60, **asked):
    demand, clinics, cities = real
    area = find_area(demand, name)
    context = SitingContext(demand, area, supply or clinics, within)
    return pose(context, list_candidates(demand, area, cities, least), **asked)


# By hand


def test_one_site_stands_where_it_reaches_most():
    adults = [10, 1, 10, 1, 1, 10, 9]
    asked = question_of(line(*range(7)), adults, line(*range(7)), within=LINE_MILES)

    answer = last(asked)

    assert answer.sites == (1,)
    assert answer.value == 21
    assert answer.is_proven
    assert answer.is_final


def test_two_sites_reach_all_but_one_place():
    adults = [10, 1, 10, 1, 1, 10, 9]
    asked = question_of(line(*range(7)), adults, line(*range(7)), within=LINE_MILES, add=2)

    assert last(asked).sites == (1, 5)
    assert last(asked).value == 41


def test_the_site_that_reaches_most_is_not_always_among_the_best():
    asked = question_of(
        line(-2, -1, 0, 1, 2), [3, 3, 2, 3, 3], line(0, -1.5, 1.5), within=LINE_MILES, add=2
    )
    coverage_gains = build_coverage_gains(asked)

    assert grow(coverage_gains, 2)[0] == 0
    assert coverage_gains.value(grow(coverage_gains, 2)) == 11
    assert coverage_gains.value(exchange(coverage_gains, grow(coverage_gains, 2))) == 12
    assert last(asked).sites == (1, 2)


def test_places_that_are_served_gain_nothing():
    asked = question_of(
        line(0, 1, 5), [100, 100, 10], line(0, 5), within=LINE_MILES, nearest=[0, 7_499, 7_501]
    )

    assert last(asked).sites == (1,)
    assert last(asked).value == 10


def test_the_very_distance_is_within_it():
    miles = float(geodesic_miles(40.0, -89.0, 40.5, -89.0))

    assert last(question_of(line(0), [5], line(5), within=miles)).value == 5
    assert last(question_of(line(0), [5], line(5), within=miles - 0.001)).value == 0


def test_the_least_mean_distance_is_at_the_weighted_median():
    adults = [4, 1, 1, 1, 3]
    asked = question_of(
        line(*range(5)), adults, line(*range(5)), objective=DISTANCE, nearest=100_000
    )

    answer = last(asked)

    north = geodesic_miles(40.0, -89.0, 40.0 + STEP * np.arange(5), -89.0)
    person_miles = [np.abs(north - north[site]) @ adults for site in range(5)]
    assert answer.sites == (int(np.argmin(person_miles)),) == (1,)
    assert answer.value == pytest.approx(100_000 * 10 - min(person_miles) * 1000, abs=5)
    assert answer.is_proven


def test_a_site_further_than_the_nearest_clinic_saves_nothing():
    asked = question_of(line(0, 9), [5, 5], line(4), objective=DISTANCE, nearest=[1_000, 40_000])

    coverage_gains = build_coverage_gains(asked)

    assert coverage_gains.by_place.nnz == 1
    assert coverage_gains.value([0]) == worth(asked, [0]) > 0


def test_a_site_counts_for_the_draws_in_which_no_clinic_is_near():
    # The first place has a clinic near in one of two draws, the second in none.
    asked = question_of(
        line(0, 9), [30, 16], line(0, 9), within=LINE_MILES, nearest=[[0, 50_000], [50_000, 50_000]]
    )

    answer = last(asked)

    assert asked.missed.tolist() == [1, 2]
    assert (answer.sites, answer.value) == ((1,), 16)
    assert last(replace(asked, add=2)).value == 16 + 30 / 2


def test_a_mean_distance_saved_is_the_mean_over_the_draws():
    now = [[2_000, 9_000, 30_000], [40_000, 9_000, 1_000]]
    asked = question_of(
        line(0, 1, 9), [3, 5, 7], line(0.5, 8), objective=DISTANCE, nearest=now, add=2
    )

    answer = last(asked)

    there = np.rint(
        1000
        * geodesic_miles(
            np.array(line(0, 1, 9))[:, :1], -89.0, np.array(line(0.5, 8))[:, 0], -89.0
        ).min(axis=1)
    )
    each = [np.maximum(np.array(draw) - there, 0) @ [3, 5, 7] for draw in now]
    assert answer.sites == (0, 1)
    assert answer.value == pytest.approx(np.mean(each))


def test_the_fewest_sites_reach_the_goal():
    adults = [10, 1, 10, 1, 1, 10, 9]

    def fewest(goal):
        asked = question_of(
            line(*range(7)),
            adults,
            line(*range(7)),
            objective=SHARE,
            within=LINE_MILES,
            goal=goal,
        )
        return last(asked)

    assert len(fewest(0).sites) == 0
    assert [len(fewest(goal).sites) for goal in (1, 21, 22, 41, 42)] == [1, 1, 2, 2, 3]
    assert all(fewest(goal).is_proven for goal in (0, 1, 21, 22, 41, 42))
    with pytest.raises(QuestionError, match="42 more adults"):
        fewest(43)


def test_nothing_is_chosen_where_nothing_is_gained():
    for objective in (COVERAGE, DISTANCE):
        answer = last(question_of(line(0), [9], line(90), objective=objective, nearest=500_000))
        assert (answer.sites, answer.value, answer.gap) == ((), 0, 0)
    nobody = question_of(line(0), [9], line(0), nearest=0)
    assert last(nobody).sites == ()


def test_a_further_site_that_adds_nothing_is_left_out():
    asked = question_of(line(0, 9), [5, 6], line(0, 0.1, 9), within=LINE_MILES, add=3)

    assert last(asked).sites == (0, 2)
    assert last(asked).is_proven


def test_of_equal_sites_the_first_is_taken():
    asked = question_of(line(0, 1), [5, 5], line(9, 1, 0, 0.5), within=LINE_MILES)

    assert last(asked).sites == (1,)


# By trying all


@st.composite
def questions(draw, objective):
    """Questions on maps of up to 12 places and 8 sites; some have a clinic near, in some draws."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(1, 12))
    places, adults, sites = draw_map(rng, count, draw(st.integers(1, 8)))
    one = st.lists(st.sampled_from([0, 40_000, 90_000, NOWHERE]), min_size=count, max_size=count)
    nearest = draw(st.lists(one, min_size=1, max_size=3))  # a list a draw
    return question_of(
        places,
        adults if draw(st.booleans()) else np.ones(count),  # where all are 1 many sets are equal
        sites,
        objective=objective,
        within=draw(st.sampled_from([30.0, 60.0, 120.0])),
        add=draw(st.integers(1, 4)),
        nearest=nearest,
    )


@examples(120)
@given(asked=questions(COVERAGE) | questions(DISTANCE))
def test_no_other_sites_are_worth_more(asked):
    first, answer = answer_first(asked), last(asked)

    assert answer.is_proven
    value, before = (round(each.value * asked.draws) for each in (answer, first))
    assert value == worth(asked, answer.sites) == try_all(asked, asked.add)
    assert before == worth(asked, first.sites) <= value
    assert len(answer.sites) <= asked.add


@examples(60)
@given(asked=questions(SHARE), part=st.floats(0.01, 1.0))
def test_no_fewer_sites_reach_the_goal(asked, part):
    everything = worth(asked, range(len(asked.site_latitude)))
    asked = replace(asked, goal=int(np.ceil(part * everything)))

    answer = last(asked)

    assert answer.is_proven
    assert worth(asked, answer.sites) >= asked.goal
    assert len(answer.sites) == try_all_for_fewest(asked)


@examples(60)
@given(asked=questions(COVERAGE) | questions(DISTANCE), steps=st.integers(0, 30))
def test_a_bound_holds_whatever_the_prices(asked, steps):
    coverage_gains = build_coverage_gains(asked)
    if len(coverage_gains.site) <= asked.add:
        return
    most = try_all(asked, asked.add)

    relaxed = relax(coverage_gains, asked.add, 0.0, open_prices(coverage_gains), steps)

    assert add_up_bound(coverage_gains, asked.add, relaxed.prices) >= most * (1 - 1e-12)
    fewest = count_least(coverage_gains, relaxed.prices, float(most))
    assert try_all(asked, fewest - 1) < most


@examples(60)
@given(asked=questions(COVERAGE) | questions(DISTANCE))
def test_a_smaller_question_has_the_same_answer(asked):
    coverage_gains = build_coverage_gains(asked)
    if not len(coverage_gains.site):
        return
    most = try_all(asked, asked.add)

    needed, _ = coverage_gains.take(find_needed(coverage_gains))
    merged, _ = merge_places(needed, np.zeros(len(needed.adults)))

    for smaller in (coverage_gains, needed, merged):
        solved = solve_covering(smaller, asked.add, 10.0)
        assert solved.is_proven
        assert smaller.value(solved.sites) == most
        assert solved.bound == pytest.approx(most)


@examples(60)
@given(asked=questions(COVERAGE) | questions(DISTANCE), data=st.data())
def test_nested_sets_are_worth_what_the_gains_are(asked, data):
    coverage_gains = build_coverage_gains(asked)
    count = len(coverage_gains.site)
    if not count:
        return
    weight, sets = nest(coverage_gains)
    some = sorted(data.draw(st.sets(st.integers(0, count - 1))))

    held = (sets[:, some].sum(axis=1) > 0) if some else np.zeros(len(weight))

    assert held @ weight == coverage_gains.value(some)


@examples(40)
@given(asked=questions(COVERAGE) | questions(DISTANCE), data=st.data())
def test_one_exchange_is_the_best_one(asked, data):
    coverage_gains = build_coverage_gains(asked)
    count = len(coverage_gains.site)
    if count < 2:
        return
    some = sorted(data.draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=count - 1)))

    improved = exchange(coverage_gains, some)

    others = set(range(count)) - set(improved)
    for out in range(len(improved)):
        for into in others:
            tried = [*improved[:out], *improved[out + 1 :], into]
            assert coverage_gains.value(tried) <= coverage_gains.value(improved)
    assert coverage_gains.value(improved) >= coverage_gains.value(some)


@examples(40)
@given(asked=questions(COVERAGE) | questions(DISTANCE), seed=st.integers(0, 99))
def test_the_order_of_the_places_does_not_matter(asked, seed):
    order = np.random.default_rng(seed).permutation(len(asked.adults))
    columns = ("latitude", "longitude", "adults", "missed", "nearest")

    shuffled = replace(asked, **{column: getattr(asked, column)[order] for column in columns})

    assert last(shuffled).sites == last(asked).sites


@pytest.mark.parametrize("objective", [COVERAGE, DISTANCE])
def test_the_program_answers_where_prices_do_not(objective, monkeypatch):
    monkeypatch.setattr(maximising, "_ROUNDS", 0)
    places, adults, sites = draw_map(np.random.default_rng(5), 60, 14)
    asked = question_of(places, adults, sites, objective=objective, add=4, nearest=150_000)

    answer = last(asked)

    assert answer.is_proven
    assert answer.value == try_all(asked, 4)


def test_a_gap_is_told_where_nothing_is_proven(monkeypatch):
    monkeypatch.setattr(maximising, "_ROUNDS", 1)
    monkeypatch.setattr(maximising, "_STEPS", 5)
    monkeypatch.setattr(covering, "MOST_ENTRIES", 0)
    places, adults, sites = draw_map(np.random.default_rng(5), 300, 40)
    asked = question_of(places, adults, sites, add=6, within=35.0)

    answer = last(asked)

    assert 0 < answer.gap < 0.5
    assert not answer.is_proven
    monkeypatch.undo()
    best = last(asked)
    assert best.is_proven
    assert answer.value <= best.value <= answer.value / (1 - answer.gap)


def test_each_answer_is_as_good_as_the_one_before():
    places, adults, sites = draw_map(np.random.default_rng(3), 2_000, 200)
    asked = question_of(places, adults, sites, add=8, within=35.0)

    answers = list(solve(asked))

    assert [a.value for a in answers] == sorted(a.value for a in answers)
    assert [a.gap for a in answers] == sorted((a.gap for a in answers), reverse=True)
    assert [a.is_final for a in answers] == [False] * (len(answers) - 1) + [True]
    assert answers[0].value == answer_first(asked).value
    assert replace(last(asked), seconds=0) == replace(answers[-1], seconds=0)


# By others


by_spopt = pytest.mark.filterwarnings("ignore:.*in PuLP 4.0:DeprecationWarning")


@pytest.fixture(scope="module")
def peer_map():
    places, adults, sites = draw_map(np.random.default_rng(11), 80, 20)
    cost = geodesic_miles(
        places[:, :1], places[:, 1:], sites[np.newaxis, :, 0], sites[np.newaxis, :, 1]
    )
    return places, adults, sites, cost


def solved_by_peer(model):
    solved = model.solve(pulp.PULP_CBC_CMD(msg=False))
    return solved, pulp.value(solved.problem.objective)


@by_spopt
@pytest.mark.parametrize("add", [1, 3, 6])
def test_covering_has_the_optimum_of_spopt(peer_map, add):
    places, adults, sites, cost = peer_map

    _, value = solved_by_peer(MCLP.from_cost_matrix(cost, adults, 45.0, p_facilities=add))

    assert last(question_of(places, adults, sites, within=45.0, add=add)).value == value


@by_spopt
@pytest.mark.parametrize("add", [1, 3, 6])
def test_least_distance_has_the_optimum_of_spopt(peer_map, add):
    places, adults, sites, cost = peer_map

    # What there is already is one of the sites, which spopt is told to keep.
    thousandths = np.rint(cost * 1000)
    now = thousandths[:, 0].astype(np.int64)
    kept = np.array([1] + [0] * (len(sites) - 1))
    model = PMedian.from_cost_matrix(
        thousandths, adults, p_facilities=add + 1, predefined_facilities_arr=kept
    )
    _, person_miles = solved_by_peer(model)

    asked = question_of(places, adults, sites, objective=DISTANCE, add=add, nearest=now)
    assert now @ adults - last(asked).value == person_miles


@by_spopt
def test_the_fewest_sites_for_all_are_those_of_spopt(peer_map):
    places, adults, sites, cost = peer_map
    within = float(cost.min(axis=1).max()) + 0.01

    _, count = solved_by_peer(LSCP.from_cost_matrix(cost, within))

    asked = question_of(
        places, adults, sites, objective=SHARE, within=within, goal=int(adults.sum())
    )
    assert len(last(asked).sites) == count


def solve_plainly(asked):
    """Return the most adults, by the mixed-integer program of the textbook."""
    coverage_gains = build_coverage_gains(asked)
    matrix = coverage_gains.by_place
    places, sites = matrix.shape
    program = block_array(
        [[matrix, -eye_array(places)], [csr_array(np.ones((1, sites))), None]], format="csc"
    )
    low = np.append(np.zeros(places), -np.inf)
    high = np.append(np.full(places, np.inf), asked.add)
    solved = milp(
        np.concatenate([np.zeros(sites), -coverage_gains.adults]),
        constraints=LinearConstraint(program, low, high),
        integrality=np.concatenate([np.ones(sites), np.zeros(places)]),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    assert solved.status == 0
    return round(-solved.fun)


@pytest.mark.parametrize(
    ("name", "within", "add"), [("Montana", 30, 5), ("New England", 15, 6), ("Midwest", 60, 10)]
)
def test_real_questions_have_the_optimum_of_the_plain_program(real, name, within, add):
    asked = pose_real(real, name, within=within, add=add)

    answer = last(asked)

    assert answer.is_proven
    assert answer.value == pytest.approx(solve_plainly(asked) / asked.draws)
    # Of the draws themselves, each by itself: what the sites bring is the mean.
    reached = build_coverage_gains(asked)
    rows = np.searchsorted(reached.site, answer.sites)
    assert reached.value(rows.tolist()) / asked.draws == answer.value


# At scale


@pytest.mark.long
def test_a_country_without_clinics_is_solved_in_time(real):
    _, supply, _ = real
    nothing = replace(supply, distances=np.full_like(supply.distances[:1], NOWHERE))
    asked = pose_real(real, "", supply=nothing, least=20_000, add=20)
    assert len(asked.adults) > 33_000
    assert len(asked.site_latitude) > 3_000

    with bounded(10):  # 0.4 on a quiet machine
        first = answer_first(asked)
    answer = last(asked)

    assert answer.seconds < 50
    assert answer.gap < 0.01
    assert first.value >= 0.95 * answer.value


def test_more_pairs_than_memory_allows_are_cut_from_the_least_populous(real):
    demand, supply, cities = real
    area = find_area(demand, "Ohio")
    context = SitingContext(demand, area, supply, 60)
    sites = list_candidates(demand, area, cities)

    asked = pose(context, sites, objective=DISTANCE, add=2, most_pairs=20_000)

    kept = len(asked.site_latitude)
    assert 0 < kept < len(sites)
    assert asked.left_out == len(sites) - kept
    assert asked.site_latitude.tolist() == sites["latitude"][:kept].tolist()
    assert build_coverage_gains(asked).by_place.nnz <= 20_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"objective": "beauty"}, "no objective"),
        ({"add": 0}, "0 sites"),
        ({"add": -1}, "-1 sites"),
        ({"add": 2, "share": 0.5}, "share of 0.5"),
        ({"objective": SHARE, "add": 2, "share": 0.5}, "2 sites"),
        ({"objective": SHARE}, "share of None"),
        ({"objective": SHARE, "share": 0.0}, "share of 0.0"),
        ({"objective": SHARE, "share": 1.1}, "share of 1.1"),
        ({"add": 1, "within": float("nan")}, "miles above 0"),
        ({"add": 1, "least": 10**9}, "no site to choose from in Ohio"),
    ],
)
def test_a_question_without_sense_is_refused(real, wrong, said):
    with pytest.raises(QuestionError, match=said):
        pose_real(real, "Ohio", **wrong)


def test_a_share_counts_who_is_served_already(real):
    demand, supply, _ = real
    area = find_area(demand, "Montana")
    served = (supply.distances <= 60_000).mean(axis=0)
    adults = demand.adults[area.inside].sum()
    near = (demand.adults * served)[area.inside].sum()

    asked = pose_real(real, "Montana", objective=SHARE, share=0.9)
    answer = last(asked)

    assert asked.goal / DRAWS_TRIED == pytest.approx(0.9 * adults - near, abs=1)
    assert near + answer.value >= 0.9 * adults - 1e-6
    assert answer.is_proven
    assert pose_real(real, "Montana", objective=SHARE, share=0.1).goal == 0


def test_locked_sites_count_as_clinics(real):
    demand, supply, cities = real
    area = find_area(demand, "Montana")
    context = SitingContext(demand, area, supply, 30)
    sites = list_candidates(demand, area, cities)
    best = last(pose(context, sites, add=1))
    both = last(pose(context, sites, add=2))

    rest = last(pose(context, sites, add=1, locked=sites.take([*best.sites])))

    assert best.value + rest.value <= both.value
    assert not set(rest.sites) & set(best.sites)
    none = sites.take([])
    assert replace(last(pose(context, sites, add=1, locked=none)), seconds=0) == replace(
        best, seconds=0
    )


def test_dominated_sites_are_dropped_only_where_that_is_quick(monkeypatch):
    coverage_gains = build_coverage_gains(
        question_of(line(0, 1, 2), [1, 1, 1], line(1, 0, 1), within=LINE_MILES)
    )

    assert find_needed(coverage_gains).tolist() == [True, False, False]
    monkeypatch.setattr(reducing, "MOST_COMPARED", 0)
    assert find_needed(coverage_gains).tolist() == [True, True, False]
