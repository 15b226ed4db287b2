"""What Python and our scripts say to each other: the types of both sides, written alike."""

from __future__ import annotations

import collections.abc
import importlib
import json
import re
import types
import typing
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "data" / "assets"
DECLARATIONS = SCRIPTS / "protocol.d.ts"
PLACES = (
    "geo/guidance/my_list.py",
    "geo/maps/**/*.py",
    "geo/places/**/*.py",
    "geo/search/clinic_card.py",
    "geo/server/**/*.py",
    "pages/**/*.py",
)

Types = dict[str, dict[str, str]]
"""Type -> field -> what it holds, as TypeScript writes it; with `?` behind one that may lack."""
MAP_MESSAGES = {
    "startBasemap": "BasemapOptions",
    "startClinicLayer": "ClinicMapWords",
    "clinicLayer.set": "ClinicMessage",
    "pinLayer.set": "PinMessage",
    "startChoropleth": "ChoroplethOptions",
    "choropleth.set": "ChoroplethData",
}
"""What the scripts of maps are called with, by the name of the function."""

_COMPONENT = re.compile(r"@param \{Component<([\w |]+)(, (\w+))?>\} component")
_PLAIN: dict[object, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    Any: "any",
}
_LISTS = (list, collections.abc.Sequence)
_INTERFACE = re.compile(
    r"^interface (\w+)(?: extends ([\w, ]+))? \{\n((?:  .+\n)*)\}$", re.MULTILINE
)
_FIELD = re.compile(r"^  (\w+)(\??): (.+);$", re.MULTILINE)


def read_python() -> Types:
    """Return the types of all that maps and pages send and get."""
    told = {}
    for module in _list_modules():
        for name, found in vars(module).items():
            if typing.is_typeddict(found) and found.__module__ == module.__name__:
                told[name] = _read_fields(found)
    return told


def read_declarations() -> Types:
    """Return the same as data/assets/protocol.d.ts has it."""
    own, parents = {}, {}
    for name, extended, body in _INTERFACE.findall(DECLARATIONS.read_text("utf-8")):
        assert name not in own, f"{name} is declared twice"
        own[name] = {
            field + optional: _sort_unions(kind) for field, optional, kind in _FIELD.findall(body)
        }
        parents[name] = [parent for parent in extended.split(", ") if parent]

    def collect(name: str) -> dict[str, str]:
        fields: dict[str, str] = {}
        for parent in parents[name]:
            fields |= collect(parent)
        return fields | own[name]

    return {name: collect(name) for name in own}


def find_differences(python: Types, declared: Types) -> list[str]:
    """Return a sentence for each type or field that one side has, or has otherwise."""
    told = [f"{name} is not in Python." for name in sorted(declared.keys() - python.keys())]
    told += [f"{name} is not declared." for name in sorted(python.keys() - declared.keys())]
    for name in sorted(python.keys() & declared.keys()):
        ours, theirs = python[name], declared[name]
        told += [f"{name}.{field} is not in Python." for field in sorted(theirs.keys() - ours)]
        told += [f"{name}.{field} is not declared." for field in sorted(ours.keys() - theirs)]
        told += [
            f"{name}.{field} is {ours[field]} in Python, and declared as {theirs[field]}."
            for field in sorted(ours.keys() & theirs)
            if ours[field] != theirs[field]
        ]
    return told


def find_faults(value: Any, kind: str, types_: Types, at: str = "") -> list[str]:
    """Return what of a message, as JSON has it, is not of a type; a sentence each."""
    at = at or kind
    options = _split(kind, " | ")
    if len(options) > 1:
        tried = [find_faults(value, option, types_, at) for option in options]
        deepest = max(
            tried, key=lambda faults: max((fault.count(".") for fault in faults), default=0)
        )
        return [] if [] in tried else deepest
    if kind in types_ and isinstance(value, dict):
        return _check_fields(value, types_[kind], types_, at)
    parts = _list_parts(value, kind)
    if parts is None:
        return [] if _is_plain(value, kind) else [f"{at} is not {kind}."]
    return [
        fault
        for name, each, held in parts
        for fault in find_faults(each, held, types_, f"{at}.{name}")
    ]


def read_components() -> dict[str, tuple[str, str]]:
    """Return component -> the types of what its script is sent and of what it sends, as that says."""
    found = {}
    for path in sorted(SCRIPTS.glob("*.js")):
        for message, _, triggers in _COMPONENT.findall(path.read_text("utf-8")):
            found[path.stem] = (message, triggers)
    return found


