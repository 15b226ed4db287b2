"""What to say where a typed text names no one place, and what may have been meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.errors import PlaceError
from geo.i18n.language import gettext as _
from geo.i18n.language import mark, ngettext
from geo.places.names import MILITARY, excerpt, name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.places.cities import CityIndex
    from geo.places.clinic_names import ClinicNames
    from geo.places.place import Place
    from geo.places.states import StateIndex
    from geo.places.zips import ZipIndex

MOST_CANDIDATES = 12

_ZIP_LENGTH = 5
_NEAR_ZIPS = 4
_CODE_LENGTH = 2
_LONGEST_STATE_SLIP = 2
_MOST_ELSEWHERE = 4
_LEAST_PEOPLE = 20_000  # of a place that a part of a text names: "Field" is a hamlet in Kentucky
_MILITARY = mark(
    "{code} is a military or diplomatic mail code: it moves with its unit and has no place on a map. "
    "Type the ZIP code or city of where you live."
)


class AmbiguousPlaceError(PlaceError):
    """What was typed fits several places equally well.

    Parameters
    ----------
    message : one sentence that asks.
    places : what it may mean, most people first; the candidates are the first twelve labels.
    """

    def __init__(self, message: str, places: Sequence[Place]) -> None:
        super().__init__(message, _labels(places))
        self.places = tuple(places)


class Guesses:
    """Errors fit to show, with candidates that, typed, are found."""

    def __init__(
        self,
        zips: ZipIndex,
        cities: CityIndex,
        states: StateIndex,
        clinics: ClinicNames | None,
    ) -> None:
        self._zips = zips
        self._cities = cities
        self._states = states
        self._clinics = clinics

    def no_zip(self, digits: str) -> PlaceError:
        """Say why digits that look like a ZIP lead nowhere."""
        if self._zips.is_military(digits):
            return PlaceError(_(_MILITARY).format(code=digits))
        if len(digits) != _ZIP_LENGTH:
            place = self._zips.get(digits.zfill(_ZIP_LENGTH))
            return _did_you_mean(
                ngettext(
                    "A ZIP code has five digits, {digits} has {count}",
                    "A ZIP code has five digits, {digits} has {count}",
                    len(digits),
                ).format(digits=excerpt(digits), count=len(digits)),
                [place] if place else [],
                _('; type it like "60601".'),
            )
        if city := self._zips.city_label(digits):
            return PlaceError(
                _("We do not know where {zip} ({city}) is; type a city.").format(
                    zip=digits, city=city
                )
            )
        near = self._zips.beginning([digits[:4]]) or self._zips.beginning([digits[:3]])
        near = sorted(near, key=lambda place: abs(int(place.zip) - int(digits)))[:_NEAR_ZIPS]
        return PlaceError(
            _(
                "{zip} is not in our list of ZIP codes. Check its digits, or type the city and "
                'state, like "Chicago, IL".'
            ).format(zip=digits),
            _labels(near),
        )

    def not_known(self, name: str) -> PlaceError:
        """Say that an institution, or what else is in no table, is not known."""
        return PlaceError(
            _("We do not know this place, “{name}”; type its city or ZIP.").format(
                name=excerpt(name)
            )
        )

    def no_address(self, city: str, state: str) -> PlaceError:
        """Say what an address lacks."""
        near = self._cities.suggest(city, state=state) if city else []
        if near:
            what = _('We know no "{name}" for this address').format(name=excerpt(city))
            return _did_you_mean(what, near, "")
        return PlaceError(
            _(
                "An address is found by its ZIP code or by its city and state, and we know "
                'neither here; type it like "233 S Wacker Dr, Chicago, IL 60606".'
            )
        )

    def unknown(self, typed: str, what_works: str) -> PlaceError:
        """Say that nothing has this name, and suggest what has nearly this name."""
        *names, ending = typed.split(", ")
        if ending.upper() in MILITARY:
            return PlaceError(_(_MILITARY).format(code=ending.upper()))
        if (names or len(ending) == _CODE_LENGTH) and not self._states.code(ending):
            return self._no_state("".join(names[:1]), ending, f". {what_works}")
        for name, city, state in self._states.readings(typed):
            if state and not city:
                elsewhere = self._cities.candidates(name)[:_MOST_ELSEWHERE]
                near = [*elsewhere, *self._cities.suggest(name, state=state)]
                what = _('We know no "{name}" in {state}').format(
                    name=excerpt(name), state=self._states.name(state)
                )
                return _did_you_mean(what, near, f". {what_works}")
        near = [
            *self.states_like(typed),
            *self._cities.suggest(typed),
            *(self._clinics.suggest(typed) if self._clinics else ()),
            *self._parts_of(typed),
        ]
        what = _('We know no "{name}"').format(name=excerpt(typed))
        return _did_you_mean(what, near, f". {what_works}")

    def _no_state(self, name: str, ending: str, otherwise: str) -> PlaceError:
        meant = [
            candidate
            for state in self.states_like(ending)
            for candidate in self._cities.candidates(name, state=state.state)
        ]
        near = meant or self._cities.candidates(name) or self._cities.suggest(name)
        what = _('"{name}" is no state or territory of the United States').format(
            name=excerpt(ending)
        )
        return _did_you_mean(what, near, otherwise)

    def states_like(self, text: str) -> list[Place]:
        """Return the states whose names are spelled nearly so."""
        key = name_key(text)
        if len(key) <= _LONGEST_STATE_SLIP:
            return []
        names = {code: name_key(name) for code, name in self._states.names.items()}
        near = process.extract(
            key, names, scorer=OSA.distance, score_cutoff=_LONGEST_STATE_SLIP, limit=3
        )
        return [self._states.place(code) for *_, code in near]

    def _parts_of(self, typed: str) -> list[Place]:
        """Return the places named by the last or first words ("downtown Chicago")."""
        words = typed.split()[:8]
        shorter = [words[start:] for start in range(1, len(words))]
        shorter += [words[:end] for end in range(len(words) - 1, 0, -1)]
        for part in shorter:
            for name, city, state in self._states.readings(" ".join(part)):
                found = self._cities.candidates(name, state=state, city=city)
                if found and found[0].population >= _LEAST_PEOPLE:
                    return found
        return []


def _labels(places: Iterable[Place]) -> list[str]:
    return list(dict.fromkeys(place.label for place in places))[:MOST_CANDIDATES]


def _did_you_mean(what: str, places: Sequence[Place], otherwise: str) -> PlaceError:
    """Ask after the first few of the places meant; where there is none, go on with `otherwise`."""
    labels = _labels(places)
    if not labels:
        return PlaceError(what + otherwise)
    if len(labels) == 1:
        said = _("{what}; did you mean {place}?")
    else:
        said = _("{what}; did you mean {place}, or one of the others?")
    return PlaceError(said.format(what=what, place=labels[0]), labels)
