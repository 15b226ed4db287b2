"""The listing table: what one source says of one practice location, kept unedited.

A clinic is resolved from its listings in `geo.clinics.resolving`. pandera is imported when a table
is first checked: whoever only reads a published release never pays for it.
"""

from __future__ import annotations

import json
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.clinics.fields import FIELDS
from geo.clinics.forms import Codes, JsonObject, Number, OneOf, PartialDate, Pattern, Text
from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandera.pandas as pa

    from geo.clinics.field import Field
    from geo.clinics.forms import Form

COLUMNS: Final = tuple(field.name for field in FIELDS if field.listed)
WHAT_TO_DO: Final[Mapping[str, str]] = MappingProxyType(
    {field.name: field.form.advice for field in FIELDS if field.listed}
)
_PARTIAL_DATE: Final = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_FAULTS_SHOWN: Final = 3


def validate(listings: pd.DataFrame) -> pd.DataFrame:
    """Return the listings as they are, having checked every row against the contract.

    Parameters
    ----------
    listings : one row a listing, the columns `COLUMNS`, all text, "" for what is unknown.
        `clinic_id` may be empty: nobody has decided yet which clinic the listing speaks of.

    Returns
    -------
    The same table.

    Raises
    ------
    SchemaError : a column is missing or unknown, or a value is not allowed; the message names the
        listing, the column and what to do.

    Examples
    --------
    >>> validate(pd.DataFrame(columns=list(COLUMNS), dtype="str")).empty
    True
    """
    raise_faults(listings, find_faults(listings), id_column="listing_id")
    return listings


def find_faults(listings: pd.DataFrame) -> pd.DataFrame:
    """Return what is wrong in which row, so that a reader can reject single rows.

    Parameters
    ----------
    listings : a table with the columns `COLUMNS`.

    Returns
    -------
    One row a fault, in the order of the rows: `row` (position in the table, from 0), `column`,
    `reason` (what stands there and what to do). Of two rows with one `listing_id` the later is at
    fault.

    Raises
    ------
    SchemaError : a column is missing or unknown.
    """
    return check_rows(_schema(), listings, WHAT_TO_DO)


def check_rows(
    schema: pa.DataFrameSchema,
    table: pd.DataFrame,
    what_to_do: Mapping[str, str],
) -> pd.DataFrame:
    """Return the faults that a pandera schema finds in a table, in words.

    Parameters
    ----------
    schema : its columns are those the table must have, in any order, and may have where they are
        not required; a check over several columns has the `error` "column: reason".
    table : any index; positions are reported.
    what_to_do : column -> advice that ends the reason.

    Returns
    -------
    Columns `row`, `column`, `reason`, as `find_faults` describes them.

    Raises
    ------
    SchemaError : a column is missing or unknown, or a check itself fails.
    """
    from pandera.errors import SchemaErrors  # noqa: PLC0415  # 200 ms; only needed to check

    needed = [name for name, column in schema.columns.items() if column.required]
    if missing := [name for name in needed if name not in table.columns]:
        raise SchemaError(f"The table lacks the columns {missing}; it needs {needed}.")
    if unknown := [name for name in table.columns if name not in schema.columns]:
        raise SchemaError(f"The table has the columns {unknown}; take out what is not in {needed}.")
    try:
        schema.validate(table.reset_index(drop=True), lazy=True)
    except SchemaErrors as errors:
        # A check that breaks on numbers has no row; that they are no text is reported row by row.
        cases = errors.failure_cases.dropna(subset="index")
        if cases.empty:
            raise SchemaError(f"The table cannot be checked: {errors}") from errors
        return _put_in_words(cases, what_to_do)
    return pd.DataFrame({"row": pd.Series(dtype="int64"), "column": "", "reason": ""})


def raise_faults(table: pd.DataFrame, faults: pd.DataFrame, *, id_column: str) -> None:
    """Raise the first few faults as one sentence each; do nothing where there are none.

    Raises
    ------
    SchemaError : there is a fault.
    """
    if faults.empty:
        return
    kind = id_column.removesuffix("_id")
    shown = faults.head(_FAULTS_SHOWN)
    sentences = [
        f"{kind.capitalize()} {table[id_column].iloc[int(row)]!r} (row {int(row) + 1}), "
        f"column {column!r}: {reason}."
        for row, column, reason in zip(shown["row"], shown["column"], shown["reason"], strict=True)
    ]
    more = len(faults) - len(shown)
    if more:
        sentences.append(f"{more} more like this.")
    raise SchemaError(" ".join(sentences))


