"""The tables of the pocket finder: what is packed is read again by the scripts as it was."""

import base64
import json
import re

import numpy as np
import pytest
import shapely

from geo.pocket import packed_cards, packed_places, packed_shapes, page_frame, script_texts
from geo.pocket.packed_columns import pack_columns
from geo.pocket.packed_places import Named
from geo.reference import road_tables
from geo.roads import driving, joining, network, pace, ways
from geo.search import bands, far_off, searching
from geo.search.land import crosses_open_water, prepare_land
from tests.javascript.protocol import SCRIPTS as ASSETS
from tests.javascript.script import call
from tests.messages import extract
from tests.search.test_land import CITIES

SCRIPTS = [f"pocket/{path.name}" for path in sorted((ASSETS / "pocket").glob("*.js"))]
READ = """
    const bytes = Uint8Array.from(atob(given.packed), (sign) => sign.charCodeAt(0));
    const { facts, columns } = module.readColumns(await module.unpack(new Blob([bytes]).stream()));
    return { facts, columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values]])) };
"""


@pytest.mark.service
def test_numbers_are_read_as_they_were_packed():
    most = 2**30
    columns = {
        "few": [0, 1, -1, 127, -128, 255, 256],
        "rising": list(range(-5_000, 5_000, 3)),
        "far": [most, -most, 0, 65_536, -65_537],
        "none": [],
    }
    packed = pack_columns(
        {name: np.array(values, dtype=np.int32) for name, values in columns.items()},
        {"told": ["Coeur d'Alene", "Añasco"]},
    )
    read = call(("pocket/tables.js",), READ, packed=base64.b64encode(packed).decode())
    assert read == {"facts": {"told": ["Coeur d'Alene", "Añasco"]}, "columns": columns}


def make_card(address, phone, website, listing, words):
    """Return a card as `geo.search.clinic_card` has it, in one language."""
    texts = {"kind": "", "text": words, "href": "", "detail": "", "title": "", "outward": False}
    actions = [
        {**texts, "kind": "phone", "href": phone[0], "detail": phone[1]},
        {**texts, "kind": "website", "href": website[0], "detail": website[1]},
    ]
    return {
        "id": "calm-reno-nv",
        "name": "Calm {city}",
        "address": address,
        "phone": {"text": phone[1], "href": phone[0]},
        "website": website[0],
        "actions": actions,
        "onMap": True,
        "details": [{"id": "treatments", "label": words, "chips": [words], "text": ""}],
        "certification": "",
        "remarks": words,
        "status": "open",
        "source": words,
        "listings": [{"words": f"{words}: Calm {{city}}", "url": listing[0], "link": listing[1]}],
    }


@pytest.mark.service
def test_cards_are_read_as_they_were_made():
    own = {"name": "Calm {city}", "city": "Reno", "state": "NV", "zip": "89501", "status": "open"}
    made = [
        (
            ("1 Reno St, Reno, NV 89501", "In Reno"),
            ("tel:+17755550100", "(775) 555-0100"),
            ("https://www.calm.example/a?b", "calm.example"),
            ("https://Calm.example", "calm.example"),
        ),
        (
            ("NV", "NV, NV"),
            ("tel:+442079460000", "020 7946 0000"),
            ("http://me@calm.example:80/", "calm.example"),
            (None, None),
        ),
    ]
    cards = {
        code: [
            make_card(address[at], phone, website, listing, words)
            for address, phone, website, listing in made
        ]
        for at, (code, words) in enumerate([("en", "Listed"), ("es", "Figura")])
    }
    clinics = {name: [value] * len(made) for name, value in own.items()}
    clinics["id"] = ["calm-reno-nv"] * len(made)
    packed = packed_cards.join_cards(cards, clinics)
    body = "return Object.fromEntries(given.codes.map((code) => [code, module.readCards(given.packed, given.clinics, code)]));"
    read = call(("pocket/cards.js",), body, packed=packed, clinics=clinics, codes=list(cards))
    assert read == cards
    assert not re.search("775|Reno St.*Reno St", json.dumps(packed["pieces"]))


@pytest.mark.service
def test_shapes_are_read_as_they_are_drawn():
    shapes = json.loads((ASSETS / "geometry" / "states.geojson").read_text("utf-8"))["features"]
    read = call(
        ("pocket/tables.js", "pocket/shapes.js"),
        """
            const bytes = Uint8Array.from(atob(given.packed), (sign) => sign.charCodeAt(0));
            return module.readShapes(module.readColumns(await module.unpack(new Blob([bytes]).stream())));
        """,
        packed=base64.b64encode(packed_shapes.pack_shapes("states.geojson")).decode(),
    )
    assert [each["properties"] for each in read["features"]] == [
        each["properties"] for each in shapes
    ]
    for each, expected in zip(read["features"], shapes, strict=True):
        ours, theirs = (shapely.geometry.shape(one["geometry"]) for one in (each, expected))
        assert shapely.hausdorff_distance(ours, theirs) < 1e-9


