"""The workspace as the files the program can be shipped with, reviewable in a diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import WorkspaceError
from geo.exporting import temporary_folders
from geo.exporting.formulas import escape_table
from geo.sources import curated
from geo.workspace import positions, stored_listings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo.workspace.database import Workspace

LISTINGS: Final = "listings.csv"
POSITIONS: Final = "positions.csv"


def export(workspace: Workspace, folder: Path) -> list[Path]:
    """Write `listings.csv`, and `positions.csv` where operators pinned clinics; return the files.

    Parameters
    ----------
    folder : made if it is not there; files of these names are replaced, each whole or not at all,
        and an old `positions.csv` is removed where there are no pins. The pins have the columns of
        `positions.COLUMNS`, degrees in EPSG:4326.

    Raises
    ------
    WorkspaceError : the workspace cannot be read, or a file cannot be written.
    """
    with workspace.snapshot():
        stated, placed = stored_listings.current(workspace), positions.agreed(workspace)
    pins = placed[placed["precision"].eq("verified")]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [_write(folder / LISTINGS, lambda path: curated.write(stated, path))]
        if pins.empty:
            (folder / POSITIONS).unlink(missing_ok=True)
        else:
            written.append(
                _write(
                    folder / POSITIONS,
                    lambda path: escape_table(pins).to_csv(path, index=False, lineterminator="\n"),
                )
            )
    except OSError as error:
        raise WorkspaceError(f"The export to {folder} failed ({error.strerror}).") from error
    return written


def _write(path: Path, write: Callable[[Path], None]) -> Path:
    with temporary_folders.hold(path.parent, "export") as folder:
        write(folder / path.name)
        (folder / path.name).replace(path)
    return path
