"""Each hostile text through each sink that needs no browser: it stays text, and reads back as itself."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import folium
import pandas as pd
import pytest
import streamlit_folium
from typer.testing import CliRunner

from geo import cli, reference, releases
from geo.api import clinic_verbs
from geo.clinics import listings
from geo.errors import PlaceError
from geo.exporting import clinic_exports
from geo.exporting.formulas import restore
from geo.maps.choropleth import ChoroplethState
from geo.maps.clinic_map import ClinicState, MapClinic, MapGroup, MapView
from geo.maps.feed import Feed
from geo.maps.pin_map import PinMark, PinState
from geo.places import PlaceFinder
from geo.publishing import diff, diff_wording
from geo.search import clinic_card
from geo.sources import cleaning, npi_registry, osm, samhsa, table
from geo.sources.cleaning import clean_text
from geo.sources.table.cells import unescape
from pages.operators.parts import plain_text
from pages.parts import map_state, tables
from pages.patients.parts import cards
from tests.handmade import hostile_home
from tests.handmade.hostile import CORPUS, MARK, PATH, TEXTS
from tests.handmade.hostile_home import FREE, HOSTILE
from tests.handmade.listings import listing_table

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
NAMES = list(HOSTILE.kept.values())
FORMED = [column for column in listings.COLUMNS if column not in {*FREE, "raw"}]


def is_seen(text: str) -> bool:
    """Tell whether a text holds no character that hides, reorders or steers."""
    return not any(unicodedata.category(letter) in HIDDEN for letter in text)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "home"
    folder.mkdir()
    hostile_home.write_release(HOSTILE, folder)
    hostile_home.write_workspace(HOSTILE, folder)
    return folder


@pytest.fixture(scope="module")
def release(home: Path) -> releases.Release:
    (folder,) = (home / "releases").glob("*-*-*-*")
    return releases.load(folder)


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    return PlaceFinder(*(reference.load(name) for name in ("zips", "cities", "states")))


# The corpus


def test_the_corpus_is_large_and_of_many_kinds() -> None:
    assert len(CORPUS) == len(set(TEXTS)) >= 100
    assert len({one.kind for one in CORPUS}) >= 15
    for one in CORPUS:
        marks = re.findall(rf"{MARK}=(\d+)|{PATH}/(\d+)", one.text)
        told = {int(number) for pair in marks for number in pair if number}
        assert told <= {one.number, 1}, one


# Listings: what may hold any text, and what may not


@pytest.mark.parametrize("column", FORMED)
def test_a_column_with_a_form_refuses_each_of_them(column: str) -> None:
    rows = [
        {column: text, "listing_id": f"L{n}"} | ({column: text}) for n, text in enumerate(TEXTS)
    ]
    faults = listings.find_faults(listing_table(*rows))
    at_fault = set(faults.loc[faults["column"].eq(column), "row"])
    let_in = [text for number, text in enumerate(TEXTS) if number not in at_fault]
    assert all(re.fullmatch(r"[A-Za-z]*", text) for text in let_in), let_in


@pytest.mark.parametrize("column", FREE)
def test_a_column_of_any_text_takes_what_is_seen_and_refuses_what_hides(column: str) -> None:
    rows = [{column: text, "listing_id": f"L{n}"} for n, text in enumerate(TEXTS)]
    at_fault = set(listings.find_faults(listing_table(*rows))["row"])
    for number, text in enumerate(TEXTS):
        shown = text.replace("\n", " ") if column == "note" else text
        if not is_seen(shown):
            assert number in at_fault, text
        elif shown == clean_text(shown):
            assert number not in at_fault, text


def test_cleaning_leaves_what_is_seen_and_no_more() -> None:
    for text in TEXTS:
        cleaned = clean_text(text)
        assert is_seen(cleaned)
        assert clean_text(cleaned) == cleaned
        kept = "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum())
        assert kept.startswith("".join(filter(str.isalnum, cleaned))[: len(kept)])


def test_of_any_text_only_a_web_address_becomes_one() -> None:
    for text in TEXTS:
        address = cleaning.clean_website(text).value
        assert not address or urlsplit(address).scheme in {"http", "https"}
        assert not re.search(r"[\s\"'<>`\\]", address)
        assert "@" not in urlsplit(address).netloc


# What is uploaded or fetched from a source


def write_uploads(folder: Path) -> dict[str, Path]:
    """Write every text into every field of a file of each kind; kind -> the file."""
    replies = {
        "npi_registry": {
            "result_count": len(TEXTS),
            "results": [
                {
                    "number": text,
                    "enumeration_type": "NPI-2",
                    "basic": {"organization_name": f"Ketamine {text}", "status": "A"},
                    "addresses": [
                        {
                            "address_purpose": "LOCATION",
                            "country_code": "US",
                            "address_1": text,
                            "address_2": text,
                            "city": text,
                            "state": "ID",
                            "postal_code": text,
                            "telephone_number": text,
                        }
                    ],
                }
                for text in TEXTS
            ],
        },
        "samhsa": {
            "page": 1,
            "totalPages": 1,
            "recordCount": len(TEXTS),
            "rows": [
                {
                    **dict.fromkeys(("name1", "name2", "street1", "city", "zip", "phone"), text),
                    **dict.fromkeys(("website", "latitude", "longitude"), text),
                    "frid": str(number),
                    "state": "ID",
                    "services": [{"f1": "P", "f2": "KIT", "f3": f"Esketamine {text}"}],
                }
                for number, text in enumerate(TEXTS)
            ],
        },
        "osm": {
            "version": 0.6,
            "osm3s": {"timestamp_osm_base": "2026-05-01T00:00:00Z"},
            "elements": [
                {
                    "type": "node",
                    "id": number + 1,
                    "tags": {
                        **dict.fromkeys(("addr:street", "addr:city", "addr:unit"), text),
                        **dict.fromkeys(("phone", "website", "addr:postcode"), text),
                        "name": f"Ketamine {text}",
                        "addr:state": "ID",
                    },
                }
                for number, text in enumerate(TEXTS)
            ],
        },
    }
    for name, reply in replies.items():
        (folder / f"{name}.json").write_text(json.dumps(reply), encoding="utf-8")
    heading = ["Name", "Street", "Unit", "City", "State", "Zip", "Phone", "Website", "Note"]
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows([text if name != "State" else "ID" for name in heading] for text in TEXTS)
    records = [{name: text if name != "State" else "ID" for name in heading} for text in TEXTS]
    features = [{"type": "Feature", "geometry": None, "properties": row} for row in records]
    collection = {"type": "FeatureCollection", "features": features}
    (folder / "geojson.geojson").write_text(json.dumps(collection), encoding="utf-8")
    pd.DataFrame(records).to_parquet(folder / "parquet.parquet")
    return {path.stem: path for path in folder.iterdir()}


@pytest.mark.parametrize("kind", ["npi_registry", "samhsa", "osm", "table", "geojson", "parquet"])
def test_an_upload_becomes_listings_of_plain_text_or_rejects(tmp_path: Path, kind: str) -> None:
    path = write_uploads(tmp_path)[kind]
    readers = {
        "npi_registry": lambda: npi_registry.read(path),
        "samhsa": lambda: samhsa.read(path),
        "osm": lambda: osm.read(path),
        "table": lambda: table.read(path, table.guess(path), title="A list", licence="free"),
    }
    batches = list(readers.get(kind, readers["table"])())
    # A row of nothing is none, and rows that tell of one place are one record.
    places = {clean_text(unescape(restore(text))).casefold() for text in TEXTS}
    assert len(places) > len(TEXTS) * 0.9
    assert sum(batch.read for batch in batches) >= len(places) - 1
    found = pd.concat([batch.listings for batch in batches])
    listings.validate(found)
    assert found.drop(columns="raw").map(is_seen).all(axis=None)
    for address in found["website"]:
        assert not address or urlsplit(address).scheme in {"http", "https"}
    if kind in {"table", "geojson", "parquet"}:
        assert {*found["name"]} >= {clean_text(unescape(restore(text))) for text in NAMES}


def test_a_heading_of_any_text_is_shown_as_what_is_seen_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    said = {clean_text(restore(text)): text for text in TEXTS}
    named = ["Name", *(text for name, text in said.items() if name)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([named, ["x"] * len(named)])
    heading = table.sample(path).heading
    assert len(heading) > len(TEXTS) // 2
    assert all(map(is_seen, heading))


# Files that are handed out


def test_a_csv_holds_no_formula_and_reads_back_as_itself(release: releases.Release) -> None:
    written = clinic_exports.to_csv(release.clinics, release.id)
    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    assert [restore(row["name"]) for row in rows] == release.clinics["name"].tolist()
    assert [restore(row["street"]) for row in rows] == release.clinics["street"].tolist()
    for row in rows:
        for cell in row.values():
            is_number = re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)
            seen = re.sub(r"^[\s\x00\xad\u200b\u2060\u3164\ufeff]+", "", cell)
            assert is_number or not re.match(r"[=+\-@＝＋－＠﹦]", seen), cell  # noqa: RUF001


def test_any_text_in_a_csv_reads_back_as_itself() -> None:
    written = clinic_exports.to_csv(pd.DataFrame({"text": TEXTS}, dtype="str"), "r")
    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    lines = [text.replace("\r\n", "\n").replace("\r", "\n") for text in TEXTS]
    assert [restore(row["text"]) for row in rows] == lines


def test_json_and_geojson_are_ascii_and_read_back_as_themselves(release: releases.Release) -> None:
    as_json = clinic_exports.clinics_to_json(release.clinics, release.id)
    as_geojson = clinic_exports.clinics_to_geojson(release.clinics, release.id)
    for text in (as_json, as_geojson):
        assert text.isascii()
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    names = release.clinics["name"].tolist()
    assert [clinic["name"] for clinic in json.loads(as_json)["clinics"]] == names
    features = json.loads(as_geojson)["features"]
    assert [feature["properties"]["name"] for feature in features] == names


def test_a_comparison_of_releases_says_them_as_they_are(release: releases.Release) -> None:
    shipped = releases.load(releases.SHIPPED)
    changes = diff_wording.list_changes(diff.compare(shipped, release))
    written = clinic_exports.to_csv(changes, release.id)
    for row in csv.reader(io.StringIO(written, newline="")):
        assert not any(cell.startswith(("=", "@", "\t", "+c")) for cell in row)
    assert {*NAMES[:50]} <= {
        restore(cell) for row in csv.reader(io.StringIO(written)) for cell in row
    }


# The command line


def run(*words: str, width: int = 100_000) -> str:
    """Run a command; return what it wrote, of which nothing may steer a terminal."""
    result = CliRunner(env={"COLUMNS": str(width), "TERM": "xterm-256color"}).invoke(
        cli.app, list(words)
    )
    assert result.exception is None or isinstance(result.exception, SystemExit)
    said = result.stdout + result.stderr
    assert all(letter == "\n" or is_seen(letter) for letter in said), repr(said[:300])
    assert "Traceback" not in said
    return said


@pytest.fixture
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))


@pytest.mark.long
@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("command", [("clinics",), ("find", "83843", "--within", "5")])
def test_a_table_on_the_terminal_shows_every_name_and_no_escape(command: tuple[str, ...]) -> None:
    said = run(*command)
    lines = " ".join(said.split())
    for name in NAMES:
        assert " ".join(name.split()) in lines
    run(*command, width=60)


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("output", ["json", "geojson", "csv"])
def test_other_formats_on_the_terminal_hold_no_escape(output: str) -> None:
    run("clinics", "--format", output)
    run("find", "83843", "--within", "5", "--format", output)


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    "command", ["status", "review", "diff shipped current", "coverage --by county"]
)
def test_the_operators_commands_write_no_escape(command: str) -> None:
    assert run(*command.split())


@pytest.mark.long
@pytest.mark.usefixtures("at_home")
def test_a_place_of_any_text_is_answered_without_an_escape(
    release: releases.Release, finder: PlaceFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clinic_verbs, "load_place_finder", lambda _release=None: finder)
    monkeypatch.setattr(releases, "current", lambda: release)
    for text in TEXTS:
        run("find", "--", text)


def test_a_table_of_any_texts_in_a_terminal_is_one_line_each() -> None:
    for text in TEXTS:
        assert is_seen(cli.shell.plain(text))


# What the pages are given


def test_a_card_holds_the_texts_as_they_are_and_only_safe_links(release: releases.Release) -> None:
    place = None
    for _index, row in release.clinics.iterrows():
        own = release.listings[release.listings["clinic_id"].eq(row["clinic_id"])]
        card = cards.build_card(row, clinic_card.describe_clinic(row, own), place)
        assert card["name"] == row["name"]
        assert row["name"] in card["listings"][0]["words"]
        phone, website, way = (told["href"] for told in card["actions"])
        assert phone == card["phone"]["href"] == "tel:+12085550123"
        assert urlsplit(website).scheme == "https"
        assert urlsplit(card["listings"][0]["url"]).scheme == "https"
        directions = urlsplit(way)
        assert (directions.scheme, directions.netloc) == ("https", "www.openstreetmap.org")
        assert re.fullmatch(r"to=[A-Za-z0-9%._~/-]*", directions.query)


@pytest.mark.parametrize("column", ["website", "source_url", "phone"])
def test_a_card_of_a_release_that_nobody_checked_has_no_other_links(
    release: releases.Release, column: str
) -> None:
    row = release.clinics.iloc[0]
    own = release.listings[release.listings["clinic_id"].eq(row["clinic_id"])]
    for text in TEXTS:
        told = row.copy()
        if column in told:
            told[column] = text
        known = clinic_card.describe_clinic(told, own.assign(**{column: text}))
        card = cards.build_card(told, known)
        pressed = [told["href"] for told in card["actions"]] + [card["website"]]
        dialled = [link for link in pressed if link.startswith("tel:")]
        links = [*{*pressed} - {*dialled}]
        links += [one["url"] for one in card["listings"]]
        assert {urlsplit(link).scheme for link in links if link} <= {"http", "https"}
        assert all(re.fullmatch(r"tel:\+1\d{10}", link) for link in dialled)


def draw_feed(feed: Feed) -> tuple[str, dict[str, object]]:
    """Return the script that a browser is given for a map's data, and the data it reads in it."""
    script = streamlit_folium._get_feature_group_string(feed, folium.Map(tiles=None), idx=0)
    payload = re.search(rf"window\.{feed.layer}\.set\((.*)\);", script)
    assert payload is not None
    return script, json.loads(payload[1])


