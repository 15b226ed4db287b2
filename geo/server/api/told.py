"""What is answered, as types; the columns of clinics are those that releases declare."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model

from geo.clinics.fields import FIELDS
from geo.releases import schemas
from geo.search.drive_columns import PARTS

_PYTHON: Final[dict[str, Any]] = {
    "str": str | None,
    "float64": float | None,
    "int64": int | None,
    "bool": bool | None,
}
_LISTS: Final = frozenset(field.name for field in FIELDS if field.several)
_HIDDEN: Final = frozenset({"raw"})
"""Columns of listings that are not told: what a source holds beside what we read of it."""


def _columns(table: str) -> dict[str, Any]:
    return {
        column.name: (list[str] if column.name in _LISTS else _PYTHON[column.dtype], ...)
        for version in schemas.VERSIONS
        for column in version.get(table, ())
        if column.name not in _HIDDEN
    }


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")


_DRIVE: Final[dict[str, Any]] = {
    part: (float | None if part in PARTS[:4] else str | None, ...) for part in PARTS
}

Drive = create_model(
    "Drive",
    __doc__="A drive without traffic: minutes, low to high of which hold 90%, and statute miles.",
    __base__=_Told,
    **_DRIVE,
)
_FOUND: Final[dict[str, Any]] = {
    "rank": (int | None, None),
    "distance_miles": (float | None, None),
    "may_be_within": (bool | None, None),
    "drive": (Drive | None, None),
}
Clinic = create_model(
    "Clinic",
    __doc__="A clinic; what is not known is null. Degrees are WGS84, miles statute miles.",
    __base__=_Told,
    **_columns("clinics"),
)
Listing = create_model(
    "Listing", __doc__="What one source says.", __base__=_Told, **_columns("listings")
)
FoundClinic = create_model(
    "FoundClinic",
    __doc__="A clinic of a search; `distance_miles` is the WGS84 geodesic between the points.",
    __base__=Clinic,
    **_FOUND,
)


class Place(_Told):
    """A place, its point, and how far it may lie from it."""

    label: str
    kind: str
    latitude: float | None
    longitude: float | None
    precision: str
    radius_miles: float


class Way(_Told):
    """One way to reach somebody."""

    lead: str
    words: str
    href: str


class Crisis(_Told):
    """Whom to call where a text is a sign of a crisis; show it before all else."""

    kind: str
    heading: str
    lead: str
    ways: list[Way]


class Problem(BaseModel):
    """Why there is no answer, in one sentence (RFC 9457)."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    candidates: list[str] | None = Field(None, description="Places that may have been meant.")
    crisis: Crisis | None = None


class Nearest(_Told):
    """The clinics for a place, as `clinic-finder find --format json` prints them, and notes on them."""

    query: str
    place: Place
    within_miles: float | None
    within_minutes: float | None
    release: str
    drives: dict[str, str | bool] | None = None
    clinics: list[FoundClinic]  # type: ignore[valid-type]
    unlocated: list[FoundClinic]  # type: ignore[valid-type]
    at_home: list[FoundClinic]  # type: ignore[valid-type]
    nearest_outside: FoundClinic | None  # type: ignore[valid-type]
    wanted: dict[str, str] | None = None
    not_known: list[FoundClinic] | None = None  # type: ignore[valid-type]
    known: dict[str, dict[str, int]] | None = None
    found: int = Field(description="How many there are, before a limit.")
    notes: list[str]
    crisis: Crisis | None


class Places(_Told):
    """The place that a text names, and others of its name."""

    query: str
    place: Place
    others: list[Place]
    treatment: str | None = Field(description="A treatment that the text names.")
    notes: list[str]
    crisis: Crisis | None


class Clinics(_Told):
    """Clinics of the list; `matched` are there in all."""

    release: str
    matched: int
    clinics: list[Clinic]  # type: ignore[valid-type]


class Point(_Told):
    """A point, longitude first."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class Feature(_Told):
    """A clinic with its point; null where it has none."""

    type: Literal["Feature"]
    id: str
    geometry: Point | None
    properties: Clinic  # type: ignore[valid-type]


class Features(_Told):
    """Clinics of the list as GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"]
    release: str
    matched: int
    features: list[Feature]


class OneClinic(_Told):
    """A clinic, and what each source says of it."""

    release: str
    clinic: Clinic  # type: ignore[valid-type]
    listings: list[Listing]  # type: ignore[valid-type]


class Coverage(RootModel[list[dict[str, Any]]]):
    """How areas are served, as `clinic-finder coverage --format json` prints it."""


class Areas(BaseModel):
    """The same with shapes, as GeoJSON."""

    type: Literal["FeatureCollection"]
    release: str
    features: list[dict[str, Any]]


class Release(_Told):
    """The list in use."""

    release: str
    made_at: str
    as_of: str
    clinics: int
    located: int
    listings: int
    open: int
    unconfirmed: int
    closed: int
    withdrawn: int
    known_of_clinics: dict[str, int]
