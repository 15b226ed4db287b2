"""What a person is shown for a place: the clinics in order, and what was left out and why.

The page and the command line share this module, so that both count and order alike;
`geo.search.wording` puts the result in words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import numpy as np
import pandas as pd

from geo.clinics.vocabulary import TREATMENTS
from geo.search.eligibility import Masks, classify, is_in_state
from geo.search.fact_filters import Known, count_facts
from geo.search.found_tables import FoundRows, build, build_one
from geo.search.nearest import nearest_one
from geo.search.nearness import Near
from geo.search.ordering import order_by_city, order_by_distance
from geo.search.place_drives import rank_drives

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from geo.places import Place
    from geo.search.nearest import ClinicIndex
    from geo.search.place_drives import PlaceDrives

    Rows = NDArray[np.intp]
    Miles = NDArray[np.float64]
    Mask = NDArray[np.bool_]

RADII_MILES: Final = (5, 10, 25, 50, 100, 250)
"""The radii that patients choose from; their words follow, in every language."""

DEFAULT_MILES: Final = 25
"""The one of them that counts unless another is chosen."""

DEFAULT_LIMIT = 10

_FIRST_LOOK = 64


@dataclass(frozen=True)
class SearchResult:
    """What was found for a place.

    Parameters
    ----------
    place : where was searched.
    within_miles : the radius asked for; None for the nearest however far, or for a whole state.
    within_minutes : the drive asked for in place of a radius; then `may_be_within` are those whose
        range begins within it.
    clinics : in order: `rank` from 1, every clinic column, `distance_miles` (geodesic between
        the points of place and clinic, unrounded; NaN where there is none), `may_be_within`
        (outside the radius by its point, perhaps inside by the uncertainty of both points).
    unlocated : the clinics of the place's state that have no point, by city and name.
    at_home : offers that are no place to go to (treatment at home alone), of the place's state.
    certain, may_be : how many lie within by their points, and how many more may; before a limit.
    nearest_outside : clinic columns and `distance_miles` of the nearest that is surely not within;
        None without a radius, or where there is none.
    first_radius : where nothing is within, the first of `RADII_MILES` that holds a clinic.
    removed : filter (`treatment`, `unconfirmed`, each wanted fact) -> how many more clinics would be
        found if it alone were lifted: within the radius, or no farther than the last one listed. Of
        a fact, those that are neither listed nor in `not_known`.
    not_known : clinic columns and `distance_miles`: those within, or no farther than the last one
        listed, of which a wanted fact is not known and no other speaks against them; in order.
    known : fact -> of how many clinics it is known, of those that lie so and that the filters but
        those by facts leave.
    wanted : the facts asked for, as of `search`.
    by_minutes : whether the order is by drive.
    drive_fault : why no drives were worked out, as a sentence; "" where they were, or not asked for.
    drive_remark : why an operator's engine gave none of them, as a sentence; else "".
    nearest_few : as `clinics`; the nearest however far, where `geo.search.far_off` added them.
    """

    place: Place
    within_miles: float | None
    clinics: pd.DataFrame
    unlocated: pd.DataFrame
    at_home: pd.DataFrame
    certain: int
    may_be: int = 0
    nearest_outside: pd.Series | None = None
    first_radius: int | None = None
    removed: Mapping[str, int] = field(default_factory=dict)
    not_known: pd.DataFrame = field(default_factory=pd.DataFrame)
    known: Mapping[str, Known] = field(default_factory=dict)
    wanted: Mapping[str, str] = field(default_factory=dict)
    within_minutes: float | None = None
    by_minutes: bool = False
    drive_fault: str = ""
    drive_remark: str = ""
    nearest_few: pd.DataFrame = field(default_factory=pd.DataFrame)


def search(
    clinics: pd.DataFrame,
    index: ClinicIndex,
    place: Place,
    *,
    drives: PlaceDrives | None = None,
    within_miles: float | None = None,
    within_minutes: float | None = None,
    by_minutes: bool = False,
    limit: int | None = None,
    treatment: str | None = None,
    hide_unconfirmed: bool = False,
    wanted: Mapping[str, str] | None = None,
) -> SearchResult:
    """Return the clinics for a place, nearest first, with an account of what is not among them.

    Open and unconfirmed clinics are listed; closed and withdrawn ones only where the place is that
    very clinic, which then comes first. Ties in distance go to the smaller radius of uncertainty,
    the newer source, the name. A place without a point (a state) lists its clinics by city and
    name, whatever the radius.

    Parameters
    ----------
    clinics : the clinic table of a release (EPSG:4326), one row a clinic.
    index : built from that table.
    place : where to search, with its own radius of uncertainty.
    drives : those from the place to all clinics, whose columns the tables then have too; None where
        they are not asked for.
    within_miles : statute miles, > 0; None for the nearest, however far.
    within_minutes : in place of it, minutes of drive, > 0; wants drives.
    by_minutes : the quickest first; then those of more than five hours, then those of unknown
        drive, both by distance; wants drives.
    limit : how many to list, >= 1; None for all within the radius or state, else `DEFAULT_LIMIT`.
    treatment : a code of `geo.clinics.vocabulary.TREATMENTS` that a clinic must offer.
    hide_unconfirmed : leave out those whose status is unconfirmed.
    wanted : field -> code of `geo.search.fact_filters.FACTS` that a clinic must be known to have.

    Raises
    ------
    ValueError : the radius, the limit, the treatment or a wanted fact is not as above, or drives are
        lacking.
    """
    _check(drives, within_miles, within_minutes, by_minutes=by_minutes)
    if limit is not None and (limit < 1 or limit != int(limit)):
        raise ValueError(f"A limit is a whole number, 1 or more, not {limit}.")
    if treatment is not None and treatment not in TREATMENTS:
        raise ValueError(f"A treatment is one of {', '.join(TREATMENTS)}, not {treatment!r}.")
    wanted = wanted or {}
    masks = classify(clinics, place, treatment, wanted, hide_unconfirmed=hide_unconfirmed)
    if by_minutes and drives is not None:
        masks = replace(masks, minutes=rank_drives(drives))
    if within_minutes is not None and drives is not None:
        drives = drives.settle(within_minutes, masks.listed)
    table = _Table(clinics, drives, masks)
    if place.latitude is None or place.longitude is None:
        found = _list_state(table, place, limit)
    elif within_miles is not None:
        near = Near.by_miles(clinics, place, within_miles)
        found = _list_within(table, index, place, near, limit)
    elif within_minutes is not None and drives is not None:
        near = Near.by_minutes(drives, within_minutes)
        found = _list_within(table, index, place, near, limit)
    else:
        found = _list_nearest(table, index, place, limit or DEFAULT_LIMIT)
    if place.latitude is not None:
        found = replace(found, within_miles=within_miles, within_minutes=within_minutes)
    return replace(found, wanted=wanted, by_minutes=by_minutes)


def _check(
    drives: PlaceDrives | None,
    within_miles: float | None,
    within_minutes: float | None,
    *,
    by_minutes: bool,
) -> None:
    """Refuse how far a search goes where it is no distance, or wants drives that are not there."""
    if drives is None and (by_minutes or within_minutes is not None):
        raise ValueError("A search by minutes wants the drives to the clinics.")
    if within_miles is not None and not (math.isfinite(within_miles) and within_miles > 0):
        raise ValueError(f"A radius is a number of miles above 0, not {within_miles}.")
    if within_minutes is not None and not (math.isfinite(within_minutes) and within_minutes > 0):
        raise ValueError(f"A drive is a number of minutes above 0, not {within_minutes}.")
    if within_miles is not None and within_minutes is not None:
        raise ValueError("A search is within miles or within minutes, not both.")


class _Table(NamedTuple):
    """The clinics, their drives, and which of them are what."""

    clinics: pd.DataFrame
    drives: PlaceDrives | None
    masks: Masks


def _list_nearest(table: _Table, index: ClinicIndex, place: Place, limit: int) -> SearchResult:
    """Return the nearest clinics, however far."""
    masks = table.masks

    def is_enough(rows: Rows, miles: Miles) -> bool:
        listed = miles[masks.listed[rows]]
        return (
            masks.minutes is None and len(listed) >= limit and bool(listed[limit - 1] < miles[-1])
        )  # with all its ties

    rows, miles = _look_around(index, place, is_enough)
    listed, listed_miles = _in_order(table, masks.listed, rows, miles)
    listed, listed_miles = listed[:limit], listed_miles[:limit]
    near = rows[miles <= listed_miles.max(initial=0.0)] if len(listed) == limit else rows
    surely = np.zeros(len(listed), dtype=np.bool_)
    return _tell(table, place, _List(listed, listed_miles, surely), near, miles[: len(near)])


def _list_within(
    table: _Table, index: ClinicIndex, place: Place, near: Near, limit: int | None
) -> SearchResult:
    """Return the clinics that are, or by what is not known of them may be, within what was asked."""
    masks = table.masks

    def is_enough(rows: Rows, miles: Miles) -> bool:
        outside = miles[masks.listed[rows] & ~near.may_hold(rows, miles)]
        beyond = miles[-1] > near.reach_miles and masks.minutes is None
        return bool(beyond and len(outside) and outside[0] < miles[-1])

    rows, miles = _look_around(index, place, is_enough)
    inside = near.may_hold(rows, miles)
    listed, listed_miles = _in_order(table, masks.listed, rows[inside], miles[inside])
    may_be = ~near.holds(listed, listed_miles)
    nearest_outside, first_radius = None, None
    outside = np.flatnonzero(masks.listed[rows] & ~inside)
    if len(outside):
        ties = near.find_first(rows, miles, outside)
        first, first_miles = _in_order(table, masks.listed, rows[ties], miles[ties])
        nearest_miles = float(first_miles[0])
        nearest_outside = build_one(table.clinics, table.drives, int(first[0]), nearest_miles)
        if not len(listed) and near.minutes is None:
            first_radius = next((r for r in RADII_MILES if nearest_miles <= r), None)
    first_few = _List(listed[:limit], listed_miles[:limit], may_be[:limit])
    found = _tell(table, place, first_few, rows[inside], miles[inside])
    return replace(
        found,
        certain=int((~may_be).sum()),
        may_be=int(may_be.sum()),
        nearest_outside=nearest_outside,
        first_radius=first_radius,
    )


def _list_state(table: _Table, place: Place, limit: int | None) -> SearchResult:
    """Return the clinics of the place's state by city and name; there is no distance to order by."""
    clinics, masks = table.clinics, table.masks
    in_state = is_in_state(clinics, place)
    located = masks.listed & in_state & clinics["latitude"].notna().to_numpy()
    rows = np.concatenate(
        [np.flatnonzero(masks.asked), order_by_city(clinics, located & ~masks.asked)]
    ).astype(np.intp)
    listed = rows[:limit]
    count = len(listed)
    listed_all = _List(listed, np.full(count, np.nan), np.zeros(count, dtype=np.bool_))
    found = _tell(table, place, listed_all, order_by_city(clinics, in_state), None)
    return replace(found, certain=len(rows))


