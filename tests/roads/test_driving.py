"""What the functions of drives promise: the same answer by every way to ask, and errors."""

import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SchemaError, SourceError
from geo.paths import DATA
from geo.reference import load
from geo.roads import (
    drive_matrix,
    drive_pairs,
    drive_rows,
    drive_to_all,
    join_points,
    load_roads,
    may_reach,
    on_land,
)
from geo.roads.audit import find_long_drives
from geo.roads.blocks import find_blocks
from geo.roads.driving import reach_rows
from geo.roads.isochrones import find_isochrones
from geo.roads.lengths import decode, encode
from geo.roads.network import FILES
from tests.examples import examples

LONG_DRIVES = 142  # pairs of ZIPs within ten miles that take over an hour, of 191,992


@pytest.fixture(scope="module")
def some(network):
    """Twenty populated ZIPs of Illinois and Wisconsin."""
    zips = load("zips")
    near = zips[zips["state"].isin(["IL", "WI"]) & zips["adults"].gt(0)].iloc[::100].iloc[:20]
    return join_points(network, near["latitude"], near["longitude"])


def test_all_ways_to_ask_give_one_answer(network, some):
    limit = 300.0
    matrix = drive_matrix(network, some, some.take(np.arange(7)), limit_minutes=limit)
    pairs = drive_pairs(network, some, some.take([3]))
    minutes, miles = drive_to_all(network, some.take([3]), some, limit_minutes=limit)
    reached = pairs["minutes"] <= limit

    assert matrix.shape == (20, 7)
    assert reached.sum() > 5
    assert np.isfinite(matrix[:, 3]).tolist() == reached.tolist()
    assert matrix[reached, 3] == pytest.approx(pairs.loc[reached, "minutes"], abs=0.01)
    assert minutes[reached] == pytest.approx(pairs.loc[reached, "minutes"], abs=0.01)
    assert miles[reached] == pytest.approx(pairs.loc[reached, "miles"], rel=1e-3)
    assert np.isinf(minutes[~reached]).all()
    for row, near, found in drive_rows(network, some, some.take(np.arange(7)), limit_minutes=limit):
        assert matrix[row, near] == pytest.approx(found)
        assert len(near) == np.isfinite(matrix[row]).sum()


@pytest.mark.parametrize("limit", [8.0, 60.0])
def test_points_that_lie_together_reach_what_each_does_alone(network, limit):
    zips = load("zips")
    zips = zips[zips["adults"].gt(0)]
    together = zips[zips["state"].isin(["RI", "HI"])]
    apart = zips[zips["state"].isin(["AK", "NV", "PR"])].iloc[::40]
    points = [pd.concat([together, apart])[axis] for axis in ("latitude", "longitude")]
    points = [axis[on_land(network, *points)] for axis in points]
    joins = join_points(network, *points)
    blocks, alone = find_blocks(joins, limit)
    assert len(blocks) > 5
    assert len(alone) > 5

    found = dict(reach_rows(network, joins, joins, limit_minutes=limit))

    assert sorted(found) == [*range(len(joins))]
    for row in range(0, len(joins), 3):
        ((_, one),) = reach_rows(network, joins.take([row]), joins, limit_minutes=limit)
        for name in ("rows", "minutes", "miles", "direct"):
            assert getattr(found[row], name).tolist() == getattr(one, name).tolist()


@pytest.mark.parametrize("limit", [25.0, 90.0])
def test_what_may_be_reached_leaves_out_nothing_that_is(network, limit):
    zips = load("zips")
    around = zips[zips["state"].eq("WI") & zips["adults"].gt(0)].iloc[::3]
    points = join_points(network, around["latitude"], around["longitude"])
    targets = points.take([3, 40])
    rows = drive_rows(network, targets, points, limit_minutes=limit)
    reached = np.unique(np.concatenate([near for _, near, _ in rows]))

    may = may_reach(network, points, targets, limit)

    assert len(reached) > 5
    assert may[reached].all()
    assert may.sum() < len(points) / 2


def test_what_is_not_known_of_a_place_widens_the_range(network, some):
    one, other = some.take([0]), some.take([5])
    sharp = drive_pairs(network, one, other).iloc[0]
    blurred = drive_pairs(
        network, one, other, origin_radius_miles=10.0, target_radius_miles=5.0
    ).iloc[0]

    assert blurred["minutes"] == sharp["minutes"]
    assert blurred["low"] < sharp["low"]
    assert blurred["high"] > sharp["high"]


def test_as_many_origins_as_targets_or_one(network, some):
    with pytest.raises(SchemaError, match="2 origins do not pair with 3 targets"):
        drive_pairs(network, some.take([0, 1]), some.take([0, 1, 2]))


