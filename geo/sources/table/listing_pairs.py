"""Pairs of listings that somebody asks about: a CSV with a pair a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from geo.clinics.listings import COLUMNS
from geo.errors import SourceError
from geo.sources import cleaning
from geo.sources.table.delimited import read_rows, sniff

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SIDES: Final = ("a_", "b_")
FACTS: Final = ("name", "street", "unit", "city", "state", "zip", "phone", "website", "npi")
"""The columns of a side, behind its letter; a file may lack all but the name."""

_PHONE_DIGITS: Final = 10


class ListingPairs(NamedTuple):
    """The first and the second of each pair, in the file's order: the columns of a listing."""

    one: pd.DataFrame
    other: pd.DataFrame


def read_pairs(path: Path) -> ListingPairs:
    """Return the pairs of a file, each fact in a listing's form, and "" where it has none.

    Parameters
    ----------
    path : a CSV with the columns `a_name`, `a_street` and so on (`FACTS`), and the same with `b_`.
        Other columns are passed over.

    Raises
    ------
    SourceError : the file cannot be read, has no names for both sides, or a row is cut short or
        lacks a name.
    """
    rows = read_rows(path, sniff(path))
    first = next(rows, None)
    heading = [cell.strip().lower() for cell in first.cells] if first else []
    for side in SIDES:
        if f"{side}name" not in heading:
            raise SourceError(
                f"{path.name} has no column {side}name; give each pair a row, with the columns "
                f"{', '.join(f'a_{fact}' for fact in FACTS)}, and the same with b_."
            )
    sides: dict[str, list[dict[str, str]]] = {side: [] for side in SIDES}
    for row in rows:
        if row.fault:
            raise SourceError(f"Line {row.line} of {path.name} cannot be used: {row.fault}.")
        cells = dict(zip(heading, row.cells, strict=False))
        for side, listings in sides.items():
            listing = _clean({fact: cells.get(f"{side}{fact}", "") for fact in FACTS})
            if not listing["name"]:
                raise SourceError(
                    f"Line {row.line} of {path.name} has no {side}name; a pair needs both names."
                )
            listings.append(listing)
    return ListingPairs(
        *(pd.DataFrame(sides[side], columns=list(COLUMNS), dtype="str") for side in SIDES)
    )


def _clean(facts: Mapping[str, str]) -> dict[str, str]:
    state = cleaning.clean_state(facts["state"]).value
    street, unit = cleaning.clean_street(facts["street"], facts["unit"])
    return dict.fromkeys(COLUMNS, "") | {
        "name": cleaning.clean_text(facts["name"]),
        "street": street,
        "unit": unit,
        "city": cleaning.clean_text(facts["city"]),
        "state": state,
        "zip": cleaning.clean_zip(facts["zip"], state).value,
        "phone": _clean_phone(facts["phone"]),
        "website": cleaning.clean_website(facts["website"]).value,
        "npi": cleaning.clean_text(facts["npi"]),
    }


def _clean_phone(text: str) -> str:
    """Return a telephone number; its digits where nobody can have it, which two may still share."""
    digits = re.sub(r"\D", "", text)[-_PHONE_DIGITS:]
    return cleaning.clean_phone(text).value or (
        f"+1{digits}" if len(digits) == _PHONE_DIGITS else ""
    )
