"""The listing table: what one source says of one practice location, kept unedited.

A clinic is resolved from its listings in `geo.clinics.resolving`. pandera is imported when a table
is first checked: whoever only reads a published release never pays for it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandera.pandas as pa

COLUMNS: Final = (
    "listing_id",
    "clinic_id",
    "name",
    "street",
    "unit",
    "city",
    "state",
    "zip",
    "phone",
    "website",
    "treatments",
    "npi",
    "operating",
    "operating_date",
    "evidence",
    "source",
    "source_url",
    "source_date",
    "note",
    "raw",
)

EVIDENCE: Final = ("operator", "clinic_own_page", "registry", "press", "secondary_directory")
"""Kinds of source, the most trusted first."""

TREATMENTS: Final = ("iv", "im", "esketamine", "oral", "nasal", "assisted_therapy", "at_home")
"""Codes of treatments, in the order in which a `treatments` text lists them."""

OPERATING: Final = ("", "yes", "closed", "unconfirmed", "withdrawn")
"""What a source says of whether the clinic operates; "" where it only names the clinic."""

_STATES: Final = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR VI GU AS MP"
)
STATES: Final = frozenset(_STATES.split())
"""States, the District of Columbia, Puerto Rico and the territories."""

SLUG: Final = r"[a-z0-9]+(-[a-z0-9]+)*"
_PARTIAL_DATE: Final = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
WEB_ADDRESS: Final = r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:\d+)?/[^\s\"'<>`\\]*"

_SEEN: Final = "on one line and without characters that nobody sees"

WHAT_TO_DO: Final[Mapping[str, str]] = {
    "listing_id": "give each listing an id of its own, of letters, digits and - _ . :",
    "clinic_id": "write lower-case words joined by '-', such as 'salish-ketamine-bellingham-wa'",
    "name": f"give the clinic's name, {_SEEN}",
    "street": f"write it {_SEEN}",
    "unit": f"write it {_SEEN}",
    "city": f"write it {_SEEN}",
    "state": "use the two-letter abbreviation, or leave it empty",
    "zip": "write five digits, with the zeros in front, or leave it empty",
    "phone": "write +1 and ten digits, or leave it empty",
    "website": "write an address such as 'https://example.org/', or leave it empty",
    "treatments": f"join codes by ';', each once, in this order: {', '.join(TREATMENTS)}",
    "npi": "write ten digits, or leave it empty",
    "operating": "use yes, closed, unconfirmed or withdrawn, or leave it empty",
    "operating_date": "write YYYY, YYYY-MM or YYYY-MM-DD, or leave it empty",
    "evidence": f"use one of {', '.join(EVIDENCE)}",
    "source": f"name the source in plain words, {_SEEN}",
    "source_url": "write an address such as 'https://example.org/', or leave it empty",
    "source_date": "write YYYY, YYYY-MM or YYYY-MM-DD, or leave it empty",
    "note": "write it without characters that nobody sees; lines may break",
    "raw": "keep the source's facts as a JSON object, or leave it empty",
}
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
    from pandera.errors import SchemaErrors  # noqa: PLC0415  slow, and only needed to check

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


def is_treatments(values: pd.Series[str]) -> pd.Series[bool]:
    """Return which texts are codes of `TREATMENTS` joined by `;`, in order, each once."""
    codes = "".join(f"({code};)?" for code in TREATMENTS)
    return (values + ";").str.fullmatch(codes) | values.eq("")


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


def build_columns() -> dict[str, pa.Column]:
    """Return a pandera column, with its checks, for each of `COLUMNS`."""
    import pandera.pandas as pa  # noqa: PLC0415  slow, and only needed to check

    def passing(check: Callable[[pd.Series[str]], pd.Series[bool]]) -> pa.Column:
        return pa.Column("str", pa.Check(check))

    def pattern(regex: str) -> pa.Column:
        return passing(lambda values: values.str.fullmatch(regex))

    def one_of(allowed: Iterable[str]) -> pa.Column:
        return passing(lambda values: values.isin(list(allowed)))

    seen = pa.Check(_is_seen)
    columns = {name: pa.Column("str", seen) for name in COLUMNS}
    return columns | {
        "listing_id": pa.Column(
            "str",
            pa.Check(lambda values: values.str.fullmatch(r"[A-Za-z0-9][\w.:-]*")),
            unique=True,
            report_duplicates="exclude_first",
        ),
        "clinic_id": pattern(rf"({SLUG})?"),
        "name": pa.Column("str", [pa.Check(_is_trimmed), seen]),
        "state": one_of(["", *STATES]),
        "zip": pattern(r"(\d{5})?"),
        "phone": pattern(r"(\+1\d{10})?"),
        "website": pattern(rf"({WEB_ADDRESS})?"),
        "treatments": passing(is_treatments),
        "npi": pattern(r"(\d{10})?"),
        "operating": one_of(OPERATING),
        "operating_date": passing(is_partial_date),
        "evidence": one_of(EVIDENCE),
        "source": pa.Column("str", [pa.Check(_is_trimmed), seen]),
        "source_url": pattern(rf"({WEB_ADDRESS})?"),
        "source_date": passing(is_partial_date),
        "note": passing(lambda values: _is_seen(values.str.replace("\n", " ", regex=False))),
        "raw": passing(_is_json_object),
    }


@cache
def _schema() -> pa.DataFrameSchema:
    import pandera.pandas as pa  # noqa: PLC0415  slow, and only needed to check

    def reasoned(rows: pd.DataFrame) -> pd.Series[bool]:
        told = rows["note"].ne("") & rows["source_date"].ne("")
        return rows["operating"].ne("withdrawn") | (rows["evidence"].eq("operator") & told)

    rule = (
        "operating: only an operator withdraws a clinic; say the reason in 'note' and the day in "
        "'source_date'"
    )
    return pa.DataFrameSchema(build_columns(), checks=pa.Check(reasoned, error=rule))


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
