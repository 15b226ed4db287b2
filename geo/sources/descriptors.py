"""The sources there are: what each is called, what may be done with it, how it is taken in.

A source is added by a module with `read(path) -> Iterator[Batch]` (as `geo.sources.reading` says),
and `fetch(get)` where it is a service, and by an entry in `SOURCES`. Command line, operators'
pages, licences and overlaps read it here; no reader is imported for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.clinics.licensing import NOT_STATED, Licence, read_licence
from geo.clinics.listing_sources import CURATED as CURATED_NAME
from geo.errors import SourceError
from geo.sources import lists

if TYPE_CHECKING:
    from geo.sources.lists import SourceList


@dataclass(frozen=True)
class Source:
    """A source of listings.

    Parameters
    ----------
    name : what the ids of its listings begin with, as `osm:...`, and its runs are filed under.
    title : what people call it; its listings' `source`.
    evidence : the kind that its listings are, one of `geo.clinics.vocabulary.EVIDENCE`; "" where each
        tells its own.
    url : where it is from; "" for nowhere.
    licence : under which its records may be used.
    reader : the module that reads it; "" where nothing is to be read.
    command : the word for it of `clinic-finder ingest`; "" where that takes none of it.
    files : what is taken in, in a few words for the command line.
    label : what the operators' page calls it, where files of it are taken in.
    suffixes : of the names of its files, as `csv`; none where no file of it is taken in.
    service : the address that is asked where no file is given; "" where nobody can be asked.
    is_mapped : whether somebody has to say first which column of a file holds what.
    interval_days : after so many days it is to be taken in again; 0 where it is never out of date.
    checks_npis : whether its reader takes the NPIs of known clinics, to tell which are no more.
    founds_clinics : whether a listing of it that is of no clinic yet is taken for a new one; else an
        operator is asked first.
    source_list : the list of clinics that it is of; None where it says nothing of what is missing.
    """

    name: str
    title: str
    evidence: str
    url: str = ""
    licence: Licence = NOT_STATED
    reader: str = ""
    command: str = ""
    files: str = ""
    label: str = ""
    suffixes: tuple[str, ...] = ()
    service: str = ""
    is_mapped: bool = False
    interval_days: int = 0
    checks_npis: bool = False
    founds_clinics: bool = True
    source_list: SourceList | None = None


_SAVED: Final = "saved JSON, or the service itself"

NPPES: Final = Source(
    name="nppes",
    title="the National Plan and Provider Enumeration System (NPPES)",
    evidence="registry",
    url="https://download.cms.gov/nppes/NPI_Files.html",
    licence=read_licence("public domain (US Centers for Medicare & Medicaid Services)"),
    reader="geo.sources.nppes",
    command="nppes",
    files="the monthly file, .csv or .zip",
    label="NPPES, the monthly file (.csv or .zip)",
    suffixes=("csv", "zip"),
    interval_days=45,
    checks_npis=True,
    source_list=lists.NPI_REGISTRY,
)
NPI_REGISTRY: Final = Source(
    name="npi_registry",
    title="the NPI Registry",
    evidence="registry",
    url="https://npiregistry.cms.hhs.gov/",
    licence=read_licence("public domain (CMS)"),
    reader="geo.sources.npi_registry",
    command="npi_registry",
    files=_SAVED,
    label="NPI Registry",
    suffixes=("json",),
    service="https://npiregistry.cms.hhs.gov/",
    interval_days=14,
    source_list=lists.NPI_REGISTRY,
)
SAMHSA: Final = Source(
    name="samhsa",
    title="SAMHSA's FindTreatment",
    evidence="registry",
    url="https://findtreatment.gov/",
    licence=read_licence("public domain (SAMHSA)"),
    reader="geo.sources.samhsa",
    command="samhsa",
    files=_SAVED,
    label="SAMHSA FindTreatment",
    suffixes=("json",),
    service="https://findtreatment.gov/",
    interval_days=31,
    source_list=lists.SAMHSA,
)
OSM: Final = Source(
    name="osm",
    title="OpenStreetMap",
    evidence="secondary_directory",
    url="https://www.openstreetmap.org/",
    licence=read_licence("ODbL (OpenStreetMap)"),
    reader="geo.sources.osm",
    command="osm",
    files=_SAVED,
    label="OpenStreetMap",
    suffixes=("json",),
    service="https://overpass-api.de/",
    interval_days=14,
    source_list=lists.OPENSTREETMAP,
)
MEDICARE: Final = Source(
    name="medicare",
    title="Medicare's payments for esketamine",
    evidence="claims",
    url="https://data.cms.gov/provider-summary-by-type-of-service/"
    "medicare-physician-other-practitioners/"
    "medicare-physician-other-practitioners-by-provider-and-service",
    licence=read_licence("public domain (CMS)"),
    reader="geo.sources.medicare",
    command="medicare",
    files="CMS's Physician & Other Practitioners by Provider and Service: .csv, also .zip or .gz, or "
    "JSON of data.cms.gov; or the service itself",
    label="Medicare's payments, by Provider and Service (.csv, .zip, .gz or JSON)",
    suffixes=("csv", "zip", "gz", "json"),
    service="https://data.cms.gov/",
    interval_days=400,
    founds_clinics=False,
)
TABLE: Final = Source(
    name="table",
    title="a table",
    evidence="secondary_directory",
    reader="geo.sources.table",
    command="table",
    files=("any CSV, Excel, GeoJSON or GeoParquet; its columns are guessed, shown and confirmed"),
    label="A table: CSV, Excel, GeoJSON or GeoParquet",
    suffixes=("csv", "tsv", "txt", "xlsx", "geojson", "json", "parquet"),
    is_mapped=True,
)
CURATED: Final = Source(
    name=CURATED_NAME,
    title="the listings this program comes with",
    evidence="",
    reader="geo.sources.curated",
    command="shipped",
    files="newer listings that came with the program",
)
WEBSITE: Final = Source(
    name="website",
    title="the clinic's own website",
    evidence="clinic_own_page",
    interval_days=31,
)
OPERATOR: Final = Source(name="operator", title="the site's operator", evidence="operator")

SOURCES: tuple[Source, ...] = (
    NPPES, NPI_REGISTRY, SAMHSA, OSM, MEDICARE, TABLE, CURATED, WEBSITE, OPERATOR,
)  # fmt: skip
"""Every source, in the order in which the command line shows them."""


def find(name: str) -> Source:
    """Return the source of a name.

    Raises
    ------
    SourceError : there is no such source; the message names those there are.
    """
    found = {source.name: source for source in SOURCES}
    if name not in found:
        raise SourceError(f"There is no source {name!r}; there are {', '.join(found)}.")
    return found[name]


def list_commands() -> dict[str, Source]:
    """Return the sources that `clinic-finder ingest` takes, by their word there."""
    return {source.command: source for source in SOURCES if source.command}


def list_files() -> dict[str, Source]:
    """Return the sources that files are taken in of, by name; what has to be mapped comes first."""
    found = [source for source in SOURCES if source.suffixes]
    return {source.name: source for source in sorted(found, key=lambda one: not one.is_mapped)}


def list_services() -> dict[str, Source]:
    """Return the sources that can be asked themselves, by name."""
    return {source.name: source for source in SOURCES if source.service}


def list_refreshable() -> dict[str, Source]:
    """Return the sources that `clinic-finder refresh` asks by itself, by name, in its order.

    Those are the services that say after how many days they are to be asked again, then the clinics'
    own websites.
    """
    found = [source for source in SOURCES if source.service and source.interval_days]
    return {source.name: source for source in (*found, WEBSITE)}


def list_lists() -> tuple[SourceList, ...]:
    """Return every list of clinics: those of `geo.sources.lists`, then further ones of `SOURCES`."""
    own = (source.source_list for source in SOURCES if source.source_list is not None)
    return tuple(dict.fromkeys((*lists.LISTS, *own)))
