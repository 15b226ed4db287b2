"""Review, for operators: one doubtful case at a time, looked at and settled."""

from __future__ import annotations

from geo.errors import GeoError
from pages.operators.parts import operator_page, review_page
from pages.parts import auth, notices

who = auth.require()
operator_page.show_head(
    "Review",
    "What no rule should decide alone, one case at a time. Publishing never waits for it.",
    who,
)
try:
    review_page.show(who)
except GeoError as error:
    notices.show_error(error)
