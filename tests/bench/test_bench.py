"""The benchmark's own logic: what is compared, fitted, drawn and written."""

import importlib.util
import math
import subprocess
import sys
from itertools import cycle

import numpy as np
import pytest

import tests.bench
from tests.bench import Row, count_calls, time_side_by_side
from tests.bench import __main__ as command
from tests.bench.apart import measure_cost, run_apart
from tests.bench.tables import (
    END,
    START,
    draw_growth,
    draw_table,
    draw_tables,
    fit_exponent,
    insert_between,
    say_bytes,
    say_seconds,
)

MEGABYTE = 1_000_000


def make_row(**changes):
    return Row(
        **{"name": "a", "peer_name": "b", "ours": 1.0, "peer": 3.0, "agreement": "c"} | changes
    )


def test_the_ratio_is_how_many_times_as_fast_ours_is():
    assert make_row().ratio == 3


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, True),
        ({"least_ratio": 3.0}, True),
        ({"least_ratio": 3.1}, False),
        ({"agrees": False}, False),
        ({"agrees": False, "least_ratio": 1.0}, False),
        ({"least_ratio": 9.0, "peer": math.nan}, True),
        ({"least_ratio": 9.0, "peer": math.nan, "agrees": False}, False),
    ],
)
def test_a_goal_is_met_by_agreement_and_ratio(changes, met):
    assert make_row(**changes).met is met


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 2.0])
def test_the_exponent_is_that_of_the_power(exponent):
    sizes = [10, 100, 5_000]
    assert fit_exponent(sizes, [0.3 * size**exponent for size in sizes]) == pytest.approx(exponent)


def test_the_exponent_of_scattered_times_is_the_least_squares():
    sizes, seconds = [1, 10, 100], [1.0, 100.0, 100.0]
    assert fit_exponent(sizes, seconds) == pytest.approx(1.0)


def test_a_row_says_ratio_goal_and_whether_it_is_met():
    table = draw_table([make_row(ours=0.002, peer=0.05, least_ratio=30, goal="30 times")])
    assert table.splitlines()[-1] == "| a | 2 ms | b | 50 ms | 25 | 30 times | NO | c |"


def test_a_row_without_a_goal_is_not_said_to_meet_it_but_a_wrong_answer_is_said():
    assert draw_table([make_row()]).splitlines()[-1] == "| a | 1 s | b | 3 s | 3 | none |  | c |"
    assert "| NO |" in draw_table([make_row(agrees=False)])


def test_a_peer_that_is_not_here_has_no_ratio_and_meets_no_goal():
    table = draw_table([make_row(peer=math.nan, least_ratio=3.0, goal="3 times")])
    assert table.splitlines()[-1] == "| a | 1 s | b | not here |  | 3 times |  | c |"


def test_growth_has_a_line_for_ours_and_for_each_peer_with_several_sizes():
    rows = [
        make_row(family="f", size=size, ours=size / 1e3, peer=size**2 / 1e3, peak_bytes=size * 1e6)
        for size in (100, 10, 1_000)
    ]
    rows += [make_row(family="f", size=10, peer_name="once", ours=99.0), make_row(name="apart")]
    rows += [make_row(family="f", size=size, peer_name="gone", peer=math.nan) for size in (10, 100)]
    lines = draw_growth(rows).splitlines()[2:]
    assert lines == [
        "| f | ours | 10 / 100 / 1,000 | 10 ms / 100 ms / 1 s | 1.00 | 1.00 GB |",
        "| f | b | 10 / 100 / 1,000 | 100 ms / 10 s / 1e+03 s | 2.00 |  |",
    ]


def test_rows_without_a_peer_stand_in_the_growth_alone():
    rows = [make_row(peer_name="", peer=math.nan, family="f", size=size) for size in (1, 2)]
    assert len(draw_table(rows).splitlines()) == 2
    assert "| f | ours | 1 / 2 |" in draw_tables(rows)
    assert "How cost grows" not in draw_tables([make_row()])


@pytest.mark.parametrize(
    ("seconds", "said"), [(1.5, "1.5 s"), (0.0123, "12.3 ms"), (4.56e-5, "45.6 µs")]
)
def test_durations_are_said_in_the_unit_that_suits(seconds, said):
    assert say_seconds(seconds) == said


