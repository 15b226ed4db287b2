"""The operators' door, against a real OpenID Connect provider on loopback."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ROOT, Server, find_port, start_server, stop_server
from tests.browser.states import PLACE_BOX
from tests.raw_client import Client, say
from tests.servers.loopback import Reply, Request, Service, json_reply, serve

ALLOWED = "op@example.org"
STRANGER = "stranger@example.org"
SECRET = "a-long-random-text-that-no-page-may-show"  # noqa: S105  of this test alone
CLINICS = "/operators"


@dataclass
class Site:
    """The app with a login, the file of its secrets, and the provider's address."""

    server: Server
    secrets: Path

    def allow(self, *addresses: str, max_age_minutes: float = 60) -> None:
        """Write who may come in."""
        self.secrets.write_text(
            self.secrets.read_text().partition("[operators]")[0]
            + f"[operators]\nallow = {json.dumps(addresses)}\nmax_age_minutes = {max_age_minutes}\n"
        )


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """An OpenID Connect provider that knows two people."""
    port = find_port()
    people = [
        json.dumps({"sub": sub, "email": email, "email_verified": True})
        for sub, email in (("op", ALLOWED), ("stranger", STRANGER))
    ]
    claims = [part for each in people for part in ("--user-claims", each)]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *claims],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=1).close()  # noqa: S310
        except OSError:
            assert process.poll() is None, "the provider did not start"
            time.sleep(0.1)
        else:
            break
    yield url
    process.terminate()
    process.wait(20)


class Describing(Service):
    """Describes the provider, by its own name or another: what it signs is of the first."""

    def __init__(self, provider: str) -> None:
        super().__init__()
        self.provider = self.name = provider

    def answer(self, _request: Request) -> Reply:
        described = httpx.get(f"{self.provider}/.well-known/openid-configuration").json()
        return json_reply({**described, "issuer": self.name})


@pytest.fixture(scope="module")
def describing(provider: str) -> Iterator[Describing]:
    with serve(Describing(provider)) as service:
        yield service


def describe_provider(name: str, url: str) -> str:
    """Return a section of the secrets."""
    return (
        f'[auth.{name}]\nclient_id = "clinic-finder"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{url}"\n'
        'client_kwargs = { scope = "openid email profile", prompt = "login" }\n'
    )


@pytest.fixture(scope="module")
def site(
    provider: str, describing: Describing, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("login")
    port = find_port()
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        f'cookie_secret = "{SECRET}"\n'
        + describe_provider("op", f"{provider}/.well-known/openid-configuration")
        + describe_provider("described", f"{describing.url}/.well-known/openid-configuration")
    )
    started = start_server(folder, ROOT, port=port, options=["--secrets.files", str(secrets)])
    made = Site(started, secrets)
    made.allow(ALLOWED)
    yield made
    stop_server(started)
    assert SECRET not in started.log.read_text()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    # The provider's own pages ask a network for their style, and wait where there is none.
    made.route(re.compile(r"^https:"), lambda route: route.abort())
    yield made
    made.close()


def open_page(context: BrowserContext, site: Site, path: str = CLINICS) -> Page:
    page = context.new_page()
    page.goto(site.server.url + path)
    return page


def sign_in(context: BrowserContext, site: Site, sub: str) -> Page:
    """Go the whole way over the provider's own page."""
    page = open_page(context, site)
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=sub]").fill(sub)
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.wait_for_url(f"{site.server.url}/**")
    page.goto(site.server.url + CLINICS)
    return page


def test_without_a_login_there_is_only_the_door(context: BrowserContext, site: Site) -> None:
    page = open_page(context, site)
    expect(page.get_by_text("Sign in to work on the list of clinics.")).to_be_visible()
    expect(page.locator(".first-words")).to_be_hidden()
    expect(page.get_by_role("heading", name="Clinics", exact=True)).to_have_count(0)


