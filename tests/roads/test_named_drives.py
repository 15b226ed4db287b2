"""Drives that people know, over every kind of place where the map of highways was wrong."""

import numpy as np
import pytest
import shapely

from geo.reference.crossings import NOT_DRIVEN, read_crossings
from geo.reference.road_tables import load_road_tables
from geo.roads import drive_pairs, drive_to_all, join_points
from geo.units import geodesic_miles

# From, to, what published road atlases and timetables say in miles, and how far off we may be.
BY_ROAD = {
    "Muskegon-Milwaukee, around the lake": ((43.2342, -86.2484), (43.0389, -87.9065), 280, 0.12),
    "Cape Charles-Norfolk, by the tunnel": ((37.2679, -76.0174), (36.8508, -76.2859), 40, 0.25),
    "Bremerton-Seattle, by Tacoma": ((47.5673, -122.6326), (47.6062, -122.3321), 65, 0.12),
    "Key West-Miami": ((24.5551, -81.7800), (25.7617, -80.1918), 163, 0.08),
    "Ouray-Telluride, not over the pass": ((38.0228, -107.6714), (37.9375, -107.8123), 49, 0.2),
    "Leadville-Aspen, in winter": ((39.2508, -106.2925), (39.1911, -106.8175), 127, 0.1),
    "Twin Lakes-Aspen, in winter": ((39.0820, -106.3820), (39.1911, -106.8175), 149, 0.1),
    "Crested Butte-Aspen, no pass": ((38.8697, -106.9878), (39.1911, -106.8175), 210, 0.12),
    "Estes Park-Grand Lake, in winter": ((40.3772, -105.5217), (40.2522, -105.8231), 137, 0.15),
    "St Ignatius-Condon, around": ((47.3180, -114.0950), (47.5270, -113.7180), 105, 0.15),
    "Skykomish-Snoqualmie Pass, around": ((47.7090, -121.3600), (47.4200, -121.4100), 90, 0.15),
    "Winter Park-Nederland, by Berthoud Pass": ((39.8917, -105.763), (39.9614, -105.511), 67, 0.15),
    "Lake City-Ouray, not over the passes": ((38.03, -107.3153), (38.0228, -107.6714), 138, 0.1),
    "Leadville-Fairplay, not over the pass": ((39.2508, -106.2925), (39.2247, -106.002), 62, 0.1),
    "West Point-Garrison, by the bridge": ((41.3915, -73.956), (41.3817, -73.9473), 11, 0.4),
    "Silverton-Durango, on US 550": ((37.8119, -107.6645), (37.2753, -107.8801), 48, 0.1),
    "Silverton-Ouray, on US 550": ((37.8119, -107.6645), (38.0228, -107.6714), 23, 0.1),
    "Cooke City-Gardiner, through the park": ((45.0197, -109.934), (45.0319, -110.7058), 56, 0.1),
    "Deer Isle-Blue Hill": ((44.2245, -68.6775), (44.414, -68.587), 17, 0.2),
    "South Hero-Burlington": ((44.646, -73.303), (44.4759, -73.2121), 20, 0.15),
    "Tahoma-Tahoe City": ((39.067, -120.129), (39.168, -120.143), 9, 0.2),
    "Silver Bay-Grand Marais": ((47.2943, -91.2574), (47.7504, -90.3343), 54, 0.13),
    "Sault Ste Marie-St Ignace": ((46.4953, -84.3453), (45.8661, -84.7275), 52, 0.1),
    "El Paso-Las Cruces": ((31.7619, -106.4850), (32.3199, -106.7637), 46, 0.12),
    "Detroit-Port Huron": ((42.3314, -83.0458), (42.9709, -82.4249), 61, 0.1),
    "Detroit-Buffalo, through Ohio": ((42.3314, -83.0458), (42.8864, -78.8784), 365, 0.08),
    "San Juan-Ponce": ((18.4655, -66.1057), (18.0111, -66.6141), 73, 0.12),
    "Anchorage-Fairbanks": ((61.2181, -149.9003), (64.8378, -147.7164), 359, 0.1),
    "Anchorage-Kenai": ((61.2181, -149.9003), (60.5544, -151.2583), 158, 0.12),
    "Auke Bay-Juneau": ((58.3827, -134.6400), (58.3019, -134.4197), 12, 0.2),
    "Manteo-Hatteras": ((35.9082, -75.6757), (35.2190, -75.6900), 61, 0.15),
    "Oakland-San Francisco": ((37.8044, -122.2712), (37.7749, -122.4194), 12, 0.35),
    "New Orleans-Mandeville": ((29.9511, -90.0715), (30.3582, -90.0656), 36, 0.12),
    "Conway-Little Rock": ((35.0887, -92.4421), (34.7465, -92.2896), 31, 0.1),
    "Lewes-Cape May, not by the ferry": ((38.7746, -75.1393), (38.9351, -74.9060), 170, 0.15),
    "Orient-New London, not by the ferry": ((41.1390, -72.3031), (41.3557, -72.0995), 205, 0.15),
    "Hilo-Kona": ((19.7074, -155.0885), (19.6400, -155.9969), 77, 0.15),
}
NO_DRIVE = {
    "Juneau-Anchorage": ((58.3019, -134.4197), (61.2181, -149.9003), "ferry"),
    "Nantucket-Hyannis": ((41.2835, -70.0995), (41.6525, -70.2881), "ferry"),
    "Friday Harbor-Seattle": ((48.5343, -123.0171), (47.6062, -122.3321), "ferry"),
    "Lihue-Honolulu": ((21.9811, -159.3711), (21.3069, -157.8583), "no_road"),
    "San Juan-Miami": ((18.4655, -66.1057), (25.7617, -80.1918), "no_road"),
    "Point Roberts-Bellingham": ((48.9855, -123.0780), (48.7519, -122.4787), "through_canada"),
    "Anchorage-Seattle": ((61.2181, -149.9003), (47.6062, -122.3321), "through_canada"),
    "Haines-Skagway": ((59.2358, -135.445), (59.4583, -135.3139), "through_canada"),
    "Stehekin-Chelan": ((48.3093, -120.6567), (47.8407, -120.0165), "far_from_road"),
    "Anderson Island-Tacoma": ((47.156, -122.707), (47.2529, -122.4443), "ferry"),
    "Swans Island-Bar Harbor": ((44.1451, -68.4517), (44.3876, -68.2039), "ferry"),
    "Kelleys Island-Sandusky": ((41.6008, -82.7068), (41.4489, -82.708), "ferry"),
    "North Rim-Grand Canyon": ((36.2104, -112.0580), (36.0544, -112.1401), "far_from_road"),
    "Nome-Anchorage": ((64.5011, -165.4064), (61.2181, -149.9003), "far_from_road"),
}


