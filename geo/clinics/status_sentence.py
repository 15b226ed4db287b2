"""How it is known that a clinic operates, as one sentence that nobody takes for opening hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.clinics.provenance import describe_status, list_naming
from geo.clinics.vocabulary import EVIDENCE
from geo.i18n.language import gettext as _
from geo.i18n.language import ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_VOUCHED = ("operator", "clinic_own_page")
_YEAR = len("2026")


def describe_standing(clinic: Mapping[Any, Any], listings: pd.DataFrame) -> str:
    """Return on whose word a clinic is listed, for a patient's card.

    Parameters
    ----------
    clinic : a row of the clinic table, with `clinic_id` and `status`.
    listings : the listing table, or the part of it that speaks of this clinic.

    Returns
    -------
    Such as "A directory listed it in 2026; nobody has called to check.", "Unconfirmed: a press
    report named it in 2018; nothing newer confirms it."; of a closed clinic who reported that; ""
    if no listing is there.
    """
    of_clinic = listings[listings["clinic_id"].eq(str(clinic["clinic_id"]))]
    status = str(clinic["status"])
    naming = list_naming(of_clinic)
    contradicted = status == "unconfirmed" and bool(of_clinic["operating"].eq("closed").any())
    if status in {"closed", "withdrawn"} or contradicted or naming.empty:
        told = describe_status(clinic, listings)
        return f"{told[:1].upper()}{told[1:]}." if told else ""
    evidence = next(kind for kind in EVIDENCE if naming["evidence"].eq(kind).any())
    of_kind = naming[naming["evidence"].eq(evidence)]
    found = _describe_kind(
        evidence, of_kind["source"].nunique(), str(of_kind["source_date"].max())[:_YEAR]
    )
    if status == "unconfirmed":
        return _("Unconfirmed: {found}; nothing newer confirms it.").format(
            found=found[:1].lower() + found[1:]
        )
    if evidence in _VOUCHED:
        return f"{found}."
    return _("{found}; nobody has called to check.").format(found=found)


def _describe_kind(evidence: str, sources: int, year: str) -> str:
    """Return what sources of a kind did, and in which year; "" stands for no date."""
    if evidence == "operator":
        words = _("We checked it in {year}") if year else _("We checked it")
    elif evidence == "clinic_own_page":
        words = _("On the clinic's own page in {year}") if year else _("On the clinic's own page")
    elif evidence == "registry":
        words = _("A registry listed it in {year}") if year else _("A registry lists it, undated")
    elif evidence == "press":
        words = (
            _("A press report named it in {year}")
            if year
            else _("A press report named it, undated")
        )
    elif evidence == "claims":
        words = (
            _("A provider registered here was paid by Medicare for esketamine in {year}")
            if year
            else _("A provider registered here was paid by Medicare for esketamine")
        )
    elif year:
        words = ngettext(
            "A directory listed it in {year}",
            "{count} directories listed it, last in {year}",
            sources,
        )
    else:
        words = ngettext(
            "A directory lists it, undated", "{count} directories list it, undated", sources
        )
    return words.format(count=sources, year=year)
