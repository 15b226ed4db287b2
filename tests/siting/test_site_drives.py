"""Sites by minutes of road: what they reach, which are best, and what they change."""

import json
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from geo import roads
from geo.coverage.coverage_draws import PER_MILE
from geo.coverage.drive_draws import UNREACHED, find_minutes, tabulate_drives
from geo.coverage.drive_measures import measure_drives, tabulate_drive_measures
from geo.errors import SchemaError
from geo.reference.road_tables import ATTRIBUTION
from geo.roads.shared_roads import share_roads
from geo.siting import siting_exports
from geo.siting.effect import (
    add_drives,
    find_farthest,
    measure_baseline,
    measure_effect,
    tabulate_gains,
)
from geo.siting.question import COVERAGE, DISTANCE, SHARE, pose
from geo.siting.site_drives import (
    SiteDrives,
    count_served,
    draw_minutes,
    find_reached,
    join_zips,
    measure_nearest,
)
from geo.siting.sites import describe_sites
from geo.siting.siting_context import SitingContext
from geo.siting.solving import solve
from geo.siting.study_area import find_area
from geo.siting.supply import find_supply
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

WITHIN = 60
RNG = np.random.default_rng(11)
ZIPS = [
    {"adults": float(adults), "latitude": latitude, "longitude": longitude, "state": "IL"}
    for adults, latitude, longitude in zip(
        RNG.integers(50, 900, 24),
        RNG.uniform(38.4, 41.6, 24),
        RNG.uniform(-90.2, -88.3, 24),
        strict=True,
    )
]
ZIPS += [{"adults": 70.0, "latitude": 18.4, "longitude": -66.05, "state": "PR"}]  # no road leads on
CLINICS = [{"clinic_id": "one", "latitude": 39.80, "longitude": -89.64, "state": "IL"}]
SITES = pd.DataFrame(
    [
        ("city:Peoria, IL", "Peoria", "IL", 40.69, -89.59),
        ("city:Champaign, IL", "Champaign", "IL", 40.12, -88.24),
        ("city:Joliet, IL", "Joliet", "IL", 41.53, -88.08),
        ("city:Mount Vernon, IL", "Mount Vernon", "IL", 38.32, -88.90),
        ("point:41.60000,-86.90000", "on the lake", "IL", 42.20, -87.00),  # Lake Michigan
        ("city:Rockford, IL", "Rockford", "IL", 42.27, -89.09),
    ],
    columns=["site", "name", "state", "latitude", "longitude"],
).assign(zip="00000", population=1)


@pytest.fixture(scope="module")
def net():
    return share_roads()


@pytest.fixture(scope="module")
def demand():
    return demand_of(*ZIPS)


@pytest.fixture(scope="module")
def supply(demand):
    return find_supply(clinic_table(*CLINICS), demand, draws=1)


@pytest.fixture(scope="module")
def context(net, demand, supply):
    zips = join_zips(net, demand)
    known = find_reached(zips, SITES[:3], WITHIN)
    served = count_served(draw_minutes(zips, supply, demand, find_farthest()), WITHIN)
    drives = SiteDrives(WITHIN, zips, served, known)
    return SitingContext(demand, find_area(demand, "Illinois"), supply, drives)


@pytest.fixture(scope="module")
def minutes(net):
    """Return minutes in whole tenths from each site, then each clinic, to each ZIP; inf for none."""
    table = np.full((len(SITES) + len(CLINICS), len(ZIPS)), np.inf)
    for row, place in enumerate([*SITES.to_dict("records"), *CLINICS]):
        for column, target in enumerate(ZIPS):
            if place.get("name") == "on the lake":
                continue
            ends = [
                roads.join_points(net, each["latitude"], each["longitude"])
                for each in (place, target)
            ]
            found = roads.drive_pairs(net, *ends)["minutes"].iloc[0]
            table[row, column] = np.inf if np.isnan(found) else round(float(found), 1)
    return table


def test_what_a_site_reaches_is_what_driving_there_says(context, minutes):
    reached = context.drives.reach(SITES)

    assert [rows.tolist() for rows in reached] == [
        np.flatnonzero(of_site <= WITHIN).tolist() for of_site in minutes[: len(SITES)]
    ]
    assert not len(reached[4])
    assert min(len(rows) for rows in reached[:3]) > 0
    now = context.count_served()
    assert now.tolist() == (minutes[-1] <= WITHIN).tolist()
    then = context.count_served(SITES.iloc[[1, 4]])
    assert then.tolist() == (minutes[[1, 4, -1]].min(axis=0) <= WITHIN).tolist()


def test_the_nearest_of_some_points_is_the_quickest_to_drive(context, minutes):
    nearest = measure_nearest(context.drives.zips, SITES, 90)

    expected = minutes[: len(SITES)].min(axis=0)
    expected[expected > 90] = np.inf
    assert np.where(nearest == UNREACHED, np.inf, nearest / PER_MILE) == pytest.approx(expected)


