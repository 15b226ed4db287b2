"""What the page Refresh shows of a table before anything of it is taken in."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from streamlit.testing.v1 import AppTest

from geo import jobs
from geo.server import operators
from geo.sources import curated
from pages.operators.parts.refresh_state import RefreshState
from tests.handmade.workspace import WHO, ship

PAGE = Path(__file__).resolve().parents[3] / "pages" / "operators" / "refresh.py"
HEADING = ["Name", "Address", "City", "State", "Services"]


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: WHO)
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))
    book = Workbook()
    rows = [["House", f"{number} Oak St", "Boise", "ID", "Detox"] for number in (1, 2)]
    rows.append(["Calm", "2 Main St", "Boise", "ID", "IV ketamine"])
    for title, held in (("Old", rows[:1]), ("New", rows)):
        sheet = book.create_sheet(title)
        for row in (["State list"], HEADING, *held):
            sheet.append(row)
    book.remove(book["Sheet"])
    book.save(tmp_path / "list.xlsx")
    return tmp_path / "list.xlsx"


def test_a_table_is_counted_chosen_from_and_started_as_it_was_shown(path, monkeypatch):
    started = []

    def start(kind, task, *, who):
        started.append((kind, task, who))
        return jobs.Job(kind, "1", who, "", "")

    monkeypatch.setattr(jobs, "start", start)
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.session_state[RefreshState.name_key()] = RefreshState(table=str(path))
    app.run()
    assert not app.exception
    assert app.warning[0].value.startswith("None of its 1 records names ketamine")

    app.selectbox(key=f"sheet_{path}").set_value("New").run()
    assert app.radio(key=f"rows_{path}_New").value is True
    assert app.number_input(key=f"heading_{path}_New").value == 2
    assert app.warning[0].value.startswith("Not naming the treatment, 2 records")
    app.radio(key=f"rows_{path}_New").set_value(False).run()
    assert app.warning[0].value.startswith("Of the records 2 do not name the treatment")
    assert not started

    app.button(key="confirm_mapping").click().run()
    ((kind, task, who),) = started
    assert (kind, who) == ("ingest", WHO)
    assert (task["layout"]["sheet"], task["layout"]["heading_row"]) == ("New", 2)
    assert task["table"]["only_naming"] is False
