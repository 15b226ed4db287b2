"""Positions that were agreed with a geocoder or pinned by an operator, in the place of the gazetteer's.

They are kept by clinic and outlive each release, so that what was once found is not lost.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import SchemaError, SourceError
from geo.exporting.formulas import restore
from geo.files import csv_rows
from geo.places.position_columns import POSITION_COLUMNS, POSITION_NUMBERS
from geo.places.precision import Precision
from geo.units import geodesic_miles
from geo.workspace.clinic_facts import write_address

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS: Final = ("clinic_id", *POSITION_COLUMNS)
"""A position; `address`, what was located, may stand beside them."""

_POINTED: Final = tuple(
    level.value for level in Precision if level not in {Precision.NONE, Precision.STATE}
)


def read(path: Path) -> pd.DataFrame:
    """Return the positions of a CSV in UTF-8, checked.

    Parameters
    ----------
    path : its heading holds `COLUMNS`, in any order, and perhaps `address`.

    Raises
    ------
    SourceError : the file cannot be read.
    SchemaError : as `validate`.
    """
    try:
        csv_rows.check(path)
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
        table = table.map(restore).astype("str")
    except (OSError, ValueError, csv.Error) as error:
        raise SourceError(f"The positions {path} cannot be read ({error}).") from error
    numbers = {
        name: pd.to_numeric(table[name], errors="coerce")
        for name in POSITION_NUMBERS
        if name in table
    }
    return validate(table.assign(**numbers))


def validate(positions: pd.DataFrame) -> pd.DataFrame:
    """Return the positions as they are, having checked every row.

    Parameters
    ----------
    positions : `COLUMNS` and any others; degrees, EPSG:4326, and statute miles.

    Raises
    ------
    SchemaError : a column is missing, a clinic stands twice, or a value is not allowed; the message
        names the clinic and what to do.
    """
    missing = [name for name in COLUMNS if name not in positions]
    if missing:
        raise SchemaError(f"The positions lack the columns {', '.join(missing)}.")
    latitude, longitude = positions["latitude"], positions["longitude"]
    faults = {
        "stands twice; keep one position a clinic": positions["clinic_id"].duplicated(),
        "is no point of the Earth; give degrees of latitude and longitude": ~(
            latitude.between(-90, 90) & longitude.between(-180, 180)
        )
        | (latitude.eq(0) & longitude.eq(0)),
        f"has a precision that is none of {', '.join(_POINTED)}": ~positions["precision"].isin(
            _POINTED
        ),
        "has no radius; give miles from 0": ~positions["radius_miles"].between(0, np.inf),
    }
    for reason, rows in faults.items():
        if rows.any():
            first = positions.loc[rows, "clinic_id"].iloc[0]
            raise SchemaError(f"The position of {first!r} {reason} ({int(rows.sum())} in all).")
    return positions


def apply(clinics: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """Return the clinics at the positions agreed for them.

    A position that was agreed for another address than the clinic's present one holds as long as it
    lies where the gazetteer knows the present one to be: "St" became "Street", or the clinic moved
    and has to be located again. An operator's pin always holds.

    Parameters
    ----------
    clinics : located by the gazetteer (`geo.geocoding.gazetteer.locate_clinics`).
    positions : as `validate` takes them; those of clinics that are not here have no effect.

    Returns
    -------
    The same rows and columns.

    Raises
    ------
    SchemaError : as `validate`.
    """
    accepted = validate(positions).set_index("clinic_id").reindex(clinics["clinic_id"])
    accepted.index = clinics.index
    holds = accepted["latitude"].notna()
    if "address" in accepted:
        other = accepted["address"].fillna("").ne("") & accepted["address"].ne(
            write_addresses(clinics)
        )
        apart = geodesic_miles(
            *(table[name] for table in (clinics, accepted) for name in ("latitude", "longitude"))
        )
        reach = clinics["radius_miles"].fillna(0) + accepted["radius_miles"].fillna(0)
        pinned = accepted["precision"].eq(Precision.VERIFIED)
        holds &= pinned | ~(other & (apart > reach))
    placed = clinics.copy()
    for name in POSITION_COLUMNS:
        placed[name] = clinics[name].where(~holds, accepted[name]).astype(clinics[name].dtype)
    return placed


def write_addresses(clinics: pd.DataFrame) -> pd.Series[str]:
    """Return the address of each clinic as it is located: `street, city, state zip`."""
    lines = [write_address(clinic) for clinic in clinics.to_dict("records")]
    return pd.Series(lines, index=clinics.index, dtype="str")
