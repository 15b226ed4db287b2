"""Releases, for operators: what is in use, what was, what differs, and the way back."""

from __future__ import annotations

from geo.errors import GeoError
from pages.operators.parts import operator_page, releases_page
from pages.parts import auth, notices

who = auth.require()
operator_page.show_head(
    "Releases",
    "What visitors see is one release. Publishing makes a new one; each can be put to use again.",
    who,
)
try:
    with operator_page.body():
        releases_page.show()
except GeoError as error:
    notices.show_error(error)
