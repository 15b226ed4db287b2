"""What a visit has on whichever page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pages.parts.page_state import PageState

if TYPE_CHECKING:
    import geopandas as gpd

_NUMBER_BITS: Final = 48  # a browser reads whole numbers of up to 53 exactly


@dataclass(slots=True)
class VisitState(PageState):
    """The language, the turns of components, and an area that took long to find.

    Parameters
    ----------
    language : the one chosen; "" where the browser's is spoken.
    spoken : the language of the run before; "" before the first.
    number : the visit's own.
    turns : component's key -> what it showed last, hashed, and how often that has changed.
    drive_area : the last one asked for, by latitude, longitude, minutes and radius in miles.
    """

    language: str = ""
    spoken: str = ""
    number: int = field(default_factory=lambda: secrets.randbits(_NUMBER_BITS))
    turns: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    drive_area: tuple[tuple[float, float, float, float], gpd.GeoDataFrame] | None = None
