"""One case: what it asks, what there is to know, and the choices, each with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import htpy as h
import streamlit as st

from geo import reference
from geo.geocoding.gazetteer import Gazetteer
from geo.places import PlaceFinder
from geo.search.wording import describe_address
from geo.workspace import pair_cases, positions, possible_clinics, stored_listings
from pages.operators.parts import found_facts, pin_map, review_pair, settling, side_by_side
from pages.operators.parts.pin_map import Point
from pages.parts import auth, notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.workspace import Workspace
    from geo.workspace.cases import Case

_QUESTIONS: Final = {
    "duplicate": "Is this one clinic?",
    "position": "Where does this clinic stand?",
    "deactivated": "The NPI is deactivated: does the clinic still operate?",
    "status": "Does this clinic operate? Its source's words leave it open.",
    "shrunk": "This source suddenly holds much less: is that so?",
    "report": "Somebody reported something about this clinic",
    "facts": "Is this what the clinic lacks?",
    "possible": "Is this a clinic that the list lacks?",
}
_CHOICES: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "deactivated": {"keep": ("Keep it as it is", "k"), "close": ("Report it closed", "x")},
    "status": {
        "operates": ("It operates", "o"),
        "close": ("Report it closed", "x"),
        "keep": ("Leave it unconfirmed", "k"),
    },
    "shrunk": {"accept": ("Accept the run", "a"), "discard": ("Discard the run", "x")},
    "report": {"done": ("Done with it", "f")},
    "possible": {"add": ("Add it as a clinic", "a"), "dismiss": ("Not a clinic for the list", "x")},
}
_LAST_KEY: Final = 9
_COUNTRY: Final = (39.5, -98.35)


def show(opened: Workspace, case: Case) -> None:
    """Draw a case, and settle it when one of its choices is taken.

    Raises
    ------
    GeoError : the workspace cannot be read or written, or the case was settled meanwhile.
    """
    notices.show_part(_QUESTIONS[case.kind], case.reason)
    if case.kind == pair_cases.KIND:
        review_pair.show(opened, case)
        return
    about = _find_listings(opened, case)
    if case.kind == "position":
        facts, place = st.columns([2, 3], gap="medium")
        with place:
            points, start = _find_points(opened, case)
            put = pin_map.show(f"case {case.id}", start, points, key="review_pin")
        with facts:
            _show_address(about)
            _choose_position(case, points, put)
        side_by_side.show("What each listing says", about)
        return
    if case.kind == "facts":
        found_facts.show(case, about)
        side_by_side.show("What each listing says", about)
        return
    _choose(case)
    if case.kind == "shrunk":
        _show_shrinkage(case)
    if case.kind == "report":
        st.text(str(case.facts["says"]))
    if about:
        side_by_side.show("What each listing says", about)


def _choose(case: Case) -> None:
    """Draw the choices of a case of a kind that has the same ones always; do what is taken."""
    with st.container(key="review_choices", horizontal=True):
        taken = [
            choice
            for choice, (words, letter) in _CHOICES[case.kind].items()
            if st.button(words, key=f"choose_{choice}", shortcut=letter)
        ]
    reason = _ask_reason(case)
    for choice in taken:
        settling.settle(auth.require(), case, choice, reason)


def _ask_reason(case: Case) -> str:
    return st.text_input("Why (kept with the decision)", key=f"why_{case.id}")


def _find_listings(opened: Workspace, case: Case) -> list[dict[str, str]]:
    """Return the listings that a case is about: the clinic's, or the one of a possible clinic."""
    if case.kind == possible_clinics.KIND:
        return [possible_clinics.find_listing(opened, case)]
    return _rows(stored_listings.of_clinic(opened, case.clinic_id)) if case.clinic_id else []


def _rows(table: pd.DataFrame) -> list[dict[str, str]]:
    return [
        {str(name): str(text) for name, text in row.items()} for row in table.to_dict("records")
    ]


def _show_shrinkage(case: Case) -> None:
    states = case.facts["states"]
    rows = [("All", case.facts["before"], case.facts["after"])]
    rows += [(state, before, after) for state, (before, after) in states.items()]
    show_table(
        "Listings, where far fewer",
        {"where": "State", "before": "Last time", "after": "This time"},
        [
            {"where": where, "before": f"{before:,}", "after": f"{after:,}"}
            for where, before, after in rows
        ],
        numbers=["before", "after"],
    )


def _find_points(opened: Workspace, case: Case) -> tuple[list[Point], tuple[float, float]]:
    """Return the points offered, then the present one; and where the pin stands at first."""
    points = [_describe_candidate(at, one) for at, one in enumerate(case.facts["candidates"], 1)]
    accepted = positions.agreed(opened)
    now = accepted[accepted["clinic_id"].eq(case.clinic_id)].to_dict("records")
    points += [_describe_present(row) for row in now]
    start = (points[0].latitude, points[0].longitude) if points else _find_start(opened, case)
    return points, start


def _show_address(about: list[dict[str, str]]) -> None:
    """Say which clinic it is and where its listings put it, each address once."""
    if about:
        st.html(h.strong[about[0]["name"]])
    for address in dict.fromkeys(describe_address(row) for row in about):
        st.html(h.p(".point")[address or "no address"])


def _choose_position(case: Case, points: list[Point], put: tuple[float, float] | None) -> None:
    """Draw the points to choose from and the pin's button; do what is taken."""
    for point in points:
        st.html(h.p(".point")[h.b[point.name], " ", point.label])
    offered = len(case.facts["candidates"])
    taken = ""
    with st.container(key="review_choices", horizontal=True):
        for at in range(1, offered + 1):
            letter = str(at) if at <= _LAST_KEY else None
            if st.button(f"Take point {at}", key=f"take_{at}", shortcut=letter):
                taken = f"candidate:{at - 1}"
        if st.button("Keep it where it is", key="keep_point", shortcut="k"):
            taken = "leave"
        verified = st.button(
            "Verify this pin",
            key="verify_pin",
            type="primary",
            shortcut="v",
            disabled=put is None,
            help="Drag the pin first, or put it on a point." if put is None else None,
        )
    reason = _ask_reason(case)
    if taken:
        settling.settle(auth.require(), case, taken, reason)
    if verified and put is not None:
        settling.pin(auth.require(), case, put, reason)


def _describe_candidate(at: int, one: Mapping[str, Any]) -> Point:
    label = one.get("label") or "the area alone"
    known = f"{one['precision']}, within {one['radius_miles']:.1f} mi"
    return Point(
        float(one["latitude"]),
        float(one["longitude"]),
        float(one["radius_miles"]),
        str(at),
        f"{label} ({one.get('geocoder', '')}: {known})",
    )


def _describe_present(row: Mapping[Any, Any]) -> Point:
    return Point(
        row["latitude"],
        row["longitude"],
        row["radius_miles"],
        "•",
        f"Where it stands now ({row['geocoder']}: {row['precision']}, "
        f"within {row['radius_miles']:.1f} mi)",
    )


def _find_start(opened: Workspace, case: Case) -> tuple[float, float]:
    """Return the place of the clinic's ZIP or city, for a pin that no point was found for."""
    finder = PlaceFinder(reference.load("zips"), reference.load("cities"), reference.load("states"))
    gazetteer = Gazetteer(finder)
    for row in stored_listings.of_clinic(opened, case.clinic_id).to_dict("records"):
        found = gazetteer.locate(row["city"], row["state"], row["zip"])
        if found is not None and found.place.latitude is not None:
            return found.place.latitude, float(found.place.longitude or 0.0)
    return _COUNTRY
