"""The page of one clinic: plain, whole without a script, in both languages, and true of what is gone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from geo import releases
from geo.errors import ReleaseError
from geo.publishing import former_ids
from geo.publishing.former_ids import FormerClinic, find_former
from geo.server.clinic_pages import VARIABLE, ClinicPages
from pages.parts import loaders
from pages.patients.parts import clinic_page, clinic_page_loading
from tests.handmade.hostile import TEXTS
from tests.server.asgi_client import AsgiClient

DATA_BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>')


@pytest.fixture(scope="module")
def release():
    return releases.load(releases.SHIPPED)


@pytest.fixture
def serve(monkeypatch):
    """Return a function that serves the pages of a release, and of what was before it."""
    monkeypatch.delenv(VARIABLE, raising=False)

    def serve(release, former=None):
        monkeypatch.setattr(loaders, "load_release", lambda: release)
        monkeypatch.setattr(clinic_page, "find_former", lambda _release: former or {})
        app = Starlette(
            routes=[Route("/{path:path}", lambda _request: PlainTextResponse("page"))],
            middleware=[Middleware(ClinicPages, build=clinic_page_loading.load)],
        )
        return AsgiClient(app)

    return serve


def change(release, clinic_id, **fields):
    """Return the release with other fields of a clinic."""
    clinics = release.clinics.copy()
    for name, value in fields.items():
        clinics.loc[clinics["clinic_id"].eq(clinic_id), name] = value
    return replace(release, tables={**release.tables, "clinics": clinics})


@pytest.fixture(scope="module")
def clinic(release):
    """A clinic of several sources whose street is known."""
    known = release.clinics.query("street != '' and phone != '' and status == 'open'")
    return known.sort_values(["listings", "clinic_id"]).iloc[-1]


def test_a_page_says_what_the_card_and_each_source_say(serve, release, clinic):
    answer = serve(release).get(f"/clinic/{clinic['clinic_id']}")
    text = unescape(answer.text)

    assert answer.status_code == 200
    assert f"<h1>{clinic['name']}</h1>" in text
    assert f"tel:{clinic['phone']}" in text
    listings = release.listings[release.listings["clinic_id"].eq(clinic["clinic_id"])]
    assert len(listings) > 1
    for listing in listings.to_dict("records"):
        assert f"“{listing['name']}”" in text
        assert not listing["source_url"] or f'href="{listing["source_url"]}"' in text
        assert listing["source_date"][:4] in text
    assert release.id in text


def test_a_page_runs_nothing_and_asks_nobody(serve, release, clinic):
    text = serve(release).get(f"/clinic/{clinic['clinic_id']}").text

    assert "default-src 'none'" in unescape(text)
    assert '<meta name="referrer" content="no-referrer">' in text
    assert re.findall(r"<script[^>]*>", text) == ['<script type="application/ld+json">']
    assert not [
        mark for mark in ("src=", "@import", "url(", "stylesheet", " on") if f"<{mark}" in text
    ]
    outward = re.findall(r'<a href="https?:[^>]*>', text)
    assert outward
    assert all('rel="noreferrer noopener"' in link for link in outward)


def test_other_programs_read_the_clinic_out_of_its_page(serve, release, clinic):
    text = serve(release).get(f"/clinic/{clinic['clinic_id']}").text
    told = json.loads(DATA_BLOCK.search(text)[1])

    assert (told["@type"], told["name"]) == ("MedicalClinic", clinic["name"])
    assert told["telephone"] == clinic["phone"]
    assert told["address"]["streetAddress"].startswith(clinic["street"])
    in_city = release.clinics.query("street == '' and status == 'open'").iloc[0]["clinic_id"]
    (block,) = DATA_BLOCK.findall(serve(release).get(f"/clinic/{in_city}").text)
    assert "geo" not in json.loads(block)


def test_the_language_is_that_of_the_address_or_the_browser(serve, release, clinic):
    client, path = serve(release), f"/clinic/{clinic['clinic_id']}"
    spanish = client.get(path, headers={"accept-language": "es-MX"})
    assert '<html lang="es">' in spanish.text
    assert "Quién lo dice" in spanish.text
    assert client.get(f"{path}?lang=es").text == spanish.text
    english = client.get(f"{path}?lang=en", headers={"accept-language": "es-MX"})
    assert "Who says so" in english.text
    assert english.headers["vary"] == "accept-language"


def test_search_engines_keep_it_where_the_operator_says_so_alone(
    serve, release, clinic, monkeypatch
):
    client, path = serve(release), f"/clinic/{clinic['clinic_id']}"
    assert client.get(path).headers["x-robots-tag"] == "noindex"
    monkeypatch.setenv(VARIABLE, "on")
    assert "x-robots-tag" not in client.get(path).headers


@pytest.mark.parametrize(
    "told",
    [
        ("closed", 200, "Closed"),
        ("withdrawn", 410, "Withdrawn"),
        ("unconfirmed", 200, "Unconfirmed"),
    ],
)
def test_a_clinic_that_is_not_plainly_open_says_so_first(serve, release, clinic, told):
    status, code, word = told
    changed = change(release, clinic["clinic_id"], status=status)
    answer = serve(changed).get(f"/clinic/{clinic['clinic_id']}")

    assert answer.status_code == code
    assert re.search(f'<p class="status">(<strong>)?{word}', answer.text)
    assert "<br></p>" not in answer.text
    is_shown = status == "unconfirmed"
    assert bool(DATA_BLOCK.search(answer.text)) is is_shown
    assert ("tel:" + clinic["phone"] in answer.text) is is_shown


def test_former_ids_lead_to_what_they_became_or_say_that_they_are_gone(serve, release):
    former = {"old": FormerClinic("Old", "new one"), "lost": FormerClinic("Lost & Found", "")}
    client = serve(release, former)

    moved = client.get("/clinic/old?lang=es")
    assert (moved.status_code, moved.headers["location"]) == (301, "new%20one?lang=es")
    gone = client.get("/clinic/lost")
    assert gone.status_code == 410
    assert "<h1>Lost &amp; Found</h1>" in gone.text
    never = client.get("/clinic/javascript:alert(1)")
    assert never.status_code == 404
    assert "javascript" not in never.text


def test_what_became_of_an_id_is_read_off_earlier_releases(release, monkeypatch):
    names = {"clinic_id": ["kept", "joined", "gone"], "name": ["Kept", "Joined", "Gone"]}
    held = {"clinic_id": ["kept", "joined", "gone"], "listing_id": ["L1", "L2", "L3"]}
    earlier, later = (
        make_release(release, names, held),
        make_release(
            release,
            {"clinic_id": ["kept"], "name": ["Kept"]},
            {"clinic_id": ["kept", "kept"], "listing_id": ["L1", "L2"]},
        ),
    )
    monkeypatch.setattr(former_ids, "_kept", {})
    monkeypatch.setattr(former_ids, "_list_earlier", lambda _used: iter([earlier]))

    assert find_former(later) == {
        "joined": FormerClinic("Joined", "kept"),
        "gone": FormerClinic("Gone", ""),
    }


def make_release(release, clinics, listings):
    tables = {"clinics": pd.DataFrame(clinics), "listings": pd.DataFrame(listings)}
    return replace(release, tables=tables)


@pytest.mark.parametrize("text", TEXTS[::10])
def test_hostile_texts_stay_texts(serve, release, clinic, text):
    changed = change(release, clinic["clinic_id"], name=text, city=text, website=text)
    page = serve(changed).get(f"/clinic/{clinic['clinic_id']}").text

    assert page.count("<script") == page.count("</script>") == 1
    assert json.loads(DATA_BLOCK.search(page)[1]).get("name", "") == text
    assert not re.search(
        r"<(img|svg|iframe|object|embed|body [^>]|a[^>]+javascript:)", page, re.IGNORECASE
    )


def test_a_list_that_cannot_be_read_is_told_without_paths():
    def fail(_clinic_id):
        raise ReleaseError("The folder /srv/secret is gone.")

    answer = AsgiClient(ClinicPages(PlainTextResponse("page"), build=fail)).get("/clinic/any")
    assert (answer.status_code, answer.text) == (503, "Service Unavailable")


@pytest.mark.parametrize("path", ["/clinic", "/clinic/", "/clinic/a/b", "/clinics/a"])
def test_all_else_goes_to_the_pages(serve, release, path):
    assert serve(release).get(path).text == "page"
