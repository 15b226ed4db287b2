import json
import logging
from functools import partial

import numpy as np
import pandas as pd
import pytest
from access import Access, weights
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo import cli, releases
from geo.accessibility.area_scores import score_areas
from geo.accessibility.catchments import CatchmentError, Pairs, build_pairs, check_catchment
from geo.accessibility.floating import (
    METHODS,
    ZONE_WEIGHTS,
    Steps,
    gaussian,
    gravity,
    three_step,
    two_step,
)
from geo.api import area_verbs
from geo.cli.access import Method
from geo.coverage.counting import pick_clinics
from geo.coverage.demand import load_demand
from geo.coverage.measures import measure, tabulate
from geo.coverage.position_draws import draw_positions
from geo.errors import GeoError, SchemaError
from geo.units import ecef_miles, geodesic_miles, to_ecef
from tests.examples import examples
from tests.handmade.clinics import clinic_table

# On the equator a degree is 69.17 miles: a catchment of 70 reaches the next place, not the one
# after. Clinics stand at 0 and 2 degrees; nobody else is near the place at 10.
PLACES = (np.zeros(5), np.array([0.0, 1.0, 2.0, 3.0, 10.0]))
PEOPLE = np.array([100, 200, 300, 400, 500])
CLINICS = (np.zeros(2), np.array([0.0, 2.0]))
HALF_AWAY = Steps((10, 70), (1, 0.5))
GRID = {
    "2SFCA": [1 / 300, 1 / 300 + 1 / 900, 1 / 900, 1 / 900, 0],
    "E2SFCA": [1 / 200, 0.5 / 200 + 0.5 / 600, 1 / 600, 0.5 / 600, 0],
    "3SFCA": [1 / 150, 0.25 / 150 + 0.25 / 550, 1 / 550, 0.5 / 550, 0],
}

points = st.tuples(st.floats(30, 33), st.floats(-100, -97))
tables = st.tuples(
    st.lists(st.tuples(points, st.integers(0, 5000)), min_size=1, max_size=30),
    st.lists(st.tuples(points, st.integers(0, 9)), min_size=1, max_size=12),
    st.floats(0.5, 150),
)
weight_functions = st.sampled_from(
    [HALF_AWAY, gaussian(0.1), gaussian(30.0), gravity(1.5), gravity(400.0)]
)
quick = examples(50)
uses_peer = pytest.mark.filterwarnings(
    "ignore:The inplace keyword in DataFrame:pandas.errors.Pandas4Warning"
)


def score(method, pairs, people, supply, weight):
    if method == "2SFCA":
        return two_step(pairs, people, supply)
    return {"E2SFCA": two_step, "3SFCA": three_step}[method](pairs, people, supply, weight)


def build_grid(catchment_miles=70):
    return build_pairs(*PLACES, *CLINICS, catchment_miles)


def from_rows(table):
    """Return the pairs, demand and supply of a drawn table."""
    places, clinics, catchment_miles = table
    origins = np.array([point for point, _ in places]).T
    targets = np.array([point for point, _ in clinics]).T
    people, supply = (np.array([count for _, count in side]) for side in (places, clinics))
    return build_pairs(*origins, *targets, catchment_miles), people, supply


