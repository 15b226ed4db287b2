"""Verbs about clinics: open a release, join what points lie in, find places and what is near."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from geo import reference, releases
from geo.errors import PlaceError
from geo.paths import find_home
from geo.places import Place, PlaceFinder
from geo.reference.regions import assign_regions
from geo.roads import open_router
from geo.roads.shared_roads import share_roads
from geo.search.clinic_drives import ClinicDrives, search_with_drives
from geo.search.nearest import build_index, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import ArrayLike

    from geo.places import PlaceMatch
    from geo.releases import Release
    from geo.search.searching import SearchResult


def open_release(name: str = "current") -> Release:
    """Return a release, each of its files checked against its manifest.

    Parameters
    ----------
    name : `current` (the one in use: an operator's, where `CLINIC_FINDER_HOME` holds one), `shipped`
        (the one that came with the program), or a release's id.

    Returns
    -------
    Its `id`, its `as_of` date and its tables: `clinics` (a row a practice location; latitude and
    longitude in degrees, EPSG:4326), `listings` (a row a source's statement), `fields` (which
    listing gave what) and, by `table`, others. They are shared: copy one before you change it.

    Raises
    ------
    ReleaseError : there is none of this name, or it is damaged.
    """
    return releases.load(releases.find(name))


def load_clinics(release: Release | None = None) -> gpd.GeoDataFrame:
    """Return every clinic of a release as a point, with its county, state, division and region.

    Parameters
    ----------
    release : the one in use where none is given.

    Returns
    -------
    A row a clinic, those without a point, closed and withdrawn ones too (see `status`): the columns
    of the clinic table, among them `county_geoid`, `state`, `state_fips`, `division` and `region`
    of the Census Bureau, then `county` and `state_name`, the names of these ("" where not known),
    and `geometry`, points in EPSG:4326, empty where there is none. How exact a point is say
    `precision` and `radius_miles` (statute miles).

    Raises
    ------
    ReleaseError : the release cannot be read.
    SourceError : a reference table is missing or damaged.
    """
    clinics = (release or open_release()).clinics
    named = clinics.copy()
    for column, key, table in (
        ("county", "county_geoid", reference.load_shapeless("counties")),
        ("state_name", "state_fips", reference.load_shapeless("states")),
    ):
        names = table.set_index(key)["name"]
        named[column] = clinics[key].map(names).fillna("").astype("str")
    return releases.as_geodataframe(named)


def join_regions(points: pd.DataFrame, *, state_column: str | None = None) -> pd.DataFrame:
    """Return a table with the county, state, division and region that each of its points lies in.

    A point on a border goes to the smaller GEOID, one outside of all counties to the nearest within
    10 miles.

    Parameters
    ----------
    points : `latitude` and `longitude` in degrees, EPSG:4326 (NaN where there is no point), or a
        GeoDataFrame of points in EPSG:4326.
    state_column : the column with a row's own state in two letters, which is believed over the
        point; None where there is none.

    Returns
    -------
    The table with `county_geoid`, `state_fips`, `division`, `region` ("" where not known),
    `region_flag` (why a row is not simply inside of a county; "" where it is) and `border_miles`
    (statute miles from its county; NaN where it is inside).

    Raises
    ------
    CrsError : a GeoDataFrame that is not in EPSG:4326.
    SchemaError : a column is missing, or a coordinate is no number or out of range.
    SourceError : the table of counties is missing or damaged.
    """
    return assign_regions(points, reference.load("counties"), state_column=state_column)


def load_place_finder(release: Release | None = None) -> PlaceFinder:
    """Return a finder of places, to be kept where many are looked up; `find_place` builds one.

    Parameters
    ----------
    release : whose clinics are found by their names; the one in use where none is given.

    Returns
    -------
    A finder, whose `find` is `find_place`; read-only, for any thread.

    Raises
    ------
    ReleaseError : the release cannot be read.
    SourceError : a reference table is missing or damaged.
    """
    release = release or open_release()
    return PlaceFinder(
        reference.load("zips"),
        reference.load("cities"),
        reference.load("states"),
        release.clinics,
        release.listings,
    )


def find_place(text: str, *, release: Release | None = None) -> PlaceMatch:
    """Return the place in the United States that a text names, offline.

    Parameters
    ----------
    text : a ZIP, "City, ST", a city, a state, "latitude, longitude", an address or a clinic's name.
    release : whose clinics are found by their names; the one in use where none is given.

    Returns
    -------
    `place`: its `label`, `kind`, `latitude` and `longitude` (degrees, EPSG:4326; None for a state),
    `precision`, `radius_miles` (statute miles) and a `note` where it is not quite what was typed;
    `others`: those of the same name that it was preferred to, most people first.

    Raises
    ------
    PlaceError : nothing is found, or several places are meant equally well; `candidates` are what
        may have been meant.
    ReleaseError : the release cannot be read.
    SourceError : a reference table is missing or damaged.
    TypeError : it is no text.
    """
    if not isinstance(text, str):  # a ZIP as a number has lost its zeros
        raise TypeError(f'A place is a text, as "60601" in quotes, not {text!r}.')
    with noting_candidates():
        return load_place_finder(release).find(text)


@contextmanager
def noting_candidates() -> Iterator[None]:
    """Let a traceback tell what may have been meant, which an error's sentence does not."""
    try:
        yield
    except PlaceError as error:
        if error.candidates:
            error.add_note(f"Candidates: {'; '.join(error.candidates)}.")
        raise


def find_nearest(origins: ArrayLike, k: int = 1, *, release: Release | None = None) -> pd.DataFrame:
    """Return the k clinics nearest to each of many points, in ascending geodesic distance.

    Only clinics that a search shows are looked at: open and unconfirmed, with a point, and a place
    to go to.

    Parameters
    ----------
    origins : (n, 2) latitude, longitude in degrees, EPSG:4326.
    k : how many, >= 1; fewer rows come back where there are fewer clinics.
    release : the one in use where none is given.

    Returns
    -------
    n * min(k, clinics) rows: `origin` (its row), `clinic_id`, `distance_miles` (WGS84 geodesic to
    the clinic's point, statute miles).

    Raises
    ------
    ReleaseError : the release cannot be read.
    SchemaError : an origin is no point of the Earth, or no pair of numbers.
    ValueError : k is below 1, or no whole number.

    Source
    ------
    Karney (2013), doi:10.1007/s00190-012-0578-z.
    """
    from geo.coverage.counting import pick_clinics  # noqa: PLC0415  # 460 ms

    shown = pick_clinics((release or open_release()).clinics)
    return nearest(build_index(shown), origins, k)


def search_clinics(
    place: str | Place,
    *,
    within_miles: float | None = None,
    within_minutes: float | None = None,
    by_minutes: bool = False,
    limit: int | None = None,
    treatment: str | None = None,
    wanted: Mapping[str, str] | None = None,
    release: Release | None = None,
) -> SearchResult:
    """Return the clinics for a place, nearest first, with an account of what is not among them.

    Parameters
    ----------
    place : of `find_place`, or a text for it.
    within_miles : statute miles, > 0; None for the nearest, however far.
    within_minutes : in place of it, minutes of drive without traffic, > 0.
    by_minutes : the quickest drive first, instead of the nearest.
    limit : how many to list, >= 1; None for all within the radius or state, else 10.
    treatment : a code that a clinic must offer, as `esketamine`; None for any.
    wanted : fact -> code that a clinic must be known to have, as `{"payment": "medicaid"}`.
    release : the one in use where none is given.

    Returns
    -------
    `clinics` in order (`rank`, the columns of the clinic table, `distance_miles` of the WGS84
    geodesic in statute miles, `may_be_within`, `drive_minutes`, `drive_low` and `drive_high`,
    `drive_miles` by road, `drive_method`, `drive_reason` where no drive is known), `unlocated` (those of the place's state without a
    point), `at_home` (no place to go to), `not_known` (of which a wanted fact is not known: ask),
    `nearest_outside`, and counts; `known` of how many clinics each fact is known.

    Raises
    ------
    PlaceError : as `find_place`.
    ReleaseError : the release cannot be read.
    SourceError : a reference table is missing or damaged.
    TypeError : the place is neither a place nor a text.
    ValueError : the radius, the limit, the treatment or a wanted fact is none.
    """
    release = release or open_release()
    if not isinstance(place, Place):
        place = find_place(place, release=release).place
    clinics = release.clinics
    return search_with_drives(
        clinics,
        build_index(clinics),
        place,
        lambda: ClinicDrives(open_router(share_roads(), find_home(), patients=True), clinics),
        within_miles=None if within_miles is None else float(within_miles),
        within_minutes=None if within_minutes is None else float(within_minutes),
        by_minutes=by_minutes,
        limit=limit,
        treatment=treatment,
        wanted=wanted,
    )
