"""The sites of `clinic_sites`, and the services that know some of their clinics, behind one proxy.

Each service speaks as it was recorded: the NPI Registry, SAMHSA's FindTreatment and Overpass. `PLACES`
are the points of the towns, which the latter two are asked around.
"""

import re

from geo.enriching import enriching_run
from geo.fetching.client import Client
from tests.servers.clinic_sites import CLINICS, TRUTH, ClinicSites
from tests.servers.loopback import json_reply

HOSTS = {
    "npi_registry": "npiregistry.cms.hhs.gov",
    "samhsa": "findtreatment.gov",
    "osm": "overpass-api.de",
}
PLACES = {
    "Salem": (44.94, -123.04), "Austin": (30.27, -97.74), "Houston": (29.76, -95.37),
    "Denver": (39.74, -104.99), "Chicago": (41.88, -87.63), "Boise": (43.62, -116.2),
    "Seattle": (47.61, -122.33), "Phoenix": (33.45, -112.07), "Atlanta": (33.75, -84.39),
    "Miami": (25.77, -80.19), "Boston": (42.36, -71.06), "Columbus": (39.96, -83.0),
    "St. Louis": (38.63, -90.2), "Nashville": (36.16, -86.78), "Raleigh": (35.78, -78.64),
    "Portland": (43.66, -70.26), "Littleton": (39.61, -105.02),
}  # fmt: skip
KNOWN_TO = {"npi_registry": ("marked", "tower"), "samhsa": ("micro",), "osm": ("element",)}
"""By service, how the ids of the clinics begin that it knows."""

_FAR_DEGREES = 1.0


def list_known(service):
    """Return what a service knows: the clinic as it is listed, and the facts of its own site."""
    return [
        (clinic, TRUTH[clinic["clinic_id"]])
        for clinic in CLINICS
        if clinic["clinic_id"].startswith(KNOWN_TO[service])
    ]


class PlainClient(Client):
    """Asks https addresses by http, as a proxy on loopback can answer them."""

    def fetch(self, url, **more):
        return super().fetch(url.replace("https://", "http://", 1), **more)


class FoundServices(ClinicSites):
    """The proxy."""

    def answer(self, request):
        host = request.headers["host"]
        if host == HOSTS["npi_registry"]:
            return self._answer_registry(request.query)
        if host == HOSTS["samhsa"]:
            return self._answer_samhsa(request.query)
        if host == HOSTS["osm"]:
            return self._answer_overpass(request.query["data"])
        return super().answer(request)

    def _answer_registry(self, query):
        begins = query["organization_name"]
        if not begins.endswith("*") or len(begins) < 3:
            error = {"description": "too short", "field": "organization_name", "number": "04"}
            return json_reply({"Errors": [error]})
        results = [
            {
                "number": str(1_000_000_000 + at),
                "enumeration_type": "NPI-2",
                "basic": {
                    "organization_name": f"{clinic['name'].upper()} LLC",
                    "status": "A",
                    "last_updated": "2026-01-02",
                },
                "addresses": [
                    {
                        "address_purpose": "LOCATION",
                        "address_1": truth["street"].upper(),
                        "address_2": truth.get("unit", "").upper(),
                        "city": clinic["city"].upper(),
                        "state": clinic["state"],
                        "postal_code": f"{truth['zip']}0000",
                        "country_code": "US",
                        "telephone_number": f"{truth['phone'][2:5]}-{truth['phone'][5:8]}-"
                        f"{truth['phone'][8:]}",
                    }
                ],
                "other_names": [],
                "taxonomies": [],
                "practiceLocations": [],
            }
            for at, (clinic, truth) in enumerate(list_known("npi_registry"))
            if clinic["name"].lower().startswith(begins[:-1]) and clinic["state"] == query["state"]
        ]
        return json_reply({"result_count": len(results), "results": results})

    def _answer_samhsa(self, query):
        around = [float(part) for part in query["sAddr"].strip('"').split(",")]
        rows = [
            {
                "frid": f"f-{clinic['clinic_id']}",
                "name1": clinic["name"],
                "name2": "",
                "street1": truth["street"],
                "street2": truth.get("unit", ""),
                "city": clinic["city"],
                "state": clinic["state"],
                "zip": truth["zip"],
                "phone": truth["phone"][2:],
                "website": clinic["website"],
                "latitude": str(PLACES[clinic["city"]][0]),
                "longitude": str(PLACES[clinic["city"]][1]),
                "services": [],
            }
            for clinic, truth in list_known("samhsa")
            if _is_near(around, PLACES[clinic["city"]])
        ]
        return json_reply({"recordCount": len(rows), "totalPages": 1, "page": 1, "rows": rows})

    def _answer_overpass(self, data):
        words = re.search(r'"name"~"([a-z0-9 ]+)",i', data)[1]
        around = [
            float(part) for part in re.search(r"around:[\d.]+,([-\d.]+),([-\d.]+)", data).groups()
        ]
        elements = [
            {
                "type": "node",
                "id": 100 + at,
                "lat": PLACES[clinic["city"]][0],
                "lon": PLACES[clinic["city"]][1],
                "timestamp": "2026-05-01T00:00:00Z",
                "tags": {
                    "amenity": "clinic",
                    "name": clinic["name"],
                    "addr:housenumber": truth["street"].split(" ", 1)[0],
                    "addr:street": truth["street"].split(" ", 1)[1],
                    "addr:unit": truth.get("unit", ""),
                    "addr:city": clinic["city"],
                    "addr:state": clinic["state"],
                    "addr:postcode": truth["zip"],
                    "phone": truth["phone"],
                },
            }
            for at, (clinic, truth) in enumerate(list_known("osm"))
            if words in clinic["name"].lower() and _is_near(around, PLACES[clinic["city"]])
        ]
        base = {"timestamp_osm_base": "2026-11-20T00:00:00Z", "copyright": "ODbL"}
        return json_reply({"version": 0.6, "osm3s": base, "elements": elements})


def _is_near(one, other):
    return max(abs(first - second) for first, second in zip(one, other, strict=True)) < _FAR_DEGREES


def main():
    """Run the command line, whose filling in asks plainly."""
    from geo.cli import app  # noqa: PLC0415

    enriching_run.Client = PlainClient
    app()


if __name__ == "__main__":
    main()
