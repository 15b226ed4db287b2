"""A state or a county beside the five most like it: by what they are alike, and how each is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.coverage.coverage_exports import has_minutes
from geo.coverage.like_places import TRAITS, describe_areas, find_like
from geo.coverage.small_counties import describe_few
from geo.i18n.language import format_number, format_percent
from geo.i18n.language import gettext as _
from pages.analysts.parts import region_table
from pages.analysts.parts.coverage_state import CoverageState
from pages.analysts.parts.measures import MEASURES
from pages.parts import loaders, notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.coverage.coverage_table import Coverage
    from pages.analysts.parts.coverage_view import Choice
    from pages.analysts.parts.measures import Measure

_SHOWN: Final = tuple(
    MEASURES[key]
    for key in (
        "share_within_30_miles",
        "share_within_60_minutes",
        "clinics_per_million_adults",
    )
)
"""How the areas are served; always the same, for the measure above changes without this part."""


def show(coverage: Coverage, choice: Choice) -> None:
    """Draw the tables where the question is about a state; say why not where it is about a region."""
    level, geoid = choice.about
    if level == "nation":
        return
    if level != "state":
        notices.show_part(
            _("Places most like it"),
            _(
                "With four regions and nine divisions there are too few for one to be like another: "
                "compare any two side by side. States and counties have those most like them here."
            ),
        )
        return
    notices.show_part(
        _("Places most like it"),
        _(
            "By people, density, income and age, each counted the same; Methods says how. Alike does "
            "not mean that need is the same."
        ),
    )
    region_table.show(build(_describe("state"), coverage, "state", geoid), key="like_places_table")
    _show_county(coverage, geoid)


@st.fragment
def _show_county(coverage: Coverage, state: str) -> None:
    """Draw the same of a county of the state, the most populous one unless another is chosen."""
    traits = _describe("county")
    inside = coverage.inside("county", ("state", state))
    known = inside[inside["geoid"].isin(traits.index)]
    if known.empty:
        return
    geoids = known["geoid"].tolist()
    largest = str(known["adults"].idxmax())
    CoverageState.like_county.begin_with(largest)
    CoverageState.like_county.keep_choice(geoids, largest)
    geoid = st.selectbox(
        _("A county of this state"),
        geoids,
        key=CoverageState.like_county.key,
        format_func=lambda geoid: str(known.loc[geoid, "name"]),
        width=420,
    )
    region_table.show(build(traits, coverage, "county", geoid), key="like_counties_table")


@st.cache_resource(max_entries=2, show_spinner=False)
def _describe(level: str) -> pd.DataFrame:
    return describe_areas(loaders.load_demand(), level)


def build(
    traits: pd.DataFrame, coverage: Coverage, level: str, geoid: str
) -> region_table.RegionTable:
    """Return the table of an area and those most like it.

    Parameters
    ----------
    traits : of `geo.coverage.like_places.describe_areas`.
    level : `state` or `county`.
    geoid : of the area; where nothing is known of it, it stands alone.
    """
    areas = coverage.level(level)
    known = traits[traits.index.isin(areas.index)]
    found = find_like(known, geoid)
    by_road = has_minutes(coverage.level("nation"))
    shown = [measure for measure in _SHOWN if by_road or not measure.is_by_road]
    own = known.loc[[geoid]].assign(alike="") if geoid in known.index else found.iloc[:0]
    rows = [
        _line(areas.loc[str(area)].to_dict(), row, shown)
        for table in (own, found)
        for area, row in table.to_dict("index").items()
    ]
    heads = [*(measure.label for measure in shown), *(_(words) for words in TRAITS.values())]
    is_state = level == "state"
    return {
        "caption": _("The state first, then those most like it, the most alike above.")
        if is_state
        else _("The county first, then those of the country most like it, the most alike above."),
        "columns": [
            {"label": _("State") if is_state else _("County"), "kind": "name"},
            *(region_table.TableColumn(label=label, kind="number") for label in heads),
            {"label": _("Nearest in"), "kind": "text"},
        ],
        "rows": rows,
        "scale": region_table.NO_SCALE,
        "selected": geoid,
    }


def _line(area: Mapping[Any, Any], traits: Mapping[Any, Any], shown: list[Measure]) -> list[Any]:
    name = str(area["name"])
    alike = TRAITS[traits["alike"]] if traits["alike"] else ""
    return region_table.row(
        str(area["geoid"]),
        f"{name}, {area['state']}" if area["level"] == "county" else name,
        *(_write(area, measure) for measure in shown),
        format_number(traits["people"]),
        format_number(traits["people_per_sq_mile"]),
        f"${format_number(traits['income'])}",
        format_percent(traits["share_65_plus"], 1),
        _(alike) if alike else "",
    )


def _write(area: Mapping[Any, Any], measure: Measure) -> str:
    few = describe_few(area) if measure.kind == "rate" else ""
    return few or measure.write(float(area[measure.key]))
