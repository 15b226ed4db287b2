"""A made-up source: a state's list of licensed clinics, a name and a city a line."""

from geo.clinics.licensing import read_licence
from geo.sources.descriptors import Source
from geo.sources.lists import SourceList
from geo.sources.reading import BatchBuilder

SOURCE = Source(
    name="oregon",
    title="Oregon's register of licensed clinics",
    evidence="registry",
    url="https://register.example/",
    licence=read_licence("Open Database License 1.0 (Oregon)"),
    reader="tests.handmade.state_list",
    command="oregon",
    files="the register, .psv",
    label="Oregon's register (.psv)",
    suffixes=("psv",),
    source_list=SourceList("Oregon's register", independent=True, reason="clinics must apply"),
)


def read(path):
    """Yield what the register says: number, name and city, separated by bars."""
    builder = BatchBuilder.of(SOURCE)
    for line, text in enumerate(path.read_text().splitlines(), start=1):
        number, name, city = text.split("|")
        fields = {"name": name, "city": city, "state": "OR", "source_date": "2026-11-01"}
        builder.add(number, fields, raw={"line": text}, line=line)
    yield builder.take()
