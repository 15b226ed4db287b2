"""The pocket finder of this server: the folder that `clinic-finder export site` wrote for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.i18n import language
from geo.paths import find_home

if TYPE_CHECKING:
    from pathlib import Path

BELOW: Final = "/pocket/"
START: Final = "index.html"


def find_folder() -> Path:
    """Return where the finder is looked for: `pocket` in the operator's folder."""
    return find_home() / "pocket"


def find_address() -> str:
    """Return the finder's address below this server in the language of this run; "" without one."""
    code = language.current()
    name = START if code == language.ENGLISH else f"index.{code}.html"
    return f"{BELOW}{name}" if (find_folder() / name).is_file() else ""
