"""What may be asked: bodies and parameters, each with its bounds; what is in neither is refused."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    WithJsonSchema,
    model_validator,
)

from geo.clinics.vocabulary import STATES, STATUSES, TREATMENTS
from geo.coverage.demand import LEVELS
from geo.places.finder import LONGEST_TEXT
from geo.search.fact_filters import FACTS

MOST_ROWS: Final = 1_000
"""Clinics in one answer."""

_MOST_MILES: Final = 12_500
_MOST_MINUTES: Final = 10_000
_CORNERS: Final = 4
_EAST: Final = r"-?(180(\.0+)?|(1[0-7][0-9]|[1-9]?[0-9])(\.[0-9]+)?)"
_NORTH: Final = r"-?(90(\.0+)?|[1-8]?[0-9](\.[0-9]+)?)"
"""Degrees as texts, for whom the description is."""


def _check(words: str, codes: tuple[str, ...]) -> AfterValidator:
    """Return what refuses a text that is none of the codes."""

    def check(text: str) -> str:
        if text not in codes:
            raise ValueError(f"{words} is one of {', '.join(codes)}")
        return text

    return AfterValidator(check)


def _check_facts(wanted: dict[str, str]) -> dict[str, str]:
    for fact, code in wanted.items():
        if fact not in FACTS:
            raise ValueError(f"a fact is one of {', '.join(FACTS)}")
        if code not in FACTS[fact]:
            raise ValueError(f"{fact} is one of {', '.join(FACTS[fact])}")
    return wanted


def _read_whole(number: object) -> object:
    """Return a whole number as one, however it is written: 10.0 is one in JSON Schema."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _read_digits(number: object) -> object:
    """Return the number that a parameter of an address writes as JSON does, and no other way."""
    if isinstance(number, str) and not re.fullmatch(r"0|-?[1-9][0-9]{0,9}", number):
        raise ValueError("write a whole number in digits, as 10")
    return number


def _read_bbox(text: object) -> object:
    """Return the four numbers of a text."""
    if not isinstance(text, str):
        return text
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != _CORNERS:
        raise ValueError("write four numbers, west,south,east,north, in degrees")
    return numbers


def _check_bbox(
    box: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    """Refuse a box that lies upside down, in which nothing could be."""
    if box[1] > box[3]:
        raise ValueError("south is greater than north; write west,south,east,north, in degrees")
    return box


Treatment = Annotated[
    str,
    _check("a treatment", TREATMENTS),
    Field(json_schema_extra={"enum": [*TREATMENTS]}, description="A code of a treatment."),
]
State = Annotated[
    str,
    _check("a state", tuple(sorted(STATES))),
    Field(json_schema_extra={"enum": sorted(STATES)}, description="Two letters, as IL."),
]
Status = Annotated[
    str,
    _check("a status", STATUSES),
    Field(json_schema_extra={"enum": [*STATUSES]}, description="Whether it operates."),
]
Level = Annotated[
    str,
    _check("a level", LEVELS),
    Field(json_schema_extra={"enum": [*LEVELS]}, description="Which areas."),
]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Box = Annotated[
    tuple[Longitude, Latitude, Longitude, Latitude],
    BeforeValidator(_read_bbox),
    AfterValidator(_check_bbox),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_EAST},{_NORTH},{_EAST},{_NORTH}$",
            "examples": ["-91.5,36.9,-87,42.5"],
        }
    ),
]
Digits = Annotated[int, BeforeValidator(_read_digits)]
Facts = Annotated[
    dict[str, str],
    AfterValidator(_check_facts),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {fact: {"enum": [*codes]} for fact, codes in FACTS.items()},
            "additionalProperties": False,
        }
    ),
]
Typed = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_TEXT,
        description="A ZIP, a city, a county, a state, an address, “latitude, longitude” or a "
        "clinic's name, as a person types it.",
        examples=["60601"],
    ),
]


_BOUNDS: Final = ("within_miles", "within_minutes")
_BOTH_BOUNDS: Final[dict[str, JsonValue]] = {
    "required": [*_BOUNDS],
    "properties": {name: {"type": "number"} for name in _BOUNDS},
}


class _Asked(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class PlacesAsked(_Asked):
    """A place to be understood."""

    model_config = ConfigDict(strict=True)

    query: Typed


class NearestAsked(_Asked):
    """A search for the clinics near a place."""

    model_config = ConfigDict(strict=True, json_schema_extra={"not": _BOTH_BOUNDS})

    query: Typed
    within_miles: Annotated[float, Field(gt=0, le=_MOST_MILES)] | None = Field(
        None, description="Statute miles of a straight line; without it the nearest, however far."
    )
    within_minutes: Annotated[float, Field(gt=0, le=_MOST_MINUTES)] | None = Field(
        None, description="Minutes of drive without traffic, in place of miles."
    )
    by_minutes: bool = Field(default=False, description="The quickest drive first.")
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS), BeforeValidator(_read_whole)] | None = Field(
        None, description="How many to list; without it 10, or all within what was asked."
    )
    treatment: Treatment | None = Field(None, description="List only clinics that offer it.")
    facts: Facts = Field(default={}, description="Facts that a clinic must be known to have.")

    @model_validator(mode="after")
    def _has_one_bound(self) -> NearestAsked:
        if self.within_miles is not None and self.within_minutes is not None:
            raise ValueError("ask within miles or within minutes, not both")
        return self


class ClinicsAsked(_Asked):
    """Some clinics of the list, whatever their status."""

    state: State | None = None
    status: Status | None = None
    treatment: Treatment | None = None
    bbox: Box | None = Field(
        None,
        description="west,south,east,north in degrees (WGS84), south not above north; west is greater "
        "than east across the 180th meridian. Clinics without a point are in no box.",
    )
    format: Literal["json", "geojson"] = Field(default="json", description="How it is written.")
    limit: Digits = Field(MOST_ROWS, ge=1, le=MOST_ROWS, description="How many to list.")
    offset: Digits = Field(0, ge=0, le=10_000_000, description="How many to pass over before them.")


class CoverageAsked(_Asked):
    """The areas of a level."""

    level: Level = "region"
    treatment: Treatment | None = Field(None, description="Count only clinics that offer it.")
    format: Literal["json", "geojson"] = Field(default="json", description="How it is written.")


class Nothing(_Asked):
    """No parameter at all."""
