"""The description of the API as a page for people: made of the same types, loading nothing at all."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import htpy as h
from markupsafe import Markup

from geo.server.api import openapi_document
from geo.server.api.operations import BASE, DOCUMENT, OPERATIONS
from geo.server.api.rate_limit import MOST_A_MINUTE
from geo.server.api.request_reading import MOST_BODY_BYTES, MOST_BODY_SECONDS

if TYPE_CHECKING:
    from geo.server.api.operations import Operation

_STYLE: Final = Markup("""
:root { color-scheme: light dark }
body { font: 1.0625rem/1.6 system-ui, sans-serif; max-width: 48rem; margin: 0 auto; padding: 24px 20px 64px }
h1 { font-size: 1.75rem; line-height: 1.25 } h2 { font-size: 1.1875rem; margin: 2.5rem 0 .25rem }
code, pre { font: .9375em/1.5 ui-monospace, monospace } pre { overflow-x: auto; padding: 12px 16px;
border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 8px }
dt { font-weight: 600; margin-top: .5rem } dd { margin: 0 } summary { cursor: pointer; padding: 6px 0 }
""")
_EXAMPLES: Final = {
    "nearest": f"""curl -s {{site}}{BASE}/nearest -H 'content-type: application/json' \\
  -d '{{"query": "60601", "within_miles": 25, "treatment": "esketamine"}}'""",
    "places": f"""curl -s {{site}}{BASE}/places -H 'content-type: application/json' \\
  -d '{{"query": "Springfield, IL"}}'""",
    "clinics": f"curl -s '{{site}}{BASE}/clinics?state=OH&format=geojson'",
    "coverage": f"curl -s '{{site}}{BASE}/coverage?level=state'",
}


@cache
def build() -> str:
    """Return the page as HTML."""
    document = openapi_document.build()
    schemas = document["components"]["schemas"]
    types = [
        h.details(id=name)[
            h.summary[h.code[name]],
            h.pre[json.dumps(schema, indent=2, ensure_ascii=False)],
        ]
        for name, schema in schemas.items()
    ]
    page = h.html(lang="en")[
        h.head[
            h.meta(charset="utf-8"),
            h.title["Clinic Finder: the API"],
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.meta(name="robots", content="noindex"),
            h.style[_STYLE],
        ],
        h.body[
            h.main[
                h.h1["Clinic Finder for other programs"],
                h.p[document["info"]["description"]],
                h.p[
                    "Described for programs in ",
                    h.a(href=f".{DOCUMENT.removeprefix(BASE)}")["OpenAPI 3.1"],
                    ". What goes wrong is told as ",
                    h.code["application/problem+json"],
                    ", one sentence in ",
                    h.code["detail"],
                    _describe_bounds(),
                ],
                [_describe(operation, schemas) for operation in OPERATIONS],
                h.h2["Types"],
                types,
            ]
        ],
    ]
    return str(page)


def _describe_bounds() -> str:
    return (
        f". A client asks {MOST_A_MINUTE} times a minute at most; a body has {MOST_BODY_BYTES:,} bytes "
        f"at most and comes within {MOST_BODY_SECONDS:g} seconds."
    )


def _describe(operation: Operation, schemas: dict[str, Any]) -> h.Element:
    if operation.method == "POST":
        fields = schemas[operation.asked.__name__]["properties"]
        described = {name: _word(schema, schema) for name, schema in fields.items()}
    else:
        described = {
            parameter["name"]: _word(parameter, parameter["schema"])
            for parameter in openapi_document.list_parameters(operation)
        }
    asked = [h.fragment[h.dt[h.code[name]], h.dd[words]] for name, words in described.items()]
    example = _EXAMPLES.get(operation.name, "").replace("{site}", "https://clinics.example.org")
    return h.section[
        h.h2[h.code[f"{operation.method} {BASE}{operation.path}"]],
        h.p[operation.summary],
        h.dl[asked] if asked else None,
        h.pre[example] if example else None,
    ]


def _word(described: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return what is said of a field, and the codes that it takes."""
    kinds = [schema, *schema.get("anyOf", ())]
    codes: list[str] = next((kind["enum"] for kind in kinds if "enum" in kind), [])
    of_codes = f"One of {', '.join(codes)}." if codes else ""
    return " ".join(filter(None, [described.get("description", ""), of_codes]))
