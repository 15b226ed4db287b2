"""What a caller wrote down of one clinic: read from a form or a CSV, checked, a row an answer.

The six questions: does it operate, which treatments, which payers, new patients, how long until a
first appointment, who may take one home; and before them whether number and address are right.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError
from geo.exporting.formulas import restore
from geo.sources.table import delimited
from geo.workspace import decisions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OUTCOMES: Final = ("answered", "no_answer", "wrong_number", "no_number")
YES_NO: Final = (
    "open", "address_right", "medicaid", "medicare", "private_insurance", "new_patients",
)  # fmt: skip
PAYERS: Final = ("medicaid", "medicare", "private_insurance")
RIDES: Final = ("companion", "taxi", "alone")
"""Who may take one home: a companion, a taxi or ride service, nobody."""

FACTS: Final = ("phone", "street", "unit", "city", "zip")
"""What a caller may write down where the listing is wrong."""

COLUMNS: Final = (
    "clinic_id", "caller", "called_on", "outcome", "open", "address_right", "treatments", *PAYERS,
    "new_patients", "wait_days", "ride_home", *FACTS, "remark",
)  # fmt: skip
_LONGEST_WAIT: Final = 1_000
_CALLERS: Final = ("1", "2")


def clean(row: Mapping[str, str]) -> dict[str, str]:
    """Return an answer in its form, every one of `COLUMNS`; "" where it is not told.

    Parameters
    ----------
    row : any of `COLUMNS`, as a caller writes them; "y" and "n" will do.

    Raises
    ------
    SchemaError : an answer cannot be used; the sentence says which.
    """
    told = {name: " ".join(str(row.get(name, "")).split()) for name in COLUMNS}
    lower = {name: told[name].casefold() for name in told}
    told |= {"caller": told["caller"] or "1", "outcome": lower["outcome"].replace(" ", "_")}
    told["called_on"] = told["called_on"] or decisions.today()
    if told["caller"] not in _CALLERS:
        raise SchemaError("caller: write 1, or 2 for the second one.")
    if told["outcome"] not in OUTCOMES:
        raise SchemaError(f"outcome: write one of {', '.join(OUTCOMES)}.")
    if not _is_past_day(told["called_on"]):
        raise SchemaError("called_on: write the day as 2026-11-29, no later than today.")
    for name in YES_NO:
        told[name] = {"y": "yes", "n": "no"}.get(lower[name], lower[name])
        if told[name] not in {"", "yes", "no"}:
            raise SchemaError(f"{name}: write yes or no, or leave it empty.")
    if told["outcome"] == "answered" and not told["open"]:
        raise SchemaError(
            "open: an answered call says whether the clinic operates; write yes or no."
        )
    if told["wait_days"]:
        if not told["wait_days"].isdecimal() or int(told["wait_days"]) > _LONGEST_WAIT:
            raise SchemaError(f"wait_days: write a number of days, {_LONGEST_WAIT:,} at most.")
        told["wait_days"] = str(int(told["wait_days"]))
    rides = [part.strip() for part in lower["ride_home"].replace(",", ";").split(";")]
    if set(rides) - {*RIDES, ""}:
        raise SchemaError(f"ride_home: write some of {', '.join(RIDES)}, joined by semicolons.")
    told["ride_home"] = ";".join(name for name in RIDES if name in rides)
    return told


def read(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[tuple[int, str, str]]]:
    """Return the answers of a CSV with their lines, and the rows that cannot be used and why.

    Rows without an outcome were not called yet, and are neither.

    Parameters
    ----------
    path : a CSV with a heading of some of `COLUMNS`, whatever parts its cells; other columns are
        what a sheet says beside.

    Returns
    -------
    answers : line and answer, in its form.
    rejects : line, clinic and why, a sentence.

    Raises
    ------
    SourceError : the file cannot be read.
    SchemaError : it lacks a column.
    """
    rows = delimited.read_rows(path, delimited.sniff(path))
    heading = [name.strip() for name in next(rows).cells]
    if missing := {"clinic_id", "outcome"} - set(heading):
        raise SchemaError(
            f"{path.name} has no column {min(missing)}; use the file that came with the sheets."
        )
    answers: list[tuple[int, dict[str, str]]] = []
    rejects: list[tuple[int, str, str]] = []
    for line, cells, fault, *_ in rows:
        row = {name: restore(cell) for name, cell in zip(heading, cells, strict=False)}
        if not fault and not row.get("outcome", "").strip():
            continue
        if fault:
            rejects.append((line, row.get("clinic_id", ""), f"{fault}."))
            continue
        try:
            answers.append((line, clean(row)))
        except SchemaError as error:
            rejects.append((line, row.get("clinic_id", ""), str(error)))
    return answers, rejects


def _is_past_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text <= decisions.today()
    except ValueError:
        return False
