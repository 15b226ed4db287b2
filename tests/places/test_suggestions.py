"""What the place box suggests: by the table of the shipped release, and by the script that reads it."""

import gzip
import json
import random

import pytest

from geo import reference, releases
from geo.guidance.crisis.phrases import PHRASES, _read_rows
from geo.places import PlaceFinder, suggestion_table
from geo.places.names import name_keys
from geo.server import suggestions
from tests.javascript import protocol, script

MOST_BYTES = 400_000
SCRIPTS = ("place_table.js", "place_match.js")
PREPARE = """
    const prepare = (table) => {
      const steps = module.prepare(table);
      for (;;) { const step = steps.next(); if (step.done) return step.value; }
    };
"""

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def finder():
    release = releases.load(releases.SHIPPED)
    return PlaceFinder(
        reference.load("zips"),
        reference.load("cities"),
        reference.load_shapeless("states").assign(geometry=reference.load_shapes("states")),
        release.clinics,
        release.listings,
    )


@pytest.fixture(scope="module")
def packed(finder):
    return suggestions.pack(finder)


@pytest.fixture(scope="module")
def table(packed):
    return json.loads(gzip.decompress(packed))


@pytest.fixture(scope="module")
def places(table):
    """All that can be suggested, but for ZIPs."""
    return script.call(SCRIPTS, f"{PREPARE} return prepare(given.table).places;", table=table)


def suggest(table, texts):
    body = f"{PREPARE} const known = prepare(given.table);"
    body += " return given.texts.map((text) => module.suggest(known, text));"
    return script.call(SCRIPTS, body, table=table, texts=texts)


def is_found(finder, option):
    """Tell whether the finder takes an option's text for that very place."""
    place = finder.find(option["text"]).place
    if option["kind"] == "zip":
        return place.kind == "zip" and place.label == f"{option['place']} {option['name']}"
    return (place.kind, place.label) == (option["kind"], option["text"])


def test_the_table_is_of_the_type_that_the_script_reads(table):
    assert protocol.find_faults(table, "SuggestionTable", protocol.read_declarations()) == []


def test_the_table_is_small_enough_to_be_fetched_by_a_phone(packed):
    assert len(packed) <= MOST_BYTES


def test_the_script_reads_this_format():
    format_ = script.call(SCRIPTS, "return module.FORMAT;")

    assert format_ == suggestion_table.FORMAT


def test_an_option_is_found_as_that_very_place(finder, table, places):
    chance = random.Random(20261129)  # noqa: S311  no secret
    kinds = {place["kind"] for place in places}
    some = [
        option
        for kind in sorted(kinds)
        for option in chance.sample(
            [place for place in places if place["kind"] == kind], 100 if kind == "city" else 40
        )
    ]
    digits = [f"{number:03}" for number in chance.sample(range(1000), 40)]
    zips = [option for options in suggest(table, digits) for option in options]

    assert kinds == {"city", "state", "county", "region", "area", "airport", "clinic"}
    assert len(some) + len(zips) >= 500
    assert [option["text"] for option in some + zips if not is_found(finder, option)] == []


@pytest.mark.nightly
def test_every_option_is_found_as_that_very_place(finder, places):
    assert [option["text"] for option in places if not is_found(finder, option)] == []
    assert len(places) == len({option["text"] for option in places})


def test_names_are_compared_as_the_finder_compares_them(places):
    names = [place["text"] for place in places]
    folded = script.call(
        SCRIPTS, "return module.fold(given.names.join('\\n')).split('\\n');", names=names
    )

    assert [line.replace(" ", "") for line in folded] == name_keys(names)


