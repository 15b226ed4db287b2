"""Small hand-made tables that the tests share."""

import pandas as pd

from geo.clinics import resolving
from geo.clinics.listings import COLUMNS
from geo.places import Place
from geo.releases import schemas

NUMBERS = {"latitude": float("nan"), "longitude": float("nan"), "radius_miles": 5.0}
TEXT = {
    column: ""
    for column in (*resolving.COLUMNS, *resolving.LATER_COLUMNS)
    if column not in {*NUMBERS, "listings"}
} | {
    "treatments": "iv",
    "status": "open",
    "precision": "city",
    "geocoder": "gazetteer",
    "geocoded_date": "2026-11-23",
    "coordinate_licence": "CC BY 4.0",
    "evidence": "press",
    "source_date": "2026-01-01",
}


def clinic_table(*rows):
    """Return a clinic table; each row names only the columns that matter to the test."""
    filled = [{**TEXT, **NUMBERS, "listings": 1, **row} for row in rows]
    table = pd.DataFrame(filled, columns=[*TEXT, *NUMBERS, "listings"])
    return table.astype(dict.fromkeys(TEXT, "str") | dict.fromkeys(NUMBERS, "float64"))


def release_tables(clinics):
    """Return the three tables of a release around a clinic table, a listing a clinic."""
    listings = pd.DataFrame("", index=range(len(clinics)), columns=list(COLUMNS), dtype="str")
    for column in set(COLUMNS) & set(clinics):
        listings[column] = clinics[column].to_numpy()
    listings["listing_id"] = [f"L{number}" for number in range(len(clinics))]
    listings["operating"] = clinics["status"].replace({"open": "yes"}).to_numpy()
    listings["source"] = "The Daily Test"
    fields = pd.DataFrame(
        {
            "clinic_id": clinics["clinic_id"],
            "field": "name",
            "listing_id": listings["listing_id"],
            "gave": True,
            "agrees": True,
        }
    )
    return {"clinics": clinics, "listings": listings, "fields": fields}


def complete(name, table):
    """Return a table with what it lacks of the columns of a release's: "", NaN or False."""
    blank = {"str": "", "float64": float("nan"), "int64": 0, "bool": False}
    columns = [column for version in schemas.VERSIONS for column in version.get(name, ())]
    lacking = [column for column in columns if column.name not in table]
    filled = {
        column.name: pd.Series(blank[column.dtype], table.index, column.dtype) for column in lacking
    }
    return table.assign(**filled)


def place_at(latitude=None, longitude=None, **facts):
    """Return a place; a point that is exactly known unless more is said."""
    known = {"label": "Here", "kind": "point", "precision": "given", "radius_miles": 0.0}
    return Place(latitude=latitude, longitude=longitude, **(known | facts))
