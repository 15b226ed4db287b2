"""The guides, README.md in each room: their links lead somewhere, and what they name is there."""

import importlib.util
import itertools
import json
import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
import typer
from markdown_it import MarkdownIt

from geo.cli import app
from tests.test_imports import ROOMS, ROOT

README = ROOT / "README.md"
MOST_BYTES = 9 * 1024
FOLDERS = ("data", "geo", "pages", "tests")
GUIDES = [README, *sorted(path for name in FOLDERS for path in (ROOT / name).rglob("README.md"))]
PARSER = MarkdownIt("commonmark").enable("table")
PATH = re.compile(r"\.?\w[\w.-]*(?:/[\w.-]+)*(?:/|/[\w.-]+|\.(?:csv|py|toml))")
OTHERS = {"export", "pip", "pipx", "uv"}
"""Programs of others, whose options are theirs to check."""
MADE_LATER = {"geocoding.toml", "roads.toml", "secrets.toml"}
"""Files that an operator writes."""


def read(path):
    """Return the tokens of a guide, those inside of its paragraphs and headings too."""
    tokens = []
    for token in PARSER.parse(path.read_text("utf-8")):
        tokens += [token, *(token.children or ())]
    return tokens


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def find_anchors(path):
    """Return the anchors of a guide's headings, as GitHub makes them."""
    tokens = PARSER.parse(path.read_text("utf-8"))
    anchors, seen = set(), Counter()
    for opening, inline in itertools.pairwise(tokens):
        if opening.type == "heading_open":
            words = "".join(part.content for part in inline.children)
            slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return anchors


def find_links(path):
    """Return where the links and pictures of a guide lead, those of other sites left out."""
    found = [token.attrs.get("href") or token.attrs.get("src") for token in read(path)]
    return [link for link in found if link and not re.match(r"https?:|mailto:", link)]


