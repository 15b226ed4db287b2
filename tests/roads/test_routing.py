"""Drives by an engine on loopback that speaks as recorded, and by the highways when it does not."""

import socket

import numpy as np
import pytest
import shapely

from geo import roads
from geo.roads import engine, engine_access
from geo.roads.engine_settings import FILE
from tests.servers import bucket
from tests.servers.loopback import HANG, HTML, RESET, Reply, half, json_reply, serve
from tests.servers.road_engines import (
    MILES_A_MINUTE,
    OsrmService,
    ValhallaService,
    change,
)

ILLINOIS = (36.9, -91.6, 42.6, -87.4)
CHICAGO = (41.88, -87.63)
SOME = [(41.76, -88.32), (40.69, -89.59), (39.78, -89.65)]  # Aurora, Peoria, Springfield
MILWAUKEE = (43.04, -87.91)
NUMBERS = ["minutes", "low", "high", "miles"]
INSTEAD = "Drives are worked out from the highways that come with the program instead."


@pytest.fixture(params=[OsrmService, ValhallaService])
def service(request):
    with serve(request.param(ILLINOIS)) as served:
        yield served


@pytest.fixture
def osrm():
    with serve(OsrmService()) as served:
        yield served


@pytest.fixture
def valhalla():
    with serve(ValhallaService()) as served:
        yield served


@pytest.fixture
def open_to(network, tmp_path):
    def open_router(service, more="", *, url="", patients=False):
        kind = "valhalla" if isinstance(service, ValhallaService) else "osrm"
        (tmp_path / FILE).write_text(f'engine = "{kind}"\nurl = "{url or service.url}"\n{more}')
        return roads.open_router(network, tmp_path, patients=patients)

    return open_router


@pytest.fixture(scope="session")
def chicago(network):
    return roads.join_points(network, *CHICAGO)


@pytest.fixture(scope="session")
def towns(network):
    return roads.join_points(network, *np.transpose([*SOME, MILWAUKEE]))


def test_without_settings_all_is_from_the_highways_and_nothing_is_told(
    network, chicago, towns, tmp_path
):
    router = roads.open_router(network, tmp_path)
    drives = router.pairs(chicago, towns)

    assert not router.is_asked
    assert drives.equals(roads.drive_pairs(network, chicago, towns))
    assert drives.attrs["told"] == ""
    matrix = router.matrix(chicago, towns, limit_minutes=300)
    assert np.array_equal(
        matrix.minutes, roads.drive_matrix(network, chicago, towns, limit_minutes=300)
    )
    assert not matrix.by_service.any()
    areas = router.isochrones(*CHICAGO, (30.0,))
    assert (areas.attrs["method"], areas.attrs["told"]) == ("graph", "")


def test_an_engine_gives_what_it_knows_and_the_highways_the_rest(
    network, service, open_to, chicago, towns
):
    drives = open_to(service).pairs(chicago, towns)
    ours = roads.drive_pairs(network, chicago, towns)
    line = service.measure(np.array([CHICAGO]), np.array([*SOME, MILWAUKEE]))[0]

    assert drives.attrs["told"] == ""
    assert drives["method"].tolist() == ["service"] * 3 + ["graph"]  # Milwaukee is off its roads
    assert drives["minutes"][:3].tolist() == pytest.approx(line[:3] / MILES_A_MINUTE, abs=0.02)
    assert drives["miles"][:3].tolist() == pytest.approx(line[:3], rel=0.005)
    assert (drives["low"] < drives["minutes"]).all()
    assert (drives["high"] > drives["minutes"]).all()
    assert drives[3:].equals(ours[3:])


def test_pairs_keep_their_order_and_direction(service, open_to, towns):
    there = open_to(service).pairs(towns.take([0, 1, 2, 1]), towns.take([1, 0, 3, 2]))
    line = service.measure(np.array(SOME), np.array(SOME))

    assert there["method"].tolist() == ["service", "service", "graph", "service"]
    expected = [line[0, 1], line[1, 0], line[1, 2]]
    assert there["minutes"][[0, 1, 3]].tolist() == pytest.approx(
        np.array(expected) / MILES_A_MINUTE, abs=0.02
    )


