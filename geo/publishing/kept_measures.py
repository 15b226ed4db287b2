"""What was measured for one release is kept for the next, where what it follows from is the same.

Beside the releases, in `measured/` of the operator's state, stands a file for each thing that was
measured: an archive of numpy, and the sha256 of it behind. Its name is the hash of all that the thing
follows from, the program included. So nothing is ever out of date: what changed is measured, and its
file has another name. The folder may be deleted at any time; no release holds or names what stands in
it.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.files import whole_files
from geo.paths import DATA, find_home
from geo.roads.network import FILES as ROAD_FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from geo.coverage.demand import Demand

FOLDER: Final = "measured"
MOST: Final = 60
"""Files that are kept, those used last: 8 or so belong to a release, each half a megabyte."""

_LOG: Final = logging.getLogger(__name__)
_LIBRARIES: Final = ("numpy", "pandas", "pyproj", "scipy")
_GEO: Final = Path(__file__).parents[1]
_SEAL: Final = hashlib.sha256().digest_size


class KeptMeasures:
    """The folder of what was measured; another process may use it at the same time.

    Parameters
    ----------
    folder : by default that of the operator's state.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or find_home() / FOLDER

    def recall(
        self, key: str, make: Callable[[], Mapping[str, NDArray[Any]]]
    ) -> Mapping[str, NDArray[Any]]:
        """Return arrays by name: those that are kept under a key, else those that are made.

        A file that cannot be read or is damaged counts as none, and where none can be written
        nothing is kept: it takes longer then, and says so in the log.
        """
        path = self._folder / f"{key}.npz"
        held = _read(path)
        if held is not None:
            return held
        made = make()
        packed = io.BytesIO()
        np.savez_compressed(packed, allow_pickle=False, **made)
        try:
            whole_files.replace(
                path, packed.getvalue() + hashlib.sha256(packed.getvalue()).digest()
            )
            with suppress(FileNotFoundError):  # another process removed it already
                _note_use(path)
            self._clear()
        except OSError as error:
            _LOG.warning("What was measured is not kept for the next release. %s", error)
        return made

    def _clear(self) -> None:
        """Remove all but the files that were used last.

        What a clock that was set back since says of the future counts as used longest ago.
        """
        now = time.time_ns()
        used = {}
        for path in self._folder.glob("*.npz"):
            with suppress(FileNotFoundError):  # another process removes them too
                moment = path.stat().st_mtime_ns
                used[path] = moment if moment <= now else 0
        for path in sorted(used, key=used.__getitem__)[:-MOST]:
            path.unlink(missing_ok=True)


def hash_basis(demand: Demand) -> str:
    """Return the sha256 of what all measures follow from: program, libraries, roads and demand.

    Raises
    ------
    OSError : a file of the program or of the roads cannot be read.
    """
    digest = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    sources = sorted(path for room in ("coverage", "roads") for path in (_GEO / room).glob("*.py"))
    files = [_GEO / "units.py", *sources, *(DATA / "reference" / name for name in ROAD_FILES)]
    for path in files:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    numbers = (demand.xyz, demand.share_zip, demand.share_county, demand.share_adults)
    digest.update(hash_arrays(*numbers).encode())
    for table in (demand.zips, *demand.areas.values()):
        digest.update(table.to_csv(index=False).encode())
    return digest.hexdigest()


def hash_arrays(*arrays: NDArray[Any], names: Iterable[str] = ()) -> str:
    """Return the sha256 of names and of arrays, their shapes and bits."""
    digest = hashlib.sha256("\n".join(names).encode())
    for array in arrays:
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _note_use(path: Path) -> None:
    """Note when a file was used, finer than a file system's own clock, which ticks 250 times a second."""
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def _read(path: Path) -> dict[str, NDArray[Any]] | None:
    """Return what a file holds, and note that it was used; None where it is not as it was written."""
    try:
        held = path.read_bytes()
    except OSError:
        return None
    packed, sealed = held[:-_SEAL], held[-_SEAL:]
    if hashlib.sha256(packed).digest() != sealed:
        return None
    with np.load(io.BytesIO(packed), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    with suppress(OSError):  # it may be another's, or not to be written to: it is as good
        _note_use(path)
    return arrays
