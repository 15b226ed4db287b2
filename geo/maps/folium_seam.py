"""folium and branca past their documented face; no other module uses their inner names.

What is drawn is a template that they fill in: `_template` holds one macro `script`, in which `this`
is the object; `_name` is how a script calls it; `default_js` and `default_css` are what the page
loads for it, in place of what folium would load from other servers.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import folium
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping

PRIVATE_NAMES: Final = {
    "branca.element.MacroElement": "what a template draws",
    "folium.elements.JSCSSMixin": "what loads scripts and styles",
    "folium.template.Template": "Jinja with the filter `tojson`",
}
"""What is used of their modules beside `import folium`."""

MAP_ATTRIBUTES: Final = ("default_js", "default_css", "_name", "_parent", "get_name", "render")
"""What a map and its parts have that is set or read here."""

ZOOM_BAN: Final = "maximum-scale"
"""Forbids people to zoom, in the head that folium writes; data/assets/map_frame.js takes it out."""

Links = list[tuple[str, str]]
"""Of scripts or styles, each a name of one's own and an address."""


class BareMap(folium.Map):
    """A map that loads what it is told to, and nothing else.

    Parameters
    ----------
    scripts, styles : what it loads.
    options : of folium's map.
    """

    def __init__(self, scripts: Links, styles: Links, **options: Any) -> None:  # noqa: ANN401
        self.default_js = scripts
        self.default_css = styles
        super().__init__(tiles=None, **options)
        self._name = "Map"


class MapScript(JSCSSMixin, MacroElement):
    """Scripts and styles of a map, and what is called once when it is mounted.

    Parameters
    ----------
    script : Jinja; `map` is the JavaScript name of the map, `options` what follows.
    options : what JSON can hold.
    scripts, styles : what it loads.
    """

    def __init__(
        self, script: str, options: Mapping[str, object], scripts: Links, styles: Links
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Layer"
        self._template = _compile(
            f"{{% set map = this._parent.get_name() %}}{{% set options = this.options %}}{script}"
        )
        self.options = options
        self.default_js = scripts
        self.default_css = styles


class FedGroup(folium.FeatureGroup):
    """A group that draws nothing, and calls something when it is added to a map that is there.

    Parameters
    ----------
    name : what it is about.
    script : Jinja; `this` is the group.
    """

    def __init__(self, name: str, script: str) -> None:
        super().__init__(name)
        self._template = _compile(f"var {{{{ this.get_name() }}}} = L.layerGroup();\n{script}")

    def render(self, **_: object) -> str:
        """Return nothing, and leave the map's own page as it is.

        It goes to a map that is drawn already, by what streamlit-folium makes of the template
        above. folium would write the data into the page too, and compile them for it as a template.
        """
        return ""


@cache
def _compile(script: str) -> Template:
    made: Template = Template(f"{{% macro script(this, kwargs) %}}{script}{{% endmacro %}}")
    return made
