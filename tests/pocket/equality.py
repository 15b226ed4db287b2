"""Random questions, and what the pocket finder's scripts answer held to what the library does."""

import json
import random
from functools import partial
from typing import NamedTuple

import numpy as np
import pytest

from geo import reference
from geo.api.export_verb import export
from geo.errors import GeoError
from geo.i18n import language
from geo.places import Place, PlaceMatch
from geo.pocket import packed_cards, packed_clinics, packed_places, script_texts
from geo.roads.routing import Router
from geo.roads.shared_roads import share_roads
from geo.search.bands import arrange
from geo.search.clinic_drives import ClinicDrives, search_with_drives
from geo.search.drive_columns import COLUMNS
from geo.search.drive_words import DRIVES_MINUTES
from geo.search.fact_filters import FACTS
from geo.search.far_off import add_nearest
from geo.search.nearest import build_index
from geo.search.searching import RADII_MILES, search
from geo.search.wording import TREATMENTS
from pages.parts import map_state
from pages.patients.parts import answers
from tests.javascript.protocol import SCRIPTS as ASSETS
from tests.pocket.thinned import make_finder

SPEAKING = [f"pocket/{path.name}" for path in sorted((ASSETS / "pocket").glob("*.js"))]
NOT_HERE = {"link", "report", "actions", "focus"}
"""What the site's list has beside: links to its own addresses, and other places of the same name."""

MODULES = [f"pocket/{name}.js" for name in ("search", "answer", "cards", "map_state", "texts")]
ANSWER = """async ([told, modules]) => {
  const given = JSON.parse(told);
  const { search, searchForPage, buildAnswer, readCards, showResult, use } = Object.assign({}, ...(await Promise.all(modules.map((each) => import(each)))));
  const cards = Object.fromEntries(Object.keys(given.texts).map((code) => [code, readCards(given.cards, given.clinics, code)]));
  return JSON.stringify(given.questions.map(({ place, asked, code, told, isByRoad, isPaged }) => {
    const drives = told && Object.fromEntries(Object.entries(told).map(([name, values]) => [name, values.map((value) => value ?? NaN)]));
    use(given.texts[code]);
    const data = { clinics: given.clinics, cards: cards[code], land: null, territories: {} };
    const plain = search(given.clinics, place, asked, drives);
    const page = isPaged ? searchForPage(given.clinics, place, asked, drives) : null;
    const list = (entries) => entries.map(({ row, miles, mayBe }) => [given.clinics.id[row], Number.isNaN(miles) ? null : miles, mayBe]);
    return {
      clinics: list(plain.clinics), unlocated: list(plain.unlocated), at_home: list(plain.atHome),
      nearest_outside: plain.nearestOutside && given.clinics.id[plain.nearestOutside.row],
      answer: page && buildAnswer(data, page, { page: 1, selected: null, focus: 0, isWithoutDrives: isByRoad && !drives }),
      map: page && showResult(given.clinics, page, null),
    };
  }));
}"""
"""What a page runs, from JSON to JSON: all questions in one call."""


class Question(NamedTuple):
    """What is asked, in which language, whether drives are told, and the site's list compared."""

    place: Place
    asked: dict
    code: str
    is_by_road: bool
    is_paged: bool


def draw_questions(release, finder, count, paged):
    """Return random places of every kind, each with filters and a radius; so many of them paged."""
    chance = random.Random(20261129)  # noqa: S311
    zips, cities = reference.load("zips"), reference.load("cities")
    counties = reference.load_shapeless("counties")
    states = reference.load_shapeless("states")["name"].tolist()
    texts = {
        "zip": zips.loc[zips["latitude"].notna(), "zip"].tolist(),
        "city": [
            f"{name}, {state}" for name, state in zip(cities["name"], cities["state"], strict=True)
        ],
        "county": [
            f"{name}, {state}"
            for name, state in zip(counties["name"], counties["state"], strict=True)
        ],
        "state": states,
        "clinic": [
            f"{row.name}, {row.city}, {row.state}"
            for row in release.clinics[["name", "city", "state"]].itertuples(index=False)
        ],
    }
    questions = []
    while len(questions) < count:
        kind = chance.choice(["zip", "zip", "city", "city", "county", "state", "clinic"])
        try:
            place = finder.find(chance.choice(texts[kind])).place
        except LookupError:
            continue
        wanted = {}
        if chance.random() < 0.3:
            fact = chance.choice(list(FACTS))
            wanted = {fact: chance.choice(FACTS[fact])}
        asked = {
            "within_miles": chance.choice([*RADII_MILES, None]),
            "within_minutes": None,
            "by_minutes": False,
            "treatment": chance.choice([None, None, *TREATMENTS]),
            "hide_unconfirmed": chance.random() < 0.3,
            "wanted": wanted,
        }
        is_paged = len(questions) < paged
        share = 0.5 if is_paged else 0.1  # to tell drives takes most of the time
        is_by_road = place.latitude is not None and chance.random() < share
        if is_by_road:
            asked["by_minutes"] = chance.random() < 0.5
            if chance.random() < 0.5:
                asked |= {"within_miles": None, "within_minutes": chance.choice(DRIVES_MINUTES)}
        code = chance.choice(["en", "es"])
        questions.append(Question(place, asked, code, is_by_road, is_paged))
    return questions


