"""Components of our own: their code is an asset, so that a rerun does not carry it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar, cast

import streamlit as st

from geo.i18n.language import gettext
from geo.maps import assets
from pages.parts.visit_state import VisitState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_Labels = TypeVar("_Labels", bound="Mapping[str, object]")


def declare(name: str, *shared: str, is_seen: bool = True) -> Callable[..., Any]:
    """Return the mounting command of the component in data/assets/`name`.js and .css.

    Streamlit sends a component's code with every rerun; what it sends here only names the files,
    which the browser keeps.

    Parameters
    ----------
    shared : modules in data/assets that it is handed; components that name the same one share it.
    is_seen : False where it draws nothing; it has no style then.
    """
    style = f"@import url('{assets.url(f'{name}.css')}');\n" if is_seen else "\n"
    mount = st.components.v2.component(
        name,
        js=build_script([assets.url(f"{module}.js") for module in (name, *shared)]),
        # Two lines, or Streamlit takes the text for the name of a file.
        css=f"{style}:host {{ display: block; }}\n",
    )

    def mount_in_turn(*, key: str, data: Mapping[str, object], **arguments: Any) -> Any:
        return mount(key=key, data={**data, "turn": _take_turn(key, data)}, **arguments)

    return mount_in_turn


def build_script(modules: list[str]) -> str:
    """Return the code of a component, which never draws what is older than what it has drawn.

    Streamlit waits for the code anew with everything that is to be drawn. While the code is still
    on its way, what was asked for later can be told to draw sooner; then the list from before a
    search took the place of its answer.

    Parameters
    ----------
    modules : their addresses on this server; the first draws and is handed the others.
    """
    return (
        # A module started from a blob has no address that "/assets" could be relative to.
        "const load = (path) => import(window.location.origin + path);\n"
        f"const [module, ...shared] = await Promise.all({json.dumps(modules)}.map(load));\n"
        "const drawn = new WeakMap();\n"
        "export default (component) => {\n"
        "  const { data: { turn: [visit, count] }, parentElement: place } = component;\n"
        "  const [visitBefore, countBefore] = drawn.get(place) || [];\n"
        "  if (visit === visitBefore && count < countBefore) return;\n"
        "  drawn.set(place, [visit, count]);\n"
        "  module.default(component, ...shared);\n"
        "};\n"
    )


def translate(labels: _Labels) -> _Labels:
    """Return marked words by the same names, in the language of this run."""
    return cast("_Labels", {name: gettext(str(words)) for name, words in labels.items()})


def _take_turn(key: str, data: Mapping[str, object]) -> tuple[int, int]:
    """Return the number of this visit, and how often what the component shows has changed in it.

    Where another server takes a visit over, it begins to count anew, under another number.
    """
    state = VisitState.of_visit()
    content = hash(json.dumps(data))
    before, count = state.turns.get(key, (None, 0))
    if content != before:
        count += 1
        state.turns[key] = (content, count)
    return state.number, count
