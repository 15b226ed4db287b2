"""One page: the places it names and what is said of each, however it is written."""

import json
import time

import pytest

from geo.enriching.found import keep_organisations, read_page, write_page
from geo.enriching.page_reading import read_page as read_html_page

URL = "https://alder.example/contact"


def read(body, head="", towns=()):
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return read_html_page(html.encode(), URL, towns)


def place(body, **more):
    [found] = read(body, **more).places
    return found


@pytest.mark.parametrize(
    ("text", "street", "unit", "city", "code"),
    [
        ("1 Oak St, Salem, OR 97301", "1 Oak St", "", "Salem", "97301"),
        ("1 Oak St Suite 2, Salem, OR 97301-1234", "1 Oak St", "Suite 2", "Salem", "97301"),
        ("1 Oak St, Salem, Oregon 97301", "1 Oak St", "", "Salem", "97301"),
        ("1 Oak St, Salem, OR", "1 Oak St", "", "Salem", ""),
        ("1600 Tower Plaza, Denver CO 80202", "1600 Tower Plaza", "", "Denver", "80202"),
        ("Visit us at 1 Oak St #4 in Salem, OR", "", "", "", ""),
        ("100 Highway 59 N, Houston, TX 77002", "100 Highway 59 N", "", "Houston", "77002"),
        ("12 E 12th St., St. Louis, MO 63101", "12 E 12th St", "", "St. Louis", "63101"),
        ("P.O. Box 12, Salem, OR 97301", "", "", "", ""),
        ("1 Oak St, Salem, OR 10001", "", "", "", ""),
        ("1 Oak St, Nowhereville, OR", "", "", "", ""),
        ("We treat 12 patients OR more", "", "", "", ""),
        ("Mailing address: 1 Oak St, Salem, OR 97301", "", "", "", ""),
        ("Our old office: 1 Oak St, Salem, OR 97301", "", "", "", ""),
    ],
)
def test_an_address_in_text_is_read_if_the_country_has_it(text, street, unit, city, code):
    found = read(f"<p>{text}</p>").places
    if not street:
        assert [one.street for one in found if one.street == "1 Oak St" and one.city == city] == []
        return
    [one] = found
    assert (one.street, one.unit, one.city, one.zip) == (street, unit, city, code)


def test_lines_of_an_address_belong_together():
    found = place("<div>Visit us<br>1 Oak St<br>Suite 2<br>Salem, OR 97301<br>503-555-0111</div>")
    assert (found.street, found.unit, found.city) == ("1 Oak St", "Suite 2", "Salem")


def test_what_is_marked_up_wins_and_people_in_it_are_left_out():
    item = {
        "@graph": [
            {"@type": "Person", "name": "Jane Roe", "telephone": "503-555-0999"},
            {
                "@type": ["MedicalClinic"],
                "name": "Alder Ketamine",
                "telephone": "(503) 555-0111",
                "employee": {"name": "Jane Roe", "telephone": "503-555-0998"},
                "address": "1 Oak St, Ste 2, Salem, OR 97301",
                "openingHours": ["Mo-Fr 09:00-17:00", "Sa 10:00-14:00"],
                "paymentAccepted": "Cash, Medicare",
            },
        ]
    }
    head = f'<script type="application/ld+json">{json.dumps(item)}</script>'
    page = read("Ketamine, by Jane Roe, MD", head=head)
    [found] = page.places
    assert found.phone == "+15035550111"
    assert found.hours == "Mo-Fr 09:00-17:00; Sa 10:00-14:00"
    assert found.payment == "medicare;self_pay"
    assert page.names == ("Alder Ketamine",)
    assert "Roe" not in json.dumps(write_page(page))
    assert read_page(json.loads(json.dumps(write_page(page)))) == page


def test_two_places_on_a_page_keep_their_telephones():
    cards = "".join(
        f"<div><h3>{town}</h3><p>{at} Oak St<br>{town}, OR {code}</p><p>503-555-010{at}</p></div>"
        for at, town, code in ((1, "Salem", "97301"), (2, "Portland", "97201"))
    )
    found = {one.city: one.phone for one in read(cards).places}
    assert found == {"Salem": "+15035550101", "Portland": "+15035550102"}


