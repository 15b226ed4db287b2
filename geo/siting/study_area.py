"""The area a question is about: the nation, a census region, a division or a state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from rapidfuzz import process

from geo.coverage.demand import NATION
from geo.errors import PlaceError
from geo.i18n.language import gettext as _
from geo.places.names import name_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand

LEVELS: Final = ("nation", "region", "division", "state")

_CANDIDATES: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """An area with people; read-only.

    Parameters
    ----------
    level : one of `LEVELS`.
    geoid : its Census code.
    name : as "Midwest".
    states : the codes of the states it is made of.
    inside : (n,) which ZIP points of the demand lie in it.
    """

    level: str
    geoid: str
    name: str
    states: frozenset[str]
    inside: NDArray[np.bool_]


def find_area(demand: Demand, text: str = "") -> Area:
    """Return an area by its name, or a state by its two letters; without a text the nation.

    Parameters
    ----------
    demand : the areas.
    text : as "Midwest", "mountain", "Ohio" or "OH"; whatever its case, accents and spaces.

    Raises
    ------
    PlaceError : there is none of this name, or no people of it are known; with names like it.
    """
    if not text.strip():
        return get_area(demand, "nation", NATION)
    by_key: dict[str, tuple[str, str]] = {}
    names = []
    for level in LEVELS:
        areas = demand.areas[level]
        columns = ["geoid", "name", *(["state"] if level == "state" else [])]
        for geoid, *called in areas[columns].itertuples(index=False):
            names.append(called[0])
            for key in name_keys(called):
                by_key.setdefault(key, (level, geoid))
    by_key |= dict.fromkeys(name_keys(["US", "USA", "United States"]), ("nation", NATION))
    found = by_key.get(name_keys([text.replace("\n", " ")])[0])
    if found is None:
        like = process.extract(text, names, limit=_CANDIDATES)
        raise PlaceError(
            f"{text.strip()!r} is no census region, division or state; did you mean one of these?",
            [name for name, *_ in like],
        )
    return get_area(demand, *found)


def get_area(demand: Demand, level: str, geoid: str) -> Area:
    """Return an area by its level of `LEVELS` and its Census code.

    Raises
    ------
    PlaceError : there is none, or no people of it are known.
    """
    areas = demand.areas[level]
    rows = np.flatnonzero(areas["geoid"] == geoid)
    if not len(rows):
        raise PlaceError(f"There is no {level} with the Census code {geoid!r}.")
    row = int(rows[0])
    name = str(areas["name"].iloc[row])
    inside = demand.area[level] == row
    if not demand.adults[inside].any():
        raise PlaceError(
            _("No adults are known to live in {area}, so no site there can be judged.").format(
                area=name
            )
        )
    of_state = demand.of_state[level] == row
    states = frozenset(demand.areas["state"]["state"][of_state])
    return Area(level, geoid, name, states, inside)
