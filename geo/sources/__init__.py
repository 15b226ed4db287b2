"""One module a source: file or service in, listings and rejects out.

What is known of each stands in `geo.sources.descriptors`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from geo.errors import SourceError
from geo.sources import descriptors

if TYPE_CHECKING:
    from types import ModuleType


def get(name: str) -> ModuleType:
    """Return the module that reads a source, importing it now.

    Parameters
    ----------
    name : of one of `geo.sources.descriptors.SOURCES`.

    Raises
    ------
    SourceError : there is no such source, or nothing of it is to be read.

    Examples
    --------
    >>> get("osm").SOURCE.licence.name
    'ODbL (OpenStreetMap)'
    """
    source = descriptors.find(name)
    if not source.reader:
        raise SourceError(f"Nothing is to be read of {source.title}.")
    return importlib.import_module(source.reader)
