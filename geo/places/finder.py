"""The order in which a typed text is tried: coordinates, ZIP, state, name, clinic, address."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.errors import PlaceError
from geo.i18n.language import format_number, mark
from geo.i18n.language import gettext as _
from geo.i18n.reasons import Reason
from geo.places import address
from geo.places.cities import CityIndex, miles_apart
from geo.places.clinic_names import ClinicNames
from geo.places.guesses import AmbiguousPlaceError, Guesses
from geo.places.matching import DOMINANCE, MOST_OTHERS, PlaceMatch, as_address, choose
from geo.places.names import clean, endings, excerpt, name_key, read_aliases
from geo.places.place import Place
from geo.places.points import Outline, parse_coordinates, point_label
from geo.places.precision import Precision
from geo.places.states import TERRITORIES, StateIndex, without_country
from geo.places.zips import ZipIndex

if TYPE_CHECKING:
    import pandas as pd

LONGEST_TEXT = 200
WHAT_WORKS = mark(
    'Type a ZIP code ("60601"), a city and state ("Chicago, IL"), a state, an address, '
    'or "latitude, longitude".'
)
"""To be translated where it is said."""

_ZIP = r"([0-9]{5})(?:[- ]?[0-9]{4}|-)?"
_ZIP_ALONE = re.compile(rf"(?:zip ?(?:code)? ?:? ?)?#?{_ZIP}", re.IGNORECASE)
_ZIP_LAST = re.compile(rf"(?P<named>[^0-9]*[^0-9 ,.])[ ,.]+{_ZIP}")
_ZIP_FIRST = re.compile(rf"{_ZIP}[ ,]+(?P<named>[^0-9]+)")
_NEAR_ME = re.compile(r"(?:near(?:by|est)?|around|close to) me|nearby|near here", re.IGNORECASE)
_NEAR = re.compile(r"^(?:near|around|close to) (?=.)", re.IGNORECASE)
_EDGES = " ,.;:!?\"'`*"


class PlaceFinder:
    """Finds places by what people type; built once, then only read, from any thread.

    Parameters
    ----------
    zips, cities, states : the reference tables of these names; the geometry of `states` may be
        shapes or well-known binary, EPSG:4326.
    clinics : the clinic table, so that a clinic's name is found too; or None.
    listings : the clinics' listings, so that what a source calls a clinic is found; or None.

    Attributes
    ----------
    zips, cities, states : the same tables as indexes, for look-ups of recorded parts.

    Raises
    ------
    SchemaError : a table lacks a column.
    CrsError : the geometry of `states` is known to be in another reference system.
    """

    def __init__(
        self,
        zips: pd.DataFrame,
        cities: pd.DataFrame,
        states: pd.DataFrame,
        clinics: pd.DataFrame | None = None,
        listings: pd.DataFrame | None = None,
    ) -> None:
        self.zips = ZipIndex(zips)
        self.cities = CityIndex(cities, read_aliases(), self.zips)
        self.states = StateIndex(states)
        self._clinics = None if clinics is None else ClinicNames(clinics, listings)
        self._outline = Outline(states)
        self._guesses = Guesses(self.zips, self.cities, self.states, self._clinics)

    def find(self, text: str) -> PlaceMatch:
        """Return the place a person typed.

        Parameters
        ----------
        text : a ZIP, "City, ST", a city, a state, "latitude, longitude", an address, a clinic's
            name or a well-known name, in any case and spelling of its accents and punctuation.

        Returns
        -------
        The place, and the homonyms it was preferred to. An address is matched to its ZIP or
        city, and its `notes` say so; its street is in no field.

        Raises
        ------
        PlaceError : nothing is found; the candidates are what may have been meant.
        AmbiguousPlaceError : several places are meant equally well.
        """
        if len(text) > LONGEST_TEXT:
            too_long = _("That is {count} characters, too long for a place.")
            raise PlaceError(f"{too_long.format(count=format_number(len(text)))} {_(WHAT_WORKS)}")
        cleaned = clean(text)
        typed = _keep_named(cleaned)
        if not typed:
            if not cleaned:
                raise PlaceError(_(WHAT_WORKS))
            cannot = _('We cannot read a place in "{text}".').format(text=excerpt(cleaned))
            raise PlaceError(f"{cannot} {_(WHAT_WORKS)}")
        if _NEAR_ME.fullmatch(typed):
            unknown = _("We do not know where you are.")
            raise PlaceError(f"{unknown} {_(WHAT_WORKS)}")
        match = self._match(typed)
        if match is None:
            raise self._guesses.unknown(typed, _(WHAT_WORKS))
        return match

    def find_known(self, text: str) -> PlaceMatch | None:
        """Return the place that a part of a text names; None where it names none, without a guess.

        Parameters
        ----------
        text : as for `find`.

        Raises
        ------
        AmbiguousPlaceError : several places are meant equally well.
        """
        typed = _keep_named(clean(text)) if len(text) <= LONGEST_TEXT else ""
        if not typed:
            return None
        try:
            return self._match(typed)
        except AmbiguousPlaceError:
            raise
        except PlaceError:
            return None

    def candidates(self, text: str) -> list[Place]:
        """Return the cities, well-known places and clinics that are called what a text says, whole."""
        typed = _keep_named(clean(text)) if len(text) <= LONGEST_TEXT else ""
        if not typed:
            return []
        places = [
            place
            for name, city, state in self.states.readings(typed)
            for place in self.cities.candidates(name, state=state, city=city)
        ]
        return [*places, *self._clinics_named(typed)]

    def city(self, name: str, state: str) -> Place | None:
        """Return the place of this name in a state; None where there is none, or no one of it.

        Parameters
        ----------
        name : of a city or a well-known part of one, in any spelling.
        state : a two-letter code.
        """
        candidates = self.cities.candidates(name, state=state)
        try:
            return choose(candidates, name).place if candidates else None
        except AmbiguousPlaceError:
            return None

    def nearest_zip(self, latitude: float, longitude: float, grow_miles: float = 2.5) -> Place:
        """Return the ZIP nearest to a rounded position, as a place wide enough to hold it.

        Parameters
        ----------
        latitude, longitude : degrees, EPSG:4326, already rounded.
        grow_miles : how far rounding may have moved the position, statute miles.

        Returns
        -------
        A place of kind `zip`; its radius is the ZIP's own, or the way to its point where that
        is longer, grown by `grow_miles`.

        Raises
        ------
        PlaceError : the position is outside the United States.
        """
        if not self._outline.state_at(latitude, longitude, margin_miles=grow_miles):
            outside = _("Your position is outside the United States.")
            raise PlaceError(f"{outside} {_(WHAT_WORKS)}")
        place, away = self.zips.nearest(latitude, longitude)
        radius_miles = max(place.radius_miles, away) + grow_miles
        return self._with_territory(replace(place, radius_miles=radius_miles))

    def _match(self, typed: str) -> PlaceMatch | None:
        """Return what a cleaned text names, by the order of this module; None where it is nothing."""
        if not self._is_name(typed):  # as "Near North Side" is
            typed = _NEAR.sub("", typed)
        match = (
            self._by_coordinates(typed)
            or self._by_zip(typed)
            or self._by_state(typed)
            or self._by_name(typed)
            or self._by_clinic(typed)
            or self._by_address(typed)
        )
        return match and replace(match, place=self._with_territory(match.place))

    def _by_coordinates(self, typed: str) -> PlaceMatch | None:
        pair = parse_coordinates(typed)
        if pair is None:
            return None
        state = self._outline.require(*pair)
        near, _away = self.zips.nearest(*pair)
        return PlaceMatch(
            Place(
                label=point_label(*pair),
                kind="point",
                latitude=pair[0],
                longitude=pair[1],
                precision=Precision.GIVEN,
                radius_miles=0.0,
                state=state,
                zip=near.zip,
                city=near.city,
            )
        )

    def _by_zip(self, typed: str) -> PlaceMatch | None:
        """Read a ZIP alone, after a place's name or before one."""
        if match := _ZIP_ALONE.fullmatch(typed):
            return self._zip_or_city(match[1], "", "")
        if typed.isdecimal():
            raise self._guesses.no_zip(typed)
        codes = typed.replace(",", " ").split()
        if all(re.fullmatch(_ZIP, code) for code in codes):
            places = [place for code in codes if (place := self.zips.get(code[:5]))]
            raise AmbiguousPlaceError(_("Type one ZIP code at a time: which do you mean?"), places)
        match = _ZIP_LAST.fullmatch(typed) or _ZIP_FIRST.fullmatch(typed)
        if not match:
            return None
        code = next(group for group in match.groups() if group.isdecimal())
        if state := self.states.code(without_country(match["named"])):
            return self._zip_or_city(code, "", state)
        for name, _city, state in self.states.readings(match["named"]):
            if self.cities.candidates(name, state=state):
                return self._zip_or_city(code, name, state)
        return None

    def _by_state(self, typed: str) -> PlaceMatch | None:
        """Read a state's code or name; the cities of its name are the others.

        A code that is a well-known name too asks ("LA"), unless dots tell which it is ("L.A.")
        or both are one place ("DC").
        """
        typed = without_country(typed)
        code = self.states.code(typed)
        if not code:
            return None
        state = self.states.place(code)
        homonyms = self.cities.candidates(typed)
        if name_key(typed) == code.lower():
            if not self.cities.has_alias(typed):
                return PlaceMatch(state)
            if "." in typed or all(place.state == code for place in homonyms):
                return None
            places = sorted([state, *homonyms], key=lambda place: -place.population)
            meanings = functools.reduce(
                lambda several, label: _("{several} or {label}").format(
                    several=several, label=label
                ),
                (place.label for place in places),
            )
            raise AmbiguousPlaceError(
                _("Does {text} mean {meanings}?").format(text=typed, meanings=meanings), places
            )
        if state.population < DOMINANCE * sum(place.population for place in homonyms):
            figures = {"state": state.label, "city": homonyms[0].label}
            state = replace(state, notes=(Reason("state_before_city", figures),))
        return PlaceMatch(state, tuple(homonyms[:MOST_OTHERS]))

    def _by_name(self, typed: str) -> PlaceMatch | None:
        """Read a city or a well-known name; a clinic that is called the same comes after it."""
        for name, city, state in self.states.readings(typed):
            if candidates := self.cities.candidates(name, state=state, city=city):
                return choose(candidates, name, also=self._clinics_named(typed))
        return None

    def _is_name(self, typed: str) -> bool:
        return any(
            self.cities.candidates(name, state=state, city=city)
            for name, city, state in self.states.readings(typed)
        )

    def _by_clinic(self, typed: str) -> PlaceMatch | None:
        places = self._clinics_named(typed)
        if not places:
            return None
        first, *rest = places
        if any(place.label != first.label for place in rest):
            raise AmbiguousPlaceError(
                _('Which {name}? Choose one, or type its city too, like "{example}".').format(
                    name=excerpt(typed), example=first.label
                ),
                places,
            )
        if rest:
            note = Reason("clinics_of_one_name", {"count": len(places), "city": first.city})
            first = replace(first, notes=(note, *first.notes))
        return PlaceMatch(first, tuple(rest))

    def _clinics_named(self, typed: str) -> list[Place]:
        """Return the clinics of a "Name", "Name, City, ST", "Name, ST" or "Name, City"."""
        if self._clinics is None:
            return []
        *names, last = typed.split(", ")
        state = self.states.code(last)
        return (
            self._clinics.named(typed)
            or (len(names) > 1 and self._clinics.named(", ".join(names[:-1]), names[-1], state))
            or (names and self._clinics.named(", ".join(names), "" if state else last, state))
            or []
        )

    def _by_address(self, typed: str) -> PlaceMatch | None:
        """Match an address to its ZIP, else to its city; the street goes no further."""
        has_number = re.search("[0-9]", typed) is not None
        if not has_number and typed.count(",") < 2:  # noqa: PLR2004 - "corner, city, state"
            return None
        parts = address.parse(typed)
        state = self.states.code(parts.state)
        if parts.zip:
            return as_address(self._zip_or_city(parts.zip, parts.city, state))
        city = parts.city or self._city_ending(parts.street, state)
        if candidates := self.cities.candidates(city, state=state):
            return as_address(choose(candidates, city))
        if has_number and parts.street:
            raise self._guesses.no_address(city, state)
        return None

    def _city_ending(self, street: str, state: str) -> str:
        """Return the city that closes a street line without commas; "" without a state."""
        found = (
            ending
            for _start, ending in endings(street.split(), longest=4)
            if state and self.cities.candidates(ending, state=state)
        )
        return next(found, "")

    def _zip_or_city(self, code: str, city: str, state: str) -> PlaceMatch:
        """Return the ZIP, held against the city and state that were typed with it.

        A city that does not fit is told in the notes, a state that does not fit is asked about,
        and an unknown ZIP gives way to the city.
        """
        place = self.zips.get(code)
        candidates = self.cities.candidates(city, state=state) if city else []
        if place is None:
            if not candidates or self.zips.is_military(code):
                raise self._guesses.no_zip(code)
            match = choose(candidates, city)
            note = Reason("zip_not_listed", {"zip": code, "place": match.place.label})
            return replace(match, place=replace(match.place, notes=(note,)))
        if state not in {"", place.state}:
            here, there = self.states.name(place.state), self.states.name(state)
            raise AmbiguousPlaceError(
                _("{zip} is a ZIP code of {here}, not of {there}: which do you mean?").format(
                    zip=code, here=here, there=there
                ),
                [place, *candidates],
            )
        near = [candidate for candidate in candidates if candidate.state == place.state]
        if candidates and name_key(city) not in self.zips.names(code) and not any(
            miles_apart(place, candidate) <= place.radius_miles + candidate.radius_miles
            for candidate in near
        ):  # fmt: skip
            figures = {"zip": code, "here": place.city, "there": excerpt(city)}
            place = replace(place, notes=(Reason("zip_of_another_city", figures), *place.notes))
        return PlaceMatch(place)

    def _with_territory(self, place: Place) -> Place:
        if place.state not in TERRITORIES:
            return place
        note = Reason("territory", {"territory": self.states.name(place.state)})
        return replace(place, notes=(*place.notes, note))


def _keep_named(cleaned: str) -> str:
    """Return a cleaned text without the parts that hold no letter and no digit."""
    return ", ".join(part for part in cleaned.split(", ") if name_key(part)).strip(_EDGES)
