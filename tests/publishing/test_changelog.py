"""What releases changed for clinics, by source, in a feed and a table."""

import csv
import dataclasses
import io
from datetime import datetime
from xml.etree import ElementTree as ET

import httpx
import pytest
from starlette.responses import PlainTextResponse

from geo import releases, workspace
from geo.errors import ReleaseError
from geo.publishing import changelog, publishing
from geo.publishing.changelog import Change, ReleaseChanges
from geo.server.changes import FEED, TABLE, Changes, write_feed
from geo.workspace import editing, stored_listings
from pages.parts import release_changes
from tests import fresh_loop
from tests.handmade import small_home

ATOM = "{http://www.w3.org/2005/Atom}"
ENTRY = ReleaseChanges(
    "2026-11-29-00000002",
    "2026-11-28-00000001",
    "2026-11-29T03:00:00Z",
    (
        Change(
            "added", "a", "Alder <Ketamine>\x1b[31m & Co", "Salem", "OR", "", "", "OpenStreetMap"
        ),
        Change(
            "moved", "b", "=Birch", "Waco", "TX", "1 Elm St, Waco, TX", "2 Oak St, Waco, TX", ""
        ),
    ),
)


def publish(opened):
    draft = publishing.prepare(opened, small_home.AS_OF)
    return publishing.publish(opened, draft, who="ann", force="All is well.").release_id


def test_a_release_tells_what_it_changed_and_by_whose_word(program, tmp_path, monkeypatch):
    small_home.use_program(program, monkeypatch)
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    base = releases.current_id()
    assert changelog.list_changes() == []
    with workspace.open() as opened:
        clinics = releases.current().clinics.query("street != ''")["clinic_id"].tolist()
        listed = stored_listings.current(opened)["clinic_id"].drop_duplicates().tolist()
        gone, away = [clinic for clinic in listed if clinic not in clinics[:1]][:2]
        editing.edit(opened, clinics[0], {"street": "2 Oak St"}, who="ann")
        editing.close(opened, gone, closed_on="2026-11-01", who="ann")
        editing.withdraw(opened, away, reason="It asked to be left out.", who="ann")
        new = {"name": "Fresh Ketamine", "city": "Waco", "state": "TX", "treatments": "iv"}
        editing.add(opened, new, who="ann")
        first = publish(opened)
        editing.edit(opened, clinics[0], {"phone": "+12065550100"}, who="ann")
        second = publish(opened)
        publishing.rollback(opened, first, who="ann")

    (entry,) = release_changes.load()

    assert (entry.release_id, entry.before_id) == (first, base)
    assert [one.kind for one in entry.changes] == ["added", "closed", "moved", "left out"]
    assert [one.clinic_id for one in entry.changes[1:]] == [gone, clinics[0], away]
    assert entry.changes[2].after.startswith("2 Oak St, ")
    assert entry.count() == {"the site's operator": dict.fromkeys(changelog.KINDS, 1)}
    assert "left out" not in str(dataclasses.asdict(entry)["changes"][:3])
    assert "ann" not in write_feed([entry], "a.site").decode().split()
    assert "All is well" not in write_feed([entry], "a.site").decode()
    with workspace.open() as opened:
        publishing.rollback(opened, second, who="ann")
    assert [one.release_id for one in release_changes.load()] == [second, first]
    assert release_changes.load()[0].changes == ()


def ask(address, *, loader=lambda: [ENTRY], **headers):
    transport = httpx.ASGITransport(Changes(PlainTextResponse("page"), loader))

    async def send():
        async with httpx.AsyncClient(transport=transport, base_url="http://a.site:8501") as client:
            return await client.get(address, headers=headers)

    return fresh_loop.run(send())


def parse(content):
    return ET.fromstring(content)  # noqa: S314  our own


def check_atom(feed):
    """Hold a feed against what RFC 4287 asks of one."""
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(f"{ATOM}{name}")
            assert found.text
        assert datetime.fromisoformat(element.find(f"{ATOM}updated").text).tzinfo
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["self", "alternate"]
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("tag:") for name in ids)


def test_the_feed_is_valid_and_holds_texts_as_texts():
    answer = ask(FEED)

    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = parse(answer.content)
    check_atom(feed)
    (entry,) = feed.iter(f"{ATOM}entry")
    assert entry.find(f"{ATOM}id").text == "tag:a.site,2026:changes/2026-11-29-00000002"
    assert entry.find(f"{ATOM}title").text == "Release 2026-11-29-00000002: 1 added, 1 moved"
    assert "Added: Alder <Ketamine> & Co, Salem, OR" in entry.find(f"{ATOM}content").text
    assert "1 Elm St, Waco, TX → 2 Oak St, Waco, TX" in entry.find(f"{ATOM}content").text
    check_atom(parse(ask(FEED, loader=list).content))


@pytest.mark.parametrize("host", ["", '"><script>', "a b", "[::1]:80"])
def test_a_host_that_is_none_is_not_repeated(host):
    feed = parse(write_feed([ENTRY], host))

    assert feed.find(f"{ATOM}id").text == "tag:localhost,2026:changes"


def test_the_table_has_every_change_and_no_formula():
    answer = ask(TABLE)

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["change"] for row in rows] == ["added", "moved"]
    assert rows[1]["name"] == "'=Birch"
    assert rows[0]["name"] == "Alder <Ketamine> & Co"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_what_a_reader_has_is_not_sent_again():
    tag = ask(FEED).headers["etag"]

    again = ask(FEED, **{"if-none-match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_without_a_release_nothing_is_told_and_all_else_is_passed_on():
    def lose():
        raise ReleaseError("The folder /srv/secret is gone.")

    answer = ask(FEED, loader=lose)
    assert (answer.status_code, answer.text) == (503, "Service Unavailable")
    assert ask("/elsewhere").text == "page"
