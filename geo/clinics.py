"""Listings become clinics: field by field the most trusted source wins, then the newest.

Which listing gave which field is kept beside the clinics, so that a card can show it, a conflict is
visible, and a merge is undone by changing `clinic_id` in the listings alone.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import SchemaError
from geo.listings import EVIDENCE, SLUG, STATES, TREATMENTS, WEB_ADDRESS

if TYPE_CHECKING:
    from datetime import date

COLUMNS: Final = (
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
    "status",
    "status_date",
    "npi",
    "evidence",
    "source_url",
    "source_date",
    "listings",
)
STATUSES: Final = ("open", "unconfirmed", "closed", "withdrawn")
FRESH_MONTHS: Final = 24
"""A source that lists a clinic vouches for it this long before the release's date."""

_ADDRESS: Final = ("street", "unit", "city", "state", "zip")
_SINGLE: Final = ("name", "phone", "website", "npi")
_FIELDS: Final = (*_SINGLE, *_ADDRESS, "treatments")


def resolve(listings: pd.DataFrame, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one clinic a practice location, and which listing says what of it.

    A field is taken from the most trusted listing that states it (`geo.listings.EVIDENCE`), among
    equals from the newest (undated ones last), then from the smallest `listing_id`. Two exceptions:

    - The address is one listing's, since street, unit, city and ZIP of two sources seldom fit each
      other: the best listing with a street gives them, even where a better one names another city
      without a street; where none has a street, the best with a city or a ZIP. What it leaves open
      is filled from the next listings that contradict no part of the address found so far.
    - `treatments` is all that any source states, since a source names those it knows.

    The result depends neither on the order of the listings nor on how often it is made.

    Parameters
    ----------
    listings : the columns of `geo.listings`, all text, each with a `clinic_id`.
    as_of : the release's date, from which the age of a source counts; see `find_status`.

    Returns
    -------
    clinics : one row a clinic by `clinic_id`, the columns `COLUMNS`, text but for `listings` (int).
        `evidence` is its strongest; `source_url` and `source_date` are those of its newest listing.
    fields : one row a stated field: `clinic_id`, `field`, `listing_id`, `gave` (the clinic's value
        is this listing's), `agrees` (its value is the clinic's, but for case, punctuation, and the
        path of a website; treatments always agree).

    Raises
    ------
    SchemaError : a listing has no `clinic_id`.
    """
    undecided = listings.loc[listings["clinic_id"].eq(""), "listing_id"]
    if not undecided.empty:
        raise SchemaError(
            f"Listing {undecided.iloc[0]!r} belongs to no clinic (and {len(undecided) - 1} more); "
            "give it a clinic_id."
        )
    ranked = _rank(listings)
    statuses = find_status(listings, as_of)
    clinics = pd.DataFrame(index=statuses.index)
    givers: dict[str, pd.Series[str]] = {}
    for field in _SINGLE:
        clinics[field], givers[field] = _take_first(ranked, field)
    address, of_address = _resolve_address(ranked)
    clinics = clinics.join(address)
    givers |= of_address
    clinics["treatments"] = _unite_treatments(ranked)
    clinics[["status", "status_date"]] = statuses[["status", "status_date"]]
    clinics["evidence"] = _first_rows(ranked)["evidence"]
    newest = _first_rows(
        ranked.sort_values(["clinic_id", "day"], ascending=[True, False], kind="stable")
    )
    clinics[["source_url", "source_date"]] = newest[["source_url", "source_date"]]
    texts = clinics.fillna("").astype("str")
    texts["listings"] = ranked.groupby("clinic_id").size()
    return texts.reset_index()[list(COLUMNS)], _trace(ranked, texts, givers, statuses["listing_id"])


def find_status(listings: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return whether each clinic operates, as its sources say it.

    A report that a clinic was withdrawn or closed, or that nobody could confirm it, stands unless a
    newer source of equal or higher trust lists the clinic. In this order:

    - withdrawn, closed: such a report stands.
    - open: a source dated within `FRESH_MONTHS` before `as_of` lists it, or its own page does,
      dated or not; and no doubt stands.
    - unconfirmed: all others. It is a doubt, too, if an undated report of closing meets a source of
      equal or higher trust that lists the clinic: which of the two is newer is not known.

    `2026` counts as 2026-01-01 and `2023-03` as 2023-03-01; a report counts from its source's date
    or the day it names, whichever is later. Nothing undated is newer than anything dated.

    Parameters
    ----------
    listings : the columns of `geo.listings`, each with a `clinic_id`.
    as_of : the release's date.

    Returns
    -------
    Indexed by `clinic_id`, ascending: `status` (one of `STATUSES`), `status_date` (of the closing or
    of the source that decided; "" where it bears none), `listing_id` (the listing that decided).
    """
    ranked = _rank(listings)
    clinic, clinic_ids = pd.factorize(ranked["clinic_id"])
    lists = ranked["operating"].isin(["", "yes"]).to_numpy()
    day = ranked["day"].to_numpy()
    said = np.maximum(day, _count_days(ranked["operating_date"]).to_numpy())
    trust = ranked["trust"].to_numpy()

    # The newest day on which a source of at most this rank lists the clinic; -1 where none does.
    listed = np.full((len(clinic_ids), len(EVIDENCE)), -1, dtype=np.int64)
    np.maximum.at(listed, (clinic[lists], trust[lists]), day[lists])
    rival = np.maximum.accumulate(listed, axis=1)[clinic, trust]
    stands = ~lists & np.where(said > 0, said >= rival, rival < 0)

    operating = ranked["operating"].to_numpy()
    fresh = day >= _count_day(pd.Timestamp(as_of) - pd.DateOffset(months=FRESH_MONTHS))
    verdict = np.select(
        [
            (operating == "withdrawn") & stands,
            (operating == "closed") & stands,
            ((operating == "unconfirmed") & stands) | (~lists & (said == 0) & (rival >= 0)),
            lists & fresh,
            lists & ranked["evidence"].eq("clinic_own_page").to_numpy(),
        ],
        range(5),
        default=5,
    )
    status = np.array(["withdrawn", "closed", "unconfirmed", "open", "open", "unconfirmed"])
    closing = np.isin(operating, ["withdrawn", "closed"]) & ranked["operating_date"].ne("")
    decided = ranked.assign(
        verdict=verdict,
        status=status[verdict],
        status_date=ranked["operating_date"].where(closing, ranked["source_date"]),
    ).sort_values(["clinic_id", "verdict", "day"], ascending=[True, True, False], kind="stable")
    return _first_rows(decided)[["status", "status_date", "listing_id"]]


def _rank(listings: pd.DataFrame) -> pd.DataFrame:
    ranked = listings.assign(
        trust=pd.Categorical(listings["evidence"], categories=EVIDENCE).codes.astype("int64"),
        day=_count_days(listings["source_date"]),
    )
    return ranked.sort_values(
        ["clinic_id", "trust", "day", "listing_id"],
        ascending=[True, True, False, True],
        ignore_index=True,
    )


def _count_days(dates: pd.Series[str]) -> pd.Series[int]:
    """Return dates as numbers such as 20230301, of which the later is the greater; 0 for ""."""
    digits = dates.str.replace("-", "", regex=False)
    missing = digits.str.len().map({0: "0", 4: "0101", 6: "01", 8: ""})
    return (digits + missing).astype("int64")


def _count_day(day: pd.Timestamp) -> int:
    return int(day.strftime("%Y%m%d"))


def _first_rows(ordered: pd.DataFrame) -> pd.DataFrame:
    return ordered.drop_duplicates("clinic_id").set_index("clinic_id")


def _take_first(ranked: pd.DataFrame, field: str) -> tuple[pd.Series[str], pd.Series[str]]:
    first = _first_rows(ranked[ranked[field].ne("")])
    return first[field], first["listing_id"]


def _resolve_address(ranked: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.Series[str]]]:
    placed = ranked["city"].ne("") | ranked["zip"].ne("")
    lacking = np.select([ranked["street"].ne(""), placed], [0, 1], default=2)
    anchors = ranked.assign(lacking=lacking).sort_values(["clinic_id", "lacking"], kind="stable")
    anchor = _first_rows(anchors)
    address = anchor[list(_ADDRESS)].copy()
    givers = {field: anchor["listing_id"].where(anchor[field].ne(""), "") for field in _ADDRESS}
    # The anchor has the street if any listing has one, so only the rest can be open.
    for field in ("state", "city", "zip", "unit"):
        found = address.reindex(ranked["clinic_id"]).set_axis(ranked.index)
        fits = found[field].eq("") & ranked[field].ne("")
        for part in _ADDRESS:
            same = _fold(found[part]).eq(_fold(ranked[part]))
            fits &= same | found[part].eq("") | ranked[part].eq("")
        filler = _first_rows(ranked[fits])
        address.loc[filler.index, field] = filler[field]
        givers[field].loc[filler.index] = filler["listing_id"]
    return address, givers


