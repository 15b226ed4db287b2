"""Review, for operators: one doubtful case at a time, looked at and settled."""

from __future__ import annotations

from geo.errors import GeoError
from pages.parts import gate, notices, operator_page, review_page

who = gate.require()
operator_page.show_head(
    "Review",
    "What no rule should decide alone, one case at a time. Publishing never waits for it.",
    who,
)
try:
    review_page.show(who)
except GeoError as error:
    notices.show_error(error)
