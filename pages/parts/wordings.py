"""How words are put on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.i18n.language import ENGLISH, current, format_percent, mark
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from geo.coverage.coverage_table import Coverage
    from geo.maps.choropleth import NumberForms


_PLACES: Final = (
    mark("United States"),
    mark("United States (50 states and DC)"),
    mark("Northeast"),
    mark("Midwest"),
    mark("South"),
    mark("West"),
    mark("New England"),
    mark("Middle Atlantic"),
    mark("East North Central"),
    mark("West North Central"),
    mark("South Atlantic"),
    mark("East South Central"),
    mark("West South Central"),
    mark("Mountain"),
    mark("Pacific"),
)
"""The areas of the Census Bureau that have names of their own in other languages."""


def name_area(coverage: Coverage, area: tuple[str, str]) -> str:
    """Return what an area of a level is called among others, in the language of this run."""
    level = area[0]
    if level == "nation":
        return _("the United States")
    name = name_place(str(coverage.area(area)["name"]))
    return _("{name} (division)").format(name=name) if level == "division" else name


def name_place(name: str) -> str:
    """Return the name of a region or division in the language of this run; others keep theirs."""
    return _(name) if name in _PLACES else name


def describe_number_forms() -> NumberForms:
    """Return how the browser is to write numbers: its locale, and forms that hold `{number}`."""
    return {
        "locale": f"{current()}-US",
        "share": format_percent(0).replace("0", "{number}"),
        "miles": _("{miles} mi").format(miles="{number}")
        if current() == ENGLISH
        else _("{distance} ({kilometres} km)").format(
            distance=_("{miles} mi").format(miles="{number}"), kilometres="{kilometres}"
        ),
        "other": "{number}",
    }
