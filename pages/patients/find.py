"""Find a clinic: a place, the nearest clinics as a list and on a map."""

from __future__ import annotations

import streamlit as st

from geo.errors import GeoError
from geo.i18n.language import gettext as _
from pages.parts import mobile_layout, notices, page_headings

notices.show_crisis_line()
notices.show_skip("results", _("Skip to the results"))
with st.container(key=mobile_layout.name_head()):
    st.html(page_headings.build(page_headings.FIND))

# The heading is on its way to the browser before the heavy modules load.
from pages.patients.parts import finder  # noqa: E402

try:
    finder.show()
except GeoError as error:
    notices.show_error(error)
