"""The part of a clinic's card that no search changes: who it is, what is known, who says so.

data/assets/protocol.d.ts has the same types for the scripts that draw a card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict
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
from geo.i18n.sentences import sentence_case
from geo.search import card_words, wording

if TYPE_CHECKING:
    from geo.clinics.field import Field


class PhoneLink(TypedDict):
    """A number as people write it, and as a link dials it."""

    text: str
    href: str


class CardAction(TypedDict):
    """What there is to press; `detail` is the number or address that paper shows beside it."""

    kind: str
    text: str
    href: str
    detail: str
    title: str
    outward: bool


class CardDetail(TypedDict):
    """What a field says: chips, or else a text."""

    id: str
    label: str
    chips: list[str]
    text: str


class CardListing(TypedDict):
    """Who lists a clinic, and where."""

    words: str
    url: str | None
    link: str | None


class ClinicFacts(TypedDict):
    """The part of a card that no search changes."""

    id: str
    name: str
    address: str
    phone: PhoneLink | None
    website: str
    actions: list[CardAction]
    onMap: bool
    details: list[CardDetail]
    certification: str
    remarks: str
    status: str
    source: str
    listings: list[CardListing]


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


def _describe_listing(listing: pd.Series) -> CardListing:
    url = str(listing["source_url"])
    return {
        "words": _("Listed as “{name}” {source}.").format(
            name=listing["name"], source=provenance.describe_source(listing.to_dict())
        ),
        "url": url if _is_web_address(url) else None,
        "link": urlsplit(url).hostname if _is_web_address(url) else None,
    }
