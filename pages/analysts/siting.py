"""Where next: where the next clinics would help most, and what would change."""

from __future__ import annotations

import streamlit as st

from geo.errors import GeoError
from pages.parts import notices, page_headings

st.html(page_headings.build(page_headings.WHERE_NEXT))

# The heading is on its way to the browser before the heavy modules load.
from pages.analysts.parts import siting_page  # noqa: E402

try:
    siting_page.show()
except GeoError as error:
    notices.show_error(error)
