"""The services that a refresh asks, behind one address on 127.0.0.1, week by week."""

from urllib.parse import urlsplit

from geo.sources import descriptors, replies
from tests.servers.loopback import Service, json_reply

_GET = replies.get_bytes


class Services(Service):
    """Answers as the NPI Registry, FindTreatment and Overpass do.

    `down` names those that fail, `organisations`, `facilities` and `elements` what they hold.
    """

    def __init__(self):
        super().__init__()
        self.down = {}
        self.organisations, self.facilities, self.elements = [], [], []

    def answer(self, request):
        _, source, *_rest = request.path.split("/")
        if source in self.down:
            return json_reply({}, self.down[source])
        if source == "npi_registry":
            held = self.organisations if request.query["organization_name"] == "ketamine*" else []
            return json_reply({"result_count": len(held), "results": held})
        if source == "samhsa":
            held = self.facilities
            return json_reply({"page": 1, "totalPages": 1, "recordCount": len(held), "rows": held})
        return json_reply(
            {"osm3s": {"timestamp_osm_base": "2026-11-28T00:00:00Z"}, "elements": self.elements}
        )


def point_at(url, patches):
    """Let all services be those at an address on this machine."""
    hosts = {
        urlsplit(source.service).hostname: name
        for name, source in descriptors.list_services().items()
    }

    def get_here(asked):
        parts = urlsplit(asked)
        here = f"{url}/{hosts[parts.hostname]}{parts.path}?{parts.query}"
        return _GET(here, lambda _: None, trusted=True)

    patches.setattr(replies, "get_bytes", get_here)


def organise(number, name, city="SEATTLE", state="WA", **place):
    """Return an organisation as the NPI Registry has it."""
    return {
        "number": number,
        "enumeration_type": "NPI-2",
        "basic": {"organization_name": name, "last_updated": "2026-11-20", "status": "A"},
        "addresses": [
            {
                "country_code": "US",
                "address_purpose": "LOCATION",
                "address_1": "100 MAIN ST",
                "city": city,
                "state": state,
                "postal_code": "98101",
                "telephone_number": "206-555-0100",
            }
            | place
        ],
        "taxonomies": [{"code": "261QM0801X", "primary": True}],
    }


def facility(number, name, **changes):
    """Return a facility as FindTreatment has it."""
    return {
        "frid": number,
        "name1": name,
        "name2": "",
        "street1": "12 Ocean Dr",
        "street2": "",
        "city": "Galveston",
        "state": "TX",
        "zip": "77550",
        "phone": "409-555-0103",
        "intake1": "",
        "website": "http://",
        "latitude": "29.30",
        "longitude": "-94.79",
        "typeFacility": "MH",
        "services": [{"f1": "Pharmacotherapies", "f2": "KIT", "f3": "Ketamine Infusion Therapy"}],
    } | changes


def element(number, name, **tags):
    """Return an element as Overpass has it."""
    return {
        "type": "node",
        "id": number,
        "lat": 35.2,
        "lon": -101.83,
        "timestamp": "2026-11-03T04:05:06Z",
        "tags": {
            "amenity": "clinic",
            "name": name,
            "addr:housenumber": "3",
            "addr:street": "Polk St",
            "addr:city": "Amarillo",
            "addr:state": "TX",
            "addr:postcode": "79101",
        }
        | tags,
    }
