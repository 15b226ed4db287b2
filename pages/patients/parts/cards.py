"""A clinic's row in plain words, as the list component shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import pandas as pd
import phonenumbers

from geo.clinics import provenance
from geo.clinics.field import Card
from geo.clinics.fields import FIELDS
from geo.clinics.forms import EMAIL, PHONE, WEB_ADDRESS
from geo.clinics.status_sentence import describe_standing
from geo.clinics.values import describe
from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.search import card_words, wording
from pages.parts import components
from pages.parts.wordings import sentence_case

if TYPE_CHECKING:
    from geo.clinics.field import Field
    from geo.places import Place
    from pages.patients.parts.list_protocol import (
        CardAction,
        CardDetail,
        CardLabels,
        CardListing,
        ClinicCard,
        ClinicFacts,
        PhoneLink,
    )

_LABELS: Final[CardLabels] = {
    "onMap": mark("Show on map"),
    "details": mark("Who says so"),
    "noContact": mark("No phone or website is known"),
}


def describe_clinic(row: pd.Series, listings: pd.DataFrame) -> ClinicFacts:
    """Return the part of a clinic's card that no search changes, in the language of this run.

    Parameters
    ----------
    row : clinic columns.
    listings : the listings of this clinic.
    """
    return {
        "id": row["clinic_id"],
        "name": row["name"],
        "address": sentence_case(card_words.describe_where(row)),
        "phone": read_phone(row["phone"]),
        "website": str(row["website"]) if _is_web_address(str(row["website"])) else "",
        "actions": [*filter(None, (*(_link(field, row) for field in FIELDS), _directions(row)))],
        "onMap": bool(pd.notna(row["latitude"])),
        "details": [detail for field in FIELDS if (detail := _tell(field, row))],
        "certification": wording.describe_certification(str(row["treatments"])),
        "remarks": " ".join(provenance.collect_notes(row["clinic_id"], listings)),
        "status": row["status"],
        "source": describe_standing(row.to_dict(), listings),
        "listings": [_describe_listing(listing) for _index, listing in listings.iterrows()],
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
    known : what `describe_clinic` says of it.
    place : where the distance counts from; None where there is none.
    over_water : the straight line leaves US land.

    Returns
    -------
    Texts and addresses for data/assets/clinic_list.js.
    """
    distance, certainty = card_words.describe_far(row, place, over_water=over_water)
    return {
        **known,
        "rank": int(row["rank"]) if pd.notna(row.get("rank")) else None,
        "band": int(row["band"]) if pd.notna(row.get("band")) else None,
        "distance": sentence_case(distance),
        "certainty": certainty,
        "warnings": _warnings(row),
        "labels": components.translate(_LABELS),
    }


def read_phone(number: str) -> PhoneLink | None:
    """Return a number as people write it and as a link dials it; None for none that can be dialled."""
    try:
        parsed = phonenumbers.parse(number)  # which takes a whole number alone, as releases hold
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) != number:
        return None  # with an extension, or letters: not what a link may dial
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return {"text": national, "href": f"tel:{number}"}


def _link(field: Field, row: pd.Series) -> CardAction | None:
    """Return what there is to press for a field; None where it gives nothing to press."""
    if field.card is not Card.LINK:
        return None
    value = str(row[field.name])
    if field.form is PHONE and (phone := read_phone(value)):
        return _action(field.name, _("Call"), phone["href"], detail=phone["text"])
    if field.form is WEB_ADDRESS and _is_web_address(value):
        host = (urlsplit(value).hostname or "").removeprefix("www.")
        return _action(field.name, _(field.label), value, detail=host)
    if field.form is EMAIL and value:
        return _action(
            field.name, _(field.label), f"mailto:{quote(value, safe='@+')}", detail=value
        )
    return None


def _action(kind: str, text: str, href: str, *, detail: str = "", title: str = "") -> CardAction:
    """Return a button; `detail` is the number or address that paper shows beside it."""
    return {
        "kind": kind,
        "text": text,
        "href": href,
        "detail": detail,
        "title": title,
        "outward": urlsplit(href).scheme in {"http", "https"},
    }


def _tell(field: Field, row: pd.Series) -> CardDetail | None:
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


def _directions(row: pd.Series) -> CardAction | None:
    if not row["street"]:
        return None
    address = f"{row['street']}, {row['city']}, {row['state']} {row['zip']}".strip()
    return _action(
        "directions",
        _("Directions"),
        f"https://www.openstreetmap.org/directions?to={quote(address)}",
        title=_("Opens openstreetmap.org with the clinic's address only"),
    )


def _warnings(row: pd.Series) -> list[str]:
    if "at_home" in str(row["treatments"]).split(";"):
        return [_("Offers treatment at home.")]
    return []


def _describe_listing(listing: pd.Series) -> CardListing:
    url = str(listing["source_url"])
    return {
        "words": _("Listed as “{name}” {source}.").format(
            name=listing["name"], source=provenance.describe_source(listing.to_dict())
        ),
        "url": url if _is_web_address(url) else None,
        "link": urlsplit(url).hostname if _is_web_address(url) else None,
    }
