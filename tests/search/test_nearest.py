"""Nearest clinics, against geodesics to all of them by pyproj."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.errors import CrsError, SchemaError
from geo.search import nearest as near
from tests.examples import examples

GEOD = Geod(ellps="WGS84")
MILE = 1609.344


def clinics_at(points):
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    return pd.DataFrame(
        {
            "clinic_id": [f"clinic-{row}" for row in range(len(points))],
            "latitude": points[:, 0],
            "longitude": points[:, 1],
        }
    )


def brute_metres(clinics, origin):
    count = len(clinics)
    return GEOD.inv(
        np.full(count, origin[1], dtype=float),
        np.full(count, origin[0], dtype=float),
        clinics["longitude"].to_numpy(),
        clinics["latitude"].to_numpy(),
    )[2]


def brute_order(clinics, origin, k):
    metres = brute_metres(clinics, origin)
    metres = np.where(np.isnan(metres), np.inf, metres)
    ranked = np.argsort(metres, kind="stable")
    return ranked[np.isfinite(metres[ranked])][:k]


anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
awkward = st.sampled_from(
    [
        (90.0, 0.0),
        (90.0, 77.0),
        (-90.0, 0.0),
        (-90.0, -180.0),
        (0.0, 180.0),
        (0.0, -180.0),
        (0.0, 0.0),
        (52.0, 179.9999),
        (52.0, -179.9999),
        (41.8781, -87.6298),
        (-41.8781, 92.3702),
        (29.7604, -95.3698),
    ]
)
hair = st.floats(-1e-9, 1e-9)
points = st.one_of(
    anywhere,
    awkward,
    st.tuples(st.floats(24, 49), st.floats(-125, -66)),
    # A hair's breadth from Chicago, and from the point opposite of it.
    st.builds(lambda north, east: (41.8781 + north, -87.6298 + east), hair, hair),
    st.builds(lambda north, east: (-41.8781 + north, 92.3702 + east), hair, hair),
    st.builds(
        lambda north, east: (north, 180.0 - abs(east)), st.floats(-0.7, 0.7), st.floats(0, 0.7)
    ),
)
unlocated = st.tuples(st.just(np.nan), st.just(np.nan))


@given(
    st.lists(st.one_of(points, unlocated), max_size=40),
    st.lists(points, min_size=1, max_size=5),
    st.integers(1, 50),
)
@examples(300)
def test_any_order_is_that_of_geodesics_to_all(places, origins, k):
    clinics = clinics_at(places)
    index = near.build_index(clinics)
    ordered = near.order(index, origins, k)
    table = near.nearest(index, origins, k)
    for row, origin in enumerate(origins):
        expected = brute_order(clinics, origin, k)
        metres = brute_metres(clinics, origin)[expected]
        single, miles = near.nearest_one(index, *origin, k)
        answer = table[table["origin"] == row]
        assert single.tolist() == expected.tolist()
        assert ordered[row].tolist() == expected.tolist()
        assert answer["clinic_id"].tolist() == [f"clinic-{at}" for at in expected]
        np.testing.assert_allclose(miles * MILE, metres, rtol=0, atol=1e-7)
        np.testing.assert_allclose(answer["distance_miles"] * MILE, metres, rtol=0, atol=1e-4)
        assert answer["distance_miles"].is_monotonic_increasing


@given(
    st.lists(st.one_of(points, unlocated), max_size=40),
    st.lists(points, min_size=1, max_size=4),
    st.one_of(st.floats(0, 12_500), st.sampled_from([0.0, 25.0, 12_430.0])),
)
@examples(200)
def test_any_radius_holds_what_geodesics_say(places, origins, radius_miles):
    clinics = clinics_at(places)
    table = near.within(near.build_index(clinics), origins, radius_miles)
    for row, origin in enumerate(origins):
        metres = brute_metres(clinics, origin)
        expected = brute_order(clinics, origin, len(clinics))
        expected = expected[metres[expected] <= radius_miles * MILE]
        answer = table[table["origin"] == row]
        assert answer["clinic_id"].tolist() == [f"clinic-{at}" for at in expected]
        np.testing.assert_allclose(
            answer["distance_miles"] * MILE, metres[expected], rtol=0, atol=1e-7
        )


@given(points, st.lists(points, min_size=1, max_size=30))
@examples(300)
def test_the_bounds_the_order_rests_on(origin, places):
    clinics = clinics_at(places)
    metres = brute_metres(clinics, origin)
    index = near.build_index(clinics)
    chords = np.linalg.norm(
        near.to_ecef(clinics["latitude"], clinics["longitude"]) - near.to_ecef(*origin), axis=1
    )
    rounding = 1e-7
    assert (metres >= chords - rounding).all()
    assert (metres >= near._shortest_geodesic(chords) - rounding).all()
    assert (chords <= near._longest_chord(metres) + rounding).all()
    bounded = chords < near._BOUNDED_CHORD
    longest = near._shortest_geodesic(chords) + near._blur(chords) - near._SLACK
    assert (metres[bounded] <= longest[bounded] + rounding).all()
    assert np.isinf(near._blur(chords)[~bounded]).all()
    assert index.located == len(places)


def test_chord_and_geodesic_disagree():
    # The chord to both points in the north is shorter, the geodesic to the one in the east.
    origin = (0.0, -90.0)
    ends = [GEOD.fwd(-90.0, 0.0, *way) for way in ((0, 1_000_003), (0, 1_000_005), (90, 1_000_000))]
    clinics = clinics_at([(latitude, longitude) for longitude, latitude, _ in ends])
    index = near.build_index(clinics)
    chords = np.linalg.norm(index.xyz - near.to_ecef(*origin), axis=1)
    assert index.rows[np.argsort(chords)].tolist() == [0, 1, 2]
    for k in (1, 2, 3):
        assert near.order(index, [origin, origin], k).tolist() == [[2, 0, 1][:k]] * 2
        assert near.nearest_one(index, *origin, k)[0].tolist() == [2, 0, 1][:k]


def test_a_batch_of_us_origins_is_ordered_like_geodesics():
    rng = np.random.default_rng(5)
    places = np.column_stack([rng.uniform(25, 49, 600), rng.uniform(-124, -67, 600)])
    places[400:] = places[rng.integers(0, 40, 200)]  # cities that many clinics share
    clinics = clinics_at(places)
    origins = np.column_stack([rng.uniform(18, 71, 1500), rng.uniform(-170, -60, 1500)])
    ordered = near.order(near.build_index(clinics), origins, 12, workers=2)
    for row, origin in enumerate(origins):
        assert ordered[row].tolist() == brute_order(clinics, origin, 12).tolist()


def test_more_clinics_at_one_point_than_asked_for_come_in_the_order_of_the_table():
    clinics = clinics_at([(30.0, -95.0), (29.76, -95.37)] + [(29.7604, -95.3698)] * 20)
    index = near.build_index(clinics)
    origins = [(29.7604, -95.3698), (29.0, -95.0)]
    assert near.order(index, origins, 3).tolist() == [[2, 3, 4], [1, 2, 3]]


def test_clinics_without_a_point_stand_apart_as_they_are():
    clinics = clinics_at([(40.0, -90.0), (np.nan, np.nan), (41.0, np.nan)])
    index = near.build_index(clinics)
    pd.testing.assert_frame_equal(index.unlocated, clinics.iloc[1:])
    assert index.located == 1
    assert near.nearest(index, [(40.0, -90.0)], 10)["clinic_id"].tolist() == ["clinic-0"]


def test_no_clinic_at_all():
    index = near.build_index(clinics_at([(np.nan, np.nan)]))
    assert near.nearest(index, [(40.0, -90.0)], 3).empty
    assert near.nearest(index, [(40.0, -90.0), (41.0, -90.0)], 3).empty
    assert near.within(index, [(40.0, -90.0)], 100).empty
    assert near.order(index, [(40.0, -90.0)], 3).shape == (1, 0)


def test_no_origin_at_all():
    index = near.build_index(clinics_at([(40.0, -90.0)]))
    assert near.nearest(index, [], 3).empty
    assert list(near.within(index, [], 3).columns) == ["origin", "clinic_id", "distance_miles"]


def test_the_radius_itself_is_within():
    clinics = clinics_at([(40.1, -90.0)])
    radius_miles = brute_metres(clinics, (40.0, -90.0))[0] / MILE
    index = near.build_index(clinics)
    assert len(near.within(index, [(40.0, -90.0)], np.nextafter(radius_miles, 99))) == 1
    assert near.within(index, [(40.0, -90.0)], radius_miles - 1e-9).empty


def test_distances_of_an_order_are_the_geodesics():
    clinics = clinics_at([(40.0, -90.0), (41.0, -91.0), (47.0, -120.0), (40.0, -90.0)])
    index = near.build_index(clinics)
    origins = np.array([(40.5, -90.0), (21.3, -157.8)])
    ordered = near.order(index, origins, 4)
    miles = near.distances(index, origins, ordered)
    for row, origin in enumerate(origins):
        expected = brute_metres(clinics, origin)[ordered[row]]
        np.testing.assert_allclose(miles[row] * MILE, expected, rtol=0, atol=1e-4)


def test_a_geodataframe_serves_as_well():
    clinics = clinics_at([(40.0, -90.0), (41.0, -91.0)])
    geometry = gpd.points_from_xy(clinics["longitude"], clinics["latitude"])
    points = gpd.GeoDataFrame(clinics[["clinic_id"]], geometry=geometry, crs=4326)
    answer = near.nearest(near.build_index(points), [(41.1, -91.0)], 1)
    assert answer["clinic_id"].tolist() == ["clinic-1"]
    with pytest.raises(CrsError, match="EPSG:5070"):
        near.build_index(points.to_crs(5070))


def test_clinic_ids_keep_their_type():
    clinics = clinics_at([(40.0, -90.0)])
    answer = near.nearest(near.build_index(clinics), [(41.1, -91.0)], 1)
    assert answer["clinic_id"].dtype == clinics["clinic_id"].dtype


@pytest.mark.parametrize("origin", [(91.0, 0.0), (np.nan, 0.0), (0.0, 181.0), (np.inf, 0.0)])
def test_an_origin_that_is_no_point_is_refused(origin):
    index = near.build_index(clinics_at([(40.0, -90.0)]))
    with pytest.raises(SchemaError, match="origins"):
        near.nearest(index, [origin], 1)
    with pytest.raises(SchemaError, match="origins"):
        near.nearest_one(index, *origin, 1)
    with pytest.raises(SchemaError, match="origins"):
        near.within(index, [origin], 1)


def test_questions_that_ask_for_nothing_are_refused():
    index = near.build_index(clinics_at([(40.0, -90.0)]))
    with pytest.raises(ValueError, match="1 or more"):
        near.nearest(index, [(40.0, -90.0)], 0)
    with pytest.raises(ValueError, match="1 or more"):
        near.order(index, [(40.0, -90.0)], -1)
    for radius_miles in (-1, np.nan):
        with pytest.raises(ValueError, match="0 or more"):
            near.within(index, [(40.0, -90.0)], radius_miles)


def test_tables_that_cannot_be_indexed_are_refused():
    clinics = clinics_at([(40.0, -90.0), (41.0, -90.0)])
    with pytest.raises(SchemaError, match="lacks clinic_id"):
        near.build_index(clinics.drop(columns="clinic_id"))
    with pytest.raises(SchemaError, match="clinic-0 twice"):
        near.build_index(clinics.assign(clinic_id="clinic-0"))
