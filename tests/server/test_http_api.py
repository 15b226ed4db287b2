"""The list over HTTP: the answers of the command line, and one sentence for whatever goes wrong."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from typer.testing import CliRunner

from geo import cli, reference, releases
from geo.api.clinic_verbs import load_place_finder
from geo.errors import ReleaseError, SchemaError
from geo.places import Place
from geo.publishing.former_ids import FormerClinic
from geo.releases import Release
from geo.roads import open_router
from geo.roads.shared_roads import share_roads
from geo.search.clinic_drives import ClinicDrives
from geo.search.nearest import build_index
from geo.search.place_drives import PlaceDrives
from geo.server.api import (
    api_settings,
    asked,
    finding,
    list_answers,
    openapi_document,
    request_reading,
    told,
)
from geo.server.api.http_api import HttpApi
from geo.server.api.operations import BASE, DOCUMENT, OPERATIONS
from geo.server.api.rate_limit import RateLimit
from geo.server.api.served import Loaders, Served
from geo.server.same_origin import SameOrigin
from geo.server.visitor_keys import VisitorKeys
from tests import fresh_loop
from tests.server.asgi_client import AsgiClient

HEALTH = "https://health.example"
CANARY = "4711 Canarybird Lane"


@pytest.fixture(scope="module")
def release() -> Release:
    return releases.load(releases.SHIPPED)


@pytest.fixture(scope="module")
def served(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Served:
    home = tmp_path_factory.mktemp("home")
    router = open_router(share_roads(), home, patients=True)
    return Served(
        release,
        load_place_finder(release),
        build_index(release.clinics),
        functools.cache(lambda: ClinicDrives(router, release.clinics)),
    )


def serve(served: Served, *, release: object = None, **options: object) -> AsgiClient:
    """Return a client of a server whose pages are the word `page`."""
    load = Loaders(release or (lambda: served.release), lambda: served, list)  # type: ignore[arg-type]
    app = Starlette(
        routes=[Route("/{path:path}", lambda _request: PlainTextResponse("page"))],
        middleware=[
            Middleware(SameOrigin, let_in=frozenset({HEALTH})),
            Middleware(HttpApi, load=load, keys=VisitorKeys(()), origins={HEALTH}, **options),
        ],
    )
    return AsgiClient(app)


@pytest.fixture(scope="module")
def client(served: Served) -> AsgiClient:
    return serve(served)


def read_problem(answer) -> dict:
    """Return what a problem says, once it has the form of one: a sentence, and the answer's status."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    told.Problem.model_validate(problem)
    assert problem["status"] == answer.status_code
    assert problem["detail"].endswith((".", "?"))
    assert problem["detail"].isprintable()
    return problem


def print_by_command_line(monkeypatch: pytest.MonkeyPatch, tmp_path, *words: str) -> object:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    shown = CliRunner().invoke(cli.app, [*words, "--format", "json"])
    assert shown.exit_code == 0, shown.stderr
    return json.loads(shown.stdout), shown.stderr


@pytest.mark.service
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"query": "Columbus, OH", "within_miles": 30, "facts": {"payment": "medicaid"}},
            ["Columbus, OH", "--within", "30", "--with", "payment=medicaid"],
        ),
        # Drives of more than five hours, which are not worked out ahead.
        ({"query": "Anchorage, AK", "limit": 12}, ["Anchorage, AK", "--limit", "12"]),
    ],
)
def test_nearest_is_what_the_command_line_prints(client, monkeypatch, tmp_path, body, words):
    answer = client.post(f"{BASE}/nearest", json=body)

    assert answer.status_code == 200, answer.text
    told.Nearest.model_validate(answer.json())
    printed, notes = print_by_command_line(monkeypatch, tmp_path, "find", *words)
    beside = {name: answer.json()[name] for name in ("found", "notes", "crisis")}
    assert answer.json() == {**printed, **beside}
    assert list(answer.json())[: len(printed)] == list(printed)
    assert beside["found"] == len(printed["clinics"])
    assert printed["clinics"] or printed["not_known"]
    assert " ".join(beside["notes"]) == " ".join(notes.split("\n")).strip()


