"""Floating catchments by road: pairs and scores are those of plain loops over all drives."""

import json
from functools import partial

import numpy as np
import pytest
from typer.testing import CliRunner

from geo import cli, roads
from geo.accessibility.area_scores import score_areas_by_road
from geo.accessibility.catchments import CatchmentError
from geo.accessibility.drive_catchments import check_drive_catchment, draw_drive_pairs
from geo.accessibility.floating import METHODS, ZONE_WEIGHTS
from geo.api import area_verbs
from geo.coverage.position_draws import stated_positions
from geo.reference.road_tables import ATTRIBUTION
from geo.roads.shared_roads import share_roads
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

CATCHMENT = 75
ZIPS = [
    {"state": "IL", "adults": 100.0, "latitude": 39.80, "longitude": -89.64},  # Springfield
    {"state": "IL", "adults": 200.0, "latitude": 40.12, "longitude": -88.24},  # Champaign
    {"state": "IL", "adults": 300.0, "latitude": 40.69, "longitude": -89.59},  # Peoria
    {"state": "IL", "adults": 400.0, "latitude": 37.30, "longitude": -89.52},  # in the far south
    {"state": "PR", "adults": 500.0, "latitude": 18.40, "longitude": -66.05},  # San Juan
]
CLINICS = [
    {"clinic_id": "a", "latitude": 39.84, "longitude": -88.95, "state": "IL"},  # Decatur
    {"clinic_id": "b", "latitude": 40.48, "longitude": -88.99, "state": "IL"},  # Bloomington
    {"clinic_id": "c", "latitude": 13.47, "longitude": 144.75, "state": "GU"},  # Guam: no roads
]


@pytest.fixture(scope="module")
def world():
    """Return the highways, demand and clinics, and minutes in tenths from each ZIP to each clinic."""
    net, clinics = share_roads(), clinic_table(*CLINICS)
    minutes = np.full((len(ZIPS), len(CLINICS)), np.inf)
    for row, place in enumerate(ZIPS):
        for column, clinic in enumerate(CLINICS[:2]):
            ends = [
                roads.join_points(net, each["latitude"], each["longitude"])
                for each in (place, clinic)
            ]
            found = roads.drive_pairs(net, *ends)["minutes"].iloc[0]
            minutes[row, column] = np.inf if np.isnan(found) else round(float(found), 1)
    return net, demand_of(*ZIPS), clinics, minutes


def weigh(minutes, method):
    """Return the weight of a drive, by hand."""
    if minutes > CATCHMENT:
        return 0.0
    if method == "2sfca":
        return 1.0
    zone = 0 if minutes <= CATCHMENT / 3 else 1 if minutes <= CATCHMENT * 2 / 3 else 2
    return ZONE_WEIGHTS[zone]


def score_by_hand(minutes, method):
    """Return the score of each ZIP by the formulas, pair by pair."""
    places, clinics = range(len(ZIPS)), range(len(CLINICS))
    scores = []
    weights = [[weigh(minutes[place, clinic], method) for clinic in clinics] for place in places]
    if method == "3sfca":
        weights = [[each * each / sum(row) if each else 0.0 for each in row] for row in weights]
    for place in places:
        score = 0.0
        for clinic in clinics:
            asked = sum(ZIPS[other]["adults"] * weights[other][clinic] for other in places)
            score += weights[place][clinic] / asked if asked else 0.0
        scores.append(score)
    return scores


def test_pairs_are_those_of_a_double_loop(world):
    net, demand, clinics, minutes = world

    positions = stated_positions(clinics, demand)
    pairs = draw_drive_pairs(net, demand, clinics, positions, CATCHMENT)(0)

    places = np.arange(len(ZIPS)).repeat(np.diff(pairs.starts))
    found = np.full(minutes.shape, np.inf)
    found[places, pairs.clinic] = pairs.minutes
    assert found == pytest.approx(np.where(minutes <= CATCHMENT, minutes, np.inf), abs=1e-6)
    assert pairs.in_range.tolist() == [True, True, True, False, False]
    assert pairs.shape == minutes.shape
    assert pairs.beyond(60).tolist() == (pairs.minutes > 60).tolist()


@pytest.mark.parametrize("method", METHODS)
def test_scores_by_road_are_the_formulas_by_hand(world, method):
    net, demand, clinics, minutes = world

    table = score_areas_by_road(
        net, demand, clinics, "state", method=method, catchment_minutes=CATCHMENT, draws=2
    )

    by_state = table.set_index("state")
    expected = score_by_hand(minutes, method)
    adults = [place["adults"] for place in ZIPS[:4]]
    score = np.dot(adults, expected[:4]) / sum(adults) * 100_000
    assert score > 0
    assert by_state.loc["IL", "clinics_per_100k_adults"] == pytest.approx(score)
    assert by_state.loc["IL", "adults_out_of_range"] == 400
    assert by_state.loc["PR", "clinics_per_100k_adults"] == 0
    assert by_state.loc["PR", "share_out_of_range"] == 1
    assert table["catchment_minutes"].eq(CATCHMENT).all()
    assert "catchment_miles" not in table


@pytest.mark.parametrize("wrong", [0, -1, np.nan, np.inf, 301])
def test_a_catchment_by_road_is_a_time(world, wrong):
    net, demand, clinics, _ = world
    with pytest.raises(CatchmentError, match="number of minutes above 0 and up to 300"):
        draw_drive_pairs(net, demand, clinics, stated_positions(clinics, demand), wrong)


def test_a_catchment_finer_than_the_positions_is_refused(world):
    net, _, clinics, _ = world
    blurred = clinics.assign(radius_miles=15.0)

    check_drive_catchment(net, clinics, 25)
    check_drive_catchment(net, clinics[2:], 5)
    check_drive_catchment(net, blurred, 60)
    with pytest.raises(CatchmentError, match="cut into zones of 20"):
        check_drive_catchment(net, blurred, 60, 3)
    with pytest.raises(CatchmentError, match=r"finer than the clinics are known.*give \d+ minutes"):
        check_drive_catchment(net, blurred, 25)


@pytest.mark.long
def test_the_command_scores_by_road(monkeypatch, tmp_path):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    few = partial(score_areas_by_road, draws=2)
    monkeypatch.setattr(area_verbs, "score_areas_by_road", few)  # all draws take seconds
    run = CliRunner()

    both = run.invoke(cli.app, ["access", "--catchment", "60", "--catchment-minutes", "60"])
    result = run.invoke(cli.app, ["access", "--catchment-minutes", "90", "--format", "json"])

    assert both.exit_code == 2
    rows = json.loads(result.stdout)
    assert [row["catchment_minutes"] for row in rows] == [90] * 4
    assert {row["drives_from"] for row in rows} == {ATTRIBUTION}
    assert all(0 < row["clinics_per_100k_adults"] < 1 for row in rows)
    assert all(0 < row["share_out_of_range"] < 0.6 for row in rows)
