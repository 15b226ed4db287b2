"""The Chromium of the browser tests: the machine's own, or one that is fetched before the tests."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
PATIENCE_SECONDS = 900
"""How long a download may take."""

ABSENT = (
    "The browser tests need Chromium, and none could be fetched:"
    " install Debian's package `chromium`, or run `uv run playwright install chromium`."
)
DOWNLOAD = ([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"],)
PACKAGE = (
    ["apt-get", "update", "-q"],
    ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"],
)


def find() -> str | None:
    """Return where the machine's own Chromium is, or None where it has none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright: Playwright) -> Browser:
    """Start the machine's own Chromium, or else Playwright's.

    Raises
    ------
    playwright.sync_api.Error : there is neither, or it does not start.
    """
    return playwright.chromium.launch(executable_path=find(), args=FLAGS)


def can_start() -> bool:
    """Tell whether there is a Chromium, and all that it needs of the machine."""
    if find():
        return True
    try:
        with sync_playwright() as playwright:
            launch(playwright).close()
    except PlaywrightError:
        return False
    return True


def provide(say: Callable[[str], object]) -> None:
    """Fetch a Chromium where there is none, and say so: Playwright's, else Debian's as root.

    Where neither can be had, the tests that need it say so.
    """
    if can_start():
        return
    say("No Chromium is installed: fetching Playwright's own for the browser tests.")
    if _run(DOWNLOAD) and can_start():
        return
    if os.geteuid() == 0 and _is_debian():
        say("It cannot be had: installing Debian's package `chromium` instead.")
        if _run(PACKAGE) and can_start():
            return
    say(ABSENT)


def _run(commands: tuple[list[str], ...]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        for command in commands:
            subprocess.run(
                command,
                check=True,
                env=environment,
                timeout=PATIENCE_SECONDS,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _is_debian() -> bool:
    try:
        return platform.freedesktop_os_release()["ID"] == "debian"
    except OSError:
        return False
