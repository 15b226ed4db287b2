"""A turn at the solvers whose question is still being made, behind the back of who asked it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from geo.errors import GeoError
from geo.i18n.language import gettext as _
from geo.siting.child import SolverError

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.siting.pool import SolverPool, Turn
    from geo.siting.question import Question
    from geo.siting.solving import Answer


class PreparedTurn:
    """A turn that is asked for once its question is there; any thread may call it.

    Parameters
    ----------
    pool : whose turn it will be.
    prepare : makes the question, in a thread of its own; what it raises `poll` does.

    Attributes
    ----------
    thread : that in which the question is made.
    """

    def __init__(self, pool: SolverPool, prepare: Callable[[], Question]) -> None:
        self._pool = pool
        self._turn: Turn | None = None
        self._fault: GeoError | None = None
        self._is_given_up = False
        self._lock = threading.RLock()  # to collect garbage within may give it up
        self.thread = threading.Thread(target=self._make, args=(prepare,), daemon=True)
        self.thread.start()

    @property
    def is_preparing(self) -> bool:
        """Return whether the question is still being made."""
        return self._turn is None and self._fault is None and not self._is_given_up

    @property
    def before(self) -> int:
        """Return how many others come before; 0 once it has begun, and before it is asked."""
        turn = self._turn
        return 0 if turn is None else turn.before

    def poll(self) -> Answer | None:
        """Return the latest answer, as `Turn.poll`; None while the question is being made.

        Raises
        ------
        GeoError : the question could not be made.
        QuestionError, SolverError : as `Turn.poll`.
        """
        if self._fault is not None:
            raise self._fault
        return None if self._turn is None else self._turn.poll()

    def cancel(self) -> None:
        """Give up the place; what is being made for it is not asked any more."""
        with self._lock:
            self._is_given_up = True
            if self._turn is not None:
                self._turn.cancel()

    def _make(self, prepare: Callable[[], Question]) -> None:
        question: Question | None = None
        try:
            question = prepare()
        except GeoError as error:
            self._fault = error
        finally:  # whatever else stands in the way: nobody waits for what does not come
            with self._lock:
                if question is None:
                    failed = _("The search over all places failed; ask again.")
                    self._fault = self._fault or SolverError(failed)
                elif not self._is_given_up:
                    self._turn = self._pool.ask(question)
