"""OSRM 26.10 and Valhalla 3.9.1 as they were recorded, on roads that are straight lines."""

import json

import numpy as np

from geo.units import METRES_PER_MILE, geodesic_miles
from tests.servers.loopback import Reply, Service, json_reply

MILES_A_MINUTE = 0.8


def to_html(_):
    return Reply(b"<html><body>502 Bad Gateway</body></html>", kind="text/html")


def change(path, value):
    """Return a fault that sets a value in the right reply, `path` leading to it."""

    def change_reply(reply):
        document = json.loads(reply.body)
        held = document
        for step in path[:-1]:
            held = held[step]
        held[path[-1]] = value
        return json_reply(document)

    return change_reply


class RoadService(Service):
    """Knows points within a box: south, west, north, east; others are off its roads."""

    def __init__(self, box=(-90, -180, 90, 180)):
        super().__init__()
        self.box = box

    def is_off(self, points):
        south, west, north, east = self.box
        lat, lon = points.T
        return (lat < south) | (lat > north) | (lon < west) | (lon > east)

    def measure(self, origins, targets):
        return geodesic_miles(
            origins[:, np.newaxis, 0], origins[:, np.newaxis, 1], targets[:, 0], targets[:, 1]
        )


class OsrmService(RoadService):
    """`/table`; a point off its roads is moved to them, however far."""

    most_pairs = 10_000

    def answer(self, request):
        service, version, _, places = request.path.strip("/").split("/")
        assert (service, version) == ("table", "v1")
        assert request.query["exclude"] == "ferry"
        points = np.array([place.split(",") for place in places.split(";")], dtype=float)[:, ::-1]
        origins, targets = (
            points[[int(row) for row in request.query[name].split(";")]]
            for name in ("sources", "destinations")
        )
        if len(origins) * len(targets) > self.most_pairs:
            return json_reply({"code": "TooBig", "message": "Too many table coordinates"}, 400)
        miles = self.measure(origins, targets)
        return json_reply(
            {
                "code": "Ok",
                "distances": (miles * METRES_PER_MILE).round(1).tolist(),
                "durations": (miles / MILES_A_MINUTE * 60).round(1).tolist(),
                "sources": self._move(origins),
                "destinations": self._move(targets),
            }
        )

    def _move(self, points):
        return [
            {"distance": 90_000.5 if off else 12.5, "name": "Main", "location": [lon, lat]}
            for (lat, lon), off in zip(points.tolist(), self.is_off(points), strict=True)
        ]


class ValhallaService(RoadService):
    """`/locate`, `/sources_to_targets`, `/isochrone`; one refused point refuses a matrix."""

    most_pairs = 2_500
    most_miles = 248.5
    island = None  # (latitude, longitude) on roads that lead nowhere else

    def answer(self, request):
        asked = json.loads(request.query["json"])
        if request.path == "/locate":
            points = self._read(asked["locations"])
            edge = {"way_id": 1, "correlated_lat": 1.0, "correlated_lon": 1.0}
            return json_reply(
                [
                    {
                        "input_lat": lat,
                        "input_lon": lon,
                        "edges": [] if off else [edge],
                        "nodes": [],
                    }
                    for (lat, lon), off in zip(points.tolist(), self.is_off(points), strict=True)
                ]
            )
        if request.path == "/sources_to_targets":
            return self._answer_matrix(asked)
        (contour,) = asked["contours"]
        if contour["time"] > 120:
            return self._refuse(151, "Exceeded max time: 120")
        ((lat, lon),) = self._read(asked["locations"]).tolist()
        side = contour["time"] / 100
        ring = [(-side, -side), (side, -side), (side, side), (-side, side), (-side, -side)]
        shape = {"type": "Polygon", "coordinates": [[[lon + x, lat + y] for x, y in ring]]}
        facts = {"contour": contour["time"], "metric": "time", "fill": "#bf4040"}
        feature = {"type": "Feature", "properties": facts, "geometry": shape}
        return json_reply({"type": "FeatureCollection", "features": [feature]})

    def _answer_matrix(self, asked):
        origins, targets = self._read(asked["sources"]), self._read(asked["targets"])
        assert asked["units"] == "miles"
        assert asked["costing_options"][asked["costing"]]["exclude_ferries"] is True
        if len(origins) * len(targets) > self.most_pairs:
            return self._refuse(150, "Exceeded max locations: 2500")
        miles = self.measure(origins, targets)
        if miles.max() > self.most_miles:
            return self._refuse(154, "Path distance exceeds the max distance limit: 400000 meters")
        if self.is_off(np.concatenate((origins, targets))).any():
            return self._refuse(171, "No suitable edges near location")
        alone = [
            np.all(np.isclose(side, self.island or np.nan), axis=1) for side in (origins, targets)
        ]
        if np.any(alone[0][:, np.newaxis] != alone[1]):
            return self._refuse(170, "Locations are in unconnected regions.")
        numbers = {
            "durations": (miles / MILES_A_MINUTE * 60).round().astype(int).tolist(),
            "distances": miles.round(3).tolist(),
        }
        return json_reply(
            {
                "sources_to_targets": numbers,
                "units": "miles",
                "algorithm": "costmatrix",
                "warnings": [{"code": 208, "text": "Hard exclusions are not allowed"}],
            }
        )

    def _refuse(self, code, error):
        reply = {"error_code": code, "error": error, "status_code": 400, "status": "Bad Request"}
        return json_reply(reply, 400)

    def _read(self, places):
        return np.array([(place["lat"], place["lon"]) for place in places])