def test_the_maps_are_given_data_and_neither_a_script_nor_a_template() -> None:
    clinics = [
        MapClinic(id=f"c{n}", rank=n, name=text, detail=text) for n, text in enumerate(TEXTS)
    ]
    group = MapGroup(at=(43.6, -116.2), area=0.0, lead=TEXTS[0], clinics=clinics)
    view = MapView(token="t", bounds=((41, -88), (42, -87)))  # noqa: S106
    marks = [PinMark(at=(43.6, -116.2), within=0.0, name=text, label=text) for text in TEXTS]
    told = dict(enumerate(TEXTS))
    for feed, read, whole in (
        (ClinicState([group], place=None, selected=TEXTS[0], view=view),
         lambda data: [one["detail"] for one in data["groups"][0]["clinics"]], list(TEXTS)),
        (PinState(TEXTS[0], pin=(43.6, -116.2), marks=marks),
         lambda data: [one["label"] for one in data["marks"]], list(TEXTS)),
        (ChoroplethState({"names": told, "legend": list(TEXTS)}),  # type: ignore[arg-type]
         lambda data: data["legend"], list(TEXTS)),
    ):  # fmt: skip
        script, data = draw_feed(feed)
        assert not re.search(r"[<>&']", script)
        assert read(data) == whole


