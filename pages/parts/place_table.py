"""The table that browsers suggest places from, for the server: what loads tables is imported then."""

from __future__ import annotations


def load() -> tuple[str, bytes]:
    """Return the version and the packed table of the release that visitors see.

    Raises
    ------
    GeoError : the release or a reference table cannot be read.
    """
    from geo.server import suggestions  # noqa: PLC0415  # 330 ms: pandas
    from pages.parts import loaders  # noqa: PLC0415  # 330 ms: pandas

    release_id = loaders.load_release().id
    return suggestions.name_version(release_id), loaders.load_suggestions(release_id)
