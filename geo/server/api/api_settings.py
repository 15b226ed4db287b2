"""Whether the HTTP API is on, and which sites' pages may ask it."""

from __future__ import annotations

import os
import re
from typing import Final

from geo.errors import SchemaError

VARIABLE: Final = "CLINIC_FINDER_API"
ON: Final = "on"
ORIGINS_VARIABLE: Final = "CLINIC_FINDER_API_ORIGINS"
BELOW: Final = "/api/"
"""Below it stands all that the API answers."""

_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?")


def is_on() -> bool:
    """Tell whether the operator switched the API on: `CLINIC_FINDER_API=on`."""
    return os.environ.get(VARIABLE, "").strip() == ON


def read_origins() -> frozenset[str]:
    """Return the sites whose pages may ask the API, as browsers name them; none where it is off.

    Raises
    ------
    SchemaError : `CLINIC_FINDER_API_ORIGINS` holds what is no origin.
    """
    if not is_on():
        return frozenset()
    named = [part.strip().lower() for part in os.environ.get(ORIGINS_VARIABLE, "").split(",")]
    for part in filter(None, named):
        if not _ORIGIN.fullmatch(part):
            raise SchemaError(
                f"{ORIGINS_VARIABLE} names {part!r}; write the addresses of sites with commas "
                "between and nothing behind the host, as https://health.example.gov."
            )
    return frozenset(map(_leave_usual_port, filter(None, named)))


def _leave_usual_port(origin: str) -> str:
    """Return an origin without a port that browsers leave out (RFC 6454, 6.2)."""
    return origin.removesuffix(":443" if origin.startswith("https:") else ":80")
