"""Coverage of files of any size: the same bits however they are cut, and the right figures."""

import json
import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import reference, releases
from geo.errors import CrsError, SchemaError, SourceError
from geo.reference.regions import assign_regions
from geo.scale.files import Unit, plan, read_batches
from geo.scale.partial import COLUMNS, EMPTY, PER_MILE, merge, summarise
from geo.scale.reaching import Clinics, measure, measure_unit, place_clinics
from geo.scale.tabulating import count_outside, tabulate
from geo.units import geodesic_miles
from tests.examples import examples
from tests.handmade.blocks import scatter_blocks, write_files

BLOCKS = scatter_blocks(6_000)


@pytest.fixture(scope="module")
def clinics():
    return releases.current().clinics


@pytest.fixture(scope="module")
def supply(clinics):
    return place_clinics(clinics)


def add_up(pattern, supply, **options):
    units, layout = plan(pattern, **options)
    return measure(units, layout, supply), layout


def same(a, b):
    return all(
        np.array_equal(getattr(a, name), getattr(b, name))
        for name in ("county", "sums", "bins", "people")
    )


@pytest.mark.long
def test_sums_are_those_of_the_plain_way(tmp_path, supply):
    partial, _ = add_up(write_files(BLOCKS, tmp_path), supply)
    miles = np.min(
        [
            geodesic_miles(BLOCKS["latitude"], BLOCKS["longitude"], latitude, longitude)
            for latitude, longitude in zip(supply.latitude, supply.longitude, strict=True)
        ],
        axis=0,
    )
    people = BLOCKS["population"].to_numpy(np.int64)
    expected = pd.DataFrame(
        {
            "county": BLOCKS["geoid"].str[:5].astype("int64"),
            "points": 1,
            "people": people,
            **{limit: people * (miles <= limit) for limit in (15, 30, 60, 100)},
            "distance": people * np.rint(miles * PER_MILE).astype(np.int64),
        }
    )
    added = expected.groupby("county").sum()
    assert partial.county.tolist() == added.index.tolist()
    for position, name in enumerate(COLUMNS):
        if name == "distance":  # the series is micrometres off, and so is what it is rounded to
            assert partial.sums[:, position] == pytest.approx(added[name], rel=1e-6)
        elif name != "unlocated":
            assert partial.sums[:, position].tolist() == added[name].tolist(), name
    assert partial.people.sum() == people.sum()


def test_any_cut_any_order_and_any_batch_give_the_same_bits(tmp_path, supply):
    once, _ = add_up(write_files(BLOCKS, tmp_path / "a", files=1, row_group_rows=10_000), supply)
    pattern = write_files(BLOCKS.sample(frac=1, random_state=1), tmp_path / "b", 4, 333)
    units, layout = plan(pattern, unit_rows=700)
    assert len(units) > 4
    assert sum(unit.rows for unit in units) == len(BLOCKS)
    parts = [measure_unit(unit, layout, supply, batch_rows=97) for unit in units]
    np.random.default_rng(2).shuffle(parts)
    assert same(merge(parts), once)
    assert same(merge([merge(parts[:3]), merge(parts[3:]), EMPTY]), once)


@examples(60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.integers(0, 10**6),
            st.one_of(st.just(float("nan")), st.floats(0, 12_000)),
        ),
        max_size=40,
    ),
    st.integers(0, 40),
)
def test_the_sums_of_parts_are_the_sums_of_the_whole(rows, cut):
    county = np.array([row[0] for row in rows], np.int32)
    people = np.array([row[1] for row in rows], np.int64)
    miles = np.array([row[2] for row in rows], np.float64)
    whole = merge([summarise(county, people, miles)])
    parts = merge(
        [
            summarise(county[cut:], people[cut:], miles[cut:]),
            summarise(county[:cut], people[:cut], miles[:cut]),
        ]
    )
    assert same(whole, parts)
    assert whole.sums[:, :3].sum() == len(rows) - np.isnan(miles).sum() + people.sum()


