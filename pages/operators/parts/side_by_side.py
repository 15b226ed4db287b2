"""What several listings say, side by side, with what differs marked."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

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
) -> str:
    """Return the HTML of `show`; every text is shown as it is, never as HTML.

    Parameters
    ----------
    heads : of the columns; their sources where none are given.
    about : the last rows, which are not compared.
    """
    named = heads or [row["source"] or f"Listing {at}" for at, row in enumerate(listings, start=1)]
    heading = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in named)
    rows = [
        _draw_row(name, _NAMES.get(name) or LABELS[name], listings, compare=name in FIELDS)
        for name in (*FIELDS, *about)
        if any(row.get(name) for row in listings)
    ]
    return (
        '<div class="plain-table side-by-side" tabindex="0" role="region" '
        f'aria-label="{html.escape(caption)}"><table><caption>{html.escape(caption)}</caption>'
        f'<thead><tr><th scope="col">Field</th>{heading}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _draw_row(
    name: str, heading: str, listings: Sequence[Mapping[str, str]], *, compare: bool
) -> str:
    said = [row[name] for row in listings]
    stated = [text for text in said if text]
    # What one does not say contradicts nobody.
    differs = compare and len({_fold(text) for text in stated}) > 1
    word = ' <span class="differs">differs</span>' if differs else ""
    cells = "".join(f"<td>{_draw_cell(text, mark=differs and bool(text))}</td>" for text in said)
    mark = ' class="differing"' if differs else ""
    return f'<tr{mark}><th scope="row">{html.escape(heading)}{word}</th>{cells}</tr>'


def _draw_cell(text: str, *, mark: bool) -> str:
    if not text:
        return f'<span class="unsaid">{_UNKNOWN}</span>'
    return f"<mark>{html.escape(text)}</mark>" if mark else html.escape(text)


def _fold(text: str) -> str:
    """Return a text without what makes no difference: case, and how it is spaced."""
    return " ".join(text.casefold().split())
