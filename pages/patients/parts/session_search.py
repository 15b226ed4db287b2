"""The search that a browser's tab keeps for itself, so that a page loaded anew finds its list.

It holds what a copied link holds, ZIP or city and filters, in the tab's own storage, and half an hour
at most. A search that the address names needs none of it, and leaves what is kept as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypedDict
from urllib.parse import parse_qsl

from pages.parts import components, events, languages, mobile_layout, page_state
from pages.parts.finder_state import FinderState
from pages.patients.parts import linked_search

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.parts.streamlit_inside import DeltaGenerator

KEY: Final = "session_search"


class SessionAsk(TypedDict):
    """The tab is asked for the search that it kept."""

    kind: Literal["ask"]


class SessionStay(TypedDict):
    """The tab leaves what it kept as it is."""

    kind: Literal["stay"]


class SessionKeep(TypedDict):
    """The tab keeps a search: what a link to it says, by its names; none, to forget it."""

    kind: Literal["keep"]
    search: dict[str, str]


class SessionTriggers(TypedDict):
    """What session_search.js sends: the search that it kept, and `at`, when it was sent."""

    search: dict[str, str | int]


_mount: Final = components.declare("session_search", is_seen=False)


def ask(room: DeltaGenerator, on_search: Callable[[dict[str, str]], None]) -> None:
    """Ask the tab for what it kept, where nothing is asked for yet.

    Parameters
    ----------
    room : where on the page; nothing of it is seen.
    on_search : called, in a callback, with what a link to the search says, by its names.
    """

    def handle() -> None:
        told = page_state.read_event(KEY, "search")
        search = _read({name: events.as_text(text) for name, text in told.items()})
        # By what was asked, not by the box: the browser may not have emptied that yet.
        is_asked = bool(FinderState.of_visit().query)
        if not is_asked and any(name in search for name in mobile_layout.LINK_NAMES):
            languages.choose()
            on_search(search)

    with room:
        _mount(key=KEY, data=SessionAsk(kind="ask"), on_search_change=handle)


def keep(room: DeltaGenerator, link: str | None) -> None:
    """Have the tab keep the search that is answered, in place of what it kept before.

    Parameters
    ----------
    room : as for `ask`.
    link : the query of a link that reopens it; None where there is none, or it is not to be kept.
    """
    data = (
        SessionStay(kind="stay")
        if linked_search.read()
        else SessionKeep(kind="keep", search=_read_link(link))
    )
    with room:
        _mount(key=KEY, data=data, on_search_change=lambda: None)


def _read_link(link: str | None) -> dict[str, str]:
    """Return what the query of a link says of a search."""
    return _read(dict(parse_qsl(link.removeprefix("?")))) if link else {}


def _read(told: dict[str, str]) -> dict[str, str]:
    """Return of names and texts those that say something of a search."""
    return {name: told[name] for name in linked_search.NAMES if told.get(name)}
