"""How many clinics count in an area, and what of the list is left out: one count for all who count.

Pages, tables and exports count the open and unconfirmed clinics that are places to go to, stand at a
known place and are known to offer what was asked for. This says so beside the number, so that it can
be told from that of a search, which lists clinics without a known place too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.coverage.counting import ANY, find_listed_areas, offers
from geo.i18n.language import format_number, ngettext
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    import pandas as pd

    from geo.coverage.demand import Demand


@dataclass(frozen=True, slots=True)
class ClinicCount:
    """The clinics of an area, each in one of the fields.

    Parameters
    ----------
    counted : open and unconfirmed, with a known place, offering what was asked for.
    unplaced : likewise, but no place is known.
    other : open and unconfirmed, not known to offer what was asked for.
    at_home : open and unconfirmed, which come to the patient and are no place to go to.
    out : reported closed, or withdrawn.
    """

    counted: int
    unplaced: int
    other: int
    at_home: int
    out: int

    @property
    def listed(self) -> int:
        """All that the list holds of the area."""
        return self.counted + self.unplaced + self.other + self.at_home + self.out


def count_clinics(
    clinics: pd.DataFrame, demand: Demand, area: tuple[str, str], treatment: str = ANY
) -> ClinicCount:
    """Return how many clinics count in an area, and how many do not.

    Parameters
    ----------
    clinics : the clinic table of a release.
    demand : the areas.
    area : level and GEOID, above the county.
    treatment : `ANY`, or a code of `geo.clinics.vocabulary.TREATMENTS`.
    """
    level, geoid = area
    row = demand.areas[level]["geoid"].tolist().index(geoid)
    inside = clinics[find_listed_areas(clinics, demand, level) == row]
    shown = inside["status"].isin(SHOWN_STATUSES).to_numpy()
    at_home = shown & inside["treatments"].eq("at_home").to_numpy()
    open_to_all = shown & ~at_home
    offering = open_to_all & offers(inside, treatment)
    placed = inside["latitude"].notna().to_numpy()
    return ClinicCount(
        counted=int((offering & placed).sum()),
        unplaced=int((offering & ~placed).sum()),
        other=int((open_to_all & ~offering).sum()),
        at_home=int(at_home.sum()),
        out=int((~shown).sum()),
    )


def describe_count(count: ClinicCount) -> str:
    """Return a count and what it leaves out, in a sentence or two in the language of this run."""
    counted = ngettext("{count} clinic is counted.", "{count} clinics are counted.", count.counted)
    at_home = ngettext(
        "{count} that only comes to the home", "{count} that only come to the home", count.at_home
    )
    left_out = (
        (count.unplaced, _("{count} of which no place is known")),
        (count.other, _("{count} not known to offer this")),
        (count.at_home, at_home),
        (count.out, _("{count} reported closed or withdrawn")),
    )
    told = [words.format(count=format_number(number)) for number, words in left_out if number]
    sentences = [counted.format(count=format_number(count.counted))]
    if told:
        sentences.append(_("Left out: {clinics}.").format(clinics="; ".join(told)))
    return " ".join(sentences)
