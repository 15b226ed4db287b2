"""Medicare's payments: grouped by address, no individual's name, whatever the file is written like."""

import csv
import functools
import gzip
import io
import json
import tracemalloc
import zipfile

import pytest

from geo.errors import SourceError
from geo.sources import medicare
from geo.sources.medicare import payment_rows
from geo.sources.medicare.paid_addresses import CODES
from geo.sources.replies import get_bytes
from tests.handmade.payments import HEADING, row, write_payments, write_text
from tests.servers.loopback import HTML, Reply, Service, half, json_reply, serve

NAME = "MUP_PHY_R25_P05_V20_D23_Prov_Svc.csv"
CLINIC = row("O", "Birch Psychiatry LLC", "5 ELM STREET", "SUITE 200", city="BEND")
PERSON = row("I", "Roe", "5 Elm St", "Ste 200", zip="97701-1234", npi="2", services="1,240")
OTHER = row("I", "Roe", "5 Elm St", "Ste 200", code="99213", npi="2")


def read(path, **told):
    batches = list(medicare.read(path, **told))
    for batch in batches:
        assert batch.read == batch.not_relevant + len(batch.listings) + len(batch.rejects)
    return batches


def read_rows(tmp_path, *rows, name=NAME):
    return read(write_payments(tmp_path / name, *rows))


def only_listing(batches):
    [found] = [row for batch in batches for row in batch.listings.to_dict("records")]
    return found


def test_rows_of_an_address_are_one_listing_and_individuals_are_only_counted(tmp_path):
    batches = read_rows(tmp_path, OTHER, PERSON, CLINIC, PERSON | {"HCPCS_Cd": "G2082"})
    found = only_listing(batches)
    told = {
        name: text for name, text in found.items() if text and name not in {"raw", "listing_id"}
    }
    assert told == {
        "name": "Birch Psychiatry LLC", "street": "5 Elm St", "unit": "Ste 200", "city": "Bend",
        "state": "OR", "zip": "97701", "npi": "1003000126", "treatments": "esketamine", "payment": "medicare",
        "evidence": "claims", "source": "Medicare's payments for esketamine", "source_date": "2023",
        "source_url": medicare.SOURCE.url,
    }  # fmt: skip
    assert json.loads(found["raw"]) == {
        "year": "2023", "codes": ["G2082", "G2083"], "individuals": 1, "services": 2720, "rows": 3,
        "organizations": [{"npi": "1003000126", "name": "Birch Psychiatry LLC"}],
    }  # fmt: skip
    assert sum(batch.read for batch in batches) == 2
    assert sum(batch.not_relevant for batch in batches) == 1


def test_no_name_of_an_individual_is_kept_anywhere(tmp_path):
    bad = PERSON | {"Rndrng_Prvdr_State_Abrvtn": "XX"}
    worse = PERSON | {"Rndrng_Prvdr_Ent_Cd": "?"}
    for batch in read_rows(tmp_path, PERSON, bad, worse):
        for table in (batch.listings, batch.rejects, batch.notices, batch.cleared_fields):
            assert not any(word in table.to_csv() for word in ("Roe", "Jane", "0000000002"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Rndrng_Prvdr_State_Abrvtn": "XX"}, "'XX' is no state"),
        ({"Rndrng_Prvdr_State_Abrvtn": ""}, "state: it has none"),
        ({"Rndrng_Prvdr_Ent_Cd": "?"}, "not I or O"),
        ({"Rndrng_NPI": ""}, "no NPI"),
        ({"Rndrng_Prvdr_Last_Org_Name": " "}, "has no name"),
        ({"Rndrng_Prvdr_St1": "PO Box 12"}, "no place with a house number"),
        ({"Rndrng_Prvdr_St1": ""}, "no place with a house number"),
        ({"Rndrng_Prvdr_City": "", "Rndrng_Prvdr_Zip5": ""}, "neither city nor ZIP"),
    ],
)
def test_a_row_that_names_no_place_is_rejected_with_its_line(tmp_path, change, reason):
    [batch] = read_rows(tmp_path, OTHER, CLINIC | change)
    assert batch.listings.empty
    [reject] = batch.rejects.to_dict("records")
    assert reason in reject["reason"]
    assert reject["line"] == 3


