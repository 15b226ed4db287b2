"""The description of the API in OpenAPI 3.1, made from the types."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from pydantic.json_schema import models_json_schema

from geo.server.api import told
from geo.server.api.operations import BASE, JSON, OPERATIONS
from geo.server.api.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from pydantic import BaseModel

    from geo.server.api.operations import Operation

_REFERENCE: Final = "#/components/schemas/{model}"
_ABOUT: Final = (
    "Ketamine and esketamine clinics in the United States, found in public sources: a list and no "
    "census, nothing that a person should go by without calling first. What is typed travels in a "
    "body and is neither kept nor logged. Distances are statute miles, degrees are WGS84."
)


@cache
def build() -> dict[str, Any]:
    """Return the document."""
    models: list[type[BaseModel]] = [told.Problem]
    for operation in OPERATIONS:
        if operation.method == "POST":
            models.append(operation.asked)
        models += [model for model in operation.told.values() if model is not None]
    _, defined = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)], ref_template=_REFERENCE
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Clinic Finder",
            "version": metadata.version("clinic-finder"),
            "description": _ABOUT,
        },
        "servers": [{"url": BASE}],
        "paths": {
            operation.path: {operation.method.lower(): _describe(operation)}
            for operation in OPERATIONS
        },
        "components": {"schemas": defined["$defs"]},
    }


def _describe(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": _list_responses(operation),
    }
    if operation.method == "POST":
        body = {JSON: {"schema": {"$ref": _REFERENCE.format(model=operation.asked.__name__)}}}
        return {**described, "requestBody": {"required": True, "content": body}}
    parameters = [*_list_path_parameters(operation), *list_parameters(operation)]
    return {**described, "parameters": parameters} if parameters else described


def list_parameters(operation: Operation) -> list[dict[str, Any]]:
    """Return the parameters of an address, each with its schema."""
    parameters = []
    for name, schema in operation.asked.model_json_schema().get("properties", {}).items():
        bare = _leave_null(schema)
        words = schema.get("description") or bare.pop("description", "")
        described = {"description": words} if words else {}
        parameters.append({"name": name, "in": "query", "schema": bare, **described})
    return parameters


def _leave_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that is left out where it is not known, and never null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    return dict(kinds[0]) if kinds else {key: schema[key] for key in schema if key != "description"}


def _list_path_parameters(operation: Operation) -> list[dict[str, Any]]:
    if "{id}" not in operation.path:
        return []
    schema = {"type": "string", "minLength": 1, "examples": ["balance-ketamine-clinic-chicago-il"]}
    return [{"name": "id", "in": "path", "required": True, "schema": schema}]


def _list_responses(operation: Operation) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {
            "description": "The answer.",
            "content": {
                media: {}
                if model is None
                else {"schema": {"$ref": _REFERENCE.format(model=model.__name__)}}
                for media, model in operation.told.items()
            },
        }
    }
    if operation.is_kept:
        answers["200"]["headers"] = {
            "ETag": {
                "description": "Changes with the list; send it as If-None-Match.",
                "schema": {"type": "string"},
            }
        }
        answers["304"] = {"description": "What was answered before stands."}
    problem = {"schema": {"$ref": _REFERENCE.format(model=told.Problem.__name__)}}
    for status in operation.problems:
        answers[str(int(status))] = {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: problem},
        }
    return answers
