"""A first plan by road: over a few sites, counted as exactly as one over all, and never bettered by it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo import reference
from geo.coverage.demand import Demand, load_demand
from geo.errors import SchemaError
from geo.roads import join_points, on_land
from geo.roads.shared_roads import share_roads
from geo.siting import shared_drives, shortlist
from geo.siting.candidate_sites import list_candidates
from geo.siting.child import SolverError
from geo.siting.effect import tabulate_gains
from geo.siting.pool import SolverPool
from geo.siting.prepared_turn import PreparedTurn
from geo.siting.question import Question, QuestionError, pose
from geo.siting.shared_drives import DrawnMinutes, ReachTable
from geo.siting.shortlist import plan_first
from geo.siting.site_drives import (
    SiteDrives,
    ZipRoads,
    count_served,
    draw_minutes,
    find_reached,
    look_around,
)
from geo.siting.siting_context import SitingContext
from geo.siting.solving import answer_first, solve
from geo.siting.study_area import find_area
from geo.siting.supply import Supply, find_supply
from tests.handmade.clinics import clinic_table
from tests.handmade.siting import draw_map, question_of

WITHIN = 30.0
DRAWS = 20
CLINICS = [
    {"clinic_id": "city", "city": "Nashua", "state": "NH", "precision": "city"},
    {"clinic_id": "street", "city": "Burlington", "state": "VT", "precision": "street"},
]
POINTS = {"city": (42.76, -71.47, 5.0), "street": (44.48, -73.21, 0.0)}


@pytest.fixture(scope="module")
def demand() -> Demand:
    return load_demand()


@pytest.fixture(scope="module")
def supply(demand: Demand) -> Supply:
    names = ("latitude", "longitude", "radius_miles")
    rows = [row | dict(zip(names, POINTS[row["clinic_id"]], strict=True)) for row in CLINICS]
    return find_supply(clinic_table(*rows), demand, draws=DRAWS)


@pytest.fixture(scope="module")
def zips(demand: Demand) -> ZipRoads:
    near = demand.zips["state"].isin(["NH", "VT", "MA", "ME"]).to_numpy()
    row = np.flatnonzero(near)  # a site of New Hampshire reaches no other state
    net = share_roads()
    row = row[on_land(net, demand.latitude[row], demand.longitude[row])]
    joins = join_points(net, demand.latitude[row], demand.longitude[row])
    return ZipRoads(net, row, joins, len(demand.zip))


@pytest.fixture(scope="module")
def candidates(demand: Demand) -> pd.DataFrame:
    area = find_area(demand, "NH")
    return list_candidates(demand, area, reference.load("cities"))


@pytest.fixture(scope="module")
def whole(
    demand: Demand, supply: Supply, zips: ZipRoads, candidates: pd.DataFrame
) -> SitingContext:
    known = find_reached(zips, candidates, WITHIN)
    served = count_served(draw_minutes(zips, supply, demand, WITHIN), WITHIN)
    near = SiteDrives(WITHIN, zips, served, known)
    return SitingContext(demand, find_area(demand, "NH"), supply, near)


def test_around_some_sites_the_same_adults_are_served_as_in_all(
    whole: SitingContext, candidates: pd.DataFrame
) -> None:
    assert whole.drives is not None
    some = candidates.iloc[::9]

    near = look_around(whole.drives.zips, whole.supply, whole.demand, some, WITHIN)

    rows = np.unique(np.concatenate(near.reach(some)))
    served = whole.count_served()[rows]
    assert near.served[rows].tolist() == served.tolist()
    assert len({*served.tolist()}) > 3  # some in all draws, some in a few, some in none
    with pytest.raises(ValueError, match="not known of all ZIP points"):
        tabulate_gains(some, replace(whole, near=near))
    nothing = look_around(whole.drives.zips, whole.supply, whole.demand, some[:0], WITHIN)
    assert not nothing.served.any()


def plan_with(
    whole: SitingContext,
    candidates: pd.DataFrame,
    locked: pd.DataFrame,
    minutes: float = WITHIN,
):
    assert whole.drives is not None
    return plan_first(
        whole.demand,
        whole.area,
        whole.supply,
        whole.drives.zips,
        candidates,
        minutes=minutes,
        add=2,
        locked=locked,
    )


def test_a_first_plan_is_counted_over_all_places_and_the_last_is_never_worse(
    whole: SitingContext, candidates: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = candidates.iloc[3:4]
    monkeypatch.setattr(shortlist, "FEW", 10)
    monkeypatch.setattr(shortlist, "_MORE", 1)
    monkeypatch.setattr(shortlist, "_FEWEST_AROUND", 4)
    monkeypatch.setattr(shortlist, "_MOST_AROUND", 4)

    first = plan_with(whole, candidates, locked)

    assert 2 <= first.looked_at < len(candidates)
    assert first.answer.gap == 1
    chosen = candidates.iloc[[*first.answer.sites]]
    beside = pd.concat([locked, chosen])
    gained = whole.count_served(beside) - whole.count_served(locked)
    adults = np.where(whole.area.inside, whole.demand.adults, 0)
    assert first.answer.value == gained @ adults / DRAWS > 0
    question = pose(whole, candidates, add=2, locked=locked)
    *_, last = solve(replace(question, start=first.answer.sites))
    assert last.is_proven
    assert last.value >= first.answer.value


def test_where_sites_are_few_the_first_plan_is_over_all(
    whole: SitingContext, candidates: pd.DataFrame
) -> None:
    none = candidates.iloc[:0]

    first = plan_with(whole, candidates, none)

    assert first.looked_at == len(candidates)
    question = pose(whole, candidates, add=2, locked=none)
    expected = answer_first(question)
    assert replace(first.answer, seconds=0.0) == replace(expected, seconds=0.0)
    with pytest.raises(QuestionError, match="no site to choose from"):
        plan_with(whole, none, none)


def test_an_answer_begins_with_the_sites_that_are_known_to_be_good() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        places, adults, sites = draw_map(rng, 60, 25)
        question = question_of(places, adults, sites, within=60.0, add=4)
        *_, best = solve(question)
        if answer_first(question).value < best.value:
            break
    else:
        pytest.fail("On none of these maps is the first answer short of the best.")

    begun = answer_first(replace(question, start=best.sites))

    assert begun.value == best.value


def test_what_is_reached_is_worked_out_once_for_all_who_ask(
    whole: SitingContext, candidates: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert whole.drives is not None
    worked_out: list[str] = []

    def watch(zips: ZipRoads, sites: pd.DataFrame, minutes: float):
        worked_out.extend(sites["site"])
        return find_reached(zips, sites, minutes)

    monkeypatch.setattr(shared_drives, "find_reached", watch)
    table = ReachTable(whole.drives.zips, WITHIN)
    before = table.known
    some = candidates[:20]
    assert not table.holds(some)

    askers = [threading.Thread(target=table.fill, args=(sites,)) for sites in (some, some[5:])]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert sorted(worked_out) == sorted(some["site"])
    assert table.holds(some)
    assert not table.holds(candidates)
    assert not before
    for site, rows in table.known.items():
        assert rows.tolist() == whole.drives.known[site].tolist()
    with pytest.raises(SchemaError, match="cannot be asked for"):
        ReachTable(whole.drives.zips, 0)


def test_drives_of_the_draws_are_worked_out_once(
    whole: SitingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert whole.drives is not None
    made: list[tuple[object, ...]] = []
    monkeypatch.setattr(shared_drives, "draw_minutes", lambda *asked: made.append(asked) or asked)

    drawn = DrawnMinutes(whole.drives.zips, whole.supply, whole.demand)

    assert not drawn.is_there
    assert drawn.find() is drawn.find()
    assert drawn.is_there
    assert len(made) == 1


def prepare_later(pool: SolverPool, prepare: Callable[[], Question]):
    """Return a turn whose question is made once the event is set, and the event."""
    go = threading.Event()

    def wait() -> Question:
        go.wait()
        return prepare()

    return PreparedTurn(pool, wait), go


def wait_for(turn: PreparedTurn) -> None:
    turn.thread.join()


def test_a_turn_is_asked_for_once_its_question_is_there() -> None:
    pool = SolverPool(0)  # of which nobody's turn ever comes
    question = question_of([(40, -90)], [1], [(40, -90)])
    ahead = pool.ask(question)
    turn, go = prepare_later(pool, lambda: question)
    assert turn.is_preparing
    assert turn.poll() is None
    assert turn.before == 0

    go.set()
    wait_for(turn)

    assert not turn.is_preparing
    assert turn.before == 1
    ahead.cancel()
    assert turn.before == 0
    turn.cancel()
    with pytest.raises(SolverError):
        turn.poll()


def test_a_turn_that_was_given_up_is_not_asked_for() -> None:
    pool = SolverPool(0)
    question = question_of([(40, -90)], [1], [(40, -90)])
    turn, go = prepare_later(pool, lambda: question)

    turn.cancel()
    go.set()
    wait_for(turn)

    assert pool.ask(question).before == 0
    assert turn.poll() is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    ("error", "said"),
    [(QuestionError("There is none."), "There is none"), (MemoryError(), "ask again")],
)
def test_a_question_that_cannot_be_made_is_told(error: Exception, said: str) -> None:
    def fail() -> Question:
        raise error

    turn, go = prepare_later(SolverPool(0), fail)
    go.set()
    wait_for(turn)

    assert not turn.is_preparing
    with pytest.raises((QuestionError, SolverError), match=said):
        turn.poll()


@pytest.mark.parametrize("fewest", [5.0, 1e3])
def test_a_plan_is_begun_where_by_straight_lines_everybody_has_a_clinic(
    whole: SitingContext,
    candidates: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    fewest: float,
) -> None:
    monkeypatch.setattr(shortlist, "FEW", len(candidates) - 1)
    monkeypatch.setattr(shortlist, "_FEWEST_MILES", fewest, raising=False)

    first = plan_with(whole, candidates, candidates.iloc[:0], minutes=300.0)

    assert 0 < first.looked_at < len(candidates)
    assert first.answer.gap == 1  # nothing is proven of the others
