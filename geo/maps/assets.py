"""Where the browser finds what a map needs: this server, and nowhere else."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Final

from geo.errors import GeoError
from geo.paths import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = DATA / "assets"
PREFIX: Final = "/assets/"


class ForeignAssetError(GeoError):
    """A map asked for a script or style that another server would have to serve."""


@cache
def url(name: str) -> str:
    """Return the address of an asset, with a version, so that a change reaches every browser.

    Parameters
    ----------
    name : the file's path below data/assets, `leaflet/leaflet.js` for one.

    Raises
    ------
    GeoError : the file is not there.
    """
    try:
        content = (FOLDER / name).read_bytes()
    except OSError as error:
        raise GeoError(
            f"The map's file data/assets/{name} cannot be read; run `clinic-finder data build`."
        ) from error
    return f"{PREFIX}{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


def read(name: str) -> str:
    """Return an asset's text, for those that travel inside a page."""
    return (FOLDER / name).read_text(encoding="utf-8")


def refuse_foreign(links: Iterable[str]) -> None:
    """Let a map through only when each of its links is on this server.

    Raises
    ------
    ForeignAssetError : a link leads elsewhere; drawing the map would tell a third party
        who looks for such a clinic.
    """
    for link in links:
        if not link.startswith(PREFIX):
            raise ForeignAssetError(f"The map asked for {link}, which is not on this server.")
