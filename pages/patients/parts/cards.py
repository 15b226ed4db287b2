"""A clinic's row in plain words, as the list component shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import pandas as pd
import phonenumbers

from geo.clinics import provenance
from geo.clinics.field import Card
from geo.clinics.fields import FIELDS
from geo.clinics.forms import EMAIL, PHONE, WEB_ADDRESS
from geo.clinics.values import describe
from geo.clinics.vocabulary import STATUS_WORDS
from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.search import wording
from pages.parts.reports import find_report_address
from pages.parts.wordings import sentence_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.clinics.field import Field
    from geo.places import Place

_LABELS: Final = {
    "directions": mark("Directions"),
    "directionsTitle": mark("Opens openstreetmap.org with the clinic's address only"),
    "onMap": mark("Show on map"),
    "details": mark("Who says so"),
    "reportLink": mark("Report a mistake"),
}


def describe_clinic(row: pd.Series, listings: pd.DataFrame) -> dict[str, Any]:
    """Return the part of a clinic's card that no search changes, in the language of this run.

    Parameters
    ----------
    row : clinic columns.
    listings : the listings of this clinic.
    """
    return {
        "id": row["clinic_id"],
        "name": row["name"],
        "address": _address(row),
        "phone": _phone(row["phone"]),
        "links": [link for field in FIELDS if (link := _link(field, row))],
        "directions": _directions(row),
        "onMap": bool(pd.notna(row["latitude"])),
        "details": [detail for field in FIELDS if (detail := _tell(field, row))],
        "certification": wording.describe_certification(str(row["treatments"])),
        "remarks": " ".join(provenance.collect_notes(row["clinic_id"], listings)),
        "status": row["status"],
        "statusWords": f"{_(STATUS_WORDS[row['status']])}:",
        "source": f"{provenance.describe_status(row.to_dict(), listings)}.",
        "listings": [_describe_listing(listing) for _index, listing in listings.iterrows()],
    }


def build_card(
    row: pd.Series,
    known: Mapping[str, Any],
    place: Place | None = None,
    *,
    over_water: bool = False,
) -> dict[str, Any]:
    """Return what a card says of one clinic.

    Parameters
    ----------
    row : clinic columns; `rank`, `distance_miles` and `may_be_within` where it was searched for.
    known : what `describe_clinic` says of it.
    place : where the distance counts from; None where there is none.
    over_water : the straight line leaves US land.

    Returns
    -------
    Texts and addresses for data/assets/clinic_list.js. `certainty` may gain words that belong to
    one search; `point` says how well the clinic's point is known, whatever is searched for.
    """
    distance, certainty = "", ""
    if place is not None and pd.notna(row.get("distance_miles")):
        distance, certainty = wording.word_distance(row, place, over_water=over_water)
    report = find_report_address()
    return {
        **known,
        "rank": int(row["rank"]) if pd.notna(row.get("rank")) else None,
        "distance": distance,
        "certainty": certainty,
        "point": certainty,
        "warnings": _warnings(row, over_water=over_water),
        "report": f"mailto:{quote(report)}?subject={quote('Listing ' + str(row['clinic_id']))}"
        if report
        else None,
        "labels": {
            **{name: _(words) for name, words in _LABELS.items()},
            "report": _report_words(row, mailed=bool(report)),
        },
    }


def _address(row: pd.Series) -> str:
    """Return the address as far as it is known, and what to ask the clinic for."""
    known = sentence_case(wording.describe_address(row))
    if row["street"]:
        return known
    if known:
        return _("{known} · ask the clinic for its address").format(known=known)
    return _("Ask the clinic for its address")


def _phone(number: str) -> dict[str, str] | None:
    try:
        parsed = phonenumbers.parse(number)  # which takes a whole number alone, as releases hold
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) != number:
        return None  # with an extension, or letters: not what a link may dial
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return {"text": national, "href": f"tel:{number}"}


def _link(field: Field, row: pd.Series) -> dict[str, Any] | None:
    """Return what there is to press for a field, or the words in its place; None for neither."""
    if field.card is not Card.LINK:
        return None
    value = str(row[field.name])
    if field.form is PHONE and (phone := _phone(value)):
        return {**phone, "outward": False}
    if field.form is WEB_ADDRESS and _is_web_address(value):
        return {"text": _(field.label), "href": value, "outward": True}
    if field.form is EMAIL and value:
        return {
            "text": _(field.label),
            "href": f"mailto:{quote(value, safe='@+')}",
            "outward": False,
        }
    return {"text": _(field.unknown), "href": None, "outward": False} if field.unknown else None


def _tell(field: Field, row: pd.Series) -> dict[str, Any] | None:
    """Return a field as a row of chips or a line of words; None where a card shows it otherwise."""
    if field.card not in {Card.CHIPS, Card.LINE}:
        return None
    label = _(field.label)
    words = [sentence_case(word) for word in describe(field, str(row[field.name]))]
    if words and field.card is Card.CHIPS:
        return {"id": field.name, "label": label, "chips": words, "text": ""}
    text = _(field.unknown)
    if words:
        text = _("{label}: {words}").format(label=label, words=", ".join(words))
    return {"id": field.name, "label": label, "chips": [], "text": text} if text else None


def _is_web_address(text: str) -> bool:
    try:
        return urlsplit(text).scheme in {"http", "https"}
    except ValueError:
        return False


def _directions(row: pd.Series) -> str | None:
    if not row["street"]:
        return None
    address = f"{row['street']}, {row['city']}, {row['state']} {row['zip']}".strip()
    return f"https://www.openstreetmap.org/directions?to={quote(address)}"


def _warnings(row: pd.Series, *, over_water: bool) -> list[str]:
    warnings = []
    if over_water:
        warnings.append(
            _(
                "The straight line crosses open water or another country: the way there is longer, "
                "and there may be no road."
            )
        )
    if "at_home" in str(row["treatments"]).split(";"):
        warnings.append(_("Offers treatment at home."))
    return warnings


def _describe_listing(listing: pd.Series) -> dict[str, str | None]:
    url = str(listing["source_url"])
    return {
        "words": _("Listed as “{name}” {source}.").format(
            name=listing["name"], source=provenance.describe_source(listing.to_dict())
        ),
        "url": url if _is_web_address(url) else None,
        "link": urlsplit(url).hostname if _is_web_address(url) else None,
    }


def _report_words(row: pd.Series, *, mailed: bool) -> str:
    if mailed:
        return ""
    return _("Something wrong? Tell the people who run this site, and name “{clinic}”.").format(
        clinic=row["clinic_id"]
    )
