"""The forms of the US Census geocoder: a batch as it is sent, and the replies as they come."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.errors import GeocodingError
from geo.geocoding.candidates import read_degrees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.geocoding.outcome import Query

_WITHOUT_MATCH: Final = 3  # fields of a row that is no match
_WITH_MATCH: Final = frozenset({8, 12})  # of `locations`, and of `geographies`
_STATUS: Final = 2  # the field of the status
_EXACTNESS: Final = ("Exact", "Non_Exact")


@dataclass(frozen=True, slots=True)
class BatchRow:
    """What a batch says of one address.

    Attributes
    ----------
    status : `Match`, `No_Match` or `Tie`.
    is_exact : of a match, whether the address was found as written.
    label, latitude, longitude : of a match; degrees, EPSG:4326 (NAD 83, the same to a metre).
    raw : the row as it came.
    """

    status: str
    is_exact: bool = False
    label: str = ""
    latitude: float = float("nan")
    longitude: float = float("nan")
    raw: str = ""

    @property
    def is_tie(self) -> bool:
        """Whether several places fit, of which a batch names none."""
        return self.status == "Tie"


def write_batch(queries: Sequence[Query]) -> bytes:
    """Return the addresses as the form takes them: no heading, the position of each as its id."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for number, query in enumerate(queries):
        writer.writerow([number, query.street, query.city, query.state, query.zip])
    return text.getvalue().encode()


def read_batch(reply: str, sent: int) -> list[BatchRow]:
    """Return the rows of a batch's reply, which come in any order, in the order they were sent.

    Parameters
    ----------
    reply : quoted CSV without a heading: id, address, `Match`, `Exact` or `Non_Exact`, matched
        address, "longitude,latitude", line, side; three fields where there is no match.
    sent : how many addresses were.

    Raises
    ------
    GeocodingError : it is not such a reply, or not to exactly these addresses.
    """
    rows: list[BatchRow | None] = [None] * sent
    try:
        for fields in csv.reader(io.StringIO(reply, newline=""), strict=True):
            if not fields:
                continue
            number = fields[0]
            if not (number.isascii() and number.isdecimal() and len(number) <= len(str(sent))):
                raise GeocodingError(
                    f"The Census geocoder's reply is no list of addresses but {reply[:80]!r}."
                )
            if int(number) >= sent or rows[int(number)] is not None:
                raise GeocodingError(
                    f"The Census geocoder's reply has the row {number} twice or unasked."
                )
            rows[int(number)] = _read_row(fields)
    except csv.Error as error:
        raise GeocodingError(f"The Census geocoder's reply breaks off: {error}.") from error
    whole = [row for row in rows if row is not None]
    if len(whole) < sent:
        raise GeocodingError(
            f"The Census geocoder's reply has {len(whole):,} of the {sent:,} addresses sent."
        )
    return whole


def read_matches(document: object) -> list[Mapping[str, Any]]:
    """Return the matches in the reply to a single address, each with a point that can be read.

    Raises
    ------
    GeocodingError : it is not such a reply.
    """
    try:
        matches = list(document["result"]["addressMatches"])  # type: ignore[index]
        for match in matches:
            read_degrees(match["coordinates"]["y"], match["coordinates"]["x"])
            split_label(match["matchedAddress"])
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise GeocodingError(
            "The Census geocoder's reply has no list of matches where it should; ask again later."
        ) from error
    return matches


def split_label(label: str) -> tuple[str, str, str]:
    """Return house number, state and ZIP of an address as the service writes it.

    Parameters
    ----------
    label : such as "4600 SILVER HILL RD, WASHINGTON, DC, 20233".

    Returns
    -------
    The three, each "" where it is not there.
    """
    street, *parts = (part.strip() for part in label.split(","))
    zip_code = parts.pop() if parts and re.fullmatch(r"[0-9]{5}", parts[-1]) else ""
    state = parts.pop() if parts and re.fullmatch(r"[A-Za-z]{2}", parts[-1]) else ""
    number = street.split(" ", 1)[0]
    return number if number[:1].isdigit() else "", state.upper(), zip_code


def _read_row(fields: list[str]) -> BatchRow:
    raw = io.StringIO()
    csv.writer(raw, quoting=csv.QUOTE_ALL, lineterminator="").writerow(fields)
    status = fields[2] if len(fields) > _STATUS else ""
    if len(fields) == _WITHOUT_MATCH and status in {"No_Match", "Tie"}:
        return BatchRow(status, raw=raw.getvalue())
    if len(fields) not in _WITH_MATCH or status != "Match" or fields[3] not in _EXACTNESS:
        raise GeocodingError(f"The Census geocoder's reply has a row of another form: {fields}.")
    longitude, _, latitude = fields[5].partition(",")
    return BatchRow(
        status,
        fields[3] == "Exact",
        fields[4],
        *read_degrees(latitude, longitude),
        raw=raw.getvalue(),
    )
