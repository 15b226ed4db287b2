"""What every table of a release says in a form that pages go by, whoever made it.

Whoever publishes here checks far more (`geo.clinics.listings`). A release that came from elsewhere is
believed in what it says, but not in the form: a line break in a name, or a code that nobody knows,
would make a page fail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo.clinics.fields import FIELDS
from geo.clinics.forms import Codes, JsonObject, OneOf, PartialDate, Text
from geo.clinics.vocabulary import EVIDENCE

if TYPE_CHECKING:
    import pandas as pd

    from geo.clinics.forms import Form

_TABLES: Final = ("clinics", "listings")
_BREAK: Final = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_DATE: Final = re.compile(r"(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?", re.ASCII)
_CODED: Final = {"status", "treatments", "operating"}
PRECISIONS: Final = [
    "verified",
    "address",
    "interpolated",
    "interpolated_weak",
    "street",
    "zip",
    "zip_po_box",
    "city",
    "given",
    "state",
    "none",
]
"""Of `geo.places.precision`, which would bring shapes with it; a test holds the two together."""

_WORDS: Final = {"precision": {"", *PRECISIONS}, "evidence": {"", *EVIDENCE}}
"""What pages look up; "" where it is not known."""
_FORMS: Final[dict[str, Form]] = {field.name: field.form for field in FIELDS}


def find_strange(name: str, table: pd.DataFrame) -> str:
    """Say which column holds what no page can read; "" where none does.

    Parameters
    ----------
    name : of the table; of others than clinics, listings and completeness nothing is asked.
    table : its columns in their types.
    """
    if name == "completeness":
        for aspect, words in _WORDS.items():
            if not {*table["item"][table["aspect"].eq(aspect)]} <= words:
                return f"an item of {name} is no kind of {aspect}"
    if name not in _TABLES:
        return ""
    if name == "clinics":
        located = table["latitude"].notna()
        if (located & (table["longitude"].isna() | table["radius_miles"].isna())).any():
            return f"a point of {name} has no longitude or no radius"
    for column in table.columns:
        if table[column].dtype == "str" and any(
            _is_strange(column, value) for value in table[column].unique()
        ):
            return f"the column {column} of {name} holds what is none of its values"
    return ""


def _is_strange(column: str, value: str) -> bool:
    """Tell whether a text is none that a column may hold."""
    form = _FORMS.get(column)
    if isinstance(form, JsonObject) or (isinstance(form, Text) and form.lines):
        return False
    if column in _WORDS:
        return value not in _WORDS[column]
    if isinstance(form, PartialDate):
        return _DATE.fullmatch(value) is None
    if column in _CODED and isinstance(form, OneOf):
        return value not in form.values  # noqa: PD011  no table's
    if column in _CODED and isinstance(form, Codes):
        return not {*filter(None, value.split(";"))} <= {*form.names}
    return _BREAK.search(value) is not None
