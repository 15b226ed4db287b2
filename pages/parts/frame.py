"""What every page stands in: title, style, navigation."""

from __future__ import annotations

import streamlit as st

from geo.maps import assets


def run() -> None:
    """Draw the frame and run the page that the address names."""
    st.set_page_config(page_title="Clinic Finder", page_icon="🧭", layout="wide")
    st.html(f"<style>{assets.read('app.css')}</style>")
    pages = [
        st.Page("pages/patients/find.py", title="Find a clinic", default=True),
        st.Page("pages/analysts/coverage.py", title="Coverage", url_path="coverage"),
        st.Page("pages/analysts/siting.py", title="Where next", url_path="where-next"),
    ]
    page = st.navigation(pages, position="hidden")
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        st.html('<strong class="wordmark">Clinic Finder</strong>')
        for target in pages:
            st.page_link(target)
    page.run()
