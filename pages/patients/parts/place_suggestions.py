"""What the place box suggests as one types; the browser does it, and sends nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from geo.i18n.language import gettext as _
from geo.i18n.language import ngettext
from geo.server import suggestions
from pages.parts import components

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY: Final = "place_box"

_MOST: Final = 8


class PlaceBoxMessage(TypedDict):
    """What place_box.js is sent; `url` leads to the table of places."""

    url: str
    list: str
    kinds: dict[str, str]
    counts: Sequence[str]


_mount: Final = components.declare("place_box", "place_table", "place_match")


def show(release_id: str) -> None:
    """Have the place box suggest places and the clinics of a release."""
    _mount(
        key=KEY,
        data=PlaceBoxMessage(
            url=suggestions.name_address(release_id),
            list=_("Places and clinics"),
            kinds={"state": _("whole state"), "region": _("region"), "clinic": _("clinic")},
            counts=[
                ngettext(
                    "{count} place; use the arrow keys",
                    "{count} places; use the arrow keys",
                    count,
                ).format(count=count)
                for count in range(1, _MOST + 1)
            ],
        ),
    )
