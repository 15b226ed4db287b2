"""What is to be said beside the sites of a plan: why there are fewer, and which add little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.i18n.language import format_number, ngettext
from geo.i18n.language import gettext as _
from geo.siting.question import DISTANCE

if TYPE_CHECKING:
    import pandas as pd

FEW_ADULTS: Final = 1_000
"""A site that adds fewer adults is marked: the points of ZIPs say little of so few."""


def tell_fewer(found: int, asked: int, objective: str) -> str:
    """Return why there are fewer sites than were asked for; "" where there are not.

    Parameters
    ----------
    found : how many sites a final answer has.
    asked : how many were to be found.
    objective : one of `geo.siting.question.OBJECTIVES`, but `share`.
    """
    if found >= asked:
        return ""
    why = (
        _("no further place brings an adult nearer to a clinic")
        if objective == DISTANCE
        else _("no further place adds an adult")
    )
    return _("{found} of {asked} sites: {why}.").format(
        found=format_number(found), asked=format_number(asked), why=why
    )


def adds_little(adults_gained: float) -> bool:
    """Tell whether a site adds so few adults that it is marked."""
    return adults_gained < FEW_ADULTS


def tell_little(sites: pd.DataFrame) -> str:
    """Return how many of the sites add little; "" where none does.

    Parameters
    ----------
    sites : of `geo.siting.sites.describe_sites`.
    """
    count = sum(map(adds_little, sites["adults_gained"]))
    if not count:
        return ""
    return ngettext(
        "{count} site, marked *, adds fewer than {least} adults.",
        "{count} sites, marked *, each add fewer than {least} adults.",
        count,
    ).format(count=format_number(count), least=format_number(FEW_ADULTS))
