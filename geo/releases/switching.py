"""Which release is in use: one atomic replace of the pointer, and the history of that.

The history is written before the pointer. A process that is killed between the two leaves a last
entry that did not happen: it is known by the pointer, which does not hold what the entry says, and
is dropped by whoever reads.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from geo.errors import ReleaseError
from geo.files import whole_files
from geo.files.stamps import stamp
from geo.paths import RELEASES_VARIABLE
from geo.releases import folders, remembering
from geo.releases.loading import find, identify, load, look_now, read_manifest, read_pointer
from geo.releases.locking import lock
from geo.releases.writing import keep_copy

if TYPE_CHECKING:
    from pathlib import Path

PUBLISH: Final = "publish"
ROLLBACK: Final = "rollback"


@dataclass(frozen=True)
class Switch:
    """One time that another release came into use.

    Parameters
    ----------
    id : its own, for whoever keeps a record of it elsewhere.
    at : UTC, ISO 8601.
    kind : `publish` or `rollback`.
    before, after : ids of releases.
    who, reason : the operator and, where one was given, the reason.
    """

    id: str
    at: str
    kind: str
    before: str
    after: str
    who: str = ""
    why: str = ""


def switch(
    release_id: str | None, *, kind: str = PUBLISH, who: str = "", reason: str = ""
) -> Switch | None:
    """Put a release to use; readers see the one before or this one, whole, and nothing between.

    Every file of the release is checked first. The shipped release is copied among the operator's
    when it is left, so that an update of the program does not take away what one returns to.

    Parameters
    ----------
    release_id : of a release that is there; None for the shipped one, whichever the program brings.
    kind : `publish`, or `rollback` where one returns to what was in use before.
    who, reason : to be kept in the history.

    Returns
    -------
    What was written into the history; None where that release was in use already.

    Raises
    ------
    ReleaseError : there is no such release, it is damaged, another operator is publishing, the
        pointer cannot be written, or the releases are those of another.
    """
    check_writable()
    with lock(who):
        folder = find("shipped" if release_id is None else release_id)
        after = load(folder).id
        pointed = _read_pointed()
        before = _id_in_use()
        to_shipped = release_id is None
        if pointed == (folders.SHIPPED_WORD if to_shipped else release_id) or (
            pointed is None and after == before and not is_lost()
        ):
            return None
        if pointed in {None, folders.SHIPPED_WORD}:
            keep_copy(folders.SHIPPED)
        if not to_shipped:
            keep_copy(folder)
        switched = Switch(
            id=secrets.token_hex(8),
            at=stamp(),
            kind=kind,
            before=before,
            after=after,
            who=who,
            why=reason,
        )
        try:
            whole_files.replace(_history_file(), _write_history([*history(), switched]))
            _point(folders.SHIPPED_WORD if to_shipped else str(release_id))
        except OSError as error:
            raise ReleaseError(
                f"The pointer {folders.pointer()} cannot be replaced ({error}); "
                f"{before} is still in use."
            ) from error
        remembering.remember(folders.SHIPPED_WORD if to_shipped else str(release_id))
    look_now()
    return switched


def check_writable() -> None:
    """Refuse to write where the releases are made by another, or whose folder is not there.

    Raises
    ------
    ReleaseError : `CLINIC_FINDER_RELEASES` names an address, or a folder that is not there.
    """
    if folders.followed():
        scheme = folders.followed().partition("://")[0]
        raise ReleaseError(
            f"This replica follows releases at an address ({scheme}://...), where this program "
            "writes nothing; publish and roll back where they are made."
        )
    if folders.origin() and not folders.root().is_dir():
        raise ReleaseError(
            f"The folder {folders.root()} that {RELEASES_VARIABLE} names is not there; "
            "mount or make it, then publish or roll back again."
        )


def is_lost() -> bool:
    """Tell whether the pointer is gone that led to what was served from here last."""
    last = remembering.recall()
    return _read_pointed() is None and last is not None and last != folders.SHIPPED_WORD


def history() -> list[Switch]:
    """Return every switch that happened, the oldest first.

    Raises
    ------
    ReleaseError : the history or the pointer cannot be read.
    """
    path = _history_file()
    try:
        entries = [Switch(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise ReleaseError(
            f"The file {path} is no history of releases ({error}); move it away to start anew."
        ) from error
    if entries and entries[-1].after != _id_in_use():
        # Either it was cut off before the pointer, or the pointer was changed by hand since.
        return entries[:-1] if entries[-1].before == _id_in_use() else entries
    return entries


def find_previous() -> str | None:
    """Return the id of the release that one step back leads to.

    What was published lies on what was in use then; a rollback takes off all above what it returned
    to. Releases that are no longer there are passed over.

    Returns
    -------
    None where nothing was in use before the present one.

    Raises
    ------
    ReleaseError : the history or the release in use cannot be read.
    """
    used = _id_in_use()
    below: list[str] = []
    for entry in history():
        if not below:
            below.append(entry.before)
        if entry.after in below and entry.kind == ROLLBACK:
            del below[_last_index(below, entry.after) :]
        below.append(entry.after)
    if used in below:
        del below[_last_index(below, used) :]
    there = [release for release in below if release != used and _is_there(release)]
    return there[-1] if there else None


def find_newer_shipped() -> str | None:
    """Return the id of a shipped release that came with an update and that nobody has looked at.

    None while the shipped release itself is in use, or was before.

    Raises
    ------
    ReleaseError : the history or a manifest cannot be read.
    """
    past = history()
    if read_pointer() in {None, folders.SHIPPED_WORD} or not past:
        return None
    shipped = read_manifest(folders.SHIPPED)
    seen = {entry.before for entry in past} | {entry.after for entry in past}
    first = folders.root() / past[0].before
    if shipped["id"] in seen or (
        first.exists() and read_manifest(first)["made_at"] >= shipped["made_at"]
    ):
        return None
    return str(shipped["id"])


def _history_file() -> Path:
    return folders.root() / "history.json"


def _write_history(entries: list[Switch]) -> str:
    return json.dumps([asdict(entry) for entry in entries], indent=1) + "\n"


def _read_pointed() -> str | None:
    """Return what the pointer holds; None also where that is of no use."""
    try:
        return read_pointer()
    except ReleaseError:
        return None


def _id_in_use() -> str:
    """Return the id of the release in use, or of what was served last where that is not told."""
    last = _read_pointed() or remembering.recall()
    if last is None or last == folders.SHIPPED_WORD:
        return str(read_manifest(folders.SHIPPED)["id"])
    return last


def _point(word: str) -> None:
    """Replace the pointer, through to the disk."""
    whole_files.replace(folders.pointer(), f"{word}\n")


def _is_there(release_id: str) -> bool:
    """Tell whether a release can be returned to, whatever state the one in use is in."""
    return release_id in {identify(folders.root() / release_id), identify(folders.SHIPPED)}


def _last_index(values: list[str], value: str) -> int:
    return len(values) - 1 - values[::-1].index(value)
