"""What releases changed for clinics, by source, in a feed and a table."""

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime
from xml.etree import ElementTree as ET

import httpx
import pytest
from starlette.responses import PlainTextResponse

from geo import releases
from geo.errors import ReleaseError
from geo.publishing.changelog import Change, ReleaseChanges
from geo.releases import folders
from geo.server.changes import FEED, TABLE, Changes, _say, write_feed, write_table
from pages.parts import release_changes
from tests import fresh_loop
from tests.handmade.clinics import clinic_table, release_tables
from tests.handmade.hostile import TEXTS

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


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Make a home of its own, with a small shipped release."""
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(folders, "SHIPPED", tmp_path / "shipped")
    releases.ship(write(20, tmp_path / "building", *CLINICS), tmp_path / "shipped")


CLINICS = [
    {"clinic_id": name, "name": name.title(), "street": "1 Elm St", "city": "Waco", "state": "TX"}
    for name in ("alder", "birch", "cedar", "dogwood")
]


def write(day, root, *clinics, source="The Daily Test"):
    """Write a release of some clinics, made on a day of November."""
    tables = release_tables(clinic_table(*clinics))
    for name in ("listings", "fields"):
        tables[name]["listing_id"] = [f"L-{clinic['clinic_id']}" for clinic in clinics]
    tables["listings"]["source"] = source
    folder = releases.write(tables, root, as_of=date(2026, 11, day), inputs={})
    manifest = json.loads((folder / "manifest.json").read_text())
    made = manifest | {"made_at": f"2026-11-{day}T03:00:00Z"}
    (folder / "manifest.json").write_text(json.dumps(made))
    return folder


def publish(day, *clinics, **options):
    release_id = write(day, folders.root(), *clinics, **options).name
    releases.switch(release_id, who="ann", reason="All is well.")
    return release_id


@pytest.mark.usefixtures("home")
def test_a_release_tells_what_it_changed_and_by_whose_word():
    base = releases.current_id()
    assert release_changes.load() == []
    alder, birch, cedar, _dogwood = CLINICS
    now = [
        alder | {"street": "2 Oak St"},
        birch | {"status": "closed"},
        cedar | {"street": "1 ELM STREET", "phone": "+12545550100"},
        {"clinic_id": "elder", "name": "Elder", "city": "Waco", "state": "TX"},
        {"clinic_id": "fir", "name": "Fir", "state": "TX", "status": "closed"},  # never shown
    ]
    first = publish(21, *now, source="A registry")
    second = publish(22, *now, source="Another")

    same, entry = release_changes.load()

    assert (same.release_id, same.before_id, same.changes) == (second, first, ())
    assert (entry.release_id, entry.before_id) == (first, base)
    assert [(one.kind, one.clinic_id, one.source) for one in entry.changes] == [
        ("added", "elder", "A registry"),
        ("closed", "birch", "A registry"),
        ("moved", "alder", "A registry"),
        ("left out", "dogwood", "The Daily Test"),
    ]
    moved = entry.changes[2]
    assert (moved.before, moved.after) == ("1 Elm St, Waco, TX", "2 Oak St, Waco, TX")
    assert entry.count()["The Daily Test"] == {"left out": 1}

    releases.switch(first, kind="rollback", who="ann")
    assert release_changes.load() == [entry]  # nobody is told of what is in use no more
    feed = write_feed([entry], "a.site").decode()
    assert "All is well" not in feed
    assert ">ann<" not in feed


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


def test_any_text_stays_text_in_the_feed_and_in_the_table():
    texts = [*TEXTS, "\ufffe\uffff]]>", "\ud800"]
    changes = tuple(Change("added", "a", text, text, "OR", "", "", text) for text in texts)
    entry = replace(ENTRY, changes=changes[:50])

    feed = parse(write_feed([entry], "a.site"))
    rows = list(
        csv.DictReader(io.StringIO(write_table([replace(entry, changes=changes)]).decode()))
    )

    check_atom(feed)
    told = feed.find(f"{ATOM}entry/{ATOM}content").text.splitlines()
    assert [line for line in told if line.startswith("Added: ")] == [
        _say(f"Added: {one.name}, {one.city}, OR") for one in changes[:50]
    ]
    assert len(rows) == len(texts)
    for at in range(50, len(texts), 50):
        check_atom(parse(write_feed([replace(ENTRY, changes=changes[at : at + 50])], "a.site")))


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

    for known in (
        tag,
        f"W/{tag}",
        f'"other", {tag}',
        "*",
    ):  # a proxy that packs makes it a weak one
        again = ask(FEED, **{"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")


def test_without_a_release_nothing_is_told_and_all_else_is_passed_on():
    def lose():
        raise ReleaseError("The folder /srv/secret is gone.")

    answer = ask(FEED, loader=lose)
    assert (answer.status_code, answer.text) == (503, "Service Unavailable")
    assert ask("/elsewhere").text == "page"
