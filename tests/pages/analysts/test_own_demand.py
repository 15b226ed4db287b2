"""An operator's file of tracts or blocks on Coverage; visitors see nothing of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from geo.errors import SourceError
from geo.jobs import demand_measuring
from geo.jobs.demand_measuring import MeasuredDemand
from pages.parts import auth, file_drop

if TYPE_CHECKING:
    from collections.abc import Callable

CSV = """\
geoid,name,level,state,people,clinics,mean_distance_miles,mean_distance_miles_low,\
mean_distance_miles_high,share_within_30_miles,share_within_30_miles_low,share_within_30_miles_high,\
share_within_60_miles,share_within_60_miles_low,share_within_60_miles_high,release
1,Northeast,region,,2000,12,20,19,21,0.6,0.55,0.65,0.9,0.85,0.95,2026-11-28-b9288527
2,Midwest,region,,1000,3.5,40,39,41,0.4,0.35,0.45,0.7,0.65,0.75,2026-11-28-b9288527
4,West,region,,0,0,,,,,,,,,,2026-11-28-b9288527
"""


def page() -> None:
    """Draw the part alone, as AppTest runs it."""
    from pages.analysts.parts import own_demand  # noqa: PLC0415
    from pages.analysts.parts.coverage_view import Choice  # noqa: PLC0415
    from pages.analysts.parts.measures import MEASURES  # noqa: PLC0415

    own_demand.show(Choice("region", MEASURES["share_within_30_miles"], "any"))


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, str, object]]:
    """Let an operator give a file; return what is measured."""
    file = io.BytesIO(b"PAR1")
    file.name = "tracts.parquet"
    asked: list[tuple[Path, str, object]] = []

    def measure(path: Path, level: str, treatment: object, **_: object) -> MeasuredDemand:
        assert path.read_bytes() == b"PAR1"
        asked.append((path, level, treatment))
        return MeasuredDemand(CSV, "7 people at 2 points lie in no county.")

    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setattr(auth, "find_operator", lambda: "ann@example.org")
    monkeypatch.setattr(file_drop, "show", lambda *_, **__: file)
    monkeypatch.setattr(demand_measuring, "measure_file", measure)
    return asked


def test_visitors_see_nothing_of_it() -> None:
    shown = AppTest.from_function(page).run(timeout=60)

    assert not shown.exception
    assert not shown.main.children


def test_an_operator_is_told_what_the_command_line_tells(
    given: list[tuple[Path, str, object]],
) -> None:
    shown = AppTest.from_function(page).run(timeout=60)
    shown.button(key="cov_own_measure").click().run()

    ((path, level, treatment),) = given
    assert (level, treatment) == ("region", None)
    assert not path.exists()
    assert [caption.value for caption in shown.caption] == [
        "7 people at 2 points lie in no county."
    ]


def test_a_file_that_is_refused_is_one_sentence_and_goes(
    given: list[tuple[Path, str, object]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, tell: Callable[[float], None], **__: object) -> MeasuredDemand:
        tell(1.0)
        raise SourceError("The file tracts.parquet lacks a column of people.")

    monkeypatch.setattr(demand_measuring, "measure_file", refuse)
    shown = AppTest.from_function(page).run(timeout=60)
    shown.button(key="cov_own_measure").click().run()

    assert "lacks a column of people" in shown.get("html")[-1].proto.body
    assert not shown.exception
    assert not shown.caption  # it is measured no more
    assert given == []
    assert not list(tmp_path.glob("uploads/*"))


def test_the_table_ranks_the_least_served_first() -> None:
    import pandas as pd  # noqa: PLC0415

    from pages.analysts.parts import own_demand  # noqa: PLC0415

    rows = pd.read_csv(io.StringIO(CSV), dtype={"geoid": str})
    table = own_demand.build_table(rows, "tracts.parquet", "region", "esketamine")

    assert "by tracts.parquet, esketamine" in table["caption"]
    assert [row[3] for row in table["rows"]] == ["Midwest", "Northeast", "West"]
    assert table["rows"][0][4:] == [
        "1,000", "3.5", "40.0 mi (39.0 mi to 41.0 mi)", "40.0% (35.0% to 45.0%)",
        "70.0% (65.0% to 75.0%)",
    ]  # fmt: skip
    assert table["rows"][2][6:] == ["N/A", "N/A", "N/A"]
    assert all(len(row) - 3 == len(table["columns"]) for row in table["rows"])
