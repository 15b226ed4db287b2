"""Lines over open water, on the real states and on a made island."""

import time

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import reference
from geo.errors import SchemaError
from geo.search.land import crosses_open_water, prepare_land
from geo.units import GEOD, METRES_PER_MILE
from tests.examples import examples

CITIES = {
    "Chicago": (41.8781, -87.6298),
    "St. Joseph, MI": (42.1098, -86.4800),
    "Naperville": (41.7508, -88.1535),
    "Milwaukee": (43.0389, -87.9065),
    "Muskegon": (43.2342, -86.2484),
    "Minneapolis": (44.9778, -93.2650),
    "St. Paul": (44.9537, -93.0900),
    "San Francisco": (37.7749, -122.4194),
    "Oakland": (37.8044, -122.2712),
    "Seattle": (47.6062, -122.3321),
    "Bremerton": (47.5673, -122.6326),
    "Tampa": (27.9506, -82.4572),
    "St. Petersburg": (27.7676, -82.6403),
    "Dallas": (32.7767, -96.7970),
    "Fort Worth": (32.7555, -97.3308),
    "Detroit": (42.3314, -83.0458),
    "Buffalo": (42.8864, -78.8784),
    "Boston": (42.3601, -71.0589),
    "Provincetown": (42.0584, -70.1787),
    "Providence": (41.8240, -71.4128),
    "Manhattan": (40.7831, -73.9712),
    "Brooklyn": (40.6782, -73.9442),
    "Portland, OR": (45.5152, -122.6784),
    "Vancouver, WA": (45.6387, -122.6615),
    "St. Louis": (38.6270, -90.1994),
    "East St. Louis": (38.6245, -90.1507),
    "Honolulu": (21.3069, -157.8583),
    "Hilo": (19.7241, -155.0868),
    "El Paso": (31.7619, -106.4850),
    "San Diego": (32.7157, -117.1611),
    "Denver": (39.7392, -104.9903),
    "Salt Lake City": (40.7608, -111.8910),
}


@pytest.fixture(scope="module")
def us_land():
    return prepare_land(reference.load("states").geometry)


@pytest.mark.parametrize(
    ("origin", "to", "crosses"),
    [
        ("Chicago", "St. Joseph, MI", True),  # Lake Michigan
        ("Milwaukee", "Muskegon", True),
        ("Chicago", "Naperville", False),
        ("Minneapolis", "St. Paul", False),
        ("San Francisco", "Oakland", True),  # the bay
        ("Seattle", "Bremerton", True),  # Puget Sound
        ("Tampa", "St. Petersburg", True),  # Old Tampa Bay, by two bridges
        ("Dallas", "Fort Worth", False),
        ("Detroit", "Buffalo", True),  # Canada and Lake Erie
        ("Boston", "Provincetown", True),
        ("Boston", "Providence", False),
        ("Manhattan", "Brooklyn", False),  # a river
        ("Portland, OR", "Vancouver, WA", False),
        ("St. Louis", "East St. Louis", False),
        ("Honolulu", "Hilo", True),
        ("San Francisco", "Honolulu", True),
        ("El Paso", "San Diego", True),  # Mexico
        ("Denver", "Salt Lake City", False),
    ],
)
def test_lines_whose_answer_is_known(us_land, origin, to, crosses):
    assert crosses_open_water(CITIES[origin], [CITIES[to]], us_land).tolist() == [crosses]
    assert crosses_open_water(CITIES[to], [CITIES[origin]], us_land).tolist() == [crosses]


def test_many_lines_are_as_each_alone(us_land):
    ends = list(CITIES.values())
    together = crosses_open_water(CITIES["Chicago"], ends, us_land)
    alone = [crosses_open_water(CITIES["Chicago"], [end], us_land)[0] for end in ends]
    assert together.tolist() == alone
    assert 0 < together.sum() < len(ends)


@pytest.mark.parametrize(("gap_miles", "crosses"), [(0.9, False), (1.6, True), (3, True)])
@pytest.mark.parametrize("azimuth", [0.0, 40.0, 90.0])
def test_the_stretch_that_counts(gap_miles, crosses, azimuth):
    # An island and another, a strait apart, seen along lines that meet it at a right angle.
    for before in np.linspace(5, 5.5, 11):

        def at(miles, aside):
            longitude, latitude, _ = GEOD.fwd(-80.0, 40.0, azimuth, miles * METRES_PER_MILE)
            return GEOD.fwd(longitude, latitude, azimuth + 90, aside * METRES_PER_MILE)[:2]

        islands = [
            shapely.Polygon([at(start, -2), at(end, -2), at(end, 2), at(start, 2)])
            for start, end in ((-1, before), (before + gap_miles, 12))
        ]
        end_longitude, end_latitude = at(11, 0)
        land = prepare_land(islands)
        got = crosses_open_water((40.0, -80.0), [(end_latitude, end_longitude)], land)
        assert got.tolist() == [crosses]


def test_two_short_gaps_are_no_long_one():
    strips = [shapely.box(-90 + east, 39, -90 + east + 0.05, 41) for east in (0, 0.065, 0.13)]
    line = (40.0, -89.99), [(40.0, -89.83)]  # gaps of 0.8 miles
    assert not crosses_open_water(*line, prepare_land(strips))[0]
    assert crosses_open_water(*line, prepare_land(strips[::2]))[0]


@given(st.floats(0.1, 1.9), st.floats(-1.9, 1.9))
@examples(50)
def test_a_line_within_one_square_never_leaves_it(north, east):
    land = prepare_land([shapely.box(-92, 38, -88, 42)])
    assert not crosses_open_water((40.0, -90.0), [(40 + north, -90 + east)], land)[0]


def test_a_line_follows_the_great_circle_not_the_parallel():
    # 245 miles along the 45th parallel: the geodesic bulges 1.9 miles to the north of it.
    parallel = prepare_land([shapely.box(-100, 44, -94, 45.005)])
    assert crosses_open_water((45.0, -99.5), [(45.0, -94.5)], parallel)[0]


def test_no_distance_and_no_point():
    land = prepare_land([shapely.box(-92, 38, -88, 42)])
    ends = [(40.0, -90.0), (np.nan, np.nan), (40.0, np.nan)]
    assert crosses_open_water((40.0, -90.0), ends, land).tolist() == [False] * 3
    assert crosses_open_water((40.0, -90.0), [], land).tolist() == []


def test_coordinates_out_of_range_are_refused():
    land = prepare_land([shapely.box(-92, 38, -88, 42)])
    with pytest.raises(SchemaError, match="origin"):
        crosses_open_water((140.0, -90.0), [(40.0, -90.0)], land)
    with pytest.raises(SchemaError, match="points"):
        crosses_open_water((40.0, -90.0), [(40.0, -290.0)], land)


def test_fifty_lines_do_not_keep_a_reader_waiting(us_land):
    rng = np.random.default_rng(4)
    ends = np.array(CITIES["Chicago"]) + rng.normal(0, 1.5, (50, 2))
    took = []
    for _ in range(5):
        start = time.process_time()
        crosses_open_water(CITIES["Chicago"], ends, us_land)
        took.append(time.process_time() - start)
    assert min(took) < 0.03
