"""Report a mistake: which clinic of the list, what is wrong, and what would be right."""

from __future__ import annotations

import streamlit as st

from geo.errors import GeoError
from pages.parts import notices, page_headings

notices.show_crisis_line()
st.html(page_headings.build(page_headings.REPORT))

# The heading is on its way to the browser before the heavy modules load.
from pages.patients.parts import report_form  # noqa: E402

try:
    report_form.show()
except GeoError as error:
    notices.show_error(error)
