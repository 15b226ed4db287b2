"""Listings become clinics: field by field the most trusted source wins, then the newest.

Which listing gave which field is kept beside the clinics, so that a card can show it, a conflict is
visible, and a merge is undone by changing `clinic_id` in the listings alone.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics import listings as listing_table
from geo.clinics.listings import (
    SLUG,
    TREATMENTS,
    WHAT_TO_DO,
    build_columns,
    check_rows,
    is_partial_date,
    raise_faults,
)
from geo.clinics.status import STATUSES, find_status, first_rows, rank_listings
from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandera.pandas as pa

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
LATER_COLUMNS: Final = (
    "latitude",
    "longitude",
    "precision",
    "radius_miles",
    "geocoder",
    "geocoded_date",
    "coordinate_licence",
    "state_fips",
    "county_geoid",
    "division",
    "region",
)
"""What geocoding and the census regions add to a clinic."""

_WHAT_TO_DO: Final[Mapping[str, str]] = {
    **WHAT_TO_DO,
    "clinic_id": f"{WHAT_TO_DO['clinic_id']}; each clinic has one of its own",
    "status": f"use one of {', '.join(STATUSES)}",
    "status_date": WHAT_TO_DO["source_date"],
    "listings": "count at least one",
    "latitude": "give degrees from -90 to 90",
    "longitude": "give degrees from -180 to 180",
    "radius_miles": "give miles from 0",
    "state_fips": "write two digits, or leave it empty",
    "county_geoid": "write five digits, or leave it empty",
}
_ADDRESS: Final = ("street", "unit", "city", "state", "zip")
_SINGLE: Final = ("name", "phone", "website", "npi")
_FIELDS: Final = (*_SINGLE, *_ADDRESS, "treatments")


def resolve(listings: pd.DataFrame, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one clinic a practice location, and which listing says what of it.

    A field is taken from the most trusted listing that states it (`geo.clinics.listings.EVIDENCE`),
    among equals from the newest (undated ones last), then from the smallest `listing_id`. Two
    exceptions:

    - The address is one listing's, since street, unit, city and ZIP of two sources seldom fit each
      other: the best listing with a street gives them, even where a better one names another city
      without a street; where none has a street, the best with a city or a ZIP. What it leaves open
      is filled from the next listings that contradict no part of the address found so far.
    - `treatments` is all that any source states, since a source names those it knows.

    The result depends neither on the order of the listings nor on how often it is made.

    Parameters
    ----------
    listings : the columns of `geo.clinics.listings`, all text, each with a `clinic_id`.
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
    SchemaError : a listing breaks the contract of `geo.clinics.listings`, or has no `clinic_id`.
    """
    listing_table.validate(listings)
    undecided = listings.loc[listings["clinic_id"].eq(""), "listing_id"]
    if not undecided.empty:
        raise SchemaError(
            f"{len(undecided)} listings belong to no clinic, first {undecided.iloc[0]!r}; give "
            "each a 'clinic_id'."
        )
    ranked = rank_listings(listings)
    statuses = find_status(ranked, as_of)
    clinics = pd.DataFrame(index=statuses.index)
    givers: dict[str, pd.Series[str]] = {}
    for field in _SINGLE:
        clinics[field], givers[field] = _take_first(ranked, field)
    # Who corrects another field repeats the name; it stays the fact of the source that gave it.
    same_name = ranked["name"].eq(ranked["clinic_id"].map(clinics["name"]))
    sourced = first_rows(ranked[same_name & ranked["evidence"].ne("operator")])
    givers["name"].update(sourced["listing_id"])
    address, of_address = _resolve_address(ranked)
    clinics = clinics.join(address)
    givers |= of_address
    clinics["treatments"] = _unite_treatments(ranked)
    clinics[["status", "status_date"]] = statuses[["status", "status_date"]]
    clinics["evidence"] = first_rows(ranked)["evidence"]
    newest = first_rows(
        ranked.sort_values(["clinic_id", "day"], ascending=[True, False], kind="stable")
    )
    clinics[["source_url", "source_date"]] = newest[["source_url", "source_date"]]
    texts = clinics.fillna("").astype("str")
    texts["listings"] = ranked.groupby("clinic_id").size()
    return texts.reset_index()[list(COLUMNS)], _trace(ranked, texts, givers, statuses["listing_id"])


