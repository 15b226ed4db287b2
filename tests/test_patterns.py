"""No regular expression of the program takes more than about linear time, whatever it is given."""

from __future__ import annotations

import ast
import importlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

pytestmark = pytest.mark.service

ROOT = Path(__file__).resolve().parents[1]
METHODS = ("match", "fullmatch", "search", "split", "findall", "finditer", "sub", "subn")
LENGTHS = (16, 20, 24, 28, 32, 64, 250, 1_000, 4_000, 16_000)
GROWTH = 4  # from one to the next of the last lengths
SLOW_SECONDS = 0.3
TOO_SHORT_TO_JUDGE_SECONDS = 0.02
MANY = 40
BREAKERS = ("", "\x00", "é")


@dataclass(frozen=True)
class Use:
    """A pattern, and by which method of it a text is read."""

    where: str
    pattern: str | bytes
    flags: int
    method: str


def find_files() -> list[Path]:
    return sorted([*(ROOT / "geo").rglob("*.py"), *(ROOT / "pages").rglob("*.py")])


def is_call_of_re(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in {"compile", *METHODS}
    )


def name_module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def find_uses() -> tuple[list[Use], list[str]]:
    """Return the patterns of the program with their uses, and where one could not be evaluated."""
    found, unread = [], []
    for path in find_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if is_call_of_re(node)]
        if not calls:
            continue
        module = importlib.import_module(name_module(path))
        called = find_methods(tree)
        names = {
            node.value: node.targets[0].id if isinstance(node, ast.Assign) else node.target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign)
            and isinstance(getattr(node, "target", None) or node.targets[0], ast.Name)
        }
        for call in calls:
            assert isinstance(call, ast.Call)
            assert isinstance(call.func, ast.Attribute)
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            kind = call.func.attr
            flags = next((part.value for part in call.keywords if part.arg == "flags"), None)
            if kind == "compile" and len(call.args) > 1:
                flags = call.args[1]
            try:
                pattern, number = (
                    eval(  # noqa: S307  our own source
                        compile(ast.Expression(part), where, "eval"), vars(module)
                    )
                    if part is not None
                    else 0
                    for part in (call.args[0], flags)
                )
            except NameError:
                unread.append(where)
                continue
            if isinstance(pattern, re.Pattern):
                pattern, number = pattern.pattern, pattern.flags & ~re.UNICODE
            name = names.get(call, "")
            # One that its own module only keeps, as the registry of fields does, is searched with.
            kept = called.get(name) or called[""] or {"search"}
            methods = kept if kind == "compile" else {kind}
            found += [Use(where, pattern, int(number), method) for method in sorted(methods)]
        found += find_in_tables(path, tree, vars(module), unread)
    return found, unread


