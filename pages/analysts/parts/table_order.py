"""What the ranked table of Coverage is searched for and sorted by; both stay when it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.reference.place_names import name_key
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    import pandas as pd

    from geo.coverage.coverage_table import Coverage
    from pages.analysts.parts.region_table import TableSort

NAME: Final = "name"
MEASURE: Final = "measure"
"""The column of the measure, whichever that is."""


@dataclass(frozen=True)
class Order:
    """How a table is arranged.

    Parameters
    ----------
    column : of the coverage table, or `MEASURE`; "" for the ranking, worst served first.
    descending : whether the largest comes first.
    search : part of a name; "" for all areas.
    """

    column: str = ""
    descending: bool = False
    search: str = ""

    def after_click(self, column: str) -> Order:
        """Return the order after a click on a heading: up, then down, then the ranking again."""
        if column != self.column:
            return Order(column, descending=False, search=self.search)
        if not self.descending:
            return Order(column, descending=True, search=self.search)
        return Order(search=self.search)

    def describe(self, column: str) -> TableSort:
        """Return what a heading says: `sort` by which column, `sorted` as `aria-sort`; or nothing."""
        if not column:
            return {}
        if column != self.column:
            return {"sort": column}
        return {"sort": column, "sorted": "descending" if self.descending else "ascending"}


def arrange(ranked: pd.DataFrame, order: Order, measure: str) -> pd.DataFrame:
    """Return ranked areas in another order; where nothing is to be sorted by, in that they have.

    Parameters
    ----------
    ranked : areas of one level.
    order : what to sort by.
    measure : the column of the measure.
    """
    column = measure if order.column == MEASURE else order.column
    if column not in ranked or ranked[column].isna().all():
        return ranked
    return ranked.sort_values(
        column,
        ascending=not order.descending,
        kind="stable",
        na_position="last",
        key=(lambda names: names.map(lambda name: name_key(name_place(name))))
        if column == NAME
        else None,
    )


def find(
    areas: pd.DataFrame, coverage: Coverage, part_level: str | None, search: str
) -> pd.DataFrame:
    """Return the areas that have what is searched in their name, or in that of a part.

    Parameters
    ----------
    areas : of one level.
    part_level : of the parts that are listed below each; None where none are.
    search : in any case, with or without accents; "" for all.
    """
    sought = name_key(search)
    if not sought:
        return areas
    found = [
        any(
            sought in name_key(name)
            for name in _name(area, coverage.inside(part_level, (area["level"], area["geoid"])))
        )
        if part_level
        else sought in name_key(_name_alone(area))
        for area in areas.to_dict("records")
    ]
    return areas[found]


def _name(area: dict[Any, Any], parts: pd.DataFrame) -> list[str]:
    return [_name_alone(area), *parts["name"].map(name_place)]


def _name_alone(area: dict[Any, Any]) -> str:
    name = name_place(area["name"])
    return f"{name}, {area['state']}" if area["level"] == "county" else name
