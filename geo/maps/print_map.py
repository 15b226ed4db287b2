"""The coverage map for print: the numbers of the live one, in the same classes and colours."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from geo import reference
from geo.maps.choropleth import NO_DATA, RAMP
from geo.maps.print_sheet import INK, lay_out, save

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from geo.maps.choropleth import ChoroplethData
    from geo.maps.print_sheet import Words

_HEIGHT: Final = 4.7
_MAINLAND: Final = "EPSG:5070"  # Albers' equal-area conic
_APART: Final = {
    "02": ("EPSG:3338", (0.0, 0.0, 0.2, 0.26)),
    "15": ("+proj=aea +lat_1=8 +lat_2=18 +lat_0=20.5 +lon_0=-157.5", (0.21, 0.0, 0.11, 0.14)),
    "72": ("+proj=aea +lat_1=8 +lat_2=18 +lat_0=18.2 +lon_0=-66.4", (0.88, 0.02, 0.1, 0.08)),
}
"""State FIPS code -> its projection, equal-area too, and its place on the map of the nation."""

_LEFT_OUT: Final = frozenset({"60", "66", "69", "78"})
_MANY: Final = 500  # areas, whose lines would hide them
_THICK, _THIN = 0.25, 0.08
_SIMPLER_METRES: Final = 800  # a third of a dot of print, on the map of the nation


def draw_map(data: ChoroplethData, words: Words, form: str) -> bytes:
    """Return the map as a file for print.

    Parameters
    ----------
    data : what the live map shows; its areas, or all of them where none are in focus, are drawn.
    words : around it.
    form : `svg` or `png`.

    Raises
    ------
    SourceError : the shapes cannot be read.
    """
    from matplotlib.patches import Patch  # noqa: PLC0415  # 380 ms: matplotlib

    areas = _colour(data)
    figure, axes = lay_out(words, _HEIGHT)
    axes.set_axis_off()
    parts = {
        apart: areas[areas["part"] == apart]
        for apart in ("", *_APART)
        if (areas["part"] == apart).any()
    }
    alone = next(iter(parts)) if "" not in parts else ""
    for apart, shapes in parts.items():
        if apart == alone:
            _draw_part(axes, shapes, apart)
        else:
            _draw_part(axes.inset_axes(_APART[apart][1]), shapes, apart)
    classes = list(zip(RAMP, data["legend"], strict=True))
    if (areas["colour"] == NO_DATA).any():
        classes.append((NO_DATA, data["noDataWords"]))
    legend = axes.legend(
        handles=[
            Patch(facecolor=colour, edgecolor=INK, linewidth=0.3, label=label)
            for colour, label in classes
        ],
        loc="upper center",
        bbox_to_anchor=(0.5, -0.01),
        ncols=3,
        fontsize=7,
        frameon=False,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
    return save(figure, form, words)


def _colour(data: ChoroplethData) -> gpd.GeoDataFrame:
    """Return the shapes to draw with their `colour`, and the `part` of the map each stands on."""
    by_county = data["geometry"] == "counties"
    shapes = reference.load("counties" if by_county else "states")
    shapes = shapes[~shapes["state_fips"].isin(_LEFT_OUT)]
    key = "county_geoid" if by_county else "state_fips"
    shapes = shapes.sort_values(key)
    if data["geoids"]:
        values = dict(zip(data["geoids"], data["values"], strict=True))
    else:
        values = dict(zip(shapes[key], data["values"], strict=True))
    of_area = shapes[key].map(data["parents"]) if data["parents"] else shapes[key]
    number = of_area.map(values).to_numpy(dtype=float)
    place = np.searchsorted(np.asarray(data["breaks"], dtype=float), number, side="right")
    colours = np.where(
        np.isnan(number), NO_DATA, np.asarray(RAMP)[np.minimum(place, len(RAMP) - 1)]
    )
    drawn = shapes.assign(
        colour=colours,
        part=shapes["state_fips"].where(shapes["state_fips"].isin(_APART), ""),
    )
    return drawn[drawn["state_fips"].isin(data["within"])] if data["within"] else drawn


def _draw_part(axes: Axes, shapes: gpd.GeoDataFrame, apart: str) -> None:
    """Draw areas on axes of their own, each colour one path, so that files stay small."""
    from matplotlib.collections import PathCollection  # noqa: PLC0415  # 380 ms: matplotlib
    from shapely.plotting import patch_from_polygon  # noqa: PLC0415  # 380 ms: matplotlib

    crs = _APART[apart][0] if apart else _MAINLAND
    flat = shapes.to_crs(crs).geometry.simplify(_SIMPLER_METRES if len(shapes) > 1 else 0)
    pairs = sorted(
        ((colour, shape) for colour, shape in zip(shapes["colour"], flat, strict=True)),
        key=lambda pair: pair[0],
    )
    for colour, same in groupby(pairs, key=lambda pair: pair[0]):
        paths = [
            patch_from_polygon(shape).get_path() for _colour, shape in same if not shape.is_empty
        ]
        axes.add_collection(
            PathCollection(
                paths,
                facecolors=[colour],
                edgecolors="#6f7d84",
                linewidths=_THICK if len(shapes) < _MANY else _THIN,
            )
        )
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.autoscale_view()