class SearchedWhole(ClinicDrives):
    """Drives that are all searched for, however long, before anything is answered."""

    def drive_from(self, place: Place, *, told_only: bool = False) -> PlaceDrives:
        drives = super().drive_from(place, told_only=told_only)
        return PlaceDrives(drives.take(np.arange(len(drives["drive_minutes"]))), drives.told)


@pytest.mark.nightly
def test_the_quick_way_answers_as_the_whole_one_to_the_last_digit(served):
    """Drives of more than five hours are searched for only where a clinic with one is told of."""
    zips = reference.load("zips").dropna(subset=["latitude"]).sample(20, random_state=7)
    router = served.drives()._router
    ahead = ClinicDrives(router, served.release.clinics)
    ahead.work_out_ahead(zips["latitude"], zips["longitude"])
    everything = SearchedWhole(router, served.release.clinics)
    for number, query in enumerate([*zips["zip"], "Nome, AK", "Ohio"]):
        body = asked.NearestAsked(
            query=query,
            within_miles=[None, 25.0, 400.0, None][number % 4],
            within_minutes=[40.0, 290.0, 900.0][number % 3] if number % 4 == 3 else None,
            by_minutes=number % 5 == 4,
            limit=[None, 30][number % 2],
        )
        quick, looked_up, whole = (
            finding.find_nearest(body, replace(served, drives=lambda used=used: used))
            for used in (served.drives(), ahead, everything)
        )
        assert quick == looked_up == whole, query


@pytest.mark.service
def test_clinics_and_coverage_are_what_the_command_line_prints(client, monkeypatch, tmp_path):
    clinics = client.get(f"{BASE}/clinics", params={"state": "OH", "status": "unconfirmed"}).json()
    printed, _ = print_by_command_line(
        monkeypatch, tmp_path, "clinics", "--state", "OH", "--status", "unconfirmed"
    )
    assert clinics == {**printed, "matched": len(printed["clinics"])}
    coverage = client.get(f"{BASE}/coverage", params={"level": "division"}).json()
    assert (
        coverage == print_by_command_line(monkeypatch, tmp_path, "coverage", "--by", "division")[0]
    )


def test_clinics_are_chosen_by_treatment_and_box_and_come_in_pages(client, release):
    box = {"bbox": "-180,51,-129,72", "format": "geojson"}
    answer = client.get(f"{BASE}/clinics", params=box)
    assert answer.headers["content-type"] == "application/geo+json"
    told.Features.model_validate(answer.json())
    assert {one["properties"]["state"] for one in answer.json()["features"]} == {"AK"}
    across = client.get(f"{BASE}/clinics", params={"bbox": "150,51,-129,72"}).json()
    assert across["matched"] == answer.json()["matched"] > 0

    offered = release.clinics["treatments"].str.contains("esketamine")
    none = client.get(f"{BASE}/clinics", params={"status": "withdrawn", "treatment": "iv"})
    assert none.json()["clinics"] == []
    pages = [
        client.get(
            f"{BASE}/clinics", params={"treatment": "esketamine", "limit": 100, "offset": offset}
        ).json()
        for offset in range(0, int(offered.sum()) + 100, 100)
    ]
    ids = [clinic["clinic_id"] for page in pages for clinic in page["clinics"]]
    assert ids == release.clinics.loc[offered, "clinic_id"].to_list()
    assert {page["matched"] for page in pages} == {len(ids)}


def test_a_clinic_is_told_with_what_each_source_says(client, release):
    clinic_id = release.clinics.sort_values("listings")["clinic_id"].iloc[-1]
    answer = client.get(f"{BASE}/clinics/{clinic_id}").json()
    told.OneClinic.model_validate(answer)
    assert len(answer["listings"]) == answer["clinic"]["listings"] > 1
    assert "id" in read_problem(client.get(f"{BASE}/clinics/nobody"))["detail"]


