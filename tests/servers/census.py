"""The US Census geocoder as it was recorded: single addresses in JSON, batches in quoted CSV."""

import csv
import io
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP

from tests.servers.loopback import Reply, Service, json_reply


@dataclass(frozen=True)
class Known:
    """An address the service knows; two of one street and ZIP tie."""

    street: str
    city: str
    state: str
    zip: str
    latitude: float
    longitude: float
    is_exact: bool = True

    @property
    def label(self):
        return f"{self.street}, {self.city}, {self.state}, {self.zip}".upper()


class CensusService(Service):
    """Knows the addresses in `known`, by the street that is asked for."""

    def __init__(self, known):
        super().__init__()
        self.known = known  # street as asked, in capitals -> list of Known

    def answer(self, request):
        if request.query.get("benchmark", "Public_AR_Current") != "Public_AR_Current":
            return json_reply(
                {"errors": ["Specified benchmark was not found"], "status": "400"}, 400
            )
        if request.path.endswith("/addressbatch"):
            return self._answer_batch(request)
        if request.path.endswith("/onelineaddress"):
            street = request.query["address"].split(",")[0]
        else:
            street = request.query.get("street", "")
            if not street:
                return json_reply(
                    {"errors": ["Street address cannot be empty"], "status": "400"}, 400
                )
        matches = [_match(one) for one in self.known.get(street.upper(), [])]
        given = {"address": request.query, "benchmark": {"benchmarkName": "Public_AR_Current"}}
        return json_reply({"result": {"input": given, "addressMatches": matches}})

    def _answer_batch(self, request):
        form = _read_form(request)
        assert form["benchmark"].decode() == "Public_AR_Current"
        reply = io.StringIO(newline="")
        writer = csv.writer(reply, quoting=csv.QUOTE_ALL, lineterminator="\n")
        rows = list(csv.reader(io.StringIO(form["addressFile"].decode(), newline="")))
        rows = rows[1::2] + rows[::2][::-1]  # the service answers in an order of its own
        for number, street, city, state, zip_code in rows:
            asked = f"{street}, {city}, {state}, {zip_code}"
            found = self.known.get(street.upper(), [])
            if len(found) == 1:
                one = found[0]
                exactness = "Exact" if one.is_exact else "Non_Exact"
                point = f"{one.longitude},{one.latitude}"
                writer.writerow(
                    [number, asked, "Match", exactness, one.label, point, "763559", "L"]
                )
            else:
                writer.writerow([number, asked, "Tie" if found else "No_Match"])
        return Reply(reply.getvalue().encode(), kind="text/csv")


def _match(one):
    street = one.street.split(" ")
    return {
        "tigerLine": {"side": "L", "tigerLineId": "76355984"},
        "coordinates": {"x": one.longitude, "y": one.latitude},
        "addressComponents": {
            "zip": one.zip,
            "streetName": " ".join(street[1:-1]).upper(),
            "preType": "",
            "city": one.city.upper(),
            "preDirection": "",
            "suffixDirection": "",
            "fromAddress": "4600",
            "state": one.state,
            "suffixType": street[-1].upper(),
            "toAddress": "4700",
            "suffixQualifier": "",
            "preQualifier": "",
        },
        "matchedAddress": one.label,
    }


def _read_form(request):
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in message.iter_parts()
    }
