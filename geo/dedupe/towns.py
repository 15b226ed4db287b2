"""Which towns are one to the mail, and how far apart two are.

A ZIP may bear several names, and a source writes any of them: all of Highlands Ranch's mail may as
well be addressed to Littleton. What the gazetteer does not know is near nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from geo.places.names import name_key, name_keys
from geo.reference.tables import load, load_shapeless
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ONE_TO_THE_MAIL: Final = 0.5
"""The least share of one town's ZIPs that must bear the other's name as well."""


class Town(NamedTuple):
    """A town of a state as listings name it; both "" where not stated."""

    state: str = ""
    key: str = ""


class _Gazetteer(NamedTuple):
    points: dict[Town, tuple[float, float]]
    zips: dict[Town, frozenset[str]]


def read_town(city: str, state: str) -> Town:
    """Return a town by the key of its name; the empty one where city or state is not stated."""
    key = name_key(city) if city and state else ""
    return Town(state, key) if key else Town()


def find_zips(town: Town) -> frozenset[str]:
    """Return the ZIPs whose mail may bear a town's name."""
    return _load_gazetteer().zips.get(town, frozenset())


def are_one_to_the_mail(one: Town, other: Town) -> bool:
    """Tell whether half of the ZIPs of one of two towns, or more, bear the other's name too.

    Raises
    ------
    SourceError : the reference tables are missing or damaged.

    Examples
    --------
    >>> are_one_to_the_mail(read_town("Littleton", "CO"), read_town("Highlands Ranch", "CO"))
    True
    >>> are_one_to_the_mail(read_town("Albany", "NY"), read_town("Troy", "NY"))
    False
    """
    first, second = find_zips(one), find_zips(other)
    fewer = min(len(first), len(second))
    return fewer > 0 and len(first & second) >= ONE_TO_THE_MAIL * fewer


def measure_miles(pairs: Sequence[tuple[Town, Town]]) -> NDArray[np.float64]:
    """Return how far apart the middles of two towns are.

    Returns
    -------
    (n,) statute miles, geodesic; NaN where the gazetteer lacks a town.

    Raises
    ------
    SourceError : as `are_one_to_the_mail`.
    """
    known = _load_gazetteer().points
    nowhere = (np.nan, np.nan)
    ends = [[known.get(town, nowhere) for town in pair] for pair in pairs]
    points = np.array(ends, dtype=np.float64).reshape(-1, 2, 2)
    return geodesic_miles(points[:, 0, 0], points[:, 0, 1], points[:, 1, 0], points[:, 1, 1])


@cache
def read_state_words() -> frozenset[str]:
    """Return the words of states' names, in lower case.

    Raises
    ------
    SourceError : as `are_one_to_the_mail`.
    """
    return frozenset(
        word for name in load_shapeless("states")["name"] for word in name.lower().split()
    )


@cache
def _load_gazetteer() -> _Gazetteer:
    cities, zips = load("cities"), load("zips")
    towns = map(Town, cities["state"].tolist(), name_keys(cities["name"]))
    points = dict(
        zip(towns, zip(cities["latitude"], cities["longitude"], strict=True), strict=True)
    )
    names = pd.concat([zips["city"], zips["city_aliases"].str.split(";").explode()])
    rows = zips.loc[names.index]
    named: dict[Town, set[str]] = {}
    for state, key, code in zip(rows["state"], name_keys(names), rows["zip"], strict=True):
        if key:
            named.setdefault(Town(state, key), set()).add(code)
    return _Gazetteer(points, {town: frozenset(codes) for town, codes in named.items()})
