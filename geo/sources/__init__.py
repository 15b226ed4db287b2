"""One module a source: file or service in, listings and rejects out."""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

SOURCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        name: f"geo.sources.{name}"
        for name in ("curated", "nppes", "npi_registry", "samhsa", "osm", "table")
    }
)
"""Name of a source -> its module, in the order in which a list shows them."""


def get(name: str) -> ModuleType:
    """Return a source's module, importing it now.

    Parameters
    ----------
    name : a key of `SOURCES`.

    Raises
    ------
    SourceError : there is no such source; the message names those there are.

    Examples
    --------
    >>> get("osm").LICENCE
    'ODbL (OpenStreetMap)'
    """
    if name not in SOURCES:
        raise SourceError(f"There is no source {name!r}; there are {', '.join(SOURCES)}.")
    return importlib.import_module(SOURCES[name])