def test_a_former_id_leads_to_what_it_became_or_is_gone(client, monkeypatch):
    former = {"old": FormerClinic("Old", "new/one"), "lost": FormerClinic("Lost", "")}
    monkeypatch.setattr(list_answers, "find_former", lambda _release: former)
    moved = client.get(f"{BASE}/clinics/old")
    assert (moved.status_code, moved.headers["location"]) == (301, f"{BASE}/clinics/new%2Fone")
    assert "new/one" in read_problem(moved)["detail"]
    gone = client.get(f"{BASE}/clinics/lost")
    assert gone.status_code == 410
    read_problem(gone)


@pytest.mark.parametrize("written", ["%2B5", "5.0", "%205", "5_0", "1e2", "05", "five", "", "-1"])
def test_a_number_of_rows_is_written_in_digits(client, written):
    refused = client.get(f"{BASE}/clinics?limit={written}")
    assert refused.status_code == 422
    assert "limit" in read_problem(refused)["detail"]


def test_the_release_is_told_and_answers_stand_as_long_as_it_does(served):
    current = [served.release]
    client = serve(served, release=lambda: current[0])
    first = client.get(f"{BASE}/release")
    told.Release.model_validate(first.json())
    tag = {"if-none-match": first.headers["etag"]}
    for path in ("/release", "/clinics?state=OH", "/coverage"):
        again = client.get(f"{BASE}{path}", headers=tag)
        assert (again.status_code, again.content) == (304, b"")
    for standing in (f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}', "*"):
        asked_so = {"if-none-match": standing}
        assert client.get(f"{BASE}/release", headers=asked_so).status_code == 304
        assert client.get(f"{BASE}/clinics/nobody", headers=asked_so).status_code == 404
    current[0] = replace(served.release, id="2026-12-01-00000000")
    anew = client.get(f"{BASE}/release", headers=tag)
    assert anew.status_code == 200
    assert anew.json()["release"] == "2026-12-01-00000000"


def test_the_feed_of_changes_is_that_of_the_site(client):
    answer = client.get(f"{BASE}/changes.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert "Clinic Finder: changes of the list" in answer.text


def test_a_place_is_told_and_one_of_several_is_asked_for(client):
    answer = client.post(f"{BASE}/places", json={"query": " spravato 60601\n"}).json()
    assert answer["query"] == "spravato 60601"
    told.Places.model_validate(answer)
    assert (answer["place"]["label"], answer["treatment"]) == ("Chicago, IL 60601", "esketamine")
    problem = read_problem(client.post(f"{BASE}/places", json={"query": "Springfield"}))
    assert problem["status"] == 409
    assert "Springfield, MO" in problem["candidates"]


def test_whom_to_call_comes_with_words_of_a_crisis(client):
    answer = client.post(f"{BASE}/nearest", json={"query": "i want to die 60601"}).json()
    assert (answer["query"], answer["crisis"]["kind"]) == ("Chicago, IL 60601", "suicide")
    problem = read_problem(client.post(f"{BASE}/places", json={"query": "i want to die"}))
    assert "tel:988" in [way["href"] for way in problem["crisis"]["ways"]]


TYPED = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("status", "content", "headers"),
    [
        (415, "{}", {"content-type": "text/plain"}),
        (415, b"\x1f\x8b", {**TYPED, "content-encoding": "gzip"}),
        (413, '{"query": "' + "6" * 9_000 + '"}', TYPED),
        (400, "{", TYPED),
        (400, b"\xff", TYPED),
        (400, "", TYPED),
        (400, "[" * 5_000, TYPED),
        (400, '{"query": "60601", "within_miles": NaN}', TYPED),
        (422, '{"query": "60601", "within_miles": 1e999}', TYPED),
        (422, "[]", TYPED),
        (422, "{}", TYPED),
        (422, '{"query": 60601}', TYPED),
        (422, '{"query": "\\ud800"}', TYPED),
        (422, '{"query": "60601", "limit": true}', TYPED),
        (422, '{"query": "60601", "limit": 100000}', TYPED),
        (422, '{"query": "60601", "within_miles": -1}', TYPED),
        (422, '{"query": "60601", "within_miles": 5, "within_minutes": 5}', TYPED),
        (422, '{"query": "60601", "treatment": "tea"}', TYPED),
        (422, '{"query": "60601", "facts": {"payment": "shells"}}', TYPED),
        (422, '{"query": "60601", "near": 5}', TYPED),
        (422, '{"query": "60601", "query": "10001"}', TYPED),
        (422, '{"query": "60601", "facts": {"payment": "medicaid", "payment": "medicare"}}', TYPED),
        (422, '{"query": "60601", "a\\nb\\u202e": 1}', TYPED),
        (422, '{"query": "' + "6" * 300 + '"}', TYPED),
        (404, '{"query": "qqxzv"}', TYPED),
    ],
)
def test_a_wrong_body_is_a_problem_in_one_sentence(client, status, content, headers):
    answer = client.post(f"{BASE}/nearest", content=content, headers=headers)
    assert read_problem(answer)["status"] == status


