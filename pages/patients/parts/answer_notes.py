"""Sentences above a list: what is not shown, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.clinics.fields import find
from geo.guidance.other_ways import tell_at_home
from geo.i18n.language import format_number, ngettext
from geo.i18n.language import gettext as _
from geo.i18n.reasons import say
from geo.search import bands
from pages.patients.parts import paging

if TYPE_CHECKING:
    import pandas as pd

    from geo.places import Place
    from geo.search.searching import SearchResult


def tell_place(place: Place) -> str:
    """Return how the place was understood; what counts for figures of regions alone is left out."""
    return " ".join(say(note) for note in place.notes if note.code != "territory")


def tell_shown(result: SearchResult, page: paging.Page) -> str:
    """Return which clinics of how many a page shows; "" where one is all there is."""
    total = paging.count_clinics(result)
    unknown = len(result.not_known)
    if total > paging.SIZE:
        words = (
            _("Showing {first}–{last} of {count}; of {unknown} of them it is not known.")
            if unknown
            else _("Showing {first}–{last} of {count}.")
        )
    elif total > 1:
        words = (
            _("Showing {count}; of {unknown} of them it is not known.")
            if unknown
            else _("Showing all {count}.")
        )
    else:
        return ""
    return words.format(
        first=page.first + 1,
        last=page.first + len(page.clinics) + len(page.not_known),
        count=format_number(total),
        unknown=format_number(unknown),
    )


def tell_left_out(result: SearchResult) -> str:
    """Return how many clinics each choice of the person leaves out; "" where none does."""
    labels = {"treatment": _("treatment"), "unconfirmed": _("unconfirmed")}
    choices = [
        f"{format_number(count)} ({labels.get(name) or _(find(name).label).lower()})"
        for name, count in result.removed.items()
        if count
    ]
    if not choices:
        return ""
    return _("Not shown because of what you chose: {choices}.").format(choices=", ".join(choices))


def tell_fault(result: SearchResult) -> str:
    """Return what patients are told of drives that are not as they should be, without its cause."""
    if result.drive_fault:
        return _("Drives cannot be told from here; the distances are straight lines.")
    if result.drive_remark:
        return _(
            "The service for drive times is not available just now; these drives are our own "
            "estimate from the main roads."
        )
    return ""


def explain_nothing(result: SearchResult, treatment: str | None) -> list[str]:
    """Return why nothing is found, and what is right of treatment at home where that was asked for."""
    at_home = [tell_at_home()] if treatment == "at_home" else []
    if len(result.clinics) or result.nearest_outside is not None:
        return at_home
    if result.wanted:
        return [*at_home, _("Of no clinic on our list is this known. Lift a filter.")]
    return at_home or [
        _("No clinic of this kind is on our list. Ask your doctor, or try another treatment.")
    ]


def tell_not_known(result: SearchResult) -> list[str]:
    """Return that there is a group below of clinics that may be as chosen."""
    count = len(result.not_known)
    if not count:
        return []
    words = ngettext(
        "Of {count} clinic it is not known whether it is as you chose. It stands under "
        "“Not known”.",
        "Of {count} clinics it is not known whether they are as you chose. They stand under "
        "“Not known”.",
        count,
    )
    return [words.format(count=format_number(count))]


def tell_whom_to_ask(clinics: pd.DataFrame, chosen: str) -> str:
    """Return what is not known of clinics, and which of them can be asked."""
    reached = int(bands.can_reach(clinics).sum())
    if reached == len(clinics):
        words = _("No source of ours says whether this holds of them: {chosen}. Ask them.")
    elif reached:
        words = _(
            "No source of ours says whether this holds of them: {chosen}. Ask those that have a "
            "phone, a website or an email address."
        )
    else:
        words = _(
            "No source of ours says whether this holds of them: {chosen}. No phone, website or "
            "email address of theirs is known."
        )
    return words.format(chosen=chosen)
