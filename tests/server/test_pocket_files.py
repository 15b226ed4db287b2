"""The pocket finder of a server: named at the foot of pages where the operator has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.i18n import language
from geo.server import pocket_files

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_it_has_an_address_where_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    assert pocket_files.find_address() == ""

    (tmp_path / "pocket").mkdir()
    for name in ("index.html", "index.es.html"):
        (tmp_path / "pocket" / name).write_text("", "utf-8")

    assert pocket_files.find_address() == "/pocket/index.html"
    with language.using("es"):
        assert pocket_files.find_address() == "/pocket/index.es.html"
