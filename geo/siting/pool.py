"""Solvers for many people at once: no more than the processors bear, and a queue for the rest."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING

from geo.i18n.language import gettext as _
from geo.siting.child import SolverError, Solving

if TYPE_CHECKING:
    from geo.siting.question import Question
    from geo.siting.solving import Answer


def count_solvers() -> int:
    """Return how many solvers may work at once: the processors less one, at least 1."""
    if hasattr(os, "sched_getaffinity"):  # those that this process may use
        return max(len(os.sched_getaffinity(0)) - 1, 1)
    return max((os.cpu_count() or 1) - 1, 1)


class SolverPool:
    """Processes that solve, and the turns of those who wait for one, in the order they came.

    Any thread may call it and its turns. A turn that has come is begun by whoever looks next, at
    their own turn or at another; one that nobody holds any more has no place.

    Parameters
    ----------
    size : how many processes work at once, >= 1.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.RLock()  # to collect garbage within may end a turn
        self._turns: list[weakref.ref[Turn]] = []

    def ask(self, question: Question) -> Turn:
        """Return the turn of a question, begun already where a process is free."""
        turn = Turn(self, question)
        with self._lock:
            self._turns.append(weakref.ref(turn))
            self._move_up()
        return turn

    def count_before(self, turn: Turn) -> int:
        """Return how many questions are worked on or wait before one; 0 once it has begun."""
        with self._lock:
            waiting = self._move_up()
            return waiting.index(turn) if turn.is_waiting and turn in waiting else 0

    def give_up(self, turn: Turn) -> None:
        """Take a turn out of the queue and end its process, if it has begun."""
        with self._lock:
            self._turns = [each for each in self._turns if each() is not turn]
            turn.end()
            self._move_up()

    def _move_up(self) -> list[Turn]:
        """Begin the turns that have come; return all that are not over, in their order."""
        turns = [turn for each in self._turns if (turn := each()) is not None and not turn.is_over]
        for turn in turns[: self._size]:
            turn.begin()
        self._turns = [weakref.ref(turn) for turn in turns]
        return turns


class Turn:
    """A question in the queue of a pool, and its process once there is one."""

    def __init__(self, pool: SolverPool, question: Question) -> None:
        self._pool = pool
        self._question: Question | None = question
        self._solving: Solving | None = None
        self._fault: SolverError | None = None

    @property
    def before(self) -> int:
        """Return how many others come before; 0 once it has begun."""
        return self._pool.count_before(self)

    @property
    def is_waiting(self) -> bool:
        """Return whether its process is still to be started."""
        return self._question is not None

    @property
    def is_over(self) -> bool:
        """Return whether it needs no process any more."""
        return not self.is_waiting and (self._solving is None or not self._solving.is_running)

    def poll(self) -> Answer | None:
        """Return the latest answer, which `is_final` where the work is done; None before the first.

        Raises
        ------
        QuestionError : the question has no answer.
        SolverError : the process could not be started, or ended without a final answer; or the turn
            was given up.
        """
        if self.before or self.is_waiting:
            return None
        if self._fault is not None:
            raise self._fault
        if self._solving is None:
            raise SolverError(_("The solver was ended before it had a final answer."))
        return self._solving.poll()

    def cancel(self) -> None:
        """Give up the place, and end the process now; once it has ended, do nothing."""
        self._pool.give_up(self)

    def begin(self) -> None:
        """Start the process, if that is still to be done; for the pool."""
        question, self._question = self._question, None
        if question is None:
            return
        try:
            self._solving = Solving(question)
        except SolverError as error:
            self._fault = error
        except OSError:
            self._fault = SolverError(_("The solver cannot be started now; ask again later."))

    def end(self) -> None:
        """End the process, and be over; for the pool."""
        self._question = None
        if self._solving is not None:
            self._solving.cancel()
