"""The committed reference tables, display geometry and map code: what they hold and how they load."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SourceError
from geo.reference import (
    DATA,
    SCHEMAS,
    boundaries,
    check,
    display,
    load,
    name_key,
    road_tables,
    shares,
    tables,
)
from geo.reference.place_names import write_name
from geo.reference.verifying import hash_table
from geo.reference.zip_points import choose_points, lie_in_state
from geo.units import geodesic_miles
from tests.examples import examples

CITIES = {  # where each of these ZIPs is, and how far its point may be from there, in miles
    "99503": (61.2181, -149.9003, 5),  # Anchorage
    "99701": (64.8378, -147.7164, 10),  # Fairbanks
    "99505": (61.2616, -149.6967, 10),  # Fort Richardson
    "99506": (61.2510, -149.8065, 10),  # Elmendorf
    "86544": (36.5945, -109.0543, 15),  # Red Valley, Arizona
    "83648": (43.0436, -115.8720, 10),  # Mountain Home Air Force Base
    "89406": (39.4735, -118.7774, 10),  # Fallon, Nevada
}


@pytest.fixture(scope="module")
def zips():
    return load("zips")


@pytest.fixture(scope="module")
def states():
    return load("states")


@pytest.fixture(scope="module")
def counties():
    return load("counties")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_table_has_its_columns_without_missing_text_or_double_keys(name):
    table = load(name)
    schema = SCHEMAS[name]
    assert list(table.columns) == list(schema)
    for column, kind in schema.items():
        if kind == "text":
            assert table[column].dtype == "str", column
            assert table[column].notna().all(), column
        elif kind == "number":
            assert table[column].dtype == np.float64, column
    assert not table.duplicated(tables.KEYS[name]).any()
    assert table.equals(table.sort_values(tables.KEYS[name], ignore_index=True))


def test_plain_tables_load_without_geopandas():
    script = (
        "import sys; from geo.reference import load; "
        "[load(name) for name in ('zips', 'cities', 'zip_county')]; "
        "sys.exit('geopandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=DATA.parent, check=False)
    assert done.returncode == 0


def test_shapes_alone_are_those_of_the_table(states):
    assert list(tables.load_shapes("states")) == list(states.geometry)


def test_coverage_is_that_of_the_census():
    covered = check()
    assert (covered.states, covered.counties, covered.divisions) == (51, 3144, 9)
    assert (covered.population, covered.adults) == (331_093_495, 257_880_530)
    assert covered.population_pr == 3_272_382
    assert (covered.people_vintage, covered.shares_vintage) == ("ACS 2018-22", "December 2025")


def test_counties_add_up_to_their_states_and_states_to_their_zips(zips, states, counties):
    for column in ("population", "adults"):
        by_state = states.set_index("state")[column].dropna()
        assert len(by_state) == 52
        of_counties = counties.groupby("state")[column].sum(min_count=1).dropna()
        of_zips = zips.groupby("state")[column].sum(min_count=1).dropna()
        pd.testing.assert_series_equal(of_counties, by_state.sort_index(), check_index_type=False)
        assert of_zips[of_zips > 0].to_dict() == by_state.to_dict()
    assert counties.loc[counties["region"] != "", "population"].gt(0).all()
    assert (counties["adults"].dropna() <= counties["population"].dropna()).all()


def test_shares_are_whole_within_the_own_state_of_a_zip(zips, counties):
    table = load("zip_county")
    for column in ("share", "people_share"):
        assert table[column].between(0, 1, inclusive="right").all()
        np.testing.assert_allclose(table.groupby("zip")[column].sum(), 1.0, rtol=1e-12)
    state_of_zip = zips.set_index("zip")["state"]
    state_of_county = counties.set_index("county_geoid")["state"]
    assert (table["zip"].map(state_of_zip) == table["county_geoid"].map(state_of_county)).all()
    largest = table.loc[table.groupby("zip")["share"].idxmax()].set_index("zip")["share"]
    main = zips[zips["county_geoid"] != ""]
    chosen = main.merge(table, on=["zip", "county_geoid"], validate="one_to_one")
    assert len(chosen) == len(main) == len(largest)
    assert (chosen.set_index("zip")["share"] == largest).all()
    assert (zips.loc[zips["population"] > 0, "county_geoid"] != "").all()


@pytest.mark.parametrize("code", CITIES)
def test_a_zip_that_an_input_puts_wrong_is_near_its_city(zips, code):
    row = zips.set_index("zip").loc[code]
    latitude, longitude, limit = CITIES[code]
    assert geodesic_miles(row["latitude"], row["longitude"], latitude, longitude) < limit


def test_no_zip_stands_at_null_island_or_half_placed(zips):
    known = zips["latitude"].notna()
    assert (known == zips["longitude"].notna()).all()
    assert (known == (zips["point_source"] != "")).all()
    assert not ((zips["latitude"].abs() < 1) & (zips["longitude"].abs() < 1)).any()
    assert zips.loc[~known & (zips["kind"] != "military"), "population"].fillna(0).eq(0).all()


def test_lived_in_zips_lie_in_or_next_to_their_own_state(zips, states):
    people = zips[zips["population"] > 0]
    point = people["latitude"].to_numpy(), people["longitude"].to_numpy()
    outside = people[~lie_in_state(*point, people["state"].to_numpy(), states)]
    assert len(outside) < 100
    shapes = states.set_index("state").geometry
    for row in outside.itertuples():
        line = shapely.shortest_line(shapely.Point(row.longitude, row.latitude), shapes[row.state])
        (x0, y0), (x1, y1) = shapely.get_coordinates(line)
        assert geodesic_miles(y0, x0, y1, x1) < 10, row


def test_kinds_of_zip(zips):
    kind = zips.set_index("zip")["kind"]
    assert set(kind) == {"standard", "po_box", "unique", "military"}
    assert kind["60601"] == "standard"
    assert kind["60690"] == "po_box"
    assert kind["09001"] == "military"
    assert kind["96860"] != "military"  # Pearl Harbor: of the navy, but on a map
    assert kind["96799"] == "po_box"
    military = zips[zips["kind"] == "military"]
    assert len(military) > 784
    assert set(military["state"]) == {"AA", "AE", "AP"}
    assert military["latitude"].isna().all()
    assert not zips.loc[zips["kind"] != "military", "state"].isin(["AA", "AE", "AP", ""]).any()
    assert {"PR", "VI", "GU", "AS", "MP", "FM", "MH", "PW"} <= set(zips["state"])


def test_the_radius_of_a_zip_follows_its_land(zips):
    area = zips["land_area_sq_miles"]
    unknown = zips["kind"].eq("po_box") | area.isna() | area.eq(0)
    assert zips.loc[unknown, "radius_miles"].eq(14).all()
    expected = np.maximum(1.5 * np.sqrt(area[~unknown] / np.pi), 1)
    np.testing.assert_allclose(zips.loc[~unknown, "radius_miles"], expected, atol=1e-3)


def test_names_of_zips_are_written_as_people_write_them(zips):
    named = zips.set_index("zip")
    assert named.loc["63101", "city"] == "St. Louis"
    assert named.loc["27101", "city"] == "Winston-Salem"
    assert named.loc["83648", "city"] == "Mountain Home AFB"
    assert "Brooklyn Heights" in named.loc["11201", "city_aliases"].split(";")
    assert (zips["city"] != "").all()
    others = zips["city_aliases"].str.split(";").explode()
    assert not (others == zips["city"].reindex(others.index)).any()


def test_cities_have_one_row_for_a_name_and_the_right_candidate(zips):
    cities = load("cities")
    assert (
        not pd.DataFrame({"key": cities["name"].map(name_key), "state": cities["state"]})
        .duplicated()
        .any()
    )
    by_name = cities.set_index(["name", "state"])
    assert by_name.loc[("Chicago", "IL"), "population"] > 2_500_000
    assert by_name.loc[("New York", "NY"), "population"] > 8_000_000  # GeoNames: New York City
    assert by_name.loc[("San Juan", "PR"), "source"] == "geonames"
    # Pennsylvania has two: this one has the post office and most of the people.
    bryn_mawr = by_name.loc[("Bryn Mawr", "PA")]
    assert geodesic_miles(*bryn_mawr[["latitude", "longitude"]], 40.02, -75.32) < 5
    assert cities["radius_miles"].between(2, 120).all()
    assert cities[["latitude", "longitude", "population"]].notna().all(axis=None)
    known = set(zip(cities["name"].map(name_key), cities["state"], strict=True))
    placed = zips[zips["latitude"].notna()]
    missing = set(zip(placed["city"].map(name_key), placed["state"], strict=True)) - known
    assert not missing


def test_counties_are_the_2023_set(counties):
    assert len(counties) == 3235
    assert counties.crs == "EPSG:4326"
    assert counties.is_valid.all()
    assert set(counties.geom_type) <= {"Polygon", "MultiPolygon"}
    assert not counties.is_empty.any()
    name = counties.set_index("county_geoid")["name"]
    connecticut = name[name.index.str.startswith("09")]
    assert len(connecticut) == 9
    assert connecticut.str.endswith(" Planning Region").all()
    assert name[["02063", "02066"]].tolist() == ["Chugach Census Area", "Copper River Census Area"]
    assert "02261" not in name.index
    assert name[["35013", "51610", "17031", "22071"]].tolist() == [
        "Doña Ana County", "Falls Church city", "Cook County", "Orleans Parish",
    ]  # fmt: skip


def test_counties_fill_their_states_without_overlap(states, counties):
    for row in states.itertuples():
        own = counties.loc[counties["state_fips"] == row.state_fips].geometry.to_numpy()
        whole = shapely.union_all(own)
        assert shapely.symmetric_difference(whole, row.geometry).area < 1e-9, row.name
        assert shapely.area(own).sum() == pytest.approx(whole.area, rel=1e-9)


def test_regions_and_divisions_have_the_names_of_the_census(states):
    core = states[states["region"] != ""]
    assert set(core["region"]) == set(boundaries.REGIONS.values())
    assert core.groupby("division")["region"].nunique().eq(1).all()
    assert core.groupby("region")["state"].size().to_dict() == {
        "Midwest": 12, "Northeast": 9, "South": 17, "West": 13,
    }  # fmt: skip
    assert (states["region"] == "").sum() == 5
    by_state = core.set_index("state")["division"]
    assert by_state[["DC", "AK", "TX", "PA"]].tolist() == [
        "South Atlantic", "Pacific", "West South Central", "Middle Atlantic",
    ]  # fmt: skip


@pytest.mark.long
def test_display_geometry_is_the_tables_made_light(states, counties):
    folder = DATA / "assets/geometry"
    for name, key, table, limit in (
        ("states", "state_fips", states, 350_000),
        ("counties", "county_geoid", counties, 1_700_000),
    ):
        path = folder / f"{name}.geojson"
        assert path.stat().st_size < limit
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        assert [each["properties"]["id"] for each in features] == table[key].tolist()
        assert [each["properties"]["name"] for each in features] == table["name"].tolist()
        shapes = shapely.make_valid(shapely.from_geojson([json.dumps(each) for each in features]))
        assert not shapely.is_empty(shapes).any()
        changed = shapely.symmetric_difference(shapes, table.geometry.to_numpy())
        assert shapely.area(changed).sum() / shapely.area(table.geometry.to_numpy()).sum() < 0.01


def test_labels_stand_in_their_states_and_cities_go_down_in_people(states):
    folder = DATA / "assets/geometry"
    labels = json.loads((folder / "state_labels.json").read_text(encoding="utf-8"))
    shapes = states.set_index("name").geometry
    letters = dict(zip(states["name"], states["state"], strict=True))
    assert {name: state for _, _, name, state, _ in labels} == letters
    for latitude, longitude, name, _state, width in labels:
        assert shapely.intersects_xy(shapely.buffer(shapes[name], 0.01), longitude, latitude)
        assert 0 < width <= np.ptp(shapes[name].bounds[::2]) + 0.01
    cities = json.loads((folder / "cities.json").read_text(encoding="utf-8"))
    people = [row[3] for row in cities]
    assert people == sorted(people, reverse=True)
    assert people[-1] > display.LABELLED_PEOPLE
    assert cities[0][0] == "New York City"
    towns = json.loads((folder / "towns.json").read_text(encoding="utf-8"))
    assert people[-1] >= towns[0][3]
    assert {"Jordan", "Grand Marais"} <= {row[0] for row in towns}
    assert not {row[0] for row in towns} & {"Chicago", "Arlington Heights"}  # of one county


def test_the_land_around_the_country_is_land_and_its_lakes_are_water(states):
    path = DATA / "assets/geometry/backdrop.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = {
        each["properties"]["id"]: shapely.make_valid(shapely.from_geojson(json.dumps(each)))
        for each in features
    }
    assert sorted(shapes) == ["lakes", "land"]
    country = shapely.union_all(states.geometry.to_numpy())
    for name, latitude, longitude, of in (
        ("Toronto", 43.7, -79.4, "land"),
        ("Windsor, Ontario", 42.25, -82.9, "land"),
        ("Vancouver", 49.25, -123.0, "land"),
        ("Tijuana", 32.45, -117.0, "land"),
        ("Ciudad Juarez", 31.6, -106.5, "land"),
        ("Havana", 23.05, -82.35, "land"),
        ("Chicago", 41.85, -87.75, "the country"),
        ("Lake Superior", 47.5, -88.5, "water"),
        ("Lake Huron", 44.8, -82.4, "water"),
        ("Lake Winnipeg", 52.0, -97.3, "water"),
        ("Hudson Bay", 60.0, -86.0, "water"),
        ("the Pacific", 35.0, -125.0, "water"),
        ("the Great Salt Lake", 41.2, -112.55, "lakes"),
        ("Lake Okeechobee", 26.95, -80.8, "lakes"),
    ):
        found = [
            part
            for part in ("land", "lakes")
            if shapes[part].contains(shapely.Point(longitude, latitude))
        ]
        if not found:
            found = [
                "the country" if shapely.intersects_xy(country, longitude, latitude) else "water"
            ]
        assert found == [of], name


def test_the_highways_on_the_map_lie_on_land_under_a_licence_of_their_own(states):
    path = DATA / "assets/geometry/highways.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["licence"] == road_tables.ATTRIBUTION
    assert len(content["lines"]) > 50_000
    assert min(map(len, content["lines"])) > 2  # two positions at least
    lines = [
        np.reshape(line, (-1, 2)).cumsum(axis=0) / content["steps"] for line in content["lines"]
    ]
    middles = np.array([(line[0] + line[1]) / 2 for line in lines[::20]])
    country = shapely.union_all(shapely.simplify(states.geometry.to_numpy(), 0.01))
    shapely.prepare(country)
    assert shapely.intersects_xy(country, middles).mean() > 0.985  # the others are bridges
    # The road along the lake is a straight line over it in the source.
    in_superior = shapely.box(-90.9, 47.0, -90.2, 47.3)
    points = np.concatenate(lines)
    assert not shapely.intersects_xy(in_superior, points).any()


def test_every_source_is_pinned_with_its_licence_and_date():
    packages = tomllib.loads((DATA / "sources.toml").read_text(encoding="utf-8"))["package"]
    assert len(packages) == 13
    for package in packages:
        assert re.fullmatch(r"[0-9a-f]{64}", package["sha256"])
        assert package["registry"] in {"pypi", "npm"}
        assert package["version"] in package["archive"]
        assert isinstance(package["retrieved"], date)
        for item in package["input"]:
            assert all(item[word] for word in ("title", "vintage", "licence", "use", "files"))


def test_the_committed_data_stay_small():
    files = [*(DATA / "reference").iterdir(), *(DATA / "assets").rglob("*")]
    assert sum(path.stat().st_size for path in files if path.is_file()) < 12_000_000


def test_a_table_that_does_not_exist_is_named():
    with pytest.raises(SourceError, match="no reference table 'tracts'; there are zips"):
        load("tracts")


@pytest.mark.parametrize("name", ["zips", "counties"])
@pytest.mark.parametrize(
    ("content", "words"), [(None, "is missing"), (b"", "cannot be read"), (b"PAR1", "cannot be")]
)
def test_a_missing_or_damaged_table_says_which_and_what_to_run(tmp_path, name, content, words):
    path = tmp_path / "data/reference" / f"{name}.parquet"
    if content is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    with pytest.raises(SourceError, match=words) as raised:
        load(name, tmp_path / "data")
    assert f"data/reference/{name}.parquet" in str(raised.value)
    assert "clinic-finder data build" in str(raised.value)


def test_a_table_without_its_columns_is_damaged(tmp_path):
    path = tmp_path / "data/reference/zip_county.parquet"
    path.parent.mkdir(parents=True)
    pd.DataFrame({"zip": ["60601"]}).to_parquet(path)
    with pytest.raises(SourceError, match=r"reference/zip_county\.parquet cannot be read"):
        load("zip_county", tmp_path / "data")


@pytest.fixture
def copy(tmp_path):
    """Return a copy of all that is checked, to be damaged."""
    data = tmp_path / "data"
    for name in (
        "reference",
        "assets/geometry",
        "assets/leaflet",
        "assets/markercluster",
        "assets/geodesic",
    ):
        shutil.copytree(DATA / name, data / name)
    shutil.copy(DATA / "sources.toml", data)
    return data


@pytest.mark.long
def test_the_check_does_not_mind_the_order_of_rows_or_the_compression(copy):
    path = copy / "reference/cities.parquet"
    pd.read_parquet(path).sample(frac=1, random_state=1).to_parquet(path, compression="gzip")
    assert check(copy) == check()


def test_the_check_names_each_file_that_is_not_as_built(copy):
    path = copy / "reference/zip_county.parquet"
    table = pd.read_parquet(path)
    table.loc[0, "share"] += 1e-12
    table.to_parquet(path)
    (copy / "assets/leaflet/leaflet.css").unlink()
    with (copy / "assets/geometry/cities.json").open("a") as file:
        file.write(" ")
    with pytest.raises(SourceError, match="missing or not as built") as raised:
        check(copy)
    for name in ("reference/zip_county.parquet", "leaflet/leaflet.css", "geometry/cities.json"):
        assert name in str(raised.value)
    assert "zips.parquet" not in str(raised.value)


def test_the_check_sees_a_pin_that_was_changed_without_a_build(copy):
    path = copy / "sources.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('sha256 = "99f2', 'sha256 = "00f2'), encoding="utf-8")
    with pytest.raises(SourceError, match="pins other packages"):
        check(copy)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{"])
def test_a_damaged_manifest_is_named(copy, text):
    (copy / "reference/manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"manifest\.json is missing or damaged; run"):
        check(copy)


def test_the_hash_tells_texts_apart_that_read_alike_when_joined():
    numbers = {"share": [1.0, np.nan], "people_share": [1.0, np.nan]}
    one = pd.DataFrame({"zip": ["1", "2"], "county_geoid": ["23", "4"], **numbers})
    other = pd.DataFrame({"zip": ["1", "2"], "county_geoid": ["2", "34"], **numbers})
    assert hash_table("zip_county", one) == hash_table("zip_county", one[::-1])
    assert hash_table("zip_county", one) != hash_table("zip_county", other)


@pytest.mark.parametrize(
    "alike",
    [
        ("St. Louis", "SAINT LOUIS", "st louis"),
        ("Winston-Salem", "Winston Salem"),
        ("Mayagüez", "MAYAGUEZ"),
        ("Coeur d'Alene", "Coeur D\u2019Alene"),
        ("Fort Wayne", "Ft. Wayne"),
        ("Mount Vernon", "Mt Vernon"),
    ],
)
def test_spellings_of_a_name_share_a_key(alike):
    assert len({name_key(name) for name in alike}) == 1


def test_names_apart_keep_keys_apart():
    names = [
        "Fort",
        "Fortuna",
        "Kansas City",
        "Kansas",
        "Mountain View",
        "Saint Paul",
        "Sainte Paul",
    ]
    assert len({name_key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("machine", "person"),
    [
        ("Mcallen", "McAllen"),
        ("Mc Grath", "McGrath"),
        ("Macdill Afb", "Macdill AFB"),
        ("Isle Of Palms", "Isle of Palms"),
        ("The Villages", "The Villages"),
        ("Wilkes-barre", "Wilkes-Barre"),
        ("Lincoln'S New Salem", "Lincoln's New Salem"),
    ],
)
def test_names_put_in_title_case_by_machine_are_mended(machine, person):
    assert write_name(machine) == person


ONE_STATE = pd.DataFrame({"state": ["IL"], "geometry": [shapely.box(-90, 40, -88, 42)]})


def choose(**given):
    columns = ("postal_latitude", "postal_longitude", "lat", "lon")
    row = dict.fromkeys((*columns, "usps_latitude", "usps_longitude"), np.nan)
    row |= {"state": "IL", "kind": "standard", "city_key": "chicago"} | given
    cities = pd.DataFrame(
        {
            "key": ["chicago"] * 2,
            "state": ["IL"] * 2,
            "latitude": [41.0, 41.9],
            "longitude": [-89.0, -88.1],
        }
    )
    chosen = choose_points(pd.DataFrame([row]), cities, gpd.GeoDataFrame(ONE_STATE, crs=4326))
    return tuple(chosen.iloc[0])


def test_the_geonames_point_wins_where_it_agrees_or_is_nearer_to_a_city_of_the_name():
    close = {"postal_latitude": 41.5, "postal_longitude": -89.5, "lat": 41.4, "lon": -89.5}
    assert choose(**close) == (41.5, -89.5, "geonames")
    nearer = {"postal_latitude": 41.1, "postal_longitude": -89.0, "lat": 40.2, "lon": -89.9}
    assert choose(**nearer) == (41.1, -89.0, "geonames")
    by_the_smaller = {"postal_latitude": 41.9, "postal_longitude": -88.2, "lat": 41.3, "lon": -89.0}
    assert choose(**by_the_smaller) == (41.9, -88.2, "geonames")


def test_the_gazetteer_point_wins_over_a_far_or_foreign_one():
    far = {"postal_latitude": 40.2, "postal_longitude": -89.9, "lat": 41.1, "lon": -89.0}
    assert choose(**far) == (41.1, -89.0, "gazetteer")
    foreign = {"postal_latitude": 41.0, "postal_longitude": -87.9, "lat": 41.0, "lon": -88.1}
    assert choose(**foreign) == (41.0, -88.1, "gazetteer")


def test_the_usps_list_and_the_city_stand_in_where_nothing_else_is_known():
    usps = {"usps_latitude": 40.5, "usps_longitude": -89.5}
    assert choose(**usps) == (40.5, -89.5, "zipcodes")
    assert choose(usps_latitude=10.0, usps_longitude=10.0) == (41.0, -89.0, "geonames")
    unknown = choose(city_key="springfield")
    assert np.isnan(unknown[0])
    assert unknown[2] == ""
    assert np.isnan(choose(kind="military", **usps)[0])


def test_new_shapes_fill_the_outline_of_the_old():
    outline = shapely.box(0, 0, 4, 2)
    drawn = np.array([shapely.box(-0.1, 0.1, 2, 2.1), shapely.box(2, 0, 3.9, 1.9)], dtype=object)
    left, right = boundaries.fit_into(outline, drawn)
    assert shapely.union(left, right).equals(outline)
    assert shapely.intersection(left, right).area == 0
    assert left.equals(shapely.box(0, 0, 2, 2))


def test_mending_keeps_polygons_only():
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)])
    spike = shapely.Polygon([(0, 0), (2, 0), (2, 2), (2, 5), (2, 2), (0, 2), (0, 0)])
    mended = boundaries.keep_polygons(np.array([bow_tie, spike], dtype=object))
    assert shapely.is_valid(mended).all()
    assert {shape.geom_type for shape in mended} <= {"Polygon", "MultiPolygon"}
    assert shapely.area(mended).tolist() == [2.0, 4.0]


def test_people_are_allocated_whole_with_the_rest_to_the_largest_remainder():
    people = pd.DataFrame({"zip": ["1", "2", "3"], "population": [7.0, 3.0, np.nan]})
    table = pd.DataFrame(
        {
            "zip": ["1", "1", "2", "2", "3"],
            "county_geoid": ["a", "b", "a", "b", "c"],
            "people_share": [0.5, 0.5, 0.1, 0.9, 1.0],
        }
    )
    # 7 is 3.5 and 3.5, the rest to the smaller GEOID; 3 is 0.3 and 2.7.
    assert shares.count_people(people, table, "population").to_dict() == {"a": 4.0, "b": 6.0}


@examples(50)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=5)),
        min_size=1,
        max_size=6,
    )
)
def test_no_one_is_lost_or_made_when_people_are_allocated(given_zips):
    people = pd.DataFrame(
        {
            "zip": [str(number) for number in range(len(given_zips))],
            "population": [float(count) for count, _ in given_zips],
        }
    )
    table = pd.DataFrame(
        [
            (str(number), str(county), weight / sum(weights))
            for number, (_, weights) in enumerate(given_zips)
            for county, weight in enumerate(weights)
        ],
        columns=["zip", "county_geoid", "people_share"],
    )
    dealt = shares.count_people(people, table, "population")
    assert dealt.sum() == people["population"].sum()
    assert (dealt >= 0).all()
    assert (dealt % 1 == 0).all()