@pytest.mark.parametrize("told", ["*", "", "#", "n/a", "-1", "1e400", "٣"])
def test_a_cell_that_is_left_out_counts_for_nothing(tmp_path, told):
    found = only_listing(read_rows(tmp_path, CLINIC | {"Tot_Srvcs": told, "Tot_Benes": told}))
    assert "services" not in json.loads(found["raw"])


@pytest.mark.parametrize(
    ("code", "state", "zip"),
    [("97701-1234", "OR", "97701"), ("977011234", "OR", "97701"), ("2108", "MA", "02108"),
     ("97701", "Oregon", "97701"), ("1", "OR", "")],
)  # fmt: skip
def test_zips_and_states_are_read_as_people_write_them(tmp_path, code, state, zip):  # noqa: A002
    changed = {"Rndrng_Prvdr_Zip5": code, "Rndrng_Prvdr_State_Abrvtn": state}
    assert only_listing(read_rows(tmp_path, CLINIC | changed))["zip"] == zip


def write_shape(tmp_path, shape):  # noqa: C901, PLR0912  a shape each
    text = write_text(OTHER, CLINIC)
    path = tmp_path / NAME
    if shape == "bom":
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    elif shape == "utf-16":
        path.write_text(text, encoding="utf-16")
    elif shape in {";", "\t", "|"}:
        path.write_text(write_text(OTHER, CLINIC, delimiter=shape), newline="")
    elif shape == "lower":
        path.write_text(write_text(OTHER, CLINIC, heading=[one.lower() for one in HEADING]))
    elif shape == "spaced":
        spaced = [f" {one.replace('_', ' ')}" for one in HEADING]
        path.write_text(write_text(OTHER, CLINIC, heading=spaced))
    elif shape == "quoted":
        rows = [HEADING, *(tuple(one.values()) for one in (OTHER, CLINIC))]
        kept = io.StringIO()
        csv.writer(kept, quoting=csv.QUOTE_ALL).writerows(rows)
        path.write_text(kept.getvalue(), newline="")
    elif shape == "no last line break":
        path.write_text(text.rstrip("\r\n"))
    elif shape == "blank lines":
        path.write_text("\n\n" + text.replace("\r\n", "\n\n") + "\n\n")
    elif shape == "few columns":
        kept = [name for name in HEADING if name in payment_rows.COLUMNS.values()]
        kept.remove("Tot_Srvcs")
        rows = [{name: one[name] for name in kept} for one in (OTHER, CLINIC)]
        path.write_text(write_text(*rows, heading=kept))
    elif shape == "gz":
        path = tmp_path / f"{NAME}.gz"
        path.write_bytes(gzip.compress(text.encode()))
    elif shape == "zip":
        path = tmp_path / "by_Provider_and_Service_2023.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("__MACOSX/._a.csv", b"\x00")
            archive.writestr("2023/Data.CSV", text)
            archive.writestr("read me.txt", "about")
    elif shape in {"json", "folder"}:
        rows = [{**one, "Tot_Srvcs": 240.0} for one in (OTHER, CLINIC)]
        path = tmp_path / ("pages_2023" if shape == "folder" else "rows_2023.json")
        if shape == "folder":
            path.mkdir()
        (path / "1.json" if shape == "folder" else path).write_text(json.dumps(rows))
    return path


