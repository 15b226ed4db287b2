"""Curves of coverage: the share of adults who have a clinic within so many miles, and minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import altair as alt
import pandas as pd
import streamlit as st

from geo.coverage.coverage_exports import has_minutes
from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.maps.print_charts import COLOURS
from pages.parts import notices
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    from geo.coverage.coverage_table import Coverage
    from geo.releases import Release
    from pages.analysts.parts.coverage_view import Choice

_MOST_LINES: Final = 9
_CHART_HEIGHT: Final = 400


@dataclass(frozen=True)
class Curve:
    """What a chart is drawn against.

    Parameters
    ----------
    table : of a release.
    steps : its column of distances.
    heading, axis, unit : words to be translated.
    key : of the chart.
    """

    table: str
    steps: str
    heading: str
    axis: str
    unit: str
    key: str


_BY_MILES: Final = Curve(
    "reach",
    "miles",
    mark("Share of adults reached, by miles"),
    mark("Miles to the nearest listed clinic, straight line"),
    mark("Miles"),
    "coverage_curve",
)
_BY_MINUTES: Final = Curve(
    "reach_by_road",
    "minutes",
    mark("Share of adults reached, by minutes by road"),
    mark("Minutes to the nearest listed clinic, without traffic"),
    mark("Minutes"),
    "coverage_curve_by_road",
)


CURVES: Final = {curve.table: curve for curve in (_BY_MILES, _BY_MINUTES)}
"""By the table of a release that they are drawn of."""


def show(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw the curves of a choice, an area a line, beside the whole country's.

    Raises
    ------
    ReleaseError : the release was made without one of the tables.
    """
    _show_curve(_BY_MILES, release, coverage, choice)
    if has_minutes(coverage.level("nation")):
        _show_curve(_BY_MINUTES, release, coverage, choice)


def select(reach: pd.DataFrame, coverage: Coverage, choice: Choice) -> tuple[pd.DataFrame, int]:
    """Return the rows that a chart is drawn of, and how many areas there are.

    Parameters
    ----------
    reach : of a release: `level`, `geoid`, `treatment`, the share of adults and its band by steps.

    Returns
    -------
    The rows of the most populous areas and of the nation, each with what its `area` is called.
    """
    level = choice.level if choice.level != "county" else "state"
    areas = coverage.inside(level, choice.inside)
    largest = areas.nlargest(_MOST_LINES, "adults")
    of_treatment = reach[reach["treatment"] == choice.treatment]
    shown = of_treatment[
        (of_treatment["level"] == level) & of_treatment["geoid"].isin(largest["geoid"])
    ].assign(area=lambda rows: rows["geoid"].map(largest["name"]).map(name_place))
    nation = of_treatment[of_treatment["level"] == "nation"].assign(area=_("United States"))
    return pd.concat([shown, nation]), len(areas)


def _show_curve(curve: Curve, release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw the share of adults reached, a line an area."""
    table, count = select(release.table(curve.table), coverage, choice)
    words = _("A line an area; the tinted band is the 90% band of the draws.")
    if count > _MOST_LINES:
        words += " " + _("The {count} with most adults.").format(count=_MOST_LINES)
    notices.show_part(_(curve.heading), words)
    axis = _(curve.axis)
    adults = _("Share of adults")
    base = alt.Chart(table).encode(
        x=alt.X(f"{curve.steps}:Q", title=axis, axis=alt.Axis(description=axis)),
        color=alt.Color(
            "area:N",
            title=_("Area"),
            scale=alt.Scale(range=list(COLOURS)),
            legend=alt.Legend(
                title=None, orient="bottom", columns=3, symbolOpacity=1, description=_("Area")
            ),
        ),
        strokeDash=alt.StrokeDash("area:N", title=_("Area"), legend=None),
    )
    band = base.mark_area(opacity=0.15, aria=False).encode(
        y=alt.Y("share_low:Q", title=adults, axis=alt.Axis(format="%", description=adults)),
        y2="share_high:Q",
    )
    line = base.mark_line().encode(
        y=alt.Y("share:Q", title=adults),
        tooltip=[
            alt.Tooltip("area:N", title=_("Area")),
            alt.Tooltip(f"{curve.steps}:Q", title=_(curve.unit)),
            alt.Tooltip("share:Q", title=_("Share"), format=".1%"),
        ],
    )
    st.altair_chart((band + line).properties(height=_CHART_HEIGHT), key=curve.key)
