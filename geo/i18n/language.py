"""The language of the current run, its messages, and how it writes numbers, dates and distances.

A language is one file, `data/locale/<code>.po`, read when it is first asked for; English stands in
the sources and needs none. The header of a catalogue says what the language is called in itself
(`X-Language-Name`) and who has reviewed its safety texts (`X-Clinician-Review`).
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import time
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.errors import GeoError
from geo.paths import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from babel import Locale

FOLDER: Path = DATA / "locale"
ENGLISH: Final = "en"
KILOMETRES_PER_MILE: Final = 1.609344

_TERRITORY: Final = "US"
_HEADER_BYTES: Final = 4_000
_HEADER_FIELD: Final = re.compile(r'^"([\w-]+): (.*)\\n"$', re.MULTILINE)
_TAG: Final = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=([01](?:\.\d*)?))?"
)
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class _Language:
    """A language in use: its code and its messages."""

    code: str
    messages: NullTranslations


_ENGLISH: Final = _Language(ENGLISH, NullTranslations())
_current: ContextVar[_Language] = ContextVar("language", default=_ENGLISH)


def mark(message: str) -> str:
    """Return a message as it is, marked for translation where it is shown later."""
    return message


def nmark(one: str, several: str) -> tuple[str, str]:
    """Return both forms of a message that goes with a number, marked for translation."""
    return one, several


def gettext(message: str) -> str:
    """Return a message in the language of this run; in English where it has none."""
    # A catalogue keeps its header under the empty message.
    return _current.get().messages.gettext(message) if message else ""


def ngettext(one: str, several: str, count: float) -> str:
    """Return the form of a message that goes with a number, in the language of this run."""
    # The forms of a language are told apart by whole numbers; none has one of its own for 0.5.
    number = int(count) if count == int(count) else 2
    return _current.get().messages.ngettext(one, several, number)


def pgettext(context: str, message: str) -> str:
    """Return a message in the language of this run that means another thing elsewhere."""
    return _current.get().messages.pgettext(context, message)


def current() -> str:
    """Return the code of the language of this run."""
    return _current.get().code


def use(code: str) -> None:
    """Set the language of this run: of this thread or task, and of no other.

    Parameters
    ----------
    code : one of `available`.

    Raises
    ------
    GeoError : there is no catalogue of this language, or it cannot be read.
    """
    _current.set(_open(code))


@contextmanager
def using(code: str) -> Iterator[None]:
    """Speak a language inside a `with` block; raises as `use` does."""
    token = _current.set(_open(code))
    try:
        yield
    finally:
        _current.reset(token)


def available() -> dict[str, str]:
    """Return code -> what the language is called in itself; English first."""
    found = {path.stem: read_header(path.stem) for path in sorted(FOLDER.glob("*.po"))}
    return {ENGLISH: "English"} | {
        code: header.get("X-Language-Name", code) for code, header in found.items()
    }


def read_header(code: str) -> Mapping[str, str]:
    """Return the fields of a catalogue's header; none for English.

    Raises
    ------
    GeoError : the catalogue is not there.
    """
    return {} if code == ENGLISH else _read_header(*_find(code))


def negotiate(
    accept_language: str = "", query: str | None = None, choice: str | None = None
) -> str:
    """Return the language to speak: the link's, else the person's choice, else the browser's.

    Parameters
    ----------
    accept_language : the request's header (RFC 9110, section 12.5.4), or a single language tag.
    query : what the address asks for (`?lang=`).
    choice : what was chosen before by hand.

    Returns
    -------
    One of `available`; English where none of them is asked for.
    """
    wanted = [query or "", choice or "", *_rank_tags(accept_language)]
    codes = {code.casefold().replace("_", "-"): code for code in available()}
    for tag in filter(None, wanted):
        parts = tag.casefold().replace("_", "-").split("-")
        # "es-419" is spoken by "es", as in the lookup of RFC 4647, section 3.4.
        for length in range(len(parts), 0, -1):
            code = codes.get("-".join(parts[:length]))
            if code:
                return code
    return ENGLISH


def format_number(value: float, decimals: int = 0) -> str:
    """Return a number with so many decimals, its thousands marked."""
    if current() == ENGLISH:
        return f"{value:,.{decimals}f}"
    from babel.numbers import format_decimal  # noqa: PLC0415  # 11 ms; English does not wait for it

    return format_decimal(value, f"#,##0.{'0' * decimals}".rstrip("."), locale=_locale())


def format_figure(value: float, form: str) -> str:
    """Return a number in one of Python's forms (such as `.1f`, `+.1f`, `.2g`), its marks localised."""
    written = format(value, form)
    if current() == ENGLISH:
        return written
    from babel.numbers import get_decimal_symbol, get_group_symbol  # noqa: PLC0415  # 11 ms

    marks = get_decimal_symbol(_locale()) + get_group_symbol(_locale())
    return written.translate(str.maketrans(".,", marks))