def test_sums_that_would_not_fit_are_refused():
    with pytest.raises(SchemaError, match="64 bits"):
        summarise(np.array([1], np.int32), np.array([2**60]), np.array([5_000.0]))


def test_counties_add_up_to_states_regions_and_the_nation(tmp_path, supply, clinics):
    partial, layout = add_up(write_files(BLOCKS, tmp_path), supply)
    tables = {
        level: tabulate(partial, layout, clinics, level)
        for level in ("nation", "region", "division", "state", "county")
    }
    total = BLOCKS["population"].sum()
    assert tables["county"]["people"].sum() == total
    assert tables["state"]["people"].sum() == total
    assert tables["region"]["people"].sum() == tables["nation"]["people"].sum()
    assert tables["region"]["geoid"].tolist() == ["1", "2", "3", "4"]
    assert tables["state"].set_index("geoid").loc["17", "name"] == "Illinois"
    illinois = tables["state"].set_index("geoid").loc["17"]
    assert illinois["clinics"] == clinics["state_fips"].eq("17").sum()
    near = BLOCKS[BLOCKS["geoid"].str.startswith("17")]
    miles = supply.measure_miles(near["latitude"].to_numpy(), near["longitude"].to_numpy())
    weights = near["population"].to_numpy()
    assert illinois["mean_distance_miles"] == pytest.approx(np.average(miles, weights=weights))
    order = np.argsort(miles)
    middle = np.searchsorted(weights[order].cumsum(), weights.sum() / 2)
    assert illinois["median_distance_miles"] == pytest.approx(miles[order][middle], abs=0.25)


def test_counties_are_found_by_the_point_where_the_files_name_none(tmp_path, supply):
    named = assign_regions(BLOCKS, reference.load("counties"))
    partial, _ = add_up(write_files(BLOCKS.drop(columns="geoid"), tmp_path / "a"), supply)
    joined, _ = add_up(
        write_files(BLOCKS.assign(geoid=named["county_geoid"]), tmp_path / "b"), supply
    )
    assert same(partial, joined)


def test_old_counties_of_connecticut_are_found_by_the_point(tmp_path, supply):
    here = BLOCKS[BLOCKS["geoid"].str.startswith("09")]
    assert len(here) > 5
    old = here.assign(geoid="090010101011000")
    partial, _ = add_up(write_files(old, tmp_path, files=1), supply)
    assert set(partial.county.tolist()) <= set(range(9110, 9200, 10))
    assert partial.sums[:, 1].sum() == here["population"].sum()


@pytest.mark.parametrize("kind", ["county", "number", "block number", "dictionary"])
def test_geoids_of_every_form_give_the_same(tmp_path, supply, kind):
    forms = {
        "county": lambda geoid: geoid.str[:5],
        "number": lambda geoid: geoid.str[:5].astype("int64"),
        "block number": lambda geoid: geoid.astype("int64"),
        "dictionary": lambda geoid: geoid.astype("category"),
    }
    plain, _ = add_up(write_files(BLOCKS, tmp_path / "a"), supply)
    other = BLOCKS.assign(geoid=forms[kind](BLOCKS["geoid"]))
    assert same(add_up(write_files(other, tmp_path / "b"), supply)[0], plain)


def test_fractions_of_people_are_counted_in_thousandths(tmp_path, supply, clinics):
    halves = BLOCKS.assign(population=BLOCKS["population"] / 2)
    partial, layout = add_up(write_files(halves, tmp_path), supply)
    assert layout.people_units == 1_000
    table = tabulate(partial, layout, clinics, "county")
    assert table["people"].sum() == BLOCKS["population"].sum() / 2


