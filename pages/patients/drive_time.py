"""How drive time is estimated: the method, how near the truth it is, whose roads they are."""

from __future__ import annotations

import streamlit as st

from pages.parts import notices, page_headings
from pages.patients.parts import drive_time_html

notices.show_crisis_line()
st.html(page_headings.build(page_headings.DRIVE_TIME))
st.html(drive_time_html.build())
