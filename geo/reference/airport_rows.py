"""Airports of the US and its territories that have a code travellers know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

_TERRITORIES: Final = {"AS": "AS", "GU": "GU", "MP": "MP", "PR": "PR", "VI": "VI"}


def build_airports(package: Path, states: pd.DataFrame) -> pd.DataFrame:
    """Return the airports with an IATA code in the states and territories.

    Parameters
    ----------
    package : the unpacked package `airportsdata`.
    states : `state` and `name` of each.

    Returns
    -------
    `code` (IATA, three letters), `name`, `city` (as the source has them), `state`, `latitude`,
    `longitude` (degrees, EPSG:4326), in order of `code`.
    """
    path = package / "airportsdata/airports.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    code_of = dict(zip(states["name"], states["state"], strict=True))
    state = (
        table["subd"]
        .map(code_of)
        .where(table["country"] == "US", table["country"].map(_TERRITORIES))
    )
    kept = (table["iata"].str.len() == 3) & state.notna()  # noqa: PLR2004 - an IATA code
    airports = pd.DataFrame(
        {
            "code": table["iata"],
            "name": table["name"],
            "city": table["city"],
            "state": state,
            "latitude": table["lat"].astype("float64"),
            "longitude": table["lon"].astype("float64"),
        }
    )
    return airports[kept].drop_duplicates("code").sort_values("code", ignore_index=True)
