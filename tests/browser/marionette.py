"""Drives Debian's Firefox by Marionette, which is in the browser itself: no driver is needed.

A message is its length in digits, a colon, and a list in JSON: who speaks (0 we, 1 the browser),
the number of the question, and command and parameters, or error and result.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ABSENT = "The tests of what a browser tells and keeps need Firefox: install Debian's `firefox-esr`."
START_SECONDS = 120
ANSWER_SECONDS = 120
_ENTER = "\ue007"
_PREFERENCES = {
    # No network but loopback is no reason to stay offline.
    "network.manage-offline-status": False,
    # Names go to the machine's resolver, and a proxy is nobody's.
    "network.trr.mode": 5,
    "network.proxy.type": 0,
    # Nothing but what the pages cause.
    "browser.aboutConfig.showWarning": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    # What an ordinary visitor's has, which Marionette would change.
    "remote.prefs.recommended": False,
}


class Firefox:
    """A running Firefox with a profile of its own."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._asked = 0
        self._read()
        self.ask("WebDriver:NewSession", pageLoadStrategy="none")

    def ask(self, command: str, **parameters: object) -> Any:
        """Return what the browser answers to a command of Marionette's.

        Raises
        ------
        RuntimeError : it answers with an error.
        """
        self._asked += 1
        words = json.dumps([0, self._asked, command, parameters]).encode()
        self._connection.sendall(str(len(words)).encode() + b":" + words)
        _speaker, _number, error, result = self._read()
        if error:
            raise RuntimeError(error)
        return result

    def open(self, address: str) -> None:
        """Begin to open an address in a tab of its own, as another may still be loading."""
        tab = self.ask("WebDriver:NewWindow", type="tab")["handle"]
        self.ask("WebDriver:SwitchToWindow", handle=tab)
        self.ask("WebDriver:Navigate", url=address)

    def evaluate(self, script: str) -> Any:
        """Return what a script's `return` returns on the page."""
        return self.ask("WebDriver:ExecuteScript", script=script, args=[])["value"]

    def type(self, selector: str, words: str) -> None:
        """Type words into the field that a selector names; "\\ue007" is Enter."""
        found = self.ask("WebDriver:FindElement", using="css selector", value=selector)["value"]
        self.ask("WebDriver:ElementSendKeys", id=next(iter(found.values())), text=words + _ENTER)

    def _read(self) -> Any:
        digits = b""
        while (read := self._connection.recv(1)) != b":":
            if not read:
                raise ConnectionError("Firefox has closed the connection.")
            digits += read
        words = b""
        while len(words) < int(digits):
            words += self._connection.recv(int(digits) - len(words))
        return json.loads(words)


@contextlib.contextmanager
def start(profile: Path, port: int) -> Iterator[Firefox]:
    """Start Firefox, and close it as a visitor does, so that it writes what it keeps.

    Parameters
    ----------
    profile : an empty folder.
    port : of loopback, for Marionette.
    """
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    assert program, ABSENT
    settings = {**_PREFERENCES, "marionette.port": port}
    lines = (
        f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in settings.items()
    )
    (profile / "user.js").write_text("\n".join(lines))
    command = [program, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with _connect(port) as connection:
            firefox = Firefox(connection)
            yield firefox
            with contextlib.suppress(ConnectionError):
                firefox.ask("Marionette:Quit", flags=["eAttemptQuit"])
        process.wait(START_SECONDS)
    finally:
        process.kill()
        process.wait()


def _connect(port: int) -> socket.socket:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
