import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage.coverage_draws import (
    PER_MILE,
    find_spread,
    measure_coverage_draws,
    measure_thousandths,
    nearest_distances,
)
from geo.coverage.demand import ArealWeights
from geo.coverage.position_draws import PositionDraws
from geo.units import GEOD, METRES_PER_MILE, ecef_miles, geodesic_miles, to_ecef
from tests.examples import examples
from tests.handmade.demand import demand_of


def positions_at(*draws):
    """Return positions from (latitude, longitude) of the clinics of each draw."""
    points = np.array(draws, dtype=np.float64)
    county = np.full(points.shape[:2], -1)
    drawn = np.zeros(points.shape[1], dtype=bool)
    return PositionDraws(points[..., 0], points[..., 1], county, drawn, county)


def test_distances_are_those_to_the_nearest_clinic():
    rng = np.random.default_rng(1)
    latitude, longitude = rng.uniform(18, 70, 300), rng.uniform(-170, -66, 300)
    clinics = rng.uniform((18, -170), (70, -66), (40, 2))

    found = nearest_distances(to_ecef(latitude, longitude), clinics[:, 0], clinics[:, 1])

    exact = geodesic_miles(latitude[:, None], longitude[:, None], clinics[:, 0], clinics[:, 1])
    assert np.abs(found / 1000 - exact.min(axis=1)).max() <= 0.01
    near = exact.min(axis=1) <= 200
    assert near.any()
    assert np.abs(found / 1000 - exact.min(axis=1))[near].max() <= 0.000501


@examples(60)
@given(data=st.data())
def test_coverage_of_a_draw_is_what_counting_gives(data):
    size = data.draw(st.integers(1, 12))
    adults = data.draw(st.lists(st.integers(0, 90), min_size=size, max_size=size))
    area = data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    steps = data.draw(st.lists(st.integers(0, 120), min_size=size, max_size=size))
    demand = demand_of(*({"latitude": 35 + step / 100} for step in steps))
    weights = ArealWeights(4, np.array(area), np.arange(size), np.array(adults, dtype=np.int64))

    (drawn_coverage,) = measure_coverage_draws(
        demand, positions_at([(35.0, -89.0)]), {weights: (0, 15, 60)}
    )

    miles = geodesic_miles(demand.latitude, demand.longitude, 35.0, -89.0)
    for number in range(4):
        inside = np.array(area) == number
        people = np.array(adults)[inside]
        for step, limit in enumerate((0, 15, 60)):
            assert drawn_coverage.within[0, step, number] == people[miles[inside] <= limit].sum()
        assert drawn_coverage.adults[number] == people.sum()
        person_miles = (people * np.rint(miles[inside] * 1000)).sum()
        assert drawn_coverage.person_miles[0, number] == person_miles
        each = np.sort(np.repeat(np.rint(miles[inside] * 1000), people))
        half = each[(len(each) - 1) // 2] if len(each) else 0
        assert drawn_coverage.median[0, number] == half


def test_each_draw_has_its_own_clinics():
    demand = demand_of({"adults": 10})

    (drawn_coverage,) = measure_coverage_draws(
        demand,
        positions_at([(40.0, -89.0), (50.0, -89.0)], [(41.0, -89.0), (50.0, -89.0)]),
        {demand.areal_weights("nation"): (15, 100)},
    )

    assert drawn_coverage.within_miles(15).tolist() == [[10], [0]]
    assert drawn_coverage.within_miles(100).tolist() == [[10], [10]]
    assert drawn_coverage.median.tolist() == [[0], [69000]]  # a degree of the meridian, 111.044 km


def test_the_spread_is_of_the_draws_own_values():
    rng = np.random.default_rng(2)
    values = np.array([rng.permutation(200) for _ in range(6)]).T.reshape(200, 2, 3)

    spread = find_spread(values)

    assert (spread.low == 9).all()
    assert (spread.median == 99).all()
    assert (spread.high == 189).all()
    assert spread.low.shape == (2, 3)


@pytest.mark.parametrize(("draws", "ranks"), [(1, (0, 0, 0)), (2, (0, 0, 1)), (40, (1, 19, 37))])
def test_the_spread_of_few_draws(draws, ranks):
    values = np.arange(draws, dtype=np.float64)[:, np.newaxis]

    assert tuple(int(end[0]) for end in find_spread(values)) == ranks


def test_the_spread_of_no_data_is_no_data():
    values = np.array([[1.0, np.nan], [2.0, np.nan]])

    assert [end.tolist()[0] for end in find_spread(values)] == [1.0, 1.0, 2.0]
    assert all(np.isnan(end[1]) for end in find_spread(values))


@pytest.mark.parametrize("farthest_miles", [300, 1_200, 12_000])
def test_a_distance_rounds_as_the_geodesic_does(farthest_miles):
    chance = np.random.default_rng(3)
    count = 20_000
    latitude, longitude = chance.uniform(-80, 80, count), chance.uniform(-180, 180, count)
    miles = chance.uniform(0, farthest_miles, count)
    azimuth = chance.uniform(0, 360, count)
    to_longitude, to_latitude, _ = GEOD.fwd(longitude, latitude, azimuth, miles * METRES_PER_MILE)

    ends = to_ecef(latitude, longitude), to_ecef(to_latitude, to_longitude)

    expected = np.rint(ecef_miles(*ends) * PER_MILE)
    assert (measure_thousandths(*ends) == expected).all()
