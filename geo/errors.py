"""What can go wrong, each error a sentence a person can act on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class GeoError(Exception):
    """Base of every error this library raises on purpose; its text is fit to show."""


class SchemaError(GeoError, ValueError):
    """A table lacks a column, or holds a value its contract forbids."""


class CrsError(SchemaError):
    """A geometry is not in the coordinate reference system the contract names (EPSG:4326)."""


class PlaceError(GeoError, LookupError):
    """What was typed names no place, or more than one.

    Parameters
    ----------
    message : one sentence: what was not found and what works.
    candidates : labels to choose from (`City, ST`), most people first; empty where there are none.
    """

    def __init__(self, message: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class GeocodingError(GeoError, OSError):
    """A geocoding service failed; never to be read as "no match"."""


class SourceError(GeoError, ValueError):
    """A source file or reply is not in the form its reader knows."""


class ServiceError(SourceError):
    """A service over the network failed; nothing is wrong with what was asked."""


class FetchFault(StrEnum):
    """Why an address could not be fetched."""

    LATE = "late"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    TOO_LARGE = "too large"
    FORBIDDEN = "forbidden"


class FetchError(GeoError, OSError):
    """An address cannot be fetched, or may not be.

    Parameters
    ----------
    message : one sentence that begins with who was asked.
    fault : what stood in the way.
    """

    def __init__(self, message: str, fault: FetchFault) -> None:
        super().__init__(message)
        self.fault = fault


class ReleaseError(GeoError, OSError):
    """A release is missing, damaged, or cannot be written."""


class AccessError(GeoError, PermissionError):
    """A visitor may not do what only an operator may."""


class WorkspaceError(GeoError, OSError):
    """The operator's workspace is locked, damaged, newer than the program, or cannot be written."""


class BusyError(WorkspaceError):
    """Another program is at the work that only one may do at a time."""


class ServingError(GeoError, OSError):
    """The site cannot be started, or a part of it has ended."""
