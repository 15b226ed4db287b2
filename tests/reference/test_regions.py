"""Regions of points, against hand-made counties and geopandas.sjoin on the real ones."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import reference
from geo.errors import CrsError, SchemaError
from geo.reference.regions import BORDER_MILES, assign_regions
from geo.units import geodesic_miles
from tests.examples import examples

# Two states of two square counties each, side by side along 40 degrees north; the sea around them.
#        -91   -90   -89   -88   -87
#     41  | 05003 | 05001 | 06001 | 06003 |
#     40
SQUARES = [("05003", -91), ("05001", -90), ("06001", -89), ("06003", -88)]


@pytest.fixture(scope="module")
def counties():
    return gpd.GeoDataFrame(
        {
            "county_geoid": [geoid for geoid, _ in SQUARES],
            "state_fips": [geoid[:2] for geoid, _ in SQUARES],
            "state": ["AA", "AA", "BB", "BB"],
            "division": ["Mountain", "Mountain", "Pacific", "Pacific"],
            "region": ["West"] * 4,
        },
        geometry=[shapely.box(west, 40, west + 1, 41) for _, west in SQUARES],
        crs=4326,
    )


@pytest.fixture(scope="module")
def us_counties():
    return reference.load("counties")


def points_at(*places, **columns):
    latitude, longitude = zip(*places, strict=True)
    return pd.DataFrame({"latitude": latitude, "longitude": longitude, **columns})


def test_a_point_gets_all_of_its_county(counties):
    got = assign_regions(points_at((40.5, -89.5), name=["x"]), counties).iloc[0]
    assert got.to_dict() == pytest.approx(
        {
            "latitude": 40.5,
            "longitude": -89.5,
            "name": "x",
            "county_geoid": "05001",
            "state_fips": "05",
            "division": "Mountain",
            "region": "West",
            "region_flag": "",
            "border_miles": np.nan,
        },
        nan_ok=True,
    )


@pytest.mark.parametrize(
    ("place", "county"),
    [
        ((40.5, -90.0), "05001"),  # between 05003 and 05001
        ((41.0, -90.0), "05001"),  # their corner
        ((40.25, -89.0), "05001"),  # between the states
        ((40.0, -88.5), "06001"),  # the edge of all
        ((40.0, -87.0), "06003"),  # the corner of all
    ],
)
def test_a_point_on_a_border_goes_to_the_smaller_geoid(counties, place, county):
    got = assign_regions(points_at(place), counties)
    assert got["county_geoid"].tolist() == [county]
    assert got["region_flag"].tolist() == [""]


def test_many_points_on_a_border_go_to_the_smaller_geoid(counties):
    # The cells of the grid that assign_regions lays have this border as an edge.
    border = np.linspace(40.01, 40.24, 40)
    got = assign_regions(points_at(*((latitude, -89.0) for latitude in border)), counties)
    assert set(got["county_geoid"]) == {"05001"}


def test_the_order_of_counties_does_not_matter(counties):
    places = points_at((40.5, -90.0), (40.5, -88.0), (39.95, -89.0), (40.2, -90.2))
    expected = assign_regions(places, counties)
    pd.testing.assert_frame_equal(assign_regions(places, counties.iloc[::-1]), expected)


def test_a_point_outside_goes_to_the_nearest_county_within_ten_miles(counties):
    north = 41 + np.array([9.99, 10.01]) / 69.0044  # miles a degree at 41 N, by the geodesic
    places = points_at((north[0], -89.5), (north[1], -89.5), (30.0, -89.5))
    got = assign_regions(places, counties)
    assert got["county_geoid"].tolist() == ["05001", "", ""]
    assert got["state_fips"].tolist() == ["05", "", ""]
    assert got["region_flag"].tolist() == ["nearest", "outside", "outside"]
    assert got["border_miles"].iloc[0] == pytest.approx(9.99, abs=0.01)
    assert got["border_miles"].isna().tolist() == [False, True, True]


def test_ten_miles_are_as_long_to_the_west(counties):
    got = assign_regions(points_at((40.5, -91.187), (40.5, -91.192)), counties)
    assert got["county_geoid"].tolist() == ["05003", ""]
    to_border = float(geodesic_miles(40.5, -91.187, 40.5, -91.0))
    assert got["border_miles"].iloc[0] == pytest.approx(to_border, rel=5e-3)


def test_the_nearest_border_is_so_in_miles_not_in_degrees(counties):
    # At 60 degrees north a tenth of a degree of longitude is shorter than 0.08 of latitude.
    north, east = shapely.box(-100, 60.08, -98, 61), shapely.box(-98.9, 59, -98, 61)
    hook = counties.iloc[:1].set_geometry([shapely.union(north, east)], crs=4326)
    got = assign_regions(points_at((60.0, -99.0)), hook)
    to_border = float(geodesic_miles(60, -99, 60, -98.9))
    assert got["border_miles"].iloc[0] == pytest.approx(to_border, rel=5e-3)


def test_outside_of_a_shared_corner_the_smaller_geoid_has_it(counties):
    got = assign_regions(points_at((41.05, -90.0), (39.95, -89.0)), counties)
    assert got["county_geoid"].tolist() == ["05001", "05001"]


def test_without_a_point_the_own_state_alone_tells_the_region(counties):
    places = points_at((np.nan, np.nan), (40.5, np.nan), state=["AA", ""])
    got = assign_regions(places, counties, state_column="state")
    assert got["county_geoid"].tolist() == ["", ""]
    for column in ("state_fips", "division", "region"):
        known = counties.loc[counties["state"] == "AA", column].iloc[0]
        assert got[column].tolist() == [known, ""]
    assert got["region_flag"].tolist() == ["no_point", "no_point"]


def test_its_own_state_wins_over_the_polygon(counties):
    places = points_at(
        (40.5, -88.95),  # in BB, 2.6 miles from AA
        (40.5, -88.5),  # in BB, 26 miles from AA
        (40.5, -88.95),
        (40.5, -88.95),
        (41.05, -88.95),  # in the sea north of BB, AA a little further
        (45.0, -88.95),
        state=["AA", "AA", "BB", "", "AA", "AA"],
    )
    got = assign_regions(places, counties, state_column="state")
    assert got["county_geoid"].tolist() == ["05001", "", "06001", "06001", "05001", ""]
    assert got["state_fips"].tolist() == ["05", "05", "06", "06", "05", "05"]
    assert got["division"].tolist() == [
        "Mountain",
        "Mountain",
        "Pacific",
        "Pacific",
        "Mountain",
        "Mountain",
    ]
    assert got["region_flag"].tolist() == [
        "own_state",
        "state_conflict",
        "",
        "",
        "nearest",
        "outside",
    ]
    to_border = float(geodesic_miles(40.5, -88.95, 40.5, -89.0))
    assert got["border_miles"].iloc[0] == pytest.approx(to_border, rel=5e-3)


@pytest.mark.parametrize("state", ["ZZ", None, "", np.nan])
def test_a_state_that_is_none_is_not_known(counties, state):
    places = points_at((40.5, -88.5)).assign(state=pd.Series([state], dtype="str"))
    got = assign_regions(places, counties, state_column="state")
    assert got["state_fips"].tolist() == ["06"]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(39.7, 41.3), st.sampled_from([40.0, 40.25, 40.5, 41.0])),
            st.one_of(
                st.floats(-91.3, -86.7), st.sampled_from([-91.0, -90.0, -89.0, -88.5, -87.0])
            ),
        ),
        min_size=1,
        max_size=60,
    )
)
@examples(100)
def test_any_points_get_the_county_that_sjoin_gives(counties, places):
    got = assign_regions(points_at(*places), counties)
    geometry = gpd.points_from_xy(got["longitude"], got["latitude"], crs=4326)
    joined = gpd.sjoin(gpd.GeoDataFrame(geometry=geometry), counties[["county_geoid", "geometry"]])
    smallest = joined.groupby(level=0)["county_geoid"].min()
    inside = got["region_flag"] == ""
    assert got.index[inside].tolist() == smallest.index.tolist()
    assert got.loc[inside, "county_geoid"].tolist() == smallest.tolist()
    apart = geodesic_miles(
        got["latitude"],
        got["longitude"],
        got["latitude"].clip(40, 41),
        got["longitude"].clip(-91, -87),
    )
    nearest = got["region_flag"] == "nearest"
    assert (apart[got["region_flag"] == "outside"] > BORDER_MILES * 0.99).all()
    assert (apart[nearest] <= BORDER_MILES * 1.01).all()
    np.testing.assert_allclose(got.loc[nearest, "border_miles"], apart[nearest], rtol=0.005)


def test_a_geodataframe_stays_one(counties):
    table = points_at((40.5, -89.5))
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([-89.5], [40.5]), crs=4326)
    got = assign_regions(points, counties)
    assert isinstance(got, gpd.GeoDataFrame)
    assert got["county_geoid"].tolist() == assign_regions(table, counties)["county_geoid"].tolist()


def test_no_points_at_all(counties):
    got = assign_regions(points_at((0.0, 0.0)).iloc[:0], counties)
    assert got.empty
    assert got["county_geoid"].dtype == "str"


def test_another_crs_is_refused(counties):
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([-89.5], [40.5]), crs=4326)
    with pytest.raises(CrsError, match="counties table is in EPSG:5070"):
        assign_regions(points, counties.to_crs(5070))
    with pytest.raises(CrsError, match="points table is in EPSG:3857"):
        assign_regions(points.to_crs(3857), counties)


def test_a_missing_column_is_named(counties):
    with pytest.raises(SchemaError, match="counties table lacks division"):
        assign_regions(points_at((40.5, -89.5)), counties.drop(columns="division"))
    with pytest.raises(SchemaError, match="points table lacks state"):
        assign_regions(points_at((40.5, -89.5)), counties, state_column="state")


def test_us_points_get_the_county_that_sjoin_gives(us_counties):
    rng = np.random.default_rng(3)
    lower48 = rng.uniform([24.0, -125.0], [50.0, -66.0], (6_000, 2))
    alaska = rng.uniform([51.0, -180.0], [72.0, -130.0], (1_000, 2))
    crowded = rng.normal([40.7, -74.0], 0.3, (3_000, 2))  # New York: many points a cell
    places = points_at(*np.concatenate([lower48, alaska, crowded]))
    got = assign_regions(places, us_counties)
    geometry = gpd.points_from_xy(places["longitude"], places["latitude"], crs=4326)
    shapes = us_counties[["county_geoid", "geometry"]]
    joined = gpd.sjoin(gpd.GeoDataFrame(geometry=geometry), shapes, how="left")
    expected = joined.groupby(level=0)["county_geoid"].min().fillna("")
    inside = got["county_geoid"].where(got["region_flag"] == "", "")
    assert (inside == expected).all()
    assert (got["region_flag"] == "nearest").sum() > 50


def test_vertices_of_us_counties_go_to_the_smaller_geoid(us_counties):
    some = us_counties.iloc[::40]
    corners = shapely.get_coordinates(some.geometry)[::25]
    places = points_at(*corners[:, ::-1])
    got = assign_regions(places, us_counties)
    tree = shapely.STRtree(np.asarray(us_counties.geometry))
    point, county = tree.query(shapely.points(corners), predicate="intersects")
    expected = pd.Series(us_counties["county_geoid"].to_numpy()[county]).groupby(point).min()
    assert got["county_geoid"].tolist() == expected.tolist()
    assert (pd.Series(point).value_counts() > 1).sum() > 200


def test_every_zip_with_people_finds_a_county_of_its_own_state(us_counties):
    zips = reference.load("zips")
    zips = zips[(zips["population"] > 0) & zips["state"].isin(us_counties["state"])]
    got = assign_regions(zips, us_counties, state_column="state")
    state_of = us_counties.drop_duplicates("state").set_index("state")["state_fips"]
    assert got.loc[got["county_geoid"] == "", "zip"].tolist() == []
    assert (got["county_geoid"].str[:2] == got["state"].map(state_of)).all()
    assert (got["state_fips"] == got["state"].map(state_of)).all()
    assert (got["region_flag"] == "nearest").sum() > 0


def test_a_clinic_of_fort_campbell_kentucky_stays_there_with_a_point_in_tennessee(us_counties):
    post = points_at((36.62, -87.46), state=["KY"])
    assert assign_regions(post, us_counties)["county_geoid"].tolist() == ["47125"]
    got = assign_regions(post, us_counties, state_column="state")
    assert got["county_geoid"].tolist() == ["21047"]
    assert got["division"].tolist() == ["East South Central"]
    assert got["region_flag"].tolist() == ["own_state"]
    assert 1 < got["border_miles"].iloc[0] < 3
