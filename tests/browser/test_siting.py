"""Where next, in a real browser: sites at once, a site of one's own, a link that holds both."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, expect

from geo.siting.pool import count_solvers
from tests.browser.conftest import Server, Visit, visit_with
from tests.raw_client import Client

SOLVER_MS = 70_000
SOLVED = re.compile("Proven: no other sites|Not proven: the best")
BEGUN = re.compile(f"Looking for better sites|{SOLVED.pattern}")
PATIENCE_SECONDS = 60.0


def test_best_sites_their_proof_and_one_of_ones_own(wide: Visit) -> None:
    wide.page.goto(f"{wide.url}/where-next?in=region:2&add=3&within=60")
    three = wide.page.get_by_role("heading", name=re.compile("3 sites in Midwest"))
    expect(three).to_be_visible(timeout=SOLVER_MS)  # the first visit draws where clinics stand
    expect(wide.page.get_by_text(SOLVED)).to_be_visible(timeout=SOLVER_MS)
    expect(wide.page.get_by_role("heading", name="Before and after")).to_be_visible()
    expect(wide.page.get_by_role("row", name=re.compile(r"Midwest .*\+\d"))).to_be_visible()
    frame = wide.page.frame_locator("iframe[title*=folium]")
    expect(frame.locator(".site")).to_have_count(3)
    with wide.page.expect_download() as download:
        wide.page.get_by_role("button", name="CSV").click()
    assert download.value.path().read_text().count("\n") == 3

    frame.locator(".leaflet-container").scroll_into_view_if_needed()
    box = frame.locator(".leaflet-container").bounding_box()
    assert box is not None
    wide.page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
    expect(wide.page.get_by_role("heading", name=re.compile("4 sites in Midwest"))).to_be_visible()
    expect(frame.locator(".site")).to_have_count(4)

    wide.page.get_by_role("button", name="Find sites").click()
    expect(three).to_be_visible()
    query = parse_qs(urlsplit(wide.page.url).query)
    assert query["keep"][0].startswith("point:")


def test_others_are_served_while_a_solver_works(browser: Browser, server: Server) -> None:
    for analyst in visit_with(browser, server):
        analyst.page.goto(f"{server.url}/where-next?in=nation:US&add=20&within=60")
        expect(analyst.page.get_by_text("Looking for better sites")).to_be_visible(timeout=60_000)
        for patient in visit_with(browser, server):
            patient.open()
            patient.search("60601")
            patient.heading("Chicago, IL 60601")
        stop = analyst.page.get_by_role("button", name="Stop looking")
        if stop.count():
            stop.click()
        expect(analyst.page.get_by_text(SOLVED)).to_be_visible(timeout=SOLVER_MS)


def list_solvers(server: Server) -> set[int]:
    """Return the server's processes that solve, those at a stop too."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            is_solver = b"spawn_main" in (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if is_solver and state != "Z" and int(parent) == server.process.pid:
            found.add(int(folder.name))
    return found


@contextmanager
def stopping_solvers(server: Server) -> Iterator[set[int]]:
    """Stop each solver as it begins, so that none has done before its visitor goes."""
    stopped: set[int] = set()
    over = threading.Event()

    def stop() -> None:
        while not over.wait(0.02):
            for pid in list_solvers(server) - stopped:
                os.kill(pid, signal.SIGSTOP)
                stopped.add(pid)

    watching = threading.Thread(target=stop)
    watching.start()
    try:
        yield stopped
    finally:
        over.set()
        watching.join()


def test_one_waits_for_a_solver_until_another_leaves(browser: Browser, server: Server) -> None:
    plan = "in=region:2&add=3&within=60"
    with ExitStack() as before:
        with stopping_solvers(server) as stopped:
            for _ in range(count_solvers()):
                before.enter_context(Client(server.url)).rerun("where-next", query=plan)
        assert len(stopped) == count_solvers()
        for waiting in visit_with(browser, server):
            waiting.page.goto(f"{server.url}/where-next?{plan}")
            place = re.compile(rf"{count_solvers()} others? (is|are) before you")
            expect(waiting.page.get_by_text(place)).to_be_visible(timeout=SOLVER_MS)
            assert list_solvers(server) == stopped

            before.close()

            expect(waiting.page.get_by_text(place)).to_be_hidden(timeout=SOLVER_MS)
            expect(waiting.page.get_by_text(BEGUN)).to_be_visible(timeout=SOLVER_MS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while stopped & list_solvers(server):
        assert time.monotonic() < deadline, "the solver of a visitor who left is still there"
        time.sleep(0.1)
