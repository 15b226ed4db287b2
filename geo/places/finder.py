"""The door of the place search: a text is read as it stands, and then in other words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.errors import PlaceError
from geo.i18n.language import format_number
from geo.i18n.language import gettext as _
from geo.i18n.reasons import Reason
from geo.places import not_places, wishes
from geo.places.by_address import by_address
from geo.places.by_name import explain_abroad
from geo.places.exact import list_candidates, match_exactly
from geo.places.guesses import AmbiguousPlaceError
from geo.places.knowledge import Knowledge
from geo.places.loose import WHAT_WORKS, has_name, match_loosely, where_are_you
from geo.places.matching import NO_WISHES, PlaceMatch, choose
from geo.places.names import clean, excerpt, keep_named
from geo.places.spanish_names import to_english
from geo.places.states import TERRITORIES
from geo.places.suggestion_table import PlaceTable, build_table

if TYPE_CHECKING:
    import pandas as pd

    from geo.places.cities import CityIndex
    from geo.places.place import Place
    from geo.places.states import StateIndex
    from geo.places.wishes import Wishes
    from geo.places.zips import ZipIndex

LONGEST_TEXT = 200


class PlaceFinder:
    """Finds places by what people type; built once, then only read, from any thread.

    Parameters
    ----------
    zips, cities, states : the reference tables of these names; the geometry of `states` may be
        shapes or well-known binary, EPSG:4326.
    clinics : the clinic table, so that a clinic's name is found too; or None.
    listings : the clinics' listings, so that what a source calls a clinic is found; or None.

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
        self._known = Knowledge(zips, cities, states, clinics, listings)

    @property
    def zips(self) -> ZipIndex:
        """The ZIPs, for look-ups of recorded parts."""
        return self._known.zips

    @property
    def cities(self) -> CityIndex:
        """The cities, for look-ups of recorded parts."""
        return self._known.cities

    @property
    def states(self) -> StateIndex:
        """The states, for look-ups of recorded parts."""
        return self._known.states

    def find(self, text: str) -> PlaceMatch:
        """Return the place a person typed.

        Parameters
        ----------
        text : a ZIP, "City, ST", a city, a county, a region, a state, an airport, "latitude,
            longitude", an address, a clinic's name or a well-known name, in English or Spanish, in
            any case and spelling of its accents and punctuation, with words around it such as
            "ketamine clinics near".

        Returns
        -------
        The place, the homonyms it was preferred to, and what else the text asks for. An address is
        matched to its ZIP or city, and its `notes` say so, as of a misspelled name; its street is
        in no field.

        Raises
        ------
        PlaceError : nothing is found; the candidates are what may have been meant.
        AmbiguousPlaceError : several places are meant equally well.
        """
        if len(text) > LONGEST_TEXT:
            too_long = _("That is {count} characters, too long for a place.")
            raise PlaceError(f"{too_long.format(count=format_number(len(text)))} {_(WHAT_WORKS)}")
        cleaned = clean(text)
        typed = keep_named(cleaned)
        if not typed:
            if not cleaned:
                raise PlaceError(_(WHAT_WORKS))
            cannot = _('We cannot read a place in "{text}".').format(text=excerpt(cleaned))
            raise PlaceError(f"{cannot} {_(WHAT_WORKS)}")
        if not_places.is_name(typed):
            raise self._known.guesses.not_known(typed)
        words = wishes.read(to_english(typed))
        if words.wishes.near_me and not has_name(words):
            raise where_are_you()
        if error := explain_abroad(self._known, typed):
            raise error
        if match := match_exactly(self._known, typed):
            return self._finish(match)
        return self._finish(match_loosely(self._known, typed, words), words.wishes)

    def find_known(self, text: str) -> PlaceMatch | None:
        """Return the place that a part of a text names; None where it names none, without a guess.

        Parameters
        ----------
        text : as for `find`, without words around it.

        Raises
        ------
        AmbiguousPlaceError : several places are meant equally well.
        """
        typed = keep_named(clean(text)) if len(text) <= LONGEST_TEXT else ""
        if not typed:
            return None
        try:
            match = match_exactly(self._known, typed) or by_address(self._known, typed)
        except AmbiguousPlaceError:
            raise
        except PlaceError:
            return None
        return match and self._finish(match)

    def list_suggestions(self, states: frozenset[str] | None = None) -> PlaceTable:
        """Return the table that a browser suggests places from; see `suggestion_table`.

        Parameters
        ----------
        states : codes of the states whose places are wanted; None for all.
        """
        return build_table(self._known, self._name_found, states)

    def _name_found(self, text: str) -> tuple[str, str]:
        """Return the kind and label of the place that a text finds; "" for none."""
        try:
            place = self.find(text).place
        except PlaceError:
            return "", ""
        return place.kind, place.label

    def candidates(self, text: str) -> list[Place]:
        """Return the cities, well-known places and clinics that are called what a text says, whole."""
        typed = keep_named(clean(text)) if len(text) <= LONGEST_TEXT else ""
        return list_candidates(self._known, typed) if typed else []

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
        PlaceError : the position is outside the United States; its candidates are the larger US
            places near by, nearest first, where it is near the border.
        """
        if not self._known.outline.state_at(latitude, longitude, margin_miles=grow_miles):
            outside = _("We list the United States only, and your position is outside it.")
            near = self._known.abroad.near(latitude, longitude)
            next_step = (
                _("The nearest places to you in the US are these.")
                if near
                else _("Type a place in the US.")
            )
            raise PlaceError(f"{outside} {next_step}", near)
        place, away = self.zips.nearest(latitude, longitude)
        radius_miles = max(place.radius_miles, away) + grow_miles
        return self._with_territory(replace(place, radius_miles=radius_miles))

    def _finish(self, match: PlaceMatch, asked: Wishes = NO_WISHES) -> PlaceMatch:
        """Say of a territory that it is one, and hand on what else was asked for."""
        return replace(match, place=self._with_territory(match.place), wishes=asked)

    def _with_territory(self, place: Place) -> Place:
        if place.state not in TERRITORIES:
            return place
        note = Reason("territory", {"territory": self.states.name(place.state)})
        return place if note in place.notes else replace(place, notes=(*place.notes, note))
