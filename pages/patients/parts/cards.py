"""A clinic's row in plain words, as the list component shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pandas as pd

from geo.i18n import language
from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.i18n.sentences import sentence_case
from geo.search import card_words
from geo.server.clinic_pages import BELOW, LANGUAGE
from pages.parts import components

if TYPE_CHECKING:
    from geo.places import Place
    from geo.search.clinic_card import ClinicFacts
    from pages.patients.parts.list_protocol import CardLabels, ClinicCard

_LABELS: Final[CardLabels] = {
    "onMap": mark("Show on map"),
    "details": mark("Who says so"),
    "noContact": mark("No phone or website is known"),
}


def build_card(
    row: pd.Series,
    known: ClinicFacts,
    place: Place | None = None,
    *,
    over_water: bool = False,
) -> ClinicCard:
    """Return what a card says of one clinic.

    Parameters
    ----------
    row : clinic columns; `rank`, `distance_miles` and `may_be_within` where it was searched for.
    known : what `geo.search.clinic_card.describe_clinic` says of it.
    place : where the distance counts from; None where there is none.
    over_water : the straight line leaves US land.

    Returns
    -------
    Texts and addresses for data/assets/clinic_list.js.
    """
    distance, certainty = card_words.describe_far(row, place, over_water=over_water)
    return {
        **known,
        "page": {
            "text": _("More"),
            "title": _("More about this clinic"),
            # Nothing of what was searched for: addresses stand in logs and in a browser's history.
            "href": f"{BELOW}{quote(known['id'], safe='')}?{LANGUAGE}={language.current()}",
        },
        "rank": int(row["rank"]) if pd.notna(row.get("rank")) else None,
        "band": int(row["band"]) if pd.notna(row.get("band")) else None,
        "distance": sentence_case(distance),
        "certainty": certainty,
        "warnings": _warnings(row),
        "labels": components.translate(_LABELS),
    }


def _warnings(row: pd.Series) -> list[str]:
    if "at_home" in str(row["treatments"]).split(";"):
        return [_("Offers treatment at home.")]
    return []
