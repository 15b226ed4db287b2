"""What is costly to make is made once a run, by whichever worker needs it first."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def build_once(
    temporary: pytest.TempPathFactory, name: str, build: Callable[[Path], object]
) -> Path:
    """Return a folder that all workers share, which `build` has filled; nobody may write to it."""
    root = temporary.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / name
    with FileLock(root / f"{name}.lock"):
        if not folder.exists():
            begun = root / f"{name}.begun"
            begun.mkdir()
            build(begun)
            begun.rename(folder)
    return folder
