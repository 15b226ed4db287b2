"""Many clinics at once: the list as a spreadsheet out, and edited in again."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import workspace
from geo.exporting import clinic_exports, temporary_folders
from geo.exporting.formulas import escape_formula
from geo.paths import find_home
from geo.workspace import bulk
from pages.operators.parts import deciding
from pages.operators.parts.clinics_state import ClinicsState
from pages.operators.parts.decision_words import LABELS
from pages.operators.parts.plain_text import count, escape
from pages.parts import auth, file_drop, notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from geo.sources.table.delimited import Form
    from geo.workspace.bulk import Preview
    from geo.workspace.working_list import WorkingList

_SHOWN: Final = 50
_LARGEST_MEGABYTES: Final = 50
_HOW: Final = (
    "Change cells in the file and upload it. An empty cell changes nothing; "
    f"{bulk.EMPTY} empties a field; rows and columns that you do not need can be left out, all but "
    "clinic_id. Another latitude and longitude pin the clinic there, where the column why says how "
    "you know. Whether a clinic operates is not changed by a file. Commas, semicolons or tabs, UTF-8 "
    "or UTF-16: as your spreadsheet saves it."
)


def show(working: WorkingList) -> None:
    """Draw the download of the list, the upload of an edited one, and what it would change.

    Raises
    ------
    GeoError : the file or the workspace cannot be read.
    """
    state = ClinicsState.of_visit()
    notices.show_part("Many at once", _HOW)
    st.download_button(
        "Download the list (CSV)",
        auth.guard(
            lambda: clinic_exports.to_csv(working.tabulate(), f"workspace-{working.state[1]}")
        ),
        file_name="clinics.csv",
        mime="text/csv",
        on_click="ignore",
    )
    uploaded = file_drop.show(
        "An edited list (CSV, or text with tabs)",
        endings=["csv", "tsv", "txt"],
        megabytes=_LARGEST_MEGABYTES,
        key=deciding.name_key("bulk_file"),
    )
    if uploaded is None:
        state.preview = None
        return
    content = uploaded.getvalue()
    key = (uploaded.file_id, working.state)
    if state.preview is None or state.preview[0] != key:
        state.preview = (key, _look(content, working))
    _show_preview(state.preview[1], content)


def _look(content: bytes, working: WorkingList) -> Preview:
    """Return what an uploaded file would change; its copy on the disk is gone afterwards."""
    home = find_home()
    home.mkdir(parents=True, exist_ok=True)
    with temporary_folders.hold(home, "upload") as folder:
        path = folder / "upload.csv"
        path.write_bytes(content)
        with workspace.open() as opened:
            return bulk.preview(opened, path, _list_points(working))


def _list_points(working: WorkingList) -> dict[str, tuple[float, float]]:
    placed = working.clinics[working.clinics["latitude"].notna()]
    columns = (placed[name].tolist() for name in ("clinic_id", "latitude", "longitude"))
    return {clinic: (north, east) for clinic, north, east in zip(*columns, strict=True)}


def _show_preview(found: Preview, content: bytes) -> None:
    changes, rejects = found.changes, found.rejects
    clinics = changes["clinic_id"].nunique()
    st.markdown(
        f"**{count(len(changes), 'change')} of {count(clinics, 'clinic')}; "
        f"{count(len(rejects), 'row')} refused; {count(found.unchanged, 'row')} without news.** "
        "Nothing is changed yet."
    )
    if found.ignored:
        told = "; ".join(f"{escape(name)} ({escape(why)})" for name, why in found.ignored.items())
        st.caption(f"Columns that were ignored: {told}.")
    if not rejects.empty:
        headings = {"line": "Line", "record": "Clinic", "reason": "Why it is refused"}
        show_table(
            f"Refused rows{_name_first(len(rejects))}",
            headings,
            rejects.head(_SHOWN).to_dict("records"),  # type: ignore[arg-type]
        )
        st.download_button(
            "Download the refused rows, to mend and upload again (CSV)",
            auth.guard(
                lambda: write_rejects(
                    content,
                    dict(zip(rejects["line"], rejects["reason"], strict=True)),
                    found.form,
                )
            ),
            file_name="refused.csv",
            mime="text/csv",
            on_click="ignore",
        )
    if changes.empty:
        return
    rows = (
        changes.head(_SHOWN)
        .assign(field=changes["field"].map({**LABELS, bulk.PIN: "Pin"}))
        .to_dict("records")
    )
    headings = {"clinic_id": "Clinic", "field": "Field", "was": "Was", "becomes": "Becomes"}
    show_table(f"What would change{_name_first(len(changes))}", headings, rows)  # type: ignore[arg-type]
    reason = st.text_input("How you know (kept with the change)", key=deciding.name_key("bulk_why"))
    if st.button(f"Change {count(clinics, 'clinic')}", type="primary", key="bulk_apply"):
        deciding.decide(
            auth.require(),
            lambda opened, who: bulk.apply(opened, found, who=who, reason=reason),
            f"Done: {count(len(changes), 'change')}, as one decision.",
        )


def write_rejects(content: bytes, reasons: dict[int, str], form: Form) -> str:
    """Return the refused rows of a CSV as a CSV with its heading, each with the reason in front.

    Parameters
    ----------
    content : the file as it was uploaded.
    reasons : line of the file -> why its row is refused.
    form : how the file is written.
    """
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    text = io.StringIO(content.decode(encoding), newline="")
    reader = csv.reader(text, delimiter=form.delimiter)
    heading = next(reader)
    # A file that comes back the second time has the reasons of the first.
    first = 1 if heading[0].strip() == "reason" else 0
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["reason", *map(escape_formula, heading[first:])])
    for cells in reader:
        if reader.line_num in reasons and any(cells):
            row = [reasons[reader.line_num], *cells[first:]]
            writer.writerow([escape_formula(cell) for cell in row])
    return out.getvalue()


def _name_first(rows: int) -> str:
    return f", the first {_SHOWN}" if rows > _SHOWN else ""
