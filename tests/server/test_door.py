"""The operators' door of the local mode: one token a browser, one secret a run of the server."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from geo.errors import AccessError
from geo.server import announcing, door, locality
from geo.server.door import COOKIE, PATH, Door, OperatorsDoor
from tests import fresh_loop

ADDRESS = "http://localhost:8501"


@dataclass
class Browser:
    """A browser on a machine, which keeps the cookies it gets."""

    machine: str = "127.0.0.1"
    site: str = ADDRESS
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def get(self, address: str, method: str = "GET", **headers: str) -> httpx.Response:
        app = Starlette(middleware=[Middleware(OperatorsDoor, server_address="127.0.0.1")])

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app, client=(self.machine, 50_000))
            async with httpx.AsyncClient(
                transport=transport, base_url=self.site, cookies=self.cookies
            ) as client:
                reply = await client.request(method, address, headers=headers)
                self.cookies.update(client.cookies)
                return reply

        return fresh_loop.run(go())


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens that an open door has shown; pages and middleware share the door."""
    tokens: list[str] = []
    opened = Door()
    monkeypatch.setattr(door, "DOOR", opened)
    monkeypatch.setattr(announcing, "DOOR", opened)
    opened.open(tokens.append)
    return tokens


def test_a_token_is_used_up_and_the_next_is_shown(shown: list[str]) -> None:
    value = door.DOOR.exchange(shown[0])
    assert door.DOOR.knows({f"{COOKIE}8501": value})
    assert len(shown) == len(set(shown)) == 2
    with pytest.raises(AccessError, match="has been used"):
        door.DOOR.exchange(shown[0])
    assert len(shown) == 2
    other = door.DOOR.exchange(shown[1])
    assert other != value
    assert door.DOOR.knows({f"{COOKIE}8501": value})


@pytest.mark.parametrize("token", ["", "x", "é", "x" * 10_000])
def test_another_token_opens_nothing(shown: list[str], token: str) -> None:
    with pytest.raises(AccessError):
        door.DOOR.exchange(token)
    assert len(shown) == 1


def test_a_door_that_nobody_opened_takes_no_token_not_even_an_empty_one() -> None:
    with pytest.raises(AccessError):
        Door().exchange("")


def test_a_cookie_holds_for_one_run_and_under_its_own_signature_alone(shown: list[str]) -> None:
    value = door.DOOR.exchange(shown[0])
    name, _, signature = value.partition(".")
    forged = ["", ".", name, f"{name}.", f".{signature}", f"{name}x.{signature}", f"é.{signature}",
              f"{name}.{signature[:-1]}", f"{name}.{signature}0", Door()._sign(name)]  # fmt: skip
    for wrong in forged:
        assert not door.DOOR.knows({f"{COOKIE}8501": wrong}), wrong
    assert not door.DOOR.knows({"another": value})
    assert not Door().knows({f"{COOKIE}8501": value})
    door.DOOR.shut()
    assert not door.DOOR.knows({f"{COOKIE}8501": value})


def test_the_address_gives_a_cookie_that_no_script_and_no_other_site_gets(
    shown: list[str],
) -> None:
    client = Browser()
    reply = client.get(f"{PATH}?token={shown[0]}")
    assert (reply.status_code, reply.headers["location"]) == (303, "/operators")
    assert reply.headers["cache-control"] == "no-store"
    cookie = reply.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "max-age" not in cookie.lower()  # it ends with the browser
    assert shown[0] not in cookie
    # The browser that has it may come again by its own address; no other may.
    assert client.get(f"{PATH}?token={shown[0]}").status_code == 303
    assert len(shown) == 2
    again = Browser().get(f"{PATH}?token={shown[0]}")
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


def test_below_a_path_the_address_leads_to_the_pages_there(shown: list[str]) -> None:
    reply = Browser().get(f"/clinics{PATH}?token={shown[0]}")
    assert reply.headers["location"] == "/clinics/operators"


