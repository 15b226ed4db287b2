"""A small installation of its own: forty clinics in two states, quick to measure."""

import functools

import pandas as pd

from geo import reference, releases
from geo.geocoding import chain
from geo.geocoding.settings import Settings
from geo.publishing import building, publishing
from geo.releases import folders
from geo.sources import curated
from geo.workspace import geocoding_run
from tests.handmade.clinics import complete

AS_OF = releases.load(releases.SHIPPED).as_of
CLINICS = 40
STATES = ("CA", "TX")
NEW = 5
"""New clinics of `SOURCE`."""

SOURCE = """Facility,Street,City,State,Zip,Phone
Fresh Ketamine Care,100 Main St,Fresno,CA,93721,559-555-0101
Lone Star Ketamine,7 Elm St,Waco,TX,76701,254-555-0102
Gulf Spravato Center,12 Ocean Dr,Galveston,TX,77550,409-555-0103
Redwood Ketamine,1 Oak Ave,Eureka,CA,95501,707-555-0104
Panhandle Ketamine,3 Polk St,Amarillo,TX,79101,806-555-0105
,12 Elm St,Dallas,TX,75201,214-555-0199
"""


def pick_listings():
    """Return the listings of the first clinics of two states."""
    release = releases.load(releases.SHIPPED)
    picked = [
        release.clinics.query("state == @state and status == 'open'").head(CLINICS // 2)
        for state in STATES
    ]
    ids = pd.concat(picked)["clinic_id"]
    return release.listings[release.listings["clinic_id"].isin(ids)].reset_index(drop=True)


def measure_quickly(clinics, *_, **__):
    """Stand in for `building.measure_areas`: shares that follow the clinics with a point."""
    shown = clinics[clinics["status"].isin(["open", "unconfirmed"])]
    located = int(shown["latitude"].notna().sum())
    rows = [("1", "nation", "United States"), ("4", "region", "West"), ("3", "region", "South")]
    states = {"region": {"4": "CA", "3": "TX"}, "nation": {}}
    coverage = [
        {
            "geoid": geoid,
            "name": name,
            "level": level,
            "treatment": "any",
            "clinics": float(len(here)),
            "clinics_per_million_adults": len(here) / 10,
            "share_within_30_miles": min(1.0, here["latitude"].notna().sum() / 50),
            "share_within_60_miles": min(1.0, located / 80),
        }
        for geoid, level, name in rows
        for here in [shown[shown["state"].eq(states[level].get(geoid, "")) | (level == "nation")]]
    ]
    return {"coverage": complete("coverage", pd.DataFrame(coverage))}


class Patches:
    """Set attributes for good; what pytest's `monkeypatch` does in a test."""

    setattr = staticmethod(setattr)


def lighten(patches):
    """Keep what is read of the reference tables, and measure quickly."""
    patches.setattr(building, "measure_areas", measure_quickly)
    patches.setattr(building, "hash_reference", dict)
    patches.setattr(building, "load", functools.cache(reference.load))
    patches.setattr(building, "PlaceFinder", lambda *_: _finder())
    patches.setattr(publishing, "hash_reference", dict)
    patches.setattr(chain, "make_chain", lambda *_: _chain())
    patches.setattr(geocoding_run, "read_settings", lambda *_, **__: Settings(()))


def build_program(folder, patches):
    """Make a program of forty clinics in a folder: its listings, its shipped release, a source."""
    lighten(patches)
    path = folder / "listings.csv"
    curated.write(pick_listings(), path)
    listings, _ = curated.read(path)
    written = releases.write(
        building.build_release(listings, AS_OF), folder, as_of=AS_OF, inputs={}
    )
    releases.ship(written, folder / "shipped")
    (folder / "source.csv").write_text(SOURCE)


def use_program(folder, patches):
    """Let the library be the program of `build_program`; return the source."""
    lighten(patches)
    patches.setattr(curated, "PATH", folder / "listings.csv")
    for module in (folders, releases):
        patches.setattr(module, "SHIPPED", folder / "shipped")
    return folder / "source.csv"


@functools.cache
def _chain():
    return _MAKE_CHAIN(Settings(()), None)


@functools.cache
def _finder():
    return _chain().gazetteer._finder


_MAKE_CHAIN = chain.make_chain