def test_what_is_asked_in_the_address_of_a_search_is_not_passed_over(client):
    answer = client.post(f"{BASE}/nearest", params={"limit": "1"}, json={"query": "60601"})
    assert "limit" in read_problem(answer)["detail"]
    assert answer.status_code == 422


def send_and_leave(app, *last: dict) -> dict:
    """Return how an answer starts whose body comes in part, and then what is said here, or nothing."""
    said = iter([{"type": "http.request", "body": b"{", "more_body": True}, *last])
    sent = []

    async def receive() -> dict:
        for each in said:
            return each
        return await asyncio.get_running_loop().create_future()

    async def send(message: dict) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": f"{BASE}/nearest", "headers": headers}
    fresh_loop.run(app({**scope, "query_string": b""}, receive, send))
    return sent[0]


def test_a_body_that_does_not_end_is_not_waited_for(client, monkeypatch):
    monkeypatch.setattr(request_reading, "MOST_BODY_SECONDS", 0.01)
    started = send_and_leave(client.app)
    assert started["status"] == 408
    assert (b"connection", b"close") in started["headers"]


def test_a_caller_who_hangs_up_is_no_error_of_the_server(client, caplog):
    send_and_leave(client.app, {"type": "http.disconnect"})
    assert not caplog.records


def test_a_long_body_is_refused_before_it_is_all_sent(client):
    async def pour() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1_000

    answer = client.post(f"{BASE}/nearest", content=pour(), headers=TYPED)
    assert read_problem(answer)["status"] == 413


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (404, "GET", "/api"),
        (404, "GET", "/api/"),
        (404, "POST", "/api/v1/clinics/"),
        (404, "GET", "/api/v2/release"),
        (405, "GET", "/api/v1/nearest"),
        (405, "DELETE", "/api/v1/clinics"),
        (422, "GET", "/api/v1/clinics?state=Ohio"),
        (422, "GET", "/api/v1/clinics?state=OH&state=IN"),
        (422, "GET", "/api/v1/clinics?bbox=1,2,3"),
        (422, "GET", "/api/v1/clinics?bbox=1,2,3,nan"),
        (422, "GET", "/api/v1/clinics?bbox=-90,40,-80,30"),
        (422, "GET", "/api/v1/clinics?limit=0"),
        (422, "GET", "/api/v1/coverage?level=street"),
        (422, "GET", "/api/v1/release?verbose=1"),
    ],
)
def test_a_wrong_address_is_a_problem_in_one_sentence(client, status, method, path):
    answer = client.request(method, path)
    assert read_problem(answer)["status"] == status
    if status == 405:
        assert answer.headers["allow"] == {"GET": "POST", "DELETE": "GET, HEAD"}[method]


def test_all_else_goes_to_the_pages(client):
    assert [client.get(path).text for path in ("/", "/apis", "/v1/release")] == ["page"] * 3


def test_a_list_that_cannot_be_read_is_told_without_paths(served):
    def fail() -> Release:
        raise ReleaseError("The folder /srv/secret is gone.")

    client = serve(served, release=fail)
    problem = read_problem(client.get(f"{BASE}/release"))
    assert problem["status"] == 503
    assert "secret" not in problem["detail"]


