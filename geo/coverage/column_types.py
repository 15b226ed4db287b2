"""What type and unit each column of the files of coverage has, for the codebook."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

from geo.i18n.language import mark


class ColumnType(NamedTuple):
    """A type, as the files hold it, and a unit, "" where it has none; both to be translated."""

    type: str
    unit: str = ""


_TEXT: Final = mark("text")
_WHOLE: Final = mark("whole number")
_NUMBER: Final = mark("number")
_TRUTH: Final = mark("true or false")
_CLINICS: Final = mark("clinics")
_ADULTS: Final = mark("adults")
_SHARE: Final = mark("share of 1")
_RATIO: Final = mark("ratio")

TYPES: Final = MappingProxyType(
    {
        "level": ColumnType(_TEXT),
        "geoid": ColumnType(_TEXT),
        "name": ColumnType(_TEXT),
        "state, division, region": ColumnType(_TEXT),
        "treatment": ColumnType(_TEXT),
        "population, adults": ColumnType(_NUMBER, mark("people")),
        "clinics": ColumnType(_NUMBER, _CLINICS),
        "clinics_estimated": ColumnType(_TRUTH),
        "clinics_open, clinics_unconfirmed": ColumnType(_NUMBER, _CLINICS),
        "clinics_unlocated": ColumnType(_NUMBER, _CLINICS),
        "clinics_per_million_adults": ColumnType(_NUMBER, mark("clinics per million adults")),
        "rate_low, rate_high": ColumnType(_NUMBER, mark("clinics per million adults")),
        "mean_distance_miles, median_distance_miles": ColumnType(_NUMBER, mark("statute miles")),
        "share_within_N_miles": ColumnType(_NUMBER, _SHARE),
        "adults_within_N_miles, adults_beyond_60_miles": ColumnType(_NUMBER, _ADULTS),
        "share_within_N_minutes, adults_within_N_minutes": ColumnType(
            _NUMBER, mark("share of 1; adults")
        ),
        "median_minutes_to_nearest, median_minutes_to_third": ColumnType(_NUMBER, mark("minutes")),
        "adults_not_reached": ColumnType(_NUMBER, _ADULTS),
        "..._low, ..._high": ColumnType(_NUMBER, mark("that of the figure")),
        "beside_another_country": ColumnType(_TRUTH),
        "first_clinics, second_clinics, clinics_in_both": ColumnType(_WHOLE, _CLINICS),
        "links_open": ColumnType(_WHOLE, mark("pairs")),
        "clinics_known": ColumnType(_WHOLE, _CLINICS),
        "total_at_1, total_at_2, total_at_4": ColumnType(_NUMBER, _CLINICS),
        "share_known": ColumnType(_NUMBER, _SHARE),
        "total_elsewhere": ColumnType(_NUMBER, _CLINICS),
        "first_ratio, second_ratio, supply_ratio": ColumnType(_NUMBER, _RATIO),
        "supply_p_adjusted": ColumnType(_NUMBER, mark("probability, 0 to 1")),
        "gamma": ColumnType(_NUMBER, _RATIO),
        "share_searched": ColumnType(_NUMBER, _SHARE),
        "refused, refused_elsewhere": ColumnType(_TEXT),
        "supply_lacking": ColumnType(_TEXT),
        "release, method": ColumnType(_TEXT),
    }
)
"""By the entries of `geo.coverage.coverage_exports.CODEBOOK`."""