def test_a_listed_address_comes_in_signs_out_and_its_copied_cookie_opens_nothing(
    browser: Browser, context: BrowserContext, site: Site
) -> None:
    page = sign_in(context, site, "op")
    expect(page.get_by_text(f"Signed in as {ALLOWED}")).to_be_visible()
    copied = context.cookies()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()
    page.wait_for_url(f"{site.server.url}/**")
    assert {cookie["name"] for cookie in context.cookies()} <= {"_streamlit_xsrf", "session"}
    page.goto(site.server.url + CLINICS)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    thief = browser.new_context()
    thief.add_cookies(copied)
    stolen = open_page(thief, site)
    expect(stolen.get_by_text("You signed out; sign in again.")).to_be_visible()
    thief.close()


def test_a_stranger_is_told_to_ask(context: BrowserContext, site: Site) -> None:
    page = sign_in(context, site, "stranger")
    expect(page.get_by_text("This login may not work on the list")).to_be_visible()
    expect(page.get_by_text("Signed in as")).to_have_count(0)


def test_a_removed_address_and_an_old_login_are_refused_at_the_next_run(
    context: BrowserContext, site: Site
) -> None:
    page = sign_in(context, site, "op")
    expect(page.get_by_text(f"Signed in as {ALLOWED}")).to_be_visible()
    try:
        site.allow("someone-else@example.org")
        page.reload()
        expect(page.get_by_text("This login may not work on the list")).to_be_visible()
        site.allow(ALLOWED, max_age_minutes=1 / 600)
        page.reload()
        expect(page.get_by_text("sign in again.")).to_be_visible()
    finally:
        site.allow(ALLOWED)


def test_a_forged_cookie_is_no_login(context: BrowserContext, site: Site) -> None:
    page = sign_in(context, site, "op")
    expect(page.get_by_text(f"Signed in as {ALLOWED}")).to_be_visible()
    (cookie,) = [each for each in context.cookies() if each["name"] == "_streamlit_user"]
    value = cookie["value"]
    middle = len(value) // 3
    forged = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    context.clear_cookies()
    context.add_cookies([{**cookie, "value": forged}])
    page.goto(site.server.url + CLINICS)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_patients_pages_show_no_way_to_the_operators(context: BrowserContext, site: Site) -> None:
    page = open_page(context, site, "/")
    page.locator(PLACE_BOX).wait_for()
    expect(page.get_by_role("link", name="Clinics", exact=True)).to_have_count(0)


def test_a_server_without_settings_has_no_operators_pages(
    context: BrowserContext, server: Server
) -> None:
    page = context.new_page()
    page.goto(server.url + CLINICS)
    expect(page.get_by_text("Page not found")).to_be_visible()
    expect(page.get_by_role("heading", name="For operators")).to_have_count(0)


def test_the_local_mode_opens_by_its_address_and_not_to_a_rebound_name(
    browser: Browser, tmp_path: Path
) -> None:
    started = start_server(tmp_path, environment={"CLINIC_FINDER_OPERATORS": "local"})
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(started.url + CLINICS)
        expect(page.get_by_text("This browser is not let in yet")).to_be_visible()
        page.goto(started.find_entrance())
        expect(page.get_by_text("Local mode: this browser only")).to_be_visible()
        assert page.url == started.url + CLINICS
        rebound = started.url.replace("127.0.0.1", "rebound.localhost")
        page.goto(rebound + CLINICS)
        expect(page.get_by_text("The local mode works only where")).to_be_visible()
    finally:
        context.close()
        stop_server(started)


