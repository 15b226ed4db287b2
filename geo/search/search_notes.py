"""What is to be known of a search beside its list: how the place was understood, what could not be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.search.place_remarks import list_remarks

if TYPE_CHECKING:
    import pandas as pd

    from geo.places import PlaceFinder, PlaceMatch
    from geo.search.searching import SearchResult


def list_notes(
    match: PlaceMatch,
    result: SearchResult,
    clinics: pd.DataFrame,
    finder: PlaceFinder,
    *,
    within: float | None,
) -> list[str]:
    """Return the sentences for whoever asks by the command line or over HTTP, in English.

    Parameters
    ----------
    match : the place and what was typed beside it.
    result : of the search there.
    clinics : the clinic table of the release.
    finder : knows where a territory lies.
    within : the radius or drive that was asked for; None for none.
    """
    notes = [match.place.note]
    if match.others:
        others = "; ".join(place.label for place in match.others)
        notes.append(f"Taken for {match.place.label}. There are also: {others}.")
    if within is not None and match.place.latitude is None:
        notes.append(f"{match.place.label} has no single point, so the radius was not used.")
    if result.drive_fault:
        notes.append(f"No drives are told: {result.drive_fault}")
    return [
        *filter(None, [*notes, result.drive_remark]),
        *list_remarks(match, result, clinics, finder),
    ]
