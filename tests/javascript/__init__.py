"""Our scripts without a page: run by node where the machine has one, else by Chromium."""

import base64
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser import chromium

ASSETS = Path(__file__).resolve().parents[2] / "data" / "assets"
PATIENCE_SECONDS = 120


def run(script: str, body: str, **given: Any) -> Any:
    """Return what the body of a function returns.

    Parameters
    ----------
    script : the module's file in data/assets.
    body : knows the module as `module`, and `given`; what it returns goes through JSON.
    """
    code = base64.b64encode((ASSETS / script).read_bytes()).decode()
    function = (
        f"async (given) => {{ const module = await import('data:text/javascript;base64,{code}');"
        f" {body} }}"
    )
    node = shutil.which("node")
    if node is None:  # a thread of its own, or it meets the browser of other tests
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(_run_in_chromium, function, given).result()
    whole = (
        "const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk);"
        f" const answer = await ({function})(JSON.parse(Buffer.concat(chunks)));"
        " process.stdout.write(JSON.stringify(answer));"
    )
    done = subprocess.run(
        [node, "--input-type=module", "--eval", whole],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _run_in_chromium(function: str, given: dict[str, Any]) -> Any:
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        try:
            return browser.new_page().evaluate(function, given)
        finally:
            browser.close()