def test_a_client_that_asks_too_often_is_told_when_to_come_back(served):
    seconds = [0.0]
    client = serve(served, limit=RateLimit(2, lambda: seconds[0]))
    answers = [client.get(f"{BASE}/release?no=1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    read_problem(answers[-1])
    seconds[0] += float(answers[-1].headers["retry-after"])
    assert client.get(f"{BASE}/release").status_code == 200


def test_pages_of_named_sites_may_ask_and_no_others(client):
    asked = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    from_page = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "origin": HEALTH}
    ahead = client.request("OPTIONS", f"{BASE}/nearest", headers={**from_page, **asked})
    assert ahead.headers["access-control-allow-origin"] == HEALTH
    answer = client.get(f"{BASE}/release", headers=from_page)
    assert answer.headers["access-control-allow-origin"] == HEALTH
    for path, origin in ((f"{BASE}/release", "https://evil.example"), ("/", HEALTH)):
        refused = client.get(path, headers={**from_page, "origin": origin})
        assert refused.status_code == 404
        assert "access-control-allow-origin" not in refused.headers


def test_a_site_is_known_however_its_address_is_written(monkeypatch):
    written = " HTTPS://health.example:443, http://a.example:80,https://b.example:8443,"
    monkeypatch.setenv(api_settings.VARIABLE, api_settings.ON)
    monkeypatch.setenv(api_settings.ORIGINS_VARIABLE, written)
    assert api_settings.read_origins() == {HEALTH, "http://a.example", "https://b.example:8443"}
    monkeypatch.setenv(api_settings.ORIGINS_VARIABLE, "https://health.example/")
    with pytest.raises(SchemaError, match="nothing behind the host"):
        api_settings.read_origins()


def test_nothing_typed_is_logged_whatever_goes_wrong(served, caplog):
    broken = replace(served, finder=None)
    client = serve(broken)
    with caplog.at_level(logging.DEBUG):
        answer = client.post(f"{BASE}/nearest", json={"query": CANARY})
        assert read_problem(answer)["status"] == 500
        client.post(f"{BASE}/nearest", json={"query": CANARY, CANARY: 1})
        client.post(f"{BASE}/nearest", content=CANARY, headers=TYPED)
    assert any(record.name.startswith("geo.") for record in caplog.records)
    assert "Canarybird" not in caplog.text


def test_the_description_is_of_openapi_and_its_page_loads_nothing(client):
    document = client.get(f"{BASE}/openapi.json").json()
    assert document == openapi_document.build()
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    named = {part.rpartition("/")[2] for part in find_references(document)}
    assert named <= set(document["components"]["schemas"])
    page = client.get(f"{BASE}/").text
    assert all(f"{BASE}{path}" in page for path in document["paths"])
    assert not [mark for mark in ("<script", "src=", "@import", "url(", "<link") if mark in page]


@pytest.mark.service
@pytest.mark.parametrize("kind", ["positive", "negative"])
def test_answers_to_whatever_is_sent_are_as_described(served, kind):
    """By Schemathesis: what the description allows is answered, all else is a problem it names."""
    import schemathesis  # noqa: PLC0415  # a second, for this test alone

    mode = schemathesis.GenerationMode(kind)
    app = serve(served, limit=RateLimit(10_000)).app
    found = [
        each.ok() for each in schemathesis.openapi.from_asgi(DOCUMENT, app).get_all_operations()
    ]
    assert len(found) == len(OPERATIONS)
    for operation in found:
        # What takes no parameter cannot be asked wrongly by its description.
        if kind == "negative" and not (operation.body or operation.query):
            continue
        tried = []

        @settings(
            max_examples=5,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: schemathesis.Case) -> None:
            if kind == "positive":
                assume(is_upright((case.query or {}).get("bbox")))
            case.call_and_validate()
            tried.append(case)  # noqa: B023  it is called before the next one is made

        check()
        assert tried


def is_upright(box: object) -> bool:
    """Tell whether the south of a box lies below its north, which no schema can say of a text."""
    parts = [float(part) for part in str(box or "0,0,0,0").split(",")]
    return parts[1] <= parts[3]


def find_references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from find_references(each)
