"""The local mode behind nginx's shortest proxy: a stranger who comes through it edits nothing."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from geo.server.door import COOKIE, Door
from tests.browser.conftest import Server, find_port, start_server, stop_server
from tests.raw_client import Client, elements, say

NGINX = shutil.which("nginx") or ""
pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(not NGINX, reason="Debian's nginx-light is not installed"),
]
PAGES = ("operators", "refresh", "review", "releases")
WIDGETS = ("button", "text_input", "selectbox", "file_uploader", "download_button", "button_group")

# As a guide to Streamlit has it: nothing is said of who asks, and the Host is the app's own.
SHORTEST = """\
pid "{folder}/nginx.pid";
error_log "{folder}/error.log";
events {{ }}
http {{
  access_log off;
  client_body_temp_path "{folder}/body";
  proxy_temp_path "{folder}/proxy";
  fastcgi_temp_path "{folder}/fastcgi";
  uwsgi_temp_path "{folder}/uwsgi";
  scgi_temp_path "{folder}/scgi";
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {url};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
    }}
  }}
}}
"""


@dataclass
class Site:
    """A server in the local mode, the proxy before it, and what an operator's pages are made of."""

    server: Server
    proxy: str
    cookie: str
    buttons: list[str] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)

    def count_decisions(self) -> int:
        with contextlib.closing(sqlite3.connect(self.server.home / "workspace.sqlite")) as database:
            (count,) = database.execute("SELECT count(*) FROM decisions").fetchone()
        return int(count)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("local")
    server = start_server(folder, environment={"CLINIC_FINDER_OPERATORS": "local"})
    port = find_port()
    config = folder / "nginx.conf"
    config.write_text(SHORTEST.format(folder=folder, port=port, url=server.url))
    nginx = subprocess.Popen(
        [NGINX, "-c", str(config), "-g", "daemon off;"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        made = Site(server, f"http://127.0.0.1:{port}", server.take_cookie())
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{made.proxy}/_stcore/health")
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        with Client(server.url, made.cookie) as operator:
            for page in PAGES:
                shown = operator.rerun(page)
                assert "Local mode: this browser only" in say(shown)
                made.buttons += [
                    each.button.id for each in elements(shown) if each.HasField("button")
                ]
                made.hashes |= {
                    each.url_pathname: each.page_script_hash
                    for message in shown
                    if message.WhichOneof("type") == "navigation"
                    for each in message.navigation.app_pages
                }
        yield made
    finally:
        nginx.terminate()
        nginx.wait(20)
        stop_server(server)
    assert server.find_entrance() == ""


def attack(site: Site, client: Client) -> None:
    """Ask for each page by name and by hash, and press every button an operator has."""
    before = site.count_decisions()
    pressed = dict.fromkeys(site.buttons, ...)
    answers = [client.rerun(page, widgets=pressed) for page in PAGES]
    answers += [client.rerun(page_hash=site.hashes[page]) for page in PAGES]
    for answer in answers:
        said = say(answer)
        assert "For operators" in said
        assert "Local mode: this browser only" not in said
        assert not [each for each in elements(answer) if each.WhichOneof("type") in WIDGETS]
    assert site.count_decisions() == before


def test_the_same_messages_work_for_whoever_was_let_in(site: Site) -> None:
    with Client(site.server.url, site.cookie) as operator:
        shown = operator.rerun("operators")
        asked = [each.button for each in elements(shown) if each.HasField("button")]
        no_answer = next(each for each in asked if each.label == "No answer")
        before = site.count_decisions()
        operator.rerun("operators", widgets={no_answer.id: ...})
        assert site.count_decisions() == before + 1
    assert len(site.buttons) > 20


@pytest.mark.parametrize("through", ["the proxy", "nothing"])
@pytest.mark.parametrize("origin", [None, ""])
def test_a_stranger_edits_nothing(site: Site, through: str, origin: str | None) -> None:
    url = site.proxy if through == "the proxy" else site.server.url
    if through == "the proxy" and origin == "":
        origin = site.server.url  # what the Host says that nginx sends
    with Client(url, "", origin) as stranger:
        attack(site, stranger)


def test_a_cookie_that_was_made_up_or_is_of_another_run_opens_nothing(site: Site) -> None:
    tokens: list[str] = []
    another = Door()
    another.open(tokens.append)
    name, _, value = site.cookie.partition("=")
    for forged in (another.exchange(tokens[0]), f"{value[:-1]}{int(value[-1] == '0')}", ""):
        for url in (site.proxy, site.server.url):
            with Client(url, f"{name}={forged}", None) as stranger:
                attack(site, stranger)


def test_a_token_lets_one_browser_in(site: Site) -> None:
    entrance = site.server.find_entrance()
    token = entrance.rpartition("=")[2]
    first = httpx.get(entrance)
    assert (first.status_code, first.headers["location"]) == (303, "/operators")
    assert COOKIE in first.headers["set-cookie"]
    second = httpx.get(entrance)
    assert second.status_code == 403
    assert "set-cookie" not in second.headers
    # A proxy that says that it is one does not hand it on, nor does a page under another name.
    entrance = site.server.find_entrance()
    assert token not in entrance
    for headers in ({"X-Forwarded-For": "127.0.0.1"}, {"Host": "[::1].evil.example"}):
        assert httpx.get(entrance, headers=headers).status_code == 403
    assert site.server.find_entrance() == entrance


def test_the_address_stands_in_no_log_but_in_a_file_of_its_owner(site: Site) -> None:
    (kept,) = site.server.home.glob("operators_door_*")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    log = site.server.log.read_text()
    assert str(kept) in log
    assert "token=" not in log


def test_a_server_that_listens_wider_warns_and_lets_nobody_in(tmp_path: Path) -> None:
    server = start_server(
        tmp_path,
        options=["--server.address", "0.0.0.0"],  # noqa: S104  what is warned of
        environment={"CLINIC_FINDER_OPERATORS": "local"},
    )
    try:
        assert "WARNING: CLINIC_FINDER_OPERATORS=local" in server.log.read_text()
        assert server.find_entrance() == ""
        with Client(server.url, "", None) as stranger:
            assert "The local mode works only where" in say(stranger.rerun("operators"))
    finally:
        stop_server(server)
