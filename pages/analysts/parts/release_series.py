"""A measure over the kept releases: a line an area, and what each change of one area comes of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import pandas as pd
import streamlit as st

from geo import releases
from geo.coverage.coverage_table import NATION
from geo.errors import ReleaseError
from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.i18n.sentences import sentence_case
from geo.maps.print_charts import COLOURS
from geo.publishing import changelog, over_releases
from geo.publishing.count_changes import PART_WORDS, PARTS
from pages.analysts.parts import region_table
from pages.analysts.parts.coverage_state import CoverageState
from pages.analysts.parts.coverage_view import list_measures
from pages.analysts.parts.measures import MEASURES, write_signed
from pages.parts import loaders, notices
from pages.parts.wordings import name_area, name_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.coverage.coverage_table import Coverage
    from pages.analysts.parts.coverage_view import Choice
    from pages.analysts.parts.measures import Measure

_LEAST: Final = 2
_MOST_LINES: Final = 9
_LABEL_WIDTH: Final = 100
_CHART_HEIGHT: Final = 330
_LINE_HEIGHT: Final = 30
_FORMATS: Final = {"share": "%", "rate": ".2f"}
_RULE: Final = "#808890"  # on white and on black alike
_NO_BREAK: Final = "\N{NON-BREAKING HYPHEN}"
_MADE: Final = mark("Release made on")
_POINTS: Final = mark("{points} points")


def show(coverage: Coverage, choice: Choice) -> None:
    """Draw the part where there is more than one release; nothing where not."""
    if len(_read_kept()) >= _LEAST:
        _show(coverage, choice)


def _read_kept() -> tuple[over_releases.Kept, ...]:
    """Return the kept releases; none where the one in use is damaged, and visitors see another."""
    try:
        # Most servers have one release, which is not read once more to see that.
        return over_releases.read_kept() if len(changelog.list_kept()) >= _LEAST else ()
    except ReleaseError:
        return ()


@st.fragment
def _show(coverage: Coverage, choice: Choice) -> None:
    kept = _read_kept()
    if len(kept) < _LEAST:  # a fragment runs by itself, when releases may have gone
        return
    notices.show_part(
        _("Over releases"),
        _(
            "Each figure as its release was published. A change may be one of the list (a clinic new "
            "to it may have opened or only been found), of the clinics (closed, or open again), or of "
            "what the figure means: a dotted line marks that."
        ),
    )
    known = over_releases.list_measures(kept)
    offered = [key for key in list_measures(coverage) if key in known]
    CoverageState.series.begin_with(choice.measure.key)
    CoverageState.series.keep_choice(offered)
    left, right = st.columns(2, gap="large")
    with left:
        key = st.selectbox(
            _("Measure over releases"),
            offered,
            key=CoverageState.series.key,
            format_func=lambda key: MEASURES[key].label,
        )
        measure = MEASURES[key]
        ids = tuple(one.id for one in kept)
        rows = _tabulate(ids, choice.level, key, choice.treatment)
        nation = _tabulate(ids, *NATION[:1], key, choice.treatment)
        inside = select(rows, coverage, choice)
        lines = inside if choice.level == "nation" else pd.concat([inside, nation])
        st.altair_chart(draw_lines(lines, measure), key="release_series")
    with right:
        level, geoid = choice.about
        of_area = _tabulate(ids, level, key, choice.treatment)
        area = of_area[of_area["geoid"].eq(geoid)]
        name = name_area(coverage, choice.about)
        region_table.show(build_table(area, name, measure), key="release_series_table")
        used = releases.current_id()
        st.download_button(
            _("Table over releases (CSV)"),
            over_releases.to_csv(_list_all(rows, coverage, choice, area), used),
            f"over-releases-{choice.level}-{key}-{choice.treatment}-{used}.csv",
            "text/csv",
            key="cov_series_csv",
        )


@st.cache_resource(max_entries=32, show_spinner=False)
def _tabulate(ids: tuple[str, ...], level: str, measure: str, treatment: str) -> pd.DataFrame:  # noqa: ARG001  the cache's key
    return over_releases.tabulate_measure(
        over_releases.read_kept(), loaders.load_demand(), level, measure, treatment
    )


def select(rows: pd.DataFrame, coverage: Coverage, choice: Choice) -> pd.DataFrame:
    """Return the rows that a chart is drawn of: those of the areas with most adults."""
    largest = coverage.inside(choice.level, choice.inside).nlargest(_MOST_LINES, "adults")
    return rows[rows["geoid"].isin(largest["geoid"])]


def _list_all(
    rows: pd.DataFrame, coverage: Coverage, choice: Choice, area: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows to take away: those of all areas listed, and of the one in question."""
    inside = rows[rows["geoid"].isin(coverage.inside(choice.level, choice.inside)["geoid"])]
    return pd.concat([inside, area]).drop_duplicates(["release", "level", "geoid"])


