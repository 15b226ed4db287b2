"""What a table's column can be: a field of a listing, or what only tables have, by its names."""

from __future__ import annotations

import re
import typing
from types import MappingProxyType
from typing import Final

from geo.clinics import fields
from geo.clinics.field import Column
from geo.clinics.fields import WHOLE_ADDRESS

COLUMNS: Final[typing.Mapping[str, Column]] = MappingProxyType(
    {
        "id": Column(
            (
                "id", "record id", "clinic id", "listing id", "facility id", "identifier", "key",
                "uid", "license number", "licence number", "license no", "license",
                "registration number", "facility number", "permit number", "record number",
                "credential number", "credential no", "certificate number", "lic", "lic no", "lic num",
            ),
            hint="the record's own key",
        ),
        **{each.name: each.column for each in fields.FIELDS if each.column},
        "trade_name": Column(
            (
                "dba", "dba name", "doing business as", "trade name", "doing business as name",
                "dba trade name", "facility dba", "business dba", "assumed name",
                "fictitious name", "known as", "other name", "nombre comercial",
            ),
            hint="the name it trades under; goes before any other",
        ),
        "legal_name": Column(
            (
                "legal name", "legal business name", "legal entity name", "licensee",
                "licensee name", "entity name", "legal entity", "corporate name", "license holder",
                "registrant", "registered name", "permittee",
            ),
            hint="the name of its owner; where it has no other",
        ),
        "house_number": Column(
            ("house number", "street number", "street no", "house no", "address number", "housenumber"),
            re.compile(r"\A\s*\d[\w/ -]{0,9}\Z"),
            hint="goes before the street",
        ),
        "address": Column(
            (
                "full address", "address", "complete address", "formatted address", "location",
                "whole address", "mailing and physical address",
            ),
            re.compile(rf"\A{WHOLE_ADDRESS}", re.DOTALL),
            telling=True,
            hint="a whole one in a line",
        ),
        "licence_status": Column(
            (
                "license status", "licence status", "credential status", "registration status",
                "certification status", "permit status", "lic status", "license status description",
                "status of license", "estado de licencia",
            ),
            hint="of its licence",
        ),
        "expires": Column(
            (
                "expiration date", "expires", "expiration", "expiry date", "expiry", "exp date",
                "license expiration date", "license expiration", "expire date", "valid until",
                "valid through", "license expires", "date of expiration", "lic exp date",
                "valid to", "valid thru", "good through", "fecha de expiracion", "certified until",
                "certified through", "licensed until", "licensed through", "accredited until",
                "accredited through", "approved until", "approved through", "certification expires",
                "certification expiration date", "accreditation expiration date",
            ),
            hint="when its licence ends",
        ),
        "closed_on": Column(
            (
                "end date", "closed", "date closed", "closed on", "closed date", "closing date",
                "closure date", "date of closure", "close date", "inactive date",
                "deactivation date", "termination date", "ended", "permanently closed",
                "is closed", "npi deactivation date",
            ),
            hint="when it closed, or yes",
        ),
        "opens": Column(
            (
                "opening date", "opens", "opens on", "open date", "start date", "expected opening",
                "expected opening date", "date opened", "opened",
            ),
            hint="when it opens, or opened",
        ),
        "latitude": Column(
            ("latitude", "lat", "y", "geometry latitude", "lat dd", "geo lat"), hint="degrees"
        ),
        "longitude": Column(
            (
                "longitude", "lon", "lng", "long", "x", "geometry longitude", "lon dd", "geo lon",
                "geo lng",
            ),
            hint="degrees",
        ),
    }
)  # fmt: skip
"""What a column can be: a field of a listing; `id`, the record's own key; `address`, a whole one in
a line; names, days and states of licences that tell a listing's fields; a point in degrees,
EPSG:4326."""

FIELDS: Final = tuple(COLUMNS)
NAMES: Final = ("trade_name", "name", "legal_name")
PLACES: Final = ("state", "address", "zip")
"""Of these a table needs one, or a point."""
