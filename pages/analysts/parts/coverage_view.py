"""From the coverage tables of a release to what the Coverage page shows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.coverage.coverage_exports import has_minutes
from geo.coverage.coverage_table import NATION, Coverage
from geo.coverage.small_counties import describe_few
from geo.i18n.language import format_miles, format_number, format_percent, mark
from geo.i18n.language import gettext as _
from geo.maps.choropleth import ChoroplethData, ChoroplethReach
from pages.analysts.parts import differing, last_columns, region_table, table_order
from pages.analysts.parts.measures import MEASURES, Measure, write_number
from pages.analysts.parts.table_order import Order
from pages.parts.wordings import describe_number_forms, name_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

LEVELS: Final = {
    "region": mark("Census regions"),
    "division": mark("Census divisions"),
    "state": mark("States"),
    "county": mark("Counties"),
}
_NEXT_LEVEL: Final = {"nation": "region", "region": "division", "division": "state"}
MOST_ROWS: Final = 20
_RANKED: Final = Order()
_BAR_MARGIN: Final = 0.06
_PUERTO_RICO: Final = "72"


@dataclass(frozen=True)
class Choice:
    """What an analyst looks at: a level, a measure, a treatment, inside an area.

    The question below the map is about `about`, where that is another area than the listed lie in.
    """

    level: str
    measure: Measure
    treatment: str
    inside: tuple[str, str] = NATION
    about: tuple[str, str] = NATION


def name_level(level: str) -> str:
    """Return what the areas of a level are called."""
    return _(LEVELS[level])


def list_areas(coverage: Coverage) -> list[tuple[str, str]]:
    """Return what can be looked into: the nation, regions, divisions, states."""
    areas = [NATION]
    for level in ("region", "division", "state"):
        areas += [(level, geoid) for geoid in coverage.level(level)["geoid"]]
    return areas


def list_measures(coverage: Coverage) -> list[str]:
    """Return the measures that a release has: those by road are not in older ones."""
    by_road = has_minutes(coverage.level("nation"))
    return [key for key, measure in MEASURES.items() if by_road or not measure.is_by_road]


def drill_down(choice: Choice, geoid: str) -> tuple[str, tuple[str, str]]:
    """Return the level and area to look at after an area was picked; counties have no parts."""
    if choice.level == "county":
        return "county", ("state", geoid[:2])
    if choice.level == "state":
        return "county", ("state", geoid)
    return _NEXT_LEVEL[choice.level], (choice.level, geoid)


def build_map(
    coverage: Coverage,
    choice: Choice,
    *,
    selected: str | None,
    clinics: Sequence[tuple[float, float, str]] = (),
    sites: Sequence[tuple[float, float, str, str]] = (),
    reach: ChoroplethReach | None = None,
) -> ChoroplethData:
    """Return what the map shows of a choice.

    Parameters
    ----------
    selected : the GEOID to outline, or None.
    clinics : latitude, longitude, state FIPS code of the clinics to lay over it.
    sites : the same of new sites, with their labels.
    reach : from where a place can be driven to: `state` (FIPS code) and `geometry` (GeoJSON).
    """
    in_state = choice.inside[0] == "state"
    rows = (
        coverage.inside(choice.level, choice.inside) if in_state else coverage.level(choice.level)
    )
    rows = rows.sort_index()
    measure = choice.measure
    values = rows[measure.key].to_numpy(dtype=float)
    by_county = choice.level == "county"
    # Two figures are enough to colour a county and keep a change of thousands of them small.
    figures = 2 if by_county else 3
    scale = 100 if measure.kind == "share" else 1
    numbers = [_round(value * scale, figures) for value in values]
    return ChoroplethData(
        token=f"{choice.level} {measure.key} {choice.treatment}",
        geometry="counties" if by_county else "states",
        geoids=[] if by_county and not in_state else rows["geoid"].tolist(),
        values=numbers,
        kind=measure.kind,
        names={}
        if by_county
        else {str(geoid): name_place(name) for geoid, name in rows["name"].items()},
        parents=coverage.parents(choice.level),
        within=coverage.states_inside(choice.inside),
        breaks=[value * scale for value in measure.breaks],
        legend=build_legend(measure),
        noDataWords=_("less than one clinic, or no data")
        if by_county and measure.kind == "rate"
        else _("no data"),
        writing=describe_number_forms(),
        selected=selected,
        clinics=list(clinics),
        sites=list(sites),
        reach=reach,
    )


def _round(value: float, figures: int) -> float | int | None:
    """Return a number with so many figures, as an integer where it is one; None for NaN."""
    if np.isnan(value):
        return None
    rounded = float(f"{value:.{figures}g}")
    return int(rounded) if rounded == int(rounded) else rounded


def build_legend(measure: Measure) -> list[str]:
    """Return the words of the map's classes, lowest first."""
    bounds = [_bound(value, measure.kind) for value in measure.breaks]
    between = [_("{low} to {high}").format(low=low, high=high) for low, high in pairwise(bounds)]
    return [
        _("under {bound}").format(bound=bounds[0]),
        *between,
        _("{bound} and more").format(bound=bounds[-1]),
    ]


def _bound(value: float, kind: str) -> str:
    if kind == "share":
        return format_percent(value)
    if kind == "miles":
        return format_miles(value, short=True)
    if kind == "minutes":
        return write_number(value, kind)
    return format_number(value, 0 if value == round(value) else 1)


