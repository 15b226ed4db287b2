"""Which of a table's columns holds which of our fields: guessed by name and look, then confirmed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pandas as pd
from rapidfuzz import fuzz

from geo.clinics import fields
from geo.errors import SourceError
from geo.sources.cleaning import clean_text
from geo.sources.form_cleaning import find_look
from geo.sources.operating_words import read_operating
from geo.sources.table.cells import is_spreadsheet_error
from geo.sources.table.columns import COLUMNS, FIELDS, NAMES, PLACES
from geo.sources.table.known_exports import find_export
from geo.sources.table.persons import is_person, speaks_of_a_person

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLE_VALUES: Final = 3
_SURE_ENOUGH: Final = 0.52
_BY_LOOK_ALONE: Final = 0.6
_LOOKS_WRONG: Final = 0.4
_SAME_WORD: Final = 80.0
_FUZZY_LENGTH: Final = 4
_STRANGE: Final = 0.3
_BELIED: Final = 0.55  # a name that fits wholly is still shown, as unsure
_HALF_CIRCLE: Final = 180.0

# A column with one of these words means something else than the field it resembles.
_OTHER: Final = re.compile(
    r"county|fax|mail(ing)?|user|country|region|licen[cs]e|billing|reason|created|birth|email|parent"
    r"|rank|ids?|type|category|class|status|expir(y|es?|ation)|exp|issued?|effective|renewal|inspection"
    r"|inspected|start|end|opened|opening|capacity|beds|district|remit(tance)?|corporate|former"
    r"|until|thru|through|second|previous|old|alternate|secondary|emergency|toll|after|description|count|total"
)
_NEUTRAL: Final = frozenset(
    {
        "addr",
        "location",
        "physical",
        "practice",
        "site",
        "facility",
        "clinic",
        "business",
        "main",
        "primary",
        "office",
        "public",
        "service",
        "premises",
        "current",
        "school",
        "provider",
        "center",
        "organization",
        "contact",
        "program",
    }
)
"""What may stand before the word that tells: "Physical City", "Facility Phone", "addr:city"."""
_GENERIC: Final = frozenset({"name", "number", "no", "code", "date", "type", "title"})
_PLAIN_NAMES: Final = frozenset({"name", "title", "company", "provider name", "location name"})
_NEUTRAL_LEFT_OUT: Final = 0.98
_NO_PERSON: Final = 0.4
_MANY: Final = 0.5
_COLUMNS_KNOWN: Final = 20_000  # of one table and another: names are read several times
_BY_NAME_WHOLLY: Final = 0.9
_KNOWN_BY_NAME: Final = 0.8
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True)
class Mapping:
    """Which column each field is read from, to be shown and confirmed.

    Attributes
    ----------
    columns : field of `FIELDS` -> column of the table; a field that no column holds is left out.
    sure : field -> how sure the guess is, 0-1; 1 where a person has said so.
    samples : field -> up to three values of its column.
    """

    columns: dict[str, str]
    sure: dict[str, float] = field(default_factory=dict)
    samples: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def to_table(self) -> pd.DataFrame:
        """Return the mapping to show: `field`, `column`, `samples` (joined by " | "), `sure`.

        One row a field of `FIELDS`, in that order; `column` is "" and `sure` 0 where none is told.
        """
        return pd.DataFrame(
            {
                "field": list(FIELDS),
                "column": [self.columns.get(name, "") for name in FIELDS],
                "samples": [" | ".join(self.samples.get(name, ())) for name in FIELDS],
                "sure": [self._sure_of(name) for name in FIELDS],
            }
        )

    def choose(self, name: str, column: str) -> Mapping:
        """Return the mapping with a field read from another column; "" reads it from none.

        Raises
        ------
        SourceError : there is no such field.
        """
        if name not in FIELDS:
            raise SourceError(f"There is no field {name!r}; there are {', '.join(FIELDS)}.")
        columns = {key: value for key, value in self.columns.items() if key != name}
        known = {key: value for key, value in self.samples.items() if key != name}
        if column:
            columns[name] = column
        return Mapping(columns, {**self.sure, name: 1.0 if column else 0.0}, known)

    def check(self, heading: Sequence[str]) -> None:
        """Raise if a table with this heading cannot be read so.

        Raises
        ------
        SourceError : a column or a field does not exist, no column holds the name, or none tells
            the state.
        """
        if unknown := sorted(set(self.columns) - set(FIELDS)):
            raise SourceError(f"There is no field {unknown[0]!r}; there are {', '.join(FIELDS)}.")
        shown = ", ".join(repr(column) for column in heading[:30])
        for name, column in self.columns.items():
            if column not in heading:
                raise SourceError(
                    f"The column {column!r} for {name!r} is missing; the table has {shown}."
                )
        if not {*NAMES} & set(self.columns):
            raise SourceError(f"No column is chosen for the clinic's name; the table has {shown}.")
        if not {*PLACES, "latitude"} & set(self.columns):
            raise SourceError(
                "No column is chosen for the state, nor for what tells it: a ZIP, a whole address "
                f"or a point; the table has {shown}."
            )

    def _sure_of(self, name: str) -> float:
        return self.sure.get(name, 1.0) if name in self.columns else 0.0


def guess_mapping(heading: Sequence[str], sample: Sequence[Sequence[str]]) -> Mapping:
    """Return the likeliest column for each field, by the columns' names and their values' look.

    Parameters
    ----------
    heading : the columns' names.
    sample : the first rows, each as long as the heading; a few hundred are plenty.

    Returns
    -------
    At most one column a field and one field a column. A name that fits counts less where the values
    look otherwise; values of a telling look (a phone, a state, a ZIP) are enough without a name.

    Examples
    --------
    >>> rows = [["Calm Clinic", "206-555-0100", "WA"]]
    >>> guess_mapping(["Facility", "Tel.", "ST"], rows).columns
    {'name': 'Facility', 'state': 'ST', 'phone': 'Tel.'}
    """
    export = find_export(heading)
    known = export.list_columns(heading) if export else {}
    values = {
        column: [row[at] for row in sample if row[at].strip() and not is_spreadsheet_error(row[at])]
        for at, column in enumerate(heading)
    }
    # A street without its house number looks like none.
    is_split = any(
        _score("house_number", name, values[name]) >= _BY_NAME_WHOLLY for name in heading
    )

    def seen(name: str, column: str) -> list[str]:
        return [] if name == "street" and is_split else values[column]

    scores = sorted(
        (-_score(name, column, seen(name, column)), _is_plain(name, column), FIELDS.index(name), at)
        for name in FIELDS
        for at, column in enumerate(heading)
    )
    chosen = {name: (columns[0], 1.0) for name, columns in known.items()}
    taken = {heading.index(column) for columns in known.values() for column in columns}
    for minus_score, _, rank, at in scores:
        if -minus_score >= _SURE_ENOUGH and FIELDS[rank] not in chosen and at not in taken:
            chosen[FIELDS[rank]] = (heading[at], round(-minus_score, 2))
            taken.add(at)
    found = [name for name in FIELDS if name in chosen]
    return Mapping(
        columns={name: chosen[name][0] for name in found},
        sure={name: chosen[name][1] for name in found},
        samples={
            name: tuple(clean_text(v) for v in dict.fromkeys(values[chosen[name][0]]))[
                :SAMPLE_VALUES
            ]
            for name in found
        },
    )


def count_known(heading: Sequence[str]) -> int:
    """Return how many fields the names of columns tell, whatever stands in the columns."""
    found = set()
    for column in dict.fromkeys(heading):
        best, name = max((_by_name(name, column), name) for name in FIELDS)
        if best >= _KNOWN_BY_NAME:
            found.add(name)
    return len(found)


def is_personal(column: str) -> bool:
    """Tell whether a column seems to name a person, by its heading."""
    return speaks_of_a_person(_words(column))


def _score(name: str, column: str, values: list[str]) -> float:
    by_name = _by_name(name, column)
    if name == "id" and len(set(values)) < len(values):
        return 0.0
    if name in NAMES and values and sum(map(is_person, values)) > _MANY * len(values):
        return by_name * _NO_PERSON
    look = _LOOKS.get(name)
    if look is None or not values:
        return by_name * 0.95 if look else by_name
    share = sum(map(look, values)) / len(values)
    if share < _LOOKS_WRONG:
        return by_name * _BELIED
    words = _words(column)
    telling = COLUMNS[name].telling and not (
        any(map(_OTHER.fullmatch, words)) or speaks_of_a_person(words)
    )
    by_look = _BY_LOOK_ALONE * share if telling else 0.0
    return float(max(by_name * (0.7 + 0.3 * share), by_look))


@lru_cache(maxsize=_COLUMNS_KNOWN)
def _by_name(name: str, column: str) -> float:
    """Return how well a column's name fits a field, 0-1."""
    words = _words(column)
    if name not in NAMES and {*words} <= _GENERIC:
        return 0.0
    told = [word for word in words if word not in _NEUTRAL]
    aliases = [alias.split() for alias in COLUMNS[name].aliases]
    best = max(_likeness(words, alias) for alias in aliases)
    if name not in NAMES and {*told} - _GENERIC and len(told) < len(words):
        best = max(best, *(_NEUTRAL_LEFT_OUT * _likeness(told, alias) for alias in aliases))
    return best