def test_a_calibration_scales_minutes_and_gives_the_range(open_to, service, chicago, towns):
    plain = open_to(service).pairs(chicago, towns)
    drives = open_to(service, "[calibration]\nfactor = 0.8\nlow = 0.9\nhigh = 1.3").pairs(
        chicago, towns
    )
    wide = open_to(service, "[calibration]\nfactor = 0.8\nlow = 0.9\nhigh = 1.3").pairs(
        chicago, towns, target_radius_miles=5.0
    )

    minutes = plain["minutes"][:3] * 0.8
    assert drives["minutes"][:3].tolist() == pytest.approx(minutes.tolist())
    assert drives["low"][:3].tolist() == pytest.approx((minutes * 0.9).tolist())
    assert drives["high"][:3].tolist() == pytest.approx((minutes * 1.3).tolist())
    assert (wide["high"] > drives["high"]).all()
    assert (wide["low"] < drives["low"]).all()


def test_where_only_a_ferry_leads_the_engine_is_not_believed(network, osrm, open_to):
    nantucket = roads.join_points(network, 41.2835, -70.0995)
    hyannis = roads.join_points(network, 41.6525, -70.2881)
    router = open_to(osrm)

    assert router.pairs(nantucket, hyannis)["reason"].tolist() == ["ferry"]
    assert np.isinf(router.to_all(nantucket, hyannis).minutes).all()
    assert np.isinf(router.matrix(nantucket, hyannis, limit_minutes=300).minutes).all()
    nome = roads.join_points(network, 64.5011, -165.4064)
    near = roads.join_points(network, 64.52, -165.1)
    assert router.pairs(nome, near)["method"].tolist() == ["service"]  # far from any highway


def test_one_to_all_and_the_matrix_hold_to_the_limit(service, open_to, chicago, towns):
    router = open_to(service)
    line = service.measure(np.array([CHICAGO]), np.array(SOME))[0] / MILES_A_MINUTE
    limit = float(np.sort(line)[1]) + 1  # Springfield is beyond
    row = router.to_all(chicago, towns, limit_minutes=limit)
    matrix = router.matrix(chicago, towns, limit_minutes=limit)

    for minutes, by_service, told in (
        (row.minutes, row.by_service, row.told),
        (matrix.minutes[0], matrix.by_service[0], matrix.told),
    ):
        assert told == ""
        assert by_service.tolist() == [True, True, False, False]
        assert minutes[:2] == pytest.approx(line[:2], abs=0.02)
        assert np.isinf(minutes[2])
    assert np.isinf(row.miles[2])


@pytest.mark.long
def test_a_large_matrix_is_asked_for_in_parts_that_an_engine_takes(network, open_to):
    places = np.random.default_rng(17).uniform((38.0, -91.0), (42.0, -88.0), (150, 2))
    places = places[roads.on_land(network, *places.T)]
    points = roads.join_points(network, *places.T)
    for kind in (OsrmService, ValhallaService):
        with serve(kind()) as service:
            matrix = open_to(service).matrix(points, points, limit_minutes=300)
            line = service.measure(places, places) / MILES_A_MINUTE
            asked = [request.path + str(request.query) for request in service.requests]
        assert matrix.told == ""
        near = np.isfinite(matrix.minutes) & matrix.by_service
        assert matrix.minutes[near] == pytest.approx(line[near], abs=0.02)
        assert matrix.by_service[line < 200].all()
        assert len(asked) > 2
        assert max(map(len, asked)) < 8_000


def test_pairs_beyond_what_an_engine_takes_are_from_the_highways(network, valhalla, open_to):
    chicago = roads.join_points(network, *CHICAGO)
    others = roads.join_points(network, [41.76, 39.1], [-88.32, -94.58])  # Aurora, Kansas City
    router = open_to(valhalla)

    assert router.pairs(chicago, others)["method"].tolist() == ["service", "graph"]
    matrix = router.matrix(others, others, limit_minutes=600)
    assert matrix.told == ""
    assert matrix.by_service.tolist() == [[True, False], [False, True]]