def find_broken(path):
    """Return the links of a guide that lead nowhere."""
    broken = []
    for link in find_links(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        is_whole = target.exists() and (not anchor or anchor in find_anchors(target))
        if not is_whole or not target.is_relative_to(ROOT):
            broken.append(link)
    return broken


def find_code(path):
    """Return what stands in backticks in a guide, on one line each."""
    return [" ".join(token.content.split()) for token in read(path) if token.type == "code_inline"]


def find_commands(path):
    """Return the words of each command that a guide gives."""
    blocks = [token.content for token in read(path) if token.type == "fence" and not token.info]
    lines = [line for block in blocks for line in block.splitlines()]
    lines = [line for line in lines if re.match(r"[A-Z_]+=|[a-z-]+ \S", line) and "->" not in line]
    lines += [code for code in find_code(path) if re.match(r"(uv|clinic-finder) ", code)]
    return [shlex.split(command, comments=True) for line in lines for command in line.split(" && ")]


def check(words):
    """Return what is wrong with a command; "" where it would start."""
    words = [*itertools.dropwhile(re.compile(r"[A-Z_]+=").match, words)]
    words = [*itertools.takewhile(lambda word: word != ">", words)]
    if words[:2] == ["uv", "run"]:
        return check_run([word for word in words[2:] if word != "--no-project"])
    if words[:1] == ["clinic-finder"]:
        return check_own(words[1:])
    return "" if not words or words[0] in OTHERS else f"what is {words[0]}?"


def check_run(words):
    """Return what is wrong with the words after `uv run`; "" where nothing is."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    match words:
        case ["--extra" | "--group" as kind, name, *rest]:
            is_there = re.search(rf"^{name} = \[", project, re.MULTILINE)
            return check_run(rest) if is_there else f"there is no {kind} {name}"
        case ["streamlit", "run", file, *_]:
            return "" if (ROOT / file).is_file() else f"there is no {file}"
        case ["pytest", *rest]:
            gone = [word for word in rest if "/" in word and not (ROOT / word).exists()]
            return f"there is no {gone[0]}" if gone else ""
        case ["python", "-m", module, *_]:
            return "" if importlib.util.find_spec(module) else f"there is no {module}"
    return check(words)


def check_own(words):
    """Return what is wrong with the words after `clinic-finder`; "" where nothing is."""
    command = typer.main.get_command(app)
    while hasattr(command, "commands"):
        if not words or words[0] not in command.commands:
            return f"there is no command {' '.join(words[:1])}"
        command, words = command.commands[words[0]], words[1:]
    options = {name for option in command.params for name in option.opts} | {"--help"}
    unknown = [word for word in words if word.startswith("--") and word not in options]
    return f"it has no {unknown[0]}" if unknown else ""


def find_missing(path):
    """Return the files and folders that a guide names and that are not there."""
    named = {code for code in find_code(path) if PATH.fullmatch(code)}
    there = {code for code in named if any((base / code).exists() for base in (ROOT, path.parent))}
    return sorted(name for name in named - there if Path(name).name not in MADE_LATER)


def test_the_readme_is_short():
    assert len(README.read_bytes()) <= MOST_BYTES


@pytest.mark.parametrize("path", GUIDES, ids=name_of)
def test_every_link_of_a_guide_leads_somewhere(path):
    assert find_broken(path) == []


@pytest.mark.parametrize("path", GUIDES, ids=name_of)
def test_every_command_of_a_guide_exists(path):
    wrong = {" ".join(words): check(words) for words in find_commands(path)}
    assert {words: fault for words, fault in wrong.items() if fault} == {}


@pytest.mark.parametrize("path", GUIDES, ids=name_of)
def test_every_file_that_a_guide_names_is_there(path):
    assert find_missing(path) == []


def test_the_readme_leads_to_every_guide_and_gives_the_two_commands():
    led = {(ROOT / link.partition("#")[0]).resolve() for link in find_links(README)}
    assert set(GUIDES) - {README} <= led
    given = [" ".join(words) for words in find_commands(README)]
    assert {"pip install uv", "uv run streamlit run app.py", "uv run pytest"} <= set(given)


def test_the_example_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("CLINIC_FINDER_RELEASES", raising=False)
    (example,) = [token.content for token in read(README) if token.info == "python"]

    exec(compile(example, "README.md", "exec"), {"__name__": "__main__"})  # noqa: S102  our own

    shown = capsys.readouterr().out
    assert "Chicago" in shown
    assert "Midwest" in shown


def test_every_picture_is_shown():
    shown = {
        (path.parent / token.attrs["src"]).resolve()
        for path in GUIDES
        for token in read(path)
        if token.type == "image"
    }
    assert shown == {path.resolve() for path in (ROOT / "data" / "assets" / "readme").iterdir()}


def test_every_variable_that_a_guide_names_is_read():
    texts = [path.read_text("utf-8") for name in FOLDERS for path in (ROOT / name).rglob("*.py")]
    named = {
        name
        for path in GUIDES
        for name in re.findall(r"CLINIC_FINDER_\w+", path.read_text("utf-8"))
    }
    assert "CLINIC_FINDER_HOME" in named
    assert {name for name in named if not any(f'"{name}"' in text for text in texts)} == set()


def test_every_test_that_a_guide_names_is_there():
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = {
        code.removesuffix("...")
        for path in GUIDES
        for code in find_code(path)
        if re.fullmatch(r"test_\w+(\.\.\.)?", code)
    }
    assert len(named) > 5
    assert {name for name in named if f"def {name}" not in tests} == set()


@pytest.mark.parametrize("path", [README, ROOT / "data" / "README.md"], ids=name_of)
def test_the_list_is_as_large_as_a_guide_says(path):
    manifest = json.loads((ROOT / "data" / "release" / "manifest.json").read_text("utf-8"))
    text = " ".join(path.read_text("utf-8").split())
    counts = manifest["counts"]
    standing = ", ".join(
        f"{counts[status]} {words}"
        for status, words in (
            ("open", "open"),
            ("unconfirmed", "unconfirmed"),
            ("closed", "reported closed"),
        )
    )
    assert f"{counts['clinics']} clinics" in text
    assert standing in text
    assert f"as of {manifest['as_of']}" in text


def test_the_picture_of_the_library_shows_every_room():
    fences = [token.content for token in read(ROOT / "geo" / "README.md") if token.type == "fence"]
    (picture,) = [text for text in fences if "pages" in text and "i18n" in text]
    assert {*ROOMS} - {"__main__"} - {*re.findall(r"\w+", picture)} == set()


def test_what_leads_nowhere_would_be_found(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    guide = tmp_path / "README.md"
    guide.write_text(
        "# A guide\n\n[here](#a-guide) [up](../README.md) [lost](#no) [gone](gone.md) "
        "![none](none.png) [away](https://example.org/)\n\n`geo/gone.py` `README.md` `a/b` `n/a b`\n"
    )

    assert find_broken(guide) == ["../README.md", "#no", "gone.md", "none.png"]
    assert find_missing(guide) == ["a/b", "geo/gone.py"]


def find_unknown(text):
    """Return the files and modules, with what they hold, that a source or style names in vain."""
    files = re.findall(r"(?<![\w/.-])(?:geo|pages|tests)/[\w/-]+\.(?:py|md)\b", text)
    names = re.findall(r"`((?:geo|pages|tests)(?:\.[a-z_0-9]+)+(?:\.[A-Z]\w+)?)(?:\(\))?`", text)
    unknown = [file for file in files if not (ROOT / file).exists()]
    for name in names:
        at, held = ROOT, name.split(".")
        while held and (at / held[0]).is_dir():
            at /= held.pop(0)
        module = at / f"{held.pop(0)}.py" if held and (at / f"{held[0]}.py").exists() else at
        source = module if module.is_file() else module / "__init__.py"
        if held and not (
            source.is_file() and re.search(rf"\b{held[0]}\b", source.read_text("utf-8"))
        ):
            unknown.append(name)
    return unknown


def test_files_and_modules_that_comments_name_are_there():
    paths = [ROOT / "app.py", ROOT / "pyproject.toml", *(ROOT / "data" / "assets").glob("*.*s")]
    paths += [path for name in FOLDERS for path in (ROOT / name).rglob("*.py")]
    made_up = {"test_guides.py", "test_tiers.py"}  # what they name is in vain on purpose
    paths = [path for path in paths if path.name not in made_up]
    assert len(paths) > 300
    unknown = {name_of(path): find_unknown(path.read_text("utf-8")) for path in paths}
    assert {name: what for name, what in unknown.items() if what} == {}


def test_a_comment_that_names_what_is_gone_would_be_found():
    text = "`geo.clinics.listings.NOTHING` (geo/gone.py) `geo.units.round_trip()` `geo.units`"
    assert find_unknown(text) == [
        "geo/gone.py",
        "geo.clinics.listings.NOTHING",
        "geo.units.round_trip",
    ]


def test_a_wrong_command_would_be_found():
    assert check(["uv", "run", "clinic-finder", "find", "60601", "--near"]) == "it has no --near"
    assert check(["clinic-finder", "seek"]) == "there is no command seek"
    assert check(["uv", "run", "--extra", "no", "pytest"]) == "there is no --extra no"
    assert check(["uv", "run", "python", "-m", "tests.none"]) == "there is no tests.none"
    assert check(["uv", "run", "streamlit", "run", "no.py"]) == "there is no no.py"
    assert check(["uv", "run", "pytest", "tests/no.py"]) == "there is no tests/no.py"
    assert check(["A=b", "frobnicate"]) == "what is frobnicate?"
