"""What the clinics of an area are known from: which sources, how trusted, how old.

Listings are listings found, not a census, and what is missing matters more than where the found
ones stand (`geo.coverage.overlaps` says what is known of that).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics.vocabulary import EVIDENCE
from geo.coverage.counting import find_listed_areas
from geo.coverage.overlaps import LEVELS
from geo.i18n.reasons import Reason, say_in_english
from geo.places.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from numpy.typing import NDArray

    from geo.coverage.demand import Demand

_AGES: Final = ((1, "age_under_1"), (2, "age_1_to_2"), (5, "age_2_to_5"))
_OLDER: Final = "age_5_and_older"
_UNDATED: Final = "age_undated"
"""Codes of `geo.i18n.reason_words`."""


def tabulate_completeness(
    clinics: pd.DataFrame, listings: pd.DataFrame, demand: Demand, as_of: date
) -> pd.DataFrame:
    """Return, for each area, what its clinics are known from.

    Parameters
    ----------
    clinics : those that are counted (`geo.coverage.counting.pick_clinics`), with or without a
        point.
    listings : of these clinics and others.
    demand : the areas.
    as_of : the date to which ages count; `2026` counts as 2026-01-01.

    Returns
    -------
    A row an area (not counties), aspect and item that occurs: `level`, `geoid`, `name`, `aspect`,
    `item`, `listings`, `clinics`, `share_of_clinics` (0-1), `item_code` (of an age, of which `item`
    is the English; "" for others). The aspects:

    - `source`, `evidence`: listings by them, and the clinics that have such a listing;
    - `age`: listings by the age of their source, and clinics by that of their newest;
    - `precision`: clinics by how their position is known (`listings` is 0).
    """
    listed = listings[listings["clinic_id"].isin(clinics["clinic_id"])]
    row = pd.Index(clinics["clinic_id"]).get_indexer(listed["clinic_id"])
    years = _count_years(listed["source_date"], as_of)
    newest = pd.Series(years).groupby(row).min().reindex(range(len(clinics))).to_numpy()
    aspects = [
        ("source", listed["source"].to_numpy(), None),
        ("evidence", listed["evidence"].to_numpy(), None),
        ("age", _name_ages(years), _name_ages(newest)),
        ("precision", None, clinics["precision"].to_numpy()),
    ]
    tables = []
    for level in LEVELS:
        area = find_listed_areas(clinics, demand, level)
        for aspect, of_listing, of_clinic in aspects:
            counts = _count_items(area, row, of_listing, of_clinic).assign(aspect=aspect)
            total = np.bincount(area[area >= 0], minlength=len(demand.areas[level]))
            counts["share_of_clinics"] = counts["clinics"] / total[counts["area"]]
            names = demand.areas[level][["geoid", "name"]].iloc[counts["area"]]
            counts[["geoid", "name"]] = names.to_numpy()
            tables.append(_in_order(counts.assign(level=level)))
    texts = ["level", "geoid", "name", "aspect", "item"]
    columns = [*texts, "listings", "clinics", "share_of_clinics"]
    table = pd.concat(tables, ignore_index=True)[columns].astype(dict.fromkeys(texts, "str"))
    code = table["item"].where(table["aspect"].eq("age"), "")
    words = {age: say_in_english(Reason(age)) for age in code.unique() if age}
    return table.assign(item=code.map(words).fillna(table["item"]), item_code=code)


def _count_items(
    area: NDArray[np.intp],
    clinic_of_listing: NDArray[np.intp],
    of_listing: NDArray[np.object_] | None,
    of_clinic: NDArray[np.object_] | None,
) -> pd.DataFrame:
    """Return `area`, `item`, `listings`, `clinics`: a clinic has its own item, or its listings'."""
    said = pd.DataFrame({"area": area[clinic_of_listing], "clinic": clinic_of_listing})
    said = said.assign(item="") if of_listing is None else said.assign(item=of_listing)
    own = (
        said.drop_duplicates()
        if of_clinic is None
        else pd.DataFrame({"area": area, "clinic": np.arange(len(area)), "item": of_clinic})
    )
    keys = ["area", "item"]
    counts = pd.DataFrame(
        {"listings": said.groupby(keys).size(), "clinics": own.groupby(keys).size()}
    )
    counts = counts.fillna(0).astype("int64").reset_index()
    return counts[(counts["area"] >= 0) & counts["item"].ne("")].reset_index(drop=True)


def _in_order(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by area, then in the items' own order: by rank, by age, else most first."""
    ranks = [*EVIDENCE, *(code for _, code in _AGES), _OLDER, _UNDATED, *Precision]
    rank = counts["item"].map({str(item): number for number, item in enumerate(ranks)}).fillna(-1)
    return (
        counts.assign(rank=rank, most=-counts["clinics"])
        .sort_values(["area", "rank", "most", "item"])
        .drop(columns=["rank", "most"])
    )


def _count_years(dates: pd.Series[str], as_of: date) -> NDArray[np.float64]:
    """Return the age of each source in years; infinite where it bears no date."""
    whole = dates.where(dates.str.len() != len("2026"), dates + "-01")
    whole = whole.where(whole.str.len() != len("2026-01"), whole + "-01")
    days = (pd.Timestamp(as_of) - pd.to_datetime(whole, format="%Y-%m-%d", errors="coerce")).dt.days
    return np.asarray((days / 365.25).fillna(np.inf), dtype=np.float64)


def _name_ages(years: Iterable[float]) -> NDArray[np.object_]:
    """Return the code of each age's class."""

    def name(age: float) -> str:
        younger = (code for limit, code in _AGES if age < limit)
        return next(younger, _OLDER if np.isfinite(age) else _UNDATED)

    return np.array([name(age) for age in years], dtype=np.object_)