def validate(clinics: pd.DataFrame) -> pd.DataFrame:
    """Return the clinics as they are, having checked every row against the contract.

    Parameters
    ----------
    clinics : the columns `COLUMNS`, and any of `LATER_COLUMNS`; latitude and longitude in degrees,
        EPSG:4326, NaN for a clinic without a point.

    Returns
    -------
    The same table.

    Raises
    ------
    SchemaError : a column is missing or unknown, or a value is not allowed; the message names the
        clinic, the column and what to do.
    """
    raise_faults(clinics, check_rows(_schema(), clinics, _WHAT_TO_DO), id_column="clinic_id")
    return clinics


def _take_first(ranked: pd.DataFrame, field: str) -> tuple[pd.Series[str], pd.Series[str]]:
    first = first_rows(ranked[ranked[field].ne("")])
    return first[field], first["listing_id"]


def _resolve_address(ranked: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.Series[str]]]:
    placed = ranked["city"].ne("") | ranked["zip"].ne("")
    lacking = np.select([ranked["street"].ne(""), placed], [0, 1], default=2)
    anchors = ranked.assign(lacking=lacking).sort_values(["clinic_id", "lacking"], kind="stable")
    anchor = first_rows(anchors)
    address = anchor[list(_ADDRESS)].copy()
    givers = {field: anchor["listing_id"].where(anchor[field].ne(""), "") for field in _ADDRESS}
    # The anchor has the street if any listing has one, so only the rest can be open.
    for field in ("state", "city", "zip", "unit"):
        found = address.reindex(ranked["clinic_id"]).set_axis(ranked.index)
        fits = found[field].eq("") & ranked[field].ne("")
        for part in _ADDRESS:
            same = _fold(found[part]).eq(_fold(ranked[part]))
            fits &= same | found[part].eq("") | ranked[part].eq("")
        filler = first_rows(ranked[fits])
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


@cache
def _schema() -> pa.DataFrameSchema:
    import pandera.pandas as pa  # noqa: PLC0415  slow, and only needed to check

    def degrees(limit: float) -> pa.Column:
        return pa.Column(float, pa.Check.in_range(-limit, limit), nullable=True, required=False)

    def whole_point(rows: pd.DataFrame) -> pd.Series[bool]:
        if not {"latitude", "longitude"} <= set(rows.columns):
            return pd.Series(data=True, index=rows.index)
        null_island = rows["latitude"].eq(0) & rows["longitude"].eq(0)
        return rows["latitude"].isna().eq(rows["longitude"].isna()) & ~null_island

    shared = {name: column for name, column in build_columns().items() if name in COLUMNS}
    clinic_id = pa.Check(lambda values: values.str.fullmatch(SLUG))
    own = {
        "clinic_id": pa.Column("str", clinic_id, unique=True, report_duplicates="exclude_first"),
        "status": pa.Column("str", pa.Check(lambda values: values.isin(STATUSES))),
        "status_date": pa.Column("str", pa.Check(is_partial_date)),
        "listings": pa.Column(int, pa.Check.ge(1)),
    }
    later = {name: pa.Column("str", required=False) for name in LATER_COLUMNS} | {
        "latitude": degrees(90),
        "longitude": degrees(180),
        "radius_miles": pa.Column(float, pa.Check.ge(0), nullable=True, required=False),
        "state_fips": pa.Column(
            "str", pa.Check(lambda values: values.str.fullmatch(r"(\d{2})?")), required=False
        ),
        "county_geoid": pa.Column(
            "str", pa.Check(lambda values: values.str.fullmatch(r"(\d{5})?")), required=False
        ),
    }
    rule = "latitude: give both coordinates or neither, and never 0, 0"
    return pa.DataFrameSchema(shared | own | later, checks=pa.Check(whole_point, error=rule))
