"""Where a fact comes from, in words that a card or a table can show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.clinics.listing_sources import NOT_RECORDED, describe_title
from geo.clinics.vocabulary import EVIDENCE
from geo.i18n.language import format_date, ngettext
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def describe_source(listing: Mapping[Any, Any]) -> str:
    """Return where a listing was found and when.

    Parameters
    ----------
    listing : a row of the listing table.

    Returns
    -------
    Such as "on the clinic's own page", "in a 2026 clinic directory (public repository)", "in STAT,
    October 11, 2018"; a date that the title tells itself is not told again.

    Raises
    ------
    SourceError : the table of titles cannot be read.

    Examples
    --------
    >>> describe_source({"evidence": "press", "source": "STAT", "source_date": "2018-10-11"})
    'in STAT, October 11, 2018'
    """
    evidence, source, stated = listing["evidence"], listing["source"], listing["source_date"]
    by = {"operator": _("by {source}"), "clinic_own_page": _("on {source}")}
    where = by.get(evidence, _("in {source}")).format(source=_(source) if source else "")
    date_told = describe_title(source).date_told
    if stated:
        date_words = "" if stated == date_told else f", {format_date(stated)}"
    else:
        own_or_told = evidence == "clinic_own_page" or date_told == NOT_RECORDED
        date_words = "" if own_or_told else _(", undated")
    return f"{where}{date_words}"


def describe_status(clinic: Mapping[Any, Any], listings: pd.DataFrame) -> str:
    """Return how it is known whether a clinic operates.

    Parameters
    ----------
    clinic : a row of the clinic table, with `clinic_id` and `status`.
    listings : the listing table, or the part of it that speaks of this clinic.

    Returns
    -------
    Such as "on the clinic's own page", "in one directory, 2026, not checked by us", "reported
    closed by STAT on March 16, 2023 (closing date: March 10, 2023)"; "" if no listing is there.
    """
    of_clinic = listings[listings["clinic_id"].eq(str(clinic["clinic_id"]))]
    status = str(clinic["status"])
    if status == "withdrawn":
        return _describe_withdrawal(of_clinic)
    closings = of_clinic[of_clinic["operating"].eq("closed")]
    if status == "closed":
        return _describe_closing(closings)
    known = _describe_kinds(list_naming(of_clinic))
    if status == "open" or not known:
        return known
    if not closings.empty:
        return _("sources contradict each other: listed {known}; {closing}").format(
            known=known, closing=_describe_closing(closings)
        )
    return _("only {known}; nothing newer confirms it").format(known=known)


def list_naming(listings: pd.DataFrame) -> pd.DataFrame:
    """Return those of a clinic's listings by which it operates, or may.

    An operator who only corrects fields has not checked whether it does.
    """
    corrects = listings["operating"].eq("") & listings["evidence"].eq("operator")
    return listings[listings["operating"].isin(["", "yes", "unconfirmed"]) & ~corrects]


def collect_notes(clinic_id: str, listings: pd.DataFrame) -> list[str]:
    """Return our remarks on a clinic's listings, each once, the most trusted source's first.

    Parameters
    ----------
    clinic_id : which clinic.
    listings : the listing table, or the part of it that speaks of this clinic.

    Returns
    -------
    Such as ["City inferred from the street's name."].
    """
    noted = listings[listings["clinic_id"].eq(clinic_id) & listings["note"].ne("")]
    ranked = noted.sort_values(["evidence", "listing_id"], key=_rank_evidence)
    return [_(note) for note in dict.fromkeys(ranked["note"])]


def _describe_withdrawal(listings: pd.DataFrame) -> str:
    withdrawal = _newest(listings[listings["operating"].eq("withdrawn")])
    if withdrawal is None:
        return ""
    day = withdrawal["operating_date"] or withdrawal["source_date"]
    taken = _when(
        day, _("taken out by us"), _("taken out by us in {date}"), _("taken out by us on {date}")
    )
    reason = withdrawal["note"]
    return _("{taken}: {reason}").format(taken=taken, reason=_(reason))


def _describe_closing(closings: pd.DataFrame) -> str:
    closing = _newest(closings)
    if closing is None:
        return ""
    source = closing["source"]
    reported = _when(
        closing["source_date"],
        _("reported closed by {source}"),
        _("reported closed by {source} in {date}"),
        _("reported closed by {source} on {date}"),
        source=_(source),
    )
    day = closing["operating_date"]
    if not day:
        return reported
    return _("{reported} (closing date: {date})").format(reported=reported, date=format_date(day))


def _describe_kinds(listings: pd.DataFrame) -> str:
    kinds = []
    for evidence in EVIDENCE:
        of_kind = listings[listings["evidence"].eq(evidence)]
        if of_kind.empty:
            continue
        sources, newest = of_kind["source"].nunique(), of_kind["source_date"].max()
        if sources == 1 and not newest:
            kinds.append(describe_source(dict(of_kind.iloc[0])))
        else:
            words = _count_sources(evidence, sources)
            kinds.append(words + (f", {format_date(newest)}" if newest else _(", undated")))
    vouched = listings["evidence"].isin(["operator", "clinic_own_page"]).any()
    unchecked = _(", not checked by us") if kinds and not vouched else ""
    return "; ".join(kinds) + unchecked


def _count_sources(evidence: str, sources: int) -> str:
    """Return in how many sources of a kind a clinic was found."""
    if evidence == "operator":
        return _("checked by us")
    if evidence == "clinic_own_page":
        return _("on the clinic's own page")
    words = {
        "registry": ngettext("in one registry", "in {count} registries", sources),
        "press": ngettext("in one press report", "in {count} press reports", sources),
        "secondary_directory": ngettext("in one directory", "in {count} directories", sources),
        "claims": _("at the address of a provider whom Medicare paid for esketamine"),
    }
    return words[evidence].format(count=sources)


def _newest(listings: pd.DataFrame) -> Mapping[str, str] | None:
    if listings.empty:
        return None
    ordered = listings.sort_values(["source_date", "listing_id"], ascending=[False, True])
    return dict(ordered.iloc[0])


def _when(day: str, undated: str, in_date: str, on_date: str, **parts: str) -> str:
    """Return the words that go with a date as far as it is known."""
    words = undated
    if day:
        words = on_date if len(day) == len("2023-03-10") else in_date
    return words.format(date=format_date(day), **parts)


def _rank_evidence(values: pd.Series[str]) -> pd.Series[str]:
    ranks = {evidence: str(rank) for rank, evidence in enumerate(EVIDENCE)}
    return values.map(ranks) if values.name == "evidence" else values
