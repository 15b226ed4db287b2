"""What sites would change: areas before and after, who gains, and the files to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.coverage.clinic_count import count_clinics, describe_count
from geo.coverage.coverage_table import NATION
from geo.i18n.language import format_percent
from geo.i18n.language import gettext as _
from geo.i18n.reasons import say_kept
from geo.siting import siting_exports
from geo.siting.effect import measure_effect, tabulate_gains
from pages.analysts.parts import region_table, siting_drives, siting_plan
from pages.analysts.parts.measures import MEASURES, write_number
from pages.analysts.parts.siting_state import SitingState
from pages.parts import loaders, notices
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    import pandas as pd

    from geo.releases import Release
    from geo.siting.effect import Effect
    from geo.siting.study_area import Area
    from pages.analysts.parts.measures import Measure
    from pages.analysts.parts.siting_plan import Plan

_LEAST_CHANGE: Final = 0.0005


def show(release: Release, plan: Plan, sites: pd.DataFrame) -> None:
    """Draw what the sites would change."""
    with st.spinner(_("Measuring how areas are served now")):
        context = siting_drives.find_whole(release, plan)
        load = loaders.load_baseline if context.drives is None else siting_drives.load_baseline
        baseline = load(release.id, plan.treatment)
    effect = measure_effect(sites, context, baseline)
    answer = SitingState.of_visit().answer
    made = siting_exports.Plan(
        context=context,
        objective=plan.objective,
        release_id=release.id,
        sites=sites,
        effect=effect,
        gap=answer.gap if answer else None,
    )
    with st.container(key="coverage_details"):
        left, right = st.columns(2, gap="large")
        with left:
            counted = count_clinics(release.clinics, context.demand, NATION, plan.treatment)
            _show_areas(plan, context.area, effect, describe_count(counted))
        with right:
            _show_gains(plan, tabulate_gains(sites, context))
        limits, method = siting_exports.LIMITS[context.unit], siting_exports.METHODS[context.unit]
        notices.show_part(_("What this does not know"), " ".join(map(_, limits)))
        notices.show_part(_("How sites are found"), " ".join(map(_, method)))
        files = st.columns(4)
        files[0].download_button(
            "CSV",
            siting_exports.to_csv(made),
            f"sites-{release.id}.csv",
            "text/csv",
            width="stretch",
        )
        files[1].download_button(
            "GeoJSON",
            siting_exports.to_geojson(made),
            f"sites-{release.id}.geojson",
            "application/geo+json",
            width="stretch",
        )


def _show_areas(plan: Plan, area: Area, effect: Effect, counted: str) -> None:
    """Draw the share of adults within reach, before and after, of the areas that change."""
    before, after = effect.before, effect.after
    measure = MEASURES[plan.measure]
    gain = (after[measure.key] - before[measure.key]).fillna(0.0)
    own = (before["level"] == area.level) & (before["geoid"] == area.geoid)
    nation = before["level"] == "nation"
    shown = before.index[(gain >= _LEAST_CHANGE) | own | nation]
    rows = []
    for row in shown:
        now, then = before.loc[row], after.loc[row]
        rows.append(
            region_table.row(
                f"{now['level']}{now['geoid']}",
                name_place(now["name"]),
                _write_band(now, measure),
                _write_band(then, measure),
                _("{difference} points").format(difference=f"{100 * gain[row]:+.1f}"),
            )
        )
    notices.show_part(
        _("Before and after"),
        _("{measure}, on the same 200 draws; in brackets the 90% band. Areas that change.").format(
            measure=measure.label
        )
        + f" {counted}",
    )
    region_table.show(
        {
            "caption": measure.label,
            "columns": [
                {"label": _("Area"), "kind": "name"},
                {"label": _("Before"), "kind": "number"},
                {"label": _("After"), "kind": "number"},
                {"label": _("Change"), "kind": "number"},
            ],
            "rows": rows,
            "scale": region_table.NO_SCALE,
            "selected": None,
        },
        key="effect_table",
    )


def _write_band(row: pd.Series, measure: Measure) -> str:
    return measure.write_band(
        *(float(row[name]) for name in (measure.key, measure.low, measure.high))
    )


def _show_gains(plan: Plan, gains: pd.DataFrame) -> None:
    """Draw who gains, by the kind of ZIP they live in."""
    rows = [
        region_table.row(
            f"{group['dimension']}{group['group']}",
            region_table.name_cell(say_kept(group, "label")),
            write_number(float(group["adults_gained"]), "count"),
            format_percent(group["adults_before"] / group["adults"]),
            format_percent(group["adults_after"] / group["adults"]),
        )
        for group in gains.to_dict("records")
    ]
    notices.show_part(
        _("Who gains"),
        _(
            "Adults of the area newly within {distance}, by the kind of ZIP they live in; the mean "
            "of the draws."
        ).format(distance=siting_plan.describe_within(plan.within)),
    )
    region_table.show(
        {
            "caption": _("Kinds of ZIPs, not of people."),
            "columns": [
                {"label": _("Who"), "kind": "name"},
                {"label": _("Gained"), "kind": "number"},
                {"label": _("Before"), "kind": "number"},
                {"label": _("After"), "kind": "number"},
            ],
            "rows": rows,
            "scale": region_table.NO_SCALE,
            "selected": None,
        },
        key="gains_table",
    )
