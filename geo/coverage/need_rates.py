"""Rates of a condition by ZIP code tabulation area or county, read from a table of somebody else's.

The depression column of CDC PLACES is known by its headings, in the form of a row an area and in the
form of a row an area and measure; any other table names its columns `geoid` and `rate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.coverage.demand import Demand

ZCTA: Final = "zcta"
COUNTY: Final = "county"
PLACES: Final = "depression_crudeprev"
"""The column of CDC PLACES, in small letters: adults who were ever told that they have depression."""

_OF_ZCTAS: Final = ("zcta5", "zcta", "zip")
_OF_COUNTIES: Final = ("countyfips", "county_geoid", "county_fips", "fips")
_OF_EITHER: Final = ("geoid", "locationid", "locationname")
_RATES: Final = (PLACES, "rate")
_MEASURE, _VALUE = "measureid", "data_value"
_KINDS: Final = {"datavaluetypeid": "crdprv", "data_value_type": "crude prevalence"}
_DIGITS: Final = 5
_ROWS_AT_ONCE: Final = 100_000
_PERCENT: Final = 100.0


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
    """Return the rates of a CSV file or table.

    Columns are known by their headings, whatever their case: areas by `ZCTA5`, `zcta` or `zip`, by
    `CountyFIPS`, `county_geoid` or `fips`, or by `geoid`, `LocationID` or `LocationName`, of which
    those count that more areas are known by; rates by `DEPRESSION_CrudePrev` or `rate`, or by
    `Data_Value` in rows whose `MeasureId` is DEPRESSION, the crude ones of them. All are percent
    where one is above 1, else shares.

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
    headings = _read_headings(table)
    known = {name.strip().lower(): name for name in reversed(headings)}
    area = _find(known, (*_OF_ZCTAS, *_OF_COUNTIES, *_OF_EITHER))
    is_long = {_MEASURE, _VALUE} <= {*known}
    rate = _VALUE if is_long else _find(known, _RATES)
    if not area or not rate:
        raise SchemaError(
            f"{source} lacks a column of {'rates' if area else 'areas'}; name its columns 'geoid' and "
            "'rate', or take a file of CDC PLACES with its headings."
        )
    kinds = [*filter(None, [_find(known, tuple(_KINDS))])] if is_long else []
    wanted = [area, rate, *([_MEASURE] if is_long else []), *kinds]
    rows = pd.concat(
        [
            _pick(part, wanted, known)
            for part in _read_rows(table, [known[name] for name in wanted])
        ],
        ignore_index=True,
    )
    level = _tell_level(rows[area], area, demand, source)
    codes = demand.zip if level == ZCTA else demand.areas["county"]["geoid"]
    is_known = rows[area].isin(codes).to_numpy()
    here = rows[is_known]
    if here.empty:
        raise SchemaError(f"{source} names no ZIP or county that is known, so no rate can be used.")
    if (twice := here[area].duplicated()).any():
        first = here[area][twice].iloc[0]
        raise SchemaError(f"{source} has {first} twice; give each area one rate.")
    share, is_percent = _read_shares(here.set_index(area)[rate], source)
    return Rates(
        source=source,
        column=f"{known[rate]} of DEPRESSION" if is_long else known[rate],
        level=level,
        share=share,
        is_percent=is_percent,
        is_places=is_long or rate == PLACES,
        empty=len(here) - len(share),
        unknown=int((~is_known).sum()),
    )


def _find(known: dict[str, str], names: Sequence[str]) -> str:
    return next((name for name in names if name in known), "")


def _read_headings(table: str | Path | pd.DataFrame) -> list[str]:
    if isinstance(table, pd.DataFrame):
        return [*map(str, table.columns)]
    try:
        return [*pd.read_csv(table, nrows=0, encoding="utf-8-sig").columns]
    except (OSError, ValueError) as error:
        raise SchemaError(f"{Path(table).name} cannot be read as CSV ({error}).") from error


def _read_rows(table: str | Path | pd.DataFrame, columns: list[str]) -> Iterable[pd.DataFrame]:
    """Give the rows as text, some at a time: a file of all measures has a million."""
    if isinstance(table, pd.DataFrame):
        yield table[columns].astype("str").where(table[columns].notna(), "")
        return
    try:
        yield from pd.read_csv(
            table,
            usecols=columns,
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",
            chunksize=_ROWS_AT_ONCE,
        )
    except (OSError, ValueError) as error:
        raise SchemaError(f"{Path(table).name} cannot be read as CSV ({error}).") from error


def _pick(rows: pd.DataFrame, wanted: list[str], known: dict[str, str]) -> pd.DataFrame:
    """Return the areas and rates of rows; of a table of many measures those of crude depression."""
    area, rate, *others = wanted
    rows = rows[[known[name] for name in wanted]].set_axis(wanted, axis=1)
    rows = rows.apply(lambda column: column.str.strip())
    for name in others:
        value = "depression" if name == _MEASURE else _KINDS[name]
        rows = rows[rows[name].str.lower() == value]
    has_zeros_lost = rows[area].str.fullmatch(r"[0-9]{3,4}")
    return rows[[area, rate]].assign(
        **{area: rows[area].mask(has_zeros_lost, rows[area].str.zfill(_DIGITS))}
    )


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
    written = rates[rates != ""]
    if written.empty:
        raise SchemaError(f"{source} has no rate for any area that is known.")
    numbers = pd.to_numeric(written, errors="coerce").astype("float64")
    wrong = ~numbers.between(0, _PERCENT)  # what is no number is between none
    if wrong.any():
        geoid = written.index[int(np.argmax(wrong))]
        raise SchemaError(
            f"The rate of {geoid} in {source} is {written[geoid][:40]!r}; write a percentage from 0 to "
            "100 or a share from 0 to 1."
        )
    if not numbers.any():
        raise SchemaError(f"All rates of {source} are 0, so nobody is counted by them.")
    is_percent = bool(numbers.max() > 1)
    return numbers / _PERCENT if is_percent else numbers, is_percent