def test_faxes_and_crisis_lines_are_no_telephone():
    page = read(
        "<p>Fax: 503-555-0102</p><p>Phone 503-555-0101 Fax 503-555-0103</p>"
        '<p>Crisis: <a href="tel:1-800-273-8255">1-800-273-8255</a></p>'
    )
    assert page.phones == ("+15035550101",)


@pytest.mark.parametrize(
    ("body", "hours"),
    [
        ("<p>Hours: Mon-Fri 9am - 5pm</p>", "Mo-Fr 09:00-17:00"),
        (
            "<table><tr><td>Monday</td><td>9:00 AM - 5:00 PM</td></tr><tr><td>Tuesday</td>"  # noqa: ISC004
            "<td>Closed</td></tr></table>",
            "Mo 09:00-17:00; Tu off",
        ),
        ("<dl><dt>Monday</dt><dd>9:00 AM - 5:00 PM</dd></dl>", "Mo 09:00-17:00"),
        (
            "<p>Lunes a viernes de 9:00 a 17:00</p><p>Sábado: cerrado</p>",
            "Mo-Fr 09:00-17:00; Sa off",
        ),
        ("<p>By appointment on Mondays</p>", ""),
    ],
)
def test_hours_are_read_in_english_and_spanish(body, hours):
    assert read(body).hours == hours


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("We accept Medicare and most insurance.", "private_insurance;medicare"),
        ("We do not accept Medicaid. We accept Medicare.", "medicare"),
        ("Do you accept Medicaid?", ""),
        ("Medicare patients are welcome to ask.", ""),
        ("Financing is available through CareCredit.", "financing"),
    ],
)
def test_only_what_is_said_to_be_taken_counts_as_a_way_to_pay(text, codes):
    assert read(f"<p>{text}</p>").payment == codes


def test_of_links_only_what_tells_a_page_is_kept():
    links = (
        '<a href="/team/jane-roe">Jane Roe</a><a href="/jane">Jane Roe, MD</a>'
        '<a href="/x">Contact us</a><a href="/salem">Salem</a><a href="/m.pdf">Map</a>'
        '<a href="https://other.example/">Contact</a>'
    )
    site = "https://alder.example"
    assert read(links, towns=("Salem",)).links == (
        (f"{site}/jane", ""),
        (f"{site}/x", "Contact us"),
        (f"{site}/salem", "Salem"),
    )


def test_what_nobody_sees_is_not_read():
    body = (
        "<div hidden>1 Oak St, Salem, OR 97301</div><!-- 2 Oak St, Salem, OR 97301 -->"
        "<script>'3 Oak St, Salem, OR 97301'</script><p>Ketamine in Salem</p>"
    )
    page = read(body, towns=("Salem", "Bend"))
    assert page.places == ()
    assert page.towns == ("Salem",)
    assert page.speaks


def test_a_closed_clinic_and_a_parked_domain_are_told():
    assert read("<p>Alder has closed its doors.</p>").closed
    assert not read("<p>Closed on Mondays</p>").closed
    assert read("<p>This domain is for sale</p>").parked


def test_persons_names_are_no_organisations():
    names = ["Jane Roe, MD", "Dr. Jane Roe Psychiatry", "Home", "Alder Wellness", "Ketamine Clinic"]
    assert keep_organisations(names) == ("Alder Wellness",)


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 5_000 + "1 Oak St, Salem, OR 97301",
        "1 " * 50_000 + "Oak St, Salem, OR 97301",
        "OR " * 30_000,
        "9am mon " * 10_000,
        "503-555-0111 " * 1_500,
        "<b itemscope>" * 5_000,
        "<p itemscope itemprop='a' itemtype='x'>" * 25_000,
        '<script type="application/ld+json">' + "[" * 1_000_000 + "</script>",
        '<script type="application/ld+json">'
        + "[{}," * 100_000
        + "0"
        + "]" * 100_000
        + "</script>",
    ],
    ids=["deep", "numbers", "states", "hours", "phones", "items", "inside", "brackets", "lists"],
)
def test_a_page_that_attacks_is_read_in_linear_time(body):
    started = time.process_time()
    read(body)
    assert time.process_time() - started < 30
