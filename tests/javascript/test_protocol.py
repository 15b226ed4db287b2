"""The types of messages: alike in Python and in our scripts, and held by what is sent."""

from __future__ import annotations

import re

import pytest

from tests.javascript import protocol

TYPES = {
    "Card": {
        "name": "string",
        "rank": "null | number",
        "at": "[number, number][]",
        "why?": "'a' | 'b'",
    },
    "List": {"cards": "Card[]", "names": "Record<string, string>"},
}
CARD = {"name": "A", "rank": 1, "at": [[1, 2.5]]}


def test_python_and_the_scripts_have_the_same_types() -> None:
    python = protocol.read_python()
    assert len(python) > 50
    assert protocol.find_differences(python, protocol.read_declarations()) == []


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"Card": TYPES["Card"]}, ["List is not declared."]),
        (TYPES | {"Pin": {"at": "number"}}, ["Pin is not in Python."]),
        (
            TYPES | {"List": {"cards": "Card[]", "name": "string"}},
            ["List.name is not in Python.", "List.names is not declared."],
        ),
        (
            TYPES | {"List": {"cards": "Card", "names": "Record<string, string>"}},
            ["List.cards is Card[] in Python, and declared as Card."],
        ),
    ],
)
def test_what_differs_is_told_from_both_sides(
    declared: dict[str, dict[str, str]], told: list[str]
) -> None:
    assert protocol.find_differences(TYPES, declared) == told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"why": "a"}, []),
        ({"rank": None}, []),
        ({"why": "c"}, ["List.cards.0.why is not 'a'."]),
        ({"rank": True}, ["List.cards.0.rank is not null."]),
        ({"name": 1}, ["List.cards.0.name is not string."]),
        ({"at": [[1]]}, ["List.cards.0.at.0 is not [number, number]."]),
        ({"new": 1}, ["List.cards.0.new is in no type."]),
    ],
)
def test_what_of_a_message_is_of_no_type_is_told(
    change: dict[str, object], told: list[str]
) -> None:
    message = {"cards": [CARD | change], "names": {"a": "b"}}
    assert protocol.find_faults(message, "List", TYPES) == told


def test_what_a_message_lacks_is_told() -> None:
    assert protocol.find_faults({"cards": [{"at": []}]}, "List", TYPES) == [
        "List.cards.0.name is missing.",
        "List.cards.0.rank is missing.",
        "List.names is missing.",
    ]


def test_python_listens_for_what_a_component_sends() -> None:
    sources = [path.read_text("utf-8") for path in (protocol.ROOT / "pages").rglob("*.py")]
    heard = {
        name: set(re.findall(r"\bon_(\w+)_change=", source))
        for source in sources
        for name in re.findall(r'components\.declare\("(\w+)"', source)
    }
    declared = protocol.read_declarations()
    told = {
        name: set(declared[triggers]) if triggers else set()
        for name, (_message, triggers) in protocol.read_components().items()
    }
    assert heard == told
    assert len(heard) > 5
