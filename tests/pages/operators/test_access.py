"""The operators' side is shut to everybody else, whatever is said over the websocket or HTTP."""

from __future__ import annotations

import contextlib
import http.client
import json
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from websockets.exceptions import InvalidStatus

from geo.errors import AccessError
from geo.server import locality, operators, upload_guard
from geo.workspace import calling, opening, stored_listings
from pages.parts import auth
from pages.parts.message_filter import is_wanted
from tests.browser.conftest import ROOT, Server, find_port, start_server, stop_server
from tests.raw_client import Client, elements, find, say, sign_login

pytestmark = pytest.mark.service

ALLOWED = "op@example.org"
SECRET = "a-cookie-secret-that-no-page-may-show-0123456789"  # noqa: S105  of this test alone
INNER = "remark-that-only-operators-may-read"
PAGES = ("operators", "refresh", "review", "releases")
WIDGETS = ("button", "text_input", "selectbox", "file_uploader", "download_button", "button_group")


@dataclass
class Site:
    """A server with a login, its secrets, and what an operator's pages were made of."""

    server: Server
    secrets: Path
    home: Path
    hashes: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.server.url

    def allow(self, *addresses: str, max_age_minutes: float = 60) -> None:
        self.secrets.write_text(
            self.secrets.read_text().partition("[operators]")[0]
            + f"[operators]\nallow = {json.dumps(addresses)}\nmax_age_minutes = {max_age_minutes}\n"
        )

    def count_decisions(self) -> int:
        with contextlib.closing(sqlite3.connect(self.home / "workspace.sqlite")) as database:
            (count,) = database.execute("SELECT count(*) FROM decisions").fetchone()
        return int(count)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("access")
    port = find_port()
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{SECRET}"
[auth.op]
client_id = "clinic-finder"
client_secret = "{SECRET}"
server_metadata_url = "http://127.0.0.1:{port}/nobody"
"""
    )
    with opening.open(folder / "home") as opened:
        clinic = stored_listings.current(opened)["clinic_id"].iloc[0]
        calling.note_call(opened, clinic, "no_answer", who=ALLOWED, reason=INNER)
    made = Site(
        start_server(folder, ROOT, port=port, options=["--secrets.files", str(secrets)]),
        secrets,
        folder / "home",
    )
    try:
        made.allow(ALLOWED)
        with Client(made.url, sign_login(made.url, SECRET)) as operator:
            for message in operator.rerun():
                if message.WhichOneof("type") == "navigation":
                    made.hashes |= {
                        page.url_pathname: page.page_script_hash
                        for page in message.navigation.app_pages
                    }
            for page in PAGES:
                shown = operator.rerun(page)
                made.buttons += [
                    each.button.id for each in elements(shown) if each.HasField("button")
                ]
        yield made
    finally:
        stop_server(made.server)
    assert SECRET not in made.server.log.read_text()
    assert INNER not in made.server.log.read_text()


def assert_shut(messages: list[Any]) -> None:
    """Nothing of an operator's page is in what came back: the door alone."""
    widgets = {
        getattr(each, each.WhichOneof("type")).label
        for each in elements(messages)
        if each.WhichOneof("type") in WIDGETS
    }
    said = say(messages)
    assert widgets <= {"Sign in"}
    assert "For operators" in said
    for inner in (INNER, SECRET, "No answer", "Signed in as", "workspace", "Put another release"):
        assert inner not in said


def attack(site: Site, client: Client) -> None:
    """Ask for each page by name and by hash, and press every button an operator has."""
    before = site.count_decisions()
    pressed = dict.fromkeys(site.buttons, ...)
    for page in PAGES:
        assert_shut(client.rerun(page, widgets=pressed))
        assert_shut(client.rerun(page_hash=site.hashes[page]))
    # The page of a patient, with the buttons of an operator's.
    assert INNER not in say(client.rerun("", widgets=pressed))
    assert site.count_decisions() == before


def test_the_same_messages_work_for_an_operator(site: Site) -> None:
    with Client(site.url, sign_login(site.url, SECRET)) as operator:
        shown = operator.rerun("operators")
        assert "Signed in as" in say(shown)
        before = site.count_decisions()
        operator.rerun("operators", widgets={find(shown, "button", "No answer").id: ...})
        assert site.count_decisions() == before + 1
    assert len(site.buttons) > 20
    assert set(PAGES) < set(site.hashes)


@pytest.mark.parametrize(
    "claims",
    [
        None,
        {"age_seconds": 7200.0},
        {"age_seconds": -7200.0},
        {"email": "stranger@example.org"},
        {"email_verified": False},
        {"is_logged_in": False},
        {"origin": "http://elsewhere.example"},
    ],
    ids=["none", "expired", "from the future", "a stranger", "unverified", "not in", "elsewhere"],
)
def test_another_login_opens_nothing_and_does_nothing(
    site: Site, claims: dict[str, Any] | None
) -> None:
    cookie = "" if claims is None else sign_login(site.url, SECRET, **claims)
    with Client(site.url, cookie) as intruder:
        attack(site, intruder)


