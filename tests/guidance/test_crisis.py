"""What is taken for a sign of a crisis and what is not, what is answered, and that nothing is kept."""

from __future__ import annotations

import csv
import json
import logging
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from geo import cli, reference, releases
from geo.errors import SchemaError
from geo.guidance.crisis import panel
from geo.guidance.crisis.crisis_place import find_place, recognise_beside_names
from geo.guidance.crisis.panel import Kind, build_panel
from geo.guidance.crisis.phrases import PHRASES, WORDS, read_lists
from geo.guidance.crisis.recognising import recognise
from geo.i18n import language
from geo.places import PlaceFinder
from geo.reference import DATA

ROOT = Path(__file__).resolve().parents[2]
SUICIDE = [
    "I want to die",
    "i wanna die",
    "I want to dei",
    "i want to dieeee",
    "iwanttodie",
    "I really just want to die",
    "My brother wants to die",
    "I wish I was dead",
    "She wishes she were dead",
    "KILL MYSELF!!!",
    "kil myself",
    "kill myslef",
    "kill my self",
    "killmyself",
    "k1ll mys3lf",
    "my son is going to kill himself",
    "they want to kill themselves",
    "end my life",
    "ending her life",
    "I want to end it all",
    "take my own life",
    "suicide",
    "sucide",
    "suicidal thougts",
    "s u i c i d e",
    "suicidal ideation",
    "I don't want to live",
    "i dont want to live anymore",
    "I don\u2019t want to be alive",
    "I do not want to be here any more",
    "no reason to live",
    "better off dead",
    "I can\u2019t go on living",
    "I want to hurt myself",
    "cut myself",
    "self-harm",
    "988",
    "9-1-1",
    "Call 988.",
    "llamar al 988",
    "he tried to hang himself",
    "shoot myself",
    "jump off a bridge",
    "unalive myself",
    "quiero morir",
    "kiero morirme",
    "me quiero morir",
    "mi hijo se quiere matar",
    "matarme",
    "me voy a matar",
    "quitarme la vida",
    "mi hermana quiere quitarse la vida",
    "suicidarse",
    "suisidio",
    "pensamientos suicidas",
    "no quiero vivir",
    "Ya no quiero estar aquí",
    "ya no quiero estar aqui",
    "acabar con mi vida",
    "hacerme daño",
    "hacerme dano",
    "se quiere hacer daño",
    "quiero cortarme",
    "ahorcarme",
    "i cant do this anymore",
    "I can't take it any more",
    "i cant go on",
    "i cant keep going",
    "i dont see the point anymore",
    "what's the point of living",
    "i have nothing left to live for",
    "i want to go to sleep and never wake up",
    "i hope i dont wake up tomorrow",
    "i just want it to be over",
    "i wish i wasnt alive",
    "everyone would be better off if i was gone",
    "imma kms",
    "sewer slide",
    "im going to end it tonight",
    "i want to blow my brains out",
    "my teen is talking about dying",
    "i dont care if i live or die",
    "someone please kill me",
    "i feel like killing myself",
    "life is not worth it anymore",
    "im done living",
    "how many pills to die",
    "tie a noose",
    "walk into traffic",
    "i want to overdose, i want to die",
    "so um my brother he just told me that he was going to kill himself and i dont know what to do",
    "i want to morir",
    "no aguanto mas la vida",
    "ya no puedo mas",
    "mi vida no tiene sentido",
    "mi hija se corta",
    "se corto las venas",
    "mi primo se intento matar",
    "me boy a matar",
    "me voy a ahorcar",
    "me voy a tirar de un puente",
    "ojala me muriera",
    "mejor me muero",
    "quiero dormir y no despertar",
    "pienso en la muerte todos los dias",
    "ya me quiero ir de este mundo",
]
OVERDOSE = [
    "overdose",
    "overdoze",
    "my son overdosed",
    "she OD'd",
    "he is od'ing",
    "I took too many pills",
    "he took all his pills",
    "swallowed a whole bottle of pills",
    "took 40 pills",
    "sobredosis",
    "sobre dosis",
    "sobredocis",
    "tomé muchas pastillas",
    "tome demasiadas pastillas",
    "mi hija se tomó todas las pastillas",
    "my mom took a whole bottle of tylenol",
    "took too much of my medication",
    "he took double his dose",
    "she is not breathing",
    "i drank bleach",
    "me tome un chingo de pastillas",
    "esta intoxicado con pastillas",
    "mi hermano no respira",
]
INNOCENT = [
    "988 Main St, Springfield, IL",
    "98801",
    "00988",
    "60601",
    "Killeen, TX",
    "killeen tx",
    "Matamoros",
    "Diehl",
    "Slaughter, LA",
    "Hangman Creek",
    "Dead Horse, AK",
    "Deadwood, SD",
    "Tombstone, AZ",
    "Odessa, TX",
    "Odd, WV",
    "Odenton, MD",
    "Endicott, NY",
    "Cut Off, LA",
    "Cut Bank, MT",
    "Cut and Shoot, TX",
    "Hurt, VA",
    "Sudden Valley, WA",
    "Dyer, IN",
    "Live Oak, TX",
    "Kill Devil Hills, NC",
    "Kill Buck, NY",
    "West Kill",
    "Killington, VT",
    "Overbrook, KS",
    "Dade City, FL",
    "Cutler Bay, FL",
    "Hanging Rock, OH",
    "Suitland, MD",
    "Muerto",
    "San Diego",
    "Harmony Neurocare",
    "New Life Wellness and Ketamine Clinic",
    "Academy Life",
    "Hope, AR",
    "Lake Harmony, PA",
    "Loveland, CO",
    "Mattapan, MA",
    "Bridgeport, CT",
    "Jump River, WI",
    "Morrisville, NC",
    "Vidalia, GA",
    "Las Vegas, NV",
    "Santa Rosa, CA",
    "Pillager, MN",
    "Las Vidas",
    "Moriarty, NM",
    "depression treatment Boston",
    "ketamine for depression near me",
    "I want to live in Boston",
    "where can I get ketamine",
    "pain clinic Houston",
    "want to drive to Chicago",
    "how many infusions",
    "have tried many medications for depression",
    "does ketamine hurt",
    "end of treatment questions",
    "quiero una clínica en Miami",
    "mi hijo necesita tratamiento",
    "clínica de ketamina cerca de Los Ángeles",
    "¿la ketamina hace daño?",
    "para mi vida",
    "233 S Wacker Dr, Chicago, IL 60606",
    "Bar Mills, ME",
    "Smyrna Mills me",
    "Cutler, CA",
    "Hurtsboro, AL",
    "Killer whale tour",
    "pain killer",
    "Die hard",
    "dying to know",
    "Suitland",
    "Dies, TX",
    "Gooseneck Rd",
    "El Paso Manor",
    "Boyd, TX",
    "Muir, PA",
    "Corta Madera",
    "i dont have any insurance",
    "i cannot drive any distance",
    "there isnt any clinic here",
    "ya no vivo en Houston",
    "no puedo manejar",
    "no puedo pagar mas de 200",
    "tomo pastillas para la presion",
    "does ketamine keep you awake",
    "cut the cost",
    "burn clinic",
    "cliff drive",
]
MARKED = "I want to die Quetzalfeather"


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    release = releases.current()
    tables = (reference.load(name) for name in ("zips", "cities", "states"))
    return PlaceFinder(*tables, release.clinics, release.listings)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def read_panel(app: AppTest) -> str:
    """Return the panel's HTML; "" where it is not drawn."""
    bodies = (element.proto.body for element in app.get("html"))
    return next((body for body in bodies if 'class="crisis-panel' in body), "")


