"""The pipeline in order: listings -> clinics -> points -> regions -> the release's tables."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import releases
from geo.clinics import listing_sources
from geo.clinics.licences import tabulate_origins
from geo.clinics.resolving import COLUMNS, LATER_COLUMNS, resolve, validate
from geo.coverage import places_searched
from geo.coverage.completeness import tabulate_completeness
from geo.coverage.counting import pick_clinics
from geo.coverage.demand import load_demand
from geo.coverage.listed_twice import find_captures
from geo.coverage.overlaps import LEVELS, tabulate_overlaps
from geo.coverage.places_searched import find_share_searched, read_places
from geo.coverage.position_draws import DRAWS, draw_positions
from geo.coverage.totals import tabulate_totals
from geo.errors import ReleaseError, SourceError
from geo.geocoding.gazetteer import Gazetteer, locate_clinics
from geo.places import PlaceFinder
from geo.places.names import ALIASES
from geo.publishing.measuring import measure_treatments
from geo.reference import load
from geo.reference.regions import assign_regions
from geo.reference.verifying import hash_table
from geo.sources import curated
from geo.workspace import accepted_positions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.publishing.kept_measures import KeptMeasures

POSITIONS: Final = curated.PATH.with_name("positions.csv")
"""Positions agreed for clinics of the shipped release; there may be none."""

_NO_PAIRS: Final = pd.DataFrame({"listing_a": [], "listing_b": []}, dtype="str")


def build_release(
    listings: pd.DataFrame,
    as_of: date,
    positions: pd.DataFrame | None = None,
    *,
    licences: Mapping[str, str] | None = None,
    open_pairs: pd.DataFrame | None = None,
    draws: int = DRAWS,
    kept: KeptMeasures | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of a release, made of listings, positions and the reference tables alone.

    Parameters
    ----------
    listings : the columns of `geo.clinics.listings`, each row with its `clinic_id`.
    as_of : the date to which the ages of the sources count.
    positions : what was agreed for clinics (`geo.workspace.accepted_positions`), in the place of
        the gazetteer's.
    licences : of listings, by `listing_id`.
    open_pairs : `listing_a`, `listing_b`: those that an operator is still asked about.
    draws : of the clinics' positions; fewer are quicker and surer of themselves than they should be.
    kept : what was measured for earlier releases, to be used again; the tables are the same.

    Returns
    -------
    `clinics` (by `clinic_id`; points in degrees, EPSG:4326), `listings` (by `listing_id`), `fields`
    (which listing gave which field), `origins` (`geo.clinics.licences`), and the tables of
    `measure_areas`. The same listings, positions and date give the same tables, to the bit.

    Raises
    ------
    SchemaError : a listing, a position or a clinic breaks its contract.
    SourceError : a reference table is missing or damaged.
    ValueError : no draw is asked for.
    """
    clinics, fields = resolve(listings, as_of)
    finder = PlaceFinder(load("zips"), load("cities"), load("states"))
    located = locate_clinics(clinics, Gazetteer(finder), as_of.isoformat())
    if positions is not None:
        located = accepted_positions.apply(located, positions)
    placed = assign_regions(located, load("counties"), state_column="state")
    checked = validate(placed[[*COLUMNS, *LATER_COLUMNS]]).reset_index(drop=True)
    return {
        "clinics": checked,
        "listings": listings.sort_values("listing_id", ignore_index=True),
        "fields": fields,
        "origins": tabulate_origins(listings, licences or {}),
        **measure_areas(checked, listings, as_of, open_pairs, draws=draws, kept=kept),
    }


