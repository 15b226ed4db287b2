"""The figures of the Coverage page to take away: map, ranking and curves for print."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.coverage.coverage_exports import METHODS_POINTER, cite, has_minutes
from geo.coverage.differences import read_verdicts
from geo.i18n import language
from geo.i18n.language import format_number, mark
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.maps import print_charts, print_map
from geo.maps.print_sheet import Words
from geo.search import wording
from pages.analysts.parts import coverage_curves, coverage_view
from pages.analysts.parts.coverage_state import CoverageState
from pages.analysts.parts.measures import MEASURES
from pages.parts import notices
from pages.parts.wordings import name_area

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo.coverage.coverage_table import Coverage
    from geo.releases import Release
    from pages.analysts.parts.coverage_view import Choice

MAP, RANKING = "map", "ranking"
_FIGURES: Final = {
    MAP: mark("Map"),
    RANKING: mark("Ranking"),
    "reach": mark("Curves by miles"),
    "reach_by_road": mark("Curves by minutes"),
}
_FORMS: Final = {"svg": "image/svg+xml", "png": "image/png"}


def note_measure(key: str) -> None:
    """Keep which measure is chosen: a new one draws the map and the table anew, but not this part."""
    CoverageState.of_visit().figure_of["measure"] = key


def show(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw what there is to take away; a figure is drawn when it is taken."""
    notices.show_part(
        _("Figures for print"),
        _("Of what is chosen above, with title, caption, source and release."),
    )
    there = [
        name
        for name in _FIGURES
        if name != "reach_by_road" or has_minutes(coverage.level("nation"))
    ]
    columns = st.columns([2, 1, 1], vertical_alignment="bottom")
    name = columns[0].selectbox(
        _("Figure"), there, key="cov_figure", format_func=lambda name: _(_FIGURES[name])
    )
    for column, (form, kind) in zip(columns[1:], _FORMS.items(), strict=True):
        column.download_button(
            form.upper(),
            make_later(
                CoverageState.of_visit().figure_of,
                partial(draw, name, release, coverage, form=form),
                choice,
            ),
            f"{name}-{choice.level}-{choice.treatment}-{release.id}.{form}",
            kind,
            key=f"cov_figure_{form}",
            width="stretch",
        )


def make_later(
    now: Mapping[str, str], make: Callable[[Choice], bytes], choice: Choice
) -> Callable[[], bytes]:
    """Return what makes a file when it is taken, outside of any run of the page.

    Parameters
    ----------
    now : its `measure` is the one chosen by then.
    make : draws a choice, in the language of the run that this is called in.
    choice : all but the measure.
    """
    code = language.current()

    def make_now() -> bytes:
        with language.using(code):
            return make(replace(choice, measure=MEASURES[now["measure"]]))

    return make_now


def draw(name: str, release: Release, coverage: Coverage, choice: Choice, *, form: str) -> bytes:
    """Return a figure of a choice as a file, from the numbers that the page shows.

    Parameters
    ----------
    name : `MAP`, `RANKING`, or the table of curves of the release.
    form : `svg` or `png`.

    Raises
    ------
    ReleaseError : the release was made without the table.
    SourceError : the shapes cannot be read.
    """
    words = _word(name, release, coverage, choice)
    if name == MAP:
        data = coverage_view.build_map(coverage, choice, selected=None)
        return print_map.draw_map(data, words, form)
    if name == RANKING:
        verdicts = read_verdicts(release.table("verdicts"))
        table = coverage_view.build_table(coverage, choice, verdicts=verdicts, selected=None)
        rows = [row for row in table["rows"] if not row[2]]
        values, lows, highs = (
            [math.nan if row[5] is None or row[5][at] is None else row[5][at] for row in rows]
            for at in range(3)
        )
        ranking = print_charts.Ranking(
            names=[row[3] for row in rows],
            values=values,
            lows=lows,
            highs=highs,
            nation=table["scale"]["rest"],
            axis=f"{choice.measure.label} ({choice.measure.unit})",
            is_share=choice.measure.kind == "share",
        )
        return print_charts.draw_ranking(ranking, words, form)
    curve = coverage_curves.CURVES[name]
    lines, _count = coverage_curves.select(release.table(curve.table), coverage, choice)
    axes = (_(curve.axis), _("Share of adults"))
    return print_charts.draw_curves(lines, curve.steps, axes, words, form)


def _word(name: str, release: Release, coverage: Coverage, choice: Choice) -> Words:
    """Return what stands around a figure."""
    measure = choice.measure
    what = measure.label if name in {MAP, RANKING} else _(coverage_curves.CURVES[name].heading)
    level = coverage_view.name_level(choice.level)
    title = _("{what}: {level} in {area}").format(
        what=what, level=level, area=name_area(coverage, choice.inside)
    )
    treatment = sentence_case(wording.name_treatment(choice.treatment))
    caption = [f"{treatment}."]
    if name in {MAP, RANKING}:
        caption.append(measure.definition)
    if name == RANKING:
        caption.append(_("Worst served first. Grey line: the whole country."))
        count = len(coverage.inside(choice.level, choice.inside))
        if choice.inside[0] != "state" and count > coverage_view.MOST_ROWS:
            caption.append(
                _("The first {shown} of {count}.").format(
                    shown=coverage_view.MOST_ROWS, count=format_number(count)
                )
            )
        if measure.interval:
            caption.append(_("Line: {interval}.").format(interval=measure.interval))
    elif name != MAP:
        caption.append(_("A line an area; the tinted band is the 90% band of the draws."))
    source = f"{cite(release.id, release.as_of)} {METHODS_POINTER}"
    return Words(title, " ".join(caption), source)