class _List(NamedTuple):
    """What is listed: rows, how far each is, and whether it only may be within."""

    rows: Rows
    miles: Miles
    may_be: Mask


def _tell(
    table: _Table, place: Place, listed: _List, rows: Rows, miles: Miles | None
) -> SearchResult:
    """Return a list, and what is to be said of the clinics that lie within but are not in it.

    Parameters
    ----------
    rows, miles : all that lie within, by ascending distance; None for rows of a state, in order.
    """
    clinics, drives, masks = table
    apart = rows[masks.not_known[rows]]
    apart_miles = np.full(len(apart), np.nan)
    if miles is not None:
        apart, apart_miles = _in_order(table, masks.not_known, rows, miles)
    found = FoundRows(
        *listed,
        apart,
        apart_miles,
        order_by_city(clinics, masks.unlocated),
        order_by_city(clinics, masks.at_home),
    )
    tables = build(clinics, drives, found)
    return SearchResult(
        place=place,
        within_miles=None,
        clinics=tables.clinics,
        unlocated=tables.unlocated,
        at_home=tables.at_home,
        certain=len(listed.rows),
        removed={name: int(mask[rows].sum()) for name, mask in masks.removed.items()},
        not_known=tables.not_known,
        known=count_facts(clinics, rows[masks.before_facts[rows]]),
    )


def _look_around(
    index: ClinicIndex, place: Place, is_enough: Callable[[Rows, Miles], bool]
) -> tuple[Rows, Miles]:
    """Return rows by ascending distance: the nearest few, more until they are enough, or all."""
    latitude, longitude = cast("float", place.latitude), cast("float", place.longitude)
    count = _FIRST_LOOK
    while True:
        rows, miles = nearest_one(index, latitude, longitude, count)
        if len(rows) < count or is_enough(rows, miles):
            return rows, miles
        count *= 4


def _in_order(table: _Table, wanted: Mask, rows: Rows, miles: Miles) -> tuple[Rows, Miles]:
    """Return those of `rows` that a mask has by the rule of order, the clinic asked for first."""
    masks = table.masks
    has = wanted[rows]
    found, found_miles = order_by_distance(table.clinics, rows[has], miles[has], masks.asked)
    if masks.minutes is None:
        return found, found_miles
    minutes = np.where(masks.asked[found], -1.0, masks.minutes[found])
    quickest = np.argsort(minutes, kind="stable")  # NaN last
    return found[quickest], found_miles[quickest]
