"""Clinics, for operators: search, edit, call, close, withdraw, merge and split; many at once."""

from __future__ import annotations

from geo.errors import GeoError
from pages.operators.parts import clinics_page, operator_page, source_states
from pages.parts import auth, notices

who = auth.require()
operator_page.show_head(
    "Clinics",
    "What you say is kept beside what the sources say, dated, and each change can be taken back. "
    "Visitors see it once it is published.",
    who,
)
with operator_page.body():
    try:
        source_states.show_neglected()
        clinics_page.show()
    except GeoError as error:
        notices.show_error(error)