def sign_in_by_hand(site: Site, browser: httpx.Client, provider: str = "op") -> str:
    """Go to the provider and back without a page; return the address that it leads back to."""
    claims = {"provider": provider, "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
    asked = browser.get(f"{site.server.url}/auth/login", params={"provider": token})
    led = browser.post(asked.headers["location"], data={"sub": "op"})
    assert led.status_code == 302, led.text
    back = led.headers["location"]
    assert back.startswith(f"{site.server.url}/oauth2callback?")
    return back


def describe_visit(site: Site, browser: httpx.Client) -> str:
    """Return what the operators' page shows to a browser."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    with Client(site.server.url, cookies) as client:
        return say(client.rerun("operators"))


@pytest.fixture
def by_hand() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as client:
        yield client


def test_a_code_opens_once_and_to_the_browser_that_asked_for_it_alone(
    site: Site, by_hand: httpx.Client
) -> None:
    back = sign_in_by_hand(site, by_hand)
    with httpx.Client(timeout=60) as thief:  # the code was read before it was used
        thief.get(back)
        assert "Sign in to work on the list" in describe_visit(site, thief)
        by_hand.get(back)
        assert f"Signed in as {ALLOWED}" in describe_visit(site, by_hand)
        # With a state of the thief's own, and a code of somebody else's: used up, and fresh.
        fresh = sign_in_by_hand(site, by_hand)
        for code in (httpx.URL(each).params["code"] for each in (back, fresh)):
            thief.get(httpx.URL(sign_in_by_hand(site, thief)).copy_set_param("code", code))
            assert "_streamlit_user" not in thief.cookies
            assert "Sign in to work on the list" in describe_visit(site, thief)
    kept = dict(by_hand.cookies)
    by_hand.get(back)  # and by whoever it is, again
    assert dict(by_hand.cookies) == kept
    replaying = httpx.Client(timeout=60, cookies={"session": kept.get("session", "")})
    with replaying:
        replaying.get(back)
        assert "Sign in to work on the list" in describe_visit(site, replaying)


@pytest.mark.parametrize("name", ["https://another.example", "{provider}/", ""])
def test_a_login_of_another_issuer_is_none(
    site: Site, by_hand: httpx.Client, provider: str, describing: Describing, name: str
) -> None:
    back = sign_in_by_hand(site, by_hand, "described")
    describing.name = name.format(provider=provider)
    try:
        by_hand.get(back)
        assert "_streamlit_user" not in by_hand.cookies
        assert "Sign in to work on the list" in describe_visit(site, by_hand)
    finally:
        describing.name = provider
    by_hand.get(sign_in_by_hand(site, by_hand, "described"))
    assert f"Signed in as {ALLOWED}" in describe_visit(site, by_hand)


def test_a_login_ends_by_a_form_of_our_page_alone(site: Site, by_hand: httpx.Client) -> None:
    by_hand.get(sign_in_by_hand(site, by_hand))
    ends = f"{site.server.url}/auth/logout"
    shown = describe_visit(site, by_hand)
    (token,) = set(re.findall(r"[0-9a-f-]{36}\.[0-9a-f]{32}\.[0-9a-f]{64}", shown))
    for path in ("", "/", "%0A", "?x=1"):
        for method in ("GET", "HEAD", "PUT"):
            refused = by_hand.request(method, ends + path)
            assert refused.status_code == (404 if path == "%0A" else 405)
            assert "set-cookie" not in refused.headers
    for body in (
        "",
        "logout_token=",
        f"logout_token={token[:-1]}{int(token[-1] == '0')}",
        "logout_token=" + "x" * 9_000,
    ):
        refused = by_hand.post(ends, content=body)
        assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    # Another's form fits no other login.
    with httpx.Client(timeout=60) as another:
        another.get(sign_in_by_hand(site, another))
        assert another.post(ends, data={"logout_token": token}).status_code == 403
    assert f"Signed in as {ALLOWED}" in describe_visit(site, by_hand)
    copied = httpx.Client(cookies=dict(by_hand.cookies))
    ended = by_hand.post(ends, data={"logout_token": token})
    assert ended.status_code == 200
    assert "_streamlit_user" not in by_hand.cookies
    assert "Sign in to work on the list" in describe_visit(site, by_hand)
    with copied:
        assert "You signed out; sign in again." in describe_visit(site, copied)
