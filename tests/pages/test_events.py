"""What a hostile browser may send: any value from any component or field; never a traceback."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from hypothesis import given
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from geo.siting.pool import SolverPool
from pages.analysts.parts import siting_solver
from pages.analysts.parts.siting_state import SitingState
from pages.operators.parts.operator_state import PinState
from pages.parts import events
from tests.examples import examples
from tests.fuzzing import json_values, texts

pytestmark = pytest.mark.service

ROOT = Path(__file__).resolve().parents[2]

VALUES = [
    None,
    True,
    -1,
    0,
    7,
    10**400,
    1e308,
    math.nan,
    "",
    "x",
    "60601",
    "<b>",
    "\x00",
    [],
    {},
    [1],
]
"""Of the wrong kind almost anywhere."""

KINDS = [
    "select",
    "page",
    "query",
    "within",
    "treatment",
    "unconfirmed",
    "fact",
    "no such kind",
    "",
    None,
    [1],
]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)


def send(app: AppTest, *states: WidgetState) -> None:
    """Run the app with what no browser of ours would send."""
    sent = app._tree.get_widget_states()
    sent.widgets.extend(states)
    app._run(sent)
    assert not app.exception, app.exception


def turn_to(app: AppTest, page: str) -> None:
    app.run()
    app.switch_page(f"pages/analysts/{page}.py").run()
    assert not app.exception


def find(app: AppTest, name: str) -> str:
    """Return the id of one of our components."""
    return next(e.proto.id for e in app.get("bidi_component") if e.proto.component_name == name)


def trigger(app: AppTest, name: str, event: str, value: Any) -> WidgetState:
    base = find(app, name)
    payload = json.dumps([{"event": event, "value": value}])
    return WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{base}__events", json_trigger_value=payload)


def from_map(app: AppTest, value: Any) -> WidgetState:
    return WidgetState(id=app.get("component_instance")[0].proto.id, json_value=json.dumps(value))


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_may_send_anything(app: AppTest, kind: Any) -> None:
    app.query_params["zip"] = "60601"
    app.run()
    for value in VALUES:
        send(app, trigger(app, "clinic_list", "event", {"kind": kind, "value": value}))


def test_the_components_may_send_no_object_at_all(app: AppTest) -> None:
    app.query_params["zip"] = "60601"
    app.run()
    for value in VALUES:
        send(app, trigger(app, "clinic_list", "event", value))
        send(app, trigger(app, "locate", "place", value))
        send(app, trigger(app, "language_switch", "language", value))
        send(app, from_map(app, value))


def test_a_true_event_is_acted_on(app: AppTest) -> None:
    app.run()
    send(app, trigger(app, "clinic_list", "event", {"kind": "query", "value": "Montana"}))
    assert app.text_input(key="typed").value == "Montana"
    send(app, trigger(app, "locate", "place", {"latitude": 41.9, "longitude": -87.65}))
    assert app.text_input(key="typed").value.startswith("606")
    send(app, trigger(app, "language_switch", "language", {"code": "es"}))
    assert app.query_params["lang"] == "es"


def test_the_map_may_name_any_clinic_and_the_browser_stand_anywhere(app: AppTest) -> None:
    app.query_params["zip"] = "60601"
    app.run()
    for count, value in enumerate(VALUES):
        send(app, from_map(app, {"id": value, "count": count}))
        for place in ({"latitude": value, "longitude": -87.6}, {"latitude": 41.9, "x": value}):
            send(app, trigger(app, "locate", "place", place))
        send(app, trigger(app, "language_switch", "language", {"code": value}))


def test_the_coverage_map_and_table_may_name_any_area(app: AppTest) -> None:
    turn_to(app, "coverage")
    for count, value in enumerate([*VALUES, "99", "US", "17031"]):
        send(app, from_map(app, {"geoid": value, "at": value, "count": count}))
        send(app, trigger(app, "region_table", "pick", {"id": value}))


def test_the_siting_map_may_be_clicked_anywhere(app: AppTest) -> None:
    turn_to(app, "siting")
    for count, value in enumerate(
        [*VALUES, [math.nan, 1], [1e999, 0], [91, 0], [0, 0], ["1", "2"]]
    ):
        send(app, from_map(app, {"at": value, "count": count}))


@pytest.mark.parametrize(
    "query",
    [
        {"in": "x:y", "add": "9" * 5000, "share": "-1", "within": "nan", "objective": "<b>"},
        {"in": "region:2", "keep": "point:nan,nan"},
        {"in": "region:2", "keep": "point:1e999,0;zip:00000"},
        {"in": "region:2", "keep": "<script>alert(1)</script>"},
        {"in": "region:2", "keep": "point:99,999"},
        {"in": "state:17", "add": "1", "treatment": "at_home", "keep": ";".join("abc" * 99)},
    ],
)
def test_any_link_to_a_plan_is_drawn_or_refused(app: AppTest, query: dict[str, str]) -> None:
    app.query_params.update(query)
    turn_to(app, "siting")


def test_sites_of_a_link_that_are_none_are_named_and_left_out(app: AppTest) -> None:
    app.query_params.update({"in": "state:17", "add": "1", "keep": "zip:00000;zip:61354"})
    turn_to(app, "siting")

    assert app.session_state[SitingState.name_key()].keep == ("zip:61354",)
    said = [html.proto.body for html in app.get("html") if 'role="alert"' in html.proto.body]
    assert len(said) == 1
    assert "00000" in said[0]
    next(button for button in app.button if button.label == "Find sites").click()
    app.run()
    assert not [html for html in app.get("html") if 'role="alert"' in html.proto.body]


def test_the_place_in_the_queue_for_a_solver_is_shown(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = SolverPool(0)  # of which nobody's turn ever comes
    monkeypatch.setattr(siting_solver, "_load_pool", lambda: pool)
    question = SimpleNamespace()
    before = [pool.ask(question), pool.ask(question)]  # type: ignore[arg-type]
    app.query_params.update({"in": "state:17", "add": "1"})
    turn_to(app, "siting")

    def say() -> str:
        return " ".join(html.proto.body for html in app.get("html") if "asked" in html.proto.body)

    assert "2 others are before you" in say()
    before.pop().cancel()
    app.run()
    assert "1 other is before you" in say()
    next(button for button in app.button if button.label == "Stop looking").click()
    app.run()
    assert "Not proven" in say()


@pytest.mark.parametrize(
    "name", ["zip", "city", "state", "within", "treatment", "unconfirmed", "payment", "lang"]
)
def test_any_link_to_a_search_is_read(app: AppTest, name: str) -> None:
    app.query_params["zip"] = "60601"
    for text in (
        "<script>alert(1)</script>",
        "9" * 5000,
        "\x00",
        "\u202e",
        "%s{0}",
        "A" * 10_000,
        "",
    ):
        app.query_params[name] = text
        fresh = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        fresh.query_params.update(app.query_params)
        fresh.run()
        assert not fresh.exception


def test_the_fields_may_hold_what_is_no_choice(app: AppTest) -> None:
    app.run()
    fields = {one.key: one.proto.id for one in [*app.selectbox, *app.text_input]}
    for value in ("999 miles", "<b>", "", "gold", "\x00"):
        send(app, WidgetState(id=fields["within"], string_value=value))
        send(app, WidgetState(id=fields["treatment"], string_value=value))
        send(app, WidgetState(id=fields["typed"], string_value=value * 1000))


def test_the_choices_of_the_analysts_may_be_none(app: AppTest) -> None:
    for page in ("coverage", "siting"):
        turn_to(app, page)
        for box in [*app.selectbox]:
            send(app, WidgetState(id=box.proto.id, string_value="<b>none of these</b>"))


# Streamlit itself refuses a number that is none.
@pytest.mark.parametrize("value", [-1e308, 0.5, 1e308])
def test_the_numbers_of_a_plan_may_be_none(app: AppTest, value: float) -> None:
    turn_to(app, "siting")
    (add,) = app.number_input
    send(app, WidgetState(id=add.proto.id, double_value=value))
    send(app, WidgetState(id=add.proto.id, int_value=2**62))


# What is read of it


@given(value=json_values | texts)
@examples(300)
def test_whatever_is_sent_becomes_what_is_expected_or_nothing(value: Any) -> None:
    assert isinstance(events.as_object(value), dict)
    assert isinstance(events.as_text(value), str)
    assert type(events.as_count(value)) is int
    assert events.as_count(value) >= 0
    point = events.as_point(value, value)
    assert point is None or (math.isfinite(sum(point)) and abs(point[0]) <= 90)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (events.as_object, {"a": 1}),
        (events.as_text, "<b>"),
        (events.as_count, 7),
        (lambda point: events.as_point(*point), (41.5, -87.0)),
    ],
)
def test_what_is_expected_stays(read: Callable[[Any], Any], value: Any) -> None:
    assert read(value) == value


def test_a_pin_is_put_only_on_earth(monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.operators.parts import pin_map  # noqa: PLC0415

    monkeypatch.setattr(st, "session_state", {})
    state = PinState.of_visit("k")
    state.subject = "a"
    for value in VALUES:
        pin_map._drop("k", {"subject": "a", "latitude": value, "longitude": "x"})
        assert state.at is None
    pin_map._drop("k", {"subject": "a", "latitude": 41.5, "longitude": -87})
    assert state.at == (41.5, -87.0)
    assert PinState.text("k").read() == "41.500000, -87.000000"