def measure_areas(
    clinics: pd.DataFrame,
    listings: pd.DataFrame,
    as_of: date,
    open_pairs: pd.DataFrame | None = None,
    *,
    draws: int = DRAWS,
    kept: KeptMeasures | None = None,
) -> dict[str, pd.DataFrame]:
    """Return how the census areas are served, how sure that is, and what follows.

    Parameters
    ----------
    clinics : the clinic table of a release.
    listings : what the clinics were resolved from.
    as_of, open_pairs, draws, kept : as in `build_release`.

    Returns
    -------
    `coverage` (`geo.coverage.measures.tabulate`) and `reach`
    (`geo.coverage.measures.tabulate_curve`) for every treatment that a clinic with a point offers,
    with the minutes by road (`geo.coverage.drive_measures`) in `coverage` and `reach_by_road`;
    `completeness`, `overlaps`, `totals`, `verdicts`, `groups` (each of its own module in `geo`) for all
    clinics.

    Raises
    ------
    SchemaError : a clinic has half a point, or a coordinate out of range.
    SourceError : a reference table is missing or damaged.
    ValueError : no draw is asked for.
    """
    demand = load_demand()
    counted = pick_clinics(clinics)
    located = counted[counted["latitude"].notna()].reset_index(drop=True)
    positions = draw_positions(located, demand, draws)
    places = read_places()
    totals = tabulate_totals(
        find_captures(clinics, listings, demand, _NO_PAIRS if open_pairs is None else open_pairs),
        demand,
        {level: find_share_searched(demand, places, level) for level in LEVELS},
    )
    measured = measure_treatments(counted, demand, positions, totals, kept)
    last = {name: measured.pop(name) for name in ("verdicts", "groups")}
    return {
        **measured,
        "completeness": tabulate_completeness(counted, listings, demand, as_of),
        "overlaps": tabulate_overlaps(counted, listings, demand),
        "totals": totals,
        **last,
    }


def rebuild_shipped(
    as_of: date | None = None, shipped: Path = releases.SHIPPED, *, draws: int = DRAWS
) -> releases.Release:
    """Build the shipped release anew from `data/listings.csv`; the same content stays untouched.

    Positions agreed for its clinics are read from `data/positions.csv`, if that is there.

    Parameters
    ----------
    as_of : the date to which the ages of the sources count; by default that of the release which
        is there, or else today.
    shipped : the folder of the shipped release.
    draws : as in `build_release`.

    Returns
    -------
    The release that is there now.

    Raises
    ------
    SourceError : a listing of the file is rejected, or a reference table cannot be read.
    SchemaError : a clinic or a position breaks its contract.
    ReleaseError : the release cannot be written.
    ValueError : no draw is asked for.
    """
    listings, rejects = curated.read(curated.PATH)
    if len(rejects):
        first = rejects.iloc[0]
        raise SourceError(
            f"data/listings.csv line {first['line']}: {first['reason']} "
            f"({len(rejects)} rejected in all); correct it, nothing was written."
        )
    positions = accepted_positions.read(POSITIONS) if POSITIONS.exists() else None
    date_of_release = as_of or _date_of(shipped)
    written = releases.write(
        build_release(listings, date_of_release, positions, draws=draws),
        shipped.parent,
        as_of=date_of_release,
        inputs=hash_shipped(),
    )
    return releases.load(releases.ship(written, shipped))


def hash_shipped() -> dict[str, str]:
    """Return the sha256 of what the shipped release is made of: its files and the reference tables.

    Raises
    ------
    SourceError : a reference table is missing or damaged.
    """
    files = [path for path in (curated.PATH, POSITIONS) if path.exists()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files} | (
        hash_reference()
    )


def hash_reference() -> dict[str, str]:
    """Return the sha256 of the tables beside the listings that every release is made of.

    Raises
    ------
    SourceError : a reference table is missing or damaged.
    """
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (ALIASES, listing_sources.PATH, places_searched.PATH)
    } | {
        f"reference/{name}": hash_table(name, load(name))
        for name in ("zips", "zip_county", "cities", "states", "counties")
    }


def _date_of(folder: Path) -> date:
    try:
        return date.fromisoformat(releases.read_manifest(folder)["as_of"])
    except ReleaseError:
        return datetime.now(UTC).date()
