"""What several listings say, side by side, with what differs marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import htpy as h
import streamlit as st
from markupsafe import Markup

from geo.clinics import fields
from geo.clinics.field import Origin
from pages.operators.parts.decision_words import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS: Final = tuple(
    field.name for field in fields.FIELDS if field.column and field.origin is not Origin.DERIVED
)
"""What sources state of a clinic."""

_ABOUT: Final = ("source", "source_date", "evidence", "listing_id", "clinic_id")
_ABOUT_CLINICS: Final = ("status", "source_date", "evidence", "listings", "clinic_id")
_NAMES: Final = {"listings": "Listings"}
_UNKNOWN: Final = "not said"


def show(caption: str, listings: Sequence[Mapping[str, str]]) -> None:
    """Draw listings as columns and their fields as rows; what nobody says is left out.

    Parameters
    ----------
    caption : what is compared.
    listings : rows of `geo.clinics.listings`.
    """
    st.html(draw(caption, listings))


def show_clinics(caption: str, clinics: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw clinics as columns, each under its heading; what is known of none is left out.

    Parameters
    ----------
    caption : what is compared.
    clinics : heading -> a row of `geo.clinics.resolving`.
    """
    rows = [{str(name): str(value) for name, value in row.items()} for row in clinics.values()]
    st.html(draw(caption, rows, heads=list(clinics), about=_ABOUT_CLINICS))


def draw(
    caption: str,
    listings: Sequence[Mapping[str, str]],
    *,
    heads: Sequence[str] = (),
    about: Sequence[str] = _ABOUT,
) -> Markup:
    """Return the HTML of `show`; every text is shown as it is, never as HTML.

    Parameters
    ----------
    heads : of the columns; their sources where none are given.
    about : the last rows, which are not compared.
    """
    named = heads or [row["source"] or f"Listing {at}" for at, row in enumerate(listings, start=1)]
    heading = [h.th(scope="col")[head] for head in ("Field", *named)]
    rows = [
        _draw_row(name, _NAMES.get(name) or LABELS[name], listings, compare=name in FIELDS)
        for name in (*FIELDS, *about)
        if any(row.get(name) for row in listings)
    ]
    table = h.table[h.caption[caption], h.thead[h.tr[heading]], h.tbody[rows]]
    return Markup.escape(
        h.div(".plain-table.side-by-side", tabindex="0", role="region", aria_label=caption)[table]
    )


def _draw_row(
    name: str, heading: str, listings: Sequence[Mapping[str, str]], *, compare: bool
) -> h.Element:
    said = [row[name] for row in listings]
    stated = [text for text in said if text]
    # What one does not say contradicts nobody.
    differs = compare and len({_fold(text) for text in stated}) > 1
    word = h.span(".differs")["differs"]
    cells = [h.td[_draw_cell(text, mark=differs and bool(text))] for text in said]
    return h.tr(class_="differing" if differs else None)[
        h.th(scope="row")[heading, (" ", word) if differs else None], cells
    ]


def _draw_cell(text: str, *, mark: bool) -> h.Element | str:
    if not text:
        return h.span(".unsaid")[_UNKNOWN]
    return h.mark[text] if mark else text


def _fold(text: str) -> str:
    """Return a text without what makes no difference: case, and how it is spaced."""
    return " ".join(text.casefold().split())
