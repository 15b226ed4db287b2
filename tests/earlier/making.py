"""A small release and workspace of each form that was ever released, and how each was made.

    release-<schema>/      a release; its tables of areas are cut to a few rows
    workspace-<form>.zip   a backup of a workspace: edits, a merge, a split, an undo, positions,
                           a geocoder's outcome, cases, calls, a held run, and a run that was cut
                           off in the middle of reading
    listings.csv           the list that the program of both came with
    clinics.csv            the table that the workspace took in
    clinics_shrunk.csv     its next edition, which shrank, so that its run is held

Before a schema or form is added, the present one is made by

    uv run python -m tests.earlier.making tests/earlier

and committed; what lies there already is left as it is. Release 1 and workspace 1 were made so by
the program of commit 0f5139f, in which some of these modules had other names (`geo.moved` says
which).
"""

import datetime as dt
import json
import sys
import tempfile
from pathlib import Path
from unittest import mock

import pandas as pd

from geo import releases
from geo.geocoding.cache import Cache
from geo.geocoding.candidates import Candidate
from geo.geocoding.outcome import Kind, Outcome
from geo.places.precision import Precision
from geo.publishing.building import build_release
from geo.sources import curated, table
from geo.sources.descriptors import Source
from geo.workspace import (
    backup,
    calling,
    case_resolving,
    cases,
    editing,
    ingestion,
    intake,
    merging,
    opening,
    positions,
    undoing,
)

HERE = Path(__file__).parent
AS_OF = dt.date(2026, 11, 23)
WHO = "ops@example.org"
KEPT_AREAS = {"coverage": ["nation", "region"], "reach": ["nation"], "groups": ["nation"]}
"""Of these tables the rows of these levels are kept; the whole are as large as any release's."""


def make_release(root):
    """Write a release of `listings.csv` into a folder of releases; return its folder."""
    listings, _ = curated.read(HERE / "listings.csv")
    tables = build_release(listings, AS_OF, draws=2)
    for name, levels in KEPT_AREAS.items():
        kept = tables[name]["level"].isin(levels)
        tables[name] = tables[name][kept].reset_index(drop=True)
    tables["verdicts"] = tables["verdicts"].head(12)
    return releases.write(tables, root, as_of=AS_OF, inputs={"listings.csv": "0f"})


def make_workspace(home):
    """Make a workspace in a folder in which something of everything has happened; leave it open."""
    with mock.patch.object(curated, "PATH", HERE / "listings.csv"):
        opened = opening.open(home)
    take_in(opened, "clinics.csv")
    editing.edit(opened, "birch-bend-or", {"phone": "541 555 0123"}, who=WHO, reason="they said so")
    editing.edit(opened, "birch-bend-or", {"website": "https://birch.example/"}, who=WHO)
    editing.close(opened, "cedar-boise-id", closed_on="2026-10", who=WHO)
    merged = merging.merge(opened, "alder-salem-or", "alder-annex-salem-or", who=WHO)
    undoing.undo(opened, merged, who=WHO, reason="two places after all")
    merging.merge(opened, "elm-waco-tx", "elm-clinic-waco-tx", who=WHO)
    merging.split(opened, "alder-salem-or", ["S2"], who=WHO)
    editing.enter_report(opened, "birch-bend-or", "The door is round the corner.", who=WHO)
    editing.enter_report(opened, "fir-austin-tx", "Nobody answers.", who=WHO)
    case_resolving.resolve_case(
        opened, int(cases.open_cases(opened)["case_id"].max()), "done", who=WHO
    )
    calling.note_call(opened, "fir-austin-tx", "wrong_number", who=WHO)
    calling.note_call(opened, "elm-waco-tx", "open", who=WHO)
    geocode(opened)
    take_in(opened, "clinics_shrunk.csv")
    cut_off(opened)
    return opened


def take_in(opened, name):
    """Take in one of the tables beside this file, as an operator does."""
    path = HERE / name
    reading = ingestion.open_table(
        path, table.guess(path), title="A table", licence="CC0", source_date="2026-11-01"
    )
    return ingestion.ingest(opened, reading, who=WHO)


def geocode(opened):
    """Agree on a position, leave a doubtful one, pin one, and keep what a geocoder said."""
    found = pd.DataFrame(
        {
            "clinic_id": ["elm-waco-tx"],
            "latitude": [31.5493],
            "longitude": [-97.1467],
            "precision": ["address"],
            "radius_miles": [0.05],
            "geocoder": ["census"],
            "geocoded_date": ["2026-11-23"],
            "coordinate_licence": ["public domain"],
            "address": ["1 Elm St, Waco, TX 76701"],
        }
    )
    candidates = [
        {
            "latitude": 30.2672,
            "longitude": -97.7431,
            "precision": "city",
            "radius_miles": 5.0,
            "geocoder": "gazetteer",
            "licence": "CC BY 4.0",
        }
    ]
    doubtful = pd.DataFrame(
        {
            "clinic_id": ["fir-austin-tx"],
            "reason": ["two addresses are as likely"],
            "candidates": [json.dumps(candidates)],
        }
    )
    positions.agree(opened, found, doubtful)
    positions.verify(opened, "birch-bend-or", 44.0582, -121.3153, who=WHO)
    candidate = Candidate(31.5493, -97.1467, Precision.ADDRESS, 0.05, "1 Elm St, Waco")
    outcome = Outcome(
        Kind.MATCH,
        "census",
        "Public_AR_Current",
        (candidate,),
        "public domain",
        "",
        "2026-11-23T00:00:00Z",
        final=True,
    )
    Cache(opened.connection).put({"1 Elm St, Waco, TX 76701": outcome})


def cut_off(opened):
    """Leave a run as a process does that is killed while it reads."""
    source = Source(name="table:B", title="B", evidence="")
    path = HERE / "clinics.csv"
    run_id = intake.begin(opened, source, file_name="b.csv", file_sha256="0f", who=WHO)
    batches = table.read(path, table.guess(path), title="B", source_date="2026-11-01")
    intake._write(opened, run_id, next(iter(batches)))


def main(folder):
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        with make_workspace(home) as opened:
            form = opened.read("PRAGMA user_version")[0][0]
            kept = folder / f"workspace-{form}.zip"
            if not kept.exists():
                backup.write(opened, kept)
        written = make_release(home)
        schema = releases.read_manifest(written).get("schema", 1)
        kept = folder / f"release-{schema}"
        if not kept.exists():
            written.rename(kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
