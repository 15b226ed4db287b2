"""Who may work on the list: nobody unless turned on, and only as long as a login is young."""

from dataclasses import replace

import pytest

from geo.errors import AccessError
from geo.server import operators
from geo.server.door import COOKIE, Door
from geo.server.locality import Request
from geo.server.operators import (
    MODE_VARIABLE,
    Settings,
    admit,
    forget_old_marks,
    mark_of,
    read_settings,
    write_mark,
)

NOW = 1_800_000_000.0
HERE = Request("127.0.0.1", {"Host": "localhost:8501"}, "")
LISTED = Settings(allow=frozenset({"op@example.org"}), max_age_minutes=30)
LOGIN = {
    "email": "Op@Example.org",
    "email_verified": True,
    "iat": NOW - 60,
    "iss": "https://login.example.org",
    "sub": "1",
}


@pytest.fixture(autouse=True)
def _unset(monkeypatch):
    monkeypatch.delenv(MODE_VARIABLE, raising=False)


@pytest.fixture
def cookies(monkeypatch):
    """Those of a browser that was let in."""
    tokens = []
    door = Door()
    door.open(tokens.append)
    monkeypatch.setattr(operators, "DOOR", door)
    return {f"{COOKIE}8501": door.exchange(tokens[0])}


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_there_is_no_way_in_unless_it_is_made(tmp_path):
    settings = read_settings([tmp_path / "absent.toml"])
    assert not settings.on
    with pytest.raises(AccessError, match="turned off"):
        admit(settings, HERE, LOGIN, tmp_path, NOW)


def test_settings_are_read_anew_each_time(tmp_path):
    path = write(tmp_path / "secrets.toml", '[operators]\nallow = ["A@example.org "]\n')
    assert read_settings([path]) == Settings(allow=frozenset({"a@example.org"}))
    write(path, "[operators]\nallow = []\nmax_age_minutes = 5\n")
    assert not read_settings([path]).on


@pytest.mark.parametrize(
    "text",
    [
        "[operators\nallow = 's3cret'",
        "operators = 's3cret'",
        "[operators]\nallow = 's3cret'",
        "[operators]\nallow = [1]",
        "[operators]\nallow = ['a@b.c']\nmax_age_minutes = 0",
        "[operators]\nallow = ['a@b.c']\nmax_age_minutes = true",
    ],
)
def test_settings_that_make_no_sense_let_nobody_in_and_show_no_secret(tmp_path, text):
    with pytest.raises(AccessError) as caught:
        read_settings([write(tmp_path / "secrets.toml", text)])
    assert "s3cret" not in str(caught.value)


def test_a_listed_address_with_a_young_login_comes_in(tmp_path):
    assert admit(LISTED, HERE, LOGIN, tmp_path, NOW) == "op@example.org"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "other@example.org"}, "may not work"),
        ({"email": None}, "may not work"),
        ({"email_verified": False}, "may not work"),
        ({"email_verified": "true"}, "may not work"),
        ({"email_verified": None}, "may not work"),
        ({"iat": NOW - 31 * 60}, "older than 30 minutes"),
        ({"iat": NOW + 3600}, "older than 30 minutes"),
        ({"iat": None}, "older than 30 minutes"),
        ({"iat": "soon"}, "older than 30 minutes"),
    ],
)
def test_any_other_login_is_refused(tmp_path, change, words):
    with pytest.raises(AccessError, match=words):
        admit(LISTED, HERE, LOGIN | change, tmp_path, NOW)


def test_no_login_is_asked_to_sign_in(tmp_path):
    with pytest.raises(AccessError, match="Sign in"):
        admit(LISTED, HERE, {}, tmp_path, NOW)


def test_a_login_that_was_ended_opens_nothing_and_a_later_one_does(tmp_path):
    write_mark(mark_of(LOGIN), tmp_path)
    with pytest.raises(AccessError, match="signed out"):
        admit(LISTED, HERE, dict(LOGIN), tmp_path, NOW)
    assert admit(LISTED, HERE, LOGIN | {"iat": NOW - 5}, tmp_path, NOW) == "op@example.org"


def test_marks_are_kept_as_long_as_the_login_would_hold(tmp_path):
    write_mark(mark_of(LOGIN), tmp_path)
    (mark,) = (tmp_path / "signed_out").iterdir()
    made_at = mark.stat().st_mtime
    forget_old_marks(tmp_path, 30, made_at + 29 * 60)
    assert mark.exists()
    forget_old_marks(tmp_path, 30, made_at + 32 * 60)
    assert not mark.exists()


def test_an_end_that_cannot_be_written_down_is_said(tmp_path):
    write(tmp_path / "signed_out", "a file where the folder belongs")
    with pytest.raises(AccessError, match="cannot be recorded"):
        write_mark(mark_of(LOGIN), tmp_path)


@pytest.mark.parametrize(
    "request_",
    [
        HERE,
        Request("localhost", {"host": "127.0.0.1"}, "127.0.0.1"),
        Request("::1", {"HOST": "[::1]:8501"}, "::1"),
    ],
)
def test_the_local_mode_holds_on_this_machine_for_whoever_was_let_in(
    tmp_path, monkeypatch, cookies, request_
):
    monkeypatch.setenv(MODE_VARIABLE, "local")
    let_in = replace(request_, cookies=cookies)
    assert admit(read_settings([]), let_in, {}, tmp_path, NOW) == "local operator"
    with pytest.raises(AccessError, match="not let in yet"):
        admit(read_settings([]), request_, {}, tmp_path, NOW)
    for name, value in cookies.items():
        copied = replace(request_, cookies={name: value[:-1]})
        with pytest.raises(AccessError, match="not let in yet"):
            admit(read_settings([]), copied, {}, tmp_path, NOW)


@pytest.mark.parametrize(
    "request_",
    [
        Request("", {"Host": "localhost:8501"}, ""),
        Request("0.0.0.0", {"Host": "localhost:8501"}, ""),  # noqa: S104  what is refused
        Request("127.0.0.1", {"Host": "rebound.example.org:8501"}, ""),
        Request("127.0.0.1", {}, ""),
        Request("127.0.0.1", {"Host": "[::1].evil.example"}, ""),
        Request("unix:///run/clinics", {"Host": "localhost"}, ""),
        Request("127.0.0.1", {"Host": "localhost:8501"}, "192.0.2.7"),
        Request("127.0.0.1", {"Host": "localhost", "X-Forwarded-For": "192.0.2.7"}, ""),
        Request("127.0.0.1", {"Host": "localhost", "X-Forwarded-Proto": "https"}, ""),
        Request("127.0.0.1", {"Host": "localhost", "Forwarded": "for=192.0.2.7"}, ""),
        Request("127.0.0.1", {"Host": "localhost", "via": "1.1 proxy"}, ""),
    ],
)
def test_the_local_mode_ends_where_others_can_reach(tmp_path, monkeypatch, cookies, request_):
    monkeypatch.setenv(MODE_VARIABLE, "local")
    with pytest.raises(AccessError, match="same machine"):
        admit(read_settings([]), replace(request_, cookies=cookies), {}, tmp_path, NOW)
