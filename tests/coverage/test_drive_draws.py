"""Minutes by road: what is looked up is what going from each ZIP to each clinic gives."""

import numpy as np
import pytest

from geo import roads
from geo.coverage import drive_measures
from geo.coverage.drive_draws import (
    PER_MINUTE,
    UNREACHED,
    DriveTable,
    find_minutes,
    tabulate_drives,
)
from geo.coverage.position_draws import PositionDraws
from geo.coverage.verdicts import BY_MINUTES, judge_distance
from geo.i18n.reasons import say
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

ZIPS = [
    {"state": "IL", "adults": 100.0, "latitude": 39.80, "longitude": -89.64},  # Springfield
    {"state": "IL", "adults": 200.0, "latitude": 40.12, "longitude": -88.24},  # Champaign
    {"state": "IN", "adults": 300.0, "latitude": 39.77, "longitude": -86.16},  # Indianapolis
    {"state": "CA", "adults": 400.0, "latitude": 38.58, "longitude": -121.49},  # Sacramento
    {"state": "PR", "adults": 500.0, "latitude": 18.40, "longitude": -66.05},  # San Juan
]
CLINICS = [
    {"clinic_id": "drawn", "latitude": 40.12, "longitude": -88.24},
    {"clinic_id": "street", "latitude": 39.80, "longitude": -88.95},  # Decatur
    {"clinic_id": "far", "latitude": 41.88, "longitude": -87.63},  # Chicago
    {"clinic_id": "island", "latitude": 13.47, "longitude": 144.75},  # Guam
]
INTO = np.array([[1, -1, -1, -1], [0, -1, -1, -1], [2, -1, -1, -1]])


@pytest.fixture(scope="module")
def net():
    return roads.load_roads()


@pytest.fixture(scope="module")
def world(net):
    demand = demand_of(*ZIPS)
    clinics = clinic_table(*CLINICS)
    shape = INTO.shape
    positions = PositionDraws(
        np.zeros(shape), np.zeros(shape), INTO, np.zeros(shape[1], dtype=bool), INTO
    )
    return demand, clinics, tabulate_drives(net, clinics, demand, positions)


def drive(net, start, end):
    """Return the minutes between two rows with a point; infinite where there are none."""
    points = [roads.join_points(net, row["latitude"], row["longitude"]) for row in (start, end)]
    minutes = roads.drive_pairs(net, *points)["minutes"].iloc[0]
    return minutes if minutes <= 300 else np.inf


def find_region(demand, geoid):
    """Return the row of a census region."""
    return demand.areas["region"]["geoid"].tolist().index(geoid)


def test_minutes_are_those_of_a_double_loop(net, world):
    demand, _, table = world

    nearest, third = find_minutes(table, np.ones(4, dtype=bool), (1, 3))

    for draw, into in enumerate(INTO[:, 0]):
        for row, place in enumerate(ZIPS):
            each = [drive(net, place, one) for one in (ZIPS[into], *CLINICS[1:3])]
            if row == into:
                radius = np.sqrt(demand.zips["land_area_sq_miles"].iloc[row] / np.pi)
                miles = radius * 128 / (45 * np.pi)
                inside = roads.join_points(net, place["latitude"], place["longitude"])
                each[0] = miles * 1.609344 * inside.local[0]
                each[0] += 2 * inside.terminal[0] * miles / (miles + 2)
            for found, expected in ((nearest, min(each)), (third, max(each))):
                if np.isinf(expected):
                    assert found[draw, row] == UNREACHED
                else:
                    assert found[draw, row] / 1000 == pytest.approx(expected, abs=0.06)
    assert (nearest[:, 3:] == UNREACHED).all()  # no road leads there, and none from Guam


def test_only_the_clinics_that_count_are_looked_up(net, world):
    _, _, table = world

    (nearest,) = find_minutes(table, np.array([False, False, True, True]), (1,))

    expected = drive(net, ZIPS[1], CLINICS[2])
    assert nearest[:, 1] / 1000 == pytest.approx([expected] * 3, abs=0.06)


