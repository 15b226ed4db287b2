import socket

import pandas as pd

from geo.clinics.organisations import name_organisations


def organisation(website, name="A Clinic"):
    return name_organisations(pd.DataFrame({"website": [website], "name": [name]})).tolist()[0]


def test_clinics_of_one_domain_are_one_organisation():
    assert organisation("https://www.example.com/boise") == "domain:example.com"
    assert organisation("http://reno.example.com/") == "domain:example.com"
    assert organisation("https://example.co.uk/") == "domain:example.co.uk"


def test_a_site_builders_customers_are_apart():
    assert organisation("https://one.wixsite.com/a") != organisation("https://two.wixsite.com/a")


def test_a_shared_site_tells_no_organisation():
    assert organisation("https://www.facebook.com/aclinic") == organisation("")


def test_without_a_site_the_name_tells():
    assert organisation("", "St. Mary's Ketamine") == organisation("", "Saint Marys  KETAMINE")
    assert organisation("", "Other") != organisation("", "Another")
    assert organisation("http://192.168.0.1/", "Other") == organisation("", "Other")


def test_the_index_is_kept_and_nothing_may_be_there():
    table = pd.DataFrame({"website": ["https://a.example/"], "name": ["A"]}, index=[7])

    assert name_organisations(table).index.tolist() == [7]
    assert name_organisations(table.head(0)).empty


def test_no_network_is_used(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert organisation("https://offline.example.org/") == "domain:example.org"
