"""What the Coverage page is asked, as the query of its address, and the areas that it then lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.coverage.counting import ANY
from geo.coverage.coverage_table import NATION
from pages.analysts.parts.coverage_view import LEVELS
from pages.analysts.parts.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.coverage.coverage_table import Coverage

_AROUND: Final = {"division": "region", "state": "division"}
"""Level -> the one above it that an area is shown among."""


@dataclass(frozen=True)
class Asked:
    """A question to the Coverage page, by the names of its address.

    Parameters
    ----------
    show : the level that is listed.
    area : level and GEOID of the area that it is about.
    measure, treatment : keys.
    release : an id; "" for the release in use.
    """

    show: str = "region"
    area: tuple[str, str] = NATION
    measure: str = next(iter(MEASURES))
    treatment: str = ANY
    release: str = ""

    def to_query(self) -> dict[str, Any]:
        """Return the query of a link that asks this again; what nobody chose is left out."""
        nobody = Asked()
        told = {
            "show": (self.show, nobody.show),
            "in": (":".join(self.area), ":".join(nobody.area)),
            "measure": (self.measure, nobody.measure),
            "treatment": (self.treatment, nobody.treatment),
            "release": (self.release, nobody.release),
        }
        return {name: value for name, (value, unasked) in told.items() if value != unasked}


def read_query(query: Mapping[str, str]) -> Asked:
    """Return the question of a link; what is not understood is as if it was not asked.

    Whether there are such an area, treatment and release is looked at where they are chosen.
    """
    nobody = Asked()
    level, _colon, geoid = query.get("in", "").partition(":")
    show, measure = query.get("show", ""), query.get("measure", "")
    return Asked(
        show=show if show in LEVELS else nobody.show,
        area=(level, geoid) if geoid else nobody.area,
        measure=measure if measure in MEASURES else nobody.measure,
        treatment=query.get("treatment", nobody.treatment),
        release=query.get("release", nobody.release),
    )


def place(
    coverage: Coverage, level: str, area: tuple[str, str]
) -> tuple[tuple[str, str], str | None]:
    """Return what to list areas of a level in, for a question about an area, and which to mark.

    What lies in the area is listed where the level is a finer one. Else the area, or the one of
    the level that holds it, is marked among those beside it.

    Returns
    -------
    Level and GEOID of the area to list in, and the GEOID to mark; None where there is none.
    """
    order = ["nation", *LEVELS]
    if order.index(area[0]) < order.index(level):
        return area, None
    holder = _find_holder(coverage, level, area)
    if holder is None:
        return NATION, None  # Puerto Rico lies in no region
    above = _AROUND.get(level)
    around = _find_holder(coverage, above, (level, holder)) if above else None
    return (NATION if above is None or around is None else (above, around)), holder


def _find_holder(coverage: Coverage, level: str, area: tuple[str, str]) -> str | None:
    """Return the GEOID of the area of a level that an area is or lies in; None where it is in none."""
    if area[0] == level:
        return area[1]
    named = coverage.level(level)
    found = named.index[named["name"].eq(coverage.area(area)[level])]
    return str(found[0]) if len(found) else None