def tell_script(release, drives, questions):
    """Return what the scripts are given to answer."""
    texts, cards = {}, {}
    clinics = packed_clinics.list_clinics(release.clinics)
    for code in language.available():
        with language.using(code):
            told = [packed_places.tell_note(question.place) for question in questions]
            texts[code] = script_texts.build_texts(SPEAKING, told)
            cards[code] = packed_cards.list_cards(release)
    return {
        "clinics": clinics,
        "texts": texts,
        "cards": packed_cards.join_cards(cards, clinics),
        "questions": [
            {
                "place": describe_place(question.place, at),
                "asked": describe_asked(question.asked),
                "code": question.code,
                "isByRoad": question.is_by_road,
                "isPaged": question.is_paged,
                "told": find_drives(drives, question),
            }
            for at, question in enumerate(questions)
        ],
    }


def describe_place(place, at):
    names = ("label", "kind", "latitude", "longitude", "precision", "radius_miles", "state", "zip")
    names += ("city", "clinic_id")
    return {name: getattr(place, name) for name in names} | {"notes": at if place.notes else None}


def find_drives(drives, question):
    """Return the drives from a place; None where none are told, or can be."""
    if not question.is_by_road:
        return None
    try:
        return list_drives(drives.drive_from(question.place, told_only=True))
    except GeoError:
        return None


def list_drives(table):
    """Return the drives as the scripts have them; None for what is not known."""
    return {
        column.removeprefix("drive_"): [
            None if isinstance(value, float) and np.isnan(value) else value
            for value in table[column]
        ]
        for column in COLUMNS
    }


def describe_asked(asked):
    return {
        "withinMiles": asked["within_miles"],
        "withinMinutes": asked["within_minutes"],
        "byMinutes": asked["by_minutes"],
        "limit": None,
        "treatment": asked["treatment"],
        "hideUnconfirmed": asked["hide_unconfirmed"],
        "wanted": asked["wanted"],
    }


def hold_equal(release, count, paged, answer):
    """Hold the scripts' answers to the command line's JSON, and some to the site's list and map.

    `answer` takes what `tell_script` gives, and returns what `ANSWER` does. Returns the kinds of places.
    """
    questions = draw_questions(release, make_finder(release), count, paged)
    index = build_index(release.clinics)
    drives = ClinicDrives(Router(share_roads(), None), release.clinics)
    answered = answer(tell_script(release, drives, questions))
    for question, told in zip(questions, answered, strict=True):
        place, asked, code, is_by_road, is_paged = question
        at = f"{place.label} {asked} {code}"
        find = partial(search, release.clinics, index, place)
        if is_by_road:
            find = partial(
                search_with_drives, release.clinics, index, place, lambda: drives, told_only=True
            )
        found = find(**asked)
        hold_documents(json.loads(export(found, "json", release=release)), told, at)
        if not is_paged:
            continue

        def find_few(limit, find=find, asked=asked):
            return find(limit=limit, **{**asked, "within_miles": None, "within_minutes": None})

        with language.using(code):
            hold_pages(release, question, arrange(add_nearest(found, find_few)), told)
    return {question.place.kind for question in questions}


def hold_documents(document, told, at):
    """Hold the scripts' clinics to those of the command line's JSON, to the last digit of miles."""
    for name in ("clinics", "unlocated", "at_home"):
        expected = [clinic["clinic_id"] for clinic in document[name]]
        assert [clinic[0] for clinic in told[name]] == expected, at
    for clinic, (_name, miles, may_be) in zip(document["clinics"], told["clinics"], strict=True):
        expected = clinic["distance_miles"]
        assert (miles is None) == (expected is None), at
        assert (miles or 0) == pytest.approx(expected or 0, rel=1e-12, abs=1e-9), at
        assert may_be == clinic["may_be_within"], at
    outside = document["nearest_outside"]
    assert told["nearest_outside"] == (outside and outside["clinic_id"]), at


def hold_pages(release, question, arranged, told):
    """Hold what the scripts' list and map show to the site's, in the language of this run."""
    asked, at = question.asked, question
    filters = answers.Filters(
        f"{asked['within_minutes']}min" if asked["within_minutes"] else asked["within_miles"] or 25,
        asked["treatment"],
        asked["hide_unconfirmed"],
        asked["by_minutes"],
        asked["wanted"],
    )
    page = answers.build_answer(
        release, PlaceMatch(question.place), arranged, filters, page=1, selected=None, focus=0
    )
    # Where nobody serves it, a card leads to no page of its clinic.
    page = json.loads(
        json.dumps(page),
        object_hook=lambda told: {**told, "page": None} if "rank" in told else told,
    )
    for name in page.keys() - NOT_HERE:
        assert told["answer"][name] == page[name], f"{name}: {at}"
    shown = json.loads(json.dumps(map_state.build(release, arranged, None).payload))
    for name in ("groups", "place"):
        assert told["map"][name] == shown[name], f"{name}: {at}"
    corners = np.array(told["map"]["view"]["bounds"])
    assert corners == pytest.approx(np.array(shown["view"]["bounds"]), abs=1e-9), at