def test_a_matrix_with_an_island_is_asked_for_by_halves(valhalla, open_to, towns):
    valhalla.island = SOME[1]
    matrix = open_to(valhalla).matrix(towns, towns, limit_minutes=400)

    assert matrix.told == ""
    apart = np.zeros((4, 4), dtype=bool)
    apart[1], apart[:, 1] = True, True
    apart[1, 1] = False
    assert np.array_equal(matrix.by_service, ~apart)
    assert np.isfinite(matrix.minutes).all()  # the highways lead there


def test_an_isochrone_is_the_engines_where_it_draws_one(valhalla, osrm, open_to):
    drawn = open_to(valhalla, "[calibration]\nfactor = 0.5").isochrones(*CHICAGO, (30.0, 60.0))

    assert (drawn.attrs["method"], drawn.attrs["told"]) == ("service", "")
    assert drawn["minutes"].tolist() == [30.0, 60.0]
    assert shapely.area(drawn.geometry).tolist() == pytest.approx(
        [1.2**2, 2.4**2]
    )  # twice its minutes
    assert drawn.crs == "EPSG:4326"
    assert "OpenStreetMap" in drawn.attrs["attribution"]
    other = open_to(osrm).isochrones(*CHICAGO, (30.0,))
    assert other.attrs["method"] == "graph"
    assert other.attrs["told"].endswith(f"has no isochrones. {INSTEAD}")
    longer = open_to(valhalla).isochrones(*CHICAGO, (180.0,))
    assert "Exceeded max time" in longer.attrs["told"]
    assert shapely.area(longer.geometry[0]) > 1
    valhalla.box = ILLINOIS
    off = open_to(valhalla).isochrones(*MILWAUKEE, (30.0,))
    assert f"knows no road near the point. {INSTEAD}" in off.attrs["told"]


