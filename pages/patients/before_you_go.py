"""Before you go: what one should know of the treatment and ask before a first visit."""

from __future__ import annotations

import htpy as h
import streamlit as st

from geo.errors import GeoError
from geo.guidance import guidance_html, statement, statements
from pages.parts import notices, page_headings

notices.show_crisis_line()
st.html(page_headings.build(page_headings.BEFORE_YOU_GO))

sections = statements.list_sections()
try:
    checks = statement.read_checks(sections)
except GeoError as error:
    notices.show_error(error)
    checks = {}
st.html(
    h.div(".guidance")[
        guidance_html.build_contents(sections),
        h.div(".guidance-text")[
            guidance_html.build_unchecked(sections, checks),
            guidance_html.build_sections(sections, checks),
            guidance_html.build_colophon(),
        ],
    ]
)
st.html(guidance_html.build_script(), unsafe_allow_javascript=True)
