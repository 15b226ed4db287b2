"""What the API does, an entry a question: its address, what is asked, what is told, what may go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from geo.server.api import asked, told
from geo.server.api.api_settings import BELOW

if TYPE_CHECKING:
    from pydantic import BaseModel

BASE: Final = f"{BELOW}v1"
DOCUMENT: Final = f"{BASE}/openapi.json"

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
ATOM: Final = "application/atom+xml"

_ALWAYS: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_TYPED: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    *_ALWAYS,
)
_CHOSEN: Final = (HTTPStatus.UNPROCESSABLE_ENTITY, *_ALWAYS)


@dataclass(frozen=True)
class Operation:
    """One question.

    Attributes
    ----------
    name : by which programs call it.
    method, path : of its address, the path below `BASE`.
    summary : what it answers, one sentence.
    asked : the type of its body (POST) or its parameters (GET).
    told : media type -> the type of the answer; None where that is no JSON.
    problems : what is answered instead.
    """

    name: str
    method: str
    path: str
    summary: str
    asked: type[BaseModel]
    told: dict[str, type[BaseModel] | None]
    problems: tuple[HTTPStatus, ...]

    @property
    def is_kept(self) -> bool:
        """Whether the answer has an ETag, and 304 tells that it stands."""
        return self.method == "GET"


OPERATIONS: Final = (
    Operation(
        "nearest",
        "POST",
        "/nearest",
        "The clinics for a place, nearest first, with distances and drives.",
        asked.NearestAsked,
        {JSON: told.Nearest},
        _TYPED,
    ),
    Operation(
        "places",
        "POST",
        "/places",
        "The place that a text names, and others of its name.",
        asked.PlacesAsked,
        {JSON: told.Places},
        _TYPED,
    ),
    Operation(
        "clinics",
        "GET",
        "/clinics",
        "The clinics of the list, closed and withdrawn ones too.",
        asked.ClinicsAsked,
        {JSON: told.Clinics, GEOJSON: told.Features},
        _CHOSEN,
    ),
    Operation(
        "clinic",
        "GET",
        "/clinics/{id}",
        "A clinic, and what each source says of it.",
        asked.Nothing,
        {JSON: told.OneClinic},
        (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.NOT_FOUND, HTTPStatus.GONE, *_CHOSEN),
    ),
    Operation(
        "coverage",
        "GET",
        "/coverage",
        "How the areas of a level are served.",
        asked.CoverageAsked,
        {JSON: told.Coverage, GEOJSON: told.Areas},
        _CHOSEN,
    ),
    Operation(
        "release",
        "GET",
        "/release",
        "Which list is in use, and what it holds.",
        asked.Nothing,
        {JSON: told.Release},
        _CHOSEN,
    ),
    Operation(
        "changes",
        "GET",
        "/changes.atom",
        "What the kept releases changed, to be followed.",
        asked.Nothing,
        {ATOM: None},
        _CHOSEN,
    ),
)
