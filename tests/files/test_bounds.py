"""Files that lie of their size, or are made of nothing much, end at a bound while they are read."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.files import archives, csv_rows, json_texts, xml_bounds
from geo.files.too_much import TooMuchError
from tests.examples import examples

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        '{"a":' * 201 + "1" + "}" * 201,
        "[" + "{}," * 5_000_000 + "{}]",
        "[" + "1," * 12_500_000 + "1]",
        '["a\\\\",' + "[" * 201 + "]" * 201 + "]",
        '"' + "x" * (1 << 22) + '",' + "[" * 201,
    ],
    ids=["deep", "objects", "empty ones", "numbers", "behind a backslash", "in the second block"],
)
def test_json_is_counted_before_it_is_built(text: str) -> None:
    data = text.encode()
    tracemalloc.start()
    try:
        with pytest.raises(TooMuchError, match=r"nested deeper than 200|holds more than 4,000,000"):
            json_texts.load(data)
        assert tracemalloc.get_traced_memory()[1] < 2 * len(data) + 150 * MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("value", ["[" * 300, "]" * 300, '\\"[' * 300, "\\" * 301 + '"[[', "{é"])
def test_brackets_in_a_text_are_no_depth(value: str) -> None:
    for data in (json.dumps([value]), json.dumps({value: [[value]]})):
        assert json_texts.load(data.encode()) == json.loads(data)


@given(
    value=st.recursive(
        st.text(st.sampled_from('[]{}"\\,a'), max_size=9),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=30,
    )
)
@examples(60)
def test_json_is_read_as_the_standard_reader_does(value: object) -> None:
    assert json_texts.load(json.dumps(value).encode()) == value


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_member_gives_no_more_than_it_may(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", bomb=bytes(50 * MEGABYTE), small=b"abc")
    with archives.open_zip(path) as archive:
        tracemalloc.start()
        try:
            with pytest.raises(TooMuchError, match="unpacks bomb to more than 1 MB"):
                archives.read(archive, "bomb", MEGABYTE)
            assert tracemalloc.get_traced_memory()[1] < 10 * MEGABYTE
        finally:
            tracemalloc.stop()
        assert archives.read(archive, "small", 3) == b"abc"
        archives.copy(archive, "small", tmp_path / "out", 3)
        for size in (0, 2, 4):
            with pytest.raises(TooMuchError, match="another size"):
                archives.copy(archive, "small", tmp_path / "out", size)
        with pytest.raises(TooMuchError, match="another size"):
            archives.copy(archive, "bomb", tmp_path / "out", 5 * MEGABYTE)
    assert (tmp_path / "out").stat().st_size <= 5 * MEGABYTE


def test_a_member_that_states_a_smaller_size_is_no_way_round(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", bomb=bytes(5 * MEGABYTE))
    size = (5 * MEGABYTE).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (10).to_bytes(4, "little")))
    with archives.open_zip(path) as archive, pytest.raises(zipfile.BadZipFile):
        archives.read(archive, "bomb", 100)


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_member_is_deflated_or_is_not_opened(tmp_path: Path, packing: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("a", b"a" * 1_000)
    with pytest.raises(zipfile.BadZipFile, match="packed in a way"), archives.open_zip(path):
        pass


@pytest.mark.parametrize("count", [10_001, 60_000])
def test_a_table_of_contents_is_bounded(tmp_path: Path, count: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for at in range(count):
            archive.writestr(f"{at:030}", b"")
    with pytest.raises(TooMuchError, match="holds more than 10,000 files"), archives.open_zip(path):
        pytest.fail("opened")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"<a>" * 101, "nested deeper than 100"),
        (b"<a>" + b"<b/>" * 11_000, "more than 10,000 elements"),
        (b"<a " + b"x" * 2_000_000, "a tag of more than"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "entities of its own"),
        (b"<a>" + b"x" * 6_000_000, "unpacks to more than 5 MB"),
    ],
)
def test_xml_is_counted_and_not_built(text: bytes, fault: str) -> None:
    with pytest.raises(TooMuchError, match=fault):
        xml_bounds.Counter(10_000).read(io.BytesIO(text), 5_000_000)


def test_xml_within_its_bounds_is_read_to_its_end() -> None:
    xml_bounds.Counter(10_000).read(io.BytesIO(b"<a>" + b"<b x='1'>t</b>" * 9_000 + b"</a>"), 10**6)
    with pytest.raises(expat.ExpatError):
        xml_bounds.Counter(10).read(io.BytesIO(b"<a>"), 10)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a," * 1_000 + "\n", "more than 1,000 columns"),
        ("\n" * 5_000_001, "more than 5,000,000 cells"),
        ("x" * 1_000_001, "a line of more than"),
    ],
)
def test_csv_is_counted(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(TooMuchError, match=fault):
        csv_rows.check(path)


def test_csv_within_its_bounds_is_given_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('\ufeffa,b\n"1\n2",3\n\n', encoding="utf-8")
    assert list(csv_rows.read(path)) == [(1, ["a", "b"]), (3, ["1\n2", "3"]), (4, [])]
