"""Misspelled names: the one that is clearly meant is taken, and said; else it is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.i18n.reasons import Reason
from geo.places.matching import PlaceMatch
from geo.places.names import excerpt, name_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.places.place import Place

CLEARLY: Final = 8
"""A misspelled name is taken for the place that has so many times the people of the next one."""

LEAST_PEOPLE: Final = 20_000
"""Without a state, a misspelled name is taken only for a place of so many people."""

_SHORTEST: Final = 5
_LONG: Final = 8


def choose_slip(
    ranked: Sequence[tuple[int, Place]], typed: str, *, with_state: bool
) -> PlaceMatch | None:
    """Return the place that a misspelled name is clearly meant for; None where none is.

    Parameters
    ----------
    ranked : slips and place, as `CityIndex.rank_slips`, fewest slips first.
    typed : the name without its state.
    with_state : a state was typed, and the places are of that state.
    """
    key = name_key(typed)
    if len(key) < (_SHORTEST - 1 if with_state else _SHORTEST) or not ranked:
        return None
    likely = sorted(
        ((slips, place) for slips, place in ranked if _is_like(key, place, slips)),
        key=lambda pair: (pair[0], -pair[1].population),
    )
    if not with_state:
        likely = [pair for pair in likely if pair[1].population >= LEAST_PEOPLE]
    if not likely:
        return None
    # A slip more is made up for by many more people: "Clevland" is Cleveland, not a hamlet.
    weight = {id(place): place.population / CLEARLY**slips for slips, place in likely}
    likely.sort(key=lambda pair: -weight[id(pair[1])])
    first, *rest = (place for _slips, place in likely)
    best = weight[id(first)]
    rivals = [place for place in rest if weight[id(place)] * CLEARLY > best]
    if rivals:
        return None
    note = Reason("showing_spelled", {"place": first.label, "typed": excerpt(typed)})
    return PlaceMatch(replace(first, notes=(note, *first.notes)), tuple(rest))


def choose_beginning(ranked: Sequence[tuple[int, Place]], typed: str) -> PlaceMatch | None:
    """Return the one place, or by far the largest, whose name begins with these whole words.

    Parameters
    ----------
    ranked : as for `choose_slip`.
    typed : "Colorado Spr" is no whole word; "Big Bear" is, of Big Bear Lake.
    """
    start = f"{typed.casefold()} "
    begun = [place for _slips, place in ranked if place.city.casefold().startswith(start)]
    begun.sort(key=lambda place: -place.population)
    if not begun or any(p.population * CLEARLY > begun[0].population for p in begun[1:]):
        return None
    note = Reason("showing_spelled", {"place": begun[0].label, "typed": excerpt(typed)})
    first = replace(begun[0], notes=(note, *begun[0].notes))
    return PlaceMatch(first, tuple(begun[1:]))


def _is_like(key: str, place: Place, slips: int) -> bool:
    """Say whether a place's name is a slip away, and not merely begins so."""
    own = name_key(place.city or place.label)
    if place.kind != "city":
        return slips == 1 or (slips == 2 and len(key) >= _LONG)  # noqa: PLR2004
    distance = OSA.distance(key, own)
    return distance == 1 or (distance == 2 and len(key) >= _LONG - 1)  # noqa: PLR2004


def nearest_keys(key: str, keys: Sequence[str], most_slips: int) -> list[tuple[int, str]]:
    """Return the keys spelled nearly so, with their slips, the nearest first."""
    near = process.extract(key, keys, scorer=OSA.distance, score_cutoff=most_slips, limit=5)
    return [(int(slips), found) for found, slips, _at in near]
