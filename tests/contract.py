"""What the seams assume of installed packages, each asked, and told in a sentence where it is not so.

`geo/server/streamlit_seam.py`, `geo/maps/folium_seam.py` and `pages/parts/streamlit_folium_seam.py`
say what is used, and why. A seam is not imported before its names are known to be there.
"""

from __future__ import annotations

import importlib
import inspect
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from starlette.datastructures import Headers

from geo.server import frame_limits
from geo.server import streamlit_seam as seam

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ROOT / ".streamlit" / "config.toml"
READ_SETTINGS = ("secrets.files", "server.disconnectedSessionTTL", "server.address", "server.port",
                 "server.sslCertFile", "server.baseUrlPath")  # fmt: skip
SEAMS = (
    "geo.maps.folium_seam",
    "pages.parts.streamlit_folium_seam",
    "pages.parts.streamlit_inside",
)
ASKED_OF = {
    "streamlit.config._config_options_template": "which settings there are",
    "streamlit.web.server.starlette.starlette_app.create_streamlit_routes": "what it answers",
    "streamlit.web.server.starlette.starlette_websocket._parse_subprotocols": "who goes on",
    "uvicorn.Config": "what bounds a message",
    "uvicorn.lifespan.on.LifespanOn": "what starts the app",
    "folium.FeatureGroup": "what a map is fed",
    "streamlit_folium.st_folium": "what draws a map",
}
"""What is used here alone, to ask by."""


def read_kinds() -> dict[str, Any]:
    """Return the kinds of message that Streamlit takes, by name."""
    return dict(load(SEAMS[2]).BackMsg.DESCRIPTOR.fields_by_name)


@dataclass(frozen=True)
class Installed:
    """The packages that are asked."""

    front_end: Path = field(default_factory=lambda: load(SEAMS[2]).find_front_end())
    kinds: dict[str, Any] = field(default_factory=read_kinds)
    maps: Any = field(default_factory=lambda: load("streamlit_folium"))


def find_broken(change: Callable[[Installed], Installed] = lambda found: found) -> list[str]:
    """Return a sentence for each assumption that does not hold; where a name is gone, for names alone.

    Parameters
    ----------
    change : what is to be asked in place of what is installed.
    """
    if gone := [*ask_names()]:
        return gone
    installed = change(Installed())
    return [sentence for ask in ASKED for sentence in ask(installed)]


def ask_names() -> Iterator[str]:
    """Ask for the names in modules, without which nothing else can be asked."""
    for name, why in {**seam.PRIVATE_NAMES, **seam.PRIVATE_ATTRIBUTES, **ASKED_OF}.items():
        if not is_there(name):
            yield f"There is no {name} any more ({why})."
    for name in SEAMS:
        try:
            load(name)
        except ImportError as error:
            yield f"{name} cannot be imported: {error}."


def ask_front_end(installed: Installed) -> Iterator[str]:
    """Ask for files, and for the document that a browser gets first."""
    for piece in seam.FRONT_END_PIECES:
        count = len([*(installed.front_end / "js").glob(f"{piece}.*.js")])
        if count != 1:
            yield f"static/js has {count} files {piece}.HASH.js in place of one, fetched early."
    document = (installed.front_end.parent / "index.html").read_text("utf-8")
    for mark in (*seam.DOCUMENT_MARKS, *(f'id="{name}"' for name in seam.IDS)):
        if mark not in document:
            yield f"Streamlit's document has no {mark!r}, by which it is made ours."
    styles = (path.read_text("utf-8") for path in (installed.front_end / "css").glob("*.css"))
    if not any(seam.ICON_FONT in style for style in styles):
        yield f"No style has {seam.ICON_FONT!r}: icons' font would come to all."


def ask_looks(installed: Installed) -> Iterator[str]:
    """Ask for what ours selects by, and for what components of ours are handed."""
    asked = {
        **dict.fromkeys(seam.CLASSES, "class {}, by which ours selects"),
        **dict.fromkeys(seam.TEST_IDS, "data-testid {}, by which ours selects"),
        **dict.fromkeys(seam.DATA_ATTRIBUTES, "attribute {}, by which ours selects"),
        **dict.fromkeys(seam.CONTROL_WORDS - {seam.MAP_FRAME_TITLE}, "words {!r} to translate"),
        **dict.fromkeys(map(to_camel, seam.THEME_VARIABLES), "{} of a theme for components"),
        "--st-": "variables {} for components",
    }
    for word in sorted(find_absent((installed.front_end / "js").glob("*.js"), asked)):
        yield f"The front end has no {asked[word].format(word)}."
    if {*load("pages.parts.languages")._name_controls()} != seam.CONTROL_WORDS:
        yield "pages/parts/languages.py puts other controls into other languages than the seam lists."