def _unite_treatments(ranked: pd.DataFrame) -> pd.Series[str]:
    codes = (
        ranked["treatments"].str.get_dummies(";").reindex(columns=list(TREATMENTS), fill_value=0)
    )
    stated = codes.groupby(ranked["clinic_id"]).max().astype(bool)
    united = pd.Series("", index=stated.index, dtype="str")
    for code in TREATMENTS:
        united += stated[code].map({True: f"{code};", False: ""})
    return united.str.removesuffix(";")


def _trace(
    ranked: pd.DataFrame,
    clinics: pd.DataFrame,
    givers: dict[str, pd.Series[str]],
    deciders: pd.Series[str],
) -> pd.DataFrame:
    traces = [
        pd.DataFrame(
            {
                "clinic_id": deciders.index,
                "field": "status",
                "listing_id": deciders.to_numpy(),
                "gave": True,
                "agrees": True,
            }
        )
    ]
    for field in _FIELDS:
        stated = ranked.loc[ranked[field].ne(""), ["clinic_id", "listing_id", field]]
        if field == "treatments":
            gave = agrees = np.ones(len(stated), dtype=bool)
        else:
            value = stated["clinic_id"].map(clinics[field])
            fold = _fold_website if field == "website" else _fold
            gave = stated["listing_id"].eq(stated["clinic_id"].map(givers[field])).to_numpy()
            agrees = fold(stated[field]).eq(fold(value)).to_numpy()
        traces.append(
            stated[["clinic_id", "listing_id"]].assign(field=field, gave=gave, agrees=agrees)
        )
    fields = pd.concat(traces)[["clinic_id", "field", "listing_id", "gave", "agrees"]]
    return fields.sort_values(["clinic_id", "field", "listing_id"], ignore_index=True)


def _fold(values: pd.Series[str]) -> pd.Series[str]:
    return values.str.lower().str.replace(r"\W+", " ", regex=True).str.strip()


def _fold_website(values: pd.Series[str]) -> pd.Series[str]:
    return values.str.lower().str.extract(r"^https?://(?:www\.)?([^/]*)", expand=False)
