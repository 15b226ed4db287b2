"""Drives from the ZIPs of a state to their nearest clinics, to take away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.coverage.coverage_exports import has_minutes
from geo.i18n.language import gettext as _
from pages.parts import loaders, notices

if TYPE_CHECKING:
    import pandas as pd

    from geo.coverage.coverage_table import Coverage
    from geo.releases import Release
    from pages.analysts.parts.coverage_view import Choice


def show(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw the files of the state in question; say how to come to them where it is about none."""
    if not has_minutes(coverage.level("nation")):
        return
    notices.show_part(
        _("Travel times"),
        _(
            "Minutes by road from each ZIP of a state to its five nearest clinics, with their range."
        ),
    )
    if choice.about[0] != "state":
        st.caption(_("Choose a state above to take them away."))
        return
    letters = str(coverage.area(choice.about)["state"])
    name = f"travel-times-{letters}-{release.id}"
    columns = st.columns(2)
    for column, form, kind in zip(
        columns, ("csv", "parquet"), ("text/csv", "application/vnd.apache.parquet"), strict=True
    ):
        column.download_button(
            "CSV" if form == "csv" else "Parquet",
            partial(_make, release.id, letters, form),
            f"{name}.{form}",
            kind,
            key=f"cov_times_{form}",
            width="stretch",
        )


def _make(release_id: str, letters: str, form: str) -> str | bytes:
    from geo.coverage import travel_times  # noqa: PLC0415  # 40 ms; scipy, and few take it away

    table = _tabulate(release_id, letters)
    if form == "csv":
        return travel_times.to_csv(table, release_id)
    return travel_times.to_parquet(table, release_id)


@st.cache_resource(max_entries=4, show_spinner=False)
def _tabulate(release_id: str, letters: str) -> pd.DataFrame:
    """Return the drives of a state; takes some seconds, once."""
    from geo.coverage import travel_times  # noqa: PLC0415  # 40 ms

    return travel_times.tabulate_to_clinics(
        loaders.load_router().roads,
        loaders.load_release(release_id).clinics,
        loaders.load_demand(),
        letters,
    )
