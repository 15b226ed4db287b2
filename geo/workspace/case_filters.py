"""Which of the open cases an operator wants to see: by why they were opened, by source, by state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.i18n.reason_words import WORDS
from geo.workspace import cases, pair_cases, runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace.database import Workspace

COLUMNS: Final = ("reasons", "sources", "states")
"""What `tabulate` tells of a case, a tuple of words each, and what `select` takes."""

_FIGURE: Final = re.compile(r"\{[^{}]*\}|\d[\d.,]*")
_LEFT_OUT: Final = "…"


def tabulate(workspace: Workspace, waiting: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Return open cases with what they can be chosen by.

    Parameters
    ----------
    waiting : as `cases.open_cases` returns them.
    listings : as they stand, `geo.clinics.listings.COLUMNS`.

    Returns
    -------
    The rows of `waiting` with `COLUMNS`: why each was opened, without its figures; the sources of
    the listings it is about, or the one that shrank; their states.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    said = listings.set_index("listing_id")[["source", "state"]].to_dict("index")
    by_clinic = listings.groupby("clinic_id")["listing_id"].agg(list).to_dict()
    rows: list[tuple[tuple[str, ...], ...]] = []
    for case in waiting.to_dict("records"):
        facts = case["facts"]
        if case["kind"] == "shrunk":
            title = runs.summarise(workspace, int(facts["run_id"])).title
            rows.append((_list_reasons(case), (title,), tuple(sorted(facts["states"]))))
            continue
        about = by_clinic.get(case["clinic_id"], [])
        if case["kind"] == pair_cases.KIND:
            about = [facts["listing_a"], facts["listing_b"]]
        theirs = [said[listing] for listing in about if listing in said]
        found = (
            tuple(sorted({one[name] for one in theirs} - {""})) for name in ("source", "state")
        )
        rows.append((_list_reasons(case), *found))
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}
    told = {name: pd.Series(columns.get(name, []), dtype="object") for name in COLUMNS}
    return waiting.reset_index(drop=True).assign(**told)


def select(tabulated: pd.DataFrame, wanted: Mapping[str, str]) -> pd.DataFrame:
    """Return the cases that have each of some words.

    Parameters
    ----------
    tabulated : as `tabulate` returns it.
    wanted : one of `COLUMNS` -> the word to be among its own; "" for any.
    """
    keep = pd.Series(data=True, index=tabulated.index)
    for name, word in wanted.items():
        if word:
            keep &= pd.Series([word in told for told in tabulated[name]], index=tabulated.index)
    return tabulated[keep]


def _list_reasons(case: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return why a case was opened, each reason the same for all that have it."""
    codes = [str(one["code"]) for one in case["facts"].get(cases.REASONS, [])]
    known = [WORDS[code].message for code in codes if code in WORDS]
    words = [message if isinstance(message, str) else message[1] for message in known]
    return tuple(
        _FIGURE.sub(_LEFT_OUT, text).strip(" .")
        for text in words or [str(case["reason"]).partition(":")[0]]
    )