def test_a_name_is_never_worked_out_on_the_server() -> None:
    for text in ("{{ 7*7 }}", "{{{7*7}}}", "{% if x %}{%%}", "{#", "\\{{ 7 }}", "{{ cycler }}"):
        _script, data = draw_feed(Feed("x", "layer", {text: [text, {text: {"{": text}}]}))
        assert data == {text: [text, {text: {"{": text}}]}


def test_all_texts_stand_in_one_popup(release: releases.Release) -> None:
    (group,) = map_state.build(release, None, None).payload["groups"]
    assert sorted(one["name"] for one in group["clinics"]) == sorted(NAMES)


class Reader(HTMLParser):
    """Gathers the tags of a piece of HTML and the texts between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {' '.join(sorted(name for name, _ in attrs))}")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read_html(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def test_a_table_of_html_has_the_same_structure_whatever_it_holds() -> None:
    def draw(text: str) -> Reader:
        row = {"a": text, "b": text}
        return read_html(tables.draw_table(text, {"a": text, "b": text}, [row], numbers=["b"]))

    plain = draw("a harmless text")
    for text in TEXTS:
        drawn = draw(text)
        assert drawn.tags == plain.tags
        assert drawn.texts == [text] * len(plain.texts)


def test_a_text_in_markdown_is_no_markup() -> None:
    for text in TEXTS:
        escaped = plain_text.escape(text)
        assert "\n" not in escaped
        assert not re.search(r"(?<!\\)(?:\\\\)*[*_`\[\]<>$:#|~!]", escaped)


# Places


def test_a_place_of_any_text_is_refused_in_a_sentence_that_hides_nothing(
    finder: PlaceFinder,
) -> None:
    for text in TEXTS:
        try:
            said = finder.find(text).place.label
        except PlaceError as error:
            said = " ".join([str(error), *error.candidates])
        assert is_seen(said), text
        assert len(said) < 1_000
