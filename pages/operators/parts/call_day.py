"""The call day: a random sample of clinics to call, its sheets, the answers, and what they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import workspace
from geo.coverage import call_sample
from geo.errors import GeoError
from geo.exporting import call_sheets, temporary_folders
from geo.paths import find_home
from geo.publishing import call_findings
from geo.workspace import call_answers, call_days
from geo.workspace.working_list import write_phone
from pages.operators.parts import call_form, deciding, operator_page
from pages.operators.parts.plain_text import count, escape
from pages.parts import auth, call_findings_table, file_drop, notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace import Workspace
    from geo.workspace.call_days import CallDay
    from geo.workspace.working_list import WorkingList

_HOW: Final = (
    "How true is the list? A random sample of it is called, by area and by what is known of phone and "
    "street, with six questions each; a tenth by a second person too. What the calls tell holds for "
    "the whole list, within an interval. Answers become what you say of the clinics; each can be "
    "taken back."
)
_SIZE: Final = 300
_MEGABYTES: Final = 5
_REJECTS: Final = 20


def show(working: WorkingList) -> None:
    """Draw the samples there are, and where another one is drawn.

    Raises
    ------
    GeoError : the workspace cannot be read or written, or a file cannot be read.
    """
    notices.show_part("Call day", _HOW)
    with workspace.open() as opened:
        days = call_days.list_days(opened)
        if not days:
            _draw_new(working)
            return
        named = {day.id: day for day in days}
        chosen = st.selectbox(
            "Sample",
            list(named),
            format_func=lambda each: (
                f"{named[each].day}: {count(len(named[each].drawn), 'clinic')} by {named[each].by} "
                f"(sample {each})"
            ),
            key="call_day",
            width=420,
        )
        day = named[chosen]
        _show_sheets(working, day)
        _show_progress(opened, working, day)
        _show_findings(opened, day)
    with st.expander("Draw another sample"):
        _draw_new(working)


def _draw_new(working: WorkingList) -> None:
    with st.form(deciding.name_key("call_draw"), border=False):
        with st.container(key="call_draw_fields", horizontal=True, vertical_alignment="bottom"):
            size = st.number_input(
                "Clinics to call", min_value=2, value=_SIZE, step=10, key="call_size"
            )
            by = st.selectbox("By", call_sample.BY, key="call_by")
            seed = st.number_input(
                "Seed",
                min_value=0,
                value=1,
                key="call_seed",
                help="The same seed draws the same clinics from the same list.",
            )
        asked = st.form_submit_button("Draw the clinics", type="primary", key="call_draw")
    if asked:
        deciding.decide(
            auth.require(),
            lambda opened, who: (
                call_days.draw(
                    opened, working.clinics, int(size), by=by, seed=int(seed), who=who
                ).id
            ),
            "The clinics to call are drawn.",
        )


def _show_sheets(working: WorkingList, day: CallDay) -> None:
    listed = list_clinics(working, day)
    drawn = day.drawn[day.drawn["clinic_id"].isin(listed)]
    title = f"Call day {day.day}, sample {day.id}"
    with st.container(key="call_files", horizontal=True):
        st.download_button(
            "Sheets to print (HTML)",
            auth.guard(lambda: call_sheets.draw(drawn, listed, title=title)),
            file_name=f"calls-{day.id}.html",
            mime="text/html",
            on_click="ignore",
            key="call_sheets",
        )
        st.download_button(
            "File for the answers (CSV)",
            auth.guard(
                lambda: "\ufeff" + call_sheets.write_answers(drawn, listed, call_answers.COLUMNS)
            ),
            file_name=f"answers-{day.id}.csv",
            mime="text/csv",
            on_click="ignore",
            key="call_file",
        )


def list_clinics(working: WorkingList, day: CallDay) -> dict[str, Mapping[str, str]]:
    """Return the clinics of a sample that are still on the list, by id, all text."""
    rows = working.clinics[working.clinics["clinic_id"].isin(day.drawn["clinic_id"])]
    return {
        str(row["clinic_id"]): {str(name): str(value) for name, value in row.items()}
        | {"phone": write_phone(str(row["phone"]))}
        for row in rows.to_dict("records")
    }


def _show_progress(opened: Workspace, working: WorkingList, day: CallDay) -> None:
    answers = call_days.tabulate(opened, day)
    called = answers["caller"].value_counts()
    twice = int(day.drawn["second"].sum())
    st.markdown(
        f"**{int(called.get('1', 0)):,} of {len(day.drawn):,} called**, "
        f"{int(called.get('2', 0)):,} of {twice:,} by a second person."
    )
    form, file = st.columns(2, gap="large")
    with form:
        call_form.show(day, answers, list_clinics(working, day))
    with file:
        _take_file(day)


def _take_file(day: CallDay) -> None:
    st.markdown("**Answers of a file**")
    given = file_drop.show(
        "The file with the answers filled in (CSV)",
        endings=["csv", "tsv", "txt"],
        megabytes=_MEGABYTES,
        key=deciding.name_key("call_answers"),
    )
    if given is None:
        return
    home = find_home()
    with temporary_folders.hold(home, "upload") as folder:
        path = folder / "answers.csv"
        path.write_bytes(given.getvalue())
        try:
            answers, faults = call_answers.read(path)
        except GeoError as error:
            notices.show_error(error)
            return
    st.caption(f"{count(len(answers), 'answer')} to take in; {count(len(faults), 'line')} refused.")
    _show_rejects(faults)
    if answers and st.button(
        f"Take in {count(len(answers), 'answer')}", type="primary", key="call_take"
    ):
        who = auth.require()
        with workspace.open() as opened:
            taken = call_days.take(opened, day, answers, who=who)
        if taken.decision_id is None:
            _show_rejects(taken.rejects)
            return
        rest = f" {count(len(taken.rejects), 'line')} refused: " if taken.rejects else ""
        named = "; ".join(f"line {line}: {why}" for line, _, why in taken.rejects[:3])
        done = f"{count(taken.answers, 'answer')} taken in, as decision {taken.decision_id}."
        operator_page.finish(escape(f"{done}{rest}{named}"))


def _show_rejects(rejects: list[tuple[int, str, str]] | tuple[tuple[int, str, str], ...]) -> None:
    if rejects:
        headings = {"line": "Line", "clinic": "Clinic", "why": "Why it is refused"}
        rows = [
            {"line": line, "clinic": clinic_id, "why": why}
            for line, clinic_id, why in rejects[:_REJECTS]
        ]
        show_table("Refused lines", headings, rows)


def _show_findings(opened: Workspace, day: CallDay) -> None:
    try:
        found = call_findings.estimate(opened, day)
    except GeoError as error:
        st.caption(str(error))
        return
    call_findings_table.show(found)
    shown = call_findings.read_published()
    with st.container(key="call_publish", horizontal=True, vertical_alignment="center"):
        if shown == found:
            st.caption("Coverage shows this to everybody.", width="content")
        elif st.button("Show this on Coverage", key="call_publish_show"):
            auth.require()
            call_findings.publish(found)
            operator_page.finish("Coverage shows what the calls found, with their days.")
        if shown is not None and st.button("Take it off Coverage", key="call_publish_hide"):
            auth.require()
            call_findings.take_off()
            operator_page.finish("Coverage shows no calls any more.")
