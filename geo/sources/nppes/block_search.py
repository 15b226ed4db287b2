"""Find what matters in a block of bytes that holds whole records of a CSV, and count its records.

Where records end is exact, not guessed: a line break ends a record if and only if an even number of
quotation marks stands before it, which holds for every CSV (RFC 4180), as a quotation mark inside a
field is doubled. For the same reason a line break before one quotation mark and a digit, as before
an NPI, always ends a record: there the count begins anew, so that a quotation mark too many or too
few spoils its own record alone, and where all line breaks are such nothing needs to be counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORDS: Final = (b"ketamine", b"spravato")
"""What a record that matters speaks of, in any case; the first is in "esketamine" too."""

SPARE: Final = 16
"""Bytes behind a block, so that the first cells of a short record can be looked at."""

_WINDOW: Final = 4  # bytes compared at once
_WINDOWS: Final = tuple(
    np.frombuffer(word[at : at + _WINDOW], np.uint32)[0] for word in WORDS for at in range(_WINDOW)
)
_AROUND: Final = 3 * _WINDOW  # a word that covers a window reaches no further than its neighbours
_ANY_WORD: Final = re.compile(b"|".join(WORDS))
_NPI_LENGTH: Final = 10
_BASE: Final = 10
_PLACES: Final = _BASE ** np.arange(_NPI_LENGTH - 1, -1, -1, dtype=np.int64)
_PERSON: Final = np.frombuffer(b'","1"', np.uint8)  # behind the ten digits
_QUOTE, _LINE_FEED, _RETURN, _ZERO, _CASE_BIT = 34, 10, 13, 48, 32


class Record(NamedTuple):
    """A record as it stands in the file, and how many line breaks stand before it."""

    line: int
    text: bytes


class Stretch(NamedTuple):
    """How many records and line breaks a stretch of the file holds, and the records to look at."""

    records: int
    lines: int
    found: list[Record]


def search_block(
    block: bytearray, size: int, wanted: frozenset[int], *, words: bool, persons_told: bool
) -> Stretch:
    """Return a block's records that are to be looked at.

    These begin with an NPI that is wanted, in quotes or not, or hold one of `WORDS`, or have a line
    break inside (a quotation mark may be missing), or are a last one without a line break.

    Parameters
    ----------
    block : whole records from its beginning on, and `SPARE` bytes that do not count.
    size : how many bytes the records are.
    wanted : NPIs.
    words : whether to search `WORDS`.
    persons_told : whether the second column is the kind of provider; records that call themselves a
        person's are then not searched for words.
    """
    held = np.frombuffer(block, np.uint8, size + SPARE)
    breaks = np.flatnonzero(held[:size] == _LINE_FEED)
    quoted = _is_quoted(held, breaks)
    ends = breaks[~quoted]
    to_check = [np.searchsorted(ends, breaks[quoted])]
    if not len(ends) or ends[-1] < size - 1:
        ends = np.append(ends, size)
        to_check.append(np.array([len(ends) - 1]))
    starts = np.concatenate(([0], ends[:-1] + 1))
    in_quotes = held[starts] == _QUOTE
    digits = held[(starts + in_quotes)[:, None] + np.arange(_NPI_LENGTH)] - np.uint8(_ZERO)
    npis = (digits @ _PLACES).tolist()
    if not wanted.isdisjoint(npis):
        to_check.append(np.array([row for row, npi in enumerate(npis) if npi in wanted]))
    if words:
        searched = np.ones(len(starts), np.bool_)
        if persons_told:
            kind = held[starts[:, None] + np.arange(_NPI_LENGTH + 1, _NPI_LENGTH + 6)]
            searched = ~(in_quotes & (digits < _BASE).all(axis=1) & (kind == _PERSON).all(axis=1))
        to_check.append(_find_words(block, starts, ends, np.flatnonzero(searched)))
    blank = (ends == starts) | ((ends == starts + 1) & (held[starts] == _RETURN))
    found = [
        Record(int(np.searchsorted(breaks, starts[row])), bytes(block[starts[row] : ends[row]]))
        for row in np.unique(np.concatenate(to_check))
    ]
    return Stretch(
        len(ends) - int(np.count_nonzero(blank)),
        len(breaks),
        [record for record in found if record.text.strip()],
    )


def find_last_end(block: bytearray, held: int) -> int:
    """Return where the last whole record ends of a block that begins with a record; 0 for none."""
    end = held
    while (end := block.rfind(b'\n"', 0, end)) >= 0:
        if block[end + 2 : min(end + 3, held)].isdigit():
            return end + 1
    quotes = block.count(b'"', 0, held)
    end = held
    while (at := block.rfind(b"\n", 0, end)) >= 0:
        quotes -= block.count(b'"', at, end)
        if quotes % 2 == 0:
            return at + 1
        end = at
    return 0


def _is_quoted(held: NDArray[np.uint8], breaks: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which line breaks stand inside quotation marks, where the first byte does not."""
    sure: NDArray[np.bool_] = (held[breaks + 1] == _QUOTE) & (
        held[breaks + 2] - np.uint8(_ZERO) < _BASE
    )
    if sure.all():
        return ~sure
    quotes = (held[: breaks[-1] + 1] == _QUOTE).view(np.uint8)
    odd = np.bitwise_xor.reduceat(quotes, np.concatenate(([0], breaks[:-1])))
    odd = np.bitwise_xor.accumulate(odd)
    latest = np.maximum.accumulate(np.where(sure, np.arange(1, len(breaks) + 1), 0))
    counted_anew = np.concatenate(([0], odd))[latest]
    return np.not_equal(odd, counted_anew)


def _find_words(
    block: bytearray, starts: NDArray[np.intp], ends: NDArray[np.intp], rows: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return those of the rows in which one of `WORDS` stands, in any case.

    Wherever a word of eight bytes begins, it covers one whole window of four bytes at a multiple of
    four, which is one of four parts of it: eight comparisons of whole blocks find every candidate,
    several times as fast as a search byte by byte.
    """
    view = memoryview(block)
    bounds = zip(starts[rows].tolist(), ends[rows].tolist(), strict=True)
    text = b"\n".join([*(view[start:end] for start, end in bounds), bytes(_AROUND)])
    folded = np.frombuffer(text, np.uint8, len(text) // _WINDOW * _WINDOW) | np.uint8(_CASE_BIT)
    windows = folded.view(np.uint32)
    hit = windows == _WINDOWS[0]
    same = np.empty_like(hit)
    for window in _WINDOWS[1:]:
        hit |= np.equal(windows, window, out=same)
    first = np.flatnonzero(hit) * _WINDOW - _WINDOW
    around = np.zeros((len(first), _AROUND + 1), np.uint8)  # a zero keeps neighbours apart
    around[:, :_AROUND] = folded[np.maximum(first[:, None] + np.arange(_AROUND), 0)]
    matches = [match.start() for match in _ANY_WORD.finditer(around.tobytes())]
    candidate, offset = np.divmod(np.array(matches, np.intp), _AROUND + 1)
    lengths = ends[rows] - starts[rows] + 1
    return rows[np.searchsorted(np.cumsum(lengths), first[candidate] + offset, side="right")]