def find_methods(tree: ast.AST) -> dict[str, set[str]]:
    """Return name -> the methods of a pattern that are called of it; "" -> of any name."""
    called: dict[str, set[str]] = {"": set()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in METHODS:
            if isinstance(node.value, ast.Name):
                called.setdefault(node.value.id, set()).add(node.attr)
            called[""].add(node.attr)
    return called


def find_in_tables(
    path: Path, tree: ast.AST, names: dict[str, object], unread: list[str]
) -> Iterator[Use]:
    """Yield the patterns that a column of texts is read by; pandas reads some of them itself."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"match", "fullmatch", "contains", "extract", "replace"}
            and isinstance(node.func.value, ast.Attribute)
            and node.func.value.attr == "str"
            and not any(
                part.arg == "regex" and getattr(part.value, "value", True) is False
                for part in node.keywords
            )
        ):
            method = {"match": "match", "fullmatch": "fullmatch"}.get(node.func.attr, "search")
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            try:
                pattern = eval(  # noqa: S307  our own source
                    compile(ast.Expression(node.args[0]), where, "eval"), names
                )
            except NameError:
                unread.append(where)
            else:
                if isinstance(pattern, re.Pattern):
                    yield Use(where, pattern.pattern, pattern.flags & ~re.UNICODE, method)
                else:
                    yield Use(where, pattern, 0, method)


def sample(node: tuple) -> str:  # noqa: PLR0911  one for each kind of node
    """Return a text that a node of a parsed pattern matches, or nearly so."""
    kind, value = node
    if kind is codes.LITERAL:
        return chr(value)
    if kind is codes.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if kind is codes.ANY:
        return "a"
    if kind is codes.IN:
        return sample_class(value)
    if kind is codes.BRANCH:
        return sample_all(value[1][0])
    if kind is codes.SUBPATTERN:
        return sample_all(value[3])
    if kind in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        return sample_all(value[2]) * max(value[0], 1)
    if kind is codes.ATOMIC_GROUP:
        return sample_all(value)
    return ""


def sample_class(members: list[tuple]) -> str:
    excluded = members[0][0] is codes.NEGATE
    inside = re.compile(to_class(members))
    letters = "a0 -.,:/'A_é\n!\"#"
    for letter in letters:
        if inside.fullmatch(letter):
            return letter
    kind, value = members[1 if excluded else 0]
    return chr(value if kind is codes.LITERAL else value[0]) if not excluded else "~"


def to_class(members: list[tuple]) -> str:
    words = {
        codes.CATEGORY_DIGIT: r"\d",
        codes.CATEGORY_NOT_DIGIT: r"\D",
        codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_NOT_SPACE: r"\S",
        codes.CATEGORY_WORD: r"\w",
        codes.CATEGORY_NOT_WORD: r"\W",
    }
    made = ""
    for kind, value in members:
        if kind is codes.NEGATE:
            made += "^"
        elif kind is codes.LITERAL:
            made += re.escape(chr(value))
        elif kind is codes.RANGE:
            made += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        elif kind is codes.CATEGORY:
            made += words[value]
    return f"[{made}]"


def sample_all(nodes: list[tuple]) -> str:
    return "".join(sample(node) for node in nodes)


def find_pumps(nodes: list[tuple], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield, for each repeat of a parsed pattern, what leads to it and what it repeats."""
    for node in nodes:
        kind, value = node
        if kind in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
            yield before, sample_all(value[2]) or "a"
            yield from find_pumps(value[2], before)
        elif kind is codes.SUBPATTERN:
            yield from find_pumps(value[3], before)
        elif kind is codes.BRANCH:
            for branch in value[1]:
                yield before, sample_all(branch) or "a"
                yield from find_pumps(branch, before)
        elif kind in {codes.ASSERT, codes.ASSERT_NOT}:
            yield from find_pumps(value[1], before)
        before += sample(node)


def find_attacks(pattern: str | bytes, flags: int) -> list[tuple[str, str, str]]:
    """Return (before, repeated, after) of the texts to try on a pattern."""
    parsed = list(parser.parse(pattern, flags))
    pumps = dict.fromkeys([*find_pumps(parsed), ("", sample_all(parsed) or "a")])
    repeated = dict.fromkeys(pump for _, pump in pumps)
    pairs = {("", a + b): None for a in repeated for b in list(repeated)[:4]}
    tried = list({**pumps, **pairs, ("", "a"): None, ("", " "): None, ("", "0"): None})[:MANY]
    return [(before, pump, after) for before, pump in tried for after in BREAKERS]


def measure(compiled: re.Pattern, method: str, text: str) -> float:
    """Return the CPU seconds of one reading."""
    read: str | bytes = text.encode() if isinstance(compiled.pattern, bytes) else text
    arguments = (read[:0], read) if method in {"sub", "subn"} else (read,)
    began = time.thread_time()
    answer = getattr(compiled, method)(*arguments)
    if method == "finditer":
        list(answer)
    return time.thread_time() - began


def find_slowness(use: Use) -> str:
    """Return how a pattern blows up; "" where it does not."""
    compiled = re.compile(use.pattern, use.flags)
    for before, pump, after in find_attacks(use.pattern, use.flags):
        took = {}
        for length in LENGTHS:
            text = before + pump * (length // len(pump)) + after
            took[length] = min(measure(compiled, use.method, text) for _ in range(2))
            if took[length] > SLOW_SECONDS:
                break
        if len(took) == len(LENGTHS):
            last, one_before = took[LENGTHS[-1]], took[LENGTHS[-2]]
            if last < TOO_SHORT_TO_JUDGE_SECONDS or last < 2 * GROWTH * one_before:
                continue
        return f"{use.where} {use.method} {use.pattern!r}: {before!r} + {pump!r} * n + {after!r} {took}"
    return ""


def test_every_pattern_of_the_program_takes_about_linear_time() -> None:
    uses, unread = find_uses()
    assert len({use.where for use in uses}) > 50
    # Made of texts of the program itself or of its tables, where a loop or a function knows them.
    assert {where.partition(":")[0] for where in unread} == {
        "geo/dedupe/addresses.py",
        "geo/enriching/text_addresses.py",
        "geo/places/not_places.py",
        "geo/places/spanish_names.py",
    }
    slow = [told for use in dict.fromkeys(uses) if (told := find_slowness(use))]
    assert slow == []


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(a+)+b", "match"),
        (r"(\w+\s?)*:", "match"),
        (r"\s*;", "search"),
        (r"(a|a)*c", "fullmatch"),
        (r"\d+\d+\d+x", "match"),
    ],
)
def test_a_pattern_that_blows_up_would_be_found(pattern: str, method: str) -> None:
    assert find_slowness(Use("here", pattern, 0, method))
