"""The HTTP API on this server, and the list it answers from; without it nothing of it is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware import Middleware

from geo.server.api import api_settings
from geo.server.visitor_keys import VisitorKeys, read_proxies
from pages.parts import release_changes

if TYPE_CHECKING:
    from geo.releases import Release
    from geo.server.api.served import Served


def list_middleware() -> list[Middleware]:
    """Return what answers the API; nothing where the operator has not switched it on.

    Raises
    ------
    SchemaError : the proxies or the origins are set to what are none.
    """
    if not api_settings.is_on():
        return []
    from geo.server.api.http_api import HttpApi  # noqa: PLC0415  # 1470 ms
    from geo.server.api.served import Loaders  # noqa: PLC0415  # 12 ms

    return [
        Middleware(
            HttpApi,
            load=Loaders(load_release, load_served, release_changes.load),
            keys=VisitorKeys(read_proxies()),
            origins=api_settings.read_origins(),
        )
    ]


def load_release() -> Release:
    """Return the release that visitors see; raises as `pages.parts.loaders.load_release`."""
    from pages.parts import loaders  # noqa: PLC0415  # 330 ms: pandas

    return loaders.load_release()


def load_served() -> Served:
    """Return it with what a search needs, shared with the pages.

    Raises
    ------
    GeoError : the release or a reference table cannot be read.
    """
    from geo.server.api.served import Served  # noqa: PLC0415  # 12 ms
    from pages.parts import loaders  # noqa: PLC0415  # 330 ms: pandas

    release = loaders.load_release()
    return Served(
        release,
        loaders.load_finder(release.id),
        loaders.load_index(release.id),
        lambda: loaders.load_drives(release.id),
    )