def read_component(app: AppTest, name: str) -> dict:
    """Return what a component was given; {} where it is not drawn."""
    found = [e for e in app.get("bidi_component") if e.proto.component_name == name]
    return json.loads(found[0].proto.json) if found else {}


def read_state(app: AppTest) -> dict[str, object]:
    """Return all that the server keeps of a visit."""
    return dict(app.session_state._state.filtered_state)


def search(app: AppTest, text: str) -> None:
    app.text_input(key="typed").set_value(text)
    app.button[0].click()
    app.run()
    assert not app.exception


def test_there_are_sixty_of_each() -> None:
    assert len(set(SUICIDE)) >= 60
    assert len(set(INNOCENT)) >= 60


@pytest.mark.parametrize("text", SUICIDE)
def test_words_of_suicide_are_known(text: str, finder: PlaceFinder) -> None:
    found = recognise_beside_names(text, finder)
    assert found is not None
    assert found.kind is Kind.SUICIDE


@pytest.mark.parametrize("text", OVERDOSE)
def test_words_of_an_overdose_are_known(text: str, finder: PlaceFinder) -> None:
    found = recognise_beside_names(text, finder)
    assert found is not None
    assert found.kind is Kind.OVERDOSE


@pytest.mark.parametrize("text", INNOCENT)
def test_other_texts_are_let_be(text: str) -> None:
    assert recognise(text) is None


