"""Clinic Finder's library: tables in, tables out; Streamlit is never imported here.

    import geo

    geo.search_clinics("60601", within_miles=25).clinics

What `__all__` names is loaded when it is first asked for (geo/README.md shows it at work), so that
`import geo` is instant.

The rooms from the ground up; imports only point back along them, as a test sees:

moved, errors, units, paths, i18n, files, fetching, reference, places, geocoding, clinics, roads,
search, dedupe, exporting, sources, coverage, accessibility, scale, siting, workspace, enriching, releases, publishing, guidance, maps,
server, pocket, jobs, refreshing, api, cli, __main__.
"""

from geo import moved

TYPE_CHECKING = False  # as of `typing`, which would take longer to load than all the rest

if TYPE_CHECKING:
    from geo import errors as errors
    from geo.api.area_verbs import add_shapes, choose_sites, load_coverage, score_access
    from geo.api.clinic_verbs import (
        find_nearest,
        find_place,
        join_regions,
        load_clinics,
        load_place_finder,
        open_release,
        search_clinics,
    )
    from geo.api.drive_area_verb import find_drive_area
    from geo.api.drive_verb import drive
    from geo.api.export_verb import export
    from geo.api.need_verb import measure_need

__all__ = [
    "add_shapes",
    "choose_sites",
    "drive",
    "export",
    "find_drive_area",
    "find_nearest",
    "find_place",
    "join_regions",
    "load_clinics",
    "load_coverage",
    "load_place_finder",
    "measure_need",
    "open_release",
    "score_access",
    "search_clinics",
]

_ALONE = {
    "drive": "drive_verb",
    "export": "export_verb",
    "find_drive_area": "drive_area_verb",
    "measure_need": "need_verb",
}
_AREAS = frozenset({"add_shapes", "choose_sites", "load_coverage", "score_access"})


def __getattr__(name: str) -> object:
    """Return a verb, or the module of errors, loaded now."""
    import importlib  # noqa: PLC0415  # as above

    if name == "errors":
        return importlib.import_module("geo.errors")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "area_verbs" if name in _AREAS else _ALONE.get(name, "clinic_verbs")
    verb: object = getattr(importlib.import_module(f"geo.api.{module}"), name)
    return verb


def __dir__() -> list[str]:
    """Return the names of this module, the verbs among them."""
    return sorted({*globals(), *__all__})


moved.watch()
