"""One measure of the areas of a level over all kept releases, and what each change comes of.

It is read off the releases, as they were published. What a figure means may have changed between two
of them: that is told beside the first release with the new meaning, where the releases show it. A
change of the roads that minutes are by shows in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import releases
from geo.coverage.counting import ANY
from geo.coverage.small_counties import leave_out_rates
from geo.errors import ReleaseError
from geo.exporting import clinic_exports
from geo.i18n.language import mark
from geo.publishing import changelog, count_changes
from geo.publishing.count_changes import OF_CLINICS, OF_LIST, PARTS, WITHIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from geo.coverage.demand import Demand

MEASURED: Final = "first_measured"
PEOPLE: Final = "people"
METHOD: Final = "worked_out_anew"
DEFINITIONS: Final = {
    MEASURED: mark("measured from here on"),
    PEOPLE: mark("people or places of reference changed"),
    METHOD: mark("worked out otherwise"),
}
"""What may have changed in what a figure means, and the words for it."""

COUNT: Final = "clinics"
_AREA: Final = ("level", "geoid", "name", "state")
_PEOPLE_OF: Final = ("zips", "zip_county", "states", "counties")
_CLOSE: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Kept:
    """What is looked at of one kept release.

    Parameters
    ----------
    id, made_at, as_of, schema : of its manifest; the first ones do not tell their schema, it is 1.
    people : the sha256 of the tables of people and places, by name; none where it tells none.
    clinics, listings : the columns that `geo.publishing.count_changes` looks at.
    coverage : its measures of all areas above the county.
    folder : where it lies.
    """

    id: str
    made_at: str
    as_of: date
    schema: int
    people: Mapping[str, str]
    clinics: pd.DataFrame
    listings: pd.DataFrame
    coverage: pd.DataFrame
    folder: str


def read_kept() -> tuple[Kept, ...]:
    """Return the kept releases up to the one in use, the oldest first; the newest ones of many.

    Raises
    ------
    ReleaseError : the release in use cannot be read; others that cannot, or that were made without
        coverage, are passed over.
    """
    ordered = changelog.list_kept()[-changelog.MOST :]
    return tuple(kept for one in ordered if (kept := _read(*one)) is not None)


def list_measures(kept: Sequence[Kept]) -> list[str]:
    """Return the measures that any of the releases has."""
    names = dict.fromkeys(
        name
        for one in kept
        for name, kind in one.coverage.dtypes.items()
        if kind == np.float64 and not str(name).endswith(("_low", "_high"))
    )
    return [str(name) for name in names]


def tabulate_measure(
    kept: Sequence[Kept], demand: Demand, level: str, measure: str, treatment: str = ANY
) -> pd.DataFrame:
    """Return a measure of every area of a level over releases.

    Parameters
    ----------
    kept : of `read_kept`.
    demand : the areas.
    level : one of `geo.coverage.demand.LEVELS`.
    measure : one of `list_measures`.
    treatment : which clinics count: `geo.coverage.counting.ANY`, or a code.

    Returns
    -------
    A row a release and area, the oldest release first, then by GEOID; none of an area that a release
    does not measure:

    - `release`, `made_at`, `as_of`, `schema`, `level`, `geoid`, `name`, `state`, `treatment`,
      `measure`;
    - `value`, `low`, `high`: as published, NaN where there is none; `change` from the release before;
    - `definition`: codes of `DEFINITIONS`, `;`-joined, of what the change may come of besides;
    - `clinics_change`, and the parts of it: `by_list` (the sum of `OF_LIST`) and `by_clinics` (of
      `OF_CLINICS`), the columns of both, and of `WITHIN`: whole numbers, none for counties, for the
      first release, and where the count does not follow from the clinics of both releases.

    Raises
    ------
    ReleaseError : a release cannot be read any more.
    ValueError : no release has the measure.
    """
    if measure not in list_measures(kept):
        raise ValueError(f"No release has a measure {measure!r}.")
    tables = [_tabulate_one(one, level, measure, treatment) for one in kept]
    for both, (old, new) in zip(pairwise(kept), pairwise(tables), strict=True):
        _compare(new, old, both, demand, level)
    rows = pd.concat(tables, ignore_index=True)
    parts = ["clinics_change", "by_list", "by_clinics", *PARTS, *WITHIN]
    return rows.drop(columns=["adults", "counted"]).astype(dict.fromkeys(parts, "Int64"))


def to_csv(rows: pd.DataFrame, release_id: str) -> str:
    """Return rows of `tabulate_measure` as CSV; the last column names the release that was in use."""
    renamed = rows.rename(columns={"release": "of_release"})
    return clinic_exports.to_csv(renamed, release_id)


def _tabulate_one(kept: Kept, level: str, measure: str, treatment: str) -> pd.DataFrame:
    """Return the rows of one release, as if it was the first."""
    areas = _find_areas(kept, level, treatment)
    nothing = pd.Series(np.nan, index=areas.index)
    low, high = _name_band(measure)
    return areas[[*_AREA]].assign(
        release=kept.id,
        made_at=kept.made_at,
        as_of=kept.as_of.isoformat(),
        schema=kept.schema,
        treatment=treatment,
        measure=measure,
        value=areas.get(measure, nothing),
        low=areas.get(low, nothing),
        high=areas.get(high, nothing),
        change=np.nan,
        definition="",
        **dict.fromkeys(["clinics_change", "by_list", "by_clinics", *PARTS, *WITHIN], np.nan),
        adults=areas["adults"],
        counted=areas[COUNT],
    )[
        ["release", "made_at", "as_of", "schema", *_AREA, "treatment", "measure", "value", "low",
         "high", "change", "definition", "clinics_change", "by_list", "by_clinics", *PARTS, *WITHIN,
         "adults", "counted"]
    ]  # fmt: skip


def _name_band(measure: str) -> tuple[str, str]:
    if measure == "clinics_per_million_adults":
        return "rate_low", "rate_high"
    return f"{measure}_low", f"{measure}_high"


def _find_areas(kept: Kept, level: str, treatment: str) -> pd.DataFrame:
    """Return what a release says of the areas of a level, by GEOID; none where it measured none."""
    if level == "county":
        return _read_counties(kept.folder, treatment)
    rows = kept.coverage[
        kept.coverage["treatment"].eq(treatment) & kept.coverage["level"].eq(level)
    ]
    return rows.set_index("geoid", drop=False).rename_axis(None).sort_index()


def _compare(
    new: pd.DataFrame, old: pd.DataFrame, releases_of: tuple[Kept, Kept], demand: Demand, level: str
) -> None:
    """Fill in, in the rows of a release, what they differ by from the one before, and through what."""
    before, after = releases_of
    was = old.reindex(new.index)
    new["change"] = new["value"] - was["value"]
    follows = pd.Series(data=True, index=new.index)
    if level != "county":
        new["clinics_change"] = new["counted"] - was["counted"]
        treatment = str(new["treatment"].iloc[0]) if len(new) else ANY
        told = _explain(before, after, demand, treatment)[level].reindex(new.index)
        follows = told[[*PARTS]].sum(axis=1).sub(new["clinics_change"]).abs().lt(_CLOSE)
        new[[*PARTS, *WITHIN]] = told.where(follows, axis=0)
        new["by_list"] = told[[*OF_LIST]].sum(axis=1).where(follows)
        new["by_clinics"] = told[[*OF_CLINICS]].sum(axis=1).where(follows)
    _mark_definitions(new, was, releases_of, follows)


def _mark_definitions(
    new: pd.DataFrame, was: pd.DataFrame, releases_of: tuple[Kept, Kept], follows: pd.Series[bool]
) -> None:
    """Fill in what may have changed in what the figures mean; `follows`: their counts follow."""
    before, after = releases_of
    both = new["value"].notna() & was["value"].notna()
    other_people = new["adults"].sub(was["adults"]).abs().gt(_CLOSE) | _differ(
        before.people, after.people
    )
    of_same = new["change"].abs().gt(_CLOSE) & _pick(before).equals(_pick(after)) & ~other_people
    codes = {
        MEASURED: new["value"].notna() & was["value"].isna(),
        PEOPLE: both & other_people,
        METHOD: both & (of_same | ~follows),
    }
    new["definition"] = [
        ";".join(code for code, where in codes.items() if where[area]) for area in new.index
    ]


def _differ(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Tell whether a table of people that both releases name was another one."""
    return any(before[name] != after[name] for name in before.keys() & after.keys())