@pytest.mark.parametrize(
    "shape",
    ["bom", "utf-16", ";", "\t", "|", "lower", "spaced", "quoted", "no last line break",
     "blank lines", "few columns", "gz", "zip", "json", "folder"],
)  # fmt: skip
def test_other_shapes_of_the_file_say_the_same(tmp_path, shape):
    batches = read(write_shape(tmp_path, shape))
    found = only_listing(batches)
    assert (found["name"], found["street"], found["source_date"]) == (
        "Birch Psychiatry LLC", "5 ELM STREET", "2023",
    )  # fmt: skip
    assert sum(batch.not_relevant for batch in batches) == 1
    assert sum(len(batch.rejects) for batch in batches) == 0


def test_a_broken_row_spoils_no_other(tmp_path):
    text = write_text(CLINIC, PERSON, row("O", "Cedar PC", "7 Oak St"))
    _, first, second, third, _ = text.split("\r\n")
    broken = first.replace("O,5 ELM", 'O,"5 ELM')
    path = tmp_path / NAME
    latin = third.replace("Cedar", "Céd\u00e1r").encode("latin-1")
    whole = [text.split("\r\n")[0], broken, second, second[:90]]
    path.write_bytes("\r\n".join(whole).encode() + b"\r\n" + latin + b"\r\n" + third.encode()[:60])
    batches = read(path)
    reasons = [
        (one["line"], one["reason"]) for b in batches for one in b.rejects.to_dict("records")
    ]
    assert [line for line, _ in reasons] == [2, 4, 5, 6]
    assert "quotation mark" in reasons[0][1]
    assert "not in UTF-8" in reasons[2][1]
    assert "may be cut off" in reasons[3][1]
    assert only_listing(batches)["name"] == "Provider at 5 Elm St"
    assert not any("Roe" in one.rejects.to_csv() for one in batches)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"NPI,Name\n1,a\n", "has no column Rndrng_NPI, Rndrng_Prvdr_Ent_Cd"),
        (b"<html>Not found</html>", "has no column"),
        (b"PK\x03\x04 damaged", "no whole zip"),
        (b"\x1f\x8b damaged", "cannot be read"),
        (b"\xff\xfeN", "cannot be read"),
        (b"a" * 200_000, "far more than any file of CMS"),
        ((",".join(HEADING) + ",HCPCS_CD\n").encode(), "the column HCPCS_Cd twice"),
    ],
)
def test_another_file_is_told_from_it(tmp_path, content, message):
    path = tmp_path / NAME
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        read(path)
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path / "none.csv")


