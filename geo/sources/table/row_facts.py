"""What a row of a table says of a clinic: its columns joined, parted, and made one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from geo.clinics.resolving import ADDRESS
from geo.clinics.vocabulary import Evidence
from geo.sources import osm_lifecycle
from geo.sources.cleaning import clean_date, clean_evidence, clean_operating, clean_text, show
from geo.sources.found_state import find_state
from geo.sources.operating_words import (
    CLOSED,
    DOUBTFUL,
    OPEN,
    is_marked_closed,
    is_shut_all_hours,
    is_worth_asking,
    read_operating,
)
from geo.sources.reading import FIELDS as LISTING_FIELDS
from geo.sources.table.cells import is_spreadsheet_error
from geo.sources.whole_address import part_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from geo.sources.table.known_exports import KnownExport

_NO_NAME: Final = frozenset({"", "n/a", "na", "none", "null", "same", "same as above", "-", "."})


class RowFacts(NamedTuple):
    """A row's fields as `BatchBuilder.add` takes them, and its remarks: column, what was, why."""

    fields: dict[str, str]
    remarks: list[tuple[str, str, str]]


def choose_name(said: Mapping[str, str]) -> str:
    """Return the name that people know a clinic by: its trade name before its legal one.

    Examples
    --------
    >>> choose_name({"trade_name": "Calm Ketamine", "legal_name": "Pat Example MD PLLC"})
    'Calm Ketamine'
    >>> choose_name({"trade_name": "N/A", "legal_name": "Bay Infusions LLC"})
    'Bay Infusions LLC'
    """
    trade, name, legal = (
        clean_text(said.get(column, "")) for column in ("trade_name", "name", "legal_name")
    )
    return (trade if trade.casefold() not in _NO_NAME else "") or name or legal


def read_facts(
    said: Mapping[str, str],
    record: Mapping[str, str],
    export: KnownExport | None,
    *,
    source_date: str,
    today: date,
) -> RowFacts:
    """Return what a row says.

    Parameters
    ----------
    said : field of `geo.sources.table.mapping.COLUMNS` -> its cell.
    record : heading -> cell; its tags, where the table is OpenStreetMap's.
    export : what the table is an export of, if that is known.
    source_date : of the table, for a row without one of its own.
    today : the last day that is no future.

    Raises
    ------
    SourceError : a reference table is missing or damaged.
    """
    broken = {name: cell for name, cell in said.items() if is_spreadsheet_error(cell)}
    said = {name: "" if name in broken else cell for name, cell in said.items()}
    fields = {name: said.get(name, "") for name in LISTING_FIELDS if name in said}
    for name in LISTING_FIELDS:
        fields.setdefault(name, "")
    fields["name"] = choose_name(said)
    remarks = [(name, cell, "a spreadsheet's error stands there") for name, cell in broken.items()]
    remarks += _read_address(fields, said)
    operating, day, why = _read_operating(said, fields["name"], today)
    if export is not None and export.is_osm and operating != CLOSED:
        gone, ended = osm_lifecycle.read_end(record, today)
        operating, day, why = (gone, ended, None) if gone else (operating, day, why)
    fields["operating"] = operating
    fields["operating_date"] = day or fields["operating_date"]
    if why:
        remarks.append(("operating", *why))
    own_kind = clean_evidence(fields["evidence"]).value
    if not fields["source_date"].strip() and own_kind != Evidence.PRESS:
        fields["source_date"] = source_date
    return RowFacts(fields, remarks)


def _read_address(fields: dict[str, str], said: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Fill in the address of a row; a whole one fills what has no column or no value."""
    remarks: list[tuple[str, str, str]] = []
    number, street = clean_text(said.get("house_number", "")), fields["street"].strip()
    if number and not street.casefold().startswith(number.casefold()):
        fields["street"] = f"{number} {street}".strip()
    whole = said.get("address", "")
    if not whole.strip() and street and not (fields["city"].strip() or fields["zip"].strip()):
        whole, fields["street"] = fields["street"], ""  # it is one, in the column of the street
    if whole.strip():
        parts = part_whole(whole)
        told = {name: getattr(parts, name) for name in ADDRESS}
        for name in ADDRESS:
            fields[name] = fields[name].strip() or told[name]
        if parts.left:
            why = (
                "it holds more than one address; the first is taken"
                if parts.city
                else "no city can be told in it; what cannot be parted stays in the street"
            )
            remarks.append(("street", clean_text(whole), why))
    if not clean_text(fields["state"]):
        fields["state"], note = find_state(
            fields["zip"], said.get("latitude", ""), said.get("longitude", "")
        )
        fields["note"] = " ".join(filter(None, (fields["note"].strip(), note)))
    return remarks


def _read_operating(
    said: Mapping[str, str], name: str, today: date
) -> tuple[str, str, tuple[str, str] | None]:
    """Return what a row says of whether its clinic operates, since when, and what is in doubt."""
    words = [clean_text(said.get(column, "")) for column in ("operating", "licence_status")]
    found = [(word, clean_operating(word)) for text in words for word in text.split("; ") if word]
    stated = {_say_together(text) for text in words}
    ended = clean_text(said.get("closed_on", ""))
    day = clean_date(ended, today)
    expired = _find_end(said.get("expires", ""), today)
    if (
        CLOSED in stated
        or day.value
        or (ended and read_operating(ended) == OPEN)
        or is_marked_closed(name)
        or is_shut_all_hours(said.get("hours", ""))
        or _is_ahead(said.get("opens", ""), today)
        or read_operating(said.get("opens", "")) == CLOSED
        or (expired and not stated - {""})
    ):
        return CLOSED, day.value or ("" if stated - {""} else expired), None
    doubts = [
        (word, one.reason or f"its status is {show(word)}")
        for word, one in found
        if (one.reason or is_worth_asking(word)) and DOUBTFUL in stated
    ]
    if ended and not _is_ahead(ended, today) and read_operating(ended) is None:
        doubts.append((ended, f"{show(ended)} is no day on which it closed"))
    elif expired:
        word = found[0][0]
        doubts.append((word, f"its status is {show(word)}, and its licence ended {expired}"))
    if doubts or DOUBTFUL in stated:
        return DOUBTFUL, "", doubts[0] if doubts else None
    return (OPEN if OPEN in stated else ""), "", None


def _say_together(text: str) -> str:
    """Return what words say that several rows of a place brought: one licence is enough."""
    said = {clean_operating(word).value for word in text.split("; ") if word}
    return next((word for word in (OPEN, CLOSED, DOUBTFUL) if word in said), "")


def _find_end(text: str, today: date) -> str:
    """Return the day, month or year on which a licence ended, "" where it has not."""
    day = clean_date(text, today).value
    last = day + "-12-31"[len(day) - len("2026") :] if day else ""
    return day if last and last < today.isoformat() else ""


def _is_ahead(text: str, today: date) -> bool:
    return clean_date(text, today).reason.endswith("lies in the future")
