"""HTML is built with escaping by default: no module puts a value between tags by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.test_imports import IMPORTS, MODULES

TAG = re.compile(r"(?<!\?P)</?[a-z][a-z0-9]*(?=[\s>/]|$)")


def find_tags(source: str) -> Iterator[str]:
    """Give each text with a tag that values are put into: by f-string, `%`, `+`, `format` or `join`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.JoinedStr(values):
                parts = [part for part in values if isinstance(part, ast.Constant)]
            case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
                parts = [part for part in (left, right) if isinstance(part, ast.Constant)]
            case ast.Call(func=ast.Attribute(value=ast.Constant() as text, attr="format" | "join")):
                parts = [text]
            case _:
                continue
        texts = [str(part.value) for part in parts if isinstance(part.value, str)]
        yield from (text for text in texts if TAG.search(text))


def test_no_value_is_put_between_tags_by_hand():
    found = {
        name: texts
        for name, path in MODULES.items()
        if TAG.search(source := path.read_text("utf-8")) and (texts := list(find_tags(source)))
    }

    assert found == {}


def find_late(source: str) -> list[int]:
    """Return the lines where a generator is an element's child, or in a list or tuple of children."""
    children = [
        node.slice.elts if isinstance(node.slice, ast.Tuple | ast.List) else [node.slice]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Subscript)
    ]
    return [one.lineno for each in children for one in each if isinstance(one, ast.GeneratorExp)]


def test_no_child_is_made_late():
    """A generator runs when its element is written: once, and with names as they are by then."""
    found = {
        name: lines
        for name, imports in IMPORTS.items()
        if "htpy" in imports and (lines := find_late(MODULES[name].read_text("utf-8")))
    }

    assert found == {}
    assert find_late("h.tr[(h.td[row] for row in rows)]") == [1]
    assert find_late("h.ul[title, (h.li[row] for row in rows)]") == [1]


def test_no_module_escapes_html_by_hand():
    importing = {name for name, imports in IMPORTS.items() if "html" in imports}

    assert {
        name for name in importing if re.search(r"\bescape\(", MODULES[name].read_text("utf-8"))
    } == set()


@pytest.mark.parametrize(
    "source",
    [
        'f"<p>{words}</p>"',
        "f'<a href=\"{url}\">'",
        '"<p>" + words',
        '"<b>%s</b>" % words',
        '"<li>{}</li>".format(words)',
        '"<br>".join(lines)',
    ],
)
def test_a_value_between_tags_would_be_found(source):
    assert list(find_tags(source))


def test_what_is_no_tag_is_let_by():
    assert not list(find_tags('f"{a}<{b}" + "(?P<name>" + "fewer < more" + f"<{tag}>"'))
