"""Writes the pocket finder into a folder, ready for any host of plain files."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from geo import reference
from geo.clinics.vocabulary import STATES
from geo.errors import GeoError
from geo.guidance.crisis import phrases, recognising
from geo.i18n import language
from geo.maps import assets, basemap
from geo.pocket import (
    finder_page,
    packed_cards,
    packed_clinics,
    packed_places,
    packed_roads,
    packed_shapes,
    pocket_pages,
    script_texts,
)
from geo.pocket.finder_page import GEODESIC, MISSING, SCRIPT
from geo.pocket.packed_columns import pack_json, pack_text
from geo.pocket.page_frame import ICON_SIZES, POLICY, STYLES, Loaded, name_icon, name_page
from geo.pocket.pocket_pages import EMBED, FOLDS, MAP_SCRIPTS, MAP_STYLES
from geo.roads.shared_roads import share_roads
from geo.server import pocket_files, suggestions
from geo.server.static_cache import leave_out_comments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.places import PlaceFinder
    from geo.releases import Release
    from geo.search.clinic_card import ClinicFacts

_WORKER: Final = "pocket/sw.js"
_OTHERS: Final = (
    "clinic_list.css",
    "take_along.css",
    "locate.css",
    "pocket/icon.svg",
    "geodesic/LICENSE.txt",
    "leaflet/LICENSE",
    "markercluster/MIT-LICENCE.txt",
)
_IMPORT: Final = re.compile(r"^import [^;\n]* from '(\.{1,2}/[a-z_/]+\.js)';$", re.MULTILINE)
_CITIES: Final = "cities.json"
_NEAR: Final = ("counties.geojson", "highways.json", "towns.json")
_LATER: Final = [
    "data/roads.pack",
    "data/pace.pack",
    "data/roads.txt",
    EMBED,
    *map(packed_shapes.locate, _NEAR),
    *map(name_icon, ICON_SIZES),
]
"""What is first needed for drives, where somebody looks closely at the map, shows the finder on a page
of theirs, or installs it; all else is fetched at once."""

_HEADERS: Final = (
    "/*\n"
    f"  Content-Security-Policy: {POLICY}\n"
    "  Referrer-Policy: no-referrer\n"
    "  X-Content-Type-Options: nosniff\n"
)
"""As several hosts of plain files read them from a file of this name."""


def write_site(
    folder: Path,
    release: Release,
    finder: PlaceFinder,
    states: Iterable[str] = (),
) -> dict[str, int]:
    """Write the pocket finder of a release, in all languages.

    The folder is replaced as a whole once all is written, where it holds such a finder or nothing;
    what the places of the country take is about a minute.

    Parameters
    ----------
    folder : to write; it may exist.
    finder : of the release's places and clinics.
    states : codes of the only states whose places can be searched for; none for all. The clinics are
        those of the whole country in any case, since the nearest may lie beyond a border.

    Returns
    -------
    Path in the folder -> bytes, as a browser fetches them.

    Raises
    ------
    GeoError : a state is none, the folder holds something else or cannot be written, or what the
        finder is made of cannot be read.
    """
    wanted = frozenset(state.upper() for state in states)
    if unknown := sorted(wanted - set(STATES)):
        raise GeoError(f"{unknown[0]} is no state; give two letters, such as IL.")
    _check_folder(folder)
    files = _build_files(release, finder, wanted or None)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as made:
            for path, content in files.items():
                target = Path(made) / "new" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            if folder.exists():
                folder.rename(Path(made) / "old")
            shutil.move(Path(made) / "new", folder)
    except OSError as error:
        raise GeoError(f"The finder cannot be written to {folder}: {error}.") from error
    return {path: len(content) for path, content in files.items()}


def _check_folder(folder: Path) -> None:
    """Refuse to replace what is no pocket finder."""
    is_ours = (folder / "sw.js").is_file() and (folder / "data").is_dir()
    if folder.exists() and not is_ours and (not folder.is_dir() or any(folder.iterdir())):
        raise GeoError(
            f"{folder} holds something else than a pocket finder; give a new or empty folder."
        )


def _build_files(
    release: Release, finder: PlaceFinder, states: frozenset[str] | None
) -> dict[str, bytes]:
    """Return path -> content of all files."""
    tables = _build_tables(release, finder, states)
    modules = _find_modules(SCRIPT.removeprefix("assets/"))
    names = [*modules, *_OTHERS]
    files = {f"data/{name}.pack": content for name, content in tables.items()}
    files["data/roads.txt"] = packed_roads.NOTICE.encode()
    loads = (EMBED, FOLDS, MISSING, GEODESIC, *STYLES, *MAP_STYLES, *MAP_SCRIPTS)
    names += [path.removeprefix("assets/") for path in loads]
    for name in names:
        files[f"assets/{name}"] = _read(name)
    for path in map(name_icon, ICON_SIZES):
        files[path] = (assets.FOLDER / path.removeprefix("assets/")).read_bytes()
    for name in _list_geometry():
        path = packed_shapes.locate(name)
        if path not in files:
            files[path] = assets.read(f"geometry/{name}").encode()
    if states is not None:
        files[packed_shapes.locate(_CITIES)] = packed_shapes.choose_cities(states)
    loaded = Loaded(
        {path: _hash(content) for path, content in files.items()},
        tuple(f"assets/{name}" for name in modules[1:]),
        {name: f"data/{name}.pack" for name in tables},
        len(tables["roads"]),
    )
    for code in language.available():
        with language.using(code):
            files[name_page("index")] = finder_page.build_finder(release, loaded).encode()
            files[name_page("before")] = pocket_pages.build_before(loaded).encode()
            files[name_page("embed")] = pocket_pages.build_embed(
                _name_states(states), loaded
            ).encode()
            files[f"manifest.{code}.webmanifest"] = pack_text(pocket_pages.build_manifest())
    files["map.html"] = pocket_pages.build_map(loaded).encode()
    hashes = {path: _hash(content) for path, content in sorted(files.items())}
    version = hashlib.sha256(pack_text(hashes)).hexdigest()[:12]
    later = [*_LATER, *(path for path in files if path.startswith("embed."))]
    named = pack_text({"version": version, "files": hashes, "later": later}).decode()
    files["sw.js"] = f"self.FILES = {named};\n{leave_out_comments(assets.read(_WORKER))}".encode()
    files["_headers"] = _HEADERS.encode()
    files[pocket_files.MARKER] = pocket_files.write_marker(release.id, states).encode()
    return files


def _build_tables(
    release: Release, finder: PlaceFinder, states: frozenset[str] | None
) -> dict[str, bytes]:
    """Return name -> packed content of all tables."""
    table = suggestions.build(finder, states)
    lists = phrases.read_lists()
    places = packed_places.pack_places(finder, table, release.clinics)
    clinics = packed_clinics.list_clinics(release.clinics)
    tables = {
        "suggestions": pack_json(
            {
                **packed_places.name_by_rows(table, release.clinics),
                "territories": packed_places.list_territories(finder, release.clinics),
                "crisis_kinds": [
                    kind for several in lists.phrases.values() for _said, kind in several
                ],
                "crisis_line": recognising.LINE.pattern,
                "crisis_edges": recognising.EDGES,
                "crisis_word": recognising.WORD.pattern,
                "crisis_others": " ".join(sorted(lists.others)),
                "crisis_around": " ".join(sorted(lists.around - lists.skipped)),
            }
        ),
        "places": places.content,
        "clinics": pack_json(clinics),
        "roads": packed_roads.pack_roads(),
        "pace": packed_roads.pack_pace(
            share_roads(),
            places.points,
            release.clinics[["latitude", "longitude"]].to_numpy(np.float64),
        ),
    }
    cards: dict[str, list[ClinicFacts]] = {}
    scripts = [name for name in _find_modules(SCRIPT.removeprefix("assets/")) if "pocket/" in name]
    only = [] if states is None else list(_name_states(states).values())
    for code in language.available():
        with language.using(code):
            notes = [packed_places.tell_note(place) for place in places.noted]
            tables[f"texts.{code}"] = pack_json(script_texts.build_texts(scripts, notes, only))
            cards[code] = packed_cards.list_cards(release)
    shapes = {
        name.removesuffix(".geojson"): packed_shapes.pack_shapes(name)
        for name in _list_geometry()
        if packed_shapes.locate(name).startswith("data/")
    }
    return {**tables, **shapes, "cards": pack_json(packed_cards.join_cards(cards, clinics))}


def _name_states(states: frozenset[str] | None) -> dict[str, str]:
    """Return code -> name of the states whose places can be searched for."""
    table = reference.load_shapeless("states").sort_values("name")
    names = dict(zip(table["state"], table["name"], strict=True))
    return {code: name for code, name in names.items() if states is None or code in states}


def _read(name: str) -> bytes:
    """Return a file below data/assets; our own scripts without their comments."""
    content = assets.read(name)
    is_foreign = name.partition("/")[0] in {"geodesic", "leaflet", "markercluster"}
    if name.endswith(".js") and not is_foreign:
        content = leave_out_comments(content)
    return content.encode()


def _list_geometry() -> list[str]:
    """Return the files below data/assets/geometry that the map is drawn from."""
    return [str(name) for name in basemap.locate_shapes(lambda name: name).values()]


def _find_modules(first: str) -> list[str]:
    """Return a script and all that it imports, by their names below data/assets; it comes first."""
    found = [first]
    for name in found:
        folder = Path(name).parent
        for address in _IMPORT.findall(assets.read(name)):
            other = (folder / address).as_posix().replace("pocket/../", "").replace("./", "")
            if other not in found:
                found.append(other)
    return found


def _hash(content: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"
