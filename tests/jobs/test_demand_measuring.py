"""A file of demand is measured by a process of its own, in bounded time, and told of in sentences."""

import sys
import textwrap

import pytest

from geo.errors import SourceError
from geo.jobs import demand_measuring
from geo.jobs.demand_measuring import measure_file
from tests.handmade.blocks import scatter_blocks

PYTHON = sys.executable


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Return a function that lets a script be the process; it gets the arguments of the real one."""

    def become(script):
        program = tmp_path / "program"
        program.write_text(f"#!{PYTHON}\n{textwrap.dedent(script)}")
        program.chmod(0o700)
        monkeypatch.setattr(demand_measuring.sys, "executable", str(program))
        monkeypatch.setattr(demand_measuring, "_LOOKED_EVERY_SECONDS", 0.02)

    return become


def nothing(_seconds):
    pass


def test_it_is_asked_as_the_command_line_is_and_a_path_is_no_pattern(play, tmp_path):
    play("import sys; print(*sys.argv[1:], sep='|'); print('20 draws', file=sys.stderr)")

    found = measure_file(tmp_path / "a[1]*.parquet", "county", "esketamine", tell=nothing)

    asked = found.csv.strip().split("|")
    assert asked[:5] == ["-P", "-m", "geo", "coverage", "--demand"]
    assert asked[5] == f"{tmp_path}/a[[]1][*].parquet"
    assert asked[6:] == ["--by", "county", "--format", "csv", "--treatment", "esketamine"]
    assert found.notes == "20 draws"


def test_what_it_refuses_is_told_with_the_name_alone(play, tmp_path):
    path = tmp_path / "blocks.parquet"
    play(f"import sys; print('The file file://{path} lacks', file=sys.stderr); sys.exit(1)")

    with pytest.raises(SourceError, match=r"^The file blocks\.parquet lacks$"):
        measure_file(path, "state", None, tell=nothing)

    play("raise MemoryError")
    with pytest.raises(SourceError, match="take a part of it"):
        measure_file(path, "state", None, tell=nothing)


def test_it_ends_in_time_and_when_nobody_waits_for_it(play, tmp_path):
    play("import time; time.sleep(600)")
    path = tmp_path / "blocks.parquet"

    with pytest.raises(SourceError, match="took longer than"):
        measure_file(path, "state", None, tell=nothing, most_seconds=0.1)

    def leave(_seconds):
        with pytest.raises(SourceError, match="Another file is being measured"):
            measure_file(path, "state", None, tell=nothing)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_file(path, "state", None, tell=leave)


@pytest.mark.service
def test_a_file_that_is_none_is_refused_by_the_real_one(tmp_path):
    path = tmp_path / "[none].parquet"
    path.write_bytes(b"PAR1")

    with pytest.raises(SourceError, match=r"The file \[none\]\.parquet is no Parquet file"):
        measure_file(path, "region", None, tell=nothing)


@pytest.mark.nightly
def test_a_file_of_blocks_is_measured_by_the_real_one(tmp_path):
    path = tmp_path / "blocks.parquet"
    scatter_blocks(300).to_parquet(path)

    found = measure_file(path, "region", None, tell=nothing)

    assert [line.split(",")[0] for line in found.csv.splitlines()] == ["geoid", "1", "2", "3", "4"]
