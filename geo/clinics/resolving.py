"""Listings become clinics: field by field the most trusted source wins, then the newest.

Which listing gave which field is kept beside the clinics, so that a card can show it, a conflict is
visible, and a merge is undone by changing `clinic_id` in the listings alone.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics import forms
from geo.clinics import listings as listing_table
from geo.clinics.field import Origin
from geo.clinics.fields import FIELDS
from geo.clinics.forms import SLUG, Codes, Pattern
from geo.clinics.listings import build_columns, check_rows, raise_faults
from geo.clinics.status import find_status, first_rows, rank_listings
from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandera.pandas as pa

    from geo.clinics.field import Field

_CLINIC_ID: Final = Pattern(SLUG, f"{forms.CLINIC_ID.advice}; each clinic has one of its own")
_FIELDS: Final = tuple(
    replace(field, form=_CLINIC_ID) if field.name == "clinic_id" else field
    for field in FIELDS
    if field.origin
)
COLUMNS: Final = tuple(field.name for field in _FIELDS if field.origin is not Origin.LOCATED)
LATER_COLUMNS: Final = tuple(field.name for field in _FIELDS if field.origin is Origin.LOCATED)
"""What geocoding and the census regions add to a clinic."""

_WHAT_TO_DO: Final[Mapping[str, str]] = {field.name: field.form.advice for field in _FIELDS}
ADDRESS: Final = tuple(field.name for field in _FIELDS if field.origin is Origin.ADDRESS)
_STATED: Final = tuple(field for field in _FIELDS if field.origin is Origin.LISTING)
_TRACED: Final = tuple(f for f in _FIELDS if f.origin in {Origin.LISTING, Origin.ADDRESS})


def resolve(listings: pd.DataFrame, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one clinic a practice location, and which listing says what of it.

    A field is taken from the most trusted listing that states it
    (`geo.clinics.vocabulary.EVIDENCE`), among equals from the newest (undated ones last), then from
    the smallest `listing_id`. Two exceptions:

    - The address is one listing's, since street, unit, city and ZIP of two sources seldom fit each
      other: the best listing with a street gives them, even where a better one names another city
      without a street; where none has a street, the best with a city or a ZIP. What it leaves open
      is filled from the next listings that contradict no part of the address found so far.
    - A field of several codes, such as `treatments`, is all that any source states, since a source
      names those it knows.

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
        path of a web address; several codes always agree).

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
    for field in _STATED:
        if field.several:
            clinics[field.name] = _unite(ranked, field)
        else:
            clinics[field.name], givers[field.name] = _take_first(ranked, field.name)
    # Who corrects another field repeats the name; it stays the fact of the source that gave it.
    same_name = ranked["name"].eq(ranked["clinic_id"].map(clinics["name"]))
    sourced = first_rows(ranked[same_name & ranked["evidence"].ne("operator")])
    givers["name"].update(sourced["listing_id"])
    address, of_address = _resolve_address(ranked)
    clinics = clinics.join(address)
    givers |= of_address
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
    address = anchor[list(ADDRESS)].copy()
    givers = {field: anchor["listing_id"].where(anchor[field].ne(""), "") for field in ADDRESS}
    # The anchor has the street if any listing has one, so only the rest can be open.
    for field in ("state", "city", "zip", "unit"):
        found = address.reindex(ranked["clinic_id"]).set_axis(ranked.index)
        fits = found[field].eq("") & ranked[field].ne("")
        for part in ADDRESS:
            same = _fold(found[part]).eq(_fold(ranked[part]))
            fits &= same | found[part].eq("") | ranked[part].eq("")
        filler = first_rows(ranked[fits])
        address.loc[filler.index, field] = filler[field]
        givers[field].loc[filler.index] = filler["listing_id"]
    return address, givers


def _unite(ranked: pd.DataFrame, field: Field) -> pd.Series[str]:
    names = field.form.names if isinstance(field.form, Codes) else ()
    codes = ranked[field.name].str.get_dummies(";").reindex(columns=list(names), fill_value=0)
    stated = codes.groupby(ranked["clinic_id"]).max().astype(bool)
    united = pd.Series("", index=stated.index, dtype="str")
    for code in names:
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
    for field in _TRACED:
        name = field.name
        stated = ranked.loc[ranked[name].ne(""), ["clinic_id", "listing_id", name]]
        if field.several:
            gave = agrees = np.ones(len(stated), dtype=bool)
        else:
            value = stated["clinic_id"].map(clinics[name])
            fold = _fold_website if field.form is forms.WEB_ADDRESS else _fold
            gave = stated["listing_id"].eq(stated["clinic_id"].map(givers[name])).to_numpy()
            agrees = fold(stated[name]).eq(fold(value)).to_numpy()
        traces.append(
            stated[["clinic_id", "listing_id"]].assign(field=name, gave=gave, agrees=agrees)
        )
    fields = pd.concat(traces)[["clinic_id", "field", "listing_id", "gave", "agrees"]]
    return fields.sort_values(["clinic_id", "field", "listing_id"], ignore_index=True)


def _fold(values: pd.Series[str]) -> pd.Series[str]:
    return values.str.lower().str.replace(r"\W+", " ", regex=True).str.strip()


def _fold_website(values: pd.Series[str]) -> pd.Series[str]:
    return values.str.lower().str.extract(r"^https?://(?:www\.)?([^/]*)", expand=False)


@cache
def _schema() -> pa.DataFrameSchema:
    import pandera.pandas as pa  # noqa: PLC0415  # 200 ms; only needed to check

    def whole_point(rows: pd.DataFrame) -> pd.Series[bool]:
        if not {"latitude", "longitude"} <= set(rows.columns):
            return pd.Series(data=True, index=rows.index)
        null_island = rows["latitude"].eq(0) & rows["longitude"].eq(0)
        return rows["latitude"].isna().eq(rows["longitude"].isna()) & ~null_island

    rule = "latitude: give both coordinates or neither, and never 0, 0"
    columns = build_columns(_FIELDS, unique="clinic_id", optional=LATER_COLUMNS)
    return pa.DataFrameSchema(columns, checks=pa.Check(whole_point, error=rule))