def test_the_address_leads_to_no_other_host(shown: list[str]) -> None:
    client = Browser()
    client.get(f"{PATH}?token={shown[0]}")
    for path in ("//elsewhere.example", "///elsewhere.example", "/\\elsewhere.example"):
        reply = client.get(f"{ADDRESS}{path}{PATH}")
        assert reply.status_code == 303
        assert urlsplit(reply.headers["location"].replace("\\", "/")).netloc == ""


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "OPTIONS"])
def test_nothing_but_opening_it_uses_a_token_up(shown: list[str], method: str) -> None:
    assert Browser().get(f"{PATH}?token={shown[0]}", method).status_code == 405
    assert Browser().get(f"{PATH}?token={shown[0]}").status_code == 303


HOSTS = ["", "evil.example", "evil.example:8501", "[::1].evil.example", "[::1].evil.example:8501",
         "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:127.0.0.1",
         "127.0.0.1@evil.example", "evil.example@127.0.0.1", "localhost@evil.example:80",
         "127.0.0.1:80:80", "[::1", "::1", "[::1]x", "127.0.0.1/evil.example", "localhost,evil",
         "192.0.2.7", "[::]", "127.0.0.1 evil.example", "rebound.localhost"]  # fmt: skip
HEADERS = [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "localhost"),
           ("X-Forwarded-Proto", "http"), ("x-real-ip", "::1"), ("Forwarded", "for=127.0.0.1"),
           ("Via", "1.1 proxy")]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_another_name_of_this_server_is_not_local(host: str) -> None:
    assert not locality.is_local(locality.Request("127.0.0.1", {"Host": host}, ""))


@pytest.mark.parametrize("header", HEADERS)
def test_what_a_proxy_hands_on_is_not_local_and_uses_no_token_up(
    shown: list[str], header: tuple[str, str]
) -> None:
    assert Browser().get(f"{PATH}?token={shown[0]}", **dict([header])).status_code == 403
    strangers = (Browser(site="http://evil.example"), Browser(machine="192.0.2.7"))
    for stranger in strangers:
        assert stranger.get(f"{PATH}?token={shown[0]}").status_code == 403
    assert len(shown) == 1


def test_without_a_terminal_the_address_is_in_a_file_of_its_owner(
    shown: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = tmp_path / "laid"
    kept = tmp_path / "operators_door_8501"
    kept.symlink_to(laid)  # somebody else's, in wait for the address
    with announcing.opened(ADDRESS, "127.0.0.1", tmp_path):
        assert not laid.exists()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        first = kept.read_text().strip()
        assert first.startswith(f"{ADDRESS}{PATH}?token=")
        assert Browser().get(first).status_code == 303
        assert kept.read_text().strip() != first
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        told = capsys.readouterr()
        assert str(kept) in told.err
        assert "token" not in told.err + told.out
    assert not kept.exists()
    assert len(shown) == 1  # those of another opening


def test_in_a_terminal_the_address_is_shown_there_and_nowhere_else(
    shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, terminal = os.openpty()
    with os.fdopen(terminal, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with announcing.opened(ADDRESS, "127.0.0.1", tmp_path):
            told = os.read(ours, 10_000).decode()
            assert list(tmp_path.iterdir()) == []
            address = next(word for word in told.split() if word.startswith("http"))
            assert Browser().get(address).status_code == 303
            assert "token=" in os.read(ours, 10_000).decode()  # for the next browser
        monkeypatch.undo()
    os.close(ours)
    assert shown


def test_where_it_cannot_be_written_that_is_said_and_nobody_comes_in(
    shown: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.write_text("a file where the folder belongs")
    with announcing.opened(ADDRESS, "127.0.0.1", home):
        assert "cannot be entered" in capsys.readouterr().err
    assert shown


@pytest.mark.parametrize("listens", ["", "0.0.0.0", "::", "192.0.2.7", "unix:///run/x"])  # noqa: S104
def test_a_server_that_others_reach_warns_and_shows_no_address(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    listens: str,
) -> None:
    never = Door()
    monkeypatch.setattr(announcing, "DOOR", never)
    with announcing.opened(ADDRESS, listens, tmp_path):
        assert "WARNING" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(AccessError):
            never.exchange(never._token)
