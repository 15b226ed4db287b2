"""Components of our own: their code is an asset, so that a rerun does not carry it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st

from geo.maps import assets

if TYPE_CHECKING:
    from collections.abc import Callable


def declare(name: str, *shared: str) -> Callable[..., Any]:
    """Return the mounting command of the component in data/assets/`name`.js and .css.

    Streamlit sends a component's code with every rerun; what it sends here only names the files,
    which the browser keeps.

    Parameters
    ----------
    shared : modules in data/assets that it is handed; components that name the same one share it.
    """
    scripts = [assets.url(f"{module}.js") for module in (name, *shared)]
    style = assets.url(f"{name}.css")
    return st.components.v2.component(
        name,
        # A module started from a blob has no address that "/assets" could be relative to.
        js="const load = (path) => import(window.location.origin + path);\n"
        f"const [module, ...shared] = await Promise.all({json.dumps(scripts)}.map(load));\n"
        "export default (component) => module.default(component, ...shared);\n",
        # Two lines, or Streamlit takes the text for the name of a file.
        css=f"@import url('{style}');\n:host {{ display: block; }}\n",
    )
