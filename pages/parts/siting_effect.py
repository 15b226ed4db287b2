"""What sites would change: areas before and after, who gains, and the files to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.siting import exports
from geo.siting.effect import measure_effect, tabulate_gains
from pages.parts import loaders, notices, region_table
from pages.parts.measures import MEASURES, NO_DATA, write_number
from pages.parts.wordings import sentence_case

if TYPE_CHECKING:
    import pandas as pd

    from geo.releases import Release
    from geo.siting.areas import Area
    from geo.siting.setting import Setting
    from pages.parts.measures import Measure
    from pages.parts.siting_plan import Plan

_LEAST_CHANGE: Final = 0.0005


def show(release: Release, plan: Plan, setting: Setting, sites: pd.DataFrame) -> None:
    """Draw what the sites would change."""
    effect = measure_effect(sites, setting, loaders.load_baseline(release.id, plan.treatment))
    answer = st.session_state.sit_answer
    made = exports.Plan(
        setting=setting,
        objective=plan.objective,
        release_id=release.id,
        sites=sites,
        effect=effect,
        gap=answer.gap if answer else None,
    )
    with st.container(key="coverage_details"):
        left, right = st.columns(2, gap="large")
        with left:
            _show_areas(plan, setting.area, effect.before, effect.after)
        with right:
            _show_gains(plan, tabulate_gains(sites, setting))
        notices.show_part("What this does not know", " ".join(exports.LIMITS))
        notices.show_part("How sites are found", exports.METHOD)
        files = st.columns(4)
        files[0].download_button(
            "CSV",
            exports.to_csv(made),
            f"sites-{release.id}.csv",
            "text/csv",
            width="stretch",
        )
        files[1].download_button(
            "GeoJSON",
            exports.to_geojson(made),
            f"sites-{release.id}.geojson",
            "application/geo+json",
            width="stretch",
        )


def _show_areas(plan: Plan, area: Area, before: pd.DataFrame, after: pd.DataFrame) -> None:
    """Draw the share of adults within reach, before and after, of the areas that change."""
    measure = MEASURES[f"share_within_{plan.within_miles}_miles"]
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
                now["name"],
                _write_band(now, measure),
                _write_band(then, measure),
                f"{100 * gain[row]:+.1f} points",
            )
        )
    notices.show_part(
        "Before and after",
        f"{measure.label}, on the same 200 draws; in brackets the 90% band. Areas that change.",
    )
    region_table.show(
        {
            "caption": measure.label,
            "columns": [
                {"label": "Area", "kind": "name"},
                {"label": "Before", "kind": "number"},
                {"label": "After", "kind": "number"},
                {"label": "Change", "kind": "number"},
            ],
            "rows": rows,
            "scale": region_table.NO_SCALE,
            "selected": None,
        },
        key="effect_table",
    )


def _write_band(row: pd.Series, measure: Measure) -> str:
    share = measure.write(float(row[measure.key]))
    if share == NO_DATA:
        return share
    low, high = (measure.write(float(row[name])) for name in (measure.low, measure.high))
    return f"{share} ({low}–{high})"


def _show_gains(plan: Plan, gains: pd.DataFrame) -> None:
    """Draw who gains, by the kind of ZIP they live in."""
    rows = [
        region_table.row(
            f"{group['dimension']}{group['group']}",
            sentence_case(group["label"]),
            write_number(float(group["adults_gained"]), "count"),
            f"{group['adults_before'] / group['adults']:.0%}",
            f"{group['adults_after'] / group['adults']:.0%}",
        )
        for group in gains.to_dict("records")
    ]
    notices.show_part(
        "Who gains",
        f"Adults of the area newly within {plan.within_miles} miles, by the kind of ZIP they live "
        "in; clinics at their recorded points.",
    )
    region_table.show(
        {
            "caption": "Kinds of ZIPs, not of people.",
            "columns": [
                {"label": "Who", "kind": "name"},
                {"label": "Gained", "kind": "number"},
                {"label": "Before", "kind": "number"},
                {"label": "After", "kind": "number"},
            ],
            "rows": rows,
            "scale": region_table.NO_SCALE,
            "selected": None,
        },
        key="gains_table",
    )
