"""The schema versions of a release: which columns its tables have, of which type, since when.

A version that was released is never edited: what is new is the next one, added to `VERSIONS` and told
of in `data/README.md`. A release of an earlier version is read with its later columns filled, and says
the same as before: a later column counts as content only where some row says more than its fill.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd


@dataclass(frozen=True)
class Column:
    """A column of a table of a release.

    Parameters
    ----------
    name : of the column.
    dtype : `str`, `float64`, `int64` or `bool`.
    fill : what a release that was made without the column says in it.
    derived : it says in another form what other columns say, and is not part of the content.
    """

    name: str
    dtype: str = "str"
    fill: str | float | bool = ""
    derived: bool = False


Version = dict[str, tuple[Column, ...]]
"""The columns that a version adds, by table, in the order in which they stand."""


def _columns(text: str, dtype: str = "str") -> tuple[Column, ...]:
    """Return the columns that a text names: `name`, or `name:dtype` for another type."""
    parts = (word.partition(":") for word in text.split())
    return tuple(Column(name, own or dtype) for name, _, own in parts)


_REACHED: Final = """
    mean_distance_miles mean_distance_miles_low mean_distance_miles_high
    median_distance_miles median_distance_miles_low median_distance_miles_high
    share_within_15_miles share_within_15_miles_low share_within_15_miles_high
    share_within_30_miles share_within_30_miles_low share_within_30_miles_high
    share_within_60_miles share_within_60_miles_low share_within_60_miles_high
    share_within_100_miles share_within_100_miles_low share_within_100_miles_high
    adults_within_15_miles adults_within_30_miles adults_within_60_miles adults_within_100_miles
    adults_beyond_60_miles"""

_FIRST: Final[Version] = {
    "clinics": _columns(
        """clinic_id name street unit city state zip phone website treatments status status_date npi
        evidence source_url source_date listings:int64 latitude:float64 longitude:float64 precision
        radius_miles:float64 geocoder geocoded_date coordinate_licence state_fips county_geoid
        division region"""
    ),
    "listings": _columns(
        """listing_id clinic_id name street unit city state zip phone website treatments npi
        operating operating_date evidence source source_url source_date note raw"""
    ),
    "fields": _columns("clinic_id field listing_id gave:bool agrees:bool"),
    "origins": _columns("listing_id source licence raw_sha256"),
    "coverage": (
        *_columns("geoid name level state division region treatment"),
        *_columns(
            f"""population adults clinics clinics_open clinics_unconfirmed clinics_estimated:bool
            clinics_unlocated clinics_per_million_adults rate_low rate_high {_REACHED}
            beside_another_country:bool""",
            "float64",
        ),
    ),
    "reach": (
        *_columns("level geoid treatment miles:int64"),
        *_columns("share share_low share_high", "float64"),
    ),
    "completeness": _columns(
        "level geoid name aspect item listings:int64 clinics:int64 share_of_clinics:float64"
    ),
    "overlaps": _columns(
        """level geoid name first_list second_list independent:bool first_clinics:int64
        second_clinics:int64 clinics_in_both:int64 clinics_found:int64 clinics_estimated:float64
        estimate_low:float64 estimate_high:float64 measured:bool"""
    ),
    "verdicts": (
        *_columns("level geoid name kind verdict why"),
        *_columns(
            """clinics expected_clinics rate_ratio rate_ratio_low rate_ratio_high p_adjusted
            completeness completeness_low completeness_high share_within_30_miles share_elsewhere
            difference difference_low difference_high""",
            "float64",
        ),
    ),
    "groups": (
        *_columns("level geoid name dimension group label"),
        *_columns(f"adults {_REACHED}", "float64"),
    ),
}

_SECOND: Final[Version] = {
    "completeness": (Column("item_code", derived=True),),
    "verdicts": (Column("why_code", derived=True), Column("why_figures", derived=True)),
    "groups": (Column("label_code", derived=True), Column("label_figures", derived=True)),
}
"""The codes and figures of reasons, whose English words stand in the first version's columns."""

