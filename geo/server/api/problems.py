"""Errors as problem details, one sentence each; what was typed is in an answer at most, and in no log."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse

from geo.exporting.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError

MEDIA_TYPE: Final = "application/problem+json"

_MOST_OF_A_NAME: Final = 60
_VALUE_ERROR: Final = "Value error, "


class ApiError(Exception):
    """Why there is no answer.

    Parameters
    ----------
    status : of HTTP.
    detail : one sentence: what, where, and what to do.
    members : what is told beside it.
    headers : of the answer.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.members = dict(members or {})
        self.headers = dict(headers or {})


def respond(error: ApiError) -> JSONResponse:
    """Return an error as an answer.

    Source
    ------
    RFC 9457.
    """
    told = {
        "type": "about:blank",
        "title": error.status.phrase,
        "status": int(error.status),
        "detail": plain(error.detail),  # which may repeat what was sent
        **error.members,
    }
    headers = {"cache-control": "no-store", **error.headers}
    return JSONResponse(told, error.status, headers=headers, media_type=MEDIA_TYPE)


def explain_unreadable() -> ApiError:
    """Return that the list cannot be read, without the words of what happened, which name paths."""
    return ApiError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The list cannot be read here at the moment; try again later.",
        headers={"retry-after": "60"},
    )


def explain_fields(error: ValidationError, *, part: str) -> ApiError:
    """Return what is wrong with the first field that is, as one sentence.

    Parameters
    ----------
    part : what holds the fields, as "The body".
    """
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = ".".join(str(at) for at in first["loc"])[:_MOST_OF_A_NAME]
    words = first["msg"].removeprefix(_VALUE_ERROR).rstrip(".")
    words = words[:1].lower() + words[1:]
    said = f"{part} is not as described, at {name}: {words}." if name else f"{part}: {words}."
    return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, said)
