"""The answer to a search as one component: heading, notes, cards, pager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.i18n.language import mark
from pages.parts import components, events, page_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.patients.parts.list_protocol import ListAnswer, ListLabels, ListMessage

KEY: Final = "clinic_list"

_LABELS: Final[ListLabels] = {
    "region": mark("Search results"),
    "actions": mark("Other searches"),
    "copy": mark("Copy link"),
    "copied": mark("Link copied. It holds the ZIP or city and the filters, nothing else."),
    "print": mark("Print"),
    "reopen": mark("To open this list again:"),
    "keep": mark("Keep"),
    "kept": mark("My list ({count})"),
    "source": mark("Source:"),
}

_mount: Final = components.declare("clinic_list", "dom", "kept", "place_field")


def show(answer: ListAnswer, on_event: Callable[[str, Any], None]) -> None:
    """Draw an answer; call `on_event(kind, value)` when a person acts on it.

    Parameters
    ----------
    answer : as `pages.patients.parts.answers` builds it.
    on_event : is told `select` with a clinic id, `page` with a number, or an action's kind
        and value; the value may be anything.
    """

    def handle() -> None:
        event = page_state.read_event(KEY, "event")
        if event:
            on_event(events.as_text(event.get("kind")), event.get("value"))

    message: ListMessage = {"labels": components.translate(_LABELS), **answer}
    _mount(key=KEY, data=message, on_event_change=handle)
