import numpy as np
import pytest

from geo.coverage.counting import (
    ANY,
    count_by_area,
    count_by_county,
    find_areas,
    find_rates,
    list_treatments,
    offers,
    pick_clinics,
)
from geo.coverage.position_draws import PositionDraws
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

HERE = {"latitude": 40.0, "longitude": -89.0}


@pytest.fixture(scope="module")
def demand():
    return demand_of({}, {"state": "PR"}, {"state": "CA"})


def test_open_and_unconfirmed_places_to_go_to_are_counted():
    clinics = clinic_table(
        {"clinic_id": "open", "treatments": ""},
        {"clinic_id": "unsure", "status": "unconfirmed"},
        {"clinic_id": "closed", "status": "closed"},
        {"clinic_id": "withdrawn", "status": "withdrawn"},
        {"clinic_id": "remote", "treatments": "at_home"},
        {"clinic_id": "both", "treatments": "oral;at_home"},
    )

    assert pick_clinics(clinics)["clinic_id"].tolist() == ["open", "unsure", "both"]


def test_treatments_are_those_of_clinics_with_a_point_in_their_order():
    clinics = clinic_table(
        {"clinic_id": "a", "treatments": "iv;esketamine", **HERE},
        {"clinic_id": "b", "treatments": "", **HERE},
        {"clinic_id": "c", "treatments": "oral"},
        {"clinic_id": "d", "treatments": "im", **HERE},
    )

    assert list_treatments(clinics) == [ANY, "iv", "im", "esketamine"]
    assert offers(clinics, ANY).tolist() == [True] * 4
    assert offers(clinics, "iv").tolist() == [True, False, False, False]


def test_a_clinic_belongs_to_its_own_state_then_to_that_of_its_point(demand):
    clinics = clinic_table(
        {"clinic_id": "own", "state": "IL", "state_fips": "18"},
        {"clinic_id": "point", "state_fips": "18"},
        {"clinic_id": "island", "state": "PR"},
        {"clinic_id": "nowhere"},
    )

    states = demand.areas["state"]["state"].to_numpy()
    found = find_areas(clinics, demand, "state")
    assert [*states[found[:3]], found[3]] == ["IL", "IN", "PR", -1]
    assert find_areas(clinics, demand, "nation").tolist() == [0, 0, -1, -1]


def test_clinics_without_a_point_are_counted_apart(demand):
    clinics = clinic_table(
        {"clinic_id": "a", "state": "IL", **HERE},
        {"clinic_id": "b", "state": "IL", "status": "unconfirmed", **HERE},
        {"clinic_id": "c", "state": "IL"},
        {"clinic_id": "d", "state": "PR"},
        {"clinic_id": "e"},
    )

    by_state, nation = (count_by_area(clinics, demand, level) for level in ("state", "nation"))

    states = demand.areas["state"]["state"].tolist()
    for name, counts in (
        ("clinics", {"IL": 2}),
        ("clinics_open", {"IL": 1}),
        ("clinics_unconfirmed", {"IL": 1}),
        ("clinics_unlocated", {"IL": 1, "PR": 1}),
    ):
        assert by_state[name].tolist() == [counts.get(state, 0) for state in states]
    assert not by_state["clinics_estimated"].any()
    assert nation["clinics"].tolist() == [2]
    assert nation["clinics_unlocated"].tolist() == [2]  # the one whose state is unknown, too


def test_county_counts_are_the_mean_of_the_draws(demand):
    nowhere = np.zeros((4, 3))
    county = np.array([[1, 0, -1], [1, 0, -1], [1, 2, -1], [1, 0, -1]])
    positions = PositionDraws(
        nowhere, nowhere, county, np.array([False, True, False]), np.full((4, 3), -1)
    )
    clinics = clinic_table(
        {"clinic_id": "a"}, {"clinic_id": "b", "status": "unconfirmed"}, {"clinic_id": "c"}
    )

    counts = count_by_county(clinics, positions, demand)

    assert counts["clinics"].tolist() == [0.75, 1, 0.25, 0, 0, 0]
    assert counts["clinics_open"].tolist() == [0, 1, 0, 0, 0, 0]
    assert counts["clinics_unconfirmed"].tolist() == [0.75, 0, 0.25, 0, 0, 0]
    assert counts["clinics_estimated"].tolist() == [True, False, True, False, False, False]
    assert np.isnan(counts["clinics_unlocated"]).all()


@pytest.mark.parametrize(
    ("clinics", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_intervals_are_the_exact_ones_of_the_tables(clinics, low, high):
    rates = find_rates([clinics], [1e6])

    assert rates["clinics_per_million_adults"].tolist() == [clinics]
    assert rates["rate_low"][0] == pytest.approx(low, abs=0.001)
    assert rates["rate_high"][0] == pytest.approx(high, abs=0.001)


def test_the_interval_of_an_estimated_count_covers_its_neighbours():
    whole, fraction = find_rates([1, 2], [5e5, 5e5]), find_rates([1.4], [5e5])

    assert fraction["clinics_per_million_adults"].tolist() == [2.8]
    assert fraction["rate_low"][0] == whole["rate_low"][0]
    assert fraction["rate_high"][0] == whole["rate_high"][1]


def test_without_adults_there_is_no_rate():
    rates = find_rates([3, 0, 0], [np.nan, 0, 0])

    assert all(np.isnan(values).all() for values in rates.values())
