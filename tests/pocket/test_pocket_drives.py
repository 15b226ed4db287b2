"""The pocket finder's drives, held to those that the site and the command line tell."""

import base64
import random

import numpy as np
import pytest

from geo import reference, releases
from geo.places.place import Place
from geo.places.precision import Precision
from geo.pocket import packed_clinics, packed_roads
from geo.roads.routing import Router
from geo.roads.shared_roads import share_roads
from geo.search.clinic_drives import ClinicDrives
from geo.search.drive_columns import COLUMNS
from tests.javascript.protocol import SCRIPTS as ASSETS
from tests.javascript.script import call

ONE_PERCENT = 0.01
A_STEP = 0.11
"""Minutes and miles are told to a tenth."""

APART = [(58.3, -134.42), (21.3, -157.86), (46.55, -90.87), (48.98, -123.07), (61.22, -149.9)]
"""Juneau, Honolulu, the Apostle Islands, Point Roberts, Anchorage."""

HARNESS = """
    const { createRequire } = await import('node:module');
    globalThis.geodesic = createRequire(given.geodesic)(given.geodesic);
    const read = async (packed) => module.readColumns(await module.unpack(new Blob([Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0))]).stream()));
    const [table, told] = [await read(given.roads), await read(given.pace)];
    const roads = await module.buildRoads(table, told.facts.pace);
    const joins = module.joinClinics(roads, given.clinics, told.columns.clinics);
    const list = (values) => [...values].map((value) => (Number.isNaN(value) ? null : value));
    return given.places.map((place, at) => {
      const drives = module.driveFrom(roads, given.clinics, joins, place, told.columns.places[at]);
      return drives && Object.fromEntries(Object.entries(drives).map(([name, values]) => [name, list(values)]));
    });
"""


def draw_places(count):
    """Return places with a point: ZIPs by chance, and some that the roads do not reach."""
    chance = random.Random(20261129)  # noqa: S311
    zips = reference.load("zips")
    zips = zips[zips["latitude"].notna() & zips["state"].isin(["PR", "VI", "GU"]).eq(False)]  # noqa: FBT003
    rows = zips.iloc[chance.sample(range(len(zips)), count)]
    points = [*zip(rows["latitude"], rows["longitude"], strict=True), *APART]
    return [
        Place(str(at), "zip", latitude, longitude, Precision.ZIP, chance.choice([0.0, 2.5, 9.0]))
        for at, (latitude, longitude) in enumerate(points)
    ]


def drive_by_script(release, places):
    """Return what the scripts tell of drives from places to all clinics."""
    points = np.array([(place.latitude, place.longitude) for place in places])
    clinics = release.clinics[["latitude", "longitude"]].to_numpy(np.float64)
    return call(
        tuple(f"pocket/{name}.js" for name in ("tables", "roads", "drives")),
        HARNESS,
        geodesic=str(ASSETS / "geodesic" / "geographiclib-geodesic.min.js"),
        roads=base64.b64encode(packed_roads.pack_roads()).decode(),
        pace=base64.b64encode(packed_roads.pack_pace(share_roads(), points, clinics)).decode(),
        clinics=packed_clinics.list_clinics(release.clinics),
        places=[
            {
                "latitude": place.latitude,
                "longitude": place.longitude,
                "radius_miles": place.radius_miles,
            }
            for place in places
        ],
    )


def hold_equal(count):
    release = releases.load(releases.SHIPPED)
    drives = ClinicDrives(Router(share_roads(), None), release.clinics)
    places = draw_places(count)
    pairs, reasons = 0, set()
    for place, told in zip(places, drive_by_script(release, places), strict=True):
        at = f"{place.latitude}, {place.longitude}"
        found = drives.drive_from(place, told_only=True)
        assert told is not None, at
        for column in COLUMNS[4:]:
            assert told[column.removeprefix("drive_")] == found[column].tolist(), f"{column} {at}"
        reasons |= set(found["drive_reason"])
        for column in COLUMNS[:4]:
            expected = found[column]
            ours = np.array(told[column.removeprefix("drive_")], dtype=np.float64)
            assert np.isnan(ours).tolist() == np.isnan(expected).tolist(), f"{column} {at}"
            known = ~np.isnan(expected)
            far = np.abs(ours - expected)[known]
            assert np.all(far <= A_STEP + ONE_PERCENT * expected[known]), f"{column} {at}"
            pairs += int(known.sum())
    assert pairs > 50 * count
    assert reasons >= {"", "ferry", "through_canada"}


@pytest.mark.service
def test_drives_are_those_of_the_library():
    hold_equal(8)


@pytest.mark.nightly
def test_drives_from_many_places_are_those_of_the_library():
    hold_equal(250)
