"""What is said of a search beside its list: a payer that was typed, a territory without clinics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.clinics.fields import find
from geo.clinics.values import describe
from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.i18n.language import format_miles, format_number, ngettext
from geo.i18n.language import gettext as _
from geo.places.states import TERRITORIES
from geo.search.nearest import build_index, nearest_one

if TYPE_CHECKING:
    import pandas as pd

    from geo.places import PlaceFinder, PlaceMatch
    from geo.search.searching import SearchResult


def list_remarks(
    match: PlaceMatch,
    result: SearchResult,
    clinics: pd.DataFrame,
    finder: PlaceFinder,
) -> list[str]:
    """Return the sentences that stand above a list, in the language of this run.

    Parameters
    ----------
    match : the place and what was typed beside it.
    result : of the search there.
    clinics : the clinic table of the release.
    finder : knows where a territory lies.
    """
    return [
        *filter(
            None,
            [
                describe_payer(match.wishes.payment, result),
                _describe_territory(match, clinics, finder),
            ],
        )
    ]


def describe_payer(code: str, result: SearchResult) -> str:
    """Return of how many clinics shown a payer is known, and whom to ask; "" where none was typed.

    Parameters
    ----------
    code : a code of the field `payment`, or "".
    result : of the search.
    """
    if not code or result.clinics.empty:
        return ""
    payer = describe(find("payment"), code)[0]
    values = result.clinics["payment"]
    known = sum(code in str(value).split(";") for value in values)
    return ngettext(
        "{payer}: known for {known} of the {count} clinic shown. Ask the clinic and your plan.",
        "{payer}: known for {known} of the {count} clinics shown. Ask the clinics and your plan.",
        len(values),
    ).format(
        payer=payer[:1].upper() + payer[1:],
        known=format_number(known),
        count=format_number(len(values)),
    )


def _describe_territory(match: PlaceMatch, clinics: pd.DataFrame, finder: PlaceFinder) -> str:
    """Return that none is listed in a territory, and how far the nearest flight goes; or ""."""
    place = match.place
    if place.state not in TERRITORIES:
        return ""
    listed = clinics[clinics["status"].isin(SHOWN_STATUSES)]
    if (listed["state"] == place.state).any():
        return ""
    none = _("None listed in {territory}.").format(territory=finder.states.name(place.state))
    if place.latitude is None or place.longitude is None:
        point = finder.zips.middle_of_state(place.state)
    else:
        point = place.latitude, place.longitude
    if point is None or listed.empty:
        return none
    rows, miles = nearest_one(build_index(listed), *point, 1)
    if not len(rows):
        return none
    clinic = listed.iloc[int(rows[0])]
    flight = _("The nearest is {clinic} in {city}, {state}, a flight of about {distance}.").format(
        clinic=clinic["name"],
        city=clinic["city"],
        state=clinic["state"],
        distance=format_miles(round(float(miles[0]), -1)),
    )
    return f"{none} {flight}"