def drive(network, pairs):
    points = np.array([(*one, *other) for one, other in pairs])
    ends = (join_points(network, *points[:, half].T) for half in (slice(0, 2), slice(2, 4)))
    return drive_pairs(network, *ends)


def test_drives_are_as_long_as_people_know_them(network):
    drives = drive(network, [row[:2] for row in BY_ROAD.values()]).assign(name=list(BY_ROAD))
    told = np.array([row[2] for row in BY_ROAD.values()])
    off = (drives["miles"] / told - 1).abs()

    assert drives["reason"].eq("").all()
    assert (
        drives[off > [row[3] for row in BY_ROAD.values()]][["name", "miles"]].to_dict("records")
        == []
    )
    assert (drives["low"] < drives["minutes"]).all()
    assert (drives["minutes"] < drives["high"]).all()
    mph = drives["miles"] / drives["minutes"] * 60
    assert mph.between(25, 70).all()


@pytest.mark.parametrize("name", NO_DRIVE)
def test_where_no_road_leads_the_reason_is_said(network, name):
    one, other, reason = NO_DRIVE[name]
    drives = drive(network, [(one, other), (other, one)])

    assert drives["reason"].tolist() == [reason, reason]
    assert drives[["minutes", "low", "high", "miles"]].isna().all(axis=None)


def test_every_crossing_is_driven_and_every_ferry_is_not(network):
    rows = read_crossings()
    rows = rows[rows["kind"] != "closed"].reset_index(drop=True)
    ends = ["from_latitude", "from_longitude", "to_latitude", "to_longitude"]
    points = rows[ends].to_numpy()
    drives = drive(network, list(zip(points[:, :2], points[:, 2:], strict=True)))
    driven = ~rows["kind"].isin(NOT_DRIVEN)
    km = drives["miles"] * 1.609344
    # The ends are near the highways, not on them; a bridge that lacks is a way round of hours.
    missed = driven & ~(km < rows["km"] * 1.6 + 12)
    short = ~driven & (km < rows["km"] * 0.9)

    assert rows.loc[missed, "name"].tolist() == []
    assert rows.loc[short & (rows["km"] > 3), "name"].tolist() == []
    assert driven.sum() > 200


def test_a_closed_line_cuts_no_highway_that_ships():
    tables = load_road_tables()
    ends = tables.points[:, ::-1]
    closed = read_crossings().query("kind == 'closed'")
    lines = closed[["from_longitude", "from_latitude", "to_longitude", "to_latitude"]].to_numpy()
    driven = tables.kind == 0
    both = np.stack((ends[tables.start[driven]], ends[tables.end[driven]]), axis=1)
    edges = shapely.linestrings(both)
    cut = shapely.STRtree(edges).query(
        shapely.linestrings(lines.reshape(-1, 2, 2)), predicate="intersects"
    )

    assert cut.size == 0


def test_nothing_drives_straight_across_a_closed_pass(network):
    closed = read_crossings().query("kind == 'closed'")
    here = closed[["from_latitude", "from_longitude"]].to_numpy()
    there = closed[["to_latitude", "to_longitude"]].to_numpy()
    middle, along = (here + there) / 2, there - here
    aside = np.column_stack((-along[:, 1], along[:, 0]))
    aside *= 0.02 / np.linalg.norm(aside, axis=1, keepdims=True)
    drives = drive(network, list(zip(middle - aside, middle + aside, strict=True)))

    straight = geodesic_miles(*(middle - aside).T, *(middle + aside).T)
    assert len(closed) >= 47
    assert ((drives["miles"] > 2 * straight) | drives["reason"].ne("")).all()


@pytest.mark.parametrize("beside", [(47.495, -121.787), (47.49, -121.82)])
def test_a_way_round_is_the_quickest_whatever_is_asked_beside_it(network, beside):
    around, after = BY_ROAD["Skykomish-Snoqualmie Pass, around"][:2]
    here, there = (join_points(network, *np.transpose([point])) for point in (around, after))
    minutes, miles = drive_to_all(network, here, there)
    found = drive(network, [(around, after), (around, beside)]).loc[0]

    assert [found["minutes"], found["miles"]] == pytest.approx([minutes[0], miles[0]])


def test_the_same_point_is_no_drive_and_order_does_not_matter(network):
    chicago, milwaukee = (41.88, -87.63), (43.0389, -87.9065)
    drives = drive(network, [(chicago, chicago), (chicago, milwaukee), (milwaukee, chicago)])

    assert drives.loc[0, ["minutes", "miles"]].tolist() == [0.0, 0.0]
    assert drives.loc[1, "minutes"] == pytest.approx(drives.loc[2, "minutes"], rel=1e-4)
