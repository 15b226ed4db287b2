"""What holds for every test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from geo.releases import loading
from geo.search import working_ahead
from geo.server import pocket_files
from tests.browser import chromium
from tests.build_once import build_once
from tests.handmade import small_home

MAIN = sys.modules["__main__"]
BROWSER_TESTS = Path(__file__).resolve().parent / "browser"

# Examples a property tries, of a hundred: `tests.examples` scales each property's own count.
settings.register_profile("quick", deadline=None, max_examples=25)
settings.register_profile("ci", deadline=None, max_examples=100)
settings.register_profile("nightly", deadline=None, max_examples=1_000)
settings.load_profile("quick")  # `--hypothesis-profile` loads another


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Fetch Chromium where the browser tests may need it: once, before the workers start."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    asked = [
        (config.invocation_params.dir / arg.partition("::")[0]).resolve() for arg in config.args
    ]
    if any(
        BROWSER_TESTS.is_relative_to(path) or path.is_relative_to(BROWSER_TESTS) for path in asked
    ):
        chromium.provide(config.get_terminal_writer().line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what speaks with servers and browsers of its own try twice, where a machine was slow.

    The summary names each test that needed its second try (`R`): one that is named often is to be
    mended. What computes has one try.
    """
    for item in items:
        if item.get_closest_marker("service"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def main_program() -> Iterator[None]:
    """Keep the main program: AppTest leaves its page as one, which a spawned process would run."""
    sys.modules["__main__"] = MAIN
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture(scope="session", autouse=True)
def no_finder_written() -> Iterator[None]:
    """Keep the servers of tests from writing the pocket finder: each would spend half a minute on it."""
    with pytest.MonkeyPatch.context() as patches:
        patches.setenv(pocket_files.VARIABLE, pocket_files.OFF)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_worked_ahead() -> Iterator[None]:
    """Keep the drives from being worked out ahead: each release that a page opens would cost 6 s."""
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(working_ahead, "_WAIT_SECONDS", 3_600.0)
        yield


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of releases that others share: the one that `CLINIC_FINDER_RELEASES` names."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", str(folder))
    yield folder
    loading._mirror.cache_clear()


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the small program of `tests.handmade.small_home`; nobody writes to it."""

    def build(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patches:
            small_home.build_program(folder, patches)

    return build_once(tmp_path_factory, "program", build)
