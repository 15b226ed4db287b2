"""What stands below the coverage map: the question, curves, comparisons, methods, downloads."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

import altair as alt
import pandas as pd
import streamlit as st

from geo.coverage.coverage_table import NATION
from geo.i18n.language import gettext as _
from geo.reference.road_tables import ATTRIBUTION
from pages.analysts.parts import (
    coverage_sources,
    coverage_totals,
    coverage_view,
    question,
    region_table,
)
from pages.parts import events, loaders, notices
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    from geo.coverage.coverage_table import Coverage
    from geo.i18n.reasons import Said
    from geo.releases import Release
    from pages.analysts.parts.coverage_view import Choice

_MOST_LINES: Final = 9
_CHART_HEIGHT: Final = 400
# Okabe and Ito (2008), Color Universal Design, darkened where text-weight lines need it.
_COLOURS: Final = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#b3589a",
    "#8c6d00",
    "#3f9bd1",
    "#7f7f7f",
    "#c23b22",
    "#4c4cb0",
    "#5a8f3c",
)


def show(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw the details of a choice.

    Raises
    ------
    ReleaseError : the release was made without one of the tables.
    """
    _show_question(release, coverage, choice)
    with st.container(key="coverage_details"):
        left, right = st.columns(2, gap="large")
        with left:
            _show_curve(release, coverage, choice)
        with right:
            _show_comparison(coverage, choice)
        coverage_totals.show(release, coverage, choice)
        coverage_sources.show_groups(release, choice)
        left, right = st.columns(2, gap="large")
        with left:
            coverage_sources.show_completeness(release, coverage, choice)
        with right:
            coverage_sources.show_downloads(release, coverage, choice)
    words = _("Minutes by road, without traffic: {source}.").format(source=ATTRIBUTION)
    st.html(f'<p class="asked">{html.escape(words)}</p>')


def _show_question(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Answer whether the area in focus is underserved; the Midwest where none is."""
    area = question.MIDWEST if choice.inside == NATION else choice.inside
    answer = question.answer(release.table("verdicts"), coverage, area)
    lines = "".join(
        f"<p><strong>{html.escape(lead)}</strong> {mark_up(said)}</p>"
        for lead, said in answer.lines
    )
    st.html(f'<section class="asked"><h2>{html.escape(answer.question)}</h2>{lines}</section>')
    if answer.distance in {"low", "high"} and st.button(
        _("How many missing clinics would turn the verdict on distance?"), key="cov_reverse"
    ):
        with st.spinner(_("Placing clinics one by one where they turn it soonest")):
            found = loaders.find_reversal(release.id, *area)
        words = question.describe_reversal(found, answer.distance)
        st.html(f'<p class="asked">{html.escape(words)}</p>')


def mark_up(said: Said) -> str:
    """Return words as HTML, with their language where it is not that of the page."""
    words = html.escape(said.words)
    return f'<span lang="{said.language}">{words}</span>' if said.language else words


def _show_curve(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw the share of adults reached against miles, a line an area."""
    level = choice.level if choice.level != "county" else "state"
    areas = coverage.inside(level, choice.inside)
    largest = areas.nlargest(_MOST_LINES, "adults")
    reach = release.table("reach")
    shown = reach[
        (reach["level"] == level)
        & reach["geoid"].isin(largest["geoid"])
        & (reach["treatment"] == choice.treatment)
    ].assign(area=lambda rows: rows["geoid"].map(largest["name"]).map(name_place))
    nation = reach[(reach["level"] == "nation") & (reach["treatment"] == choice.treatment)]
    table = pd.concat([shown, nation.assign(area=_("United States"))])
    words = _("A line an area; the tinted band is the 90% band of the draws.")
    if len(areas) > _MOST_LINES:
        words += " " + _("The {count} with most adults.").format(count=_MOST_LINES)
    notices.show_part(
        _("Share of adults reached, by miles"),
        words,
    )
    miles = _("Miles to the nearest listed clinic, straight line")
    adults = _("Share of adults")
    base = alt.Chart(table).encode(
        x=alt.X("miles:Q", title=miles, axis=alt.Axis(description=miles)),
        color=alt.Color(
            "area:N",
            title=_("Area"),
            scale=alt.Scale(range=list(_COLOURS)),
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
            alt.Tooltip("miles:Q", title=_("Miles")),
            alt.Tooltip("share:Q", title=_("Share"), format=".1%"),
        ],
    )
    st.altair_chart((band + line).properties(height=_CHART_HEIGHT), key="coverage_curve")


def _show_comparison(coverage: Coverage, choice: Choice) -> None:
    """Draw two areas side by side, beside the whole country."""
    notices.show_part(_("Two side by side"))
    areas = coverage_view.list_areas(coverage)[1:]
    first = question.MIDWEST if choice.inside == NATION else choice.inside
    names = {area: name_place(str(coverage.area(area)["name"])) for area in areas}
    picked = []
    for at, (column, label, area) in enumerate(
        zip(st.columns(2), (_("One"), _("The other")), (first, ("region", "1")), strict=True)
    ):
        key = f"cov_compare_{at}"
        st.session_state.setdefault(key, area)
        events.keep_choice(key, areas, area)
        picked.append(column.selectbox(label, areas, key=key, format_func=names.__getitem__))
    region_table.show(coverage_view.build_comparison(coverage, picked), key="comparison_table")
