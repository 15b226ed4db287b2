import numpy as np
import pytest

from geo.coverage.position_draws import draw_positions, stated_positions
from geo.errors import SchemaError
from geo.units import geodesic_miles
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

NEAR, FAR = {"latitude": 40.0, "longitude": -89.0}, {"latitude": 40.3, "longitude": -89.0}
TOWN = {"city": "Springfield", "state": "IL", "precision": "city", "radius_miles": 15.0, **NEAR}


@pytest.fixture(scope="module")
def demand():
    """Springfield has a ZIP of 1,000 people and, 21 miles north, one of 3,000 in two counties."""
    return demand_of(
        {"city": "Springfield", **NEAR},
        {"city": "Elsewhere", "city_aliases": "Springfield;Northtown", "population": 3000, **FAR},
        {"city": "Springfield", "state": "IN", "population": 90_000},
        {"city": "Springfield", "latitude": 42.0, "population": 50_000},
        {"city": "Open Range", "zip": "61001", "land_area_sq_miles": 100 * np.pi, "latitude": 41.0},
        shares=[("00001", "17001", 0.5), ("00001", "17003", 0.5)],
    )


def miles_from(positions, point, clinic=0):
    """Return how far each draw of a clinic is from a point."""
    return geodesic_miles(
        positions.latitude[:, clinic],
        positions.longitude[:, clinic],
        point["latitude"],
        point["longitude"],
    )


def test_a_clinic_known_to_its_city_is_where_the_citys_people_are(demand):
    positions = draw_positions(clinic_table({"clinic_id": "a", **TOWN}), demand, 4000)

    in_near, in_far = (miles_from(positions, point) <= 0.978 for point in (NEAR, FAR))
    assert (in_near | in_far).all()  # a disc of 3 square miles has a radius of 0.977
    assert in_near.mean() == pytest.approx(0.25, abs=0.02)
    counties = demand.areas["county"]["geoid"].to_numpy()[positions.county[:, 0]]
    assert set(counties[in_near]) == {"17001"}
    assert (counties[in_far] == "17003").mean() == pytest.approx(0.5, abs=0.03)
    assert positions.drawn.tolist() == [True]


def test_points_are_even_over_the_disc(demand):
    clinics = clinic_table({"clinic_id": "a", "precision": "zip", "zip": "61001", **NEAR})

    centre = {"latitude": 41.0, "longitude": -89.0}
    positions = draw_positions(clinics, demand, 4000)
    miles = miles_from(positions, centre)

    assert miles.max() <= 10.0
    for share in (0.25, 0.5, 0.75):
        assert (miles <= 10 * np.sqrt(share)).mean() == pytest.approx(share, abs=0.02)
    assert (positions.latitude > 41.0).mean() == pytest.approx(0.5, abs=0.02)
    assert (positions.longitude > -89.0).mean() == pytest.approx(0.5, abs=0.02)


def test_a_clinic_known_to_its_zip_keeps_its_county(demand):
    clinics = clinic_table(
        {"clinic_id": "a", "precision": "zip", "zip": "61001", "county_geoid": "17003", **NEAR}
    )

    positions = draw_positions(clinics, demand, 20)

    assert set(demand.areas["county"]["geoid"].to_numpy()[positions.county[:, 0]]) == {"17003"}
    assert positions.drawn.tolist() == [False]


@pytest.mark.parametrize(
    "known",
    [
        {"precision": "address", "radius_miles": 0.05},
        {"precision": "interpolated", "radius_miles": 1.8},
        {"precision": "zip", "zip": "99999", "radius_miles": 3.0},
        {"precision": "zip_po_box", "city": "", "radius_miles": 14.0},
        {"precision": "city", "city": "Nowhere", "radius_miles": 8.0},
        {"precision": "city", "latitude": 43.5, "radius_miles": 8.0},  # homonyms are far away
    ],
)
def test_otherwise_a_clinic_is_within_its_radius(demand, known):
    clinic = {**TOWN, "clinic_id": "a", **known}

    positions = draw_positions(clinic_table(clinic), demand, 500)

    miles = miles_from(positions, clinic)
    assert miles.max() <= clinic["radius_miles"] + 1e-9
    assert np.median(miles) == pytest.approx(clinic["radius_miles"] / np.sqrt(2), rel=0.15)
    assert (positions.county == -1).all()


def test_a_post_office_box_is_as_good_as_its_city(demand):
    clinics = clinic_table({**TOWN, "clinic_id": "a", "precision": "zip_po_box", "zip": "62700"})

    assert draw_positions(clinics, demand, 5).drawn.all()


def test_neither_order_nor_other_clinics_matter(demand):
    clinics = clinic_table(
        *({"clinic_id": clinic_id, **TOWN} for clinic_id in ("a", "b", "c")),
        {"clinic_id": "d", **TOWN, "precision": "address"},
    )

    together = draw_positions(clinics, demand, 50)
    turned = draw_positions(clinics[::-1], demand, 50)
    alone = draw_positions(clinics[2:3], demand, 50)
    taken = together.take(np.array([False, False, True, False]))

    for field in ("latitude", "longitude", "county"):
        assert (getattr(together, field) == getattr(turned, field)[:, ::-1]).all()
        assert (getattr(taken, field) == getattr(alone, field)).all()
    assert (together.latitude[:, 0] != together.latitude[:, 1]).all()


def test_fewer_draws_are_the_first_of_more(demand):
    clinics = clinic_table({"clinic_id": "a", **TOWN})

    few, many = (draw_positions(clinics, demand, draws) for draws in (3, 30))

    assert (few.latitude == many.latitude[:3]).all()


def test_stated_positions_are_the_recorded_points(demand):
    clinics = clinic_table({"clinic_id": "a", "county_geoid": "17003", **TOWN})

    positions = stated_positions(clinics, demand)

    assert (positions.latitude.tolist(), positions.longitude.tolist()) == ([[40.0]], [[-89.0]])
    assert demand.areas["county"]["geoid"][positions.county[0, 0]] == "17003"
    assert positions.drawn.tolist() == [False]


def test_no_clinics_have_no_positions(demand):
    assert draw_positions(clinic_table(), demand, 3).latitude.shape == (3, 0)


@pytest.mark.parametrize("place", [draw_positions, stated_positions])
def test_a_clinic_without_a_point_is_refused(demand, place):
    clinics = clinic_table({"clinic_id": "lost", **TOWN, "latitude": float("nan")})

    with pytest.raises(SchemaError, match="Clinic lost has no point"):
        place(clinics, demand)


def test_no_draw_is_refused(demand):
    with pytest.raises(ValueError, match="0 draws are none"):
        draw_positions(clinic_table(), demand, 0)