def test_a_login_signed_with_another_secret_is_none(site: Site) -> None:
    with Client(site.url, sign_login(site.url, "x" * 48)) as intruder:
        attack(site, intruder)


def test_a_copied_cookie_of_a_login_that_was_ended_opens_nothing(site: Site) -> None:
    claims = {"sub": "left", "iat": int(time.time()) - 30}
    cookie = sign_login(site.url, SECRET, **claims)
    with Client(site.url, cookie) as operator:
        assert "Signed in as" in say(operator.rerun("operators"))
        whole = {"iss": "https://login.example.org", "email": ALLOWED, **claims}
        operators.write_mark(operators.mark_of(whole), site.home)
        attack(site, operator)
    with Client(site.url, cookie) as thief:
        attack(site, thief)


def test_a_program_that_names_no_origin_brings_no_login(site: Site) -> None:
    with Client(site.url, sign_login(site.url, SECRET), origin=None) as intruder:
        attack(site, intruder)


@pytest.mark.parametrize("how", ["removed", "too old"])
def test_an_open_session_is_shut_at_its_next_message(site: Site, how: str) -> None:
    with Client(site.url, sign_login(site.url, SECRET)) as operator:
        assert "Signed in as" in say(operator.rerun("operators"))
        try:
            site.allow("someone-else@example.org" if how == "removed" else ALLOWED,
                       max_age_minutes=60 if how == "removed" else 0.01)  # fmt: skip
            attack(site, operator)
        finally:
            site.allow(ALLOWED)


def test_a_download_is_not_made_once_the_address_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = {"email": ALLOWED, "email_verified": True, "iat": time.time()}
    request = locality.Request("127.0.0.1", {"Host": "localhost"}, "")
    allowed = [operators.Settings(allow=frozenset({ALLOWED}))]
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setattr(auth, "_describe_request", lambda: request)
    monkeypatch.setattr(auth, "_read_claims", lambda: claims)
    monkeypatch.setattr(auth, "_read_settings", lambda: allowed[-1])
    make = auth.guard(lambda: b"all of it")
    assert make() == b"all of it"
    allowed.append(operators.Settings(allow=frozenset({"other@example.org"})))
    with pytest.raises(AccessError):
        make()


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:1", "http://localhost:{port}", "null", "file://",
     "http://127.0.0.1.evil.example:{port}", "http://evil.example@127.0.0.1:{port}",
     "ws://127.0.0.1:{port}"],
)  # fmt: skip
def test_pages_of_other_sites_are_refused(site: Site, origin: str) -> None:
    told = origin.format(port=urlsplit(site.url).port)
    client = Client(site.url, sign_login(site.url, SECRET), origin=told)
    with pytest.raises(InvalidStatus) as refused:
        client.__enter__()
    assert refused.value.response.status_code == 403
    assert ask(site.url, "GET", "/_stcore/health", {"Origin": told})[0] == 403


def test_only_messages_of_our_own_pages_get_through(site: Site) -> None:
    unwanted = []
    for name in ("clear_cache", "load_git_info", "set_run_on_save", "debug_shutdown_runtime"):
        message = BackMsg()
        setattr(message, name, True)
        unwanted.append(message)
    for name in ("install_skills", "dismiss_skills_nudge", "dataframe_chunk"):
        message = BackMsg()
        message.backend_operation_request.request_id = name
        getattr(message.backend_operation_request, name).SetInParent()
        unwanted.append(message)
    with Client(site.url) as visitor:
        visitor.rerun()
        visitor.read(1)  # what else a first run brings
        for message in unwanted:
            assert not is_wanted(message.SerializeToString())
            visitor.send(message, answered=False)
        replies = visitor.read(2)
        assert [each.WhichOneof("type") for each in replies] == []
        assert "Find a ketamine" in say(visitor.rerun())


def test_what_is_no_message_ends_the_connection_and_nothing_else(site: Site) -> None:
    with Client(site.url) as intruder:
        assert intruder.send(b"\xff\xff\xff\xff") == []
    with Client(site.url) as intruder:
        assert intruder.send(b"\x00" * (1 << 21)) == []  # larger than any state of ours
    assert ask(site.url, "GET", "/_stcore/health")[0] == 200