def draw_lines(rows: pd.DataFrame, measure: Measure) -> alt.LayerChart:
    """Return the chart of a measure, a line an area, with a rule where its meaning changed.

    Parameters
    ----------
    rows : of `geo.publishing.over_releases.tabulate_measure`.
    """
    made = _(_MADE)
    known = rows[rows["value"].notna()].assign(
        at=lambda known: pd.to_datetime(known["made_at"], utc=True),
        area=lambda known: (
            known["name"]
            .map(name_place)
            .str.removesuffix(" County")
            .add(known["state"].radd(", ").where(known["level"].eq("county"), ""))
            .mask(known["level"].eq("nation"), _("United States"))
        ),
    )
    times = known["at"].drop_duplicates()
    form = _FORMATS.get(measure.kind, ",.1f" if measure.kind != "count" else ",.0f")
    when = alt.X(
        "at:T",
        title=made,
        scale=alt.Scale(nice=False, padding=12),
        axis=alt.Axis(
            format="%Y-%m-%d",
            values=[
                alt.DateTime(year=at.year, month=at.month, date=at.day, hours=at.hour, utc=True)
                for at in times
            ],
            labelOverlap="greedy",
            description=made,
        ),
    )
    line = (
        alt.Chart(known)
        .mark_line(point={"size": 50, "filled": True})
        .encode(
            x=when,
            y=alt.Y(
                "value:Q",
                title=measure.label,
                scale=alt.Scale(zero=False),
                axis=alt.Axis(format=form, description=measure.label),
            ),
            color=alt.Color(
                "area:N",
                scale=alt.Scale(range=list(COLOURS)),
                legend=alt.Legend(
                    title=None,
                    orient="bottom",
                    columns=2,
                    symbolOpacity=1,
                    labelLimit=_LABEL_WIDTH,
                    description=_("Area"),
                ),
            ),
            tooltip=[
                alt.Tooltip("area:N", title=_("Area")),
                alt.Tooltip("release:N", title=_("Release")),
                alt.Tooltip("value:Q", title=measure.label, format=form),
            ],
        )
    )
    other = known[known["definition"].ne("")].drop_duplicates("release")
    other = other.assign(meaning=other["definition"].map(_say_definition))
    rule = (
        alt.Chart(other)
        .mark_rule(strokeDash=[2, 3], color=_RULE)
        .encode(
            x=when,
            tooltip=[
                alt.Tooltip("release:N", title=_("Release")),
                alt.Tooltip("meaning:N", title=_("What it means")),
            ],
        )
    )
    height = _CHART_HEIGHT + _LINE_HEIGHT * -(-known["area"].nunique() // 2)
    chart: alt.LayerChart = (rule + line).properties(height=height)
    return chart


def build_table(rows: pd.DataFrame, area: str, measure: Measure) -> region_table.RegionTable:
    """Return the table of one area, the newest release first.

    Parameters
    ----------
    rows : of one area, of `geo.publishing.over_releases.tabulate_measure`.
    area : what it is called.
    """
    told = rows[rows["value"].notna()].to_dict("records")
    return {
        "caption": _("{measure}, {area}: the newest release first.").format(
            measure=measure.label, area=area
        ),
        "columns": [
            {"label": _("Release"), "kind": "name"},
            {"label": measure.unit, "kind": "number"},
            {"label": _("Change"), "kind": "number"},
            {"label": _("Clinics"), "kind": "number"},
            {"label": _("By list"), "kind": "number"},
            {"label": _("By clinics"), "kind": "number"},
            {"label": _("Of which"), "kind": "text"},
        ],
        "rows": [_line(row, measure) for row in reversed(told)],
        "scale": region_table.NO_SCALE,
        "selected": None,
    }


def _line(row: Mapping[Any, Any], measure: Measure) -> list[Any]:
    counts = [row[name] for name in ("clinics_change", "by_list", "by_clinics")]
    parts = [
        f"{_(PART_WORDS[name])} {write_signed(row[name], 0)}"
        for name in PARTS
        if isinstance(row[name], int) and row[name]
    ]
    said = "; ".join([*filter(None, [_say_definition(row["definition"])]), *parts])
    return region_table.row(
        row["release"],
        _name(row["release"]),
        measure.write(float(row["value"])),
        _write_change(float(row["change"]), measure),
        *(write_signed(count, 0) if isinstance(count, int) else "" for count in counts),
        sentence_case(said),
    )


def _name(release_id: str) -> str:
    """Return an id that breaks after its date alone."""
    day, _dash, content = release_id.rpartition("-")
    return f"{day.replace('-', _NO_BREAK)} {content}"


def _write_change(change: float, measure: Measure) -> str:
    """Return a change with its sign: of shares in points; "" where there is none to tell of."""
    if math.isnan(change):
        return ""
    if measure.kind == "share":
        return _(_POINTS).format(points=write_signed(100 * change, 1))
    return write_signed(change, {"rate": 2, "count": 0}.get(measure.kind, 1))


def _say_definition(codes: str) -> str:
    return "; ".join(_(over_releases.DEFINITIONS[code]) for code in codes.split(";") if code)
