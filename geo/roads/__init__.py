"""Drive time by road, offline: minutes without traffic with their range, miles, isochrones.

`load_roads` makes the highways ready, `join_points` joins points to them, and `drive_pairs`,
`drive_to_all`, `drive_matrix` and `find_isochrones` answer; `open_router` gives the same by an
operator's own engine where there is one. How it is estimated, and how well, stands in
`geo/roads/README.md`. Whatever comes from here is made from OpenStreetMap: name `ATTRIBUTION`.
"""

from geo.reference.road_tables import ATTRIBUTION
from geo.roads.driving import drive_matrix, drive_pairs, drive_rows, drive_to_all
from geo.roads.joining import Joins, join_points, on_land
from geo.roads.network import Roads, load_roads
from geo.roads.routing import SERVICE, Router, open_router
from geo.roads.ways import may_reach

__all__ = [
    "ATTRIBUTION",
    "SERVICE",
    "Joins",
    "Roads",
    "Router",
    "drive_matrix",
    "drive_pairs",
    "drive_rows",
    "drive_to_all",
    "join_points",
    "load_roads",
    "may_reach",
    "on_land",
    "open_router",
]
