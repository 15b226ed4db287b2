"""What is told of each source in one place, and a made-up source followed through all that read it."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from geo import sources, workspace
from geo.clinics.licences import leave_out_odbl, tabulate_origins
from geo.clinics.licensing import NOT_STATED, ODBL, read_licence
from geo.clinics.vocabulary import EVIDENCE
from geo.coverage.overlaps import estimate_clinics, find_membership
from geo.errors import SourceError
from geo.server import operators
from geo.sources import curated, descriptors
from geo.workspace import ingestion, stored_listings
from pages.operators.parts import fill_in
from tests.handmade import state_list
from tests.handmade.clinics import clinic_table
from tests.handmade.listings import listing_table
from tests.handmade.workspace import WHO, ship

ROOT = Path(__file__).resolve().parents[2]
REGISTER = "17|Alder|Salem\n18|Elm Ketamine|Eugene\n"


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr(descriptors, "SOURCES", (*descriptors.SOURCES, state_list.SOURCE))


@pytest.fixture
def register(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOGNAME", "ann")
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))
    path = tmp_path / "register.psv"
    path.write_text(REGISTER)
    return path


@pytest.fixture
def command(registered):  # noqa: ARG001  the sources are those registered then
    """Return the command `ingest` as it is where the sources are those registered now."""
    spec = importlib.util.find_spec("geo.cli.ingest")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    app = typer.Typer()
    app.command()(module.ingest)
    return app


def test_names_and_words_are_each_of_one_source():
    for fact in ("name", "title", "command", "label"):
        told = [getattr(one, fact) for one in descriptors.SOURCES if getattr(one, fact)]
        assert len(set(told)) == len(told)


@pytest.mark.parametrize("source", descriptors.SOURCES, ids=lambda source: source.name)
def test_what_is_told_of_a_source_fits_together(source):
    assert source.evidence in {*EVIDENCE, ""}
    assert read_licence(source.licence.name) == source.licence
    assert bool(source.label) == bool(source.suffixes)
    assert bool(source.command) == bool(source.reader) == bool(source.files)
    assert source.source_list in {*descriptors.list_lists(), None}


def test_sources_are_told_as_before():
    before = {
        "nppes": "public domain (US Centers for Medicare & Medicaid Services)",
        "npi_registry": "public domain (CMS)",
        "samhsa": "public domain (SAMHSA)",
        "osm": "ODbL (OpenStreetMap)",
        "table": "",
        "curated": "",
        "operator": "",
    }

    def pick(words):
        return [word for word in words if word in {*before, "shipped"}]

    assert pick(descriptors.list_commands()) == [
        "nppes", "npi_registry", "samhsa", "osm", "table", "shipped",
    ]  # fmt: skip
    assert pick(descriptors.list_files()) == ["table", "nppes", "npi_registry", "samhsa", "osm"]
    assert pick(descriptors.list_services()) == ["npi_registry", "samhsa", "osm"]
    assert {name: descriptors.find(name).licence.name for name in before} == before


def test_no_reader_is_loaded_to_list_the_sources():
    program = (
        "import sys\nfrom geo.sources import descriptors\ndescriptors.list_commands()\n"
        "print([name for name in ('pandas', 'geo.sources.osm', 'geo.sources.reading') "
        "if name in sys.modules])"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, cwd=ROOT, text=True
    )

    assert said.stdout == "[]\n", said.stderr


@pytest.mark.usefixtures("registered")
def test_a_new_source_is_read_by_its_name():
    assert sources.get("oregon") is state_list
    with pytest.raises(SourceError, match=r"there are .*, operator, oregon"):
        sources.get("idaho")


def test_a_new_source_is_a_choice_of_the_command_line(register, command):
    told = CliRunner().invoke(command, ["--help"], env={"COLUMNS": "200"}).stdout
    done = CliRunner().invoke(command, ["oregon", str(register), "--format", "json"])
    asked = CliRunner().invoke(command, ["oregon"])

    assert "|oregon>" in "".join(told.split())
    assert "oregon (the register, .psv)" in " ".join(told.split())
    facts = json.loads(done.stdout)
    assert (facts["source"], facts["title"], facts["added"]) == (
        "oregon", state_list.SOURCE.title, 2,
    )  # fmt: skip
    assert isinstance(asked.exception, SourceError)
    assert "'oregon' is no service; give a file." in str(asked.exception)


@pytest.mark.usefixtures("registered", "register")
def test_a_new_source_is_a_choice_of_the_page(monkeypatch):
    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: WHO)
    page = AppTest.from_file(str(ROOT / "pages/operators/refresh.py"), default_timeout=60).run()
    (choice,) = (each for each in page.selectbox if each.label == "Source")

    labels = [source.label for source in descriptors.list_files().values()]
    assert choice.options == [*labels, fill_in.LABEL]
    assert choice.options[0] == "A table: CSV, Excel, GeoJSON or GeoParquet"
    assert choice.options[-2] == "Oregon's register (.psv)"
    choice.set_value("oregon").run()
    assert not page.exception
    (upload,) = page.get("file_uploader")
    assert list(upload.proto.type) == [".psv"]
    assert any("Open Database License 1.0 (Oregon)" in each.value for each in page.caption)
    (way,) = (each for each in page.radio if each.label == "How")
    assert way.options == ["Upload a file", "A file on the server"]


@pytest.mark.usefixtures("registered")
def test_a_new_source_keeps_its_licence_and_can_be_left_out(register):
    with workspace.open() as opened:
        reading = ingestion.open_file(opened, "oregon", register)
        ingestion.ingest(opened, reading, who=WHO)
        listings, licensed = stored_listings.current(opened), stored_listings.licences(opened)
    licences = dict(zip(licensed["listing_id"], licensed["licence"], strict=True))
    nowhere = listing_table().assign(coordinate_licence="")

    origins = tabulate_origins(listings, licences).set_index("listing_id")
    kept, _ = leave_out_odbl(listings, licences, nowhere)

    assert origins.loc["oregon:17", ["source", "licence"]].tolist() == [
        "oregon", "Open Database License 1.0 (Oregon)",
    ]  # fmt: skip
    assert set(listings["listing_id"]) - set(kept["listing_id"]) == {"oregon:17", "oregon:18"}


@pytest.mark.usefixtures("registered")
def test_a_new_source_is_a_list_that_may_overlap_others():
    ids = [f"c{number}" for number in range(30)]
    clinics = clinic_table(*({"clinic_id": clinic_id} for clinic_id in ids))
    listings = listing_table(
        *({"listing_id": f"oregon:{one}", "clinic_id": one} for one in ids[:25]),
        *({"listing_id": f"samhsa:{one}", "clinic_id": one} for one in ids[5:]),
    ).assign(source="of no matter")

    membership = find_membership(clinics, listings)

    assert [one.name for one in membership.lists] == [
        "SAMHSA treatment locator",
        "Oregon's register",
    ]
    assert membership.holds.all(axis=0).sum() == 20
    # Two other lists were chosen beforehand to tell how many clinics there are.
    assert estimate_clinics(membership, np.ones(30, dtype=bool)) is None


@pytest.mark.parametrize(
    ("words", "code", "share_alike"),
    [
        ("ODbL (OpenStreetMap)", ODBL, True),
        ("ODbL (OpenCage)", ODBL, True),
        ("odbl-1.0", ODBL, True),
        ("ODbLv1.0", ODBL, True),
        ("Open Data Commons Open Database License v1.0", ODBL, True),
        ("Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright", ODBL, True),
        ("names in the public domain, points under the ODbL", ODBL, True),
        ("Public Domain (US Census)", "public-domain", False),
        ("CC BY 4.0", "", None),
        ("for goodblokes only", "", None),
    ],
)
def test_a_licence_is_known_by_whole_words(words, code, share_alike):
    licence = read_licence(words)

    assert (licence.code, licence.name, licence.share_alike) == (code, words, share_alike)


def test_no_words_are_no_licence():
    assert read_licence("") == NOT_STATED
