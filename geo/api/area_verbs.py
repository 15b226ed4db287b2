"""Verbs about census areas: how they are served, their shapes, and where clinics would help most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.accessibility.area_scores import score_areas, score_areas_by_road
from geo.api import planning
from geo.api.clinic_verbs import noting_candidates, open_release
from geo.coverage import coverage_exports, demand
from geo.coverage.area_table import list_areas
from geo.errors import SchemaError
from geo.roads.shared_roads import share_roads
from geo.siting.candidate_sites import LEAST_POPULATION

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from geo.releases import Release
    from geo.siting.siting_exports import Plan


def load_coverage(
    level: str = "region", *, treatment: str | None = None, release: Release | None = None
) -> pd.DataFrame:
    """Return how the areas of a level are served, as a release was measured when it was made.

    Parameters
    ----------
    level : `nation`, `region`, `division`, `state` or `county`.
    treatment : count only clinics known to offer it, as `esketamine`; None for all.
    release : the one in use where none is given.

    Returns
    -------
    A row an area: `level`, `geoid` (text), `name`, `population`, `adults`, `clinics`,
    `clinics_per_million_adults` with `rate_low` and `rate_high`, `mean_distance_miles` and
    `share_within_30_miles` (0-1) and their like, each with its `_low` and `_high`: the 5th and 95th
    percentile of 200 draws of where clinics may stand. Distances are WGS84 geodesics in statute
    miles; `share_within_60_minutes`, `median_minutes_to_nearest` and their like are by road without
    traffic, from data © OpenStreetMap contributors, ODbL 1.0, and NaN in a release that was made
    before they were measured. Of a county with less than a clinic the rates are NaN. Without a treatment, where areas of the level were judged: `supply`,
    `supply_why`, `distance`, `distance_why`, `drive`, `drive_why`; and above the county, how many
    clinics there are by two lists (`geo.coverage.totals.tabulate_totals`: `total_at_1` with `_low`
    and `_high`, and the like), in a release made with that. No row where no clinic with a known
    place offers the treatment.

    Raises
    ------
    ReleaseError : the release cannot be read, or was made without coverage.
    ValueError : there is no such level or treatment.
    """
    release = release or open_release()
    return list_areas(level, treatment, release.table, release.tables.get("totals"))


def add_shapes(areas: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return areas of one level with their shapes, for a map.

    Parameters
    ----------
    areas : rows of `load_coverage` or `score_access`: `level`, `geoid`, `name`.

    Returns
    -------
    The rows with `geometry`, polygons in EPSG:4326; regions and divisions are joined of states.

    Raises
    ------
    SchemaError : a column is missing, or the areas are of several levels or of none.
    SourceError : the shapes are missing or damaged.
    """
    if not {"level", "geoid", "name"} <= {*areas.columns} or len(areas["level"].unique()) != 1:
        raise SchemaError("Shapes are for areas of one level, with level, geoid and name.")
    return coverage_exports.add_shapes(areas, str(areas["level"].iloc[0]))


def score_access(
    level: str = "region",
    *,
    method: str = "e2sfca",
    catchment_miles: float = 60.0,
    catchment_minutes: float | None = None,
    release: Release | None = None,
) -> pd.DataFrame:
    """Return clinics for 100,000 adults who share them, by a floating catchment area method.

    Each clinic counts as 1 and is shared out among the adults around it; each ZIP adds up what it
    gets; an area's score is the mean over its adults.

    Parameters
    ----------
    level : `nation`, `region`, `division`, `state` or `county`.
    method : `2sfca` (two-step), `e2sfca` (enhanced by distance) or `3sfca` (three-step).
    catchment_miles : how far adults go, in statute miles of a straight line (WGS84 geodesic); at
        least twice the clinics' median radius of uncertainty, and each of its zones as wide as that.
    catchment_minutes : instead of miles, in minutes' drive without traffic, up to 300, from data ©
        OpenStreetMap contributors, ODbL 1.0.
    release : the one in use where none is given.

    Returns
    -------
    A row an area, by GEOID: `level`, `geoid`, `name`, `state`, `method`, `catchment_miles` or
    `catchment_minutes`, `population`, `adults`, `clinics_per_100k_adults`, `adults_out_of_range`
    (without a clinic in the catchment; they score 0) and `share_out_of_range` (0-1): the median of
    200 draws of where clinics may stand, with `_low` and `_high`, their 5th and 95th percentile. NaN
    where no people are known.

    Raises
    ------
    CatchmentError : the catchment is no distance, or finer than the clinics' positions.
    ReleaseError : the release cannot be read.
    SourceError : a reference table, or a file of the roads, is missing or damaged.
    ValueError : the level or the method is unknown.

    Source
    ------
    Luo and Wang (2003), doi:10.1068/b29120; Luo and Qi (2009), doi:10.1016/j.healthplace.2009.06.002;
    Wan, Zou and Sternberg (2012), doi:10.1080/13658816.2011.624987.
    """
    clinics = (release or open_release()).clinics
    people = demand.load_demand()
    if catchment_minutes is None:
        return score_areas(people, clinics, level, method, float(catchment_miles))
    return score_areas_by_road(
        share_roads(),
        people,
        clinics,
        level,
        method=method,
        catchment_minutes=float(catchment_minutes),
    )