@pytest.mark.parametrize(
    ("latitude", "longitude", "said"),
    [
        (35.0, -70.0, "at sea, on a lake or outside"),
        (43.2, -87.2, "at sea, on a lake or outside"),
        (43.7, -79.4, "at sea, on a lake or outside"),
        (19.4, -99.1, "at sea, on a lake or outside"),
        (42.25, -82.95, "at sea, on a lake or outside"),  # Windsor, across from Detroit
        (46.57, -84.33, "at sea, on a lake or outside"),  # north of Sault Ste Marie, Ontario
        (46.53, -84.33, "at sea, on a lake or outside"),  # its middle, within sight of ours
        (32.52, -117.02, "at sea, on a lake or outside"),  # Tijuana
        (31.69, -106.42, "at sea, on a lake or outside"),  # Ciudad Juarez, across from El Paso
        (13.45, 144.75, "an island of the United States whose roads are not known"),  # Guam
        (52.71, 174.11, "an island of the United States whose roads are not known"),  # Shemya
        (float("nan"), -87.0, "no latitude"),
        (91.0, -87.0, "no latitude"),
    ],
)
def test_a_point_that_is_none_of_the_country_is_refused_in_a_sentence(
    network, latitude, longitude, said
):
    with pytest.raises(SchemaError, match=said):
        join_points(network, latitude, longitude)


def test_towns_abroad_are_none_of_ours_and_our_side_of_the_river_is(network):
    abroad = load("abroad")
    towns = abroad[abroad["country"].isin(["CA", "MX"])]
    ours = [
        (42.3286, -83.0445),  # Detroit's riverfront
        (46.5017, -84.3450),  # the locks at Sault Ste Marie, Michigan
        (43.0830, -79.0650),  # the falls, from New York
        (31.7480, -106.4870),  # El Paso's bridges
        (25.8986, -97.4975),  # Brownsville's
        (32.5425, -117.0297),  # San Ysidro
        (44.9939, -73.3649),  # Rouses Point
    ]

    assert not on_land(network, towns["latitude"], towns["longitude"]).any()
    assert on_land(network, *np.transpose(ours)).all()


def test_a_limit_is_minutes_above_none(network, some):
    for limit in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(SchemaError, match="no limit for a drive"):
            drive_to_all(network, some.take([0]), some, limit_minutes=limit)


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "reference"
    folder.mkdir()
    for name in FILES:
        shutil.copy(DATA / "reference" / name, folder)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_said(copy, name):
    (copy / "reference" / name).unlink()
    with pytest.raises(SourceError, match="missing"):
        load_roads(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_said(copy, name):
    path = copy / "reference" / name
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(SourceError, match=r"data build|from the repository"):
        load_roads(copy)


@pytest.mark.parametrize(
    ("name", "held", "wrong"),
    [
        ("roads_pace.json", '"terminal_minutes": [\n  ', '"terminal_minutes": [\n  -'),
        ("roads_pace.json", '"easting": ', '"easting": 1'),
        ("roads_pace.json", '"miles_factor": ', '"miles_factor": 1e999, "before": '),
        ("crossings.csv", ",9.5,", ",inf,"),
        ("crossings.csv", ",bridge,", ",brigde,"),
        ("crossings.csv", ",course of I-80 on public road maps", ","),
    ],
)
def test_a_number_that_cannot_be_is_said(copy, name, held, wrong):
    path = copy / "reference" / name
    text = path.read_text(encoding="utf-8")
    assert held in text
    path.write_text(text.replace(held, wrong, 1), encoding="utf-8")
    with pytest.raises(SourceError, match=name):
        load_roads(copy)


def test_an_isochrone_holds_what_is_near_and_grows(network):
    shapes = find_isochrones(network, 41.88, -87.63, (30.0, 60.0))
    chicago, evanston, milwaukee = (
        shapely.Point(x, y) for y, x in ((41.88, -87.63), (42.05, -87.69), (43.04, -87.91))
    )

    assert isinstance(shapes, gpd.GeoDataFrame)
    assert shapes.crs == "EPSG:4326"
    assert shapes["minutes"].tolist() == [30.0, 60.0]
    assert "OpenStreetMap" in shapes.attrs["attribution"]
    assert shapes.geometry.is_valid.all()
    assert shapes.geometry[0].contains(chicago)
    assert shapes.geometry[1].contains(evanston)
    assert not shapes.geometry[1].contains(milwaukee)
    assert shapes.geometry[0].difference(shapes.geometry[1]).area < 1e-3 * shapes.geometry[0].area
    with pytest.raises(SchemaError, match="takes minutes above 0"):
        find_isochrones(network, 41.88, -87.63, ())


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**21).map(lambda n: n / 2**14),
            st.integers(0, 2**19).map(lambda n: n / 2**11),
        ),
        min_size=1,
        max_size=30,
    )
)
@examples(60)
def test_sums_of_encoded_parts_are_exact(parts):
    minutes, km = np.array(parts).T
    found = decode(np.cumsum(encode(minutes, km))[-1])

    assert [float(part) for part in found] == [minutes.sum(), km.sum()]


def test_what_is_never_reached_stays_so():
    assert [float(part) for part in decode(encode(np.inf, np.inf))] == [np.inf, np.inf]


@pytest.mark.nightly
def test_few_zips_near_each_other_take_over_an_hour(network):
    found, pairs = find_long_drives(network, load("zips"))

    assert pairs == 191_992
    assert len(found) <= LONG_DRIVES
    assert (found["line_miles"] <= 10.01).all()