@pytest.mark.parametrize("wrong", [0, -30, np.nan, np.inf, 301])
def test_a_drive_that_nobody_can_ask_for_is_refused(context, wrong):
    with pytest.raises(SchemaError, match="minutes cannot be asked for; give minutes above 0"):
        find_reached(context.drives.zips, SITES, wrong)


@pytest.mark.parametrize("add", [1, 2, 3])
def test_the_best_sites_by_road_are_those_of_trying_all(context, minutes, add):
    *_, answer = solve(pose(context, SITES, add=add))

    adults = np.where(context.area.inside, context.demand.adults, 0)
    far = minutes[-1] > WITHIN
    most = max(
        int(adults @ (far & (minutes[list(some)].min(axis=0) <= WITHIN)))
        for some in combinations(range(len(SITES)), add)
    )
    assert answer.is_proven
    assert answer.value == most > 0
    gained = describe_sites(SITES.take([*answer.sites]), context, COVERAGE)["adults_gained"]
    assert gained.sum() == most


def test_what_stands_already_and_what_there_is_no_room_for_is_left_out(context, minutes):
    pairs = int((minutes[:2, context.area.inside] <= WITHIN).sum())

    asked = pose(context, SITES, add=1, most_pairs=pairs)
    beside = pose(context, SITES, add=1, locked=SITES[:1])

    assert asked.left_out == len(SITES) - len(asked.site_latitude)
    assert asked.reached is not None
    assert len(asked.reached[0]) <= pairs
    assert (
        beside.adults.sum()
        == context.demand.adults[
            context.area.inside & (minutes[[0, -1]].min(axis=0) > WITHIN)
        ].sum()
    )


def test_the_fewest_sites_for_a_share_are_found_by_road(context, minutes):
    adults = np.where(context.area.inside, context.demand.adults, 0)
    best = minutes[:, :].min(axis=0) <= WITHIN
    share = float(adults @ best / adults.sum())

    *_, answer = solve(pose(context, SITES, objective=SHARE, share=share))

    served = minutes[[*answer.sites, -1]].min(axis=0) <= WITHIN
    assert adults @ served == adults @ best
    assert answer.is_proven


def test_a_mean_distance_stays_one_of_straight_lines(context):
    straight = SitingContext(context.demand, context.area, context.supply, 60)

    by_road, by_line = (
        pose(each, SITES, objective=DISTANCE, add=2) for each in (context, straight)
    )

    assert by_road.reached is None
    assert by_road.nearest.tolist() == by_line.nearest.tolist()


def test_before_and_after_are_counted_by_road(net, context, minutes):
    baseline = measure_baseline(context.supply, context.demand)
    chosen = SITES.iloc[[0, 4]]
    with pytest.raises(ValueError, match="Drives are compared with drives"):
        measure_effect(chosen, context, baseline)

    drawn = draw_minutes(context.drives.zips, context.supply, context.demand, find_farthest())
    baseline = add_drives(baseline, context.demand, drawn)
    effect = measure_effect(chosen, context, baseline)

    located = context.supply.located
    table = tabulate_drives(net, located, context.demand, baseline.positions)
    whole = tabulate_drive_measures(context.demand, measure_drives(table, located, context.demand))
    names = [f"share_within_{each}_minutes{end}" for each in (30, 60, 90) for end in ("", "_low")]
    rows = len(effect.before)
    pd.testing.assert_frame_equal(effect.before[names], whole.loc[: rows - 1, names])
    (now,) = find_minutes(table, np.ones(1, dtype=bool), (1,))
    then = np.minimum(now / PER_MILE, minutes[0])
    inside, adults = context.area.inside, context.demand.adults
    (share,) = (then[:, inside] <= WITHIN) @ adults[inside] / adults[inside].sum()
    assert effect.share_after[0] == pytest.approx(share)
    assert effect.share_after[0] > effect.share_before[0]
    state = (effect.after["level"] == "state") & (effect.after["name"] == "Illinois")
    assert effect.after["share_within_60_minutes"][state].item() == pytest.approx(share)
    gains = tabulate_gains(chosen, context).groupby("dimension")["adults_gained"].sum()
    assert {*gains} == {int(adults[inside & (minutes[-1] > WITHIN) & (minutes[0] <= WITHIN)].sum())}


def test_a_plan_by_road_says_so_and_whose_roads_they_are(context):
    drawn = draw_minutes(context.drives.zips, context.supply, context.demand, find_farthest())
    baseline = add_drives(measure_baseline(context.supply, context.demand), context.demand, drawn)
    sites = describe_sites(SITES[:1], context, COVERAGE)
    plan = siting_exports.Plan(
        context, COVERAGE, "r", sites, measure_effect(sites, context, baseline), 0.0
    )

    told = json.loads(siting_exports.to_json(plan))

    assert told["within_minutes"] == WITHIN
    assert "within_miles" not in told
    assert told["drives_from"] == ATTRIBUTION
    assert told["objective"]["means"] == "most adults newly within the drive of a clinic"
    assert "straight-line" not in told["method"]
    assert "without traffic" in told["limits"][0]
    assert ATTRIBUTION in siting_exports.to_csv(plan)
    assert json.loads(siting_exports.to_geojson(plan))["drives_from"] == ATTRIBUTION
