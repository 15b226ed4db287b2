"""XML, counted before anything is built of it: elements, depth, and how long one may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from geo.files.too_much import TooMuchError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

DEEPEST: Final = 100
LONGEST_TAG_BYTES: Final = 1_000_000

_CHUNK: Final = 1 << 16


class Counter:
    """Reads an XML text once, an event at a time, and holds none of it.

    Parameters
    ----------
    most_elements : that it may have.
    start : called with an element's name (namespace, space, name), its attributes and how many
        elements it stands in; may raise.
    """

    def __init__(
        self,
        most_elements: int,
        start: Callable[[str, dict[str, str], int], None] | None = None,
    ) -> None:
        self._left = self._most = most_elements
        self._start = start
        self._depth = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    @property
    def at(self) -> int:
        """The byte at which the parser stands."""
        return self._parser.CurrentByteIndex

    def read(self, stream: IO[bytes], most_bytes: int) -> None:
        """Read a text to its end.

        Parameters
        ----------
        stream : of its bytes.
        most_bytes : that it may have.

        Raises
        ------
        TooMuchError : it has more bytes or elements, is deeper than `DEEPEST`, has a tag longer
            than `LONGEST_TAG_BYTES`, or defines entities.
        xml.parsers.expat.ExpatError : it is no XML.
        """
        came = 0
        while chunk := stream.read(_CHUNK):
            came += len(chunk)
            if came > most_bytes:
                raise TooMuchError(f"unpacks to more than {most_bytes / 10**6:g} MB")
            self._parser.Parse(chunk, False)  # noqa: FBT003  expat's signature
            if came - self.at > LONGEST_TAG_BYTES:
                raise TooMuchError(f"has a tag of more than {LONGEST_TAG_BYTES:,} characters")
        self._parser.Parse(b"", True)  # noqa: FBT003

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooMuchError(f"has more than {self._most:,} elements")
        if self._depth >= DEEPEST:
            raise TooMuchError(f"is nested deeper than {DEEPEST} levels")
        if self._start is not None:
            self._start(name, attributes, self._depth)
        self._depth += 1

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _refuse_doctype(self, *_: object) -> None:
        raise TooMuchError("defines entities of its own")
