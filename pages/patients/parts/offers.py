"""What is one click away from an answer: wider, unfiltered, or another place of the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.clinics.fields import find
from geo.i18n.language import format_miles, format_number
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.search.fact_filters import FACTS

if TYPE_CHECKING:
    from geo.places import Place, PlaceMatch
    from geo.search.searching import SearchResult
    from pages.patients.parts.list_protocol import ListOffer

LEAST_SHARE: Final = 0.01
MOST_OTHERS: Final = 5


def build(match: PlaceMatch, result: SearchResult) -> list[ListOffer]:
    """Return the offers for a search, each a `kind` and `value` to send back, and a `label`."""
    offers: list[ListOffer] = []
    if result.first_radius:
        offers.append(
            {
                "kind": "within",
                "value": result.first_radius,
                "label": _("Search within {distance}").format(
                    distance=format_miles(result.first_radius)
                ),
            }
        )
    if removed := result.removed.get("treatment", 0):
        offers.append(
            {
                "kind": "treatment",
                "value": "",
                "label": _("Any treatment ({count} more)").format(count=format_number(removed)),
            }
        )
    offers.extend(
        {
            "kind": "fact",
            "value": name,
            "label": _("{anything} ({count} more)").format(
                anything=sentence_case(_(find(name).anything)), count=format_number(removed)
            ),
        }
        for name in FACTS
        if (removed := result.removed.get(name, 0))
    )
    if removed := result.removed.get("unconfirmed", 0):
        offers.append(
            {
                "kind": "unconfirmed",
                "value": "",
                "label": _("Show unconfirmed ({count} more)").format(count=format_number(removed)),
            }
        )
    offers.extend(
        {
            "kind": "query",
            "value": other.label,
            "label": _("{place} instead").format(place=other.label),
        }
        for other in _pick_others(match)
    )
    return offers


def _pick_others(match: PlaceMatch) -> list[Place]:
    """Return what else may be meant: no village whose name a city has that is a hundred times it."""
    least = match.place.population * LEAST_SHARE
    return [other for other in match.others if other.kind != "city" or other.population >= least][
        :MOST_OTHERS
    ]
