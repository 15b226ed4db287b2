"""The pages through `app.py`, without a browser: what is sent, not how it looks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.search.drive_words import DRIVES_MINUTES
from geo.search.fact_filters import FACTS
from geo.search.searching import DEFAULT_MILES, RADII_MILES
from geo.server import operators
from tests.handmade.workspace import WHO
from tests.javascript import protocol

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def answer(app: AppTest) -> dict:
    """Return what the list component was given."""
    lists = [e for e in app.get("bidi_component") if e.proto.component_name == "clinic_list"]
    return json.loads(lists[0].proto.json)


def map_arguments(app: AppTest) -> dict:
    """Return what the map component was given."""
    return json.loads(app.get("component_instance")[0].proto.json_args)


def search(app: AppTest, text: str) -> None:
    app.text_input(key="typed").set_value(text)
    app.button[0].click()
    app.run()


def test_the_place_box_is_the_first_field_and_the_crisis_line_stands_above(app: AppTest) -> None:
    app.run()
    assert not app.exception
    above = [html.proto.body for html in app.get("html")[:3]]
    assert any("988" in body and "911" in body for body in above)
    assert app.text_input[0].label == "City, state, ZIP code or address"
    assert app.selectbox(key="within").options == [
        *(f"{miles} miles" for miles in RADII_MILES),
        *(f"{minutes} minutes' drive" for minutes in DRIVES_MINUTES),
    ]
    assert app.selectbox(key="within").value == DEFAULT_MILES


def test_a_search_lists_and_maps_the_same_clinics(app: AppTest) -> None:
    app.run()
    search(app, "60601")
    shown = answer(app)
    assert f"within {DEFAULT_MILES} miles of Chicago, IL 60601" in shown["heading"]
    assert [card["rank"] for card in shown["cards"]] == list(range(1, 11))
    on_map = map_arguments(app)["feature_group"]
    for card in shown["cards"]:
        assert card["id"] in on_map
    assert protocol.find_message_faults(app) == []


def test_filters_apply_at_once_and_keep_the_map(app: AppTest) -> None:
    app.run()
    search(app, "60601")
    script = map_arguments(app)["script"]
    app.selectbox(key="treatment").set_value("esketamine").run()
    assert all(
        "Esketamine (Spravato)" in card["details"][0]["chips"] for card in answer(app)["cards"]
    )
    assert map_arguments(app)["script"] == script
    assert any("Any treatment" in action["label"] for action in answer(app)["actions"])
    app.selectbox(key="treatment").set_value("").run()
    app.selectbox(key="within").set_value(RADII_MILES[0]).run()
    assert f"within {RADII_MILES[0]} miles" in answer(app)["heading"]


def fact_of(app: AppTest) -> str:
    """Return the first fact that a filter is offered for."""
    return next(box.key for box in app.selectbox if (box.key or "").startswith("fact_"))


def test_a_filter_by_a_fact_stands_where_a_fifth_is_known_and_keeps_the_rest_apart(
    app: AppTest,
) -> None:
    app.run()
    search(app, "Austin, TX")
    key = fact_of(app)
    name = key.removeprefix("fact_")
    box = app.selectbox(key=key)
    assert re.search(r"\(known for \d+ of \d+\)$", box.label)
    box.set_value(FACTS[name][0]).run()
    shown = answer(app)
    assert shown["link"].endswith(f"&{name}={FACTS[name][0]}")
    (group,) = [part for part in shown["going_on"] if part["heading"] == "Not known"]
    assert group["cards"]
    assert all(card["rank"] is None for card in group["cards"])
    assert group["cards"][0]["id"] in map_arguments(app)["feature_group"]
    search(app, "Denver, CO")  # of whose clinics it may be known for none
    assert app.selectbox(key=key).value == FACTS[name][0]


def test_a_link_chooses_a_fact_and_an_offer_lifts_it(app: AppTest) -> None:
    app.query_params.update(city="Austin, TX", within="100", conditions="ocd", payment="gold")
    app.run()
    assert app.selectbox(key="fact_conditions").value == "ocd"
    assert any("a choice that we do not know" in note for note in answer(app)["notes"])
    offers = {action["kind"]: action for action in answer(app)["actions"]}
    assert re.fullmatch(r"Any condition \(\d+ more\)", offers["fact"]["label"])


def test_no_filter_by_a_fact_stands_before_a_search(app: AppTest) -> None:
    app.run()
    assert not [box for box in app.selectbox if (box.key or "").startswith("fact_")]


def test_the_map_asks_only_this_server(app: AppTest) -> None:
    app.run()
    arguments = map_arguments(app)
    links = arguments["js_links"] + arguments["css_links"]
    assert links
    assert all(link.startswith("/assets/") for link in links)


def test_an_ambiguous_name_asks_and_keeps_the_text(app: AppTest) -> None:
    app.run()
    search(app, "Springfield")
    asked = answer(app)
    assert asked["kind"] == "error"
    assert len(asked["actions"]) >= 8
    assert app.text_input(key="typed").value == "Springfield"


def test_a_typed_treatment_and_payer_go_with_the_place(app: AppTest) -> None:
    app.run()
    search(app, "Spravato near Houston that takes Medicaid")
    shown = answer(app)
    assert shown["heading"].endswith("of Houston, TX") or "of Houston, TX;" in shown["heading"]
    assert app.selectbox(key="treatment").value == "esketamine"
    assert any(note.startswith("Medicaid: known for ") for note in shown["notes"])


def test_a_misspelling_is_searched_and_an_old_link_of_new_york_means_the_state(
    app: AppTest,
) -> None:
    app.query_params.update(state="New York")
    app.run()
    assert "New York State" in answer(app)["heading"]
    search(app, "Detriot")
    shown = answer(app)
    assert "of Detroit, MI" in shown["heading"]
    assert "Showing Detroit, MI. Did you mean something else?" in shown["notes"][0]


def test_a_link_reopens_a_search(app: AppTest) -> None:
    miles = RADII_MILES[-2]
    app.query_params.update(zip="60601", within=str(miles), treatment="iv", unconfirmed="hide")
    app.run()
    assert f"within {miles} miles of Chicago, IL 60601" in answer(app)["heading"]
    assert app.selectbox(key="treatment").value == "iv"
    assert app.toggle(key="hide_unconfirmed").value is True
    assert answer(app)["link"] == f"?zip=60601&within={miles}&treatment=iv&unconfirmed=hide"


def test_a_link_with_nonsense_says_so_and_still_works(app: AppTest) -> None:
    app.query_params.update(zip="60601", within="7", treatment="gold")
    app.run()
    shown = answer(app)
    assert f"within {DEFAULT_MILES} miles" in shown["heading"]
    assert any("a radius that we do not offer" in note for note in shown["notes"])


def test_an_address_leaves_no_trace_in_the_link(app: AppTest) -> None:
    app.run()
    search(app, "1640 N Arlington Heights Rd, Arlington Heights, IL 60004")
    shown = answer(app)
    assert "Rd" not in json.dumps({**shown, "cards": []})
    assert shown["link"] == f"?zip=60004&within={DEFAULT_MILES}"
    assert any("street" in note for note in shown["notes"])


def test_a_missing_release_is_one_sentence(app: AppTest, tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "current").write_text("2026-01-01-0123abcd")
    app.run()
    assert not app.exception
    assert any("manifest.json" in html.proto.body for html in app.get("html"))


@pytest.mark.service
def test_an_operators_page_is_in_english_in_whole_and_offers_no_other_language(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: WHO)
    app.run()
    app.query_params["lang"] = "es"
    app.switch_page("pages/patients/before_you_go.py").run()
    assert read_masthead(app) == (["Buscar una clínica", "Antes de ir", "Para analistas"], ["en"])

    app.switch_page("pages/operators/releases.py").run()
    assert not app.exception
    links, others = read_masthead(app)
    assert links[:3] == ["Find a clinic", "Before you go", "For analysts"]
    assert others == []


def read_masthead(app: AppTest) -> tuple[list[str], list[str]]:
    """Return what the links say, and the codes of the languages that are offered."""
    (switch,) = (
        each.proto
        for each in app.get("bidi_component")
        if each.proto.component_name == "language_switch"
    )
    others = [code for code, _name in json.loads(switch.json)["others"]]
    return [link.proto.label for link in app.get("page_link")], others
