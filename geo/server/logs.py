"""What the log may say of an error: its kind and where it arose, never its words.

The words of an error often hold the value that caused it, and with it what a visitor typed. What a
request says of itself, as its Origin, is made plain: a log is read in a terminal.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any, Final

from geo.exporting.terminal import plain_lines

_LEFT_OUT: Final = "(its words are left out: they may hold what a visitor typed)"


def leave_out_words() -> None:
    """Make every log record of this process from now on describe its error without the words."""
    make = logging.getLogRecordFactory()
    if getattr(make, "leaves_out_words", False):
        return

    def make_record(*arguments: Any, **named: Any) -> logging.LogRecord:  # noqa: ANN401  as logging's
        record = make(*arguments, **named)
        if isinstance(record.msg, str):
            record.msg = plain_lines(record.msg)
        if record.args:
            record.args = _make_plain(record.args)
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.exc_info = None
            record.exc_text = describe(error)
        return record

    make_record.leaves_out_words = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make_record)


def _make_plain(told: Any) -> Any:  # noqa: ANN401  as logging's
    """Return what a message is filled with, its texts and errors made plain."""
    if isinstance(told, tuple):
        return tuple(map(_make_plain, told))
    if isinstance(told, dict):
        return {name: _make_plain(value) for name, value in told.items()}
    return plain_lines(str(told)) if isinstance(told, str | BaseException) else told


def describe(error: BaseException) -> str:
    """Return where an error and those that led to it arose, and of what kind they are.

    Parameters
    ----------
    error : with its traceback, if it was raised.

    Returns
    -------
    Lines as Python's own traceback has them, the words of the errors left out.
    """
    parts: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        frames = "".join(traceback.format_tb(at.__traceback__))
        parts.append(f"{frames}{type(at).__module__}.{type(at).__qualname__} {_LEFT_OUT}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    joint = "\n\nwhich led to:\n\n"
    return f"Traceback (most recent call last):\n{joint.join(reversed(parts))}"
