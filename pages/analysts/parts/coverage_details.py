"""What stands below the coverage map: the question, curves, comparisons, methods, downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
import streamlit as st
from markupsafe import Markup

from geo.coverage.coverage_exports import has_minutes
from geo.coverage.coverage_table import NATION
from geo.coverage.differences import read_verdicts
from geo.i18n.language import gettext as _
from geo.publishing import call_findings
from geo.reference.road_tables import ATTRIBUTION
from pages.analysts.parts import (
    comparison,
    coverage_curves,
    coverage_sources,
    coverage_totals,
    coverage_view,
    drive_tables,
    everyone,
    figures,
    like_places,
    own_demand,
    question,
    region_table,
    release_series,
)
from pages.analysts.parts.coverage_state import CoverageState
from pages.parts import call_findings_table, loaders, notices
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    from geo.coverage.coverage_table import Coverage
    from geo.i18n.reasons import Said
    from geo.releases import Release
    from pages.analysts.parts.coverage_view import Choice


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
            coverage_curves.show(release, coverage, choice)
        with right:
            _show_comparison(coverage, choice)
        over_releases = st.container()  # filled last: it reads every kept release once
        everyone.show(release, coverage, choice)
        like_places.show(coverage, choice)
        coverage_totals.show(release, coverage, choice)
        show_calls()
        coverage_sources.show_groups(release, choice)
        left, right = st.columns(2, gap="large")
        with left:
            coverage_sources.show_completeness(release, coverage, choice)
        with right:
            coverage_sources.show_downloads(release, coverage, choice)
            figures.show(release, coverage, choice)
            drive_tables.show(release, coverage, choice)
        own_demand.show(choice)
        with over_releases:
            release_series.show(coverage, choice)
    if has_minutes(coverage.level("nation")):
        words = _("Minutes by road, without traffic: {source}.").format(source=ATTRIBUTION)
    else:
        words = _("This release was made before minutes by road were measured.")
    notices.show_answer(words)


def show_calls() -> None:
    """Draw what calls found, where an operator shows it; nothing where not."""
    if found := call_findings.read_published():
        call_findings_table.show(found)


def _show_question(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Answer whether the area in focus is underserved; the Midwest where none is."""
    area = question.MIDWEST if choice.about == NATION else choice.about
    answer = question.answer(read_verdicts(release.table("verdicts")), coverage, area)
    lines = [h.p[h.strong[lead], " ", mark_up(said)] for lead, said in answer.lines]
    st.html(h.section(".asked")[h.h2[answer.question], lines])
    if answer.distance in {"low", "high"} and st.button(
        _("How many missing clinics would turn the verdict on distance?"), key="cov_reverse"
    ):
        with st.spinner(_("Placing clinics one by one where they turn it soonest")):
            found = loaders.find_reversal(release.id, *area)
        words = question.describe_reversal(found, answer.distance)
        notices.show_answer(words)


def mark_up(said: Said) -> Markup:
    """Return words as HTML, with their language where it is not that of the page."""
    words = h.span(lang=said.language)[said.words] if said.language else said.words
    return Markup.escape(words)


def _show_comparison(coverage: Coverage, choice: Choice) -> None:
    """Draw two areas side by side, beside the whole country."""
    notices.show_part(_("Two side by side"))
    areas = coverage_view.list_areas(coverage)[1:]
    first = question.MIDWEST if choice.about == NATION else choice.about
    names = {area: name_place(str(coverage.area(area)["name"])) for area in areas}
    picked = []
    for at, (column, label, area) in enumerate(
        zip(st.columns(2), (_("One"), _("The other")), (first, ("region", "1")), strict=True)
    ):
        compared = CoverageState.compared(at)
        compared.begin_with(area)
        compared.keep_choice(areas, area)
        picked.append(
            column.selectbox(label, areas, key=compared.key, format_func=names.__getitem__)
        )
    region_table.show(comparison.build_comparison(coverage, picked), key="comparison_table")