@pytest.mark.parametrize(
    "fault",
    [
        HTML,
        json_reply({"features": []}),
        json_reply({"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}),
        json_reply({"features": [{"geometry": {"type": "Polygon", "coordinates": "x"}}]}),
        change(["features", 0, "geometry", "coordinates"], [[[9, 9], [10, 9], [10, 10], [9, 9]]]),
        json_reply([]),
    ],
    ids=["html", "none", "a point", "no numbers", "elsewhere", "a list"],
)
def test_what_is_no_isochrone_is_drawn_from_the_highways(valhalla, open_to, fault):
    valhalla.faults.extend([lambda reply: reply, fault])  # the first is asked where it is
    areas = open_to(valhalla).isochrones(*CHICAGO, (30.0,))

    assert areas.attrs["method"] == "graph"
    assert areas.attrs["told"].startswith("Valhalla at 127.0.0.1:")
    assert shapely.area(areas.geometry[0]) > 0


FAULTS = {
    "html under 200": (HTML, "answers with something that is no JSON"),
    "html under 502": (Reply(b"<html>", 502, "text/html"), "answers with HTTP 502."),
    "broken off": (half, "The connection to"),
    "reset": (RESET, "The connection to"),
    "hangs": (HANG, "did not answer in time."),
    "too large": (Reply(b"[" + b" " * 8_100_000 + b"]"), "is larger than 8 MB."),
    "too deep": (Reply(b"[" * 5_000 + b"]" * 5_000), "that is no JSON"),
    "a redirect": (
        Reply(b"", 302, headers={"Location": "http://10.0.0.1/"}),
        "sends on to another",
    ),
    "refused": (
        json_reply({"code": "InvalidQuery", "message": "Query string malformed.\x1b[31m"}, 400),
        "refuses (HTTP 400: Query string malformed. [31m).",
    ),
    "refused with no words": (json_reply({"code": 7, "message": [7]}, 503), "refuses (HTTP 503)."),
    "not ok": (json_reply({"code": "NoTable", "message": "no"}), "refuses (HTTP 200: no)."),
    "a list": (json_reply([1, 2]), "refuses (HTTP 200)."),
    "negative": (change(["durations", 0, 1], -5), "a number that no drive has"),
    "not a number": (change(["durations", 0, 1], float("nan")), "that is no JSON"),
    "endless": (Reply(b'{"code": "Ok", "durations": [[1e999]]}'), "nonsense: no table of"),
    "huge": (change(["distances", 0, 0], 10**400), "a number that no drive has"),
    "words": (change(["durations", 0, 1], "5"), "something else than numbers"),
    "true": (change(["durations", 0, 1], value=True), "something else than numbers"),
    "too few": (change(["durations", 0], [5.0]), "no table of 4 columns"),
    "too many": (change(["durations"], [[1.0] * 4] * 2), "no table of 1 rows"),
    "missing": (change(["distances"], None), "no table of 1 rows"),
    "too fast": (change(["durations", 0, 2], 1.0), "faster than any car"),
    "days": (change(["durations", 0, 0], 1e6), "a drive of several days"),
    "half of it": (change(["distances", 0, 0], None), "minutes without miles"),
    "no roads told": (change(["sources"], [{}]), "to which roads the points were moved"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_failure_is_a_sentence_and_the_highways_answer(
    network, osrm, open_to, *, chicago, towns, name
):
    fault, said = FAULTS[name]
    osrm.faults.append(fault)
    patient = "timeout_seconds = 0.5" if fault is HANG else ""
    drives = open_to(osrm, patient).pairs(chicago, towns)

    told = drives.attrs["told"]
    assert drives.equals(roads.drive_pairs(network, chicago, towns))
    assert said in told
    assert "OSRM at 127.0.0.1:" in told
    assert told.endswith(INSTEAD)
    assert told.isprintable()
    assert len(osrm.requests) == 1  # a redirect is not followed, nothing is tried twice


def test_valhallas_failures_are_sentences_too(valhalla, open_to, chicago, towns):
    for place, fault, said in (
        (0, HTML, "no JSON"),
        (0, json_reply([]), "not what lies at"),
        (0, json_reply([5]), "not what lies at"),
        (0, json_reply({"error_code": 125, "error": "No costing method found"}, 400), "No costing"),
        (1, json_reply({"sources_to_targets": []}), "no matrix in miles"),
        (1, change(["units"], "kilometers"), "no matrix in miles"),
        (1, change(["sources_to_targets", "durations", 0, 0], -1), "a number that no drive has"),
        (1, json_reply({"error_code": 150, "error": "Exceeded max locations"}, 400), "Exceeded"),
    ):
        valhalla.faults.clear()
        valhalla.faults.extend([lambda reply: reply] * 2 * place + [fault])
        drives = open_to(valhalla).pairs(chicago, towns)
        assert said in drives.attrs["told"]
        assert set(drives["method"]) == {"graph"}


def test_a_reply_that_comes_a_byte_at_a_time_is_over_in_time(
    open_to, osrm, chicago, towns, tmp_path
):
    with bucket.serve(tmp_path) as slow:
        slow.fault = "drip"
        router = open_to(osrm, "timeout_seconds = 0.7", url=slow.url)
        assert "in time" in router.pairs(chicago, towns).attrs["told"]


def test_who_waits_is_not_kept_longer_than_one_request_may_take(
    open_to, osrm, chicago, towns, monkeypatch
):
    now = [1_000.0]

    def tell():  # as if each request had taken the better part of what it may
        now[0] += 4.0
        return now[0]

    monkeypatch.setattr(engine, "time", type("Clock", (), {"monotonic": staticmethod(tell)}))
    more = "timeout_seconds = 10\nmost_pairs = 1"
    patient = open_to(osrm, more, patients=True).pairs(chicago, towns)
    assert "did not answer all of it in time" in patient.attrs["told"]
    assert set(patient["method"]) == {"graph"}
    assert len(osrm.requests) == 2
    assert open_to(osrm, more).pairs(chicago, towns).attrs["told"] == ""


def test_an_engine_that_is_down_rests_and_is_asked_again(
    open_to, osrm, chicago, towns, monkeypatch
):
    now = [1_000.0]
    monkeypatch.setattr(engine_access, "time", type("Clock", (), {"monotonic": lambda: now[0]}))
    osrm.faults.append(RESET)
    router = open_to(osrm)
    first = router.pairs(chicago, towns).attrs["told"]

    assert router.matrix(chicago, towns, limit_minutes=100).told == first
    assert router.to_all(chicago, towns, limit_minutes=100).told == first
    assert len(osrm.requests) == 1
    now[0] += engine_access.REST_SECONDS
    assert router.pairs(chicago, towns).attrs["told"] == ""


def test_a_failure_in_a_later_part_leaves_no_half_of_an_answer(
    network, osrm, open_to, chicago, towns
):
    osrm.faults.extend([lambda reply: reply, json_reply({"code": "NoTable"}, 500)])
    router = open_to(osrm, "most_pairs = 2")
    drives = router.pairs(chicago, towns)
    assert set(drives["method"]) == {"graph"}
    assert "HTTP 500" in drives.attrs["told"]
    osrm.faults.extend([lambda reply: reply, json_reply({"code": "NoTable"}, 500)])
    matrix = router.matrix(chicago, towns, limit_minutes=300)
    assert not matrix.by_service.any()
    assert np.array_equal(
        matrix.minutes, roads.drive_matrix(network, chicago, towns, limit_minutes=300)
    )


def test_settings_that_are_wrong_are_told_and_the_highways_answer(
    network, tmp_path, chicago, towns
):
    (tmp_path / FILE).write_text('engine = "osrm"\nurl = "http://10.0.0.1:5000"\n')
    router = roads.open_router(network, tmp_path)

    assert not router.is_asked
    assert router.pairs(chicago, towns).attrs["told"].startswith("url in roads.toml is not on this")
    assert router.matrix(chicago, towns, limit_minutes=100).told.endswith(INSTEAD)
    assert "list it in `allow`" in router.isochrones(*CHICAGO, (30.0,)).attrs["told"]


def test_a_host_elsewhere_is_not_asked_what_patients_look_for(osrm, open_to, chicago, towns):
    url = osrm.url.replace("127.0.0.1", "localhost")
    listed = 'allow = ["localhost"]\n'

    assert open_to(osrm, listed, url=url).pairs(chicago, towns)["method"].eq("service").all()
    asked = len(osrm.requests)
    router = open_to(osrm, listed, url=url, patients=True)
    assert not router.is_asked
    assert router.pairs(chicago, towns)["method"].eq("graph").all()
    assert len(osrm.requests) == asked
    for router in (
        open_to(osrm, listed + "patients = true", url=url, patients=True),
        open_to(osrm, patients=True),
    ):
        assert router.pairs(chicago, towns)["method"].eq("service").all()


def test_a_name_that_is_not_listed_has_to_be_this_machine_each_time(
    osrm, open_to, chicago, towns, monkeypatch
):
    port = int(osrm.url.rpartition(":")[2])
    numbers = []
    asked = []
    real = socket.getaddrinfo

    def look_up(host, *args, **named):
        if host[0].isdigit():  # of a connection
            return real(host, *args, **named)
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers.pop(0)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    url = f"http://routes.example:{port}"
    numbers[:] = [["10.0.0.1", "127.0.0.1"], ["10.0.0.1"], ["8.8.8.8"]]
    router = open_to(osrm, url=url)
    assert (
        router.pairs(chicago, towns)["method"].eq("service").all()
    )  # by its loopback number alone
    for _ in range(2):  # the name has another number now
        told = open_to(osrm, url=url).pairs(chicago, towns).attrs["told"]
        assert "routes.example" in told
        assert "is not this machine" in told
        assert "list it in `allow`" in told
    assert set(asked) == {"routes.example"}
    assert len(osrm.requests) == 1


def test_no_proxy_hears_of_it(osrm, open_to, chicago, towns, monkeypatch):
    with serve(OsrmService()) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("no_proxy", "")
        assert open_to(osrm).pairs(chicago, towns)["method"].eq("service").all()
        assert proxy.requests == []


def test_a_server_without_tls_is_not_asked_by_it(osrm, open_to, chicago, towns):
    told = (
        open_to(osrm, url=osrm.url.replace("http:", "https:")).pairs(chicago, towns).attrs["told"]
    )

    assert "OSRM at 127.0.0.1:" in told
    assert osrm.requests == []
