"""A small workspace, and a source to feed it, that the tests share."""

import hashlib
from dataclasses import replace

import pandas as pd

from geo.clinics.licensing import read_licence
from geo.clinics.listings import COLUMNS
from geo.sources import curated, descriptors
from geo.sources.reading import BatchBuilder
from geo.workspace import opening
from tests.handmade.listings import listing_table

WHO = "ops@example.org"
SHIPPED = (
    {"listing_id": "S1", "clinic_id": "alder-salem-or", "name": "Alder", "city": "Salem"},
    {"listing_id": "S2", "clinic_id": "alder-salem-or", "name": "Alder Ketamine", "city": "Salem"},
    {"listing_id": "S3", "clinic_id": "birch-bend-or", "name": "Birch", "city": "Bend"},
    {"listing_id": "S4", "clinic_id": "cedar-boise-id", "name": "Cedar", "city": "Boise"},
)
DETAILS = {
    "S1": {
        "state": "OR",
        "street": "1 Oak St",
        "unit": "Suite 2",
        "zip": "97301",
        "phone": "+15035550111",
        "website": "https://alder.example/",
        "treatments": "iv;oral",
        "evidence": "registry",
        "source_date": "2026-03",
    },
    "S2": {"state": "OR", "phone": "+15035550199", "treatments": "im", "source_date": "2026"},
    "S3": {"state": "OR", "source_date": "2019"},
    "S4": {"state": "ID", "evidence": "press", "source_date": "2026-01", "operating": "closed"},
}


def ship(path, *rows):
    """Write shipped listings of our own to a file."""
    rows = rows or tuple(row | DETAILS[row["listing_id"]] for row in SHIPPED)
    curated.write(listing_table(*rows), path)
    return path


def open_small(tmp_path, monkeypatch):
    """Open a new workspace of four listings of three clinics."""
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))
    return opening.open(tmp_path / "home")


def make_source(name="table:a", licence="CC0"):
    return replace(
        descriptors.TABLE,
        name=name,
        title="A table",
        url="https://table.example/",
        licence=read_licence(licence),
    )


def gather(*records, name="table:a", skip=0, reject=(), notes=()):
    """Return one batch of records, each naming only what matters: its key, and fields."""
    builder = BatchBuilder(
        name=name, title="A table", url="https://table.example/", evidence="secondary_directory"
    )
    builder.skip(skip)
    for key, fields in records:
        point = fields.pop("point", None) if "point" in fields else None
        told = {"name": f"Clinic {key}", "state": "WA", **fields}
        builder.add(key, told, raw={"key": key}, point=point, point_licence="ODbL" if point else "")
    for key in reject:
        builder.reject(key, "it has no name", raw={"key": key}, line=3)
    for note in notes:
        builder.note(*note)
    return builder.take()


def content(listings):
    """Return a table of listings as rows to compare."""
    return sorted(map(tuple, listings[list(COLUMNS)].to_numpy().tolist()))


def positions_of(*rows):
    """Return positions as a geocoder gives them: clinic, latitude, longitude."""
    return pd.DataFrame(
        [
            {
                "clinic_id": clinic_id,
                "latitude": latitude,
                "longitude": longitude,
                "precision": "address",
                "radius_miles": 0.05,
                "geocoder": "census",
                "geocoded_date": "2026-11-23",
                "coordinate_licence": "public domain",
                "address": "",
            }
            for clinic_id, latitude, longitude in rows
        ]
    )


def hash_file(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
