"""What browsers do unasked: look up the names of links, and keep what was typed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.browser import cut_off

PACKED = b"mozLz40\0"
"""What Firefox's packed files begin with, as that of the open tabs; then the size, then LZ4."""


def read_unpacked(path: Path) -> bytes:
    """Return what a file of a profile holds."""
    content = path.read_bytes()
    if not content.startswith(PACKED):
        return content
    at = len(PACKED) + 4
    size = int.from_bytes(content[len(PACKED) : at], "little")
    unpacked: bytes = pa.Codec("lz4_raw").decompress(content[at:], size, asbytes=True)
    return unpacked


def find_kept(profile: Path, word: str) -> list[str]:
    """Return the files below a profile that hold a word, in bytes or in UTF-16."""
    forms = (word.encode(), word.encode("utf-16-le"))
    contents = {path: read_unpacked(path).lower() for path in profile.rglob("*") if path.is_file()}
    return sorted(
        str(path.relative_to(profile))
        for path, content in contents.items()
        if any(form in content for form in forms)
    )


def test_a_word_in_a_packed_file_would_be_found(tmp_path: Path) -> None:
    said = b'{"entries":"%s"}' % b" ".join(b"0%d0 quetzal" % number for number in range(9))
    packed = pa.Codec("lz4_raw").compress(said, asbytes=True)
    (tmp_path / "tabs").write_bytes(PACKED + len(said).to_bytes(4, "little") + packed)
    assert b"080 quetzal" not in packed
    assert find_kept(tmp_path, "080 quetzal") == ["tabs"]


@pytest.mark.parametrize("browser", ["firefox", "chromium"])
def test_no_link_is_looked_up_and_nothing_typed_is_kept(tmp_path: Path, browser: str) -> None:
    found = cut_off.run(browser, tmp_path)
    assert len(found["links"]) > 3
    assert cut_off.CONTROL in found["asked"]
    assert not set(found["links"]) & set(found["asked"])
    profile = tmp_path / "profile"
    assert find_kept(profile, cut_off.TYPED_ELSEWHERE)
    assert find_kept(profile, cut_off.TYPED) == []
