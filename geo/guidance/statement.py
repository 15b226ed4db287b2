"""What a statement of the page "Before you go" is: its words, its sources, and who checked it when.

The statements stand in `geo.guidance.statements` and `geo.guidance.visits`. Until an operator has
read one against its source and written so into data/guidance_checked.csv, the page says that it is
not yet checked.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from geo.errors import SchemaError
from geo.paths import DATA

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from pathlib import Path

WRITTEN: Final = "2026-11-28"
"""The day of the text."""

CHECKED_FILE: Final = DATA / "guidance_checked.csv"
COLUMNS: Final = ("statement", "source", "checked", "page")


class Kind(StrEnum):
    """Who stands behind a source."""

    OFFICIAL = "official"
    PAPER = "paper"
    COMMERCIAL = "commercial"
    OWN = "own"


@dataclass(frozen=True)
class Source:
    """Where a statement comes from.

    Parameters
    ----------
    key : names it in data/guidance_checked.csv.
    title : as it is printed.
    url : the address that the page links; "" where it links none.
    """

    key: str
    kind: Kind
    title: str
    url: str = ""


@dataclass(frozen=True)
class Statement:
    """What is said, in one paragraph and perhaps a list below it, and on whose word.

    Parameters
    ----------
    key : names it in data/guidance_checked.csv; stays when the words change.
    """

    key: str
    text: str
    sources: tuple[Source, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Statements under one heading.

    Parameters
    ----------
    key : its anchor in the page's address.
    shown : how many of its statements stand on the page at once, the others in a fold below them;
        0 where the heading says whom it concerns, and is itself the fold.
    """

    key: str
    heading: str
    statements: tuple[Statement, ...]
    shown: int = 1


@dataclass(frozen=True)
class Check:
    """That a statement was read against a source: on which day, and on which page."""

    checked: dt.date
    page: str


def read_checks(
    sections: Iterable[Section], path: Path = CHECKED_FILE
) -> Mapping[tuple[str, str], Check]:
    """Return what operators have checked: (statement, source) -> when and where, the newest last.

    Parameters
    ----------
    sections : whose statements and sources may be named.
    path : CSV with the columns `statement`, `source` (their keys), `checked` (2027-03-10) and
        `page` (the https address that was read).

    Raises
    ------
    SchemaError : the file is missing or a row names what there is not; it says which line.
    """
    known = {
        (statement.key, source.key)
        for section in sections
        for statement in section.statements
        for source in statement.sources
    }
    name = f"data/{path.name}"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaError(f"{name} cannot be read; put it back, its header alone is enough.") from (
            error
        )
    try:
        return _read_rows(csv.DictReader(lines), known, name)
    except csv.Error as error:
        raise SchemaError(f"{name} is no CSV: {error}.") from error


def _read_rows(
    rows: csv.DictReader[str], known: Container[tuple[str, str]], name: str
) -> Mapping[tuple[str, str], Check]:
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise SchemaError(f"The first line of {name} must be {','.join(COLUMNS)}.")
    checks: dict[tuple[str, str], Check] = {}
    for row in rows:
        where = f"{name}, line {rows.line_num}"
        pair = (row["statement"], row["source"])
        if pair not in known:
            raise SchemaError(f"{where}: no statement {pair[0]!r} has the source {pair[1]!r}.")
        check = Check(_read_day(row["checked"], where), _read_page(row["page"], where))
        if pair not in checks or checks[pair].checked <= check.checked:
            checks[pair] = check
    return checks


def _read_day(text: str | None, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError as error:
        raise SchemaError(f"{where}: {text!r} is no date; write it as 2027-03-10.") from error


def _read_page(text: str | None, where: str) -> str:
    try:
        parts = urlsplit(text or "")
        is_page = parts.scheme == "https" and bool(parts.hostname)
    except ValueError:  # brackets without an IPv6 address, for one
        is_page = False
    if not is_page:
        raise SchemaError(f"{where}: {text!r} is no address; name the https page that was read.")
    return text or ""
