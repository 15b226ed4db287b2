"""What the tests fetch before they begin, and what CI says of them after."""

import pytest

from tests.browser import chromium
from tests.lines_covered import describe


@pytest.mark.parametrize(
    ("helps", "is_root", "fetched", "says"),
    [
        ("", True, [], ""),
        ("playwright", True, ["playwright"], "fetching Playwright's own"),
        ("apt-get", True, ["playwright", "apt-get"], "Debian's package `chromium` instead"),
        ("nothing", True, ["playwright", "apt-get"], chromium.ABSENT),
        ("apt-get", False, ["playwright"], chromium.ABSENT),
    ],
)
def test_chromium_is_fetched_where_there_is_none(monkeypatch, helps, is_root, fetched, says):
    ran, said = [], []
    monkeypatch.setattr(chromium, "can_start", lambda: helps in ["", *ran])
    monkeypatch.setattr(chromium, "_is_debian", lambda: True)
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0 if is_root else 1000)

    def run(commands):
        ran.append("apt-get" if commands is chromium.PACKAGE else "playwright")
        return True

    monkeypatch.setattr(chromium, "_run", run)

    chromium.provide(said.append)

    assert ran == fetched
    assert bool(said) == bool(says)
    assert says in "".join(said[-1:])


def test_a_module_that_the_tests_leave_out_is_named():
    told = describe({"": 91.25, "geo/left_out.py": 79.9, "geo/enough.py": 80.0})

    assert told.splitlines() == [
        "Lines that the tests ran: 91.2% of 2 modules.",
        "  79.9% geo/left_out.py",
    ]
    assert "No module is under 80%" in describe({"": 95.0, "geo/enough.py": 80.0})