def format_percent(share: float, decimals: int = 0) -> str:
    """Return a share (0-1) in per cent with so many decimals."""
    if current() == ENGLISH:
        return f"{share:.{decimals}%}"
    from babel.numbers import format_percent, parse_pattern  # noqa: PLC0415  # 11 ms

    # A pattern of its own: Babel's is shared by all threads.
    pattern = parse_pattern(_locale().percent_formats[None].pattern)
    pattern.frac_prec = (decimals, decimals)
    return str(format_percent(share, pattern, locale=_locale()))


def format_date(day: date | str) -> str:
    """Return a date as people write it.

    Parameters
    ----------
    day : a date, or a text such as `2023-03-10` that may lack its day, or day and month.

    Examples
    --------
    >>> format_date("2023-03-10"), format_date("2023-03"), format_date("2026")
    ('March 10, 2023', 'March 2023', '2026')
    """
    year, *rest = str(day).split("-")
    if not rest:
        return year
    if current() == ENGLISH:
        month = _MONTHS[int(rest[0]) - 1]
        return f"{month} {int(rest[1])}, {year}" if rest[1:] else f"{month} {year}"

    from babel import dates  # noqa: PLC0415  # 14 ms

    if rest[1:]:
        return dates.format_date(dt.date.fromisoformat(str(day)), "long", locale=_locale())
    first = dt.date(int(year), int(rest[0]), 1)
    return dates.format_skeleton("yMMMM", first, locale=_locale())


def format_time(hour: int, minute: int) -> str:
    """Return a time of day as it is written here: "9:30 AM", in Spanish "9:30 a. m."."""
    from babel.dates import format_time as format_clock  # noqa: PLC0415  # 15 ms

    written = format_clock(time(hour, minute), format="short", locale=_locale())
    return re.sub(r"\s", " ", written)  # the kinds of space that it is written with are not seen


def name_weekday(day: int) -> str:
    """Return what a day of the week is called; 0 is Monday."""
    return str(_locale().days["stand-alone"]["wide"][day])


def format_miles(miles: float, decimals: int = 0, *, short: bool = False) -> str:
    """Return a distance; in other languages than English with its kilometres beside it.

    Parameters
    ----------
    miles : statute miles.
    decimals : of the miles and of the kilometres.
    short : with the unit's sign ("5 mi") instead of its name.

    Returns
    -------
    Such as "5 miles", "1 mile", "5 mi"; in Spanish "5 millas (8 km)".
    """
    number = format_number(miles, decimals)
    if short:
        words = gettext("{miles} mi").format(miles=number)
    else:
        words = ngettext("{miles} mile", "{miles} miles", 1 if number == "1" else 2)
        words = words.format(miles=number)
    return add_kilometres(words, miles, decimals)


def add_kilometres(words: str, miles: float, decimals: int = 0) -> str:
    """Return a distance in words with its kilometres beside it; English goes without them."""
    if current() == ENGLISH:
        return words
    kilometres = format_number(miles * KILOMETRES_PER_MILE, decimals)
    return gettext("{distance} ({kilometres} km)").format(distance=words, kilometres=kilometres)


def _rank_tags(accept_language: str) -> list[str]:
    """Return the tags of an Accept-Language header, the most wanted first."""
    ranked: list[tuple[float, int, str]] = []
    for part in accept_language.split(","):
        found = _TAG.fullmatch(part.rstrip())
        if found and float(found[2] or 1) > 0:
            ranked.append((-float(found[2] or 1), len(ranked), found[1]))
    return [tag for _, _, tag in sorted(ranked)]


def _find(code: str) -> tuple[Path, int]:
    """Return the file of a language and when it was changed."""
    path = FOLDER / f"{code}.po"
    try:
        return path, path.stat().st_mtime_ns
    except OSError as error:
        raise GeoError(f"There is no catalogue data/locale/{code}.po; add it.") from error


def _open(code: str) -> _Language:
    return _ENGLISH if code == ENGLISH else _Language(code, _read_messages(*_find(code)))


@lru_cache(maxsize=32)
def _read_header(path: Path, changed: int) -> Mapping[str, str]:
    del changed  # a part of the key alone
    # Damage is told where the messages are read.
    with path.open(encoding="utf-8", errors="replace") as file:
        return MappingProxyType(dict(_HEADER_FIELD.findall(file.read(_HEADER_BYTES))))


@lru_cache(maxsize=32)
def _read_messages(path: Path, changed: int) -> NullTranslations:
    """Return the messages of a catalogue; those marked fuzzy stay English."""
    del changed  # a part of the key alone
    from babel.messages import mofile, pofile  # noqa: PLC0415  # 20 ms

    try:
        with path.open("rb") as file:
            catalogue = pofile.read_po(file, locale=path.stem, abort_invalid=True)
        compiled = BytesIO()
        mofile.write_mo(compiled, catalogue)
        compiled.seek(0)
        return GNUTranslations(compiled)
    except Exception as error:  # Babel and gettext raise whatever their parsers meet
        raise GeoError(f"The catalogue data/locale/{path.name} cannot be read: {error}") from error


def _locale() -> Locale:
    return _find_locale(current())


@cache
def _find_locale(code: str) -> Locale:
    """Return the conventions of a language as they are in the United States, where it has them."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  # 10 ms

    try:
        return Locale.parse(f"{code}_{_TERRITORY}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(code)