@pytest.mark.long
def test_no_place_and_no_clinic_is_taken_for_a_crisis() -> None:
    release, cities = releases.current(), reference.load("cities")
    aliases = [row["alias"] for row in _read_csv(DATA / "aliases.csv")]
    counties, states = reference.load("counties")["name"], reference.load("states")["name"]
    names = {*cities["name"], *release.clinics["name"], *release.listings["name"], *aliases}
    names |= {*counties, *states, *release.clinics["street"], *release.clinics["city"]}
    with_state = cities.iloc[::5]
    names |= set(with_state["name"] + ", " + with_state["state"])
    names |= set(with_state["name"] + " " + with_state["state"].str.lower())
    assert len(names) > 40_000
    assert [name for name in sorted(names) if recognise(name)] == []


def _read_csv(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def _list_long_phrases() -> list[dict[str, str]]:
    """Return the phrases that have a word long enough for a slip to be known as one."""
    return [
        row for row in _read_csv(PHRASES) if max(len(word) for word in row["phrase"].split()) > 5
    ]


def test_every_phrase_of_the_list_is_known_as_it_stands() -> None:
    for row in _read_csv(PHRASES):
        found = recognise(row["phrase"])
        assert (row["phrase"], found and found.kind) == (row["phrase"], Kind(row["kind"]))


@pytest.mark.parametrize("row", _list_long_phrases()[::3])
def test_one_letter_that_is_wrong_does_not_matter_in_a_long_word(row: dict[str, str]) -> None:
    words = row["phrase"].split()
    at = max(range(len(words)), key=lambda number: len(words[number]))
    word = words[at]
    swapped = word[:2] + word[3] + word[2] + word[4:]
    for slip in (word[:2] + word[3:], word[:3] + "x" + word[3:], swapped):
        typed = " ".join([*words[:at], slip, *words[at + 1 :]])
        assert (typed, recognise(typed) is not None) == (typed, True)


def test_suicide_goes_before_an_overdose() -> None:
    found = recognise("I took all my pills, I want to die")
    assert found is not None
    assert found.kind is Kind.SUICIDE


def test_no_word_stands_for_two() -> None:
    several = [row["words"].split() for row in _read_csv(WORDS) if row["kind"] == "same"]
    words = [word for group in several for word in group]
    assert sorted(word for word in set(words) if words.count(word) > 1) == []


@pytest.mark.parametrize(
    ("text", "label", "treatment"),
    [
        ("ketamine for suicidal thoughts Duluth", "Duluth, MN", ""),
        ("I want to die Chicago", "Chicago, IL", ""),
        ("suicidal thoughts spravato 60601", "Chicago, IL 60601", "esketamine"),
        ("pensamientos suicidas ketamina Houston", "Houston, TX", ""),
        ("I live in Chicago and I want to die", "Chicago, IL", ""),
        ("mi hijo se quiere matar en Houston", "Houston, TX", ""),
        ("iv ketamine, suicidal ideation, Portland, OR", "Portland, OR", "iv"),
        ("Las Vegas suicidal thoughts", "Las Vegas, NV", ""),
        ("clinic in The Dalles OR suicidal", "The Dalles, OR", ""),
        ("suicide Montana", "Montana", ""),
        ("sobredosis Harmony Neurocare", "Harmony Neurocare", ""),
        ("Suicide Prevention Center Los Angeles", "Los Angeles, CA", ""),
        ("12 Want to Die Ln, Austin TX", "Austin, TX", ""),
        ("I want to die", None, ""),
        ("I want to die please help me", None, ""),
        ("mi hijo se quiere matar", None, ""),
        ("why should I live, I want to die", None, ""),
        ("no hope, I want to die", None, ""),
        ("ketamine near me suicidal", None, ""),
    ],
)
def test_a_place_and_a_treatment_beside_it_are_found(
    text: str, label: str | None, treatment: str, finder: PlaceFinder
) -> None:
    found = recognise_beside_names(text, finder)
    assert found is not None
    match = find_place(found, finder)
    assert (match and match.place.label.startswith(label or "-")) == (True if label else None)
    assert match is None or "street" not in match.place.note
    assert found.treatment == treatment


def test_a_clinic_whose_name_holds_such_a_word_is_a_place() -> None:
    clinics = releases.current().clinics.head(1).assign(name="Suicide Prevention Clinic")
    tables = (reference.load(name) for name in ("zips", "cities", "states"))
    finder = PlaceFinder(*tables, clinics)
    assert recognise("Suicide Prevention Clinic") is not None
    assert recognise_beside_names("suicide prevention clinic", finder) is None
    assert recognise_beside_names("suicide", finder) is not None


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "want to " * 100_000,
        "kill " * 5_000,
        "iwantto" * 900,
        "é" * 9_000,
        "ab cd ef gh " * 4_000,
        "my self" * 900,
        "qwerty asdfg " * 900,
        "\u202e\x00" * 9_000,
        "",
    ],
)
def test_no_text_takes_long(text: str, finder: PlaceFinder) -> None:
    recognise("warm")
    for typed in (text, f"suicide {text}"):
        began = time.thread_time()
        found = recognise(typed)
        if found:
            find_place(found, finder)
        assert time.thread_time() - began < 0.2


