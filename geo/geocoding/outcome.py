"""What a geocoder is asked for, and what may come of it: a match, a tie, no match, or an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from geo.places.address import normalise, split_unit

if TYPE_CHECKING:
    from geo.geocoding.candidates import Candidate

LONGEST_RAW: Final = 100_000
"""Characters of a raw reply that are kept."""

_LONGEST_PART: Final = 100  # what the Census form takes
_PO_BOX: Final = re.compile(
    r"^(?:(?:p\W{0,2}o\W{0,2}|post\s+office\s+|caller\s+)?box|p\W{0,2}o\b|pmb)\W*[0-9a-z]*\d",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"^[0-9][0-9a-z/-]*", re.IGNORECASE)


class Kind(StrEnum):
    """How a question to a geocoder ended; the values are the texts that are kept."""

    MATCH = "match"
    TIE = "tie"
    NO_MATCH = "no_match"
    ERROR = "error"


KIND_BY_CANDIDATES: Final = (Kind.NO_MATCH, Kind.MATCH, Kind.TIE)
"""What none, one, and two or more candidates make of a reply."""


@dataclass(frozen=True, slots=True)
class Query:
    """One address to ask for, without its unit; a part that is not known is empty."""

    street: str
    city: str
    state: str
    zip: str

    @property
    def key(self) -> str:
        """The text that tells this address from others, whatever its capitals."""
        return f"{self.street}, {self.city}, {self.state} {self.zip}".casefold()

    @property
    def line(self) -> str:
        """The address on one line."""
        town = ", ".join(part for part in (self.street, self.city, self.state) if part)
        return f"{town} {self.zip}".strip()

    @property
    def house_number(self) -> str:
        """The number before the street's name, or ""."""
        number = _NUMBER.match(self.street)
        return number[0] if number else ""

    @property
    def is_askable(self) -> bool:
        """Whether a street can be found by it: no post-office box, and some town or ZIP."""
        return (
            bool(re.search(r"[^\W\d_]", self.street))
            and not _PO_BOX.match(self.street)
            and bool(self.zip or (self.city and self.state))
        )


def make_query(street: str, city: str, state: str, zip_code: str) -> Query:
    """Return the question for a recorded address: one line a part, the unit taken off.

    Parameters
    ----------
    street, city, state, zip_code : as recorded, "" where unknown; of the ZIP five digits count.
    """
    line, _ = split_unit(normalise(street))
    digits = re.match(r"[0-9]{5}(?![0-9])", zip_code.strip())
    return Query(
        street=_shorten(line),
        city=_shorten(normalise(city)),
        state=_shorten(normalise(state)),
        zip=digits[0] if digits else "",
    )


def _shorten(part: str) -> str:
    """Return a part without commas, which set parts apart, and no longer than a form takes."""
    return " ".join(part.replace(",", " ").split())[:_LONGEST_PART].strip()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one provider said of one address.

    Attributes
    ----------
    kind : a match has one candidate, a tie several or none, the others none.
    provider, benchmark : who answered, by which data.
    candidates : the points, the best first.
    licence : of the points.
    raw : the reply as it came, cut at `LONGEST_RAW`; for an error what went wrong.
    at : when, `YYYY-MM-DDTHH:MM:SSZ`, in UTC.
    final : of an error, whether asking again cannot help, since the address itself was refused.
    """

    kind: Kind
    provider: str
    benchmark: str
    candidates: tuple[Candidate, ...] = ()
    licence: str = ""
    raw: str = ""
    at: str = ""
    final: bool = False