def test_files_of_points_are_read_as_those_of_columns(tmp_path, supply):
    points = gpd.GeoDataFrame(
        BLOCKS[["geoid", "population"]],
        geometry=gpd.points_from_xy(BLOCKS["longitude"], BLOCKS["latitude"]),
        crs=4326,
    )
    points.to_parquet(tmp_path / "points.parquet")
    plain, _ = add_up(write_files(BLOCKS, tmp_path / "a"), supply)
    assert same(add_up(str(tmp_path / "points.parquet"), supply)[0], plain)
    points.to_crs(5070).to_parquet(tmp_path / "projected.parquet")
    with pytest.raises(CrsError, match="EPSG:4326"):
        plan(str(tmp_path / "projected.parquet"))


def test_people_without_a_point_and_points_at_sea_are_counted_apart(tmp_path, supply, clinics):
    blocks = BLOCKS.head(4).copy()
    blocks["population"] = [10, 20, 30, 40]
    blocks.loc[blocks.index[0], ["latitude", "longitude"]] = np.nan
    blocks.loc[blocks.index[1], ["latitude", "longitude"]] = [30.0, -60.0]
    blocks.loc[blocks.index[1], "geoid"] = ""
    partial, layout = add_up(write_files(blocks, tmp_path, files=1), supply)
    table = tabulate(partial, layout, clinics, "county")
    assert table["people"].sum() == 70
    assert table["people_unlocated"].sum() == 10
    assert count_outside(partial, layout) == (1, 20.0)


def test_an_area_of_nobody_has_no_figures(tmp_path, supply, clinics):
    nobody = BLOCKS.head(3).assign(population=0)
    partial, layout = add_up(write_files(nobody, tmp_path, files=1), supply)
    row = tabulate(partial, layout, clinics, "county").iloc[0]
    assert row["people"] == 0
    assert np.isnan(row["mean_distance_miles"])
    assert np.isnan(row["share_within_30_miles"])
    assert np.isnan(row["median_distance_miles"])


def test_clinics_travel_as_points_and_measure_the_same(supply):
    again = pickle.loads(pickle.dumps(supply))  # noqa: S301  of this test
    latitude, longitude = BLOCKS["latitude"].to_numpy(), BLOCKS["longitude"].to_numpy()
    assert np.array_equal(
        again.measure_miles(latitude, longitude), supply.measure_miles(latitude, longitude)
    )
    assert len(pickle.dumps(supply)) < 20 * len(supply.latitude) + 1_000


def test_arrow_gives_memory_back_while_measuring_and_is_then_as_before(tmp_path, supply):
    before = pa.default_memory_pool().backend_name
    units, layout = plan(write_files(BLOCKS, tmp_path))
    seen = []
    measure(units, layout, supply, lambda _: seen.append(pa.default_memory_pool().backend_name))
    assert seen == ["system"] * len(units)
    assert pa.default_memory_pool().backend_name == before
    gone = Unit(str(tmp_path / "gone.parquet"), (0,), 1)
    with pytest.raises(SourceError, match="cannot be opened"):
        measure([gone], layout, supply)
    assert pa.default_memory_pool().backend_name == before