def ask_peer(pairs, people, supply, method, weight):
    """Return the scores of PySAL `access` on our pairs, 0 where it has none."""
    place = np.repeat(np.arange(len(people)), np.diff(pairs.starts))
    cost = pd.DataFrame({"origin": place, "dest": pairs.clinic, "cost": pairs.miles()})
    peer = Access(
        demand_df=pd.DataFrame({"row": range(len(people)), "demand": people}),
        demand_index="row",
        demand_value="demand",
        supply_df=pd.DataFrame({"row": range(len(supply)), "supply": supply}),
        supply_index="row",
        supply_value="supply",
        cost_df=cost,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    # Without a weight its enhanced form would take one of its own.
    method = {"2SFCA": "two", "E2SFCA": "enhanced_two", "3SFCA": "three"}[method]
    options = {} if method == "two" else {"weight_fn": weight}
    scores = getattr(peer, f"{method}_stage_fca")(name="s", max_cost=None, **options)["s_supply"]
    return scores.reindex(range(len(people))).fillna(0.0).to_numpy()


@pytest.fixture(scope="module", autouse=True)
def quiet_peer():
    logging.getLogger("access").disabled = True


@pytest.fixture(scope="module")
def demand():
    return load_demand()


@pytest.fixture(scope="module")
def clinics():
    return releases.load(releases.SHIPPED).clinics


@pytest.mark.parametrize("method", GRID)
def test_the_grid_as_computed_by_hand(method):
    scores = score(method, build_grid(), PEOPLE, np.ones(2), HALF_AWAY)

    assert scores == pytest.approx(GRID[method], rel=1e-12)


@pytest.mark.parametrize("method", GRID)
def test_twice_the_supply_is_twice_the_score(method):
    scores = score(method, build_grid(), PEOPLE, [2, 2], HALF_AWAY)

    assert scores == pytest.approx(2 * np.array(GRID[method]), rel=1e-12)


@uses_peer
@pytest.mark.parametrize("method", GRID)
def test_the_grid_as_access_computes_it(method):
    supply = np.array([1.0, 3.0])
    theirs = ask_peer(build_grid(), PEOPLE, supply, method, weights.step_fn({10: 1, 70: 0.5}))

    scores = score(method, build_grid(), PEOPLE, supply, HALF_AWAY)

    assert scores == pytest.approx(theirs, rel=1e-12)


@uses_peer
@pytest.mark.parametrize(
    ("method", "ours", "theirs"),
    [
        ("2SFCA", None, None),
        (
            "E2SFCA",
            Steps((20, 40, 60), ZONE_WEIGHTS),
            weights.step_fn(dict(zip((20, 40, 60), ZONE_WEIGHTS, strict=True))),
        ),
        ("E2SFCA", gaussian(20), weights.gaussian(20)),
        ("E2SFCA", gravity(1.5), weights.gravity(scale=1, alpha=-1.5, min_dist=1)),
        ("3SFCA", gaussian(20), weights.gaussian(20)),
    ],
)
def test_zip_points_and_clinics_as_access_computes_them(demand, clinics, method, ours, theirs):
    located = pick_clinics(clinics).dropna(subset="latitude")
    pairs = build_pairs(
        demand.latitude, demand.longitude, located["latitude"], located["longitude"], 60
    )
    supply = np.ones(len(located))

    scores = score(method, pairs, demand.adults, supply, ours)

    expected = ask_peer(pairs, demand.adults, supply, method, theirs)
    assert len(pairs.clinic) > 100_000
    assert np.abs(scores - expected).max() < 1e-9 * expected.max()
    assert (scores > 0).sum() > 20_000


@quick
@given(tables)
def test_pairs_are_those_whose_geodesic_is_within(table):
    places, clinics, catchment_miles = table
    pairs, _, _ = from_rows(table)
    origins, targets = (np.array([point for point, _ in side]) for side in (places, clinics))
    miles = geodesic_miles(*origins.T[:, :, np.newaxis], *targets.T[:, np.newaxis])

    found = np.zeros(miles.shape, dtype=np.bool_)
    found[np.repeat(np.arange(len(places)), np.diff(pairs.starts)), pairs.clinic] = True

    clear = np.abs(miles - catchment_miles) > 1e-7
    assert (found == (miles <= catchment_miles))[clear].all()
    assert pairs.miles() == pytest.approx(miles[found], abs=1e-7)
    assert (pairs.in_range == found.any(axis=1)).all()


@quick
@given(tables, st.randoms(use_true_random=False))
def test_chords_tell_who_is_beyond_a_distance_as_distances_do(table, random):
    pairs, _, _ = from_rows(table)
    miles = pairs.miles()
    ends = sorted({0.0, 20.0, 1e4, *random.sample(miles.tolist(), min(3, len(miles)))})

    for end in ends:
        assert (pairs.beyond(end) == (miles > end)).all()

    steps = Steps(tuple(ends), tuple(range(len(ends), 0, -1)))
    assert (steps.weigh(pairs) == steps(miles)).all()


@pytest.mark.parametrize("degrees", [1e-7, 0.001, 0.5, 2.0, 30.0])
def test_a_clinic_at_the_very_distance_of_the_catchment_is_within(degrees):
    here, there = to_ecef([40.0], [-90.0]), to_ecef([40.0], [-90.0 + degrees])
    miles = float(ecef_miles(here, there)[0])

    within = build_pairs([40.0], [-90.0], [40.0], [-90.0 + degrees], miles)
    without = build_pairs([40.0], [-90.0], [40.0], [-90.0 + degrees], np.nextafter(miles, 0))

    assert within.clinic.tolist() == [0]
    assert without.clinic.tolist() == []


def test_many_places_and_clinics_in_any_order_are_the_same_pairs():
    rng = np.random.default_rng(7)
    places, clinics = (
        rng.uniform((35, -100), (39, -95), (700, 2)),
        rng.normal((37, -98), 0.6, (900, 2)),
    )
    miles = geodesic_miles(*places.T[:, :, np.newaxis], *clinics.T[:, np.newaxis])

    pairs = build_pairs(*places.T, *clinics.T, 60)

    row, clinic = np.nonzero(miles <= 60)
    assert pairs.clinic.tolist() == clinic.tolist()
    assert np.diff(pairs.starts).tolist() == np.bincount(row, minlength=700).tolist()
    assert np.diff(pairs.starts).max() > 384


@quick
@given(tables, st.sampled_from([*GRID]), weight_functions)
def test_what_is_given_is_what_is_got(table, method, weight):
    pairs, people, supply = from_rows(table)

    scores = score(method, pairs, people, supply, weight)

    asked = np.zeros(len(supply), dtype=np.bool_)
    weighed = np.ones(len(pairs.clinic)) if method == "2SFCA" else weight(pairs.miles())
    demand = np.repeat(people, np.diff(pairs.starts))
    asked[pairs.clinic[(weighed >= 1e-100) & (demand > 0)]] = True
    assert np.isfinite(scores).all()
    assert (scores[~pairs.in_range] == 0).all()
    assert scores @ people == pytest.approx(supply[asked].sum(), rel=1e-9)


@quick
@given(tables, st.sampled_from([*GRID]), st.randoms(use_true_random=False))
def test_the_order_of_clinics_changes_nothing(table, method, random):
    places, clinics, catchment_miles = table
    mixed = random.sample(clinics, len(clinics))

    scores = score(method, *from_rows(table), HALF_AWAY)

    again = score(method, *from_rows(table), HALF_AWAY)
    assert scores.tobytes() == again.tobytes()
    of_mixed = score(method, *from_rows((places, mixed, catchment_miles)), HALF_AWAY)
    assert scores == pytest.approx(of_mixed, rel=1e-9)


@quick
@given(tables, points, st.sampled_from(["2SFCA", "E2SFCA"]))
def test_one_more_clinic_lowers_no_score(table, point, method):
    places, clinics, catchment_miles = table

    fewer = score(method, *from_rows(table), HALF_AWAY)

    more = score(method, *from_rows((places, [*clinics, (point, 1)], catchment_miles)), HALF_AWAY)
    assert (more >= fewer * (1 - 1e-12)).all()


@pytest.mark.parametrize("method", GRID)
def test_without_clinics_or_places_there_is_nothing_and_no_error(method):
    nobody = build_pairs(*PLACES, [], [], 70)
    nowhere = build_pairs([], [], *CLINICS, 70)

    assert score(method, nobody, PEOPLE, [], HALF_AWAY).tolist() == [0.0] * 5
    assert score(method, nowhere, [], np.ones(2), HALF_AWAY).tolist() == []
    assert not nobody.in_range.any()


@pytest.mark.parametrize("method", GRID)
def test_a_clinic_that_nobody_asks_of_gives_nothing(method):
    scores = score(method, build_grid(), [0, 0, 0, 0, 500], np.ones(2), HALF_AWAY)

    assert scores.tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        (Steps((10, 20, 30), (1, 0.68, 0.22)), [1, 1, 0.68, 0.22, 0]),
        (gaussian(10), np.exp([0, -0.5, -2, -4.5, -8])),
        (gravity(2), [1, 1 / 100, 1 / 400, 1 / 900, 1 / 1600]),
        (gravity(1, least_miles=20), [1 / 20, 1 / 20, 1 / 20, 1 / 30, 1 / 40]),
    ],
)
def test_weights_by_miles(weight, expected):
    assert weight(np.array([0.0, 10.0, 20.0, 30.0, 40.0])) == pytest.approx(expected)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Steps((10, 10), (1, 1)),
        lambda: Steps((10, 20), (1,)),
        lambda: gaussian(0),
        lambda: gravity(-1),
        lambda: gravity(1, least_miles=0),
    ],
)
def test_what_is_no_weight_function_is_refused(build):
    with pytest.raises(ValueError, match=r"zone|width|gravity"):
        build()