def _pick(kept: Kept) -> pd.DataFrame:
    return kept.clinics.sort_values("clinic_id", ignore_index=True)


@lru_cache(maxsize=2 * changelog.MOST)
def _read(made_at: str, release_id: str, folder: str) -> Kept | None:
    """Return what is looked at of a release, which never changes; None where it cannot be read."""
    try:
        release = releases.load(Path(folder))
        coverage = release.table("coverage")
    except ReleaseError:
        return None
    inputs = release.manifest.get("inputs", {})
    return Kept(
        release_id,
        made_at,
        release.as_of,
        int(release.manifest.get("schema", 1)),
        {name: inputs[f"reference/{name}"] for name in _PEOPLE_OF if f"reference/{name}" in inputs},
        release.clinics[[*count_changes.NEEDED]].copy(),
        release.listings[["listing_id", "clinic_id"]].copy(),
        coverage[coverage["level"].ne("county")].reset_index(drop=True),
        folder,
    )


@lru_cache(maxsize=4 * changelog.MOST)
def _explain(before: Kept, after: Kept, demand: Demand, treatment: str) -> dict[str, pd.DataFrame]:
    old, new = ((one.clinics, one.listings) for one in (before, after))
    return count_changes.explain_counts(old, new, before.as_of, demand, treatment)


@lru_cache(maxsize=changelog.MOST)
def _read_counties(folder: str, treatment: str) -> pd.DataFrame:
    """Return the counties of a release, whose rates are left out where there is less than a clinic."""
    rows = releases.load(Path(folder)).table("coverage")
    counties = rows[rows["treatment"].eq(treatment) & rows["level"].eq("county")]
    return leave_out_rates(counties).set_index("geoid", drop=False).rename_axis(None).sort_index()
