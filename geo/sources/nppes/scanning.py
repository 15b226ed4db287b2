"""Find the few records that matter in a CSV of many gigabytes, without parsing the others.

A block of bytes is searched for the words and for the NPIs wanted; only what holds one of them is
taken out as a record. Where records end is exact, not guessed: a line break ends a record if and
only if an even number of quotation marks stands before it, which holds for every CSV (RFC 4180), as
a quotation mark inside a field is doubled. For the same reason a line break before one quotation
mark and a digit, as before an NPI, always ends a record: there the count begins anew, so that a
quotation mark too many or too few spoils its own record alone.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from geo.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

LONGEST_RECORD: Final = 1 << 20
"""Bytes; a real record has some 1,200. The size of a block too, small enough for a core's cache."""

WORDS: Final = (b"ketamine", b"spravato")
"""What a record that matters speaks of, in any case; the first is in "esketamine" too."""

_WINDOW: Final = 4  # bytes compared at once
_WINDOWS: Final = tuple(
    np.frombuffer(word[at : at + _WINDOW], np.uint32)[0] for word in WORDS for at in range(_WINDOW)
)
_AROUND: Final = 3 * _WINDOW  # a word that covers a window reaches no further than its neighbours
_ANY_WORD: Final = re.compile(b"|".join(WORDS))
_SPARE: Final = 16  # bytes behind a block, so that the NPI of a short record can be looked at
_NPI_LENGTH: Final = 10
_BASE: Final = 10
_PLACES: Final = _BASE ** np.arange(_NPI_LENGTH - 1, -1, -1, dtype=np.int64)
_QUOTE, _LINE_FEED, _RETURN, _ZERO, _CASE_BIT = 34, 10, 13, 48, 32


class Record(NamedTuple):
    """A record as it stands in the file, and the line it begins in (the heading is line 1)."""

    line: int
    text: bytes


class Stretch(NamedTuple):
    """How many records a stretch of the file holds, and those among them to be looked at."""

    records: int
    found: list[Record]


