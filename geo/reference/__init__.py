"""Reference tables of the US: ZIPs, cities, ZIP-county shares, states and counties.

`load` reads one, `check` verifies all, `build` makes them anew from the packages that
`data/sources.toml` pins. The build and the check need geopandas, so each is imported when called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.paths import DATA
from geo.reference.place_names import name_key
from geo.reference.tables import SCHEMAS, load, load_shapeless, load_shapes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo.reference.verifying import Coverage

__all__ = ["DATA", "SCHEMAS", "build", "check", "load", "load_shapeless", "load_shapes", "name_key"]


def build(target: Path, report: Callable[[str, int, int], None]) -> None:
    """Fetch the pinned packages and write all that is made of them; see `rebuilding.build`.

    Raises
    ------
    SourceError : as `rebuilding.build`.
    """
    from geo.reference import rebuilding  # noqa: PLC0415  # 200 ms: scipy, geopandas

    rebuilding.build(target, report)


def check(data: Path = DATA) -> Coverage:
    """Verify the committed files and return what they cover; see `verifying.check`.

    Raises
    ------
    SourceError : as `verifying.check`.
    """
    from geo.reference import verifying  # noqa: PLC0415  # 200 ms: scipy

    return verifying.check(data)
