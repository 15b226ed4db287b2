"""Every measure of a few areas side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.coverage.coverage_table import NATION
from geo.i18n.language import gettext as _
from pages.analysts.parts import region_table
from pages.analysts.parts.coverage_view import list_measures
from pages.analysts.parts.measures import MEASURES
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.coverage.coverage_table import Coverage


def build_comparison(
    coverage: Coverage, areas: Sequence[tuple[str, str]]
) -> region_table.RegionTable:
    """Return every measure of a few areas side by side, the whole country last."""
    columns = [coverage.area(area) for area in (*areas, NATION)]
    rows = []
    for key in list_measures(coverage):
        measure = MEASURES[key]
        cells = []
        for area in columns:
            value = float(area[measure.key])
            low, high = (float(area[end]) if end else value for end in (measure.low, measure.high))
            cells.append(measure.write_band(value, low, high))
        rows.append(region_table.row(measure.key, measure.label, *cells))
    names = [
        region_table.TableColumn(label=name_place(area["name"]), kind="text") for area in columns
    ]
    return {
        "caption": _("All measures side by side; in brackets the interval."),
        "columns": [{"label": _("Measure"), "kind": "name"}, *names],
        "rows": rows,
        "scale": region_table.NO_SCALE,
        "selected": None,
    }
