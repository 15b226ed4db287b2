"""A table of regions with their intervals drawn as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.maps.choropleth import NumberForms
from pages.parts import components, events, page_state
from pages.parts.wordings import describe_number_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.i18n.reasons import Said


ColumnKind = Literal["name", "number", "bar", "text"]


class TableSort(TypedDict, total=False):
    """By what a column's heading sorts, and how it does so now, as `aria-sort` says it."""

    sort: str
    sorted: Literal["ascending", "descending"]


class TableColumn(TableSort):
    """A column of a table of regions."""

    label: str
    kind: ColumnKind


TableScale = TypedDict(
    "TableScale", {"from": float, "to": float, "rest": float | None, "kind": str}
)
"""The one scale of a table's bars; `rest` is where the rest of the country stands on it."""


class RegionTable(TypedDict):
    """A table of regions; `rows` as `row` makes them."""

    caption: str
    columns: Sequence[TableColumn]
    rows: Sequence[list[Any]]
    scale: TableScale
    selected: str | None


class TableWords(NumberForms):
    """How a table writes numbers and intervals."""

    none: str
    without: str
    interval: str


class RegionTableMessage(RegionTable):
    """All that region_table.js is sent."""

    words: TableWords


class TableEvent(TypedDict):
    """A row or a heading that was chosen."""

    id: str
    count: int
    at: int


class TableTriggers(TypedDict):
    """What region_table.js sends."""

    pick: TableEvent
    sort: TableEvent


_mount: Final = components.declare("region_table", "dom")

NO_SCALE: Final[TableScale] = {"from": 0.0, "to": 1.0, "rest": None, "kind": ""}


def row(key: str, *cells: Any, action: bool = False, indent: bool = False) -> list[Any]:
    """Return a row as the component reads it; a list, so that hundreds of rows stay small.

    Parameters
    ----------
    key : names the row.
    cells : in the order of the columns; a bar is `[value, low, high]`, a name that is in another
        language than the page `[words, language]`.
    action : whether choosing the row leads somewhere.
    indent : whether it is a part of the row above.
    """
    return [key, int(action), int(indent), *cells]


def name_cell(said: Said) -> str | list[str]:
    """Return words as the cell of a name, with a capital at the start."""
    words = sentence_case(said.words)
    return [words, said.language] if said.language else words


def show(
    table: RegionTable,
    *,
    key: str,
    on_pick: Callable[[str], None] | None = None,
    on_sort: Callable[[str], None] | None = None,
) -> None:
    """Draw a table; call `on_pick(row id)` when a row of it that has an action is chosen.

    A heading whose column says what it is sorted by is a button, for `on_sort(that)`.

    Parameters
    ----------
    table : its content.
    key : names this table among others.
    """

    def handle() -> None:
        picked = events.as_text(page_state.read_event(key, "pick").get("id"))
        shown = {row[0] for row in table["rows"] if row[1]}
        if on_pick and picked in shown:
            on_pick(picked)

    def handle_sort() -> None:
        sort = events.as_text(page_state.read_event(key, "sort").get("id"))
        if on_sort and sort and any(column.get("sort") == sort for column in table["columns"]):
            on_sort(sort)

    words: TableWords = {
        "none": _("N/A"),
        "without": _("no interval"),
        "interval": _("{low} to {high}"),
        **describe_number_forms(),
    }
    message: RegionTableMessage = {**table, "words": words}
    _mount(key=key, data=message, on_pick_change=handle, on_sort_change=handle_sort)
