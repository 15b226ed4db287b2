"""Exports that are known by their headings: FindTreatment's, OpenStreetMap's and its kin, NPPES's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geo.sources.nppes import provider_records as nppes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class KnownExport:
    """An export whose columns are known.

    Parameters
    ----------
    title : whose it is.
    needs : headings that tell it, all of them, in small letters.
    prefix : how further headings begin, one of which is needed too; "" where none is.
    columns : field -> headings that hold it, the first that is not empty counts.
    joined : fields whose headings are all taken, one behind the other.
    flags : heading -> what a mark in it says of the treatments.
    is_osm : whether its headings are OpenStreetMap's tags.
    former : a heading and the value at which the trade name is a former one.
    """

    title: str
    needs: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    prefix: str = ""
    joined: frozenset[str] = frozenset()
    flags: Mapping[str, str] = field(default_factory=dict)
    is_osm: bool = False
    former: tuple[str, str] = ("", "")

    def list_columns(self, heading: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return field -> those of its columns that a heading holds, as they are written there."""
        written = {name.lower(): name for name in reversed(heading)}
        found = {
            name: tuple(written[one] for one in columns if one in written)
            for name, columns in self.columns.items()
        }
        return {name: columns for name, columns in found.items() if columns}


_TAGS: Final = {
    "id": ("@id", "id", "ref"),
    "name": ("name", "official_name", "brand", "was:name", "disused:name", "abandoned:name"),
    "house_number": ("addr:housenumber",),
    "street": ("addr:street", "addr:street_address", "addr:place"),
    "unit": ("addr:unit", "addr:suite", "addr:floor"),
    "city": ("addr:city", "addr:hamlet"),
    "state": ("addr:state", "addr:province"),
    "zip": ("addr:postcode",),
    "address": ("addr:full",),
    "phone": ("phone", "contact:phone", "phone:us", "contact:mobile"),
    "website": ("website", "contact:website", "url", "contact:url"),
    "email": ("email", "contact:email"),
    "hours": ("opening_hours",),
    "wheelchair": ("wheelchair",),
    "source_date": ("check_date", "@timestamp", "survey:date"),
    "latitude": ("@lat", "lat", "latitude", "geometry latitude"),
    "longitude": ("@lon", "lon", "longitude", "geometry longitude"),
}

EXPORTS: Final = (
    KnownExport(
        title="SAMHSA's FindTreatment",
        needs=frozenset({"name1", "name2", "street1", "city", "state", "zip"}),
        columns={
            "id": ("frid",),
            "name": ("name1", "name2"),
            "street": ("street1", "street2"),
            "city": ("city",),
            "state": ("state",),
            "zip": ("zip",),
            "phone": ("phone", "intake1", "intake2"),
            "website": ("website",),
            "latitude": ("latitude",),
            "longitude": ("longitude",),
        },
        joined=frozenset({"name", "street"}),
        flags={"kit": "Ketamine Infusion Therapy"},
    ),
    KnownExport(
        title="OpenStreetMap, or All The Places",
        needs=frozenset({"name"}),
        prefix="addr:",
        columns=_TAGS,
        is_osm=True,
    ),
    KnownExport(
        title="NPPES",
        needs=frozenset({nppes.NPI.lower(), nppes.LEGAL_NAME.lower()}),
        columns={
            name: tuple(one.lower() for one in columns)
            for name, columns in {
                "npi": (nppes.NPI,),
                "id": (nppes.NPI,),
                "legal_name": (nppes.LEGAL_NAME,),
                "trade_name": (nppes.OTHER_NAME,),
                "street": (nppes.PRIMARY.line_1,),
                "unit": (nppes.PRIMARY.line_2,),
                "city": (nppes.PRIMARY.city,),
                "state": (nppes.PRIMARY.state,),
                "zip": (nppes.PRIMARY.zip,),
                "phone": (nppes.PRIMARY.phone,),
                "source_date": (nppes.LAST_UPDATE,),
                "closed_on": (nppes.DEACTIVATED,),
            }.items()
        },
        former=(nppes.OTHER_NAME_KIND, nppes.FORMER_NAME),
    ),
)


def find_export(heading: Sequence[str]) -> KnownExport | None:
    """Return the export that a heading is of, or None.

    Examples
    --------
    >>> find_export(["@id", "name", "addr:city"]).title
    'OpenStreetMap, or All The Places'
    """
    names = {name.lower() for name in heading}
    for one in EXPORTS:
        if one.needs <= names and any(name.startswith(one.prefix) for name in names):
            return one
    return None
