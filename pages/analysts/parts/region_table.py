"""A table of regions with their intervals drawn as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.i18n.language import gettext as _
from pages.parts import components, events, page_state
from pages.parts.wordings import describe_number_forms, sentence_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.i18n.reasons import Said

_mount: Final = components.declare("region_table")

NO_SCALE: Final = {"from": 0.0, "to": 1.0, "rest": None, "kind": ""}


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
    table: dict[str, Any],
    *,
    key: str,
    on_pick: Callable[[str], None] | None = None,
    on_sort: Callable[[str], None] | None = None,
) -> None:
    """Draw a table; call `on_pick(row id)` when a row of it that has an action is chosen.

    A heading whose column says what it is sorted by is a button, for `on_sort(that)`.

    Parameters
    ----------
    table : `caption`, `columns` (label, kind; `sort`, `sorted` as `aria-sort`), `rows` as `row` makes them, `scale` of the bars
        (from, to, the rest of the country, kind of number), `selected`.
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

    words = {
        "none": _("N/A"),
        "noInterval": _("no interval"),
        "interval": _("{low} to {high}"),
        **describe_number_forms(),
    }
    _mount(
        key=key, data={**table, "words": words}, on_pick_change=handle, on_sort_change=handle_sort
    )
