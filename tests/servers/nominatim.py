"""Nominatim's replies as a real server gave them (5.3): houses, lines of numbers, streets, towns."""

from tests.servers.loopback import Service, json_reply


def place(latitude, longitude, number="", *, kind=("node", "place", "house"), **facts):
    """Return a place of a reply; `kind` is its osm_type, class and type."""
    osm_type, category, type_ = kind
    parts = {
        "road": "West Main Street",
        "city": "Boise",
        "county": "Ada County",
        "state": "Idaho",
        "postcode": "83702",
        "country": "United States",
        "country_code": "us",
    } | facts
    if number:
        parts["house_number"] = number
    reach = 0.00005 if number else 0.006
    return {
        "place_id": 100011,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": osm_type,
        "osm_id": 131,
        "lat": f"{latitude:.7f}",
        "lon": f"{longitude:.7f}",
        "class": category,
        "type": type_,
        "place_rank": 30 if number else 26,
        "importance": 9.99999999995449e-06,
        "addresstype": category,
        "name": "",
        "display_name": ", ".join(filter(None, [number, parts["road"], parts["city"]])),
        "address": parts,
        "boundingbox": [
            f"{latitude - reach:.7f}",
            f"{latitude + reach:.7f}",
            f"{longitude - reach:.7f}",
            f"{longitude + reach:.7f}",
        ],
    }


NODE = ("node", "place", "house")
BUILDING = ("way", "building", "yes")
ON_A_LINE = ("way", "place", "house")
ROAD = ("way", "highway", "residential")
TOWN = ("relation", "boundary", "administrative")


class NominatimService(Service):
    """Answers by the street at the beginning of what is asked for."""

    def __init__(self, known):
        super().__init__()
        self.known = known  # street as asked -> list of places

    def answer(self, request):
        assert request.path == "/search"
        assert request.query["format"] == "json"
        return json_reply(self.known.get(request.query["q"].split(",")[0], []))
