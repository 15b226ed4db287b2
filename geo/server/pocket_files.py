"""The pocket finder of this server: the folder that `clinic-finder export site` wrote for it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Final

from geo.i18n import language
from geo.paths import find_home

if TYPE_CHECKING:
    from pathlib import Path

BELOW: Final = "/pocket/"
START: Final = "index.html"
MARKER: Final = "edition.txt"
"""The file of a finder that tells what it was made of: the edition, then the states if not all."""

VARIABLE: Final = "CLINIC_FINDER_POCKET"
OFF: Final = "off"


@dataclass(frozen=True)
class Written:
    """What a finder was made of.

    Attributes
    ----------
    edition : as `name_edition` gives it.
    states : codes of the only states whose places it knows; empty for all.
    """

    edition: str
    states: tuple[str, ...]


def is_written_here() -> bool:
    """Tell whether the server writes the finder by itself: unless `CLINIC_FINDER_POCKET=off`."""
    return os.environ.get(VARIABLE, "").strip() != OFF


def find_folder() -> Path:
    """Return where the finder is looked for: `pocket` in the operator's folder."""
    return find_home() / "pocket"


def find_address() -> str:
    """Return the finder's address below this server in the language of this run; "" without one."""
    code = language.current()
    name = START if code == language.ENGLISH else f"index.{code}.html"
    return f"{BELOW}{name}" if (find_folder() / name).is_file() else ""


def name_edition(release_id: str) -> str:
    """Return what a finder of a release, made by this version of the program, is called."""
    return f"{release_id} {metadata.version('clinic-finder')}"


def write_marker(release_id: str, states: frozenset[str] | None) -> str:
    """Return the text of a finder's marker."""
    return "\n".join([name_edition(release_id), *sorted(states or ())]) + "\n"


def read_marker(folder: Path) -> Written | None:
    """Return what the finder in a folder was made of; None where there is none, or it does not tell."""
    try:
        edition, *states = (folder / MARKER).read_text("utf-8").split("\n")
    except (OSError, ValueError):
        return None
    return Written(edition, tuple(filter(None, states)))
