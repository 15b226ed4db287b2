"""What every page stands in: title, style, crisis line, navigation."""

from __future__ import annotations

import streamlit as st

from geo.maps import assets


def run() -> None:
    """Draw the frame and run the page that the address names."""
    st.set_page_config(page_title="Clinic Finder", page_icon="🧭", layout="wide")
    st.html(f"<style>{assets.read('app.css')}</style>")
    page = st.navigation(
        [st.Page("pages/patients/find.py", title="Find a clinic", default=True)],
        position="top",
    )
    page.run()
