"""What an analyst asks of the siting page, and the link that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.coverage.counting import ANY
from geo.coverage.drive_measures import WITHIN_MINUTES
from geo.coverage.measures import WITHIN_MILES
from geo.i18n.language import format_miles, mark
from geo.search import wording
from geo.search.drive_words import name_drive
from geo.siting.question import COVERAGE, DISTANCE, SHARE

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_SITES: Final = 20
OBJECTIVES: Final = {
    COVERAGE: mark("most adults newly within reach"),
    DISTANCE: mark("least mean distance"),
    SHARE: mark("fewest sites for a share"),
}
MIDWEST: Final = ("region", "2")

DRIVES: Final = {f"{minutes}min": minutes for minutes in WITHIN_MINUTES}
"""Drives as they stand in a link -> minutes."""

_CHOICES: Final[dict[str, int | str]] = {
    **{str(miles): miles for miles in WITHIN_MILES},
    **{drive: drive for drive in DRIVES},
}


@dataclass(frozen=True)
class Plan:
    """A question about new sites.

    Parameters
    ----------
    area : level and GEOID.
    add : how many sites, kept ones among them; not asked where a share is.
    share_percent : of adults within the distance, where the fewest sites for it are asked.
    within : the distance that counts, statute miles; or a drive of `DRIVES`.
    objective, treatment : codes.
    keep : sites that stay, as their `site` texts.
    """

    area: tuple[str, str] = MIDWEST
    add: int = 5
    share_percent: int = 90
    within: int | str = 60
    objective: str = COVERAGE
    treatment: str = ANY
    keep: tuple[str, ...] = ()

    @property
    def within_miles(self) -> int | None:
        """The straight line that counts; None where a drive does."""
        return self.within if isinstance(self.within, int) else None

    @property
    def within_minutes(self) -> int | None:
        """The drive that counts; None where a straight line does."""
        return None if isinstance(self.within, int) else DRIVES[self.within]

    @property
    def measure(self) -> str:
        """The measure of coverage that says how many adults are that near."""
        if isinstance(self.within, int):
            return f"share_within_{self.within}_miles"
        return f"share_within_{DRIVES[self.within]}_minutes"

    def to_query(self) -> dict[str, Any]:
        """Return the query of a link that asks this again."""
        return {
            "in": ":".join(self.area),
            "add": str(self.add),
            "share": str(self.share_percent),
            "within": str(self.within),
            "objective": self.objective,
            "treatment": self.treatment,
            **({"keep": ";".join(self.keep)} if self.keep else {}),
        }


def describe_within(within: int | str) -> str:
    """Return how near is near, in words."""
    return format_miles(within) if isinstance(within, int) else name_drive(DRIVES[within])


def read_query(query: Mapping[str, str], areas: list[tuple[str, str]]) -> Plan:
    """Return the plan of a link; what is not understood stands at its default."""
    plan = Plan()
    add, share, within = (query.get(name, "") for name in ("add", "share", "within"))
    objective, treatment = query.get("objective", ""), query.get("treatment", "")
    return Plan(
        area=_read_area(query) if asks(query, areas) else plan.area,
        add=_read_count(add, MOST_SITES) or plan.add,
        share_percent=_read_count(share, 100) or plan.share_percent,
        within=_CHOICES.get(within, plan.within),
        objective=objective if objective in OBJECTIVES else plan.objective,
        treatment=treatment if treatment in wording.TREATMENTS else plan.treatment,
        keep=tuple(text for text in query.get("keep", "").split(";") if text)[:MOST_SITES],
    )


def asks(query: Mapping[str, str], areas: list[tuple[str, str]]) -> bool:
    """Tell whether a link names an area; for one that does not, no solver is set to work."""
    return _read_area(query) in areas


def _read_area(query: Mapping[str, str]) -> tuple[str, str]:
    level, _colon, geoid = query.get("in", "").partition(":")
    return level, geoid


def _read_count(text: str, most: int) -> int:
    """Return a whole number up to `most`; 0 where the text is none."""
    if not (text.isascii() and text.isdecimal()):
        return 0
    # Python refuses to read thousands of digits.
    digits = text.lstrip("0")
    return most if len(digits) > len(str(most)) else min(int(digits or 0), most)
