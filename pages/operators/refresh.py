"""Refresh, for operators: a source taken in, looked at, geocoded, published."""

from __future__ import annotations

from geo.errors import GeoError
from pages.operators.parts import operator_page, refresh_page
from pages.parts import auth, notices

who = auth.require()
operator_page.show_head(
    "Refresh",
    "From a source to what visitors see, in four steps. Nothing is public before the last.",
    who,
)
try:
    refresh_page.show()
except GeoError as error:
    notices.show_error(error)
