"""What visitors reported, above the cases of review: each with the listings that it speaks of."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import workspace
from geo.workspace import stored_listings, visitor_reports
from pages.operators.parts import operator_page, side_by_side
from pages.parts import auth, notices

if TYPE_CHECKING:
    from geo.workspace import Workspace
    from geo.workspace.visitor_reports import VisitorReport

_WORDS: Final = {
    "closed": "closed for good",
    "moved": "has moved",
    "phone": "wrong phone number",
    "address": "wrong address",
    "not_offered": "does not offer the treatment that is listed",
    "other": "something else",
}


def show(opened: Workspace) -> None:
    """Draw the reports that wait, the oldest first; nothing where there are none.

    Raises
    ------
    GeoError : the workspace cannot be read, or a report cannot be deleted.
    """
    visitor_reports.delete_old(opened)
    waiting = visitor_reports.list_waiting(opened)
    if not waiting:
        return
    notices.show_part(
        f"Reports by visitors ({len(waiting):,})",
        "Look into each, change the clinic on the page Clinics where it is right, then press Done. "
        f"A report is deleted then, and after {visitor_reports.KEPT_DAYS} days at the latest.",
    )
    for report in waiting:
        _show_report(opened, report)


def _show_report(opened: Workspace, report: VisitorReport) -> None:
    found = stored_listings.of_clinic(opened, report.clinic_id)
    listings = [
        {str(column): str(value) for column, value in row.items()}
        for row in found.to_dict("records")
    ]
    name = listings[0]["name"] if listings else report.clinic_id
    with st.container(
        key=f"visitor_report_row_{report.id}", horizontal=True, vertical_alignment="center"
    ):
        with st.container(key=f"visitor_report_words_{report.id}"):
            said = f"{report.day}: {_WORDS[report.wrong]}"
            said += f". Right would be: “{report.value}”" if report.value else ""
            st.html(
                f"<p><strong>{html.escape(name)}</strong></p>"
                f'<p class="row-words">{html.escape(said)}</p>'
            )
            if listings:
                with st.expander("What each listing says"):
                    side_by_side.show(f"Listings of {name}", listings)
            else:
                st.html('<p class="row-words">The list has this clinic no more.</p>')
        if st.button("Done", key=f"visitor_report_done_{report.id}"):
            auth.require()
            with workspace.open() as own:
                visitor_reports.finish(own, report.id)
            operator_page.finish(f"Done with the report on {name}.")