def ask(
    url: str, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> tuple[int, bytes]:
    """Send a request as it is written, with no tidying of its path."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request(method, path, body=body or None, headers=headers or {})
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def upload(site: Site, session_id: str, size: int = 3, **headers: str) -> int:
    token = generate_xsrf_token_string()
    head = (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n"
    )
    sent = {
        "Cookie": f"_streamlit_xsrf={token}",
        "X-Xsrftoken": token,
        "Content-Type": "multipart/form-data; boundary=edge",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    body = head + b"x" * size + b"\r\n--edge--\r\n"
    return ask(site.url, "PUT", f"/_stcore/upload_file/{session_id}/a-file", sent, body)[0]


def test_files_are_taken_from_operators_alone(site: Site) -> None:
    assert upload(site, "no-session") == 403
    assert upload(site, "") == 403
    with Client(site.url) as visitor:
        visitor.rerun()
        visitor.rerun("refresh")
        assert visitor.session_id
        assert upload(site, visitor.session_id) == 403
    with Client(site.url, sign_login(site.url, SECRET)) as operator:
        operator.rerun()
        assert upload(site, operator.session_id) == 403  # no page has let this session in yet
        operator.rerun("refresh")
        assert upload(site, operator.session_id) == 204
        assert upload(site, operator.session_id, X_Xsrftoken="forged") == 403
        assert upload(site, operator.session_id, Content_Length=str(10**9)) == 413
        try:
            site.allow("someone-else@example.org")
            operator.rerun("refresh")
            assert upload(site, operator.session_id) == 403
        finally:
            site.allow(ALLOWED)


def test_the_door_for_uploads_shuts_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(upload_guard.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(upload_guard, "_open_until", {})  # other tests open doors of their own
    upload_guard.open_for("a", 60)
    upload_guard.open_for("b", 600)
    assert upload_guard.is_open("a")
    now[0] += 61
    assert not upload_guard.is_open("a")
    upload_guard.open_for("b", 600)
    assert set(upload_guard._open_until) == {"b"}
    upload_guard.shut_for("b")
    assert not upload_guard.is_open("b")


@pytest.mark.parametrize("path", ["/_stcore/agent/interact", "/_stcore/agent/mcp"])
def test_there_is_no_other_way_to_drive_the_pages(site: Site, path: str) -> None:
    headers = {"Content-Type": "application/json"}
    call = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    for body in (b"{}", call):
        status, reply = ask(site.url, "POST", path, headers, body)
        assert status >= 400
        assert b"session_id" not in reply
        assert b"Find a ketamine" not in reply


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/metrics%0A", "/_stcore/%6detrics",
     "/_stcore/metrics?families=session_events", "//_stcore/metrics", "/_stcore//metrics"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_nobody_is_told_how_many_are_here(site: Site, path: str, method: str) -> None:
    status, body = ask(site.url, method, path, {"Accept": "application/openmetrics-text"})
    assert status >= 400
    assert b"session" not in body
    assert b"cache_memory" not in body


@pytest.mark.parametrize(
    "path",
    ["/assets/../listings.csv", "/assets/%2e%2e/listings.csv", "/assets/..%2flistings.csv",
     "/assets/..%5clistings.csv", "/assets/leaflet/../../listings.csv", "/assets//etc/passwd",
     "/assets/%2fetc%2fpasswd", "/assets/....//listings.csv", "/assets/%252e%252e/listings.csv",
     "/assets/a%00/../../listings.csv", "/assets/", "/media/../listings.csv", "/media/1",
     "/media/%2e%2e%2fdata%2flistings.csv", "/component/../app.py", "/component/x/%2e%2e/app.py",
     "/app/static/%2e%2e/app.py", "/static/%2e%2e/%2e%2e/config.py", "/.streamlit/config.toml",
     "/_stcore/bidi-components/x/%2e%2e/%2e%2e/app.py"],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_served(site: Site, path: str) -> None:
    _status, body = ask(site.url, "GET", path)
    for inner in (b"listing_id,", b"root:", b"import streamlit", b"gatherUsageStats", b"[auth]"):
        assert inner not in body
    assert b"app.css" not in body  # no list of a folder


def test_secrets_that_cannot_be_read_let_nobody_in_and_are_not_shown(site: Site) -> None:
    whole = site.secrets.read_text()
    cookie = sign_login(site.url, SECRET)
    try:
        site.secrets.write_text(whole + f'\nbroken = "{SECRET}\n')
        with Client(site.url) as visitor:
            assert "Find a ketamine" in say(visitor.rerun())
            said = say(visitor.rerun("operators"))
        # The settings of the login stay as the server read them at its start; who may is read anew.
        with Client(site.url, cookie) as operator:
            said += say(operator.rerun("operators"))
        assert "Signed in as" not in said
        assert INNER not in said
        assert SECRET not in said
    finally:
        site.secrets.write_text(whole)


def test_the_settings_of_the_server_are_the_guarded_ones(site: Site) -> None:
    with urllib.request.urlopen(f"{site.url}/_stcore/host-config", timeout=10) as reply:  # noqa: S310
        host = json.load(reply)
    assert host["allowedOrigins"] == []
    assert host["useExternalAuthToken"] is False
    with pytest.raises(urllib.error.HTTPError, match="405") as refused:
        urllib.request.urlopen(  # noqa: S310
            urllib.request.Request(f"{site.url}/", method="POST", data=b""),  # noqa: S310
            timeout=10,
        )
    refused.value.close()
