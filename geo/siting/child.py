"""A question worked on in a process of its own, so that nobody waits for it and it can be ended.

The process is started anew (spawn), takes the plain arrays of a question, imports what solves it
and no tables, and runs at a lower priority. It ends when it is cancelled, when its handle is
forgotten, when the process that started it is gone in whatever way, and when its time is up.

As with every spawned process the script that was started is imported there by another name; a
script that works when it is imported guards itself by `if __name__ == "__main__"`. Where it does
not, the new process comes to the same call, ends with a status of its own, and the caller is told.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import weakref
from dataclasses import replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final

from geo.errors import GeoError
from geo.i18n.language import gettext as _
from geo.siting.solving import LIMIT_SECONDS, solve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from geo.siting.question import Question
    from geo.siting.solving import Answer

_GRACE_SECONDS: Final = 5.0  # for the start of a process, and a solver that looks at no clock
_NICENESS: Final = 10
_NAME: Final = "clinic-finder-solver"
_UNGUARDED: Final = 78  # the status of a process that was about to start another
_HOW_TO_GUARD: Final = (
    "Siting starts a second process, which runs your script again from its top; put the call under "
    '`if __name__ == "__main__":`.'
)
_HOW_TO_SAVE: Final = (
    "Siting starts a second process, which reads your script again; what is piped in can be read "
    "once only: save it as a file and run that."
)


class SolverError(GeoError, RuntimeError):
    """The process ended without an answer, as where memory is short, or was not to be started."""


class Solving:
    """The handle of a question that is worked on elsewhere.

    Parameters
    ----------
    question : what is asked.
    seconds : after which the best answer so far is final, about.

    Raises
    ------
    SolverError : another spawned process is at this call while it imports the script; or the script
        was piped in.
    """

    def __init__(self, question: Question, seconds: float = LIMIT_SECONDS) -> None:
        if getattr(sys.modules["__main__"], "__file__", None) == "<stdin>":
            raise SolverError(_HOW_TO_SAVE)
        context = multiprocessing.get_context("spawn")
        self._answers, theirs = context.Pipe()
        self._process = context.Process(
            target=_work, name=_NAME, args=(theirs, seconds), daemon=True
        )
        self._last: Answer | None = None
        self._deadline = time.monotonic() + seconds + _GRACE_SECONDS
        try:
            self._process.start()
        except RuntimeError as error:  # what a process that still imports the script is met with
            if multiprocessing.current_process().name == _NAME:
                sys.exit(_UNGUARDED)  # without a word: the one that waits for it says why
            raise SolverError(_HOW_TO_GUARD) from error
        theirs.close()
        # A pipe holds less than a question, so whoever sends it waits until the process has begun.
        asking = threading.Thread(target=_ask, args=(self._answers, question), daemon=True)
        asking.start()
        self._end = weakref.finalize(self, _end, self._process, asking, self._answers)

    @property
    def pid(self) -> int | None:
        """Return the id of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Return whether the process is alive."""
        return self._process.is_alive()

    def poll(self, timeout_seconds: float = 0.0) -> Answer | None:
        """Return the latest answer, which `is_final` where the work is done; None before the first.

        Parameters
        ----------
        timeout_seconds : how long to wait for a further answer; 0 returns at once.

        Raises
        ------
        QuestionError : the question has no answer.
        SolverError : the process ended without a final answer, or was cancelled; or the script that
            was started has no guard against being imported by it.
        """
        left = max(self._deadline - time.monotonic(), 0.0)
        try:
            while not self._is_done and self._answers.poll(min(timeout_seconds, left)):
                message = self._answers.recv()
                if isinstance(message, GeoError):
                    raise message
                self._last, timeout_seconds = message, 0.0
        except (EOFError, OSError) as error:
            self.cancel()
            if self._process.exitcode == _UNGUARDED:
                raise SolverError(_HOW_TO_GUARD) from None
            raise SolverError(_("The solver was ended before it had a final answer.")) from error
        if self._last is not None and not self._is_done and time.monotonic() > self._deadline:
            self.cancel()
            self._last = replace(self._last, is_final=True)
        return self._last

    def cancel(self) -> None:
        """End the process now, whatever it is at; once it has ended, do nothing."""
        self._end()

    @property
    def _is_done(self) -> bool:
        return self._last is not None and self._last.is_final


def _ask(answers: Connection, question: Question) -> None:
    """Send the question; to nobody where the process is gone already."""
    with contextlib.suppress(OSError):
        answers.send(question)


def _end(process: SpawnProcess, asking: threading.Thread, answers: Connection) -> None:
    """End a process and wait until it is gone; a question still on its way then has no reader."""
    process.kill()
    process.join()
    asking.join()
    answers.close()


def _work(answers: Connection, seconds: float) -> None:
    """Solve the question and tell the answers; what the process runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        for answer in solve(answers.recv(), seconds):
            answers.send(answer)
    except GeoError as error:
        answers.send(error)


def _end_with_parent() -> None:
    """End this process once the one that started it is gone, also in the midst of a solver."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
