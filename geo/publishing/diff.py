"""What changes from one release to another: clinics, their fields, status and points, coverage.

Any two can be compared. What one of them was made without (older releases lack some tables) is
said, and not compared.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics.resolving import COLUMNS
from geo.clinics.vocabulary import OUT_STATUSES
from geo.coverage.differences import read_verdicts
from geo.releases import Release
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEVELS: Final = ("nation", "region", "division", "state")
MEASURES: Final = (
    "clinics",
    "clinics_per_million_adults",
    "share_within_30_miles",
    "share_within_60_miles",
)

_FIELDS: Final = tuple(name for name in COLUMNS if name not in {"clinic_id", "status"})
_POINT: Final = ("latitude", "longitude")
_DIGITS: Final = dict(zip(MEASURES, (0, 2, 3, 3), strict=True))


@dataclass(frozen=True, eq=False)
class Diff:
    """What changes, a table a kind of change, each in the order of its ids.

    Parameters
    ----------
    added : `clinic_id`, `name`, `city`, `state`, `status`, `precision`, and `split_from`, the
        clinic that had one of its listings before, else "".
    removed : `clinic_id`, `name`, `city`, `state`, `status`, and `merged_into`, the clinic that has
        one of its listings now, else "".
    statuses : `clinic_id`, `name`, `state`, `change` (`closed`, `withdrawn`, `reopened`,
        `unconfirmed`, `confirmed`), `before`, `after`.
    changed : `clinic_id`, `name`, `field`, `before`, `after`, all text.
    moved : `clinic_id`, `name`, `state`, `miles` (geodesic; NaN where a point came or went),
        `precision_before`, `precision_after`, and `latitude_before`, `longitude_before`,
        `latitude_after`, `longitude_after` in degrees, EPSG:4326; also those whose point is the
        same and better or worse known.
    coverage : `level`, `geoid`, `name`, `measure` (one of `MEASURES`), `before`, `after`; of the
        nation, regions, divisions and states, whatever a clinic offers; what differs when a share
        is written to a tenth of a percent, a rate to a hundredth.
    verdicts : `level`, `geoid`, `name`, `kind` (`supply` or `distance`), `before`, `after`, `why`.
    not_compared : sentences on what one of the two was made without.
    before, after : how many clinics there are, `clinics` and `located`.
    """

    added: pd.DataFrame
    removed: pd.DataFrame
    statuses: pd.DataFrame
    changed: pd.DataFrame
    moved: pd.DataFrame
    coverage: pd.DataFrame
    verdicts: pd.DataFrame
    not_compared: tuple[str, ...]
    before: Mapping[str, int]
    after: Mapping[str, int]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The kinds of change by name, in the order in which they are told."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: table for name, table in found.items() if isinstance(table, pd.DataFrame)}

    @property
    def is_empty(self) -> bool:
        """Whether nothing that was compared changes."""
        return all(table.empty for table in self.tables.values())


def compare(
    a: Release | Mapping[str, pd.DataFrame], b: Release | Mapping[str, pd.DataFrame]
) -> Diff:
    """Return what changes from `a` to `b`.

    Parameters
    ----------
    a, b : two releases, or the tables of two; `clinics` and `listings` at least.
    """
    before, after = (side.tables if isinstance(side, Release) else side for side in (a, b))
    old, new = (tables["clinics"].set_index("clinic_id").sort_index() for tables in (before, after))
    both = old.index.intersection(new.index)
    was, now = old.loc[both], new.loc[both]
    return Diff(
        added=_tell_added(new.drop(both), before["listings"], after["listings"]),
        removed=_tell_removed(old.drop(both), before["listings"], after["listings"]),
        statuses=_tell_statuses(was, now),
        changed=_tell_changed(was, now),
        moved=_tell_moved(was, now),
        coverage=_compare_coverage(before, after),
        verdicts=_compare_verdicts(before, after),
        not_compared=tuple(_tell_missing(before, after)),
        before=_count(old),
        after=_count(new),
    )


def _tell_added(clinics: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    rows = clinics.reset_index()[["clinic_id", "name", "city", "state", "status", "precision"]]
    return rows.assign(split_from=follow(rows["clinic_id"], after, before))


def _tell_removed(clinics: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    rows = clinics.reset_index()[["clinic_id", "name", "city", "state", "status"]]
    return rows.assign(merged_into=follow(rows["clinic_id"], before, after))


def follow(clinic_ids: pd.Series[str], here: pd.DataFrame, there: pd.DataFrame) -> pd.Series[str]:
    """Return the clinic that one of a clinic's listings belongs to in another release, or "".

    Parameters
    ----------
    clinic_ids : of clinics of one release.
    here, there : `clinic_id` and `listing_id` of the listings of that release and of the other.
    """
    held = here[["clinic_id", "listing_id"]].merge(
        there[["clinic_id", "listing_id"]], on="listing_id", suffixes=("", "_there")
    )
    first = held.sort_values("listing_id").drop_duplicates("clinic_id").set_index("clinic_id")
    return clinic_ids.map(first["clinic_id_there"]).astype("str").fillna("")


def _tell_statuses(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    differ = was["status"].ne(now["status"])
    before, after = was.loc[differ, "status"], now.loc[differ, "status"]
    change = np.select(
        [after.isin(OUT_STATUSES), before.isin(OUT_STATUSES), after.eq("unconfirmed")],
        [after, "reopened", "unconfirmed"],
        default="confirmed",
    )
    rows = now.loc[differ, ["name", "state"]].assign(change=change, before=before, after=after)
    return rows.reset_index()


def _tell_changed(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    names = ["clinic_id", "name", "field", "before", "after"]
    parts = [pd.DataFrame(columns=names, dtype="str")]
    for field in _FIELDS:
        before, after = was[field].astype("str"), now[field].astype("str")
        differ = before.ne(after)
        rows = now.loc[differ, ["name"]].assign(
            field=field, before=before[differ], after=after[differ]
        )
        parts.append(rows.reset_index()[names])
    rows = pd.concat(parts, ignore_index=True)
    return rows.sort_values("clinic_id", kind="stable", ignore_index=True)


def _tell_moved(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    columns = [*_POINT, "precision"]
    same = was[columns].eq(now[columns]) | (was[columns].isna() & now[columns].isna())
    differ = ~same.all(axis=1)
    sides = {"before": was[differ], "after": now[differ]}
    miles = geodesic_miles(*(side[name] for side in sides.values() for name in _POINT))
    rows = now.loc[differ, ["name", "state"]].assign(
        miles=miles,
        **{f"precision_{when}": side["precision"] for when, side in sides.items()},
        **{f"{name}_{when}": side[name] for when, side in sides.items() for name in _POINT},
    )
    return rows.reset_index()


def _compare_coverage(
    before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    names = ["level", "geoid", "name", "measure", "before", "after"]
    nothing = pd.DataFrame(columns=names).astype(dict.fromkeys(names[:4], "str"))
    if not ("coverage" in before and "coverage" in after):
        return nothing.astype({"before": "float64", "after": "float64"})
    keys = ["level", "geoid", "name"]
    sides = []
    for tables in (before, after):
        table = tables["coverage"]
        rows = table[table["treatment"].eq("any") & table["level"].isin(LEVELS)]
        measures = [name for name in MEASURES if name in rows]
        sides.append(rows.melt(keys, measures, "measure").astype({"value": "float64"}))
    rows = sides[0].merge(sides[1], on=[*keys, "measure"], suffixes=("_before", "_after"))
    rows = rows.rename(columns={"value_before": "before", "value_after": "after"})
    written = [
        [
            f"{value:.{_DIGITS[measure]}f}"
            for measure, value in zip(rows["measure"], side, strict=True)
        ]
        for side in (rows["before"], rows["after"])
    ]
    differ = [before != after for before, after in zip(*written, strict=True)]
    order = [rows["level"].map(LEVELS.index), rows["geoid"], rows["measure"].map(MEASURES.index)]
    by_area = pd.concat(order, axis=1).loc[differ].sort_values(["level", "geoid", "measure"])
    return rows.loc[by_area.index, names].reset_index(drop=True)


def _compare_verdicts(
    before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    names = ["level", "geoid", "name", "kind", "before", "after", "why"]
    if not ("verdicts" in before and "verdicts" in after):
        return pd.DataFrame(columns=names, dtype="str")
    keys = ["level", "geoid", "kind"]
    old = read_verdicts(before["verdicts"]).rename(columns={"verdict": "before"})
    new = read_verdicts(after["verdicts"]).rename(columns={"verdict": "after"})
    rows = old[[*keys, "before"]].merge(new[[*keys, "name", "after", "why"]], on=keys)
    return rows.loc[rows["before"].ne(rows["after"]), names].reset_index(drop=True)


def _tell_missing(
    before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]
) -> Iterator[str]:
    for name in ("coverage", "verdicts"):
        lacking = [
            side for side, tables in (("first", before), ("second", after)) if name not in tables
        ]
        if lacking:
            verb = "was" if len(lacking) == 1 else "were"
            yield f"The {' and the '.join(lacking)} {verb} made without {name}, not compared."


def _count(clinics: pd.DataFrame) -> dict[str, int]:
    """Count the clinics, those with a point, and those that are shown."""
    return {
        "clinics": len(clinics),
        "located": int(clinics["latitude"].notna().sum()),
        "shown": int((~clinics["status"].isin(OUT_STATUSES)).sum()),
    }