def test_a_usual_text_takes_less_than_a_millisecond() -> None:
    recognise("warm")
    began = time.thread_time()
    for _again in range(100):
        recognise("Arlington Heights, IL")
    assert (time.thread_time() - began) / 100 < 0.001


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("language,kind,phrase\nen,suicide,\n", "lacks a part"),
        ("language,kind,phrase\nen,sadness,blue\n", "a phrase is one of"),
        ("kind,phrase\n", "The first line"),
    ],
)
def test_a_damaged_list_is_one_sentence(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "phrases.csv"
    path.write_text(content)
    with pytest.raises(SchemaError, match=said):
        read_lists(path)
    with pytest.raises(SchemaError, match="cannot be read"):
        read_lists(tmp_path / "missing.csv")


def test_the_lists_say_that_no_clinician_has_reviewed_them() -> None:
    for path in (PHRASES, WORDS):
        assert "No clinician has reviewed" in path.read_text("utf-8").splitlines()[0]


def test_988_comes_first_and_no_poison_line_stands_beside_suicide() -> None:
    suicide, overdose = build_panel(Kind.SUICIDE), build_panel(Kind.OVERDOSE)
    addresses = [way.href for group in suicide.groups for way in group.ways]
    assert addresses[:3] == ["tel:988", "sms:988", panel.CHAT]
    assert {"tel:911", "sms:838255", panel.TEXT_AYUDA} < set(addresses)
    spanish = next(group for group in suicide.groups if group.language == "es")
    assert (spanish.lead, spanish.ways[0].words) == ("Español", "Llame al 988 y oprima el 2")
    assert panel.CALL_POISON_HELP not in addresses
    assert "oison" not in repr(suicide)
    assert [group.ways[0].href for group in overdose.groups] == [
        "tel:911",
        "tel:+18002221222",
        "tel:988",
    ]


def test_in_spanish_the_spanish_way_comes_first() -> None:
    with language.using("es"):
        suicide, overdose = build_panel(Kind.SUICIDE), build_panel(Kind.OVERDOSE)
    assert suicide.groups[0].ways[0].words == "Llame al 988 y oprima el 2"
    assert suicide.groups[0].ways[1].href == panel.TEXT_AYUDA
    assert overdose.groups[-1].ways[1].href == panel.TEXT_AYUDA


def test_the_page_shows_the_panel_alone_where_there_is_no_place(app: AppTest) -> None:
    app.run()
    search(app, "I want to die")
    assert ">Talk to someone now</h2>" in read_panel(app)
    assert read_component(app, "crisis_panel")["focus"] == 1
    shown = read_component(app, "clinic_list")
    assert shown["kind"] == "answer"
    assert shown["heading"] == "Looking for a clinic? Type a place"
    assert shown["quiet"] is True
    assert (shown["cards"], shown["actions"], shown["link"]) == ([], [], None)
    assert "We know no" not in json.dumps(shown)
    search(app, "Killeen, TX")
    assert read_panel(app) == ""
    assert read_component(app, "crisis_panel") == {}
    assert "Killeen" in read_component(app, "clinic_list")["heading"]
    assert read_component(app, "clinic_list")["quiet"] is False


def test_the_page_shows_the_panel_and_the_results(app: AppTest) -> None:
    app.run()
    search(app, "suicidal thoughts spravato 60601")
    assert read_panel(app)
    shown = read_component(app, "clinic_list")
    assert "Chicago, IL 60601" in shown["heading"]
    assert shown["link"] == "?zip=60601&within=25&treatment=esketamine"
    assert shown["quiet"] is True
    assert app.selectbox(key="treatment").value == "esketamine"


def test_a_link_with_such_words_opens_with_the_panel(app: AppTest) -> None:
    app.query_params["city"] = "mi hijo se quiere matar"
    app.query_params["lang"] = "es"
    app.run()
    assert ">Hable con alguien ahora</h2>" in read_panel(app)
    assert read_component(app, "crisis_panel")["focus"] == 1


def test_nothing_is_logged_or_kept_but_what_stands_in_the_box(
    app: AppTest, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    app.run()
    keys = {*read_state(app)}
    search(app, MARKED)
    assert read_panel(app)
    state = read_state(app)
    assert {key for key, value in state.items() if "Quetzal" in repr(value)} == {
        "typed",
        "FinderState",
    }
    assert set(state) - keys <= {"FormSubmitter:place-Search", "crisis_focus"}
    assert "Quetzal" not in read_panel(app)
    assert "Quetzal" not in json.dumps(read_component(app, "crisis_panel"))
    assert "Quetzal" not in json.dumps(read_component(app, "clinic_list"))
    said = caplog.text + "".join(capfd.readouterr())
    for word in ("Quetzal", "want to die", "suicid", "crisis_match", "CrisisMatch"):
        assert word not in said
    assert "Quetzal" not in unquote(str(dict(app.query_params)))


@pytest.mark.parametrize("output", ["json", "geojson", "csv", "table"])
def test_the_command_line_says_it_on_stderr_and_answers_with_the_place(output: str) -> None:
    result = CliRunner().invoke(cli.app, ["find", "suicidal thoughts Duluth", "--format", output])
    assert result.exit_code == 0
    assert "Talk to someone now" in result.stderr
    assert "Call 988" in result.stderr
    assert "Talk to someone" not in result.stdout
    assert "suicid" not in result.stdout.lower()
    if output == "json":
        assert json.loads(result.stdout)["place"]["label"] == "Duluth, MN"


def test_the_command_line_shows_no_candidates_where_there_is_no_place() -> None:
    result = CliRunner().invoke(cli.app, ["find", "my", "son", "overdosed"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "We know no" not in result.stderr
    assert "1-800-222-1222" in result.stderr
