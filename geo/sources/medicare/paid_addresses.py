"""Rows of payments put together by address: organisations by name, individuals only counted."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geo.dedupe.addresses import read_address
from geo.errors import SourceError
from geo.sources.cleaning import clean_state, clean_street, clean_text, clean_zip, show

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Final = frozenset({"G2082", "G2083", "S0013", "J0013"})
"""Of HCPCS, for esketamine: a visit with up to 56 mg, one with more, and the drug alone."""

CODE: Final = re.compile(r"G208[23]|[JS]0013", re.IGNORECASE)
"""One of `CODES`."""

MOST_ADDRESSES: Final = 100_000
"""That Medicare pays for esketamine at; there are a few thousand."""

_ORGANISATION: Final = "O"
_ENTITIES: Final[Mapping[str, str]] = {
    "O": "O", "2": "O", "ORGANIZATION": "O", "I": "I", "1": "I", "INDIVIDUAL": "I",
}  # fmt: skip
_FACTS: Final = ("street", "unit", "city", "state", "zip", "code", "services")


@dataclass
class PaidAddress:
    """An address at which providers are registered whom Medicare paid.

    Attributes
    ----------
    street, unit, city, state, zip : as `geo.clinics.fields` has them.
    line : the first row's, from 1; 0 where that means nothing.
    organisations : by NPI, the name and how many services.
    individuals : their NPIs, to count them; they are kept nowhere.
    codes : of `CODES`.
    services : in all, as far as told.
    rows : that were put together.
    """

    street: str
    unit: str
    city: str
    state: str
    zip: str
    line: int = 0
    organisations: dict[str, tuple[str, float]] = field(default_factory=dict)
    individuals: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    services: float = 0.0
    rows: int = 0

    @property
    def name(self) -> str:
        """Return the name of the organisation with the most services, or words for individuals."""
        if self.organisations:
            best = max(self.organisations.items(), key=lambda one: (one[1][1], one[0]))
            return best[1][0]
        return f"Provider at {self.street}"

    @property
    def npi(self) -> str:
        """Return the NPI of the organisation, if it is the only one."""
        return next(iter(self.organisations)) if len(self.organisations) == 1 else ""

    def describe(self, year: str) -> dict[str, object]:
        """Return its facts, without individuals."""
        told = {
            "year": year,
            "codes": sorted(self.codes),
            "organizations": [
                {"npi": npi, "name": name} for npi, (name, _) in sorted(self.organisations.items())
            ],
            "individuals": len(self.individuals),
            "services": round(self.services),
            "rows": self.rows,
        }
        return {name: value for name, value in told.items() if value}


class AddressBook:
    """Gathers rows by address."""

    def __init__(self) -> None:
        self.addresses: dict[str, PaidAddress] = {}

    def add(self, cells: Mapping[str, str], line: int = 0) -> str:
        """Take a row of `payment_rows.COLUMNS`; return why it cannot be used, or "".

        Raises
        ------
        SourceError : there are more than `MOST_ADDRESSES`.
        """
        entity = _ENTITIES.get(cells["entity"].strip().upper(), "")
        npi, name = clean_text(cells["npi"]), clean_text(cells["name"])
        state = clean_state(cells["state"])
        street, unit = clean_street(cells["street"], cells["unit"])
        parts, room = read_address(street, unit)
        code = clean_zip(cells["zip"], state.value).value
        city = clean_text(cells["city"]).strip(" ,")
        faults = {
            f"the kind of provider is {show(clean_text(cells['entity']))}, not I or O": not entity,
            "it has no NPI": not npi,
            "it is an organization's, and has no name": entity == _ORGANISATION and not name,
            f"state: {state.reason or 'it has none'}": not state.value,
            f"its street {show(street)} is no place with a house number": not (
                parts.house and parts.core
            ),
            "it has neither city nor ZIP": not (city or code),
        }
        if any(faults.values()):
            return next(words for words, holds in faults.items() if holds)
        told = (*parts[:4], *room, code or city.casefold(), state.value)
        key = hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:16]
        known = self.addresses.setdefault(
            key, PaidAddress(street, unit, city, state.value, code, line)
        )
        if len(self.addresses) > MOST_ADDRESSES:
            raise SourceError(
                f"It tells of more than {MOST_ADDRESSES:,} addresses, far more than Medicare pays for "
                "esketamine at; look at the file."
            )
        services = _read_number(cells["services"])
        if entity == _ORGANISATION:
            before = known.organisations.get(npi, (name, 0.0))
            known.organisations[npi] = (before[0], before[1] + services)
        else:
            known.individuals.add(npi)
        known.codes.add(cells["code"].strip().upper())
        known.services += services
        known.rows += 1
        return ""


def keep_facts(cells: Mapping[str, str]) -> dict[str, object]:
    """Return what of a row may be kept: nothing that names an individual."""
    kept: dict[str, object] = {name: cells[name] for name in _FACTS if cells.get(name)}
    if _ENTITIES.get(cells.get("entity", "").strip().upper()) == _ORGANISATION:
        kept |= {name: cells[name] for name in ("npi", "name")}
    return kept


def _read_number(text: str) -> float:
    """Return a count of services; 0 for one that is left out, such as "*"."""
    plain = text.strip().replace(",", "")
    if not plain.replace(".", "", 1).isdecimal() or not plain.isascii():
        return 0.0
    return float(plain[:15])
