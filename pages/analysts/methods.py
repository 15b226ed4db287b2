"""Methods: how the figures of the analysts' pages are made, for a paper."""

from __future__ import annotations

import streamlit as st

from geo.errors import GeoError
from pages.parts import notices, page_headings

st.html(page_headings.build(page_headings.METHODS))

# The heading is on its way to the browser before the heavy modules load.
from pages.analysts.parts import methods_html  # noqa: E402
from pages.parts import loaders  # noqa: E402

try:
    release = loaders.load_release()
    st.html(methods_html.build(release.id, release.as_of))
    notices.show_foot(release, loaders.find_standing(), osm_link=None)
except GeoError as error:
    notices.show_error(error)
