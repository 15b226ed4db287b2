"""What the pages Refresh and Review rest on: columns, what a run came to, listings side by side."""

import pytest

from geo import workspace
from geo.sources import table
from geo.sources.table import Mapping
from geo.workspace import ingestion, linking, runs, stored_listings, undoing
from pages.operators.parts import side_by_side

WHO = "ann@example.org"
LIST = """Facility,Street,City,State,Zip,Phone
Fresh Ketamine Care,100 Main St,Fresno,CA,93721,559-555-0101
Fresh Ketamine Care,100 Main Street,Fresno,CA,93721,559-555-0101
'=Lone Star Ketamine,7 Elm St,Waco,TX,76701,
"""
COLUMNS = {
    "name": "Facility",
    **{name.lower(): name for name in ("Street", "City", "State", "Zip", "Phone")},
}


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    return path


def test_the_beginning_of_a_table_is_as_it_will_be_read(path):
    found = table.sample(path)

    assert found.heading == ["Facility", "Street", "City", "State", "Zip", "Phone"]
    assert found.rows[2] == ["=Lone Star Ketamine", "7 Elm St", "Waco", "TX", "76701", ""]
    assert table.guess_mapping(found.heading, found.rows).columns == table.guess(path).columns


def test_a_run_tells_what_was_joined_and_is_taken_back_with_it(path):
    with workspace.open() as opened:
        before = stored_listings.current(opened)
        run, counts = ingestion.ingest(
            opened, ingestion.open_table(path, Mapping(COLUMNS), title="A list"), who=WHO
        )
        matched = linking.find_matching(opened, run.decision_id)
        assert matched == counts.decision_id
        joined = linking.list_joined(opened, matched)
        assert set(joined["clinic_id"]) == {"fresh-ketamine-care-fresno-ca"}
        assert joined["score"].ge(0.8).all()

        undoing.undo(opened, matched, who=WHO)
        assert linking.find_matching(opened, run.decision_id) is None
        undoing.undo(opened, run.decision_id, who=WHO)

        assert stored_listings.current(opened).equals(before)
        assert runs.summarise(opened, run.id).state == "undone"


def say(**fields):
    names = (*side_by_side.FIELDS, "source", "source_date", "evidence", "listing_id", "clinic_id")
    return dict.fromkeys(names, "") | fields


def test_only_what_contradicts_is_marked():
    drawn = side_by_side.draw(
        "What each listing says",
        [
            say(name="Calm  Clinic", street="1 Elm St", phone="+12065550100", source="A"),
            say(name="calm clinic", street="2 Elm St", source="B"),
        ],
    )

    assert drawn.count("<mark>") == 2
    assert "<mark>1 Elm St</mark>" in drawn
    assert drawn.count('<span class="differs">differs</span>') == 1
    assert drawn.count("not said") == 1
    assert "Website" not in drawn


def test_what_a_listing_says_is_never_html():
    drawn = side_by_side.draw('"<b>', [say(name="<script>", source="<i>"), say(name="<u>")])

    for tag in ("<b>", "<script>", "<i>", "<u>"):
        assert tag not in drawn
    assert "<mark>&lt;script&gt;</mark>" in drawn
