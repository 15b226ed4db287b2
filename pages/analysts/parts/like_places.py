"""A state beside the five most like it: by what they are alike, and how each is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.coverage.like_places import TRAITS, describe_states, find_like
from geo.i18n.language import format_number, format_percent
from geo.i18n.language import gettext as _
from pages.analysts.parts import region_table
from pages.parts import loaders, notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.coverage.coverage_table import Coverage
    from geo.coverage.demand import Demand
    from pages.analysts.parts.coverage_view import Choice


def show(coverage: Coverage, choice: Choice) -> None:
    """Draw the table where the question is about a state; nothing where not."""
    table = build(loaders.load_demand(), coverage, choice)
    if table is None:
        return
    notices.show_part(
        _("States most like it"),
        _(
            "By people, density, income and age, each counted the same; Methods says how. Alike does "
            "not mean that need is the same."
        ),
    )
    region_table.show(table, key="like_places_table")


def build(demand: Demand, coverage: Coverage, choice: Choice) -> dict[str, Any] | None:
    """Return the table of a state and those most like it; None where there are none."""
    if choice.about[0] != "state":
        return None
    states = coverage.level("state").set_index("state", drop=False)
    own = str(coverage.area(choice.about)["state"])
    traits = describe_states(demand)
    traits = traits[traits.index.isin(states.index)]
    found = find_like(traits, own)
    if found.empty:
        return None
    areas = {str(area["state"]): area for area in states.to_dict("records")}
    rows = [_line(areas[own], traits.to_dict("index")[own], choice, "")]
    for letters, row in found.to_dict("index").items():
        called = TRAITS[row["alike"]]
        rows.append(_line(areas[str(letters)], row, choice, _(called)))
    heads = [
        choice.measure.label,
        *(_(words) for words in TRAITS.values()),
    ]
    return {
        "caption": _("The state first, then those most like it, the most alike above."),
        "columns": [
            {"label": _("State"), "kind": "name"},
            *({"label": label, "kind": "number"} for label in heads),
            {"label": _("Nearest in"), "kind": "number"},
        ],
        "rows": rows,
        "scale": region_table.NO_SCALE,
        "selected": own,
    }


def _line(
    area: Mapping[Any, Any], traits: Mapping[Any, Any], choice: Choice, alike: str
) -> list[Any]:
    return region_table.row(
        str(area["state"]),
        str(area["name"]),
        choice.measure.write(float(area[choice.measure.key])),
        format_number(traits["people"]),
        format_number(traits["people_per_sq_mile"]),
        f"${format_number(traits['income'])}",
        format_percent(traits["share_65_plus"], 1),
        alike,
    )
