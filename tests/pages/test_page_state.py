"""What a visit has on a page: one dataclass, and the values of widgets under their own keys."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import pytest
import streamlit as st

from pages.parts.page_state import (
    PageState,
    TextBox,
    Widget,
    read_event,
    read_map_event,
    send_choices_anew,
)
from tests.test_imports import MODULES

STATE = "session_state"


@dataclass(slots=True)
class Shelf(PageState):
    row: int = 1

    colour = Widget[str]("shelf_colour")


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    kept = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def test_a_visit_begins_with_the_defaults_and_keeps_what_is_set(kept):
    Shelf.of_visit().row = 7

    assert Shelf.of_visit().row == 7
    assert Shelf.of_visit("cellar").row == 1
    assert {*kept} == {"Shelf", "Shelf:cellar"}


def test_what_another_version_of_the_program_kept_is_begun_anew(kept):
    kept[Shelf.name_key()] = {"row": 7}

    assert Shelf.of_visit().row == 1


def test_a_run_that_streamlit_has_ended_sets_nothing(monkeypatch):
    class Ended(dict):
        def get(self, *_args):
            raise InterruptedError

    shelf = Shelf.of_visit()
    monkeypatch.setattr(st, "session_state", Ended())

    with pytest.raises(InterruptedError):
        shelf.row = 7
    assert shelf.row == 1


def test_another_language_sends_what_is_chosen_anew_and_not_what_is_typed(monkeypatch):
    sent = []

    class Watched(dict):
        def __setitem__(self, key, value):
            sent.append((key, value))

    monkeypatch.setattr(TextBox, "keys", {*TextBox.keys})
    typed = TextBox("shelf_typed")
    held = Watched({typed.key: "", Shelf.colour.key: "red", "shelf_open": True})
    monkeypatch.setattr(st, "session_state", held)
    send_choices_anew()

    assert sent == [("shelf_colour", "red")]


def test_each_box_of_text_on_a_translated_page_is_declared_as_one():
    declared, drawn = set(), set()
    for module, path in MODULES.items():
        if not module.startswith(("pages.patients", "pages.analysts", "pages.parts")):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("TextBox("):
                declared |= {ast.unparse(target) for target in node.targets}
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                (".text_input", ".text_area")
            ):
                keys = [ast.unparse(each.value) for each in node.keywords if each.arg == "key"]
                drawn |= {key.split(".")[-2] for key in keys or ["?.no key.key"]}
    assert drawn == declared


def test_a_name_that_is_no_field_is_refused():
    with pytest.raises(AttributeError):
        Shelf.of_visit().rows = 7


def test_a_widget_is_its_value_and_keeps_it_under_its_key(kept):
    shelf = Shelf.of_visit()

    assert Shelf.colour.key == "shelf_colour"
    assert not Shelf.colour.is_set()
    assert Shelf.colour.read_or("red") == "red"
    shelf.colour = "blue"
    assert kept["shelf_colour"] == shelf.colour == Shelf.colour.read_or("red") == "blue"
    Shelf.colour.clear()
    Shelf.colour.clear()
    assert "shelf_colour" not in kept


@pytest.mark.parametrize(
    ("held", "default", "left"),
    [
        ("blue", None, "blue"),
        ("made up", None, "red"),
        ("made up", "blue", "blue"),
        (None, None, "red"),
    ],
)
def test_a_choice_that_a_browser_made_up_is_replaced(held, default, left):
    Shelf.colour.write(held)
    Shelf.colour.keep_choice(["red", "blue"], default)

    assert Shelf.colour.read() == left


def test_a_choice_that_is_not_made_is_left_to_the_widget():
    Shelf.colour.keep_choice(["red", "blue"])

    assert not Shelf.colour.is_set()


@pytest.mark.parametrize("sent", [None, 7, "text", ["row"]])
def test_what_is_no_object_is_an_empty_one(kept, sent):
    kept["list"], kept["map"] = {"event": sent}, sent

    assert read_event("list", "event") == {}
    assert read_map_event("map") == {}
    assert read_map_event("none") == {}


def test_nothing_else_speaks_to_the_state_of_a_session():
    naming = {
        name
        for name, path in MODULES.items()
        if STATE in (source := path.read_text("utf-8")) and STATE in read_names(source)
    }

    assert naming == {"pages.parts.page_state"}


def read_names(source):
    """Return the names and attributes that a module's code speaks of."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    imported = {a.name for node in nodes if isinstance(node, ast.ImportFrom) for a in node.names}
    return names | imported | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