def test_a_long_list_of_places_is_searched_to_its_end():
    rng = np.random.default_rng(5)
    draws, clinics, zips, places = 4, 9, 6, 900
    tenths = np.sort(rng.integers(1, 3_000, (zips, places)), axis=1).astype(np.uint16)
    order = np.array([rng.permutation(places) for _ in range(zips)], dtype=np.uint16)
    place = rng.integers(-1, places, (draws, clinics))
    table = DriveTable(place, places, np.arange(zips + 1) * places, order.ravel(), tenths.ravel())

    nearest, third = find_minutes(table, np.ones(clinics, dtype=bool), (1, 3))

    for draw in range(draws):
        for row in range(zips):
            at = {
                there: int(minutes) for there, minutes in zip(order[row], tenths[row], strict=True)
            }
            each = sorted(at[there] for there in place[draw] if there >= 0)
            assert nearest[draw, row] == each[0] * 1000 // PER_MINUTE
            assert third[draw, row] == each[2] * 1000 // PER_MINUTE


def test_areas_say_what_their_adults_drive_and_who_reaches_none(world):
    demand, clinics, table = world

    driven = drive_measures.measure_drives(table, clinics, demand)
    rows = drive_measures.tabulate_drive_measures(demand, driven)

    nation = rows.iloc[0]
    nearest, _ = find_minutes(table, np.ones(4, dtype=bool), (1, 3))
    shares = sorted(
        sum(
            place["adults"]
            for place, minutes in zip(ZIPS[:4], draw, strict=False)
            if minutes <= 60_000
        )
        / 1000
        for draw in nearest
    )
    band = nation[[f"share_within_60_minutes{end}" for end in ("_low", "", "_high")]]
    assert band.tolist() == shares
    assert nation["adults_not_reached"] == 400
    west = rows.iloc[1 + find_region(demand, "4")]
    assert west["share_within_90_minutes"] == 0
    assert west["adults_not_reached"] == 400
    assert np.isnan(west["median_minutes_to_nearest"])
    curve = drive_measures.tabulate_drive_curve(demand, driven)
    at_60 = curve.query("level == 'nation' and minutes == 60").iloc[0]
    assert at_60["share"] == nation["share_within_60_minutes"]


def test_medians_are_those_of_a_double_loop_over_adults(world):
    demand, clinics, table = world

    nearest, third = find_minutes(table, np.ones(4, dtype=bool), (1, 3))
    rows = drive_measures.tabulate_drive_measures(
        demand, drive_measures.measure_drives(table, clinics, demand)
    )

    for name, minutes in (("nearest", nearest), ("third", third)):
        for level, area, places in (("nation", 0, range(4)), ("region", "2", range(3))):
            medians = []
            for draw in minutes:
                each = []
                for place in places:
                    each += [draw[place]] * int(ZIPS[place]["adults"])
                medians.append(sorted(each)[(len(each) + 1) // 2 - 1] / 1000)
            low, median, high = sorted(medians)
            row = area if level == "nation" else 1 + find_region(demand, area)
            said = rows.iloc[row]
            ends = [said[f"median_minutes_to_{name}{end}"] for end in ("_low", "", "_high")]
            assert ends == [low, median, high]


def test_the_verdict_by_road_is_by_the_same_rule(world):
    demand, clinics, table = world
    driven = drive_measures.measure_drives(table, clinics, demand)

    judged = judge_distance(demand, "region", driven.nearest, BY_MINUTES)

    west = judged[find_region(demand, "4")]
    assert judged[find_region(demand, "2")].verdict == "high"
    assert west.verdict == "low"
    assert say(west.reason).startswith(
        "0.0% of adults have a listed clinic within 60 minutes by road, "
    )
