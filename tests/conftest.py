"""What holds for every test."""

import sys
from collections.abc import Iterator

import pytest

MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def main_program() -> Iterator[None]:
    """Keep the main program: AppTest leaves its page as one, which a spawned process would run."""
    sys.modules["__main__"] = MAIN
    yield
    sys.modules["__main__"] = MAIN