def choose_sites(
    add: int = 5,
    *,
    within_miles: float = 60.0,
    within_minutes: float | None = None,
    region: str = "",
    objective: str = "coverage",
    treatment: str | None = None,
    least_population: float = LEAST_POPULATION,
    candidates: pd.DataFrame | str | Path | None = None,
    rates: pd.DataFrame | str | Path | None = None,
    release: Release | None = None,
) -> Plan:
    """Return where the next clinics would help most, and what would change.

    It solves in a second process, which imports the script that was started: a script guards the
    call by `if __name__ == "__main__":`. It takes up to a minute.

    Parameters
    ----------
    add : how many sites, >= 1.
    within_miles : how near is near, in statute miles of a straight line (WGS84 geodesic), > 0.
    within_minutes : instead of miles, in minutes' drive without traffic, above 0 and up to 300; the
        drives, from data © OpenStreetMap contributors, ODbL 1.0, take a millisecond a candidate.
    region : a census region, division or state, as `Midwest` or `OH`; "" for the nation.
    objective : `coverage` (most adults newly within the distance) or `distance` (least mean
        distance of adults to a clinic).
    treatment : count only clinics known to offer it; None for all.
    least_population : only cities and ZIPs of so many people.
    candidates : sites of one's own to choose from instead: a table, or a CSV file, with `latitude`
        and `longitude` in degrees, EPSG:4326, and if wanted `name` and `population`.
    rates : of a condition, as of `measure_need`: adults with it count in the place of all adults, in
        every figure of the plan, and `weighted_by` says by what.
    release : whose clinics exist; the one in use where none is given.

    Returns
    -------
    `sites` in order: `rank`, `name`, `state`, `zip`, `latitude`, `longitude` (degrees, EPSG:4326),
    `adults_gained` and more, fewer than asked for where a further one would add nothing; `effect`:
    `before` and `after` as of `load_coverage`; `gap`: by what part of the best possible the sites
    may fall short of it (0: proven best); `question.left_out`: how many of the least populous
    candidates were left out to keep within memory.

    Raises
    ------
    PlaceError : there is no such region, or a site of one's own lies outside of the United States.
    QuestionError : there is no site to choose from, a number or distance is none, or no rate is of
        the region.
    ReleaseError : the release cannot be read.
    SchemaError : sites of one's own cannot be read, or lack a column or a coordinate; there are no
        such minutes; or the rates cannot be read, or are not what they should be.
    SolverError : the second process was ended, or the script has no guard or was piped in.
    SourceError : a reference table is missing or damaged.
    SupplyError : no listed clinic with a known place offers the treatment.

    Source
    ------
    Church and ReVelle (1974), doi:10.1007/BF01942293, for `coverage`; Hakimi (1964),
    doi:10.1287/opre.12.3.450, for `distance`.
    """
    with noting_candidates():
        return planning.plan_sites(
            release or open_release(),
            add=add,
            within_miles=float(within_miles),
            within_minutes=within_minutes,
            region=region,
            objective=objective,
            treatment=treatment,
            least_population=least_population,
            candidates=candidates,
            rates=rates,
        )
