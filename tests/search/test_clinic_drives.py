"""Searches with drives: named places, the table worked out ahead, bounds and order, what goes wrong."""

import dataclasses
import gc

import numpy as np
import pandas as pd
import pytest

from geo.api.clinic_verbs import load_place_finder, open_release
from geo.errors import SourceError
from geo.roads import Router, drive_table, open_router
from geo.roads.shared_roads import share_roads
from geo.search import working_ahead
from geo.search.clinic_drives import ClinicDrives, search_with_drives
from geo.search.drive_columns import COLUMNS
from geo.search.drive_words import describe_drive, is_reached
from geo.search.nearest import build_index
from geo.search.wording import describe_count, describe_distance
from tests.handmade.clinics import place_at
from tests.servers.loopback import HTML, serve
from tests.servers.road_engines import OsrmService

RELEASE = open_release()
CLINICS = RELEASE.clinics


@pytest.fixture(scope="module")
def finder():
    return load_place_finder(RELEASE)


@pytest.fixture(scope="module")
def drives():
    return ClinicDrives(Router(share_roads(), None), CLINICS)


def tabulate(found):
    """Return all drives from a place as a table, however long."""
    return pd.DataFrame(dict(found.take(np.arange(len(found["drive_minutes"])))))


@pytest.fixture
def find(finder, drives):
    index = build_index(CLINICS)

    def find(place, **asked):
        place = finder.find(place).place if isinstance(place, str) else place
        return search_with_drives(CLINICS, index, place, lambda: drives, **asked)

    return find


@pytest.mark.parametrize(
    ("town", "words"),
    [
        ("Nantucket, MA", "No road is known from here: a ferry or flight may be needed"),
        ("Juneau, AK", "No road is known from here: a ferry or flight may be needed"),
        ("Lihue, HI", "No road is known from here: a ferry or flight may be needed"),
        ("San Juan, PR", "No road is known from here: a ferry or flight may be needed"),
        ("Point Roberts, WA", "The only road known from here leads through Canada"),
    ],
)
def test_where_no_road_leads_no_mileage_is_told(find, town, words):
    first = find(town, limit=1).clinics.iloc[0]

    assert describe_distance(first) == words
    assert "mile" not in words
    assert is_reached(first)


@pytest.mark.parametrize(
    ("town", "clinic_city", "least", "most"),
    [
        (
            "Cape Charles, VA",
            "Virginia Beach",
            45,
            75,
        ),  # over the Chesapeake Bay's bridge and tunnel
        ("Key West, FL", "Miami", 160, 240),
        ("Muskegon, MI", "Milwaukee", 240, 340),  # around the lake
        ("Bremerton, WA", "Seattle", 60, 100),  # by the Narrows, not by ferry
    ],
)
def test_a_drive_goes_by_road(find, town, clinic_city, least, most):
    found = find(town, limit=200).clinics
    minutes = found.loc[found["city"] == clinic_city, "drive_minutes"].min()

    assert least < minutes < most


def test_words_are_rounded_to_five_minutes_and_bear_the_range():
    row = {"drive_minutes": 51.7, "drive_low": 41.2, "drive_high": 63.1, "drive_miles": 38.2}
    row |= {"drive_method": "graph", "drive_reason": ""}

    assert describe_drive(row) == ("about 50 minutes' drive (40 to 65), without traffic · 38 miles")
    assert describe_drive(row, brief=True) == "about 50 minutes' drive (40 to 65) · 38 miles"
    near = row | {"drive_minutes": 1.0, "drive_low": 0.0, "drive_high": 8.0, "drive_miles": 0.4}
    assert describe_drive(near).startswith("about 5 minutes' drive (up to 10)")
    assert describe_drive({}) == ""
    unknown = row | {"drive_minutes": np.nan}
    assert describe_drive(unknown) == "more than 5 hours' drive"  # than was worked out ahead
    assert describe_drive(unknown | {"drive_method": ""}) == ""
    assert describe_drive(row | {"drive_minutes": 301.0}) == "more than 5 hours' drive"
    long = row | {"drive_minutes": 200.0, "drive_low": 180.0, "drive_high": 221.0}
    assert "about 3 h 20 min drive (3 h to 3 h 45 min)" in describe_drive(long)
    longer = long | {"drive_low": 95.0, "drive_high": 248.0}
    assert "about 3 h 20 min drive (1 h 35 min to 4 h 10 min)" in describe_drive(longer)
    hour = row | {"drive_minutes": 101.0, "drive_low": 70.0, "drive_high": 139.0}
    assert describe_drive(hour).startswith("about 100 minutes' drive (70 to 140)")
    lost = row | {"drive_minutes": np.nan, "drive_reason": "far_from_road"}
    assert not is_reached(lost)


