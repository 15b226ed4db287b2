"""What a record of NPPES says: names, practice locations, deactivation; nothing of persons."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from geo.sources.cleaning import clean_date, is_relevant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NPI: Final = "NPI"
ENTITY: Final = "Entity Type Code"
LEGAL_NAME: Final = "Provider Organization Name (Legal Business Name)"
OTHER_NAME: Final = "Provider Other Organization Name"
OTHER_NAME_KIND: Final = "Provider Other Organization Name Type Code"
LAST_UPDATE: Final = "Last Update Date"
DEACTIVATED: Final = "NPI Deactivation Date"
REACTIVATED: Final = "NPI Reactivation Date"
ORGANISATION: Final = "2"
FORMER_NAME: Final = "4"

_PRACTICE: Final = "Provider Business Practice Location Address"
_SECONDARY: Final = "Provider Secondary Practice Location Address"


class AddressColumns(NamedTuple):
    """In which columns a table keeps an address."""

    line_1: str
    line_2: str
    city: str
    state: str
    zip: str
    country: str
    phone: str


PRIMARY: Final = AddressColumns(
    "Provider First Line Business Practice Location Address",
    "Provider Second Line Business Practice Location Address",
    f"{_PRACTICE} City Name",
    f"{_PRACTICE} State Name",
    f"{_PRACTICE} Postal Code",
    f"{_PRACTICE} Country Code (If outside U.S.)",
    f"{_PRACTICE} Telephone Number",
)
SECONDARY: Final = AddressColumns(
    f"{_SECONDARY}- Address Line 1",
    f"{_SECONDARY}-  Address Line 2",
    f"{_SECONDARY} - City Name",
    f"{_SECONDARY} - State Name",
    f"{_SECONDARY} - Postal Code",
    f"{_SECONDARY} - Country Code (If outside U.S.)",
    f"{_SECONDARY} - Telephone Number",
)
MAIN_COLUMNS: Final = (
    *(NPI, ENTITY, LEGAL_NAME, OTHER_NAME, OTHER_NAME_KIND),
    *PRIMARY,
    *(LAST_UPDATE, DEACTIVATED, REACTIVATED),
)
OTHER_NAME_COLUMNS: Final = (NPI, OTHER_NAME, OTHER_NAME_KIND)
LOCATION_COLUMNS: Final = (NPI, *SECONDARY)

_FACTS: Final = frozenset(
    {
        *MAIN_COLUMNS,
        *LOCATION_COLUMNS,
        f"{_PRACTICE} Fax Number",
        f"{_SECONDARY} - Telephone Extension",
        "Provider Practice Location Address - Fax Number",
        "Provider Enumeration Date",
        "NPI Deactivation Reason Code",
        "Is Organization Subpart",
        "Parent Organization LBN",
        "Certification Date",
        *(f"Healthcare Provider Taxonomy Code_{number}" for number in range(1, 16)),
        *(f"Healthcare Provider Primary Taxonomy Switch_{number}" for number in range(1, 16)),
    }
)
"""Columns kept in `raw`: named one by one, so that no person's name comes in with a new column."""

_COUNTRIES: Final = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
_ESKETAMINE: Final = re.compile(r"esketamine|spravato", re.IGNORECASE)
_IV: Final = re.compile(r"(?<!es)ketamine\s+infusion|\biv\s+ketamine", re.IGNORECASE)


class Name(NamedTuple):
    """A name of an organisation, and whether it is a former one."""

    text: str
    is_former: bool = False


def list_names(row: Mapping[str, str], others: Iterable[Name]) -> list[Name]:
    """Return the names of a main row, its legal one first, then those of the other-name file."""
    own = Name(row[OTHER_NAME], row[OTHER_NAME_KIND] == FORMER_NAME)
    return [name for name in (Name(row[LEGAL_NAME]), own, *others) if name.text.strip()]


def choose_name(names: Iterable[Name]) -> str:
    """Return the name to show: the first in use that is relevant, else the first in use.

    Parameters
    ----------
    names : at least one, as `list_names` returns them.

    Examples
    --------
    >>> choose_name([Name("Smith Medical PC"), Name("Bay Ketamine")])
    'Bay Ketamine'
    """
    return min(names, key=lambda name: (name.is_former, not is_relevant(name.text))).text


def name_treatments(names: Iterable[Name]) -> str:
    """Return the codes of the treatments that names in use tell outright, joined by ";".

    Examples
    --------
    >>> name_treatments([Name("Bay Spravato"), Name("IV Ketamine Center")])
    'iv;esketamine'
    """
    in_use = [name.text for name in names if not name.is_former]
    patterns = {"iv": _IV, "esketamine": _ESKETAMINE}
    return ";".join(code for code, words in patterns.items() if any(map(words.search, in_use)))


def describe_location(row: Mapping[str, str], columns: AddressColumns) -> dict[str, str]:
    """Return the fields of a listing that an address gives."""
    lines = (row[columns.line_1], row[columns.line_2])
    state, country = row[columns.state], row[columns.country].strip().upper()
    abroad = country and country not in _COUNTRIES  # whose codes of states can be those of ours
    return {
        "street": ", ".join(line.strip() for line in lines if line.strip()),
        "city": row[columns.city],
        "state": f"{state}, {country}" if abroad else state,
        "zip": row[columns.zip],
        "phone": row[columns.phone],
    }


def key_address(row: Mapping[str, str], columns: AddressColumns) -> str:
    """Return a short key of an address that stays when rows are reordered, respaced or recased."""
    lines = (row[columns.line_1], row[columns.line_2], row[columns.city], row[columns.state])
    words = " ".join((*lines, row[columns.zip].strip()[:5])).upper().split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]


def keep_facts(row: Mapping[str, str], others: Iterable[Name] = ()) -> dict[str, object]:
    """Return what goes into `raw`: a row's facts without persons, and the names of the side file.

    What is empty is left out.
    """
    facts = {column: text for column, text in row.items() if text and column in _FACTS}
    other_names = [name.text for name in others]
    return facts | ({"Other Names": other_names} if other_names else {})


def is_npi(text: str) -> bool:
    """Tell whether a text can stand for an NPI in a listing's id; its check digit may be wrong."""
    return re.fullmatch(r"[0-9]{10}", text) is not None


def find_deactivation(row: Mapping[str, str]) -> str:
    """Return the day on which an NPI was deactivated for good, or "" where it is in use."""
    day, again = (clean_date(row[column], date.max).value for column in (DEACTIVATED, REACTIVATED))
    return "" if again >= day else day
