"""What `export`, `backup` and `restore` take and do: the workspace out of and into files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from geo import workspace
from geo.cli.prompts import confirm
from geo.cli.shell import answer, note
from geo.exporting.terminal import plain
from geo.paths import find_home

_SITE: Final = "site"


def _check_folder(path: Path) -> Path:
    """Refuse a name that is meant to be a file's."""
    if path.suffix == ".csv" and not path.is_dir():
        raise typer.BadParameter("give a folder: listings.csv is written into it.")
    return path


def export(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="The folder to write to; or the word `site`, before the folder of a finder.",
            callback=_check_folder,
        ),
    ] = Path(),
    folder: Annotated[
        Path | None,
        typer.Argument(help="After `site`: where to write the finder, a new or empty folder."),
    ] = None,
    states: Annotated[
        list[str] | None,
        typer.Option(
            "--state", metavar="ST", help="Only places of this state; may be given several times."
        ),
    ] = None,
) -> None:
    """Write the workspace's listings back as listings.csv, operators' pins beside it.

    With `site`: write a finder of the release in use that needs no server, for any host of files,
    and for a phone without a net. Printed are the files that were written.

    For instance:

    ```
    clinic-finder export data
    clinic-finder export site pocket
    clinic-finder export site pocket --state OH --state KY
    ```
    """
    if folder is not None:
        if path != Path(_SITE):
            raise typer.BadParameter(f"{path} and {folder}: give one folder, or `site` first.")
        _export_site(folder, states or [])
        return
    if states:
        raise typer.BadParameter("a state goes with `site` and a folder.", param_hint="'--state'")
    from geo.workspace import exporting  # noqa: PLC0415  # 330 ms: pandas

    with workspace.open() as opened:
        written = exporting.export(opened, path)
    answer("\n".join(plain(str(file)) for file in written))


def _export_site(folder: Path, states: list[str]) -> None:
    """Write the pocket finder of the release in use."""
    from rich.console import Console  # noqa: PLC0415  # 30 ms; only needed here

    from geo import releases  # noqa: PLC0415  # 330 ms: pandas
    from geo.api.clinic_verbs import load_place_finder  # noqa: PLC0415  # 200 ms: scipy
    from geo.pocket.site_folder import write_site  # noqa: PLC0415  # 200 ms: scipy

    release = releases.current()
    with Console(stderr=True).status("Packing the places, the clinics and the pages"):
        sizes = write_site(folder, release, load_place_finder(release), states)
    note(f"Release {release.id}: {len(sizes)} files, {sum(sizes.values()) / 1000:,.0f} kB.")
    answer("\n".join(plain(str(folder / path)) for path in sorted(sizes)))


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
