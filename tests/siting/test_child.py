"""A solver in a process of its own: it answers, holds nobody up, and is gone when it should be."""

import gc
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geo.siting.child import SolverError, Solving
from geo.siting.question import SHARE, QuestionError
from geo.siting.solving import solve
from tests.handmade.siting import draw_map, hard_question, question_of

pytestmark = pytest.mark.service

ROOT = Path(__file__).resolve().parents[2]
IN_THE_PROGRAM = 0.006  # the gap at which `hard_question` is left to the mixed-integer program
SOON = 30.0  # seconds in which a process begins or ends, on however busy a machine


def easy_question():
    places, adults, sites = draw_map(np.random.default_rng(1), 200, 20)
    return question_of(places, adults, sites, add=3)


def finish(solving):
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        answer = solving.poll(0.1)
        if answer is not None and answer.is_final:
            return answer
    pytest.fail("no final answer")


def begin(solving, gap=1.0):
    """Wait until the process is at work, and has come down to a gap."""
    end = time.monotonic() + SOON
    while (answer := solving.poll(0.05)) is None or answer.gap > gap:
        assert time.monotonic() < end


def is_alive(pid):
    """Tell whether a process is there, and not merely waiting for its parent to take notice."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def wait_until_gone(pid):
    end = time.monotonic() + SOON
    while is_alive(pid):
        assert time.monotonic() < end, f"process {pid} is still there"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def hard():
    return hard_question()


def test_the_answer_is_that_of_this_process():
    asked = easy_question()
    *_, here = solve(asked)

    solving = Solving(asked)
    there = finish(solving)

    assert replace(there, seconds=0) == replace(here, seconds=0)
    assert there.is_proven
    assert solving.poll() == there  # again, though the process has gone
    solving.cancel()
    assert not solving.is_running
    assert solving.poll() == there


def test_cancelling_ends_the_process_in_the_midst_of_its_work(hard):
    solving = Solving(hard)
    begin(solving, IN_THE_PROGRAM)
    time.sleep(0.2)
    pid = solving.pid
    assert solving.is_running
    assert is_alive(pid)

    solving.cancel()

    assert not solving.is_running
    assert not is_alive(pid)
    solving.cancel()
    with pytest.raises(SolverError, match="ended before"):
        solving.poll()


def test_a_process_that_has_hardly_begun_is_cancelled(hard):
    solving = Solving(hard)

    solving.cancel()

    assert not solving.is_running
    assert not is_alive(solving.pid)


def test_starting_and_asking_hold_nobody_up(hard):
    solving = Solving(hard)
    asked, end = 0, time.monotonic() + SOON
    try:
        while solving.poll() is None:
            asked += 1
            assert time.monotonic() < end
            time.sleep(0.01)
    finally:
        solving.cancel()
    assert asked > 10  # who waited for the process would have its answer at once


def test_the_process_gives_way_to_others(hard):
    solving = Solving(hard)
    begin(solving)
    try:
        assert os.getpriority(os.PRIO_PROCESS, solving.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        solving.cancel()


def test_a_forgotten_handle_ends_the_process(hard):
    solving = Solving(hard)
    pid = solving.pid

    del solving
    gc.collect()

    wait_until_gone(pid)


PARENT = """
import sys, time
from geo.siting.child import Solving
from tests.handmade.siting import hard_question

if __name__ == "__main__":
    solving = Solving(hard_question())
    while (answer := solving.poll(0.05)) is None or answer.gap > 0.006:
        pass
    time.sleep(0.2)
    print(solving.pid, flush=True)
    {then}
"""


@pytest.mark.parametrize("then", ["sys.exit()", "time.sleep(600)"])
def test_the_process_ends_with_the_one_that_started_it(then, tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(then=then))
    parent = subprocess.Popen(
        [sys.executable, script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        pid = int(parent.stdout.readline())
    finally:
        if "sleep" in then:
            parent.send_signal(signal.SIGKILL)  # nothing of it gets to run any more
        parent.wait(SOON)
        parent.stdout.close()

    wait_until_gone(pid)


def test_what_cannot_be_answered_is_said():
    places, adults, sites = draw_map(np.random.default_rng(1), 50, 2)
    asked = question_of(places, adults, sites, objective=SHARE, within=5.0, goal=int(adults.sum()))

    with pytest.raises(QuestionError, match="smaller share"):
        finish(Solving(asked))


def test_when_the_time_is_up_the_best_so_far_is_final(hard):
    solving = Solving(hard, seconds=0.0)

    answer = finish(solving)

    assert answer.is_final
    assert 0 < answer.gap < 1
    solving.cancel()


def test_a_process_that_looks_at_no_clock_is_ended(hard):
    solving = Solving(hard)
    begin(solving)
    solving._deadline = time.monotonic()

    answer = solving.poll()

    assert answer.is_final
    assert not solving.is_running


def test_a_process_that_is_killed_is_said_to_be(hard):
    solving = Solving(hard)
    begin(solving)

    os.kill(solving.pid, signal.SIGKILL)

    with pytest.raises(SolverError):
        finish(solving)


UNGUARDED = """
import sys
from geo.siting.child import SolverError, Solving
from tests.handmade.siting import hard_question

solving = Solving(hard_question())
try:
    while True:
        solving.poll(0.1)
except SolverError as error:
    print(error)
"""

OF_ANOTHER = """
import multiprocessing
from geo.siting.child import SolverError, Solving
from tests.handmade.siting import hard_question

if __name__ == "__main__":
    other = multiprocessing.get_context("spawn").Process(target=len, args=("",))
    other.start()
    other.join()
else:
    try:
        Solving(hard_question())
    except SolverError as error:
        print(error)
"""


@pytest.mark.parametrize("script", [UNGUARDED, OF_ANOTHER])
def test_a_script_without_a_guard_is_told_what_it_lacks(script, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(script)

    run = subprocess.run(
        [sys.executable, path],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert run.stdout.count("\n") == 1
    assert 'put the call under `if __name__ == "__main__":`' in run.stdout
    assert run.stderr == ""
