"""The form by which visitors report a mistake: fixed choices, and a line for what would be right.

Nobody is named in a report, and nothing is asked of the visitor. What is typed is looked at for the
words of a crisis before anything is kept; where there are some, the form says whom to call instead.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import htpy as h
import streamlit as st

from geo import workspace
from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.errors import GeoError
from geo.guidance.crisis.crisis_place import recognise_beside_names
from geo.guidance.crisis.recognising import CrisisMatch
from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.server.daily_cap import DailyCap
from geo.server.visitor_keys import VisitorKeys, read_proxies
from geo.workspace import visitor_reports
from geo.workspace.visitor_reports import KEPT_DAYS, LONGEST, WRONG
from pages.parts import events, languages, loaders, notices
from pages.parts.page_state import PageState, TextBox, Widget
from pages.patients.parts import crisis_panel

if TYPE_CHECKING:
    from geo.places import PlaceFinder
    from geo.releases import Release

MOST_OF_A_CLIENT: Final = 10
MOST_A_DAY: Final = 200

WORDS: Final = {
    "closed": mark("It is closed for good"),
    "moved": mark("It has moved"),
    "phone": mark("The phone number is wrong"),
    "address": mark("The address is wrong"),
    "not_offered": mark("It does not offer the treatment that is listed"),
    "other": mark("Something else"),
}


@dataclass(slots=True)
class ReportState(PageState):
    """What came of the report that was sent last, and what the form holds.

    Parameters
    ----------
    outcome : "" where it was kept, a sentence why not, or the words of a crisis that were read; None
        where nothing is to be said.
    sent : how many times.
    """

    outcome: str | CrisisMatch | None = None
    sent: int = 0

    clinic = Widget[str | None]("report_clinic")
    wrong = Widget[str | None]("report_wrong")
    value = TextBox("report_value")


def show() -> None:
    """Draw the form, and above it what came of the report that was just sent.

    Raises
    ------
    GeoError : the release or the reference data cannot be read.
    """
    release = loaders.load_release()
    finder = loaders.load_finder(release.id)
    clinics = _name_clinics(release)
    ReportState.clinic.keep_choice([None, *clinics])
    ReportState.wrong.keep_choice([None, *WRONG])
    _show_outcome()
    with st.container(key="report_form"), st.form("report", border=False):
        st.selectbox(
            _("Which clinic?"),
            list(clinics),
            index=None,
            key=ReportState.clinic.key,
            format_func=lambda clinic_id: clinics.get(clinic_id, ""),
            placeholder=_("Type its name or its city"),
        )
        st.radio(
            _("What is wrong?"),
            WRONG,
            index=None,
            key=ReportState.wrong.key,
            format_func=lambda wrong: _(WORDS[wrong]),
        )
        st.text_input(
            _("What would be right? You may leave this empty."),
            key=ReportState.value.key,
            max_chars=LONGEST,
            autocomplete="off",
        )
        st.caption(
            _(
                "Such as the right number or address. Please write nothing about yourself or your "
                "health."
            )
        )
        st.form_submit_button(
            _("Send"), type="primary", on_click=lambda: _send(set(clinics), finder)
        )
    words = _(
        "We keep the clinic, what is wrong, what would be right, and the day: no name, no address, "
        "nothing of your visit. It is deleted after {days} days at the latest."
    ).format(days=KEPT_DAYS)
    st.html(h.footer(".foot")[h.p[words]])


def _name_clinics(release: Release) -> dict[str, str]:
    """Return clinic id -> name and place, by name, of the clinics that are listed as operating."""
    listed = release.clinics[release.clinics["status"].isin(SHOWN_STATUSES)]
    rows = listed.sort_values(["name", "city", "clinic_id"]).to_dict("records")
    labels = [
        " · ".join(
            filter(None, [row["name"], ", ".join(filter(None, [row["city"], row["state"]]))])
        )
        for row in rows
    ]
    times = Counter(labels)
    # A box knows what is chosen by its words.
    return {
        row["clinic_id"]: label if times[label] == 1 else f"{label} ({row['clinic_id']})"
        for row, label in zip(rows, labels, strict=True)
    }


def _send(known: set[str], finder: PlaceFinder) -> None:
    """Keep what the form holds, or say why not."""
    languages.choose()
    state = ReportState.of_visit()
    clinic_id, wrong, value = state.clinic, state.wrong, events.as_text(state.value)
    state.sent += 1
    if found := recognise_beside_names(value, finder):
        state.value, state.outcome = "", found
    elif clinic_id not in known or wrong not in WRONG:
        state.outcome = _("Choose the clinic and what is wrong, then send again.")
    elif not _take_turn():
        state.outcome = _("Many reports came from here today. Please come back tomorrow.")
    else:
        state.outcome = _keep(clinic_id, wrong, value)


def _keep(clinic_id: str, wrong: str, value: str) -> str:
    """Keep a report and empty the form; return "", or a sentence where that failed."""
    try:
        with workspace.open() as opened:
            visitor_reports.add(opened, clinic_id, wrong, value)
    except GeoError:  # which speaks to operators, of folders
        return _("Your report cannot be kept at the moment. Please come back another day.")
    state = ReportState.of_visit()
    state.clinic, state.wrong, state.value = None, None, ""
    return ""


def _show_outcome() -> None:
    state = ReportState.of_visit()
    outcome, state.outcome = state.outcome, None
    if isinstance(outcome, CrisisMatch):
        crisis_panel.show(outcome, state.sent)
    elif outcome:
        notices.show_fault(outcome)
    elif outcome == "":
        words = _("Thank you. An operator of this site will look at it.")
        st.html(h.p(".asked", role="status")[words])


def _take_turn() -> bool:
    """Tell whether this visitor may send one more today."""
    keys, cap = _load_cap()
    headers = [(b"x-forwarded-for", value) for value in _read_headers("X-Forwarded-For")]
    headers += [(b"x-real-ip", value) for value in _read_headers("X-Real-IP")]
    # Streamlit names no address that is this machine's.
    client = (st.context.ip_address or "127.0.0.1", 0)
    return cap.take(keys.of({"client": client, "headers": headers}))


def _read_headers(name: str) -> list[bytes]:
    return [value.encode("latin-1", "replace") for value in st.context.headers.get_all(name)]


@st.cache_resource(show_spinner=False)
def _load_cap() -> tuple[VisitorKeys, DailyCap]:
    return VisitorKeys(read_proxies()), DailyCap(MOST_OF_A_CLIENT, MOST_A_DAY)
