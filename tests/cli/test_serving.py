"""`clinic-finder app`: what it starts, which takes the place of the command."""

import os
import sys

import pytest
from typer.testing import CliRunner

from geo import cli
from geo.paths import SITE


@pytest.fixture
def started(monkeypatch):
    """Return the programs that were started, as the words of their command lines."""
    commands = []
    monkeypatch.setattr(os, "execv", lambda program, words: commands.append((program, words)))
    return commands


def test_the_website_is_started_where_and_as_is_asked(started):
    words = ["app", "--port", "8600", "--address", "0.0.0.0", "--server.baseUrlPath", "clinics"]  # noqa: S104

    result = CliRunner().invoke(cli.app, words)

    assert result.exit_code == 0, result.stderr
    ((program, command),) = started
    assert program == command[0] == sys.executable
    assert command[1:6] == ["-P", "-m", "streamlit", "run", str(SITE / "app.py")]
    assert command[6:] == [
        "--server.port", "8600", "--server.address", "0.0.0.0", "--server.baseUrlPath", "clinics",  # noqa: S104
    ]  # fmt: skip
    assert (SITE / ".streamlit" / "config.toml").is_file()


def test_without_options_the_settings_decide(started):
    CliRunner().invoke(cli.app, ["app"])

    assert started[0][1][-1] == str(SITE / "app.py")


def test_a_port_that_is_none_is_refused(started):
    assert CliRunner().invoke(cli.app, ["app", "--port", "80000"]).exit_code == 2
    assert started == []
