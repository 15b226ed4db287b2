"""Many questions at once: no more processes than the pool has, and a place in the queue for each."""

import gc
import multiprocessing
import os
import threading
import time

import numpy as np
import pytest

from geo.siting import pool as pools
from geo.siting.child import SolverError
from geo.siting.pool import SolverPool, count_solvers
from tests.handmade.siting import draw_map, hard_question, question_of

SOON = 60.0  # seconds in which a process begins or ends, on however busy a machine


class Standin:
    """What a solver's process looks like from outside; it works until it is told to end."""

    running = 0
    most = 0

    def __init__(self, question):
        if question == "no memory":
            raise OSError
        self.question = question
        self.is_running = True
        Standin.running += 1
        Standin.most = max(Standin.most, Standin.running)

    def poll(self):
        return self.question

    def cancel(self):
        if self.is_running:
            self.is_running = False
            Standin.running -= 1


@pytest.fixture
def standins(monkeypatch):
    monkeypatch.setattr(pools, "Solving", Standin)
    Standin.running = Standin.most = 0


def test_the_solvers_leave_a_processor_to_the_visitors():
    assert 1 <= count_solvers() <= max((os.cpu_count() or 1) - 1, 1)


@pytest.mark.usefixtures("standins")
def test_twelve_visitors_are_served_in_the_order_in_which_they_came():
    pool = SolverPool(3)
    turns = [pool.ask(number) for number in range(12)]
    assert [turn.before for turn in turns] == [0, 0, 0, *range(3, 12)]
    assert [turn.poll() for turn in turns] == [0, 1, 2] + [None] * 9

    turns[1].cancel()  # it worked
    turns[5].cancel()  # it waited
    turns[5].cancel()

    assert [turn.before for turn in turns[6:]] == [4, 5, 6, 7, 8, 9]
    assert turns[3].poll() == 3
    for turn in (turns[1], turns[5]):
        assert turn.before == 0
        assert turn.is_over
    with pytest.raises(SolverError, match="ended before"):
        turns[5].poll()
    for turn in turns:
        turn.cancel()
    assert Standin.most == 3
    assert Standin.running == 0


@pytest.mark.usefixtures("standins")
def test_a_turn_that_nobody_holds_makes_room():
    pool = SolverPool(1)
    first, second, third = (pool.ask(number) for number in range(3))
    assert third.before == 2

    del second
    gc.collect()
    assert third.before == 1
    first._solving.cancel()  # its work is done
    assert third.poll() == 2


@pytest.mark.usefixtures("standins")
def test_what_cannot_be_started_holds_no_place():
    pool = SolverPool(1)
    first, second = pool.ask("no memory"), pool.ask("another")
    with pytest.raises(SolverError, match="ask again later"):
        first.poll()
    assert second.poll() == "another"


@pytest.mark.usefixtures("standins")
def test_any_thread_may_ask_and_leave():
    pool = SolverPool(2)

    def visit():
        for number in range(50):
            turn = pool.ask(number)
            turn.poll()
            turn.cancel()

    visitors = [threading.Thread(target=visit) for _ in range(12)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(SOON)
    assert Standin.most <= 2
    assert Standin.running == 0


@pytest.mark.service
def test_twelve_visitors_start_as_many_processes_as_the_pool_has():
    hard = hard_question()
    places, adults, sites = draw_map(np.random.default_rng(1), 200, 20)
    pool = SolverPool(2)
    turns = [pool.ask(hard) for _ in range(11)]
    turns.append(pool.ask(question_of(places, adults, sites, add=3)))
    try:
        assert len(multiprocessing.active_children()) == 2
        for turn in turns[:-1]:
            assert len(multiprocessing.active_children()) <= 2
            turn.cancel()
        end = time.monotonic() + SOON
        while (answer := turns[-1].poll()) is None or not answer.is_final:
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        for turn in turns:
            turn.cancel()
    assert multiprocessing.active_children() == []
