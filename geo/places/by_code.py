"""Recognisers of digits: coordinates, and ZIPs alone or beside a place's name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.errors import PlaceError
from geo.i18n.language import gettext as _
from geo.i18n.reasons import Reason
from geo.places.cities import miles_apart
from geo.places.guesses import AmbiguousPlaceError
from geo.places.matching import PlaceMatch, choose
from geo.places.names import excerpt, name_key
from geo.places.place import Place
from geo.places.points import parse_coordinates, point_label
from geo.places.precision import Precision
from geo.places.states import without_country

if TYPE_CHECKING:
    from geo.places.knowledge import Knowledge

_ZIP = r"([0-9]{5})(?:[- ]?[0-9]{4}|-)?"
_ZIP_ALONE = re.compile(rf"(?:zip ?(?:code)? ?:? ?)?#?{_ZIP}", re.IGNORECASE)
_ZIP_LAST = re.compile(
    rf"(?P<named>[^0-9]*[^0-9 ,.])[ ,.]+(?:zip ?(?:code)? ?:? ?)?{_ZIP}", re.IGNORECASE
)
_ZIP_FIRST = re.compile(rf"{_ZIP}[ ,]+(?P<named>[^0-9]+)")
_SHORT = re.compile(r"(?P<named>.*?[A-Za-z.])?[ ,]*\b(?P<digits>[0-9]{4})")
_SHORT_FIRST = re.compile(r"(?P<digits>[0-9]{4})[ ,]+(?P<named>[^0-9]+)")
_MISTYPED = re.compile(r"[0-9OoIl]{5}")
_DIGITS = str.maketrans("OoIl", "0011")
_LEAST_DIGITS = 3
_WORDS_THAT_ARE_CODES = frozenset({"in", "or", "me", "hi", "ok"})
_SHORT_STATES = frozenset({"CT", "MA", "ME", "NH", "NJ", "PR", "RI", "VI", "VT"})


def by_coordinates(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read "latitude, longitude".

    Raises
    ------
    PlaceError : it is no position, or one outside the United States.
    """
    pair = parse_coordinates(typed)
    if pair is None:
        return None
    try:
        state = known.outline.require(*pair)
    except PlaceError as error:
        if not error.candidates and (near := known.abroad.near(*pair)):
            raise PlaceError(str(error), near) from None
        raise
    near_zip, _away = known.zips.nearest(*pair)
    return PlaceMatch(
        Place(
            label=point_label(*pair),
            kind="point",
            latitude=pair[0],
            longitude=pair[1],
            precision=Precision.GIVEN,
            radius_miles=0.0,
            state=state,
            zip=near_zip.zip,
            city=near_zip.city,
        )
    )


def by_zip(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read a ZIP alone, after a place's name or before one.

    Raises
    ------
    PlaceError : digits that are no ZIP, or several ZIPs.
    """
    if match := _ZIP_ALONE.fullmatch(typed):
        return zip_or_city(known, match[1], "", "")
    if mended := _by_letters(known, typed) or _by_short_zip(known, typed):
        return mended
    if typed.isdecimal():
        raise known.guesses.no_zip(typed)
    codes = typed.replace(",", " ").split()
    if all(re.fullmatch(_ZIP, code) for code in codes):
        places = [place for code in codes if (place := known.zips.get(code[:5]))]
        raise AmbiguousPlaceError(_("Type one ZIP code at a time: which do you mean?"), places)
    match = _ZIP_LAST.fullmatch(typed) or _ZIP_FIRST.fullmatch(typed)
    if not match:
        return None
    code = next(group for group in match.groups() if group.isdecimal())
    if state := known.states.code(without_country(match["named"])):
        place = known.zips.get(code)
        if place and place.state != state and match["named"] in _WORDS_THAT_ARE_CODES:
            state = ""  # "in 60601" asks for no ZIP of Indiana
        return zip_or_city(known, code, "", state)
    for name, _city, state in known.states.readings(match["named"]):
        if known.cities.candidates(name, state=state):
            return zip_or_city(known, code, name, state)
    return None


def _by_short_zip(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read a ZIP that lost its zero, as spreadsheets have them, in a state whose ZIPs begin so."""
    if (first := _SHORT_FIRST.fullmatch(typed)) and (place := _short_zip(known, first)):
        # A number before a city may be a house's, unless the ZIP is there.
        named = first["named"]
        if known.states.code(named) == place.state or any(
            city.state == place.state and miles_apart(place, city) <= city.radius_miles
            for name, part_of, state in known.states.readings(named)
            for city in known.cities.candidates(name, state=state, city=part_of)
        ):
            return _said(place, first["digits"])
        return None
    match = _SHORT.fullmatch(typed)
    place = match and _short_zip(known, match)
    if not match or not place:
        return None
    named = match["named"] or ""
    if named and not any(
        state == place.state for _name, _city, state in _split_state(known, named)
    ):
        return None
    return _said(place, match["digits"])


def _short_zip(known: Knowledge, match: re.Match[str]) -> Place | None:
    place = known.zips.get(f"0{match['digits']}")
    return place if place and place.state in _SHORT_STATES else None


def _by_letters(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read a ZIP in which letters stand for the digits that look like them: "606O1"."""
    if not _MISTYPED.fullmatch(typed) or sum(map(str.isdecimal, typed)) < _LEAST_DIGITS:
        return None
    place = known.zips.get(typed.translate(_DIGITS))
    return _said(place, typed) if place else None


def _said(place: Place, typed: str) -> PlaceMatch:
    note = Reason("zip_without_zero", {"zip": place.zip, "typed": typed})
    return PlaceMatch(replace(place, notes=(note, *place.notes)))


def _split_state(known: Knowledge, named: str) -> list[tuple[str, str, str]]:
    if state := known.states.code(named):
        return [("", "", state)]
    if cities := known.cities.candidates(named):
        return [(city.city, "", city.state) for city in cities]
    return list(known.states.readings(named))


def zip_or_city(known: Knowledge, code: str, city: str, state: str) -> PlaceMatch:
    """Return the ZIP, held against the city and state that were typed with it.

    A city that does not fit is told in the notes, a state that does not fit is asked about,
    and an unknown ZIP gives way to the city.

    Raises
    ------
    PlaceError : the ZIP is unknown and there is no city, or it lies in another state.
    """
    place = known.zips.get(code)
    candidates = known.cities.candidates(city, state=state) if city else []
    if place is None:
        if not candidates or known.zips.is_military(code):
            raise known.guesses.no_zip(code)
        match = choose(candidates, city)
        note = Reason("zip_not_listed", {"zip": code, "place": match.place.label})
        return replace(match, place=replace(match.place, notes=(note,)))
    if state not in {"", place.state}:
        here, there = known.states.name(place.state), known.states.name(state)
        raise AmbiguousPlaceError(
            _("{zip} is a ZIP code of {here}, not of {there}: which do you mean?").format(
                zip=code, here=here, there=there
            ),
            [place, *candidates],
        )
    near = [candidate for candidate in candidates if candidate.state == place.state]
    if candidates and name_key(city) not in known.zips.names(code) and not any(
        miles_apart(place, candidate) <= place.radius_miles + candidate.radius_miles
        for candidate in near
    ):  # fmt: skip
        figures = {"zip": code, "here": place.city, "there": excerpt(city)}
        place = replace(place, notes=(Reason("zip_of_another_city", figures), *place.notes))
    return PlaceMatch(place)
