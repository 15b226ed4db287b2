"""The draft of a release that the last job `draft` made, for everybody to look at."""

from __future__ import annotations

import os
import pickle
import secrets
from typing import TYPE_CHECKING

from geo.errors import WorkspaceError
from geo.files.stamps import stamp
from geo.jobs import job_state
from geo.jobs.job_state import DONE, Job

if TYPE_CHECKING:
    from geo.publishing.publishing import Draft


def keep(draft: Draft) -> None:
    """Keep a draft in the place of the one before.

    Raises
    ------
    WorkspaceError : the disk fails.
    """
    job_state.write_whole(job_state.find_file("draft", "pickle"), pickle.dumps(draft))


def leave(draft: Draft, *, who: str) -> bool:
    """Keep a draft that was made outside of a job, as if one had; tell whether that was done.

    It is not while a job builds one: that is the newer.

    Raises
    ------
    WorkspaceError : the disk fails.
    """
    lock = job_state.take_lock("draft")
    if lock is None:
        return False
    try:
        keep(draft)
        now = stamp()
        job_state.write(Job("draft", secrets.token_hex(8), who, now, now, state=DONE))
    finally:
        os.close(lock)
    return True


def load() -> Draft | None:
    """Return the draft that is kept, None where there is none.

    Raises
    ------
    WorkspaceError : it cannot be read, as where another version of the program made it.
    """
    path = job_state.find_file("draft", "pickle")
    try:
        # The folder is the operator's own, like the program's.
        draft: Draft = pickle.loads(path.read_bytes())  # noqa: S301
    except FileNotFoundError:
        return None
    except Exception as error:
        raise WorkspaceError("The draft cannot be read; build it anew.") from error
    return draft


def forget() -> None:
    """Remove the draft, where there is one.

    Raises
    ------
    WorkspaceError : the folder of jobs cannot be made.
    """
    job_state.find_file("draft", "pickle").unlink(missing_ok=True)


def forget_stale(base: str) -> None:
    """Remove a draft that was compared with another release than the one in use, or is of no use.

    Parameters
    ----------
    base : the id of the release in use.

    Raises
    ------
    WorkspaceError : the folder of jobs cannot be made.
    """
    try:
        draft = load()
    except WorkspaceError:
        forget()
        return
    if draft is not None and draft.base != base:
        forget()
