"""Ids for clinics: of their name and city, and never one that was used before."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pandas as pd

from geo.dedupe.naming import name_clinics

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.workspace.database import Workspace


def name_clinic(workspace: Workspace, listing: Mapping[str, str]) -> str:
    """Return an id for a new clinic, such as `salish-ketamine-bellingham-wa`.

    Parameters
    ----------
    listing : its `name`, `street`, `city` and `state`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    facts = {name: listing.get(name, "") for name in ("name", "street", "city", "state")}
    row = pd.DataFrame([{**facts, "clinic_id": "", "evidence": "operator"}], dtype="str")
    slug = name_clinics(row, [0])[0]
    return make_unused(workspace, slug)


def make_unused(workspace: Workspace, wanted: str, besides: Collection[str] = ()) -> str:
    """Return an id, with a number behind it where a clinic has or had it.

    The id of a clinic that is no more would bring back what was decided about that one.

    Parameters
    ----------
    besides : ids with a number that are not free either.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    candidates = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(
        candidate
        for candidate in candidates
        if not _is_used(workspace, candidate) and (candidate == wanted or candidate not in besides)
    )


def _is_used(workspace: Workspace, clinic_id: str) -> bool:
    query = "SELECT 1 FROM assignments WHERE clinic_id = ? LIMIT 1"
    return bool(workspace.read(query, (clinic_id,)))