class Scanner:
    """Reads a CSV file whose first column is the NPI, once, from its heading to its end.

    Parameters
    ----------
    stream : the file's bytes, from its beginning.
    name : the file's, for messages.
    needed : columns that must be there, the first one first.

    Raises
    ------
    SourceError : the heading is not that of a comma-separated file in UTF-8, lacks a column, or
        has one twice.
    """

    def __init__(self, stream: io.BufferedIOBase, name: str, needed: Sequence[str]) -> None:
        self._stream = stream
        self._name = name
        self._block = bytearray(LONGEST_RECORD + _SPARE)
        self._folded = bytearray(LONGEST_RECORD + _SPARE)
        self._held = 0
        self._lines = 0
        self._ended = False
        self._fill()
        self._heading = self._take_heading(needed)

    def scan(self, npis: Collection[str], *, words: bool) -> Iterator[Stretch]:
        """Return all records in stretches, each with those to be looked at.

        These are the records that begin with one of the NPIs, those that hold one of `WORDS`, those
        with a line break inside (a quotation mark may be missing), and a last one without a line
        break (it may be cut off).

        Parameters
        ----------
        npis : texts; those that are not ten digits are in no file.
        words : whether to search `WORDS`.

        Raises
        ------
        SourceError : a record is longer than `LONGEST_RECORD`, or the bytes cannot be read.
        """
        wanted = frozenset(int(npi) for npi in npis if re.fullmatch(r"[0-9]{10}", npi))
        # numpy lets go of the interpreter's lock, so both halves of the search run at once.
        with ThreadPoolExecutor(1) as helper:
            while True:
                self._fill()
                if not self._held:
                    return
                searching = helper.submit(self._find_words) if words else None
                yield self._scan_block(wanted, searching)

    def parse(self, record: Record) -> tuple[dict[str, str], str]:
        """Return a record's cells by column, and why it cannot be used ("" where it can).

        Of a record that cannot be used, only its NPI is given: which of its cells would be a
        person's name is not known.
        """
        npi = re.match(rb'"?(\d{10})(?!\d)', record.text)
        known = {self._heading[0]: npi[1].decode("ascii")} if npi else {}
        try:
            text = io.StringIO(record.text.decode("utf-8"), newline="")
            cells = next(csv.reader(text, strict=True), [])
        except UnicodeDecodeError:
            return known, "it is not in UTF-8"
        except csv.Error as error:
            return known, f"it is no CSV: {error}; it may be cut off, or a quotation mark missing"
        if len(cells) != len(self._heading):
            return known, (
                f"it has {len(cells)} cells, not {len(self._heading)}; it may be cut off, or a "
                "quotation mark missing"
            )
        return dict(zip(self._heading, cells, strict=True)), ""

    def _fill(self) -> None:
        """Read until the block is full or the file ends."""
        try:
            with memoryview(self._block) as view:
                while not self._ended and self._held < LONGEST_RECORD:
                    got = self._stream.readinto(view[self._held : LONGEST_RECORD])
                    self._held += got
                    self._ended = not got
        except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
            raise SourceError(
                f"{self._name} cannot be read behind line {self._lines + 1:,}, it is damaged or "
                f"cut off ({error}); fetch it again."
            ) from error

    def _scan_block(
        self, wanted: frozenset[int], searching: Future[NDArray[np.intp]] | None
    ) -> Stretch:
        """Take the whole records off the block; the begun one moves to its front."""
        held = np.frombuffer(self._block, np.uint8, self._held)
        breaks = np.flatnonzero(held == _LINE_FEED)
        quoted = _is_quoted(held, breaks)
        ends = breaks[~quoted]
        to_check = [breaks[quoted]]
        if self._ended and (not len(ends) or ends[-1] < self._held - 1):
            ends = np.append(ends, self._held)
            to_check.append(ends[-1:])
        elif not len(ends):
            raise self._too_long()
        to_check[0] = to_check[0][to_check[0] < ends[-1]]
        starts = np.concatenate(([0], ends[:-1] + 1))
        if wanted:
            to_check.append(ends[self._find_npis(starts, wanted)])
        if searching is not None:
            places = searching.result()
            to_check.append(places[places < ends[-1]])
        found = [
            Record(
                self._lines + 1 + int(np.searchsorted(breaks, starts[row])),
                bytes(self._block[starts[row] : ends[row]]),
            )
            for row in np.unique(np.searchsorted(ends, np.concatenate(to_check)))
        ]
        blank = (ends == starts) | ((ends == starts + 1) & (held[starts] == _RETURN))
        taken = min(int(ends[-1]) + 1, self._held)
        self._lines += int(np.searchsorted(breaks, taken))
        self._block[: self._held - taken] = self._block[taken : self._held]
        self._held -= taken
        return Stretch(
            len(ends) - int(np.count_nonzero(blank)), [row for row in found if row.text.strip()]
        )

    def _find_words(self) -> NDArray[np.intp]:
        """Return where `WORDS` stand in what is held of the block, in any case.

        Wherever a word of eight bytes begins, it covers one whole window of four bytes at a
        multiple of four, which is one of four parts of it: eight comparisons of whole blocks find
        every candidate, several times as fast as a search byte by byte.
        """
        windows = -(-self._held // _WINDOW)
        size = windows * _WINDOW
        bytes_folded = np.frombuffer(self._folded, np.uint8, size)
        np.bitwise_or(np.frombuffer(self._block, np.uint8, size), _CASE_BIT, out=bytes_folded)
        folded = bytes_folded.view(np.uint32)
        hit = folded == _WINDOWS[0]
        same = np.empty_like(hit)
        for window in _WINDOWS[1:]:
            hit |= np.equal(folded, window, out=same)
        first = np.flatnonzero(hit) * _WINDOW - _WINDOW
        around = np.zeros((len(first), _AROUND + 1), np.uint8)  # a zero keeps neighbours apart
        around[:, :_AROUND] = np.frombuffer(self._folded, np.uint8)[
            np.maximum(first[:, None] + np.arange(_AROUND), 0)
        ]
        matches = [match.start() for match in _ANY_WORD.finditer(around.tobytes())]
        candidate, offset = np.divmod(np.array(matches, np.intp), _AROUND + 1)
        return first[candidate] + offset

    def _find_npis(self, starts: NDArray[np.intp], wanted: frozenset[int]) -> list[int]:
        """Return which records begin with one of the NPIs, in quotes or not."""
        block = np.frombuffer(self._block, np.uint8)
        first = starts + (block[starts] == _QUOTE)
        digits = block[first[:, None] + np.arange(_NPI_LENGTH)].astype(np.int64) - _ZERO
        npis = (digits @ _PLACES).tolist()
        if wanted.isdisjoint(npis):
            return []
        return [row for row, npi in enumerate(npis) if npi in wanted]

    def _take_heading(self, needed: Sequence[str]) -> list[str]:
        end = self._block.find(b"\n", 0, self._held)
        if end < 0:
            if not self._ended:
                raise self._too_long()
            end = self._held
        heading = _parse_heading(bytes(self._block[:end]), self._name)
        twice = [name for name, count in Counter(heading).items() if count > 1]
        if twice:
            raise SourceError(
                f"The heading of {self._name} has the columns {_join(twice)} twice; each must "
                "stand there once."
            )
        missing = [name for name in needed if name not in heading]
        if missing:
            raise SourceError(
                f"The heading of {self._name} lacks the columns {_join(missing)}; give the file "
                "as NPPES publishes it."
            )
        if heading[0] != needed[0]:
            raise SourceError(
                f"The first column of {self._name} is {heading[0]!r}, not {needed[0]!r}; give the "
                "file as NPPES publishes it."
            )
        taken = min(end + 1, self._held)
        self._block[: self._held - taken] = self._block[taken : self._held]
        self._held -= taken
        self._lines = 1
        return heading

    def _too_long(self) -> SourceError:
        return SourceError(
            f"Line {self._lines + 1:,} of {self._name} is longer than {LONGEST_RECORD >> 20} MB, "
            "or a quotation mark in it is never closed; mend that line, or fetch the file again."
        )


def _is_quoted(held: NDArray[np.uint8], breaks: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which line breaks stand inside quotation marks, where the first byte does not."""
    if not len(breaks):
        return np.zeros(0, np.bool_)
    quotes = (held[: breaks[-1] + 1] == _QUOTE).view(np.uint8)
    odd = np.bitwise_xor.reduceat(quotes, np.concatenate(([0], breaks[:-1])))
    odd = np.bitwise_xor.accumulate(odd)
    seen = breaks[: np.searchsorted(breaks, len(held) - 2)]  # two bytes behind them are held
    digit = held[seen + 2] - np.uint8(_ZERO)
    begins = np.flatnonzero((held[seen + 1] == _QUOTE) & (digit < _BASE))
    latest = np.zeros(len(breaks), np.intp)
    latest[begins] = begins + 1
    latest = np.maximum.accumulate(latest)
    counted_anew = np.concatenate(([0], odd))[latest]
    return np.not_equal(odd, counted_anew)


def _parse_heading(line: bytes, name: str) -> list[str]:
    if not line.strip():
        raise SourceError(f"{name} has no heading; give the file as NPPES publishes it.")
    try:
        text = line.decode("utf-8-sig")
        heading = next(csv.reader([text], strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{name} is not a CSV in UTF-8 ({error}); save it as one.") from error
    if "\0" in text:
        raise SourceError(f"{name} is not a CSV in UTF-8 (it may be UTF-16); save it as one.")
    if len(heading) == 1:
        for separator in ("\t", ";", "|"):
            if separator in text:
                raise SourceError(
                    f"{name} is separated by {separator!r}, not by commas; save it with commas."
                )
    return heading


def _join(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
