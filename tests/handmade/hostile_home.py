"""A release and a workspace that hold the corpus of `tests.handmade.hostile`, and others that hold
none of it.

Of each text there are two clinics in Idaho: one without a place, so that all stand on one page, and
one at one point in Boise, so that all stand in one popup of the map.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from geo import releases, workspace
from geo.clinics import listings, resolving
from geo.files import whole_files
from geo.sources import curated, table
from geo.sources.cleaning import clean_text
from geo.workspace import cases, decisions, editing, ingestion
from tests.handmade.hostile import TEXTS
from tests.handmade.listings import listing_table

ROOT = Path(__file__).resolve().parents[2]
WHO = "ops@example.org"
BOISE = (43.6150, -116.2023)
QUERY = "zip=83843&within=5"
"""A search that shows every clinic without a place on one page: Moscow, far from Boise."""

FREE = ("name", "street", "unit", "city", "source", "note")
"""The columns of a listing that hold any text."""


@dataclass(frozen=True)
class Names:
    """What the clinics are called: text number -> the text, as it is kept.

    Parameters
    ----------
    kept : the texts as `clean_text` leaves them, those left out of which nothing is left.
    """

    kept: dict[int, str]


HOSTILE = Names({number: text for number, text in enumerate(map(clean_text, TEXTS)) if text})
HARMLESS = Names({number: f"Clinic {number} of the West" for number in HOSTILE.kept})
"""As many, to compare with."""


def make_listings(names: Names) -> pd.DataFrame:
    """Return two listings for each text, which stands in every column that may hold any."""
    return listing_table(
        *(
            {
                "listing_id": f"{kind}:{number}",
                "clinic_id": f"{kind}-{number}",
                **dict.fromkeys(FREE, text),
                "state": "ID",
                "phone": "+12085550123",
                "website": "https://example.org/",
                "source_url": "https://example.org/list",
                "source_date": "2026-01",
                "treatments": "iv",
            }
            for kind in ("nowhere", "boise")
            for number, text in names.kept.items()
        )
    )


def write_release(names: Names, home: Path) -> Path:
    """Write a release of these clinics, put it to use in `home`, and return its folder."""
    shipped = releases.load(releases.SHIPPED)
    told = make_listings(names)
    listings.validate(told)
    resolved, fields = resolving.resolve(told, shipped.as_of)
    in_boise = resolved["clinic_id"].str.startswith("boise")
    located = resolved.assign(
        latitude=pd.Series(BOISE[0], index=resolved.index).where(in_boise),
        longitude=pd.Series(BOISE[1], index=resolved.index).where(in_boise),
        precision=in_boise.map({True: "address", False: ""}).astype("str"),
        radius_miles=pd.Series(0.0, index=resolved.index).where(in_boise),
        geocoder=in_boise.map({True: "census", False: ""}).astype("str"),
        geocoded_date="",
        coordinate_licence="",
        state_fips="16",
        county_geoid="16001",
        division="Mountain",
        region="West",
    )[list(shipped.clinics.columns)]
    tables = dict(shipped.tables) | {"clinics": located, "listings": told, "fields": fields}
    tables["coverage"] = name_areas(shipped.table("coverage"), names)
    folder = releases.write(tables, home / "releases", as_of=shipped.as_of, inputs={})
    whole_files.replace(home / "releases" / "current", folder.name + "\n")
    return folder


def name_areas(coverage: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return a coverage table in which the states, and counties of two of them, have these names."""
    of_two = coverage["level"].eq("county") & coverage["geoid"].str[:2].isin(["16", "48"])
    renamed = coverage["level"].eq("state") | of_two
    areas = coverage.loc[renamed, "geoid"]
    called = dict(zip(areas.drop_duplicates(), names.kept.values(), strict=False))
    new = areas.map(called).fillna(coverage.loc[renamed, "name"])
    return coverage.assign(name=coverage["name"].mask(renamed, new).astype("str"))


def write_workspace(names: Names, home: Path) -> None:
    """Make a workspace of these listings, with a run, a case and decisions that speak so too."""
    shipped = home.parent / f"{home.name}.csv"
    curated.write(make_listings(names), shipped)
    said = list(names.kept.values())
    phone = "208-555-0123"  # a text may read as another number, and have other buttons
    rows = [{"Name": text, "City": text, "State": "ID", "Phone": phone} for text in said]
    rows += [{"Name": text, "City": text, "State": text, "Phone": ""} for text in said[:40]]
    uploaded = home.parent / f"{home.name} {said[2][:20].replace('/', ' ')}.csv"
    pd.DataFrame(rows).to_csv(uploaded, index=False)
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(curated, "PATH", shipped)
        with workspace.open(home) as opened:
            reading = ingestion.open_table(
                uploaded, table.guess(uploaded), title=said[0], url="", licence=said[1]
            )
            ingestion.ingest(opened, reading, who=WHO)
            for number in list(names.kept)[:6]:
                clinic = f"nowhere-{number}"
                reason = names.kept[number]
                decided = editing.edit(opened, clinic, {"note": reason}, who=WHO, reason=reason)
                cases.add(
                    opened,
                    decided,
                    "position",
                    f"clinic:{clinic}",
                    clinic_id=clinic,
                    reason=reason,
                    facts={"candidates": [], "address": reason},
                )
            assert decisions.head(opened)


def copy_program(folder: Path, cities: list[str]) -> Path:
    """Copy the program, with more cities in Idaho; all else of its data stays where it is."""
    folder.mkdir()
    for name in ("geo", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", folder)
    (folder / "data" / "reference").mkdir(parents=True)
    for path in (ROOT / "data").iterdir():
        if path.name != "reference":
            (folder / "data" / path.name).symlink_to(path)
    for path in (ROOT / "data" / "reference").iterdir():
        if path.name != "cities.parquet":
            (folder / "data" / "reference" / path.name).symlink_to(path)
    known = pd.read_parquet(ROOT / "data" / "reference" / "cities.parquet")
    of_idaho = known[known["state"].eq("ID")].head(1)
    more = pd.concat([of_idaho.assign(name=name) for name in cities])
    pd.concat([known, more], ignore_index=True).to_parquet(
        folder / "data" / "reference" / "cities.parquet"
    )
    return folder
