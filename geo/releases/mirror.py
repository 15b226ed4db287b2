"""Releases that lie elsewhere, in a folder that is shared or at an address: which one is served here.

Such a place holds what an operator's folder of releases holds: `current` and a folder a release.
What is served is a copy in the own home, fetched whole and checked. Where the place is lost, emptied
or lies, the last good copy stays in use, after a restart too, and it is told that it does.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.errors import ReleaseError
from geo.paths import RELEASES_VARIABLE
from geo.releases import elsewhere, folders, remembering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geo.releases.release import Release

LOOK_SECONDS: Final = 30.0
"""How long goes by until an address is asked again."""
FOLDER_LOOK_SECONDS: Final = 2.0
"""The same of a folder."""

KEPT: Final = 5
"""How many copies stay beside the one in use."""

_FIRST_SECONDS: Final = 3.0
_HANGS_SECONDS: Final = elsewhere.LOOK_SECONDS + elsewhere.FETCH_SECONDS + 60
_LEFT_SECONDS: Final = 3600.0
_PLACE: Final = f"the place that {RELEASES_VARIABLE} names"
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Served:
    """The release that visitors are served.

    Parameters
    ----------
    folder : of the release.
    fault : a sentence: why it is not the one that ought to be in use; "" where it is.
    """

    folder: Path
    fault: str = ""


class ReleaseMirror:
    """What one process knows of the releases at one place, for one home.

    Parameters
    ----------
    origin : the path of a folder, or an address as `s3://bucket/releases`.
    check : loads the release of a folder, and raises `ReleaseError` where it does not hold together.
    clock : seconds that only go forward, whatever is done to the time of day.
    """

    def __init__(
        self,
        origin: str,
        check: Callable[[Path], Release],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._origin = origin.rstrip("/") or origin
        self._check = check
        self._clock = clock
        self._every = LOOK_SECONDS if "://" in origin else FOLDER_LOOK_SECONDS
        self._looked: float | None = None
        self._began: float | None = None
        self._answer: Served | ReleaseError | None = None
        self._whole: dict[Path, tuple[tuple[str, int, int, int], ...]] = {}
        self._looking = threading.Lock()
        self._starting = threading.Lock()
        self._first = threading.Event()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def find(self) -> Served:
        """Return what is served. Where `start` was called, nobody waits for the place itself.

        Raises
        ------
        ReleaseError : there is nothing to serve: nothing was ever had from the place, and it cannot
            be read; or it is just being read for the first time.
        """
        if self._thread is None:
            if self._looked is None or self._clock() - self._looked >= self._every:
                self.look()
        elif not self._first.is_set():
            last = self._find_last()
            if last is not None:
                return last
            if not self._first.wait(_FIRST_SECONDS):
                raise ReleaseError(
                    f"The list of clinics is being fetched from {_PLACE} for the first time; look "
                    "again in a minute."
                )
        if isinstance(self._answer, ReleaseError):
            raise ReleaseError(str(self._answer))
        assert self._answer is not None  # noqa: S101  every look leaves one
        if self._began is not None and self._clock() - self._began > _HANGS_SECONDS:
            return Served(self._answer.folder, f"Reading {_PLACE} hangs.")
        return self._answer

    def look(self) -> None:
        """Look at the place now; what is found, and what fails, is in the next answer of `find`."""
        with self._looking:
            self._began = self._clock()
            try:
                answer: Served | ReleaseError = self._look()
            except ReleaseError as error:
                answer = error
            self._tell(answer)
            self._answer = answer
            self._began, self._looked = None, self._clock()
            self._first.set()

    def start(self) -> None:
        """Look from now on in the background, at once and then again and again."""
        with self._starting:  # and not the lock of a look, for which nobody waits
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="clinic-finder-follower", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        """Look no longer in the background."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def doubt(self) -> None:
        """Check the copies anew at the next look, since one could not be used."""
        self._whole.clear()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self.look()
            except Exception:  # noqa: BLE001  whatever it is, those who come later are still to be served
                _LOG.exception("The releases could not be looked at.")
            self._ended.wait(self._every)

    def _tell(self, answer: Served | ReleaseError) -> None:
        """Write into the log what changed."""
        fault, before = (
            None if each is None else str(each) if isinstance(each, ReleaseError) else each.fault
            for each in (answer, self._answer)
        )
        if fault == before:
            return
        if isinstance(answer, ReleaseError):
            _LOG.error("%s No list can be shown.", answer)
        elif fault:
            _LOG.error("%s Visitors go on with %s.", fault, answer.folder.name)
        elif before:
            _LOG.warning("The releases can be read again; %s is in use.", answer.folder.name)

    def _look(self) -> Served:
        """Read the pointer, and fetch the release where it is not here whole."""
        fault, there = "", True
        try:
            found = elsewhere.read_pointer(self._origin)
        except ReleaseError as error:
            fault, there = str(error), False
        else:
            pointed, there = found["pointed"], found["there"]
            if pointed == folders.SHIPPED_WORD:
                remembering.remember(folders.SHIPPED_WORD)
                return Served(folders.SHIPPED)
            if pointed is None and there and not found["ids"] and remembering.recall() is None:
                return Served(
                    folders.SHIPPED,
                    f"Nothing was published yet at {_PLACE}; the list is the one that came with "
                    "the program.",
                )
            if pointed is None:
                fault = (
                    f"There is no pointer `{folders.POINTER}` at {_PLACE}."
                    if there
                    else f"There is nothing at {_PLACE}."
                )
            elif not folders.is_id(pointed):
                fault = f"The pointer `{folders.POINTER}` at {_PLACE} holds no id of a release."
            else:
                try:
                    kept = self._keep(pointed)
                except ReleaseError as error:
                    fault = f"The pointer leads to {pointed}, which is of no use: {error}"
                else:
                    remembering.remember(pointed)
                    self._clear(pointed)
                    return Served(kept)
        return self._fall_back(fault, there=there)

    def _fall_back(self, fault: str, *, there: bool) -> Served:
        """Return the last good release, or the newest whole one of the place."""
        last = remembering.recall()
        if last == folders.SHIPPED_WORD:
            return Served(folders.SHIPPED, fault)
        for release in self._list_candidates(last, there=there):
            try:
                kept = self._keep(release)
            except ReleaseError:
                continue
            remembering.remember(release)
            return Served(kept, fault)
        raise ReleaseError(
            f"{fault} There is no copy of an earlier release here; see to "
            f"{RELEASES_VARIABLE} and to what it names."
        )

    def _list_candidates(self, last: str | None, *, there: bool) -> Iterator[str]:
        if last is not None:
            yield last
        if there:
            try:
                yield from elsewhere.list_newest(self._origin)
            except ReleaseError as error:
                _LOG.warning("%s", error)
        yield from sorted((path.name for path in folders.copies().glob("*-*")), reverse=True)

    def _find_last(self) -> Served | None:
        """Return the last good release where it is here whole, without asking the place."""
        last = remembering.recall()
        if last == folders.SHIPPED_WORD:
            return Served(folders.SHIPPED)
        if last is None or not self._is_whole(folders.copies() / last):
            return None
        return Served(folders.copies() / last)

    def _keep(self, release: str) -> Path:
        """Return the folder of a release's copy, which is fetched where it is not here whole.

        Raises
        ------
        ReleaseError : it cannot be read, or does not hold together.
        """
        target = folders.copies() / release
        if self._is_whole(target):
            return target
        partial = target.with_name(f".{release}.{time.time_ns()}")
        try:
            partial.mkdir(parents=True)
        except OSError as error:
            return self._use_in_place(release, error)
        try:
            elsewhere.fetch(self._origin, release, partial)
            self._check_fetched(partial, release)
            if target.exists():  # damaged
                target.rename(partial.with_name(f"{partial.name}.damaged"))
            partial.rename(target)
        except OSError as error:
            if isinstance(error, ReleaseError):
                raise
            if not self._is_whole(target):  # else another process of this home was quicker
                return self._use_in_place(release, error)
        finally:
            for left in folders.copies().glob(f"{partial.name}*"):
                shutil.rmtree(left, ignore_errors=True)
        self._whole[target] = _sign(target)
        return target

    def _use_in_place(self, release: str, error: OSError) -> Path:
        """Return a release of a folder as it lies there, where the home takes no copy."""
        if "://" in self._origin:
            raise ReleaseError(f"The folder {folders.copies()} cannot be written ({error}).")
        folder = folders.root() / release
        if not self._is_whole(folder):
            self._check_named(folder, release)  # which says why
        return folder

    def _check_fetched(self, partial: Path, release: str) -> None:
        """Check what came, and name it by its release and not by the folder that is gone then."""
        try:
            self._check_named(partial, release)
        except ReleaseError as error:
            raise ReleaseError(str(error).replace(str(partial), release)) from error

    def _check_named(self, folder: Path, release: str) -> None:
        """Check that a folder holds a release, and the one that is looked for."""
        found = self._check(folder).id
        if found != release:
            raise ReleaseError(f"What lies under its name is the release {found}.")

    def _is_whole(self, folder: Path) -> bool:
        """Tell whether a copy holds together; read anew only where a file of it changed."""
        sign = _sign(folder)
        if sign and self._whole.get(folder) == sign:
            return True
        try:
            self._check_named(folder, folder.name)
        except ReleaseError:
            return False
        self._whole[folder] = sign
        return True

    def _clear(self, used: str) -> None:
        """Remove the oldest copies, and what killed processes left."""
        copies = [path for path in folders.copies().glob("*-*") if path.name != used]
        for path in sorted(copies, key=_find_age)[KEPT:]:
            shutil.rmtree(path, ignore_errors=True)
        for path in folders.copies().glob(".*-*.*"):
            if _find_age(path) > _LEFT_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _sign(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Return what changes where a file of a folder does."""
    try:
        told = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
    except OSError:
        return ()
    return tuple((name, it.st_size, it.st_mtime_ns, it.st_ino) for name, it in told)


def _find_age(path: Path) -> float:
    """Return how long ago a folder was written, in seconds; none where it is in the future."""
    try:
        return max(time.time() - path.stat().st_mtime, 0.0)
    except OSError:
        return 0.0