@pytest.mark.service
def test_lines_over_open_water_are_those_of_the_library():
    ends = [*CITIES.values()][:14]
    asked = [(here, there) for here in ends for there in ends if here != there]
    told = call(
        ("pocket/tables.js", "pocket/land.js"),
        """
            const bytes = Uint8Array.from(atob(given.packed), (sign) => sign.charCodeAt(0));
            const land = module.readLand(module.readColumns(await module.unpack(new Blob([bytes]).stream())));
            return given.asked.map(([here, there]) => module.crossesOpenWater(land, here, there));
        """,
        packed=base64.b64encode(packed_shapes.pack_shapes("states.geojson")).decode(),
        asked=asked,
    )
    shapes = json.loads((ASSETS / "geometry" / "states.geojson").read_text("utf-8"))["features"]
    land = prepare_land(shapely.geometry.shape(each["geometry"]) for each in shapes)
    found = [bool(crosses_open_water(here, [there], land)[0]) for here, there in asked]
    assert told == found
    assert len(found) / 10 < sum(found) < len(found)


def test_the_map_of_a_state_names_its_cities_and_the_large_ones_elsewhere():
    names = {city[0] for city in json.loads(packed_shapes.choose_cities({"VT"}))}
    every = {city[0] for city in json.loads(packed_shapes.choose_cities(frozenset()))}
    assert {"Burlington", "Chicago"} <= names
    assert names > every
    assert "Burlington" not in every


def test_every_message_of_the_scripts_is_one_of_the_catalogues():
    known = {message.id for message in extract() if message.id}
    single, plural = script_texts.find_messages(SCRIPTS)
    assert len(single) > 40
    assert len(plural) > 10
    assert single <= known
    assert plural <= known


def test_no_message_of_the_scripts_is_written_so_that_it_is_not_found():
    for name in SCRIPTS:
        source = (ASSETS / name).read_text(encoding="utf-8")
        calls = re.findall(r"(?<![\w.])(?:_|ngettext)\((?=['`])", source)
        assert not calls, name


def test_numbers_that_the_scripts_share_with_the_library_are_the_same():
    source = (ASSETS / "pocket" / "search.js").read_text(encoding="utf-8")
    numbers = {
        "RADII_MILES": searching.RADII_MILES,
        "ENDS_MILES": bands.ENDS_MILES,
        "ENDS_MINUTES": bands.ENDS_MINUTES,
        "DEFAULT_LIMIT": searching.DEFAULT_LIMIT,
        "FEW": far_off.FEW,
        "FAR_MILES": far_off.FAR_MILES,
        "FAR_MINUTES": far_off.FAR_MINUTES,
    }
    for name, value in numbers.items():
        written = re.search(rf"const {name} = \[?([\d, ]+)\]?;", source)[1]
        values = value if isinstance(value, tuple) else (value,)
        assert written == ", ".join(map(str, values)), name


def test_numbers_of_the_drives_are_those_of_the_library():
    shared = 0
    for name in ("drives", "joining", "roads"):
        source = (ASSETS / "pocket" / f"{name}.js").read_text(encoding="utf-8")
        for constant, digits in re.findall(r"const ([A-Z_]+) = ([\d.]+);", source):
            for module in (driving, joining, network, pace, ways, road_tables):
                for spelling in (constant, f"_{constant}"):
                    value = getattr(module, spelling, None)
                    if isinstance(value, (int, float)):
                        assert value == float(digits), f"{name}: {constant}"
                        shared += 1
    assert shared >= 10


def test_places_are_listed_as_their_reader_numbers_them():
    table = {
        "cities": {"names": "Ada\nBath", "states": "OH\nMENY", "ranks": "   "},
        "groups": [
            {"kind": "state", "names": "Ohio", "places": "", "ranks": " "},
            {"kind": "clinic", "names": "Calm\nDawn", "places": "Ada, OH\nBath, NY", "ranks": "  "},
        ],
        "zips": {"states": [("ME", 1), ("OH", 1)], "steps": [4530, 41280], "cities": [0, 0]},
    }
    assert list(packed_places.list_named(table)) == [
        Named("city", "Ada, OH", "", "Ada, OH"),
        Named("city", "Bath, ME", "", "Bath, ME"),
        Named("city", "Bath, NY", "", "Bath, NY"),
        Named("state", "Ohio", "", "Ohio"),
        Named("clinic", "Calm", "Ada, OH", "Calm, Ada, OH"),
        Named("clinic", "Dawn", "Bath, NY", "Dawn, Bath, NY"),
        Named("zip", "04530", "Bath, ME", "04530"),
        Named("zip", "45810", "Ada, OH", "45810"),
    ]


def test_what_a_place_is_called_follows_from_its_name():
    assert packed_places.describe(Named("zip", "04530", "Bath, ME", "04530")) == {
        "label": "Bath, ME 04530",
        "state": "ME",
        "city": "Bath",
        "zip": "04530",
    }
    county = packed_places.describe(Named("county", "Allen County, OH", "", "Allen County, OH"))
    assert (county["state"], county["city"], county["zip"]) == ("OH", "", "")


def test_the_policy_lets_nothing_in_from_elsewhere():
    for rule in page_frame.POLICY.split("; "):
        assert set(rule.split()[1:]) <= {"'self'", "'none'"}, rule
