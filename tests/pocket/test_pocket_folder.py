"""The folder that `clinic-finder export site` writes: whole, named by hashes, and never over another's."""

import base64
import gzip
import hashlib
import json
import random
import re
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

from geo import cli, releases
from geo.guidance.crisis import phrases
from geo.guidance.crisis.panel import Kind
from geo.guidance.crisis.recognising import recognise
from geo.i18n import language
from geo.places import PlaceMatch
from geo.pocket import packed_places
from geo.pocket.site_folder import write_site
from geo.search.place_remarks import list_remarks
from geo.server import suggestions
from tests.javascript.protocol import SCRIPTS as ASSETS
from tests.javascript.script import call
from tests.pocket.thinned import make_finder, thin

STATE = "DC"


def run(*words):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


class Loads(HTMLParser):
    """What a page loads: address and hash."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        address = told.get("src") or (told.get("href") if tag == "link" else None)
        if address:
            self.found.append((tag, address, told.get("integrity")))


@pytest.fixture(scope="module")
def release():
    return thin(releases.load(releases.SHIPPED), 10)


@pytest.fixture(scope="module")
def finder(release):
    return make_finder(release)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, release, finder):
    made = tmp_path_factory.mktemp("site") / "pocket"
    sizes = write_site(made, release, finder, [STATE])
    assert sizes == {
        path.relative_to(made).as_posix(): path.stat().st_size
        for path in made.rglob("*")
        if path.is_file()
    }
    return made


def write_hash(path):
    return f"sha256-{base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()}"


@pytest.mark.service
def test_all_that_pages_load_is_there_with_its_hash(folder):
    pages = sorted(folder.glob("*.html"))
    assert {page.name for page in pages} >= {"index.html", "index.es.html", "before.html"}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loads = Loads()
        loads.feed(text)
        assert loads.found, page
        for tag, address, integrity in loads.found:
            assert not re.match(r"\w+:|/", address), f"{page.name} loads {address}"
            assert (folder / address).is_file(), f"{page.name} loads {address}"
            if tag == "script" or address.endswith(".css"):
                assert integrity == write_hash(folder / address), address
        known = re.search(r'id="pocket-files">(.*?)</script>', text)
        for file in json.loads(known[1]).values() if known else ():
            assert file["integrity"] == write_hash(folder / file["path"])


@pytest.mark.service
def test_a_finder_for_one_state_names_it_and_paper_names_the_release(folder, release):
    for code, name in (("en", "index.html"), ("es", "index.es.html")):
        texts = json.loads(gzip.decompress((folder / f"data/texts.{code}.pack").read_bytes()))
        assert texts["words"]["states"] == ["District of Columbia"]
        text = (folder / name).read_text(encoding="utf-8")
        on_paper = re.search(r'<div class="on-paper">(.*?)</div>', text)
        assert on_paper, name
        assert release.id in on_paper[1]
    style = (
        (folder / "assets/pocket/pocket.css").read_text(encoding="utf-8").partition("@media print")
    )
    assert ".foot > :not(.on-paper)" in style[2]


@pytest.mark.service
def test_the_worker_holds_every_file_but_itself(folder):
    told = json.loads((folder / "sw.js").read_text("utf-8").partition(" = ")[2].partition(";\n")[0])
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert told["files"].keys() == files - {"sw.js", "_headers", "edition.txt"}
    for path, integrity in told["files"].items():
        assert integrity == write_hash(folder / path)
    assert set(told["later"]) < told["files"].keys()


def weigh_first_load(folder):
    """Return the bytes that the worker holds at first, as a host sends them that packs by gzip."""
    told = json.loads((folder / "sw.js").read_text("utf-8").partition(" = ")[2].partition(";\n")[0])
    total = 0
    for path in [*(told["files"].keys() - set(told["later"])), "sw.js"]:
        content = (folder / path).read_bytes()
        is_packed = path.endswith((".pack", ".png"))
        total += len(content if is_packed else gzip.compress(content, 6))
    return total


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("states", "most"), [(["CA"], 400_000), (["TX"], 400_000), ([], 1_500_000)]
)
def test_a_first_load_is_small(tmp_path, states, most):
    whole = releases.load(releases.SHIPPED)
    write_site(tmp_path / "pocket", whole, make_finder(whole), states)
    assert weigh_first_load(tmp_path / "pocket") <= most
    later = ("roads", "pace")
    assert sum((tmp_path / f"pocket/data/{name}.pack").stat().st_size for name in later) <= 900_000


@pytest.mark.service
def test_places_of_one_state_are_read_as_the_finder_finds_them(folder, finder):
    table = json.loads(gzip.decompress((folder / "data/suggestions.pack").read_bytes()))
    named = list(packed_places.list_named(suggestions.build(finder, frozenset({STATE}))))
    assert {each.text[-2:] for each in named if each.kind == "city"} == {STATE}
    clinics = json.loads(gzip.decompress((folder / "data/clinics.pack").read_bytes()))
    body = """
        const steps = module.prepare({ ...given.table, groups: module.nameClinics(given.table, given.clinics) });
        let known;
        for (;;) { const step = steps.next(); if (step.done) { known = step.value; break; } }
        const bytes = Uint8Array.from(atob(given.packed), (sign) => sign.charCodeAt(0));
        const columns = module.readColumns(await module.unpack(new Blob([bytes]).stream()));
        const { find } = module.joinPlaces(known, columns, given.clinics);
        return given.texts.map(find);
    """
    assert "names" not in next(group for group in table["groups"] if group["kind"] == "clinic")
    texts = [each.text for each in named]
    found = call(
        ("place_table.js", "pocket/tables.js", "pocket/places.js"),
        body,
        table=table,
        packed=base64.b64encode((folder / "data/places.pack").read_bytes()).decode(),
        clinics=clinics,
        texts=texts,
    )
    names = ("label", "kind", "latitude", "longitude", "precision", "radius_miles", "state", "zip")
    for text, told in zip(texts, found, strict=True):
        place = finder.find(text).place
        for name in (*names, "city", "clinic_id"):
            assert told[name] == getattr(place, name), f"{name} of {text}"
        assert (told["notes"] is not None) == bool(packed_places.tell_note(place)), text


def slip(chance, word):
    """Return a word with one letter more, less or other, or two exchanged; or as many more."""
    at = chance.randrange(len(word))
    letter = chance.choice("aeiosn")
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            word[:at] + word[at] * chance.randint(2, 5) + word[at + 1 :],
            word.upper().replace("I", "1").replace("O", "0"),
        ]
    )


def draw_signs(count):
    """Return phrases of a crisis as people misspell them, beside words that are none."""
    chance = random.Random(20261129)  # noqa: S311
    lists = phrases.read_lists()
    ways = {}
    for word, stem in lists.stems.items():
        ways.setdefault(stem, []).append(word)
    said = [parts for several in lists.phrases.values() for parts, _kind in several]
    others = [*sorted(lists.others), *sorted(lists.around), "Denver", "60601", "clinic", "150"]
    texts = []
    for _ in range(count):
        words = [chance.choice(ways[part]) for part in chance.choice(said)]
        for at, word in enumerate(words):
            if chance.random() < 0.4:
                words[at] = slip(chance, word) or word
        for _more in range(chance.randint(0, 2)):
            words.insert(chance.randint(0, len(words)), chance.choice(others))
        texts.append(chance.choice([" ", " ", " ", ", ", "", "-"]).join(words))
        if chance.random() < 0.1:
            texts.append(" ".join(texts[-1].replace(" ", "")))
    return texts


@pytest.mark.service
def test_signs_of_a_crisis_are_those_of_the_site(folder):
    texts = [
        "988", "(988).", "call 9-8-8", "911", "llame al 988", "988 Main St", "I want to kill myself",
        "my mother overdosed", "veteran suicide", "quiero morir", "Denver, CO", "60601", "",
        "i want to kil my self", "sucide", "killmyself", "s u i c i d e", "quiero suisidarme",
        "no quiero bibir mas", "Cut Bank, MT", "Kill Devil Hills, NC",
        *draw_signs(1_500),
    ]  # fmt: skip
    read = """
        const steps = module.prepare({ ...given.table, groups: module.nameClinics(given.table, given.clinics) });
        let known;
        for (;;) { const step = steps.next(); if (step.done) { known = step.value; break; } }
        return given.texts.map((text) => module.readCrisis(known.crisis, given.table, given.kinds, text));
    """
    packed = ((folder / f"data/{name}.pack").read_bytes() for name in ("suggestions", "clinics"))
    table, clinics = (json.loads(gzip.decompress(content)) for content in packed)
    told = call(
        ("place_table.js", "pocket/places.js", "pocket/crisis.js"),
        read,
        table=table,
        clinics=clinics,
        kinds=list(Kind),
        texts=texts,
    )
    for text, ours in zip(texts, told, strict=True):
        match = recognise(text)
        assert ours == (match.kind if match else ""), text
    assert len(texts) / 4 < told.count("") < len(texts) * 3 / 4


@pytest.mark.service
def test_territories_without_clinics_are_told_as_on_the_site(folder, finder, release):
    read = """
        const { createRequire } = await import('node:module');
        globalThis.geodesic = createRequire(given.geodesic)(given.geodesic);
        module.use(given.texts);
        return given.places.map((place) => module.tellTerritory(given.territories, given.clinics, place));
    """
    names = ("suggestions", "clinics", "texts.es")
    packed = ((folder / f"data/{name}.pack").read_bytes() for name in names)
    table, clinics, texts = (json.loads(gzip.decompress(content)) for content in packed)
    places = [finder.find(text).place for text in ("96910", "Guam", "Palau", "96799", "60601")]
    told = call(
        ("pocket/territories.js", "pocket/texts.js"),
        read,
        geodesic=str(ASSETS / "geodesic" / "geographiclib-geodesic.min.js"),
        territories=table["territories"],
        clinics=clinics,
        texts=texts,
        places=[
            {name: getattr(place, name) for name in ("state", "latitude", "longitude")}
            for place in places
        ],
    )
    with language.using("es"):
        found = [list_remarks(PlaceMatch(each), None, release.clinics, finder) for each in places]
    assert told == [" ".join(each) for each in found]
    assert told[0]
    assert not told[-1]


@pytest.mark.service
def test_what_is_no_finder_is_not_replaced(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    result = run("export", "site", tmp_path, "--state", STATE)
    assert result.exit_code == 1
    assert "holds something else" in result.stderr
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_state_that_is_none_and_two_folders_are_refused(tmp_path):
    wrong = run("export", "site", tmp_path / "new", "--state", "ZZ")
    assert wrong.exit_code == 1
    assert "ZZ is no state" in wrong.stderr
    assert run("export", tmp_path / "one", tmp_path / "two").exit_code == 2
    assert run("export", tmp_path / "one", "--state", "OH").exit_code == 2