def test_json_of_something_else_is_told_from_it(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('[{"results": []}]')
    with pytest.raises(SourceError, match="holds no payments, only results"):
        read(path)


def test_a_packed_file_that_swells_is_stopped(tmp_path):
    path = tmp_path / f"{NAME}.gz"
    text = write_text(CLINIC)
    path.write_bytes(gzip.compress(text.encode() + b"x\n" * 1_000_000, compresslevel=1))
    with pytest.raises(SourceError, match="far more than any file of CMS"):
        read(path)


def test_a_long_file_takes_no_more_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(medicare, "ROWS_A_BATCH", 1_000)
    read_rows(tmp_path, CLINIC)  # what is loaded once is no file's
    path = tmp_path / NAME
    lines = write_text(CLINIC, OTHER).split("\r\n")
    with path.open("w", newline="") as file:
        file.write(lines[0] + "\r\n")
        for _ in range(16):  # what matters stands among the rest, and hides no progress
            file.write(lines[1] + "\r\n")
            file.writelines([lines[2] + "\r\n"] * 500)
    tracemalloc.start()
    batches = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000 < path.stat().st_size
    assert sum(batch.not_relevant for batch in batches) == 8_000
    assert len(batches) == 9
    assert only_listing(batches)["name"] == "Birch Psychiatry LLC"


@pytest.mark.parametrize(
    ("name", "year"),
    [
        (NAME, "2023"),
        ("MUP_PHY_R24_P05_V10_DY22_Prov_Svc.csv", "2022"),
        ("Medicare_Physician_by_Provider_and_Service_2021.csv.gz", "2021"),
        ("payments.csv", ""),
        ("export-20261129.csv", ""),
    ],
)
def test_the_year_is_the_names(tmp_path, name, year):
    assert medicare.find_year(name) == year
    [batch] = read_rows(tmp_path, CLINIC, name=name.removesuffix(".gz"))
    assert batch.listings["source_date"].tolist() == [year]
    assert batch.notices["kind"].tolist() == ([] if year else ["undated"])


class Catalog(Service):
    """data.cms.gov, as recorded: a catalog, and rows that a filter and an offset choose."""

    def __init__(self, rows):
        super().__init__()
        self.rows = rows
        self.leads_to = ""

    def answer(self, request):
        if request.path == "/data.json":
            return json_reply({"dataset": [{"title": "Hospitals"}, self.describe()]})
        if request.path != "/data-api/v1/dataset/new/data":
            return Reply(b"{}", 404)
        rows = [one for one in self.rows if one["HCPCS_Cd"] == request.query["filter[HCPCS_Cd]"]]
        start = int(request.query["offset"])
        return json_reply(rows[start : start + int(request.query["size"])])

    def describe(self):
        at = f"{self.leads_to or self.url}data-api/v1/dataset"
        return {
            "title": "Medicare Physician & Other Practitioners - by Provider and Service",
            "distribution": [
                {
                    "format": "API",
                    "accessURL": f"{at}/old/data",
                    "temporal": "2022-01-01/2022-12-31",
                },
                {
                    "format": "API",
                    "accessURL": f"{at}/new/data",
                    "temporal": "2023-01-01/2023-12-31",
                },
                {"mediaType": "text/csv", "downloadURL": "x", "temporal": "2024-01-01/2024-12-31"},
            ],
        }


@pytest.fixture(scope="module")
def catalog():
    with serve(Catalog([CLINIC, PERSON, OTHER])) as service:
        service.url = service.url.rstrip("/") + "/"
        yield service


@pytest.fixture
def ask(catalog):
    catalog.faults.clear()
    catalog.requests.clear()
    catalog.leads_to = ""
    get = functools.partial(get_bytes, wait=lambda _: None, trusted=True)
    return lambda: list(medicare.fetch(get, catalog.url))


def test_the_service_is_asked_for_each_code_page_by_page(ask, catalog, monkeypatch):
    monkeypatch.setattr(medicare, "PAGE_SIZE", 2)
    found = only_listing(ask())
    assert (found["name"], found["source_date"]) == ("Birch Psychiatry LLC", "2023")
    asked = [(one.query["filter[HCPCS_Cd]"], one.query["offset"]) for one in catalog.requests[1:]]
    assert asked == [*((code, "0") for code in sorted(CODES) if code < "G2083"), ("G2083", "0"),
                     ("G2083", "2"), *((code, "0") for code in sorted(CODES) if code > "G2083")]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (HTML, "is a web page"),
        (Reply(b"", 500), "status 500"),
        (Reply(b"", 403), "status 403"),
        (json_reply({"dataset": []}), "tells of no"),
        (Reply('{"dataset": "é"}'.encode("latin-1")), "not UTF-8"),
        (half, "broke off"),
        (Reply(b"", 302, headers={"Location": "http://169.254.169.254/latest"}), "status 302"),
    ],
    ids=["html", "error", "refused", "empty", "encoding", "half", "redirect"],
)
def test_a_catalog_that_fails_is_told(ask, catalog, fault, message):
    catalog.faults.extend([fault] * 4)
    with pytest.raises(SourceError, match=message):
        ask()


def test_a_page_that_is_none_is_told_and_no_other_host_is_asked(ask, catalog):
    catalog.faults.extend([lambda right: right, json_reply({"message": "busy"})])
    with pytest.raises(SourceError, match="no list of rows"):
        ask()
    catalog.leads_to = "http://127.0.0.1:9/"
    with pytest.raises(SourceError, match=r"leads to 127\.0\.0\.1, which is not asked"):
        ask()
