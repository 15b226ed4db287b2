"""What a visit has on a page: a dataclass a page, and what its widgets hold.

Nothing else here reads or writes Streamlit's `session_state`. What a page knows of a visit stands in
its dataclass. What a widget holds Streamlit keeps under the widget's own key, since that is how the
browser sends it; a `Widget` of the dataclass names the key once, and is its value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, overload

import streamlit as st

from pages.parts import events

if TYPE_CHECKING:
    from collections.abc import Sequence

_Value = TypeVar("_Value")


class PageState:
    """What a visit has on one page; a dataclass of it has a default for each field."""

    __slots__ = ()

    @classmethod
    def name_key(cls, part: str = "") -> str:
        """Return what Streamlit keeps it under."""
        return f"{cls.__name__}:{part}" if part else cls.__name__

    @classmethod
    def of_visit(cls, part: str = "") -> Self:
        """Return what this visit has; in a new one, what it begins with.

        Parameters
        ----------
        part : names what it is of, where a page has several of a kind.
        """
        key = cls.name_key(part)
        kept = st.session_state.get(key)
        if not isinstance(kept, cls):  # or the server runs newer code than when the visit began
            kept = st.session_state[key] = cls()
        return kept

    if not TYPE_CHECKING:  # or any name would do for a field

        def __setattr__(self, name: str, value: object) -> None:
            """Set a field, unless Streamlit has begun the page anew, which ends this run.

            A run learns of that when it looks at `session_state`; else one that worked something
            out for long would write over what has been asked for since.
            """
            st.session_state.get(self.name_key())
            object.__setattr__(self, name, value)


class Widget(Generic[_Value]):
    """What a widget holds: by its class's name the widget itself, of an instance its value.

    Parameters
    ----------
    key : the widget's, as Streamlit and the stylesheet know it.
    """

    def __init__(self, key: str) -> None:
        self.key = key

    @overload
    def __get__(self, state: None, owner: type) -> Self: ...
    @overload
    def __get__(self, state: PageState, owner: type) -> _Value: ...
    def __get__(self, state: PageState | None, owner: type) -> Self | _Value:
        """Return the value, or without a state the widget."""
        return self if state is None else self.read()

    def __set__(self, state: PageState, value: _Value) -> None:
        """Have the widget hold a value; it is not drawn yet in this run."""
        self.write(value)

    def is_set(self) -> bool:
        """Tell whether there is a value: not before the widget is drawn or written to."""
        return self.key in st.session_state

    def read(self) -> _Value:
        """Return the value.

        Raises
        ------
        KeyError : there is none.
        """
        value: _Value = st.session_state[self.key]
        return value

    def read_or(self, default: _Value) -> _Value:
        """Return the value; the default where there is none."""
        value: _Value = st.session_state.get(self.key, default)
        return value

    def write(self, value: _Value) -> None:
        """Have the widget hold a value; it is not drawn yet in this run."""
        st.session_state[self.key] = value

    def begin_with(self, value: _Value) -> None:
        """Have the widget hold a value where it holds none; it is not drawn yet in this run."""
        if not self.is_set():
            self.write(value)

    def clear(self) -> None:
        """Let go of the value; the widget then begins as its page says."""
        st.session_state.pop(self.key, None)

    def keep_choice(self, options: Sequence[_Value], default: _Value | None = None) -> None:
        """Let the widget hold what may be chosen alone; to be called before it is drawn.

        Streamlit hands on a choice that the browser made up.

        Parameters
        ----------
        options : what may be chosen.
        default : what takes the place of anything else; the first option unless told.
        """
        if self.is_set() and self.read() not in options:
            self.write(options[0] if default is None else default)


class TextBox(Widget[str]):
    """What a box of text holds: what somebody types, in whichever language the page speaks."""

    keys: Final[set[str]] = set()
    """Of all that are declared."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.keys.add(key)


def read_event(key: str, name: str) -> dict[str, Any]:
    """Return what a component of our own sent: an object, empty where it is none.

    Parameters
    ----------
    key : the component's.
    name : of what it sends.
    """
    return events.as_object(st.session_state[key].get(name))


def read_map_event(key: str) -> dict[str, Any]:
    """Return what a map sent: an object, empty where it is none."""
    return events.as_object(st.session_state.get(key))


def send_choices_anew() -> None:
    """Send the browser what is chosen in each select box, now that it is called something else.

    A select box holds the words of its choice; without this it would go on with those of the
    language before. To set a value, even to itself, is what sends it. A box of text is left alone: it
    may hold what was typed and not sent yet, which would be gone.
    """
    for key, value in st.session_state.items():
        if key in TextBox.keys or isinstance(value, bool):
            continue
        if isinstance(value, str | int | float | tuple | list):
            st.session_state[key] = value
