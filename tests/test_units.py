"""Distances and coordinates on WGS84, against pyproj and known values."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo import units
from geo.errors import CrsError, SchemaError
from tests.examples import examples


def shoot(latitude, longitude, azimuth, miles):
    """Return the points that lie `miles` from others in a direction."""
    metres = np.full(np.shape(latitude), miles * units.METRES_PER_MILE)
    to_longitude, to_latitude, _ = units.GEOD.fwd(longitude, latitude, azimuth, metres)
    return to_latitude, to_longitude


def test_a_published_line():
    # Geoscience Australia's worked line, Flinders Peak to Buninyong, is 54,972.271 m on GRS80,
    # whose axes differ from WGS84's by less than a tenth of a millimetre.
    miles = units.geodesic_miles(
        -(37 + 57 / 60 + 3.72030 / 3600),
        144 + 25 / 60 + 29.52440 / 3600,
        -(37 + 39 / 60 + 10.15610 / 3600),
        143 + 55 / 60 + 35.38390 / 3600,
    )
    assert float(miles) * units.METRES_PER_MILE == pytest.approx(54_972.271, abs=1e-3)


def test_a_quarter_of_the_meridian():
    assert float(units.geodesic_miles(0, 10, 90, 0)) * 1609.344 == pytest.approx(
        10_001_965.729, abs=1e-3
    )


def test_geodesics_broadcast_and_pass_on_nan():
    miles = units.geodesic_miles(40.0, -90.0, [[40.0], [np.nan]], [-90.0, -91.0])
    assert miles.shape == (2, 2)
    assert miles[0, 0] == 0
    assert np.isnan(miles[1]).all()


def test_ecef_is_proj_s():
    rng = np.random.default_rng(1)
    latitude, longitude = rng.uniform(-90, 90, 500), rng.uniform(-180, 180, 500)
    expected = Transformer.from_crs(4979, 4978, always_xy=True).transform(
        longitude, latitude, np.zeros(500)
    )
    np.testing.assert_allclose(units.to_ecef(latitude, longitude), np.stack(expected, 1), atol=1e-8)


@given(
    latitude=st.floats(-90, 90, allow_subnormal=False),
    longitude=st.floats(-180, 180, allow_subnormal=False),
)
def test_one_point_lies_where_many_would(latitude, longitude):
    many = units.to_ecef([latitude], [longitude])[0]
    np.testing.assert_allclose(units.locate_ecef(latitude, longitude), many, rtol=0, atol=1e-6)


@given(st.floats(-90, 90), st.floats(-179.999, 179.999))
@examples(100)
def test_ecef_and_back(latitude, longitude):
    back_latitude, back_longitude = units.from_ecef(units.to_ecef([latitude], [longitude]))
    assert back_latitude[0] == pytest.approx(latitude, abs=1e-12)
    if abs(latitude) < 89.9:
        assert back_longitude[0] == pytest.approx(longitude, abs=1e-10)


@pytest.mark.parametrize(
    ("miles", "metres_off"),
    [(1e-4, 2e-8), (5, 2e-8), (60, 3e-7), (199.9, 1e-4), (250, 2e-8), (9000, 2e-8)],
)
def test_the_series_is_as_near_as_it_says(miles, metres_off):
    rng = np.random.default_rng(2)
    latitude = np.concatenate(
        [rng.uniform(-90, 90, 20_000), rng.uniform(-2, 2, 20_000), [90.0, -90.0]]
    )
    longitude = rng.uniform(-180, 180, len(latitude))
    azimuth = rng.uniform(-180, 180, len(latitude))
    to_latitude, to_longitude = shoot(latitude, longitude, azimuth, miles)
    got = units.ecef_miles(
        units.to_ecef(latitude, longitude), units.to_ecef(to_latitude, to_longitude)
    )
    assert np.abs(got - miles).max() * units.METRES_PER_MILE < metres_off


def test_the_series_across_a_pole_and_the_antimeridian_and_at_no_distance():
    here = units.to_ecef([89.9, 10.0, 35.0], [0.0, 179.9, -100.0])
    there = units.to_ecef([89.9, 10.0, 35.0], [180.0, -179.9, -100.0])
    expected = units.geodesic_miles(
        [89.9, 10.0, 35.0], [0.0, 179.9, -100.0], [89.9, 10.0, 35.0], [180.0, -179.9, -100.0]
    )
    np.testing.assert_allclose(units.ecef_miles(here, there), expected, atol=1e-9)


def test_points_of_a_table_and_of_a_geodataframe_are_the_same():
    table = pd.DataFrame({"latitude": [41.5, np.nan, 10.0], "longitude": [-87.5, -80.0, np.nan]})
    geometry = gpd.points_from_xy(table["longitude"], table["latitude"])
    points = gpd.GeoDataFrame(geometry=geometry, crs=4326)
    for given_table in (table, points):
        latitude, longitude = units.table_points(given_table, "clinics")
        np.testing.assert_array_equal(latitude, [41.5, np.nan, np.nan])
        np.testing.assert_array_equal(longitude, [-87.5, np.nan, np.nan])


@pytest.mark.parametrize(
    ("crs", "says"), [(None, "no CRS"), (5070, "EPSG:5070"), (4269, "EPSG:4269")]
)
def test_another_crs_is_refused(crs, says):
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([-87.0], [41.0]), crs=crs)
    with pytest.raises(CrsError, match=says):
        units.table_points(points, "clinics")


def test_shapes_are_no_points():
    areas = gpd.GeoDataFrame(geometry=gpd.points_from_xy([-87.0], [41.0]).buffer(1), crs=4326)
    with pytest.raises(SchemaError, match="not points"):
        units.table_points(areas, "clinics")


def test_a_table_without_coordinates_is_refused():
    with pytest.raises(SchemaError, match="lacks longitude"):
        units.table_points(pd.DataFrame({"latitude": [1.0]}), "clinics")


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(90.1, 0), (-91, 0), (0, 180.5), (np.inf, 0), (41, -1000)]
)
def test_what_is_no_point_of_the_earth_is_refused(latitude, longitude):
    table = pd.DataFrame({"latitude": [10.0, latitude], "longitude": [10.0, longitude]})
    with pytest.raises(SchemaError, match="clinics"):
        units.table_points(table, "clinics")
