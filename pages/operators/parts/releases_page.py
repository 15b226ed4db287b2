"""The page of releases: a list, a comparison of any two, and the step back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import releases, workspace
from geo.exporting import clinic_exports
from geo.publishing import diff, diff_wording, publishing
from pages.operators.parts import changes_by_source, operator_page
from pages.operators.parts.plain_text import escape
from pages.parts import auth, loaders, notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.publishing.diff import Diff
    from geo.releases import Switch

_SHOWN: Final = 25
_KINDS: Final = {publishing.PUBLISH: "published", publishing.ROLLBACK: "put back"}


def show() -> None:
    """Draw the page.

    Raises
    ------
    GeoError : a release, the history or the workspace cannot be read.
    """
    folders = releases.find_all()
    manifests = {name: releases.read_manifest(folder) for name, folder in folders.items()}
    past = releases.history()
    used = releases.current_id()
    newer = releases.find_newer_shipped()
    if fault := loaders.find_standing().fault:
        st.warning(escape(fault), icon=":material/history:")
    if newer:
        st.info(
            f"The program came with a newer release, {newer}. It is not taken into use by itself: "
            "compare it below, and put it to use if it is better.",
            icon=":material/new_releases:",
        )
    _show_list(manifests, past, used)
    changes_by_source.show()
    if len(manifests) > 1:
        _show_comparison(list(manifests), used)
        _show_way_back(list(manifests), used)
    else:
        st.caption("There is no other release yet to compare it with or to go back to.")


def _show_list(
    manifests: Mapping[str, Mapping[str, object]], past: list[Switch], used: str
) -> None:
    last = {entry.after: entry for entry in past}
    rows = []
    for name, manifest in manifests.items():
        entry = last.get(name)
        message = f"{_KINDS.get(entry.kind, entry.kind)} by {entry.who}" if entry else "shipped"
        counts = manifest["counts"]
        rows.append(
            {
                "id": name,
                "use": "in use" if name == used else "",
                "made": str(manifest["made_at"]).replace("T", " ").removesuffix("Z"),
                "clinics": f"{counts['clinics']:,}",  # type: ignore[index]
                "located": f"{counts['located']:,}",  # type: ignore[index]
                "told": f"{message}: {entry.why}" if entry and entry.why else message,
            }
        )
    headings = {
        "id": "Release",
        "use": "State",
        "made": "Made (UTC)",
        "clinics": "Clinics",
        "located": "With a point",
        "told": "How it came",
    }
    with st.container(key="release_list"):
        show_table("Releases, the one in use first", headings, rows, numbers=["clinics", "located"])


def _show_comparison(names: list[str], used: str) -> None:
    notices.show_part("What differs", "Any two releases, the earlier first.")
    before_column, after_column = st.columns(2)
    others = [name for name in names if name != used]
    previous = releases.find_previous()
    earlier = previous if previous in others else others[0]
    before = before_column.selectbox("From", names, index=names.index(earlier))
    after = after_column.selectbox("To", names, index=names.index(used))
    if before == after:
        st.caption("Choose two releases that differ.")
        return
    show_diff(diff.compare(loaders.load_release(before), loaders.load_release(after)))


def show_diff(found: Diff) -> None:
    """Draw what changes between two releases, a fold a kind, and offer it as a spreadsheet."""
    st.markdown(f"**{escape(diff_wording.summarise(found))}**")
    for name, lines in diff_wording.describe(found).items():
        with st.expander(f"{diff_wording.TITLES[name]} ({len(lines):,})", key=f"fold_{name}"):
            st.text("\n".join(lines[:_SHOWN]))
            if len(lines) > _SHOWN:
                st.caption(f"{len(lines) - _SHOWN:,} more are in the file below.")
    for sentence in found.not_compared:
        st.caption(escape(sentence))
    if not found.is_empty:
        st.download_button(
            "Download all changes (CSV)",
            auth.guard(
                lambda: clinic_exports.to_csv(
                    diff_wording.list_changes(found), releases.current_id()
                )
            ),
            file_name="changes.csv",
            mime="text/csv",
            on_click="ignore",
        )


def _show_way_back(names: list[str], used: str) -> None:
    notices.show_part(
        "Put another release to use",
        "Visitors have it within a moment. The workspace stays as it is: what is wrong in it is "
        "published again by the next release, unless it is mended.",
    )
    others = [name for name in names if name != used]
    previous = releases.find_previous()
    chosen = st.selectbox(
        "Release",
        others,
        index=others.index(previous) if previous in others else 0,
        key="rollback_to",
    )
    reason = st.text_input("Why", key="rollback_why", placeholder="wrong city in the new source")
    if st.button(f"Put {chosen} to use", type="primary", key="rollback"):
        who = auth.require()
        with workspace.open() as opened:
            switched = publishing.rollback(opened, chosen, who=who, reason=reason)
        operator_page.finish(f"{switched.after} is in use; before, it was {switched.before}.")
