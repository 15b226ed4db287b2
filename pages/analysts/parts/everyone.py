"""Adults or all people: both shares of the areas of a choice, and whether a verdict turns on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.coverage.everyone import ADULTS, PEOPLE, compare_with_everyone
from geo.i18n.language import format_miles, mark
from geo.i18n.language import gettext as _
from pages.analysts.parts import differing, region_table
from pages.analysts.parts.measures import MEASURES
from pages.parts import loaders, notices
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    import pandas as pd

    from geo.coverage.coverage_table import Coverage
    from geo.releases import Release
    from pages.analysts.parts.coverage_view import Choice

_NEAR: Final = MEASURES["share_within_30_miles"]
_COUNTED: Final = {ADULTS: mark("adults"), PEOPLE: mark("all people")}


def show(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw both shares of the areas of a choice, once somebody asks: it takes seconds."""
    notices.show_part(
        _("Adults or all people"),
        _(
            "Every share on this page is one of adults, 18 and over. Of all people it may be another "
            "one, and a verdict may turn on that."
        ),
    )
    asked = st.toggle(_("Count all people beside the adults"), key="cov_everyone")
    if not asked:
        return
    level = "state" if choice.level == "county" else choice.level
    with st.spinner(_("Counting all people")):
        compared = _load(release.id, choice.treatment, level)
    inside = coverage.inside(level, choice.inside)["geoid"]
    region_table.show(build_table(compared[compared["geoid"].isin(inside)]), key="everyone_table")


def build_table(compared: pd.DataFrame) -> region_table.RegionTable:
    """Return the table of both shares, the areas whose verdicts differ first.

    Parameters
    ----------
    compared : of `geo.coverage.everyone.compare_with_everyone`.
    """
    turns = compared.groupby("geoid")["verdict"].transform("nunique").gt(1)
    ranked = compared.assign(turns=turns).sort_values(
        ["turns", "geoid", "counted"], ascending=[False, True, True]
    )
    rows = []
    for row in ranked.to_dict("records"):
        is_first = row["counted"] == ADULTS
        counted = _COUNTED[row["counted"]]
        rows.append(
            region_table.row(
                f"{row['geoid']}{row['counted']}",
                name_place(row["name"]) if is_first else "",
                _(counted),
                _NEAR.write(row[_NEAR.key]),
                differing.write(row, _NEAR),
                _("yes") if row["turns"] and is_first else "",
            )
        )
    near = format_miles(_NEAR.miles)
    return {
        "caption": _(
            "Within {distance} of a listed clinic, and the difference to the rest of the country in "
            "points."
        ).format(distance=near),
        "columns": [
            {"label": _("Area"), "kind": "name"},
            {"label": _("Counted"), "kind": "text"},
            {"label": _("Share"), "kind": "number"},
            {"label": _("Against the rest"), "kind": "number"},
            {"label": _("Verdict turns"), "kind": "text"},
        ],
        "rows": rows,
        "scale": region_table.NO_SCALE,
        "selected": None,
    }


@st.cache_resource(max_entries=8, show_spinner=False)
def _load(release_id: str, treatment: str, level: str) -> pd.DataFrame:
    supply = loaders.load_supply(release_id, treatment)
    return compare_with_everyone(loaders.load_demand(), supply.distances, level)