def ask_addresses(_installed: Installed) -> Iterator[str]:
    """Ask which addresses Streamlit answers, and how a websocket says what it goes on with."""
    routes = load("streamlit.web.server.starlette.starlette_app")
    paths = [
        str(getattr(route, "path", "")) for route in routes.create_streamlit_routes(MagicMock())
    ]
    for address in (*seam.OPEN_ADDRESSES, seam.LOGOUT, seam.FRAMES.strip("/")):
        if not any(f"{path}/".startswith(f"/{address}/") for path in paths):
            yield f"Streamlit no longer answers at /{address}."
    if not any(path.startswith(f"/{seam.UPLOAD}/{{session_id}}/") for path in paths):
        yield f"A session no longer follows on /{seam.UPLOAD}, by which uploads are guarded."
    cookies = load("streamlit.web.server.server_util")
    if getattr(cookies, "AUTH_COOKIE_NAME", "") != seam.LOGIN_COOKIE:
        yield f"The login is no longer in the cookie {seam.LOGIN_COOKIE}."
    sockets = load("streamlit.web.server.starlette.starlette_websocket")
    named = sockets._parse_subprotocols(Headers({"sec-websocket-protocol": "streamlit, a, b"}))
    if named[seam.EARLIER_SESSION] != "b":
        yield "A websocket no longer names its session before as the third of its protocols."


def ask_messages(installed: Installed) -> Iterator[str]:
    """Ask for the kinds of message, and for what bounds one."""
    for kind, why in {**seam.MESSAGE_KINDS, seam.OPERATION: "downloads"}.items():
        if kind not in installed.kinds:
            yield f"BackMsg has no kind {kind} any more ({why})."
    if operation := installed.kinds.get(seam.OPERATION):
        for kind in seam.OPERATION_KINDS:
            if kind not in operation.message_type.fields_by_name:
                yield f"BackMsg.{seam.OPERATION} has no {kind} any more."
    config = load("uvicorn").Config("app:app", log_config=None)
    for name in frame_limits.UVICORN_SETTINGS:
        if not hasattr(config, name):
            yield f"uvicorn's settings have no {name} any more: messages are bounded once they came."
    lifespan = load("uvicorn.lifespan.on").LifespanOn(config)
    if getattr(getattr(lifespan.receive, "__self__", None), "config", None) is not config:
        yield "What starts the app no longer holds uvicorn's settings."


def ask_settings(_installed: Installed) -> Iterator[str]:
    """Ask for the settings, which are passed over without a word where there is none."""
    known = load("streamlit.config")._config_options_template
    written = [
        f"{section}.{name}"
        for section, names in tomllib.loads(SETTINGS.read_text("utf-8")).items()
        for name, value in names.items()
        if not isinstance(value, dict)
    ]
    for name in (*written, *READ_SETTINGS):
        if name not in known:
            yield f"Streamlit has no setting {name} any more, which .streamlit or pages/ relies on."


def ask_maps(installed: Installed) -> Iterator[str]:
    """Ask folium and streamlit-folium."""
    folium_seam, feed_seam = load(SEAMS[0]), load(SEAMS[1])
    made = load("geo.maps.clinic_map").build_map(dark=False)
    for name in folium_seam.MAP_ATTRIBUTES:
        if not hasattr(made, name):
            yield f"folium's map has no {name} any more."
    if folium_seam.ZOOM_BAN not in made.get_root().render():
        yield f"folium writes no {folium_seam.ZOOM_BAN}: what lifts its ban on zooming is to go."
    if not callable(getattr(installed.maps, feed_seam.COMPONENT, None)):
        yield f"streamlit-folium has no {feed_seam.COMPONENT}: no guard before its maps."
    source = inspect.getsource(installed.maps.st_folium)
    for name in feed_seam.LINKS:
        if f"{name}=" not in source:
            yield f"streamlit-folium hands on no {name}, by which other servers are refused."
    build = Path(str(installed.maps.__file__)).parent / "frontend" / "build"
    scripts = [*build.rglob("main.*.js"), build / "index.html"]
    for mark in sorted(find_absent(scripts, feed_seam.FRAME_MARKS)):
        yield f"A map's frame has no {mark} any more, which our scripts in it rely on."
    if not issubclass(folium_seam.FedGroup, load("folium").FeatureGroup):
        yield "A feed is no group of folium's."


def load(name: str) -> Any:
    """Return a module."""
    return importlib.import_module(name)


def find_absent(files: Iterable[Path], words: Iterable[str]) -> set[str]:
    """Return the words that stand in none of the files, each for itself."""
    left = set(words)
    for path in sorted(files, key=lambda path: path.stat().st_size):
        if not left:
            break
        text = path.read_text("utf-8")
        left -= {word for word in left if word in text and stands_alone(word, text)}
    return left


def stands_alone(word: str, text: str) -> bool:
    """Tell whether a word is in a text other than as a part of a longer one."""
    if not word[0].isalnum() or not word[-1].isalnum():
        return True
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def to_camel(variable: str) -> str:
    """Return the name of a theme's colour whose variable is given."""
    first, *rest = variable.removeprefix("--st-").split("-")
    return first + "".join(word.title() for word in rest)


def is_there(name: str) -> bool:
    """Tell whether a dotted name leads to something."""
    parts = name.split(".")
    for at in range(len(parts), 0, -1):
        try:
            found = load(".".join(parts[:at]))
        except ImportError:  # also of a package that uses what another has no more
            continue
        for part in parts[at:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


Planted = Callable[[Installed, Path], Installed]
ASKED = (
    ask_front_end,
    ask_looks,
    ask_addresses,
    ask_messages,
    ask_settings,
    ask_maps,
)