def test_within_minutes_lists_what_is_and_what_may_be(find):
    within = find("Lansing, MI", within_minutes=60.0)
    rows = within.clinics

    every = find("Lansing, MI", limit=len(CLINICS)).clinics
    certain = every[every["drive_minutes"] <= 60]
    may_be = every[(every["drive_minutes"] > 60) & (every["drive_low"] <= 60)]
    assert 0 < len(certain) == within.certain
    assert 0 < len(may_be) == within.may_be
    assert set(rows["clinic_id"]) == {*certain["clinic_id"], *may_be["clinic_id"]}
    assert rows["distance_miles"].is_monotonic_increasing
    assert within.nearest_outside["drive_low"] > 60
    assert "within 60 minutes' drive of Lansing, MI" in describe_count(within)

    by_drive = find("Lansing, MI", within_minutes=60.0, by_minutes=True).clinics
    assert by_drive["drive_minutes"].is_monotonic_increasing
    assert set(by_drive["clinic_id"]) == set(rows["clinic_id"])


def test_the_quickest_come_first_however_far(find):
    by_drive = find("Cape Charles, VA", by_minutes=True, limit=15).clinics
    every = find("Cape Charles, VA", limit=len(CLINICS)).clinics

    assert by_drive["drive_minutes"].tolist() == every["drive_minutes"].nsmallest(15).tolist()
    assert by_drive["distance_miles"].tolist() != sorted(by_drive["distance_miles"])


@pytest.mark.long
def test_worked_out_ahead_and_searched_are_the_same_drives(finder, drives):
    ahead = ClinicDrives(Router(share_roads(), None), CLINICS)
    towns = ("Lansing, MI", "Juneau, AK", "San Diego, CA", "Key West, FL", "Anchorage, AK")
    places = [finder.find(text).place for text in towns]
    ahead.work_out_ahead(*np.array([(place.latitude, place.longitude) for place in places]).T)

    for place in places:
        searched, looked_up = tabulate(drives.drive_from(place)), tabulate(ahead.drive_from(place))
        assert list(searched) == list(COLUMNS)
        pd.testing.assert_frame_equal(looked_up, searched)
        # Whoever is told no longer ones is told the same of the others.
        soon = tabulate(ahead.drive_from(place, told_only=True))
        near = searched["drive_minutes"].to_numpy() < 300
        pd.testing.assert_frame_equal(soon[near], searched[near])
        assert soon["drive_minutes"].notna().sum() == near.sum()
        assert soon["drive_reason"].tolist() == searched["drive_reason"].tolist()
        for before, after in zip(searched.iterrows(), soon.iterrows(), strict=True):
            assert describe_drive(after[1]) == describe_drive(before[1])


def test_drives_over_five_hours_stand_by_distance_whether_or_not_they_are_known(finder, drives):
    place = finder.find("Key West, FL").place
    ahead = ClinicDrives(Router(share_roads(), None), CLINICS)
    ahead.work_out_ahead([place.latitude], [place.longitude])
    index = build_index(CLINICS)
    before, after = (
        search_with_drives(
            CLINICS, index, place, lambda held=held: held, by_minutes=True, limit=len(CLINICS)
        ).clinics
        for held in (drives, ahead)
    )

    assert before["clinic_id"].tolist() == after["clinic_id"].tolist()
    told = before["drive_minutes"].le(300)
    unknown = before["drive_reason"].ne("") | before["drive_method"].eq("")
    groups = unknown * 2 + (~told & ~unknown) * 1
    assert groups.is_monotonic_increasing
    assert groups.value_counts().gt(5).tolist() == [True] * 3
    assert before.loc[told, "drive_minutes"].is_monotonic_increasing
    for group in (1, 2):
        assert before.loc[groups == group, "distance_miles"].is_monotonic_increasing


def test_settings_that_are_wrong_are_told_with_drives_worked_out_ahead_too(finder):
    place = finder.find("Lansing, MI").place
    ahead = ClinicDrives(Router(share_roads(), None, "roads.toml is wrong."), CLINICS.head(40))
    assert ahead.drive_from(place).told == "roads.toml is wrong."
    ahead.work_out_ahead([place.latitude], [place.longitude])
    assert ahead.drive_from(place).told == "roads.toml is wrong."


def test_a_table_that_would_be_too_large_is_not_made(monkeypatch, drives, finder):
    monkeypatch.setattr(drive_table, "MOST_BYTES", 10)
    place = finder.find("Lansing, MI").place
    small = ClinicDrives(Router(share_roads(), None), CLINICS)
    small.work_out_ahead([place.latitude], [place.longitude])

    pd.testing.assert_frame_equal(
        tabulate(small.drive_from(place)), tabulate(drives.drive_from(place))
    )


def test_what_is_no_longer_in_use_is_not_worked_out(monkeypatch):
    worked = []
    monkeypatch.setattr(working_ahead, "_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(
        ClinicDrives, "work_out_ahead", lambda _self, *points: worked.append(points)
    )
    drives = ClinicDrives(Router(share_roads(), None), CLINICS.head(3))
    kept = working_ahead.weakref.ref(drives)
    working_ahead._work_out(kept)
    assert len(worked) == 1
    assert len(worked[0][0]) > 33_000

    del drives
    gc.collect()
    working_ahead._work_out(kept)
    assert len(worked) == 1


