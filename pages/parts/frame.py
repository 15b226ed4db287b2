"""What every page stands in: title, style, navigation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
import streamlit as st

from geo.i18n import language
from geo.i18n.language import gettext as _
from pages.parts import auth, languages, leave, page_headings, reports

if TYPE_CHECKING:
    from pages.parts.streamlit_inside import StreamlitPage


def run() -> None:
    """Draw the frame and run the page that the address names."""
    languages.choose()
    find, before = _name_patient_pages()
    patients = [
        st.Page("pages/patients/find.py", title=find, default=True),
        st.Page("pages/patients/before_you_go.py", title=before, url_path="before-you-go"),
    ]
    analysts = [
        st.Page("pages/analysts/coverage.py", title=_("Coverage"), url_path="coverage"),
        st.Page("pages/analysts/siting.py", title=_("Where next"), url_path="where-next"),
        st.Page("pages/analysts/methods.py", title=_("Methods"), url_path="methods"),
    ]
    form = (
        [st.Page("pages/patients/report.py", title=_("Report a mistake"), url_path="report")]
        if reports.is_form_on()
        else []
    )
    # Linked from the foot of every page, in no masthead.
    aside = st.Page(
        "pages/patients/drive_time.py",
        title=_("How drive time is estimated"),
        url_path=page_headings.DRIVE_TIME.removeprefix("/"),
    )
    staff = _list_operator_pages() if auth.is_on() else []
    page = st.navigation([*patients, aside, *form, *analysts, *staff], position="hidden")
    if page in staff:
        language.use(language.ENGLISH)  # what operators read is written in English alone
    st.set_page_config(
        page_title=" · ".join((page.title, _("Clinic Finder"))), page_icon="🧭", layout="wide"
    )
    masthead = st.container(key="masthead", horizontal=True, vertical_alignment="center")
    with masthead:
        st.html(h.strong(".wordmark")[_("Clinic Finder")])
        for target, name in zip(patients, _name_patient_pages(), strict=True):
            st.page_link(target, label=name, query_params=languages.link_query())
        st.page_link(
            page if page in analysts else analysts[0],  # marked as where one is, on both
            label=_("For analysts"),
            query_params=languages.link_query(),
        )
    if page in analysts:
        _show_own_header("analysts", analysts)
    if page in staff:
        _show_own_header("operators", staff)
    try:
        page.run()
    finally:
        # After the page, whose heading would wait for the libraries that Streamlit loads for a
        # component; and also where the page ends early.
        with masthead:
            languages.show_switch(page.url_path, has_others=page not in staff)
            if page not in staff:
                leave.show()


def _name_patient_pages() -> tuple[str, str]:
    """Return what the patients' pages are called in the language that is spoken."""
    return _("Find a clinic"), _("Before you go")


def _show_own_header(audience: str, pages: list[StreamlitPage]) -> None:
    """Draw the header of an audience that has pages of its own: one line below the masthead."""
    with st.container(key=audience, horizontal=True, vertical_alignment="center"):
        for target in pages:
            st.page_link(target, query_params=languages.link_query())


def _list_operator_pages() -> list[StreamlitPage]:
    """Return the operators' pages; they stand in no patient's masthead and each has its own door."""
    return [
        st.Page("pages/operators/clinics.py", title="Clinics", url_path="operators"),
        st.Page("pages/operators/refresh.py", title="Refresh", url_path="refresh"),
        st.Page("pages/operators/review.py", title="Review", url_path="review"),
        st.Page("pages/operators/releases.py", title="Releases", url_path="releases"),
    ]