def find_message_faults(app: AppTest) -> list[str]:
    """Return what of the messages that a run sent to our scripts is of no type; a sentence each."""
    types_ = read_declarations()
    faults = []
    components = read_components()
    for element in app.get("bidi_component"):
        message = json.loads(element.proto.json)
        faults += find_faults(message.pop("turn"), "[number, number]", types_)
        faults += find_faults(message, components[element.proto.component_name][0], types_)
    for element in app.get("component_instance"):
        arguments = json.loads(element.proto.json_args)
        told = f"{arguments['script']} {arguments['feature_group']}"
        for name, kind in MAP_MESSAGES.items():
            for start in re.finditer(rf"window\.{name}\((?:\s*map_\w+,)?\s*", told):
                message, _end = json.JSONDecoder().raw_decode(told, start.end())
                faults += find_faults(message, kind, types_)
    return faults


def _list_parts(value: Any, kind: str) -> list[tuple[object, Any, str]] | None:
    """Return name, value and type of each part of a list or table; None where it is neither."""
    if isinstance(value, list) and kind.endswith("[]"):
        return [(at, each, _read_held(kind)) for at, each in enumerate(value)]
    if isinstance(value, list) and kind.startswith("["):
        kinds = _split(kind[1:-1], ", ")
        if len(kinds) == len(value):
            return [(at, each, kinds[at]) for at, each in enumerate(value)]
    if isinstance(value, dict) and kind.startswith("Record<"):
        _key, held = _split(kind.removeprefix("Record<")[:-1], ", ")
        return [(name, each, held) for name, each in value.items()]
    return None


def _check_fields(
    value: dict[str, Any], fields: dict[str, str], types_: Types, at: str
) -> list[str]:
    known = {field.removesuffix("?") for field in fields}
    faults = [f"{at}.{name} is in no type." for name in sorted(value.keys() - known)]
    for field, kind in fields.items():
        name = field.removesuffix("?")
        if name in value:
            faults += find_faults(value[name], kind, types_, f"{at}.{name}")
        elif not field.endswith("?"):
            faults.append(f"{at}.{name} is missing.")
    return faults


def _is_plain(value: object, kind: str) -> bool:
    if kind.startswith("'"):
        return value == kind.strip("'")
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    known = {"string": str, "boolean": bool, "null": type(None), "any": object}
    return kind in known and isinstance(value, known[kind])


def _list_modules() -> list[types.ModuleType]:
    paths = sorted(path for place in PLACES for path in ROOT.glob(place))
    return [
        importlib.import_module(path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
        for path in paths
        if "TypedDict" in path.read_text("utf-8")
    ]


def _read_fields(found: Any) -> dict[str, str]:
    hints = typing.get_type_hints(found, localns=vars(collections.abc), include_extras=True)
    return {
        name + ("" if name in found.__required_keys__ else "?"): _sort_unions(_write(hint))
        for name, hint in hints.items()
    }


def _write(hint: Any) -> str:
    """Return a type of Python's as TypeScript writes it."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(f"'{value}'" for value in inner)
    parts = [_write(part) for part in inner]
    if origin is None:
        text = str(hint.__name__) if typing.is_typeddict(hint) else _PLAIN[hint]
    elif origin is NotRequired:
        text = parts[0]
    elif origin in {Union, types.UnionType}:
        text = " | ".join(parts)
    elif origin in _LISTS:
        text = f"({parts[0]})[]"
    else:
        text = f"[{', '.join(parts)}]" if origin is tuple else f"Record<{', '.join(parts)}>"
    return text


def _read_held(kind: str) -> str:
    """Return of what a list is."""
    return kind[:-2].removeprefix("(").removesuffix(")")


def _sort_unions(kind: str) -> str:
    """Return a type whose unions are in the order of the alphabet, within brackets too."""
    options = _split(kind, " | ")
    if len(options) > 1:
        return " | ".join(sorted(map(_sort_unions, options)))
    if kind.endswith("[]"):
        held = _sort_unions(_read_held(kind))
        return f"({held})[]" if " | " in held else f"{held}[]"
    if kind.startswith(("[", "Record<")):
        opening = "[" if kind.startswith("[") else "Record<"
        parts = _split(kind.removeprefix(opening)[:-1], ", ")
        return f"{opening}{', '.join(map(_sort_unions, parts))}{kind[-1]}"
    return kind


def _split(text: str, mark: str) -> list[str]:
    """Return the parts of a text between marks that stand within no bracket."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "[(<") - (sign in "])>")
        if not depth and text.startswith(mark, at):
            parts.append(text[start:at])
            start = at + len(mark)
    return [*parts, text[start:]]
