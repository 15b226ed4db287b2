"""Where a fact comes from, in words that a card or a table can show."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.listings import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_KINDS: Final = MappingProxyType(
    {
        "operator": ("checked by us", "checked by us"),
        "clinic_own_page": ("on the clinic's own page", "on the clinic's own page"),
        "registry": ("in one registry", "in {} registries"),
        "press": ("in one press report", "in {} press reports"),
        "secondary_directory": ("in one directory", "in {} directories"),
    }
)


def describe_source(listing: Mapping[str, str]) -> str:
    """Return where a listing was found and when.

    Parameters
    ----------
    listing : a row of the listing table.

    Returns
    -------
    Such as "on the clinic's own page", "in a 2026 clinic directory", "in STAT, October 11, 2018".

    Examples
    --------
    >>> describe_source({"evidence": "press", "source": "STAT", "source_date": "2018-10-11"})
    'in STAT, October 11, 2018'
    """
    evidence, source, stated = listing["evidence"], listing["source"], listing["source_date"]
    preposition = {"operator": "by", "clinic_own_page": "on"}.get(evidence, "in")
    if stated:
        told = "" if stated in source else f", {spell_date(stated)}"
    else:
        own_or_told = evidence == "clinic_own_page" or "date not recorded" in source
        told = "" if own_or_told else ", undated"
    return f"{preposition} {source}{told}"


def describe_status(clinic: Mapping[str, object], listings: pd.DataFrame) -> str:
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
    naming = of_clinic[of_clinic["operating"].isin(["", "yes", "unconfirmed"])]
    known = _describe_kinds(naming)
    if status == "open" or not known:
        return known
    if not closings.empty:
        return f"sources contradict each other: listed {known}; {_describe_closing(closings)}"
    return f"only {known}; nothing newer confirms it"


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
    return list(dict.fromkeys(ranked["note"]))


def spell_date(text: str) -> str:
    """Return a date that may lack its day, or day and month, as people write it.

    Examples
    --------
    >>> spell_date("2023-03-10"), spell_date("2023-03"), spell_date("2026")
    ('March 10, 2023', 'March 2023', '2026')
    """
    year, *rest = text.split("-")
    if not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    return f"{month} {int(rest[1])}, {year}" if rest[1:] else f"{month} {year}"


def _describe_withdrawal(listings: pd.DataFrame) -> str:
    withdrawal = _newest(listings[listings["operating"].eq("withdrawn")])
    if withdrawal is None:
        return ""
    day = withdrawal["operating_date"] or withdrawal["source_date"]
    return f"taken out by us{_on(day)}: {withdrawal['note']}"


def _describe_closing(closings: pd.DataFrame) -> str:
    closing = _newest(closings)
    if closing is None:
        return ""
    reported = f"reported closed by {closing['source']}{_on(closing['source_date'])}"
    day = closing["operating_date"]
    return f"{reported} (closing date: {spell_date(day)})" if day else reported


def _describe_kinds(listings: pd.DataFrame) -> str:
    kinds = []
    for evidence in EVIDENCE:
        of_kind = listings[listings["evidence"].eq(evidence)]
        if of_kind.empty:
            continue
        one, several = _KINDS[evidence]
        sources, newest = of_kind["source"].nunique(), of_kind["source_date"].max()
        if sources == 1 and not newest:
            kinds.append(describe_source(dict(of_kind.iloc[0])))
        else:
            words = one if sources == 1 else several.format(sources)
            kinds.append(f"{words}, {spell_date(newest)}" if newest else f"{words}, undated")
    vouched = listings["evidence"].isin(["operator", "clinic_own_page"]).any()
    unchecked = ", not checked by us" if kinds and not vouched else ""
    return "; ".join(kinds) + unchecked


def _newest(listings: pd.DataFrame) -> Mapping[str, str] | None:
    if listings.empty:
        return None
    ordered = listings.sort_values(["source_date", "listing_id"], ascending=[False, True])
    return dict(ordered.iloc[0])


def _on(day: str) -> str:
    if not day:
        return ""
    return f" {'on' if len(day) == len('2023-03-10') else 'in'} {spell_date(day)}"


def _rank_evidence(values: pd.Series[str]) -> pd.Series[str]:
    ranks = {evidence: str(rank) for rank, evidence in enumerate(EVIDENCE)}
    return values.map(ranks) if values.name == "evidence" else values
