"""How much a release may change before somebody has to say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.clinics.vocabulary import SHOWN_STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from geo.publishing.diff import Diff

MOST_LOST: Final = 0.10
"""Share of the shown clinics that may close, be withdrawn or go at once."""

MOST_ADDED: Final = 0.10
LEAST_ADDED: Final = 50
"""Share of the shown clinics, and the number if that is larger, that may come at once: a list of
something else is taken for clinics by one answer."""

MOST_UNLOCATED: Final = 0.20
"""Share of the clinics with a point that may be without one at once."""

MOST_FALL: Final = 0.05
"""How far the share of a region's adults with a clinic within 30 miles may fall at once."""


def find_refusals(diff: Diff, shrunk: pd.DataFrame) -> Iterator[str]:
    """Give a sentence for each limit that a release goes past.

    Parameters
    ----------
    diff : from the release in use to the new one.
    shrunk : the open cases of sources that suddenly hold much less, with their `reason`.
    """
    lost = _count_lost(diff)
    shown = diff.before["shown"]
    if lost > MOST_LOST * shown:
        yield (
            f"{lost:,} of {shown:,} clinics shown would be closed, withdrawn or removed "
            f"({lost / shown:.0%}; the limit is {MOST_LOST:.0%})."
        )
    added = _count_added(diff)
    limit = max(MOST_ADDED * shown, LEAST_ADDED)
    if added > limit:
        yield (
            f"{added:,} clinics would be shown that were not, beside {shown:,} "
            f"(the limit is {limit:,.0f}): are they all such clinics?"
        )
    before, after = diff.before["located"], diff.after["located"]
    if after < (1 - MOST_UNLOCATED) * before:
        yield (
            f"{after:,} clinics would have a point instead of {before:,} "
            f"({1 - after / before:.0%} fewer; the limit is {MOST_UNLOCATED:.0%})."
        )
    regions = diff.coverage[
        diff.coverage["level"].eq("region") & diff.coverage["measure"].eq("share_within_30_miles")
    ]
    # Where no clinic has a point any more, the share is not known, and no adult has one nearby.
    figures = regions.fillna({"before": 0.0, "after": 0.0})
    for name, was, now in zip(*(figures[key] for key in ("name", "before", "after")), strict=True):
        if was - now > MOST_FALL:
            yield (
                f"{name}: adults with a clinic within 30 miles would fall {was:.1%} → {now:.1%} "
                f"(the limit is {MOST_FALL * 100:.0f} points)."
            )
    yield from shrunk["reason"]


def _count_lost(diff: Diff) -> int:
    """Count the clinics shown before that would be shown no more; a merged one is shown still."""
    gone = diff.removed["merged_into"].eq("") & diff.removed["status"].isin(SHOWN_STATUSES)
    out = diff.statuses["before"].isin(SHOWN_STATUSES) & ~diff.statuses["after"].isin(
        SHOWN_STATUSES
    )
    return int(gone.sum() + out.sum())


def _count_added(diff: Diff) -> int:
    """Count the clinics that would be shown and were not: new ones, and those shown again."""
    new = diff.added["status"].isin(SHOWN_STATUSES) & diff.added["split_from"].eq("")
    again = ~diff.statuses["before"].isin(SHOWN_STATUSES) & diff.statuses["after"].isin(
        SHOWN_STATUSES
    )
    return int(new.sum() + again.sum())
