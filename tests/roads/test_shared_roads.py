"""The highways that a process shares, and files that cannot be loaded."""

import logging

import pytest

from geo.errors import SourceError
from geo.roads import shared_roads
from geo.roads.shared_roads import share_roads


@pytest.fixture
def loads(monkeypatch):
    """Put a loader in place that refuses what is not `sound`, and return what it was asked for."""
    asked = []

    def load(data):
        asked.append(data)
        if (data / "reference" / "roads_edges.parquet").read_text() != "sound":
            raise SourceError("data/reference/roads_edges.parquet is damaged.")
        return "roads"

    monkeypatch.setattr(shared_roads, "_load", load)
    monkeypatch.setattr(shared_roads, "_refused", {})
    return asked


def test_damaged_files_are_tried_and_logged_once_until_they_change(tmp_path, loads, caplog):
    edges = tmp_path / "reference" / "roads_edges.parquet"
    edges.parent.mkdir()
    edges.write_text("torn")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            with pytest.raises(SourceError, match="is damaged"):
                share_roads(tmp_path)
    assert len(loads) == len(caplog.records) == 1
    assert "is damaged" in caplog.text

    edges.write_text("torn again")
    with pytest.raises(SourceError, match="is damaged"):
        share_roads(tmp_path)
    assert len(loads) == 2

    edges.write_text("sound")
    assert share_roads(tmp_path) == "roads"
    assert share_roads(tmp_path) == "roads"
    assert len(caplog.records) == 2