FIRST = {
    "chi": "Chicago, IL",
    "CHICAGO": "Chicago, IL",
    "springf": "Springfield, MO",
    "springfield il": "Springfield, IL",
    "springfield, ill": "Springfield, IL",
    "springfield massach": "Springfield, MA",
    "st lou": "St. Louis, MO",
    "St. Lou": "St. Louis, MO",
    "saint pa": "Saint Paul, MN",
    "ft worth": "Fort Worth, TX",
    "mt. pleas": "Mount Pleasant, SC",
    "n las veg": "North Las Vegas, NV",
    "winston sal": "Winston-Salem, NC",
    "o fallon": "O'Fallon, MO",
    "canon cit": "Cañon City, CO",
    "CAÑON CIT": "Cañon City, CO",
    "detriot": "Detroit, MI",
    "pheonix": "Phoenix, AZ",
    "bouldr": "Boulder, CO",
    "huston": "Houston, TX",
    "phildelphia": "Philadelphia, PA",
    "indianapolsi": "Indianapolis, IN",
    "ann arbr mi": "Ann Arbor, MI",
    "nueva yor": "New York, NY",
    "filadel": "Philadelphia, PA",
    "nuevo mex": "New Mexico",
    "tejas": "Texas",
    "new york": "New York, NY",
    "nyc": "New York, NY",
    "philly": "Philadelphia, PA",
    "cook coun": "Cook County, IL",
    "miami dade": "Miami-Dade County, FL",
    "orleans par": "Orleans Parish, LA",
    "upper peninsula": "Upper Peninsula, MI",
    "cape cod": "Cape Cod, MA",
    "harlem, new y": "Harlem, New York, NY",
    "ord": "Chicago O'Hare International Airport (ORD)",
    "ohare": "Chicago O'Hare International Airport (ORD)",
    "illino": "Illinois",
    "606": "60601",
    "60601": "60601",
    "60601-1234": "60601",
    "0213": "02131",
    "klarity las": "Klarity Clinic (Las Vegas), Las Vegas, NV",
}  # fmt: skip


def test_the_likeliest_comes_first_and_no_more_than_eight(table):
    found = suggest(table, list(FIRST))

    assert {
        typed: (options[0]["text"] if options else "")
        for typed, options in zip(FIRST, found, strict=True)
    } == FIRST
    assert all(1 <= len(options) <= 8 for options in found)
    for options in found:
        assert len({option["text"] for option in options}) == len(options)


def test_one_slip_in_a_large_city_is_forgiven(table, places):
    known = {place["text"] for place in places if place["kind"] == "city"}
    cities = reference.load("cities").nlargest(60, "population")
    chance = random.Random(5)  # noqa: S311  no secret
    typed = []
    for name, label in zip(cities["name"], cities["name"] + ", " + cities["state"], strict=True):
        at = chance.randrange(1, len(name) - 1)
        before, letter, after = name[:at], name[at], name[at + 1 :]
        slips = (before + after, before + "q" + after, before + letter + letter + after)
        slips = (*slips, before + after[0] + letter + after[1:])
        typed += [(slip, label) for slip in slips if label in known and len(slip) >= 5]
    found = suggest(table, [slip for slip, _label in typed])
    missed = [
        (slip, label)
        for (slip, label), options in zip(typed, found, strict=True)
        if label not in [option["text"] for option in options]
    ]

    assert len(typed) > 150
    assert len(missed) <= 0.03 * len(typed), missed


def test_nothing_is_suggested_to_who_is_in_a_crisis(table):
    said = [phrase for _where, _kind, phrase in _read_rows(PHRASES, "phrase")]
    begun = [
        "want to d",
        "I want to die",
        "kill mysel",
        "i'm going to kill my",
        "quiero mor",
        "SUICIDE",
    ]
    typed = [*said, *(f"{phrase} in Chicago" for phrase in said), *begun]

    assert len(said) > 100
    assert [
        text for text, options in zip(typed, suggest(table, typed), strict=True) if options
    ] == []
    # What is called alike is suggested all the same.
    assert all(suggest(table, ["Killeen", "Wantagh", "Live Oak", "Cut Off", "Kill Devil"]))
