"""Clients are told apart by who the nearest trusted proxy saw, and no address can be read again."""

import pytest

from geo.errors import SchemaError
from geo.server.visitor_keys import VARIABLE, VisitorKeys, read_proxies

DAY = 86_400


def scope(peer, **headers):
    pairs = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return {"client": (peer, 4711) if peer else None, "headers": pairs}


@pytest.fixture
def keys(monkeypatch):
    monkeypatch.setenv(VARIABLE, "10.0.0.5, 2001:db8:ffff::/48")
    return VisitorKeys(read_proxies())


@pytest.mark.parametrize(
    "asking",
    [
        scope("198.51.100.7"),
        scope("198.51.100.7", x_forwarded_for="203.0.113.1", x_real_ip="203.0.113.1"),
        scope("::ffff:198.51.100.7"),
        scope("127.0.0.1", x_forwarded_for="198.51.100.7"),
        scope("127.0.0.1", x_forwarded_for="203.0.113.1, 198.51.100.7"),
        scope("127.0.0.1", x_forwarded_for="198.51.100.7:4711, 10.0.0.5"),
        scope("10.0.0.5", x_real_ip="198.51.100.7"),
        scope("2001:db8:ffff::1", x_forwarded_for="198.51.100.7"),
    ],
)
def test_the_client_is_the_last_that_is_no_trusted_proxy(keys, asking):
    assert keys.of(asking) == keys.of(scope("198.51.100.7"))
    assert keys.of(asking) != keys.of(scope("198.51.100.8"))


def test_an_address_of_version_six_is_its_subnet(keys):
    one = keys.of(scope("2001:db8:1:2::1"))
    assert one == keys.of(scope("127.0.0.1", x_forwarded_for="[2001:db8:1:2:ffff::9]:443"))
    assert one != keys.of(scope("2001:db8:1:3::1"))


@pytest.mark.parametrize("text", ["unknown", "_hidden", "1.2.3", "x" * 9_999])
def test_whoever_is_not_named_shares_one_key(keys, text):
    assert keys.of(scope("127.0.0.1", x_forwarded_for=text)) == keys.of(scope(None))


def test_a_proxy_that_names_nobody_is_the_client(keys):
    assert keys.of(scope("127.0.0.1", x_forwarded_for=" , ")) == keys.of(scope("127.0.0.1"))


def test_the_key_is_another_one_each_day_and_at_each_start():
    now = [0.0]
    keys = VisitorKeys(read_proxies(), lambda: now[0])
    asking = scope("198.51.100.7")
    today = keys.of(asking)
    now[0] = DAY - 1
    assert keys.of(asking) == today
    now[0] = DAY
    assert keys.of(asking) != today
    assert VisitorKeys(read_proxies()).of(asking) != today
    assert b"\xc6\x33\x64\x07" not in today
    assert not [each for each in vars(keys).values() if "198.51.100.7" in repr(each)]


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.0/99", "10.0.0.1/8", "*"])
def test_what_is_no_address_is_said(monkeypatch, text):
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(SchemaError, match=VARIABLE):
        read_proxies()
