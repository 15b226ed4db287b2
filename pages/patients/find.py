"""Find a clinic: a place, the nearest clinics as a list and on a map."""

from __future__ import annotations

import streamlit as st

from geo.errors import GeoError
from pages.parts import notices

notices.show_crisis_line()
st.html(
    '<div class="lead"><h1>Find a ketamine or esketamine clinic near you</h1>'
    "<p>What you type stays on this server. No map company, advertiser or analytics service "
    "learns of your search.</p></div>"
)

# The heading is on its way to the browser before the heavy modules load.
from pages.parts import finder  # noqa: E402

try:
    finder.show()
except GeoError as error:
    notices.show_error(error)