def build_table(
    coverage: Coverage,
    choice: Choice,
    *,
    verdicts: pd.DataFrame,
    selected: str | None,
    completeness: Mapping[str, str] | None = None,
    order: Order = _RANKED,
) -> region_table.RegionTable:
    """Return the ranked table of a choice, worst served first, each area with its parts.

    Areas are ranked by how much they differ from the rest of the country, where that can be told.

    Parameters
    ----------
    verdicts : of `geo.coverage.differences.read_verdicts`.
    selected : the GEOID to mark, or None.
    completeness : level and GEOID, joined by a space -> how complete the list is there; it stands
        beside rates. None for other measures.
    order : what they are sorted by instead, and what is searched.
    """
    measure = choice.measure
    part_level = {"region": "division", "division": "state"}.get(choice.level)
    rows = coverage.inside(choice.level, choice.inside)
    rows = table_order.find(rows, coverage, part_level, order.search)

    def rank(areas: pd.DataFrame) -> pd.DataFrame:
        ranked = differing.rank(areas, coverage, measure, verdicts)
        return table_order.arrange(ranked, order, measure.key)

    ranked = rank(rows)
    shown = ranked if choice.inside[0] == "state" else ranked.head(MOST_ROWS)
    lines, drawn = [], [shown]
    for _index, row in shown.iterrows():
        lines.append(_line(row, measure, completeness, action=choice.level != "county"))
        if part_level:
            parts = rank(coverage.inside(part_level, (choice.level, row["geoid"])))
            drawn.append(parts)
            lines.extend(
                _line(part, measure, completeness, action=False, indent=True, prefix=part_level)
                for _index, part in parts.iterrows()
            )
    caption = [
        _("{measure}. Grey line: the whole country.").format(measure=measure.label),
    ]
    if not order.column:
        caption = [
            _("{measure}, worst served first. Grey line: the whole country.").format(
                measure=measure.label
            ),
            *differing.describe_ranking(ranked, measure),
        ]
    if measure.interval:
        caption.append(_("Line: {interval}.").format(interval=measure.interval))
    if choice.level == "county":
        caption.append(_("County people are estimates from ZIPs."))
        if measure.kind == "rate":
            caption.append(
                _("Where less than one clinic is expected there is no rate; nearest: the median.")
            )
    if len(rows) > len(shown):
        caption.append(
            _("{shown} of {count} shown; search, choose a state, or download.").format(
                shown=MOST_ROWS, count=format_number(len(rows))
            )
        )
    if not len(rows):
        caption = [_("Nothing here is called so.")]
    last = last_columns.name_columns(choice.level, completeness)
    columns: tuple[tuple[str, region_table.ColumnKind, str], ...] = (
        (name_level(choice.level), "name", table_order.NAME),
        (measure.unit, "number", table_order.MEASURE),
        (_("Interval"), "bar", ""),
        (_("Against the rest"), "number", "difference"),
        (_("Clinics"), "number", "clinics"),
        *((label, "number", column) for label, column in last),
    )
    return {
        "caption": " ".join(caption),
        "columns": [
            {"label": label, "kind": kind, **order.describe(column)}
            for label, kind, column in columns
        ],
        "rows": lines,
        "scale": _scale(drawn, measure, coverage.area(NATION)),
        "selected": selected,
    }


def _line(
    row: pd.Series,
    measure: Measure,
    completeness: Mapping[str, str] | None,
    *,
    action: bool,
    indent: bool = False,
    prefix: str = "",
) -> list[Any]:
    value = float(row[measure.key])
    low, high = (float(row[name]) if name else value for name in (measure.low, measure.high))
    name = name_place(row["name"])
    if row["level"] == "county":
        name = f"{name}, {row['state']}"
    elif row["geoid"] == _PUERTO_RICO and row["level"] == "state":
        name = _("{name} (in no census region)").format(name=name)
    estimated = "≈ " if row["clinics_estimated"] else ""
    few = describe_few(row) if measure.kind == "rate" else ""
    return region_table.row(
        f"{prefix}{row['geoid']}",
        name,
        few or measure.write(value),
        # A median may be known where an end of its band is not: there is no bar to draw then.
        [None if np.isnan([low, high]).any() else _round(end, 4) for end in (value, low, high)],
        differing.write(row, measure),
        f"{estimated}{write_number(float(row['clinics']), 'count')}",
        *last_columns.write_columns(row, completeness),
        action=action,
        indent=indent,
    )


def _scale(
    tables: Sequence[pd.DataFrame], measure: Measure, nation: pd.Series
) -> region_table.TableScale:
    """Return the range of the bars and where the whole country stands in it."""
    rest = float(nation[measure.key]) if measure.kind != "count" else None
    columns = [measure.low or measure.key, measure.high or measure.key]
    numbers = np.concatenate([table[columns].to_numpy(dtype=float).ravel() for table in tables])
    numbers = np.append(numbers[~np.isnan(numbers)], [] if rest is None else [rest])
    if not len(numbers):
        return {**region_table.NO_SCALE}
    low, high = float(numbers.min()), float(numbers.max())
    margin = (high - low or 1.0) * _BAR_MARGIN
    return {"from": max(0.0, low - margin), "to": high + margin, "rest": rest, "kind": measure.kind}