@pytest.mark.parametrize(
    "place", [place_at(30.0, -60.0), place_at(48.85, 2.35), place_at(19.43, -99.13)]
)
def test_a_point_off_the_land_gets_straight_lines_and_a_sentence(find, place):
    found = find(place, within_minutes=60.0, by_minutes=True, limit=4)

    assert found.drive_fault.count(".") >= 1
    assert "\n" not in found.drive_fault
    assert found.within_minutes is None
    assert len(found.clinics) == 4
    assert found.clinics["distance_miles"].is_monotonic_increasing
    assert "drive_minutes" not in found.clinics


def test_damaged_roads_leave_straight_lines(finder):
    def fail():
        raise SourceError("data/reference/roads_edges.parquet is damaged.")

    place = finder.find("Lansing, MI").place
    found = search_with_drives(CLINICS, build_index(CLINICS), place, fail, within_minutes=30.0)

    assert found.drive_fault == "data/reference/roads_edges.parquet is damaged."
    assert len(found.clinics) == 10


def test_a_state_has_no_drives(find):
    found = find("Ohio", within_minutes=30.0)

    assert found.drive_fault == ""
    assert "drive_minutes" not in found.clinics


def test_the_range_widens_with_what_is_not_known_of_the_place(drives, finder):
    place = finder.find("Lansing, MI").place
    exact, wide = (
        drives.drive_from(dataclasses.replace(place, radius_miles=miles)) for miles in (0.0, 20.0)
    )
    near = exact["drive_minutes"] < 120
    assert (wide["drive_low"][near] <= exact["drive_low"][near]).all()
    assert (wide["drive_high"][near] > exact["drive_high"][near]).all()


def test_an_engine_of_ones_own_is_asked_and_where_it_fails_the_list_stays(finder, tmp_path):
    index = build_index(CLINICS)
    place = finder.find("60601").place
    with serve(OsrmService((36.9, -91.6, 42.6, -87.4))) as osrm:
        (tmp_path / "roads.toml").write_text(f'engine = "osrm"\nurl = "{osrm.url}"\n')
        router = open_router(share_roads(), tmp_path, patients=True)
        asked = ClinicDrives(router, CLINICS)
        found = search_with_drives(CLINICS, index, place, lambda: asked, limit=5)
        osrm.faults.append(HTML)
        fallen = search_with_drives(CLINICS, index, place, lambda: asked, limit=5)
        count = len(osrm.requests)
        soon = search_with_drives(CLINICS, index, place, lambda: asked, told_only=True, limit=5)
        assert len(osrm.requests) == count + 1  # those within reach, not the country's
    ours = ClinicDrives(Router(share_roads(), None), CLINICS)
    plain = search_with_drives(CLINICS, index, place, lambda: ours, limit=5)

    assert found.drive_remark == ""
    assert set(found.clinics["drive_method"]) == {"service"}
    first = found.clinics.iloc[-1]
    assert first["drive_low"] < first["drive_minutes"] < first["drive_high"]
    assert "something that is no JSON" in fallen.drive_remark
    assert fallen.drive_fault == ""
    pd.testing.assert_frame_equal(soon.clinics, found.clinics)
    pd.testing.assert_frame_equal(fallen.clinics, plain.clinics)


def test_long_drives_count_where_their_range_may_begin_within_what_is_asked(finder, drives):
    place = finder.find("Miles City, MT").place
    index, every = build_index(CLINICS), tabulate(drives.drive_from(place))
    low = every["drive_low"][every["drive_minutes"] > 300]
    shown = CLINICS["status"].isin(["open", "unconfirmed"]) & CLINICS["treatments"].ne("at_home")
    for minutes in (float(low[shown].min()) + 0.1, 60.0, 900.0):
        found = search_with_drives(
            CLINICS, index, place, lambda: drives, within_minutes=minutes, by_minutes=True
        )
        inside = shown & (every["drive_low"] <= minutes)
        outside = every.loc[shown & (every["drive_low"] > minutes), "drive_minutes"]

        assert set(found.clinics["clinic_id"]) == set(CLINICS.loc[inside, "clinic_id"])
        assert found.nearest_outside["drive_minutes"] == outside.min()


@pytest.mark.parametrize("told_only", [False, True])
def test_a_release_in_which_no_clinic_has_a_point_has_no_drives(finder, told_only):
    nowhere = CLINICS.head(3).assign(latitude=np.nan, longitude=np.nan)
    drives = ClinicDrives(Router(share_roads(), None), nowhere)
    found = tabulate(drives.drive_from(finder.find("Lansing, MI").place, told_only=told_only))

    assert found["drive_minutes"].isna().all()
    assert found["drive_reason"].eq("").all()
