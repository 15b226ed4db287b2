"""Try the newest versions of the direct dependencies, and print which tests fail with them.

`uv run python -m tests.newest` makes an environment of its own, asks first what the seams assume
(`tests/test_seams.py`), then runs the tests of the first tier; `uv run python -m tests.newest
tests/maps` runs those alone. Nothing of the checkout changes. The machine's own settings of uv say
where packages come from; those of the project, which pin them, are left out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = "tests/test_seams.py"
_NAME = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?")
_ADDRESS = re.compile(r"\w+://\S+")
_FAILED = re.compile(r"(?:FAILED|ERROR) (\S+)")


def find_direct(project: Mapping[str, Any]) -> list[str]:
    """Return the direct dependencies of a `pyproject.toml`, extras and tests' among them, unpinned."""
    named = [
        *project["project"]["dependencies"],
        *(name for extra in project["project"]["optional-dependencies"].values() for name in extra),
        *project["dependency-groups"]["dev"],
    ]
    found = (_NAME.match(name) for name in named)
    return sorted({each[0] for each in found if each})


def find_pins(project: Mapping[str, Any]) -> dict[str, str]:
    """Return the version that each package is pinned to."""
    pairs = (pin.split("==") for pin in project["tool"]["uv"]["constraint-dependencies"])
    return dict(pairs)


def find_failed(told: str) -> list[str]:
    """Return the tests that failed or broke, as pytest's summary names them."""
    return sorted({found[1] for line in told.splitlines() if (found := _FAILED.match(line))})


def main(paths: Sequence[str]) -> int:
    """Make the environment, run the tests, print what fails; return how many do."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pins = find_pins(project)
    with tempfile.TemporaryDirectory(prefix="newest-") as folder:
        python = str(Path(folder) / "env" / "bin" / "python")
        ask_uv(folder, "venv", "--quiet", "--python", sys.executable, "env")
        install = ("pip", "install", "--quiet", "--python", python)
        ask_uv(folder, *install, "--upgrade", *find_direct(project))
        ask_uv(folder, *install, "--no-deps", "--editable", str(ROOT))
        listed = json.loads(ask_uv(folder, "pip", "list", "--format=json", "--python", python))
        newer = {p["name"]: p["version"] for p in listed if pins.get(p["name"]) != p["version"]}
        newer.pop("clinic-finder", None)
        say("Newer than pinned:" if newer else "All is as pinned.")
        for name, version in sorted(newer.items()):
            say(f"  {name} {pins.get(name, '(not listed)')} -> {version}")
        failed = []
        for chosen in ([CONTRACT], list(paths) or ["tests", f"--ignore={CONTRACT}"]):
            told = run_tests(python, chosen)
            failed += find_failed(told)
            say(f"{' '.join(chosen)}: {told.strip().splitlines()[-1].strip(' =')}")
    say("\n".join(f"  {name}" for name in failed))
    return len(failed)


def run_tests(python: str, chosen: Sequence[str]) -> str:
    """Return what pytest prints."""
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rfE", *chosen]
    run = subprocess.run(command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE)
    return run.stdout


def ask_uv(folder: str, *words: str) -> str:
    """Return what a command of uv's prints, away from the project's own settings.

    Exits with what it says, addresses left out, where it fails.
    """
    command = [os.environ.get("UV", "uv"), *words]
    run = subprocess.run(command, cwd=folder, check=False, text=True, capture_output=True)
    if run.returncode:
        sys.exit(_ADDRESS.sub("(address)", run.stderr))
    return run.stdout


def say(words: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
