"""What browsers do unasked: look up the names of links, and keep what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import cut_off


def find_kept(profile: Path, word: str) -> list[str]:
    """Return the files below a profile that hold a word, in bytes or in UTF-16."""
    forms = (word.encode(), word.encode("utf-16-le"))
    return sorted(
        str(path.relative_to(profile))
        for path in profile.rglob("*")
        if path.is_file() and any(form in path.read_bytes().lower() for form in forms)
    )


@pytest.mark.parametrize("browser", ["firefox", "chromium"])
def test_no_link_is_looked_up_and_nothing_typed_is_kept(tmp_path: Path, browser: str) -> None:
    found = cut_off.run(browser, tmp_path)
    assert len(found["links"]) > 3
    assert cut_off.CONTROL in found["asked"]
    assert not set(found["links"]) & set(found["asked"])
    profile = tmp_path / "profile"
    assert find_kept(profile, cut_off.TYPED_ELSEWHERE)
    assert find_kept(profile, cut_off.TYPED) == []
