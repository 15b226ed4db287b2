"""The draft of a release that the last job `draft` made, for everybody to look at.

It is kept as a release of its own, checked like any other when it is read, beside which a small file
says what it was compared with. What it changes is compared anew.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from geo import releases
from geo.errors import ReleaseError, WorkspaceError
from geo.files.stamps import stamp
from geo.jobs import job_state
from geo.jobs.job_state import DONE, Job
from geo.publishing.diff import compare
from geo.publishing.publishing import Draft

if TYPE_CHECKING:
    from pathlib import Path

_FORM: Final = 1
_ANEW: Final = "build it anew; the listings are in the workspace."


def keep(draft: Draft) -> None:
    """Keep a draft in the place of the one before.

    Raises
    ------
    ReleaseError : its tables break the schema of releases, or the disk fails.
    WorkspaceError : the disk fails.
    """
    folder = releases.write(
        draft.tables, _find_releases(), as_of=draft.as_of, inputs=dict(draft.inputs)
    )
    facts = {
        "form": _FORM,
        "release": folder.name,
        "inputs": dict(draft.inputs),
        "base": draft.base,
        "refusals": list(draft.refusals),
        "state": draft.state,
        "without_odbl": draft.without_odbl,
        "open_cases": draft.open_cases,
    }
    job_state.write_whole(_find_facts(), json.dumps(facts).encode())
    for other in _find_releases().iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    _find_earlier().unlink(missing_ok=True)


def leave(draft: Draft, *, who: str) -> bool:
    """Keep a draft that was made outside of a job, as if one had; tell whether that was done.

    It is not while a job builds one: that is the newer.

    Raises
    ------
    ReleaseError, WorkspaceError : as `keep`.
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
    try:
        content = _find_facts().read_bytes()
    except FileNotFoundError:
        if _find_earlier().exists():
            raise WorkspaceError(
                f"The draft was made by an earlier version of this program; {_ANEW}"
            ) from None
        return None
    except OSError as error:
        raise WorkspaceError(f"The draft cannot be read; {_ANEW}") from error
    return _read(content, _find_releases())


def forget() -> None:
    """Remove the draft, where there is one.

    Raises
    ------
    WorkspaceError : the folder of jobs cannot be made.
    """
    _find_facts().unlink(missing_ok=True)
    _find_earlier().unlink(missing_ok=True)
    shutil.rmtree(_find_releases(), ignore_errors=True)
    _read.cache_clear()


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


@lru_cache(maxsize=1)  # a page asks at each press
def _read(content: bytes, folder: Path) -> Draft:
    """Return the draft that a small file tells of, whose release stands in a folder."""
    try:
        facts = json.loads(content)
        if facts["form"] != _FORM:
            raise WorkspaceError(f"The draft was made by another version; {_ANEW}")
        release = releases.load(folder / facts["release"])
        return Draft(
            tables=release.tables,
            as_of=release.as_of,
            inputs=facts["inputs"],
            base=facts["base"],
            diff=compare(releases.load(releases.find(facts["base"])), release),
            refusals=tuple(facts["refusals"]),
            state=facts["state"],
            without_odbl=facts["without_odbl"],
            open_cases=facts["open_cases"],
        )
    except (ReleaseError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise WorkspaceError(f"The draft cannot be read; {_ANEW}") from error


def _find_facts() -> Path:
    return job_state.find_file("draft", "facts.json")


def _find_releases() -> Path:
    return job_state.find_file("draft", "releases")


def _find_earlier() -> Path:
    """Return where version 0.2 kept a draft, in a form that it takes a program's word for."""
    return job_state.find_file("draft", "pickle")
