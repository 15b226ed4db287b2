"""Which of a table's columns holds which of our fields: guessed by name and look, then confirmed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pandas as pd
from rapidfuzz import fuzz

from geo.clinics import fields
from geo.clinics.field import Column
from geo.clinics.fields import WHOLE_ADDRESS
from geo.errors import SourceError
from geo.sources.cleaning import clean_text
from geo.sources.form_cleaning import find_look

if TYPE_CHECKING:
    import typing
    from collections.abc import Sequence

SAMPLE_VALUES: Final = 3
_SURE_ENOUGH: Final = 0.5
_BY_LOOK_ALONE: Final = 0.6
_LOOKS_WRONG: Final = 0.4
_SAME_WORD: Final = 80.0
_FUZZY_LENGTH: Final = 4
_STRANGE: Final = 0.3
_BELIED: Final = 0.55  # a name that fits wholly is still shown, as unsure
_HALF_CIRCLE: Final = 180.0

COLUMNS: Final[typing.Mapping[str, Column]] = MappingProxyType(
    {
        "id": Column(
            (
                "id", "record id", "clinic id", "listing id", "facility id", "identifier", "key",
                "uid",
            ),
            hint="the record's own key",
        ),
        **{each.name: each.column for each in fields.FIELDS if each.column},
        "address": Column(
            ("full address", "address", "complete address", "formatted address", "location"),
            re.compile(rf"\A{WHOLE_ADDRESS}", re.DOTALL),
            telling=True,
            hint="a whole one in a line",
        ),
        "latitude": Column(
            ("latitude", "lat", "y", "geometry latitude", "lat dd", "geo lat"), hint="degrees"
        ),
        "longitude": Column(
            (
                "longitude", "lon", "lng", "long", "x", "geometry longitude", "lon dd", "geo lon",
                "geo lng",
            ),
            hint="degrees",
        ),
    }
)  # fmt: skip
"""What a column can be: a field of a listing; `id`, the record's own key; `address`, a whole one in
a line; a point in degrees, EPSG:4326."""

FIELDS: Final = tuple(COLUMNS)

# A column with one of these words means something else than the field it resembles.
_OTHER: Final = re.compile(
    r"county|fax|mail(ing)?|owner|contact|official|first|last|middle|user|manager|doctor|physician"
    r"|country|region|licen[cs]e|billing|reason|created|birth|email|parent|rank"
)
_PERSONAL: Final = re.compile(r"first|last|middle|owner|contact|manager|doctor|physician")
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
        SourceError : a column or a field does not exist, no column holds the name, or none the
            state.
        """
        if unknown := sorted(set(self.columns) - set(FIELDS)):
            raise SourceError(f"There is no field {unknown[0]!r}; there are {', '.join(FIELDS)}.")
        shown = ", ".join(repr(column) for column in heading[:30])
        for name, column in self.columns.items():
            if column not in heading:
                raise SourceError(
                    f"The column {column!r} for {name!r} is missing; the table has {shown}."
                )
        if "name" not in self.columns:
            raise SourceError(f"No column is chosen for the clinic's name; the table has {shown}.")
        if not {"state", "address"} & set(self.columns):
            raise SourceError(
                f"No column is chosen for the state, nor for a whole address; the table has {shown}."
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
    values = {
        column: [row[at] for row in sample if row[at].strip()] for at, column in enumerate(heading)
    }
    scores = sorted(
        (-_score(name, column, values[column]), FIELDS.index(name), at)
        for name in FIELDS
        for at, column in enumerate(heading)
    )
    chosen: dict[str, tuple[str, float]] = {}
    taken: set[int] = set()
    for minus_score, rank, at in scores:
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


def is_personal(column: str) -> bool:
    """Tell whether a column seems to name a person, by its heading."""
    return any(map(_PERSONAL.fullmatch, _words(column)))


def _score(name: str, column: str, values: list[str]) -> float:
    by_name = max(_likeness(_words(column), alias.split()) for alias in COLUMNS[name].aliases)
    look = _LOOKS.get(name)
    if look is None or not values:
        return by_name * 0.95 if look else by_name
    share = sum(map(look, values)) / len(values)
    if share < _LOOKS_WRONG:
        return by_name * _BELIED
    telling = COLUMNS[name].telling and not any(map(_OTHER.fullmatch, _words(column)))
    by_look = _BY_LOOK_ALONE * share if telling else 0.0
    return max(by_name * (0.7 + 0.3 * share), by_look)


def _words(column: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(column)]


def _likeness(words: list[str], alias: list[str]) -> float:
    """Return the share of words in common, 0-1, forgiving slips in longer words."""
    if not words:
        return 0.0
    if "".join(words) == "".join(alias):
        return 1.0
    common = sum(any(_is_same_word(word, other) for word in words) for other in alias)
    strange = any(map(_OTHER.fullmatch, set(words) - set(alias)))
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


_FORMS: Final = {each.name: each.form for each in fields.FIELDS}
_LOOKS: Final = {
    name: find_look(column, _FORMS.get(name)) for name, column in COLUMNS.items()
} | dict.fromkeys(("latitude", "longitude"), _is_degrees)
