"""A measure over releases on the Coverage page: table, chart, and that it waits for a second release."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.i18n.language import using
from geo.publishing import changelog
from geo.publishing.count_changes import PARTS
from pages.analysts.parts import release_series
from pages.analysts.parts.measures import MEASURES

NEAR = MEASURES["share_within_30_miles"]


@pytest.fixture
def rows() -> pd.DataFrame:
    """Three releases of one area: the last has two clinics more, one of which closed another way."""
    table = pd.DataFrame(
        {
            "release": [f"2026-1{month}-01-0000000{month}" for month in range(3)],
            "made_at": [f"2026-1{month}-01T03:00:00Z" for month in range(3)],
            "level": "region",
            "name": "Midwest",
            "state": "",
            "value": [0.5, 0.55, 0.545],
            "change": [float("nan"), 0.05, -0.005],
            "definition": ["", "people;worked_out_anew", ""],
            "clinics_change": [pd.NA, pd.NA, 2],
            "by_list": [pd.NA, pd.NA, 3],
            "by_clinics": [pd.NA, pd.NA, -1],
        }
    )
    parts = dict.fromkeys(PARTS, 0) | {"added": 4, "merged": -1, "closed": -1}
    last = table["release"].eq(table["release"].max())
    for name, count in parts.items():
        table[name] = pd.Series(count, table.index, "Int64").where(last)
    return table.astype(dict.fromkeys(["clinics_change", "by_list", "by_clinics"], "Int64"))


def test_the_table_tells_what_each_change_comes_of(rows: pd.DataFrame) -> None:
    table = release_series.build_table(rows, "Midwest", NEAR)

    last, middle, first = table["rows"]
    minus = "\N{MINUS SIGN}"
    told = f"New to the list +4; merged {minus}1; closed {minus}1"
    assert last[4:] == ["54.5%", f"{minus}0.5 points", "+2", "+3", f"{minus}1", told]
    assert middle[4:9] == ["55.0%", "+5.0 points", "", "", ""]
    assert middle[9] == "People or places of reference changed; worked out otherwise"
    assert first[4:] == ["50.0%", "", "", "", "", ""]
    assert {len(row) - 3 for row in table["rows"]} == {len(table["columns"])}


def test_the_chart_marks_where_the_meaning_changed(rows: pd.DataFrame) -> None:
    with using("es"):
        chart = release_series.draw_lines(rows, NEAR).to_dict()

    rule, line = (chart["datasets"][layer["data"]["name"]] for layer in chart["layer"])
    assert [row["release"] for row in rule] == ["2026-11-01-00000001"]
    assert rule[0]["meaning"].startswith("cambiaron la población")
    assert [row["value"] for row in line] == [0.5, 0.55, 0.545]
    assert {row["area"] for row in line} == {"Medio Oeste"}


def test_counties_of_one_name_are_lines_of_their_own(rows: pd.DataFrame) -> None:
    counties = [
        rows.assign(level="county", name="Jefferson County", state=state) for state in ("AL", "KY")
    ]

    chart = release_series.draw_lines(pd.concat(counties), NEAR).to_dict()

    line = chart["datasets"][chart["layer"][1]["data"]["name"]]
    assert {row["area"] for row in line} == {"Jefferson, AL", "Jefferson, KY"}


def test_one_release_alone_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changelog, "list_kept", lambda: [("", "", "")])

    def page() -> None:
        from pages.analysts.parts import release_series  # noqa: PLC0415  # AppTest runs it alone

        release_series.show(None, None)  # type: ignore[arg-type]  # neither is looked at

    shown = AppTest.from_function(page).run(timeout=60)
    assert not shown.exception
    assert not shown.main.children