_FACTS: Final = _columns(
    "conditions payment hours languages ages email new_patients referral_needed wheelchair"
)
_THIRD: Final[Version] = {"clinics": _FACTS, "listings": _FACTS}
"""The facts that patients choose by."""

_NOT_KNOWN: Final = float("nan")


def _figures(text: str) -> tuple[Column, ...]:
    """Return the columns of figures that a later version adds: not a number where it is not known."""
    return tuple(Column(name, "float64", _NOT_KNOWN) for name in text.split())


_FOURTH: Final[Version] = {
    "totals": (
        *_columns(
            """level geoid name first_clinics:int64 second_clinics:int64 clinics_in_both:int64
            links_open:int64 clinics_known:int64"""
        ),
        *_columns(
            """total_at_1 total_at_1_low total_at_1_high total_at_2 total_at_2_low total_at_2_high
            total_at_4 total_at_4_low total_at_4_high share_known total_elsewhere
            total_elsewhere_low total_elsewhere_high first_ratio second_ratio supply_ratio
            supply_ratio_low supply_ratio_high supply_p_adjusted gamma share_searched""",
            "float64",
        ),
        *_columns("refused refused_elsewhere supply_lacking"),
    ),
    "coverage": _figures(
        """share_within_30_minutes share_within_30_minutes_low share_within_30_minutes_high
        share_within_60_minutes share_within_60_minutes_low share_within_60_minutes_high
        share_within_90_minutes share_within_90_minutes_low share_within_90_minutes_high
        median_minutes_to_nearest median_minutes_to_nearest_low median_minutes_to_nearest_high
        median_minutes_to_third median_minutes_to_third_low median_minutes_to_third_high
        adults_within_30_minutes adults_within_60_minutes adults_within_90_minutes
        adults_not_reached"""
    ),
    "reach_by_road": (
        *_columns("level geoid treatment minutes:int64"),
        *_columns("share share_low share_high", "float64"),
    ),
    "verdicts": _figures("share_within_60_minutes"),
}
"""How many clinics there are by two lists; minutes by road, and the verdict by them."""

VERSIONS: Final[tuple[Version, ...]] = (_FIRST, _SECOND, _THIRD, _FOURTH)
"""What each version adds, version 1 first; a manifest that names none is of version 1."""


def newest() -> int:
    """Return the schema version that this program writes, and the newest that it reads."""
    return len(VERSIONS)


def find_fault(name: str, table: pd.DataFrame, schema: int) -> str:
    """Say what a table lacks to be one of this schema version; "" where it lacks nothing.

    Parameters
    ----------
    name : of the table; of one that no version declares nothing is asked.
    table : as it was read or is to be written.
    schema : the version of its release, at most `newest()`.
    """
    for number, version in enumerate(VERSIONS, start=1):
        for column in version.get(name, ()):
            if column.name not in table:
                if number <= schema:
                    return f"the table {name} lacks the column {column.name}"
            elif len(table) and (found := str(table[column.name].dtype)) != column.dtype:
                return f"the column {column.name} of {name} is of type {found}, not {column.dtype}"
    return ""


def fill(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the columns that later versions than its own added, each with its fill."""
    lacking = [column for column in _declared(name) if column.name not in table]
    filled = {
        column.name: pd.Series(column.fill, index=table.index, dtype=column.dtype)
        for column in lacking
    }
    return table.assign(**filled) if filled else table


def pick_content(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a table that count as its content, in the order of their declaration.

    Those of version 1 count even where they are empty, as they always did. A later one counts
    where a row says more than its fill, and never where it is derived; so a release says the same
    in each version that adds nothing to it. A column that is not declared counts last.
    """
    declared = _declared(name)
    first = {column.name for column in VERSIONS[0].get(name, ())}
    named = [
        column.name
        for column in declared
        if column.name in table
        and (column.name in first or not (column.derived or _is_silent(table, column)))
    ]
    others = table.columns.difference([column.name for column in declared], sort=False)
    return table[[*named, *others]]


def _declared(name: str) -> list[Column]:
    return [column for version in VERSIONS for column in version.get(name, ())]


def _is_silent(table: pd.DataFrame, column: Column) -> bool:
    values = table[column.name]
    return bool((values.isna() | values.eq(column.fill)).all())
