"""How well a point is known: the levels, their radii, and the words a reader is told."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from geo.i18n.language import gettext, mark


class Precision(StrEnum):
    """How a point was come by, in the order of trust in it, the best first.

    The values are the texts that stand in the column `precision`.
    """

    VERIFIED = "verified"
    ADDRESS = "address"
    INTERPOLATED = "interpolated"
    INTERPOLATED_WEAK = "interpolated_weak"
    STREET = "street"
    ZIP = "zip"
    ZIP_PO_BOX = "zip_po_box"
    CITY = "city"
    GIVEN = "given"
    STATE = "state"
    NONE = "none"

    @property
    def rank(self) -> int:
        """Place in the order of trust, 0 for the best."""
        return _RANK[self]

    @property
    def words(self) -> str:
        """What is known and what is not, fit to follow a distance ("about 5 miles; ...")."""
        return gettext(_WORDS[self])

    @property
    def radius_miles(self) -> float | None:
        """Radius that holds about 95% of true positions, in statute miles.

        None where it is a matter of the single ZIP, street or interpolated house, or where
        there is no point at all (`state`, `none`).
        """
        return _RADIUS_MILES.get(self)


INTERPOLATED_RADIUS_MILES = MappingProxyType({"urban": 0.1, "suburban": 0.3, "rural": 1.8})
"""Radius of `interpolated` by how densely its ZIP is settled; `interpolated_weak` doubles it."""

_RANK = {level: rank for rank, level in enumerate(Precision)}

_RADIUS_MILES = {
    Precision.VERIFIED: 0.02,
    Precision.ADDRESS: 0.05,
    Precision.ZIP_PO_BOX: 14.0,
    Precision.CITY: 8.0,
    Precision.GIVEN: 0.0,
}

_WORDS = {
    Precision.VERIFIED: mark("the door is known"),
    Precision.ADDRESS: mark("the address is known"),
    Precision.INTERPOLATED: mark("the street is known, the house is estimated along it"),
    Precision.INTERPOLATED_WEAK: mark(
        "the street is probably known, the house is estimated along it"
    ),
    Precision.STREET: mark("the street is known, the house is not"),
    Precision.ZIP: mark("the ZIP is known, the street is not"),
    Precision.ZIP_PO_BOX: mark("only the ZIP of a post-office box is known"),
    Precision.CITY: mark("the city is known, the street is not"),
    Precision.GIVEN: mark("from the coordinates given"),
    Precision.STATE: mark("only the state is known"),
    Precision.NONE: mark("the place is not known"),
}
