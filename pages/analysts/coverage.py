"""Coverage: how each region is served by the listed clinics, how sure that is, and why."""

from __future__ import annotations

import streamlit as st

from geo.errors import GeoError
from pages.parts import notices, page_headings

st.html(page_headings.build(page_headings.COVERAGE))

# The heading is on its way to the browser before the heavy modules load.
from pages.analysts.parts import coverage_page  # noqa: E402

try:
    coverage_page.show()
except GeoError as error:
    notices.show_error(error)
