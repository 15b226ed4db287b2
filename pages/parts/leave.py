"""The quick way out, for those who must not be seen here."""

from __future__ import annotations

from typing import Final, TypedDict

from geo.i18n.language import gettext as _
from pages.parts import components

NEUTRAL_PAGE: Final = "https://www.weather.gov/"
"""What takes the place of this page: the weather, at which nobody wonders."""


class LeaveMessage(TypedDict):
    """What leave.js is sent; `to` is the page that takes the place of this one."""

    to: str
    label: str
    help: str


_mount: Final = components.declare("leave")


def show() -> None:
    """Draw the button; Escape pressed three times does the same, without the server."""
    _mount(
        key="leave",
        data=LeaveMessage(
            to=NEUTRAL_PAGE,
            label=_("Leave this page"),
            help=_(
                "Shows the weather instead, at once. Pressing Escape three times does the same. "
                "Your browser's history may still name pages you saw here before this one."
            ),
        ),
        width="content",
    )