def is_partial_date(values: pd.Series[str]) -> pd.Series[bool]:
    """Return which texts are a date that may lack its day, or day and month; "" is one too.

    Parameters
    ----------
    values : texts such as `2026`, `2023-03`, `2023-03-10`.
    """
    full = values.str.len().eq(len("2023-03-10"))
    on_calendar = pd.to_datetime(values.where(full), format="%Y-%m-%d", errors="coerce").notna()
    return values.eq("") | (values.str.fullmatch(_PARTIAL_DATE) & (on_calendar | ~full))


def fits(form: Form, values: pd.Series[str]) -> pd.Series[bool]:  # noqa: PLR0911  one a form
    """Return which texts are of a form.

    Parameters
    ----------
    form : any but a `Number`, which is no text.
    """
    match form:
        case Text():
            fit = _is_seen(values.str.replace("\n", " ", regex=False) if form.lines else values)
            return fit & _is_trimmed(values) if form.needed else fit
        case Pattern():
            return values.str.fullmatch(form.regex)
        case OneOf():
            return values.isin(form.values)
        case PartialDate():
            return is_partial_date(values)
        case JsonObject():
            return _is_json_object(values)
        case Codes(several=True):
            codes = "".join(f"({code};)?" for code in form.names)
            return (values + ";").str.fullmatch(codes) | values.eq("")
        case Codes():
            return values.isin(["", *form.names])
        case _:
            return values.eq(values)


def _put_in_words(cases: pd.DataFrame, what_to_do: Mapping[str, str]) -> pd.DataFrame:
    found = cases["failure_case"].map(repr).where(cases["failure_case"].notna(), "a missing value")
    verdict = cases["check"].eq("field_uniqueness").map({True: " stands twice", False: " is wrong"})
    reason = found + verdict + "; " + cases["column"].map(what_to_do).fillna("correct it")
    # A rule over several columns is reported once for each column; its text is "column: reason".
    over_columns = cases["schema_context"].eq("DataFrameSchema")
    rule = cases["check"].astype("str").str.partition(": ")
    faults = pd.DataFrame(
        {
            "row": cases["index"].astype("int64"),
            "column": rule[0].where(over_columns, cases["column"]).astype("str"),
            "reason": rule[2].where(over_columns, reason).astype("str"),
        }
    )
    return faults.drop_duplicates().sort_values(["row", "column", "reason"], ignore_index=True)


def build_columns(
    fields: Iterable[Field], *, unique: str, optional: Iterable[str] = ()
) -> dict[str, pa.Column]:
    """Return a pandera column, with its check, for each of some fields.

    Parameters
    ----------
    unique : the column in which no value stands twice.
    optional : columns that a table may lack.
    """
    import pandera.pandas as pa  # noqa: PLC0415  # 200 ms; only needed to check

    def build(field: Field) -> pa.Column:
        form, required = field.form, field.name not in optional
        if isinstance(form, Number):
            check = pa.Check.in_range(form.least, form.most)
            kind = int if form.whole else float
            return pa.Column(kind, check, nullable=not form.whole, required=required)
        return pa.Column(
            "str",
            pa.Check(lambda values: fits(form, values)),
            unique=field.name == unique,
            report_duplicates="exclude_first",
            required=required,
        )

    return {field.name: build(field) for field in fields}


@cache
def _schema() -> pa.DataFrameSchema:
    import pandera.pandas as pa  # noqa: PLC0415  # 200 ms; only needed to check

    def reasoned(rows: pd.DataFrame) -> pd.Series[bool]:
        explained = rows["note"].ne("") & rows["source_date"].ne("")
        return rows["operating"].ne("withdrawn") | (rows["evidence"].eq("operator") & explained)

    rule = (
        "operating: only an operator withdraws a clinic; say the reason in 'note' and the day in "
        "'source_date'"
    )
    listed = (field for field in FIELDS if field.listed)
    return pa.DataFrameSchema(
        build_columns(listed, unique="listing_id"), checks=pa.Check(reasoned, error=rule)
    )


def _is_seen(values: pd.Series[str]) -> pd.Series[bool]:
    """Return which texts hold nothing that reorders or hides what is beside it, or steers a terminal."""
    return values.map(str.isprintable).astype("bool")


def _is_trimmed(values: pd.Series[str]) -> pd.Series[bool]:
    return values.ne("") & values.eq(values.str.strip())


def _is_json_object(values: pd.Series[str]) -> pd.Series[bool]:
    def parses(text: str) -> bool:
        try:
            return isinstance(json.loads(text or "{}"), dict)
        except ValueError:
            return False

    return values.map(parses).astype("bool")
