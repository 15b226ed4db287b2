"""Rates of a condition by ZIP code tabulation area or county, read from a table of somebody else's.

The depression column of CDC PLACES is known by its headings, in the form of a row an area and in the
form of a row an area and measure; any other table names its columns `geoid` and `rate`. Areas and
rates are understood as people and spreadsheets write them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.coverage import rate_files
from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from geo.coverage.demand import Demand

ZCTA: Final = "zcta"
COUNTY: Final = "county"
PLACES: Final = "depression_crudeprev"
"""The column of CDC PLACES, in small letters: adults who were ever told that they have depression."""

_OF_ZCTAS: Final = ("zcta5", "zcta", "zip", "zcta5ce20")
_OF_COUNTIES: Final = ("countyfips", "county_geoid", "county_fips", "fips")
_OF_EITHER: Final = ("geoid", "geoid20", "geo_id", "locationid", "locationname")
_OF_TRACTS: Final = "tractfips"
_RATES: Final = (PLACES, "rate")
_ADJUSTED: Final = "depression_adjprev"
_MEASURE, _VALUE = "measureid", "data_value"
_KINDS: Final = {"datavaluetypeid": "crdprv", "data_value_type": "crude prevalence"}
_DIGITS: Final = 5
_TRACT_DIGITS: Final = 11
_PERCENT: Final = 100.0
_NO_RATE: Final = (
    "",
    "*",
    ".",
    "-",
    "–",
    "—",
    "na",
    "n/a",
    "nan",
    "null",
    "none",
    "suppressed",
    "(x)",
)
"""What is written, in small letters, where a rate is held back or not known."""

_BEFORE_CODE: Final = r"^(?:zcta5? |[0-9]{3}[0-9a-z]{4}us|=\"|')"
_AFTER_CODE: Final = r"(?:\.0|\")$"
"""What the Census, and spreadsheets that keep or lose zeros, put around five digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Rates by area, as they were read; read-only.

    Parameters
    ----------
    source : what the table is called: the name of its file.
    column : the heading of the rates, or the measure.
    level : `ZCTA` or `COUNTY`.
    share : by five digits, 0 to 1.
    is_percent : whether they were written as percent.
    is_places : whether the headings are those of CDC PLACES.
    empty : rows of known areas without a rate.
    unknown : rows that name no populated ZIP, or no county, that is known.
    """

    source: str
    column: str
    level: str
    share: pd.Series
    is_percent: bool
    is_places: bool
    empty: int
    unknown: int


def read_rates(table: str | Path | pd.DataFrame, demand: Demand) -> Rates:
    """Return the rates of a CSV file or table; a file may be parted otherwise, or packed alone.

    Columns are known by their headings, whatever their case: areas by `ZCTA5`, `zcta` or `zip`, by
    `CountyFIPS`, `county_geoid` or `fips`, or by `geoid`, `LocationID` or `LocationName`, of which
    those count that more areas are known by; rates by `DEPRESSION_CrudePrev` or `rate`, or by
    `Data_Value` in rows whose `MeasureId` is DEPRESSION, the crude ones of them. All are percent
    where one is above 1 or has its sign, else shares; a comma may stand for their point.

    Parameters
    ----------
    table : a file, or its rows.
    demand : the ZIPs and counties that are known.

    Raises
    ------
    SchemaError : it cannot be read, lacks a column or any rate, or a rate is no number or not from
        0 to 100; no area is known, one stands twice, or which areas they are cannot be told.
    """
    source = "a table" if isinstance(table, pd.DataFrame) else Path(table).name
    rows = table if isinstance(table, pd.DataFrame) else rate_files.look_at(Path(table))
    headings = [*rows.columns] if isinstance(rows, pd.DataFrame) else [*rows.headings]
    known = {str(name).strip().lower(): name for name in headings}
    area = _find(known, (*_OF_ZCTAS, *_OF_COUNTIES, *_OF_EITHER))
    is_long = {_MEASURE, _VALUE} <= {*known}
    rate = _VALUE if is_long else _find(known, _RATES)
    if not area or not rate:
        raise SchemaError(_tell_lack(source, area, known))
    if _OF_TRACTS in known:
        raise SchemaError(_tell_tracts(source))
    kinds = [*filter(None, [_find(known, tuple(_KINDS))])] if is_long else []
    wanted = [area, rate, *([_MEASURE] if is_long else []), *kinds]
    _check_once(wanted, headings, source)
    rates = pd.concat(
        [_pick(part, wanted) for part in _read_parts(rows, [known[name] for name in wanted])],
        ignore_index=True,
    )
    if is_long and rates.empty:
        raise SchemaError(
            f"{source} has no row whose {known[_MEASURE]} is DEPRESSION and whose rate is crude; "
            "take a file with these."
        )
    level = _tell_level(rates[area], area, demand, source)
    codes = demand.zip if level == ZCTA else demand.areas["county"]["geoid"]
    is_known = rates[area].isin(codes).to_numpy()
    here = rates[is_known]
    if here.empty and rates[area].str.len().ge(_TRACT_DIGITS).any():
        raise SchemaError(_tell_tracts(source))
    if here.empty:
        raise SchemaError(f"{source} names no ZIP or county that is known, so no rate can be used.")
    if (twice := here[area].duplicated()).any():
        first = here[area][twice].iloc[0]
        raise SchemaError(f"{source} has {first} twice; give each area one rate.")
    share, is_percent = _read_shares(here.set_index(area)[rate], source)
    return Rates(
        source=source,
        column=f"{known[rate]} of DEPRESSION" if is_long else str(known[rate]),
        level=level,
        share=share,
        is_percent=is_percent,
        is_places=is_long or rate == PLACES,
        empty=len(here) - len(share),
        unknown=int((~is_known).sum()),
    )


def _find(known: dict[str, str], names: Sequence[str]) -> str:
    return next((name for name in names if name in known), "")


def _tell_lack(source: str, area: str, known: dict[str, Hashable]) -> str:
    if area and _ADJUSTED in known:
        return f"{source} has age-adjusted rates alone, which count nobody; take one with crude prevalence."
    return (
        f"{source} lacks a column of {'rates' if area else 'areas'}; name its columns 'geoid' and "
        "'rate', or take a file of CDC PLACES with its headings."
    )


def _tell_tracts(source: str) -> str:
    return f"{source} is by census tract or block; take rates by ZIP (ZCTA) or county."


def _check_once(wanted: Sequence[str], headings: Sequence[Hashable], source: str) -> None:
    lower = [str(name).strip().lower() for name in headings]
    for name in wanted:
        if lower.count(name) > 1:
            raise SchemaError(f"{source} has more than one column {name!r}; leave one.")


def _read_parts(
    rows: pd.DataFrame | rate_files.RateFile, columns: list[Hashable]
) -> Iterable[pd.DataFrame]:
    if isinstance(rows, pd.DataFrame):
        return [rows[columns].astype("str").where(rows[columns].notna(), "")]
    return rate_files.read_columns(rows, [str(name) for name in columns])


def _pick(rows: pd.DataFrame, wanted: list[str]) -> pd.DataFrame:
    """Return the areas and rates of rows; of a table of many measures those of crude depression."""
    area, rate, *others = wanted
    rows = rows.set_axis(wanted, axis=1).apply(lambda column: column.str.strip())
    for name in others:
        value = "depression" if name == _MEASURE else _KINDS[name]
        rows = rows[rows[name].str.lower() == value]
    codes = rows[area].str.replace(_BEFORE_CODE, "", case=False, regex=True)
    codes = codes.str.replace(_AFTER_CODE, "", regex=True)
    has_zeros_lost = codes.str.fullmatch(r"[0-9]{3,4}")
    return rows[[area, rate]].assign(**{area: codes.mask(has_zeros_lost, codes.str.zfill(_DIGITS))})


def _tell_level(codes: pd.Series, heading: str, demand: Demand, source: str) -> str:
    """Tell whether codes are ZIPs or counties: by their heading, or by which are known."""
    if heading in _OF_ZCTAS:
        return ZCTA
    if heading in _OF_COUNTIES:
        return COUNTY
    zctas = int(codes.isin(demand.zip).sum())
    counties = int(codes.isin(demand.areas["county"]["geoid"]).sum())
    if zctas == counties and zctas:
        raise SchemaError(
            f"The areas of {source} could be ZIPs or counties; name their column 'zcta' or "
            "'county_geoid'."
        )
    return COUNTY if counties > zctas else ZCTA


def _read_shares(rates: pd.Series, source: str) -> tuple[pd.Series, bool]:
    """Return rates as shares, and whether they were percent; without those that are empty."""
    written = rates[~rates.str.lower().isin(_NO_RATE)]
    if written.empty:
        raise SchemaError(f"{source} has no rate for any area that is known.")
    digits = written.str.removesuffix("%").str.rstrip().str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(digits, errors="coerce").astype("float64")
    wrong = ~numbers.between(0, _PERCENT)  # what is no number is between none
    if wrong.any():
        geoid = written.index[int(np.argmax(wrong))]
        raise SchemaError(
            f"The rate of {geoid} in {source} is {written[geoid][:40]!r}; write a percentage from 0 to "
            "100 or a share from 0 to 1."
        )
    if not numbers.any():
        raise SchemaError(f"All rates of {source} are 0, so nobody is counted by them.")
    is_percent = bool(numbers.max() > 1 or written.str.endswith("%").any())
    return numbers / _PERCENT if is_percent else numbers, is_percent
