"""The points a geocoder offers: read, compared, gathered, and kept as JSON."""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from geo.errors import GeocodingError
from geo.places.precision import Precision
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SAME_PLACE_MILES: Final = 0.25
"""Candidates no further apart are one place: a house, and the clinic in it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One point that a geocoder offers.

    Attributes
    ----------
    latitude, longitude : degrees, EPSG:4326.
    precision, radius_miles : how well it is known; the radius in statute miles.
    label : the address as the geocoder writes it.
    house_number, zip, state : what it matched, "" where it does not say; `state` two letters.
    """

    latitude: float
    longitude: float
    precision: Precision
    radius_miles: float
    label: str = ""
    house_number: str = ""
    zip: str = ""
    state: str = ""


def same_house(asked: str, found: str) -> bool:
    """Say whether two house numbers are the same, as far as both are given.

    "1200-1210" holds either of its ends, "100;102" each of its numbers; "10-02" is "1002".
    """
    if not asked or not found:
        return True
    return bool(_numbers(asked) & _numbers(found))


def gather_places(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the most precise candidates, one where they are one place or pieces of one street.

    Parameters
    ----------
    candidates : the best first.

    Returns
    -------
    Of each precision but the best none; of a street one, whose radius holds all of its pieces.
    """
    best = [one for one in candidates if one.precision is candidates[0].precision]
    if len(best) <= 1:
        return tuple(best)
    first = best[0]
    apart = [
        float(geodesic_miles(first.latitude, first.longitude, one.latitude, one.longitude))
        for one in best
    ]
    if first.precision is Precision.STREET:
        reach = max(miles + one.radius_miles for miles, one in zip(apart, best, strict=True))
        return (replace(first, radius_miles=reach),)
    return (first,) if max(apart) <= SAME_PLACE_MILES else tuple(best)


def read_degrees(latitude: object, longitude: object) -> tuple[float, float]:
    """Return a point of a reply as numbers.

    Raises
    ------
    GeocodingError : it is no point on Earth.
    """
    try:
        point = float(latitude), float(longitude)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError) as error:
        raise GeocodingError(
            f"The geocoder's reply has no point but {str((latitude, longitude))[:80]}; "
            "ask again later."
        ) from error
    if not (all(map(math.isfinite, point)) and abs(point[0]) <= 90 and abs(point[1]) <= 180):  # noqa: PLR2004 - degrees
        raise GeocodingError(f"The geocoder's reply has the point {point}, which is not on Earth.")
    return point


def _numbers(text: str) -> set[str]:
    """Return the house numbers that a text may stand for, without signs."""
    numbers = set()
    for part in re.split(r"[;,/]", text.casefold()):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        numbers.add(re.sub(r"[^0-9a-z]", "", part))
        if dash and len(first) == len(last) and first < last and part.replace("-", "").isdecimal():
            numbers |= {first, last}
    return numbers - {""}


def write_candidates(candidates: Iterable[Candidate]) -> str:
    """Return candidates as a JSON list of objects, as they are kept and shown."""
    return json.dumps([asdict(candidate) for candidate in candidates], ensure_ascii=False)


def read_candidates(text: str) -> tuple[Candidate, ...]:
    """Return candidates from JSON that `write_candidates` wrote."""
    rows: list[Mapping[str, Any]] = json.loads(text)
    return tuple(Candidate(**{**row, "precision": Precision(row["precision"])}) for row in rows)