@pytest.mark.parametrize(
    ("people", "supply", "weight", "says"),
    [
        (PEOPLE[:4], np.ones(2), None, "The demand has the shape"),
        (PEOPLE, np.ones(3), None, "The supply has the shape"),
        (-PEOPLE, np.ones(2), None, "The demand holds"),
        (PEOPLE, [1, np.nan], None, "The supply holds"),
        (PEOPLE, np.ones(2), lambda miles: 20 - miles, "The weight function holds"),
        (PEOPLE, np.ones(2), lambda _: 1.0, "one weight for each distance"),
    ],
)
def test_what_cannot_be_added_up_is_refused(people, supply, weight, says):
    with pytest.raises(SchemaError, match=says):
        two_step(build_grid(), people, supply, weight)


@pytest.mark.parametrize("catchment_miles", [0, -1, np.nan, np.inf])
def test_a_catchment_is_a_distance(catchment_miles):
    with pytest.raises(CatchmentError, match="number of miles above 0"):
        build_grid(catchment_miles)


def test_a_catchment_finer_than_the_positions_is_refused():
    check_catchment(20.0, [1, 10.0, 30])
    check_catchment(1.0, [])
    check_catchment(60.0, [20.0], zones=3)

    with pytest.raises(GeoError, match=r"to within 10\.2 miles or worse.*give 21 miles or more"):
        check_catchment(20.0, [1, 10.2, 30])
    with pytest.raises(GeoError, match=r"cut into zones of 20, is finer.*give 61 miles"):
        check_catchment(60.0, [20.2], zones=3)


