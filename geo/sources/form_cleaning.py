"""The texts of a field's form as a source or an operator writes them, put into that form."""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.clinics import code_lists, forms
from geo.clinics.forms import Codes, PartialDate, Text
from geo.sources import cleaning, hours_cleaning
from geo.sources.cleaning import Cleaned, clean_text, show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo.clinics.field import Column
    from geo.clinics.forms import Code, Form

_CLEANERS: Final[Mapping[Form, Callable[[str], Cleaned]]] = MappingProxyType(
    {
        forms.STATE: cleaning.clean_state,
        forms.PHONE: cleaning.clean_phone,
        forms.WEB_ADDRESS: cleaning.clean_website,
        forms.NPI: cleaning.clean_npi,
        forms.OPERATING_WORD: cleaning.clean_operating,
        forms.EMAIL: cleaning.clean_email,
        forms.EVIDENCE_KIND: cleaning.clean_evidence,
        forms.HOURS: hours_cleaning.clean_hours,
    }
)

_PARTS: Final = re.compile(
    # After a denial "cash only" is none, and before one ", no insurance" denies nothing of it.
    r"[;|\n]|\.\s|\bbut\b|,\s?(?=(?:no|not|without)\b|[^,;|\n]{0,40}\bonly\b)",
    re.IGNORECASE,
)
_DENIAL: Final = re.compile(
    r"\b(no|not|never|without|except|other than)\b(?!-)|n['\u2019]t\b", re.IGNORECASE
)


def clean(form: Form, text: str, *, state: str = "", today: date = date.max) -> Cleaned:
    """Return a text in a form that a source may state, or the reason why it cannot be used.

    Parameters
    ----------
    state : of the place, which tells a ZIP that lost its zero.
    today : the last day that is no future.

    Raises
    ------
    KeyError : the form has no cleaner.
    """
    match form:
        case Text():
            return Cleaned(clean_text(text))
        case forms.ZIP:
            return cleaning.clean_zip(text, state)
        case PartialDate():
            return cleaning.clean_date(text, today)
        case Codes():
            return _clean_codes(form, text)
        case _:
            return _CLEANERS[form](text)


def find_look(column: Column, form: Form | None) -> Callable[[str], bool] | None:
    """Return what tells whether a value looks like one of a column that a field is read from.

    Parameters
    ----------
    form : of the field; None where the column holds no field of ours.

    Returns
    -------
    What the column's own look finds; else what the cleaner of the form can use; None where any text
    may stand, or prose that need not name a code.
    """
    look = column.look
    if look is not None:
        return lambda text: look.search(text) is not None
    is_prose = isinstance(form, Codes) and form.several and any(code.prose for code in form.codes)
    if form is None or isinstance(form, Text) or is_prose:
        return None
    return lambda text: not clean(form, text).reason


def find_codes(form: Codes, text: str) -> str:
    """Return the codes that a text names outright, in the form's order.

    A text that is a list of codes already gives those codes.

    Parameters
    ----------
    text : a name, a description or a list.

    Returns
    -------
    Codes joined by ";", or "". Where the form takes one alone, the first of them.
    """
    listed = {*re.split(r"[;,|\s]+", text.lower()), ""}
    if listed <= {*form.names, ""}:
        found = [code for code in form.names if code in listed]
    else:
        said = drop_denials(text) if form.several else text
        found = [code.code for code in form.codes if _is_named(code, said)]
    return ";".join(found if form.several else found[:1])


def find_treatments(text: str) -> str:
    """Return the codes of the treatments a text names outright, in the listing's order.

    "Ketamine" alone tells no way of giving it, so it gives none.
    """
    return find_codes(code_lists.TREATMENT_CODES, text)


def _clean_codes(form: Codes, text: str) -> Cleaned:
    codes, cleaned = find_codes(form, text), clean_text(text)
    return Cleaned(
        codes, f"{show(cleaned)} names none that is known" if cleaned and not codes else ""
    )


def drop_denials(text: str) -> str:
    """Return the parts of a text that deny nothing: "no Medicaid" names it, and says the opposite."""
    return "; ".join(part for part in _PARTS.split(text) if not _DENIAL.search(part))


def _is_named(code: Code, text: str) -> bool:
    if code.prose is not None:
        return code.prose.search(text) is not None
    said = f" {_fold(text)} "
    return any(f" {_fold(words)} " in said for words in (code.code, code.words))


def _fold(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
