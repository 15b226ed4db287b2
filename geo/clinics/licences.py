"""Under which licence a release holds each listing, and what it is without those of one licence."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.clinics.licensing import ODBL, read_licence
from geo.clinics.listing_sources import find_source_name

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final = ("listing_id", "source", "licence", "raw_sha256")


def tabulate_origins(listings: pd.DataFrame, licences: Mapping[str, str]) -> pd.DataFrame:
    """Return where each listing comes from and under which licence.

    Parameters
    ----------
    listings : with `listing_id` and `raw`.
    licences : by `listing_id`; what is not there is the program's own collection of facts.

    Returns
    -------
    By `listing_id`: `source` (its name, by the id), `licence` (its words, "" for none) and `raw_sha256` (of `raw`, "" where there is none).
    """
    ids = listings["listing_id"]
    table = pd.DataFrame(
        {
            "listing_id": ids,
            "source": ids.map(find_source_name),
            "licence": ids.map(lambda listing_id: licences.get(listing_id, "")),
            "raw_sha256": listings["raw"].map(_hash),
        }
    )
    return table.astype("str").sort_values("listing_id", ignore_index=True)


def leave_out_odbl(
    listings: pd.DataFrame, licences: Mapping[str, str], positions: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return listings and positions without those under the Open Database License.

    A database that holds them has to be shared alike; one that leaves them out has not. Words of
    an operator's that name it anywhere count as it (`geo.clinics.licensing.read_licence`). What is under
    words that name no licence known here stays: an operator who gave them knows what they ask.

    Parameters
    ----------
    listings, licences : as in `tabulate_origins`.
    positions : with `coordinate_licence`.
    """
    free = ~listings["listing_id"].map(lambda listing_id: _is_odbl(licences.get(listing_id, "")))
    own = ~positions["coordinate_licence"].map(_is_odbl)
    return (
        listings[free.astype("bool")].reset_index(drop=True),
        positions[own.astype("bool")].reset_index(drop=True),
    )


def _is_odbl(words: str) -> bool:
    return read_licence(words).code == ODBL


def _hash(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest() if raw else ""
