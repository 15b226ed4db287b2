"""A request's body and parameters, read within bounds and checked by their types."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from geo.files import json_texts
from geo.files.too_much import TooMuchError
from geo.server.api.asked import Nothing
from geo.server.api.problems import ApiError, explain_fields

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_BODY_BYTES: Final = 8_192
MOST_BODY_SECONDS: Final = 30.0

Asked = TypeVar("Asked", bound=BaseModel)

_JSON: Final = "application/json"
_LIKE_JSON: Final = "Send the body as application/json, not packed."


async def read_body(request: Request, model: type[Asked]) -> Asked:
    """Return what a body asks, which is asked in the body alone.

    Raises
    ------
    ApiError : it is too long or too slow, no JSON, or not as the type describes it; or the address
        has parameters.
    """
    read_query(request, Nothing)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    packed = request.headers.get("content-encoding", "identity").strip().lower()
    if kind != _JSON or packed != "identity":
        raise ApiError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _LIKE_JSON, headers={"accept-post": _JSON}
        )
    value = _parse(await _read_bytes(request))
    if not isinstance(value, dict):
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is one JSON object; send one.")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise explain_fields(error, part="The body") from None


def read_query(request: Request, model: type[Asked]) -> Asked:
    """Return what the parameters of an address ask.

    Raises
    ------
    ApiError : one is unknown, given twice, or not as the type describes it.
    """
    pairs = request.query_params.multi_items()
    given = dict(pairs)
    if len(given) != len(pairs):
        raise ApiError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "A parameter is given twice; give each once."
        )
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise explain_fields(error, part="The query") from None


async def _read_bytes(request: Request) -> bytes:
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > MOST_BODY_BYTES:
        _refuse_length()
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(MOST_BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > MOST_BODY_BYTES:
                    _refuse_length()
                parts.append(part)
    except TimeoutError:
        # uvicorn waits for ever, and a connection whose body is awaited is none that asks nothing.
        raise ApiError(
            HTTPStatus.REQUEST_TIMEOUT,
            f"A body comes within {MOST_BODY_SECONDS:g} seconds; send it at once.",
            headers={"connection": "close"},
        ) from None
    except ClientDisconnect:  # nobody is there to read it, and nothing is wrong here
        raise ApiError(HTTPStatus.BAD_REQUEST, "The body ended too early.") from None
    return b"".join(parts)


def _refuse_length() -> NoReturn:
    raise ApiError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"A body has {MOST_BODY_BYTES:,} bytes at most; send less.",
        headers={"connection": "close"},
    )


def _parse(data: bytes) -> object:
    try:
        return json_texts.load(data, parse_constant=_refuse_constant, object_pairs_hook=_take_once)
    except TooMuchError as error:
        words = str(error)
    except ValueError:  # its words hold what was sent
        words = "is no JSON in UTF-8"
    raise ApiError(HTTPStatus.BAD_REQUEST, f"The body {words}.")


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(name)


def _take_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; refuse one whose fields cannot all be meant."""
    taken = dict(pairs)
    if len(taken) != len(pairs):
        raise ApiError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The body has a field twice; give each once."
        )
    return taken