def test_memory_is_said_in_the_unit_that_suits():
    assert (say_bytes(215.4e6), say_bytes(2.34e9)) == ("215 MB", "2.34 GB")


def test_the_table_replaces_what_stood_between_the_marks_and_nothing_else():
    text = f"before\n{START}\nold\n{END}\nafter\n"
    assert insert_between(text, "new\n") == f"before\n{START}\nnew\n{END}\nafter\n"


@pytest.mark.parametrize("text", ["", START, END, f"{END} {START}"])
def test_a_file_without_the_marks_is_not_written(text):
    assert insert_between(text, "new") is None


def test_the_command_refuses_a_file_without_marks_before_it_measures(tmp_path, monkeypatch):
    file = tmp_path / "read.md"
    file.write_text("nothing", "utf-8")
    monkeypatch.setattr(sys, "argv", ["bench", "--write", str(file)])
    monkeypatch.setattr(command.importlib, "import_module", lambda _: pytest.fail("measured"))
    with pytest.raises(SystemExit, match="lacks the lines"):
        command.main()
    assert file.read_text("utf-8") == "nothing"


@pytest.mark.parametrize("name", command.MODULES)
def test_each_module_that_the_command_knows_is_there(name):
    # Found and not imported: their peers are of a group that the tests need not have.
    assert importlib.util.find_spec(f"tests.bench.{name}") is not None


@pytest.mark.parametrize(("least_ratio", "code"), [(2.0, 0), (4.0, 1)])
def test_the_command_writes_the_tables_and_its_code_says_whether_goals_are_met(
    tmp_path, monkeypatch, capsys, least_ratio, code
):
    class Measured:
        @staticmethod
        def run():
            return [make_row(least_ratio=least_ratio)]

    asked = []
    monkeypatch.setattr(
        command.importlib, "import_module", lambda name: asked.append(name) or Measured
    )
    file = tmp_path / "read.md"
    file.write_text(f"{START}\n{END}", "utf-8")
    monkeypatch.setattr(sys, "argv", ["bench", "--only", "nearest", "--write", str(file)])
    assert command.main() == code
    assert asked == ["tests.bench.nearest"]
    printed = capsys.readouterr().out
    assert "| a | 1 s | b | 3 s | 3 |" in printed
    assert file.read_text("utf-8") == f"{START}\n{printed}{END}"


@pytest.fixture
def take(monkeypatch):
    """Return a maker of functions that take so many seconds of a clock of this test."""
    now = [0.0]
    monkeypatch.setattr(tests.bench.time, "perf_counter", lambda: now[0])

    def make(*seconds, calls=None):
        turns = cycle(seconds)

        def function():
            now[0] += next(turns)
            if calls is not None:
                calls.append(function)

        return function

    return make


def test_both_sides_are_timed_in_turns_and_the_medians_returned(take):
    calls = []
    ours, peer = take(1.0, 1.0, 5.0, 2.0, 3.0, calls=calls), take(7.0, calls=calls)
    assert time_side_by_side(ours, peer, 3) == (3.0, 7.0)  # after two calls to warm up
    assert calls[-6:] == [ours, peer] * 3


def test_short_calls_are_repeated_until_they_can_be_timed(take):
    assert count_calls(take(0.001)) == 20
    assert count_calls(take(1.0)) == 1
    calls = []
    assert count_calls(take(2.0, calls=calls)) == len(calls) == 1
    assert time_side_by_side(take(0.001), take(1.0), 3) == pytest.approx((0.001, 1.0))


def hold(count):
    """Return what it costs to hold so many bytes for a moment, after holding more."""
    np.ones(4 * count, np.uint8).sum()
    cost = measure_cost(lambda: np.ones(count, np.uint8).sum())
    return cost.own_bytes, cost.peak_bytes - cost.base_bytes, cost.seconds


def fail():
    raise ValueError


def test_memory_is_that_of_the_work_alone_in_a_process_of_its_own():
    own, difference, seconds = run_apart(hold, 50 * MEGABYTE)
    assert own == difference
    assert 48 * MEGABYTE <= own < 70 * MEGABYTE  # the kernel counts by the page, and late
    assert 0 < seconds < 10


def test_a_failure_in_the_other_process_is_one_here():
    with pytest.raises(subprocess.CalledProcessError):
        run_apart(fail)