def broken(change):
    return change(BLOCKS.head(5).copy())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.drop(columns="population"), "lacks a column of people"),
        (lambda rows: rows.drop(columns="latitude"), "lacks latitude and longitude"),
        (lambda rows: rows.assign(population="many"), "make it a number"),
        (lambda rows: rows.assign(population=-1), "below 0"),
        (lambda rows: rows.assign(population=[1.0, np.nan, 1, 1, 1]), "no number|empty cells"),
        (lambda rows: rows.assign(population=np.inf), "no number"),
        (lambda rows: rows.assign(geoid="1001"), "texts of \\[4\\] characters"),
        (lambda rows: rows.assign(geoid="ABCDE"), "no GEOID"),
        (lambda rows: rows.assign(geoid=1001020100), "lost their zeros"),
        (lambda rows: rows.assign(latitude=95.0), "latitude|degrees|range"),
        (lambda rows: rows.assign(latitude=-87.6), "are latitude and longitude swapped"),
        (lambda rows: rows.assign(population=1e300), "more people than there are"),
        (lambda rows: rows.assign(geoid="-1234"), "no GEOID"),
        (lambda rows: rows.assign(geoid=-17031), "no GEOID"),
        (lambda rows: rows.head(0), "No row stands in"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_one_sentence(tmp_path, supply, change, words):
    pattern = write_files(broken(change), tmp_path, files=1)
    with pytest.raises(SchemaError, match=words):
        add_up(pattern, supply)


def test_files_that_are_not_there_not_parquet_or_unlike_are_named(tmp_path):
    with pytest.raises(SourceError, match="No file is named"):
        plan(str(tmp_path / "*.parquet"))
    (tmp_path / "text.parquet").write_text("not Parquet")
    with pytest.raises(SourceError, match="no Parquet file"):
        plan(str(tmp_path / "text.parquet"))
    write_files(BLOCKS.head(5), tmp_path / "c", files=1)
    write_files(BLOCKS.head(5).rename(columns={"geoid": "county_geoid"}), tmp_path / "d", files=1)
    with pytest.raises(SchemaError, match="different columns"):
        plan(str(tmp_path / "[cd]" / "*.parquet"))
    pattern = write_files(BLOCKS, tmp_path / "e", files=1)
    units, layout = plan(pattern)
    path = tmp_path / "e" / "part-0.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:400] + bytes(2_000) + content[2_400:])
    with pytest.raises(SourceError, match="cannot be read"):
        list(read_batches(units[0], layout))


_POINTS = {"encoding": "WKB", "geometry_types": ["Point"]}


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (
            {"primary_column": "shape", "columns": {"shape": {"encoding": "point"}}},
            "not points as WKB",
        ),
        ({"primary_column": "shape", "columns": {"shape": _POINTS}}, "cannot be read"),
        ({"primary_column": "shape", "columns": {"shape": _POINTS | {"crs": {"a": 1}}}}, "be read"),
        ({"primary_column": "shape", "columns": {}}, "cannot be read"),
        ({"primary_column": "shape", "columns": {"shape": None}}, "cannot be read"),
        ({"primary_column": "other", "columns": {"other": _POINTS}}, "cannot be read"),
        ([], "cannot be read"),
    ],
)
def test_a_broken_description_of_shapes_is_said(tmp_path, about, words):
    table = pa.table({"population": [1], "shape": [b"no shape"]})
    path = tmp_path / "x.parquet"
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)

    with pytest.raises(SchemaError, match=words):
        [list(read_batches(unit, layout)) for units, layout in [plan(str(path))] for unit in units]


def test_an_empty_point_is_none(tmp_path):
    points = shapely.to_wkb([shapely.Point(-97.1, 31.5), shapely.Point()])
    table = pa.table({"population": [1, 2], "shape": points})
    about = {"primary_column": "shape", "columns": {"shape": _POINTS}}
    path = tmp_path / "x.parquet"
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)
    units, layout = plan(str(path))

    [batch] = read_batches(units[0], layout)

    assert np.isnan(batch.latitude).tolist() == [False, True]


def test_a_column_that_stands_twice_is_said(tmp_path):
    columns = [pa.array([1.0]), pa.array([2.0]), pa.array([3.0]), pa.array([4])]
    names = ["latitude", "latitude", "longitude", "people"]
    pq.write_table(pa.Table.from_arrays(columns, names=names), tmp_path / "x.parquet")

    with pytest.raises(SchemaError, match="has the column 'latitude' twice"):
        plan(str(tmp_path / "x.parquet"))


def test_no_clinic_with_a_point_is_said(clinics):
    with pytest.raises(SchemaError, match="No clinic has a point"):
        place_clinics(clinics.assign(latitude=np.nan))
    assert isinstance(place_clinics(clinics), Clinics)
