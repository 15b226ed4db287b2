"""A replica that follows releases published elsewhere: at any address that fsspec opens.

The address holds what an operator's folder of releases holds: `current` and a folder a release. A
new one is copied among the replica's own releases, checked there, and used from then on; while the
address does not answer, or offers what does not hold together, the last good release stays in use.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import ReleaseError
from geo.releases import folders
from geo.releases.folders import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_SECONDS: Final = 30.0
"""How long a replica goes without asking the address again."""

_LOG: Final = logging.getLogger(__name__)


class ReleaseMirror:
    """What one process knows of the releases at an address.

    Parameters
    ----------
    address : of the folder of releases, as `s3://bucket/releases` or `https://host/releases`.
    check : loads a release from a folder and raises `ReleaseError` where it does not hold together.
    clock : seconds that only go forward.
    """

    def __init__(
        self,
        address: str,
        check: Callable[[Path], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = address.rstrip("/")
        self._check = check
        self._clock = clock
        self._looked: float | None = None
        self._used: str | None = None
        self._busy = threading.Lock()

    def find_current(self) -> str | None:
        """Return the id of the release to use, among the replica's own; None for the shipped one.

        One visitor in `LOOK_SECONDS` waits for the address; the others get the last answer.

        Raises
        ------
        ReleaseError : nothing was ever had from the address, and it does not answer.
        """
        if self._looked is None:
            with self._busy:  # nobody has an answer yet: all wait for the first
                if self._looked is None:
                    self._used = self._look()
                    self._looked = self._clock()
        elif self._clock() - self._looked >= LOOK_SECONDS and self._busy.acquire(blocking=False):
            try:
                self._used = self._look()
            except ReleaseError as error:
                _LOG.warning("%s The release %s stays in use.", error, self._used or "shipped")
            finally:
                self._looked = self._clock()
                self._busy.release()
        return self._used

    def _look(self) -> str | None:
        """Read the pointer, and fetch the release where it is not here yet."""
        import fsspec  # noqa: PLC0415  only replicas that follow an address need it

        try:
            filesystem, base = fsspec.url_to_fs(self._address)
            try:
                pointed = str(filesystem.cat_file(f"{base}/current").decode()).strip()
            except FileNotFoundError:
                return None
            target = folders.root() / pointed
            if folders.is_id(pointed) and not target.exists():
                self._fetch(filesystem, f"{base}/{pointed}", target)
        except ReleaseError:
            raise
        except Exception as error:  # every kind of address has errors of its own
            raise ReleaseError(
                f"The releases at {self._address} cannot be read ({error}); see to the address "
                "that CLINIC_FINDER_RELEASES names."
            ) from error
        if not folders.is_id(pointed):
            raise ReleaseError(
                f"The file {self._address}/current does not hold the id of a release; "
                "publish again there."
            )
        return pointed

    def _fetch(self, filesystem: Any, source: str, target: Path) -> None:  # noqa: ANN401  untyped
        """Copy a release beside where it belongs, check it, and move it there in one step."""
        partial = target.with_name(f".{target.name}.{time.time_ns()}")
        partial.mkdir(parents=True)
        try:
            for path in filesystem.ls(source, detail=False):
                name = Path(path).name
                if name == MANIFEST or name.endswith(".parquet"):
                    (partial / name).write_bytes(filesystem.cat_file(path))
            self._check(partial)
            try:
                partial.rename(target)
            except OSError:
                if not target.exists():  # another process of this replica was quicker
                    raise
        finally:
            shutil.rmtree(partial, ignore_errors=True)
