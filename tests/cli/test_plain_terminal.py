"""Whatever a path, a file or a word on the command line holds, nothing in it steers the terminal."""

import errno
import io
import os
import re

import pytest
import typer
from typer.testing import CliRunner

from geo import cli, workspace
from geo.cli import prompts, shell
from geo.exporting.terminal import plain_lines
from tests.handmade import small_home

STEERING = (
    "\x1b]0;owned\x07"  # the window's title
    "\x1b]8;;http:hostile.invalid\x1b\\here\x1b]8;;\x1b\\"  # a link
    "\x1b[31mred\x9b2J"
    "\u202egnp.exe\u2066\u200b"
    "a\rb\nc\x08"
    "[bold]d[/bold]"
)
UNWANTED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@pytest.fixture(autouse=True)
def home(program, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "130")
    small_home.use_program(program, monkeypatch)


def run(*words, says=None):
    result = CliRunner().invoke(cli.app, [str(word) for word in words], input=says)
    for written in (result.stdout, result.stderr):
        assert not UNWANTED.search(written), repr(written)
    return result


def test_paths_are_plain_in_prompts_answers_and_errors(tmp_path):
    with workspace.open():
        pass
    folder = tmp_path / STEERING.replace("/", "")
    folder.mkdir()

    assert run("backup", folder / "list.zip").exit_code == 0
    refused = run("restore", folder / "list.zip", says="n\n")
    assert "[y/N]" in refused.stderr
    assert run("restore", folder / "list.zip", says="y\n").exit_code == 0
    assert run("restore", folder / "none.zip", "--yes").exit_code == 1
    assert run("export", folder).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("{}",),
        ("find", "--{}"),
        ("find", "60601", "--limit", "{}"),
        ("find", "60601", "--treatment", "{}"),
        ("find", "{}"),
        ("status", "{}"),
        ("--{}",),
        ("rollback", "{}", "--yes"),
    ],
)
def test_what_was_typed_is_plain_in_complaints(words):
    assert run(*(word.format(STEERING) for word in words)).exit_code in {1, 2}


def test_an_answer_is_exact_in_a_file_and_plain_in_a_terminal(monkeypatch):
    class Stream(io.TextIOWrapper):
        is_terminal = False

        def isatty(self):
            return self.is_terminal

    for is_terminal, written in (
        (False, f"{STEERING}\nend"),
        (True, f"{plain_lines(STEERING)}\nend"),
    ):
        stream = Stream(io.BytesIO(), encoding="utf-8", newline="")
        stream.is_terminal = is_terminal
        monkeypatch.setattr("sys.stdout", stream)
        shell.answer(f"{STEERING}\nend")
        assert stream.buffer.getvalue().decode() == f"{written}\n"
    assert not UNWANTED.search(plain_lines(STEERING))


def test_a_question_is_plain(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    prompts.confirm(f"Return to {STEERING}?", yes=False)
    assert not UNWANTED.search(capsys.readouterr().err)


def test_a_question_without_anybody_or_with_noise_for_an_answer_is_a_no(monkeypatch, capsys):
    noise = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), encoding="utf-8")
    for reply in (None, noise):
        monkeypatch.setattr("sys.stdin", reply)
        with pytest.raises(typer.Exit):
            prompts.confirm("Return?", yes=False)
        assert "Nothing was changed" in capsys.readouterr().err


def test_a_path_that_is_no_utf_8_is_written_as_it_is(tmp_path):
    folder = tmp_path / "n\udcff"
    folder.mkdir()
    with workspace.open():
        pass
    words = ("nginx", "--replica", "127.0.0.1:8501", "--folder", str(folder))
    shown = CliRunner().invoke(cli.app, words)
    assert shown.exit_code == 0
    assert os.fsencode(folder) in shown.stdout_bytes
    assert run("export", folder).exit_code == 0


def test_an_answer_for_which_there_is_no_room_is_a_sentence(monkeypatch):
    def fail(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("geo.cli.clinics.print_status", fail)
    refused = run("status")
    assert refused.exit_code == 1
    assert "(No space left on device)" in refused.stderr