def _is_plain(name: str, column: str) -> bool:
    """Tell whether a column's name may be that of anything, so that others go before it."""
    return name in NAMES and " ".join(_words(column)) in _PLAIN_NAMES


def _words(column: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", column)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return [word.lower() for word in _WORDS.findall(letters)]


def _likeness(words: list[str], alias: list[str]) -> float:
    """Return the share of words in common, 0-1, forgiving slips in longer words."""
    if not words:
        return 0.0
    if "".join(words) == "".join(alias):
        return 1.0
    common = sum(any(_is_same_word(word, other) for word in words) for other in alias)
    others = [word for word in words if word not in alias]
    strange = any(map(_OTHER.fullmatch, others)) or speaks_of_a_person(others)
    return (_STRANGE if strange else 1.0) * 2 * min(common, len(words)) / (len(words) + len(alias))


def _is_same_word(word: str, other: str) -> bool:
    if min(len(word), len(other)) < _FUZZY_LENGTH:
        return word == other
    return fuzz.ratio(word, other) >= _SAME_WORD


def _is_degrees(text: str) -> bool:
    """Tell whether a text is an angle; either may be any, so that swapped ones are told later."""
    try:
        return abs(float(text)) <= _HALF_CIRCLE
    except ValueError:
        return False


def _tells_status(text: str) -> bool:
    return read_operating(text) is not None


_FORMS: Final = {each.name: each.form for each in fields.FIELDS}
_LOOKS: Final = {name: find_look(column, _FORMS.get(name)) for name, column in COLUMNS.items()} | {
    "latitude": _is_degrees,
    "longitude": _is_degrees,
    "licence_status": _tells_status,
}
