"""Find the few records that matter in a CSV of many gigabytes, without parsing the others.

The file is cut into blocks of whole records, which are searched beside each other; only what holds
one of the words or of the NPIs wanted is taken out as a record.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.sources.nppes.block_search import SPARE, Record, Stretch, find_last_end, search_block
from geo.sources.nppes.provider_records import ENTITY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from concurrent.futures import Future

LONGEST_RECORD: Final = 1 << 20
"""Bytes; a real record has some 1,200. The size of a block too, small enough for a core's cache."""

_THREADS: Final = 2  # numpy lets go of the interpreter's lock; more would wait for the reading


class _BrokenError(Exception):
    """Reading cannot go on, for the error that caused it, or as a record is too long."""


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
        self._begun = b""  # what was read of the next block
        self._lines = 0
        block = bytearray(LONGEST_RECORD + SPARE)
        try:
            self._heading = self._take_heading(block, self._fill(block), needed)
        except _BrokenError as broken:
            raise self._tell(broken) from broken.__cause__

    def scan(self, npis: Collection[str], *, words: bool) -> Iterator[Stretch]:
        """Return all records in stretches, each with those to be looked at.

        These are the records that begin with one of the NPIs, those that hold one of `WORDS` and
        are not a person's, those with a line break inside (a quotation mark may be missing), and a
        last one without a line break (it may be cut off).

        Parameters
        ----------
        npis : texts; those that are not ten digits are in no file.
        words : whether to search `WORDS`.

        Raises
        ------
        SourceError : a record is longer than `LONGEST_RECORD`, or the bytes cannot be read.
        """
        search = partial(
            search_block,
            wanted=frozenset(int(npi) for npi in npis if re.fullmatch(r"[0-9]{10}", npi)),
            words=words,
            persons_told=self._heading[1] == ENTITY,
        )
        searching: deque[Future[Stretch]] = deque()
        with ThreadPoolExecutor(_THREADS) as helpers:
            try:
                for block, size in self._cut_blocks():
                    searching.append(helpers.submit(search, block, size))
                    if len(searching) > _THREADS:
                        yield self._count_lines(searching.popleft())
            except _BrokenError as broken:
                while searching:
                    self._count_lines(searching.popleft())
                raise self._tell(broken) from broken.__cause__
            while searching:
                yield self._count_lines(searching.popleft())

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

    def _count_lines(self, searching: Future[Stretch]) -> Stretch:
        """Return a stretch with its records' lines in the file, of which the heading is line 1."""
        stretch = searching.result()
        found = [Record(self._lines + 1 + line, text) for line, text in stretch.found]
        self._lines += stretch.lines
        return stretch._replace(found=found)

    def _cut_blocks(self) -> Iterator[tuple[bytearray, int]]:
        """Return blocks of whole records and their sizes; each is written over some blocks later."""
        for block in cycle([bytearray(LONGEST_RECORD + SPARE) for _ in range(_THREADS + 2)]):
            held = self._fill(block)
            if not held:
                return
            size = held if held < LONGEST_RECORD else find_last_end(block, held)
            if not size:
                raise _BrokenError
            self._begun = bytes(block[size:held])
            yield block, size

    def _fill(self, block: bytearray) -> int:
        """Read until the block is full or the file ends; return how many bytes it then holds."""
        held = len(self._begun)
        block[:held] = self._begun
        try:
            with memoryview(block) as view:
                while held < LONGEST_RECORD:
                    got = self._stream.readinto(view[held:LONGEST_RECORD])
                    if not got:
                        break
                    held += got
        except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
            raise _BrokenError from error
        block[held : held + SPARE] = bytes(SPARE)
        return held

    def _take_heading(self, block: bytearray, held: int, needed: Sequence[str]) -> list[str]:
        end = block.find(b"\n", 0, held)
        if end < 0:
            if held == LONGEST_RECORD:
                raise _BrokenError
            end = held
        heading = _parse_heading(bytes(block[:end]), self._name)
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
        self._begun = bytes(block[end + 1 : held])
        self._lines = 1
        return heading

    def _tell(self, broken: _BrokenError) -> SourceError:
        if broken.__cause__ is None:
            return SourceError(
                f"Line {self._lines + 1:,} of {self._name} is longer than {LONGEST_RECORD >> 20} "
                "MB, or a quotation mark in it is never closed; mend that line, or fetch the file "
                "again."
            )
        return SourceError(
            f"{self._name} cannot be read behind line {self._lines + 1:,}, it is damaged or "
            f"cut off ({broken.__cause__}); fetch it again."
        )


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