def test_a_weight_function_may_hand_back_what_it_was_given():
    pairs = build_grid()

    three_step(pairs, PEOPLE, np.ones(2), lambda miles: miles)

    assert pairs.miles() == pytest.approx(build_grid().miles())


def find(table, geoid):
    return table.set_index("geoid").loc[geoid]


@pytest.mark.parametrize("method", METHODS)
def test_areas_add_up(demand, clinics, method):
    tables = {
        level: score_areas(demand, clinics, level, method, 60.0, draws=1) for level in demand.areas
    }

    for level in ("region", "division", "state", "county"):
        table = tables[level]
        inside = table["state"].ne("PR") & table["adults"].notna()
        given = (table["clinics_per_100k_adults"] * table["adults"])[inside].sum()
        nation = tables["nation"].iloc[0]
        assert given == pytest.approx(nation["clinics_per_100k_adults"] * nation["adults"])
        assert table["adults_out_of_range"][inside].sum() == nation["adults_out_of_range"]
    assert 0.05 < nation["share_out_of_range"] < 0.3


def test_out_of_range_is_what_coverage_says_is_not_within(demand, clinics):
    picked = pick_clinics(clinics)
    located = picked[picked["latitude"].notna()].reset_index(drop=True)
    positions = draw_positions(located, demand, 4)
    coverage = tabulate(picked, demand, positions, measure(located, demand, positions))

    table = score_areas(demand, clinics, "state", "2sfca", 60.0, draws=4)

    states = coverage[coverage["level"] == "state"].reset_index(drop=True)
    for end, other in (("", ""), ("_low", "_high"), ("_high", "_low")):
        beyond = 1 - states[f"share_within_60_miles{other}"]
        # Coverage counts in whole thousandths of a mile.
        assert table[f"share_out_of_range{end}"].to_numpy() == pytest.approx(
            beyond.to_numpy(), abs=1e-4, nan_ok=True
        )
    scores = table.dropna(subset=["adults"])
    band = [f"clinics_per_100k_adults{end}" for end in ("_low", "", "_high")]
    assert (scores[band].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_only_counted_clinics_with_a_point_are_supply(demand):
    here = {"latitude": 41.9, "longitude": -87.6}
    rows = [
        {"clinic_id": "open", **here},
        {"clinic_id": "unconfirmed", "status": "unconfirmed", **here},
        {"clinic_id": "closed", "status": "closed", **here},
        {"clinic_id": "remote", "treatments": "at_home", **here},
        {"clinic_id": "adrift", "radius_miles": float("nan")},
    ]

    table = score_areas(demand, clinic_table(*rows), "nation", "2sfca", 60.0, draws=2)

    nation = table.iloc[0]
    assert nation["clinics_per_100k_adults"] * nation["adults"] / 100_000 == pytest.approx(2)


def test_out_of_range_is_0_and_no_figures_are_nan(demand, clinics):
    illinois = clinics[clinics["state"] == "IL"]

    table = score_areas(demand, illinois, "state", "e2sfca", 60.0, draws=2)

    california, guam = find(table, "06"), find(table, "66")
    assert california["clinics_per_100k_adults"] == 0
    assert california["share_out_of_range"] == 1
    assert california["adults_out_of_range"] == california["adults"] > 0
    assert find(table, "17")["clinics_per_100k_adults"] > 0
    assert guam[["adults", "clinics_per_100k_adults", "share_out_of_range"]].isna().all()


def test_a_method_or_level_has_to_be_one(demand, clinics):
    with pytest.raises(ValueError, match="raam"):
        score_areas(demand, clinics, "state", "raam", 60.0)
    with pytest.raises(ValueError, match="tract"):
        score_areas(demand, clinics, "tract", "2sfca", 60.0)


def test_pairs_are_what_they_say():
    pairs = build_grid()

    assert isinstance(pairs, Pairs)
    assert pairs.catchment_miles == 70
    assert pairs.clinic.tolist() == [0, 0, 1, 1, 1]
    assert pairs.starts.tolist() == [0, 1, 3, 4, 5, 5]
    assert pairs.in_range.tolist() == [True, True, True, True, False]


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return a function that runs `access` on the shipped release, in two draws: all take seconds."""
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setattr(area_verbs, "score_areas", partial(score_areas, draws=2))
    return lambda *words: CliRunner().invoke(cli.app, ["access", *words])


def test_the_command_prints_rows(run, demand, clinics):
    result = run("--by", "region", "--method", "2sfca", "--catchment", "60", "--format", "json")

    rows = json.loads(result.stdout)
    expected = score_areas(demand, clinics, "region", "2sfca", 60.0, draws=2)
    assert result.exit_code == 0
    assert [row["name"] for row in rows] == ["Northeast", "Midwest", "South", "West"]
    assert [row["clinics_per_100k_adults"] for row in rows] == [
        *expected["clinics_per_100k_adults"]
    ]
    assert rows[0]["method"] == "2sfca"
    assert rows[0]["catchment_miles"] == 60
    assert rows[0]["release"] == releases.load(releases.SHIPPED).id
    assert all(type(row["adults"]) is int for row in rows)
    assert "capacity" not in result.stdout
    assert "Each clinic counts as 1" in result.stderr


def test_the_command_prints_null_where_there_are_no_figures(run):
    rows = json.loads(run("--by", "state", "--catchment", "60", "--format", "json").stdout)

    guam = next(row for row in rows if row["geoid"] == "66")
    assert guam["adults"] is None
    assert guam["clinics_per_100k_adults"] is None


def test_the_command_writes_csv(run):
    result = run("--by", "county", "--method", "3sfca", "--catchment", "100", "--format", "csv")

    heading, first, *_ = result.stdout.splitlines()
    assert heading.startswith("level,geoid,name,state,method,catchment_miles,")
    assert first.startswith("county,01001,Autauga County,AL,3sfca,100.0,")


def test_the_command_writes_for_people(run):
    result = run("--by", "state", "--method", "3sfca", "--catchment", "60")

    assert result.exit_code == 0
    assert "Each clinic counts as 1" in result.stdout
    assert "3SFCA: as e2sfca" in result.stdout
    for name, says in (("Guam", "N/A"), ("Puerto Rico", "out of range"), ("Illinois", "%")):
        assert says in next(line for line in result.stdout.splitlines() if line.startswith(name))


def test_the_command_refuses_a_catchment_finer_than_the_positions(run):
    result = run("--by", "state", "--method", "2sfca", "--catchment", "5")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "finer than the clinics are known" in result.stderr


@pytest.mark.parametrize("words", [("--catchment", "0"), ("--by", "tract"), ("--method", "raam")])
def test_the_command_refuses_wrong_use(run, words):
    assert run(*words).exit_code == 2


def test_the_command_s_methods_are_the_library_s():
    assert [method.value for method in Method] == [*METHODS]
