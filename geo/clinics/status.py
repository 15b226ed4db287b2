"""Whether a clinic operates, as its sources say it, and which of them is believed first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics.vocabulary import EVIDENCE

if TYPE_CHECKING:
    from datetime import date

FRESH_MONTHS: Final = 24
"""A source that lists a clinic vouches for it this long before the release's date."""

# What a listing says of its clinic, the strongest first, and the status that follows.
_VERDICTS: Final = (
    "withdrawn",
    "closed",
    "unconfirmed",
    "open",
    "open",
    "unconfirmed",
    "unconfirmed",
)


def find_status(ranked: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return whether each clinic operates, and the listing that decided it.

    In this order:

    - withdrawn, closed: a report of it stands. It falls if a newer source of equal or higher trust
      lists the clinic.
    - open: a source dated within `FRESH_MONTHS` before `as_of` lists it, or its own page does,
      whatever the page's date; and no doubt stands. A doubt is a report that the clinic could not
      be confirmed (it stands and falls as above), or an undated report of its closing that meets a
      source of equal or higher trust: which of the two is newer, nobody knows.
    - unconfirmed: all others.

    An operator's listing that does not say whether the clinic operates corrects fields: it lists
    the clinic for none of these, and neither lifts a report nor confirms anything.

    `2026` counts as 2026-01-01 and `2023-03` as 2023-03-01; a report counts from the date of its
    source or the day that it names, whichever is later. A listing without a date is newer than
    nothing; a report without a date stands only where no source of its trust lists the clinic.

    Parameters
    ----------
    ranked : listings as `rank_listings` gives them.
    as_of : the release's date.

    Returns
    -------
    Indexed by `clinic_id`, ascending: `status` (one of `geo.clinics.vocabulary.STATUSES`), `status_date` (of the closing,
    or of the source that decided; "" where it bears none), `listing_id` (the one that decided).
    """
    clinic, clinic_ids = pd.factorize(ranked["clinic_id"])
    operating = ranked["operating"].to_numpy()
    silent = (operating == "") & ranked["evidence"].eq("operator").to_numpy()
    lists = np.isin(operating, ["", "yes"]) & ~silent
    trust, day = ranked["trust"].to_numpy(), ranked["day"].to_numpy()
    said = np.maximum(day, _count_days(ranked["operating_date"]).to_numpy())

    # The newest day on which a source of this trust or more lists the clinic; -1 where none does.
    listed = np.full((len(clinic_ids), len(EVIDENCE)), -1, dtype=np.int64)
    np.maximum.at(listed, (clinic[lists], trust[lists]), day[lists])
    rival = np.maximum.accumulate(listed, axis=1)[clinic, trust]
    stands = np.where(said > 0, said >= rival, rival < 0)

    oldest_fresh = pd.Timestamp(as_of) - pd.DateOffset(months=FRESH_MONTHS)
    fresh = day >= int(oldest_fresh.strftime("%Y%m%d"))
    own_page = ranked["evidence"].eq("clinic_own_page").to_numpy()
    undatable = (operating == "closed") & (said == 0) & (rival >= 0)
    verdict = np.select(
        [
            silent,
            (operating == "withdrawn") & stands,
            (operating == "closed") & stands,
            ((operating == "unconfirmed") & stands) | undatable,
            lists & fresh,
            lists & own_page,
        ],
        [len(_VERDICTS) - 1, *range(5)],
        default=5,
    )
    closing = np.isin(operating, ["withdrawn", "closed"]) & ranked["operating_date"].ne("")
    decided = ranked.assign(
        verdict=verdict,
        status=np.array(_VERDICTS)[verdict],
        status_date=ranked["operating_date"].where(closing, ranked["source_date"]),
    ).sort_values(["clinic_id", "verdict", "day"], ascending=[True, True, False], kind="stable")
    return first_rows(decided)[["status", "status_date", "listing_id"]]


def rank_listings(listings: pd.DataFrame) -> pd.DataFrame:
    """Return the listings clinic by clinic, the one to believe first on top.

    Parameters
    ----------
    listings : the columns of `geo.clinics.listings`, each with a `clinic_id`.

    Returns
    -------
    By `clinic_id`, then trust, then date (the newest first, undated ones last), then `listing_id`;
    with the columns `trust` (position in `EVIDENCE`) and `day` (a number such as 20230301; 0 where
    undated).
    """
    ranked = listings.assign(
        trust=pd.Categorical(listings["evidence"], categories=EVIDENCE).codes.astype("int64"),
        day=_count_days(listings["source_date"]),
    )
    return ranked.sort_values(
        ["clinic_id", "trust", "day", "listing_id"],
        ascending=[True, True, False, True],
        ignore_index=True,
    )


def first_rows(ordered: pd.DataFrame) -> pd.DataFrame:
    """Return the first row of each clinic, indexed by `clinic_id`."""
    return ordered.drop_duplicates("clinic_id").set_index("clinic_id")


def _count_days(dates: pd.Series[str]) -> pd.Series[int]:
    digits = dates.str.replace("-", "", regex=False)
    missing = digits.str.len().map({0: "0", 4: "0101", 6: "01", 8: ""})
    return (digits + missing).astype("int64")
