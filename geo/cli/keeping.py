"""What `export`, `backup` and `restore` take and do: the workspace out of and into files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo import workspace
from geo.cli.prompts import confirm
from geo.cli.shell import answer, note
from geo.exporting.terminal import plain
from geo.paths import find_home


def _check_folder(path: Path) -> Path:
    """Refuse a name that is meant to be a file's."""
    if path.suffix == ".csv" and not path.is_dir():
        raise typer.BadParameter("give a folder: listings.csv is written into it.")
    return path


def export(
    path: Annotated[
        Path, typer.Argument(help="The folder to write to.", callback=_check_folder)
    ] = Path(),
) -> None:
    """Write the workspace's listings back as listings.csv, operators' pins beside it.

    Printed are the files that were written.

    For instance:

    ```
    clinic-finder export data
    ```
    """
    from geo.workspace import exporting  # noqa: PLC0415  # 330 ms: pandas

    with workspace.open() as opened:
        written = exporting.export(opened, path)
    answer("\n".join(plain(str(file)) for file in written))


def backup(path: Annotated[Path, typer.Argument(help="The file to write, a zip.")]) -> None:
    """Copy the whole workspace into one file, while it may be in use.

    For instance:

    ```
    clinic-finder backup /backups/clinics-2026-11-23.zip
    ```
    """
    from geo.workspace import backup as backups  # noqa: PLC0415  # 70 ms

    with workspace.open() as opened:
        backups.write(opened, path)
    answer(plain(str(path)))


def restore(
    path: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Replace the workspace without asking.")
    ] = False,
) -> None:
    """Bring the workspace back from a backup; the one that is there is replaced.

    For instance:

    ```
    clinic-finder restore /backups/clinics-2026-11-23.zip
    ```
    """
    from geo.workspace import backup as backups  # noqa: PLC0415  # 70 ms

    home = find_home()
    there = workspace.exists()
    if there:
        confirm(f"Replace the workspace in {home} by {path}?", yes=yes)
    kept = backups.restore(path, home, replace=there)
    if kept is not None:
        note(f"The workspace that was there is kept as {kept}.")
    note("Releases stay as they are; `clinic-finder status` says which one is in use.")
    answer(plain(str(home / "workspace.sqlite")))
