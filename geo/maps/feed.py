"""What a live map is told: plain data, which nothing on its way takes for anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2.utils import htmlsafe_json_dumps

from geo.maps.folium_seam import FedGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPENING: Final = re.compile(r"\{(?=[{%#])")


class Feed(FedGroup):
    """Data for a layer of a map that is drawn already; the map is not mounted anew for it.

    Parameters
    ----------
    name : what it is about.
    layer : the property of `window` whose method `set` takes the data.
    payload : the data, as JSON can hold them.
    """

    def __init__(self, name: str, layer: str, payload: Mapping[str, object]) -> None:
        super().__init__(name, "window.{{ this.layer }}.set({{ this.write() }});")
        self.layer = layer
        self.payload = payload

    def write(self) -> str:
        """Return the data as a JavaScript expression that is no Jinja template.

        branca reads what a template gives as a template once more: a clinic called `{{ 7*7 }}`
        would be worked out on the server. In JSON a brace and what makes it an opening of Jinja
        follow on each other within a text alone, so the brace can be written by its number.
        """
        return _OPENING.sub(r"\\u007b", htmlsafe_json_dumps(self.payload, sort_keys=True))
