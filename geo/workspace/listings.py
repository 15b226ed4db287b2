"""What the listings are at present, and what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from geo.workspace.opening import Workspace


def current(workspace: Workspace) -> pd.DataFrame:
    """Return the listings as they stand: `geo.listings.COLUMNS`, by `listing_id`.

    `clinic_id` is "" where it is not decided yet whose listing it is. What an operator refused of
    a source's facts is empty; `raw` still has it.
    """
    raise NotImplementedError


def licences(workspace: Workspace) -> pd.DataFrame:
    """Return `listing_id`, `licence` of the source's records; "" for the operator's own."""
    raise NotImplementedError


def points(workspace: Workspace) -> pd.DataFrame:
    """Return where sources place their listings: `listing_id`, `latitude`, `longitude`, `licence`."""
    raise NotImplementedError


def missing(workspace: Workspace) -> pd.DataFrame:
    """Return listings whose source no longer holds them: `listing_id`, `source`, `since_run`."""
    raise NotImplementedError
