"""More than sixty made-up clinics' sites of every awkward kind, behind one proxy on 127.0.0.1.

The program is told of the proxy as of any other, so that it asks for the sites by their own names.
`CLINICS` is what a list knows of them, `TRUTH` what their sites say that the list lacks.
"""

import gzip
import json

from tests.servers.loopback import RESET, Reply, Service

CLINICS = []
"""Rows of listings: `clinic_id`, `name`, `city`, `state`, `website`, and more where it is known."""

TRUTH = {}
"""By clinic, the facts that its site holds."""

SITES = {}
"""Host -> path -> reply."""

WEEK = "Mo-Fr 09:00-17:00"
TOWNS = (
    ("Salem", "OR", "97301", "503"), ("Austin", "TX", "78703", "512"),
    ("Houston", "TX", "77002", "713"), ("Denver", "CO", "80202", "303"),
    ("Chicago", "IL", "60601", "312"), ("Boise", "ID", "83702", "208"),
    ("Seattle", "WA", "98101", "206"), ("Phoenix", "AZ", "85004", "602"),
    ("Atlanta", "GA", "30303", "404"), ("Miami", "FL", "33130", "305"),
    ("Boston", "MA", "02108", "617"), ("Columbus", "OH", "43215", "614"),
    ("St. Louis", "MO", "63101", "314"), ("Nashville", "TN", "37203", "615"),
    ("Raleigh", "NC", "27601", "919"), ("Portland", "ME", "04101", "207"),
)  # fmt: skip


def page(body, head="", title="Ketamine therapy"):
    return Reply(
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head>"
        f"<body>{body}</body></html>".encode(),
        kind="text/html; charset=utf-8",
    )


def site(host, **pages):
    """Keep the pages of a site: `home`, and others by their path."""
    SITES[host] = {
        "/" + ("" if name == "home" else name.replace("__", "/")): reply
        for name, reply in pages.items()
    }


def clinic(key, name, town, truth, *, website=None, **known):
    city, state = town[:2]
    CLINICS.append(
        {
            "clinic_id": key,
            "name": name,
            "city": city,
            "state": state,
            "website": website or f"http://{key}.example/",
            **known,
        }
    )
    TRUTH[key] = truth


def number(town, last):
    return f"+1{town[3]}555{last:04}"


def spoken(phone):
    return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"


def facts(town, street, last, *, unit="", hours=WEEK, payment=""):
    found = {"street": street, "zip": town[2], "phone": number(town, last)}
    found |= {"unit": unit} if unit else {}
    found |= {"hours": hours} if hours else {}
    return found | ({"payment": payment} if payment else {})


def linked(*paths):
    return "".join(f'<a href="/{path}">{path.replace("-", " ").title()}</a> ' for path in paths)


def marked(name, town, truth, kind="MedicalClinic"):
    """Return JSON-LD of a place."""
    street = ", ".join(part for part in (truth["street"], truth.get("unit")) if part)
    item = {
        "@context": "https://schema.org",
        "@type": kind,
        "name": name,
        "telephone": spoken(truth["phone"]),
        "address": {
            "@type": "PostalAddress",
            "streetAddress": street,
            "addressLocality": town[0],
            "addressRegion": town[1],
            "postalCode": town[2],
        },
        "employee": {"@type": "Person", "name": "Jane Q. Roe", "telephone": "+12025550199"},
    }
    if "hours" in truth:
        item["openingHoursSpecification"] = [
            {
                "dayOfWeek": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
                "opens": "09:00",
                "closes": "17:00",
            }
        ]
    return item


def script(*items):
    return f'<script type="application/ld+json">{json.dumps(list(items))}</script>'


def card(town, truth, heading=""):
    unit = f"{truth['unit']}<br>" if truth.get("unit") else ""
    return (
        f"<div class=card><h3>{heading or town[0]}</h3><p>{truth['street']}<br>{unit}"
        f"{town[0]}, {town[1]} {town[2]}</p><p>Phone: {spoken(truth['phone'])}</p></div>"
    )


def _build_marked_up():
    """JSON-LD and microdata, at home or on another page, also broken."""
    for at, town in enumerate(TOWNS[:8]):
        key, name = f"marked{at}", f"Juniper{at} Ketamine Clinic"
        truth = facts(town, f"{100 + at} Juniper St", 100 + at, unit="Suite 4" if at % 2 else "")
        head = script(marked(name, town, truth))
        if at == 2:
            head = '<script type="application/ld+json">{"@type": "Clinic",}</script>' + head
        if at % 3:
            site(f"{key}.example", home=page("Ketamine here", head=head, title=name))
        else:
            site(
                f"{key}.example",
                home=page(f"{linked('about', 'contact')} Ketamine", title=name),
                contact=page("Write to us", head=head, title=name),
                about=page("<p>Jane Q. Roe, MD, founded it.</p>", title=name),
            )
        clinic(key, name, town, truth)
    for at, town in enumerate(TOWNS[8:12]):
        key, name = f"micro{at}", f"Larch{at} Wellness"
        truth = facts(town, f"{200 + at} Larch Ave", 200 + at)
        body = (
            f'<div itemscope itemtype="https://schema.org/MedicalBusiness"><h1 itemprop="name">{name}'
            '</h1><div itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">'
            f'<span itemprop="streetAddress">{truth["street"]}</span><span itemprop="addressLocality">'
            f'{town[0]}</span><span itemprop="addressRegion">{town[1]}</span><span '
            f'itemprop="postalCode">{town[2]}</span></div><span itemprop="telephone">'
            f'{spoken(truth["phone"])}</span><time itemprop="openingHours" datetime="{WEEK}">'
            "all week</time></div><p>Ketamine infusions.</p>"
        )
        site(f"{key}.example", home=page(body))
        clinic(key, name, town, truth)


def _build_written():
    """Addresses in elements, footers, sentences and lines; telephones beside faxes."""
    for at, town in enumerate(TOWNS[:6]):
        key, name = f"element{at}", f"Maple{at} Infusion Center"
        truth = facts(town, f"{300 + at} W Maple Blvd", 300 + at, unit="Ste 210")
        place = (
            f"<address>{truth['street']}, {truth['unit']}<br>{town[0]}, {town[1]} {town[2]}</address>"
            f"<p>Fax {spoken(number(town, 9000 + at))}</p>"
            f'<a href="tel:{truth["phone"]}">Call us</a>'
            "<p>Crisis? Call 988 or 1-800-273-8255.</p>"
            "<table><tr><td>Monday</td><td>9:00 AM - 5:00 PM</td></tr>"
            "<tr><td>Tuesday - Friday</td><td>9:00 AM - 5:00 PM</td></tr></table>"
        )
        truth["hours"] = "Mo 09:00-17:00; Tu-Fr 09:00-17:00"
        site(
            f"{key}.example",
            home=page(f"<h1>{name}</h1> Ketamine {linked('contact-us')}"),
            **{"contact-us": page(place)},
        )
        clinic(key, name, town, truth)
    for at, town in enumerate(TOWNS[6:12]):
        key, name = f"footer{at}", f"Nettle{at} Psychiatry"
        truth = facts(
            town,
            f"{400 + at} Nettle Road",
            400 + at,
            hours="",
            payment="private_insurance;medicare",
        )
        foot = (
            f"<footer>{name} | {truth['street']}, {town[0]}, {town[1]} {town[2]} | "
            f"{spoken(truth['phone'])}</footer>"
        )
        body = (
            "<p>Esketamine (Spravato).</p><p>We accept Medicare and most insurance plans. We do not "
            f"accept Medicaid.</p>{foot}"
        )
        site(f"{key}.example", home=page(body), about=page(f"About us {foot}"))
        clinic(key, name, town, truth)
    for at, town in enumerate(TOWNS[12:16]):
        key, name = f"lines{at}", f"Olive{at} Ketamine"
        truth = facts(
            town, f"{500 + at} E 12th St", 500 + at, unit="Suite B", hours="Mo-Th 08:30-16:00"
        )
        body = (
            f"<h1>{name}</h1><p>Open 24 hours online. Find our ketamine clinic here:</p><p>"
            f"{truth['street']}<br>Suite B<br>{town[0]}, {town[1]}<br></p><p>Tel "
            f"{truth['phone'][2:5]}.{truth['phone'][5:8]}.{truth['phone'][8:]}</p>"
            "<p>Hours: Mon-Thu 8:30am - 4pm</p>"
        )
        del truth["zip"]
        site(f"{key}.example", home=page(body))
        clinic(key, name, town, truth)


def _build_chains():
    """Branches on pages of their own, on one page, and in one list of JSON-LD."""
    towns = TOWNS[:6]
    truths = [
        facts(town, f"{600 + at} Poplar St", 600 + at, hours="") for at, town in enumerate(towns)
    ]
    branches = {
        f"locations__{town[0].lower()}": page(
            f"<header>Poplar Health, 1-888-555-0111 {linked('locations')}</header><h1>{town[0]}</h1>"
            f"<p>{truth['street']}, {town[0]}, {town[1]} {town[2]}</p>"
            f'<a href="tel:{truth["phone"]}">{spoken(truth["phone"])}</a>'
        )
        for town, truth in zip(towns, truths, strict=True)
    }
    links = "".join(
        f'<li><a href="/locations/{town[0].lower()}">{town[0]}</a></li>'
        for town in (*towns, TOWNS[9])
    )
    site(
        "poplar.example",
        home=page(f"<h1>Poplar Health</h1> Ketamine. 1-888-555-0111 {linked('locations')}"),
        locations=page(f"<ul>{links}</ul>"),
        **branches,
        locations__miami=page("<p>1 Other St, Miami, FL 33130</p><p>305-555-0001</p>"),
    )
    for town, truth in zip(towns, truths, strict=True):
        key = f"poplar-{town[0].lower()}"
        clinic(key, f"Poplar Health ({town[0]})", town, truth, website="http://poplar.example/")
    towns = TOWNS[6:11]
    truths = [
        facts(town, f"{700 + at} Quince Dr", 700 + at, hours="") for at, town in enumerate(towns)
    ]
    cards = "".join(card(town, truth) for town, truth in zip(towns, truths, strict=True))
    site(
        "quince.example",
        home=page(f"<h1>Quince TMS &amp; Ketamine</h1>{linked('our-locations')}"),
        **{"our-locations": page(cards)},
    )
    for town, truth in zip(towns, truths, strict=True):
        key = f"quince-{town[0].lower()}"
        clinic(key, "Quince TMS & Ketamine", town, truth, website="http://www.quince.example/")
    SITES["www.quince.example"] = SITES["quince.example"]
    towns = TOWNS[11:14]
    truths = [facts(town, f"{800 + at} Rowan Ct", 800 + at) for at, town in enumerate(towns)]
    items = [
        marked(f"Rowan Ketamine {t[0]}", t, truth) for t, truth in zip(towns, truths, strict=True)
    ]
    site(
        "rowan.example",
        home=page("Ketamine", head=script({"@graph": items}), title="Rowan Ketamine"),
    )
    for town, truth in zip(towns, truths, strict=True):
        key = f"rowan-{town[0].lower().strip('.').replace('. ', '-')}"
        clinic(key, "Rowan Ketamine", town, truth, website="http://rowan.example/")
    # Two branches in one town: of one the list knows the telephone, of two others nothing tells.
    town = TOWNS[2]
    one, other = (facts(town, f"{900 + at} Sumac St", 900 + at, hours="") for at in (0, 1))
    cards = card(town, one, "Heights clinic") + card(town, other, "Downtown clinic")
    site("sumac.example", home=page(f"<h1>Sumac Ketamine</h1>{cards}"))
    clinic("sumac-a", "Sumac Ketamine (Downtown)", town, other, website="http://sumac.example/")
    clinic("sumac-b", "Sumac Ketamine (Heights)", town, one, website="http://sumac.example/")


def _build_odd():
    """One each of what else there is."""
    town = TOWNS[0]
    truth = facts(town, "12 New Ave", 1001, hours="")
    site(
        "moved.example",
        home=page(
            "<h1>Tansy Ketamine</h1><p>Our old address was 1 Old Rd, Salem, OR 97302.</p><p>We have "
            f"moved to 12 New Ave, Salem, OR 97301. Call {spoken(truth['phone'])}.</p>"
        ),
    )
    clinic("moved", "Tansy Ketamine", town, truth)
    site(
        "closed.example",
        home=page(
            "<h1>Umber Ketamine</h1><p>Umber has closed its doors. 3 Sad St, Salem, OR 97301</p>"
        ),
    )
    clinic("closed", "Umber Ketamine", town, {})
    site("parked.example", home=page("This domain is for sale. Call 480-555-0100."))
    clinic("parked", "Viola Ketamine", TOWNS[7], {})
    site(
        "pdf.example",
        home=page(
            f'<h1>Willow Ketamine</h1>{spoken(number(town, 1002))} <a href="/c.pdf">Contact</a>'
        ),
        **{"c.pdf": Reply(b"%PDF-1.7 12 Pdf St, Salem, OR 97301", kind="application/pdf")},
    )
    clinic("pdf", "Willow Ketamine", town, {"phone": number(town, 1002)})
    site("script.example", home=page('<div id="root"></div><script>draw("1 A St")</script>'))
    clinic("script", "Yarrow Ketamine", town, {})
    truth = facts(TOWNS[1], "77 Zinnia Ln", 1003)
    head = script(marked("Zinnia Ketamine", TOWNS[1], truth))
    site("scripted.example", home=page('<div id="root"></div>', head=head, title="Zinnia Ketamine"))
    clinic("scripted", "Zinnia Ketamine", TOWNS[1], truth)
    for key, name, unit, last in (
        ("tower-a", "Aster Ketamine", "Suite 100", 1004),
        ("tower-b", "Bracken Wellness", "Suite 900", 1005),
    ):
        truth = facts(TOWNS[3], "1600 Tower Plaza", last, unit=unit, hours="")
        site(
            f"{key}.example",
            home=page(
                f"<h1>{name}</h1>Ketamine<p>1600 Tower Plaza, {unit}, Denver, CO 80202</p>"
                f"<p>{spoken(truth['phone'])}</p>"
            ),
        )
        clinic(key, name, TOWNS[3], truth)
    truth = facts(TOWNS[4], "9 Person St", 1006, hours="")
    site(
        "person.example",
        home=page(
            "<h1>Jane Q. Roe, MD</h1><p>Ketamine therapy</p><p>9 Person St, Chicago, IL 60601</p>"
            f"<p>{spoken(truth['phone'])}</p>",
            title="Jane Q. Roe, MD",
        ),
    )
    clinic("person", "Jane Q. Roe, MD", TOWNS[4], truth)
    truth = facts(TOWNS[5], "10 Image Way", 1007, hours="")
    del truth["phone"]
    site(
        "image.example",
        home=page('<h1>Clover Ketamine</h1>10 Image Way, Boise, ID 83702 <img src="phone.png">'),
    )
    clinic("image", "Clover Ketamine", TOWNS[5], truth)
    for at, town in enumerate((TOWNS[9], TOWNS[2])):
        truth = facts(
            town, f"{20 + at} Calle Sol", 1010 + at, payment="medicaid",
            hours="Mo-Fr 09:00-17:00; Sa 10:00-14:00; Su off",
        )  # fmt: skip
        site(
            f"sol{at}.example",
            home=page(f"<h1>Sol{at} Clinica de Ketamina</h1>{linked('contacto')}"),
            contacto=page(
                f"<p>{truth['street']}, {town[0]}, {town[1]} {town[2]}</p><p>Llame al "
                f"{spoken(truth['phone'])}. Aceptamos Medicaid.</p><p>Horario</p>"
                "<p>Lunes a viernes: 9:00 a.m. a 5:00 p.m.</p><p>Sábado: 10:00 a 14:00</p>"
                "<p>Domingo: cerrado</p>"
            ),
        )
        clinic(f"sol{at}", f"Sol{at} Clinica de Ketamina", town, truth)


def _build_hard_to_read():
    """What robots.txt, redirects, sizes and encodings do."""
    site(
        "keepout.example",
        home=page("Ketamine at 5 Shut St, Salem, OR 97301"),
        **{"robots.txt": Reply(b"User-agent: *\nDisallow: /\n", kind="text/plain")},
    )
    clinic("keepout", "Dahlia Ketamine", TOWNS[0], {})
    town = TOWNS[6]
    truth = facts(town, "6 Partly St", 1020, hours="")
    site(
        "partly.example",
        home=page(
            f"<h1>Elder Ketamine</h1>{linked('contact')}<p>6 Partly St, Seattle, WA 98101</p>"
            f"<p>{spoken(truth['phone'])}</p>"
        ),
        contact=page("<p>7 Hidden St, Seattle, WA 98101</p>"),
        **{"robots.txt": Reply(b"User-agent: clinicfinder\nDisallow: /con*\n", kind="text/plain")},
    )
    clinic("partly", "Elder Ketamine", town, truth)
    truth = facts(town, "8 Turn St", 1021, hours="")
    SITES["turn.example"] = {
        "/": Reply(b"", 301, headers={"Location": "http://www.turn.example/x"})
    }
    SITES["www.turn.example"] = {
        "/": Reply(b"", 302, headers={"Location": "/x"}),
        "/x": page(
            f"<h1>Fennel Ketamine</h1>8 Turn St, Seattle, WA 98101 {spoken(truth['phone'])}"
        ),
    }
    clinic("turn", "Fennel Ketamine", town, truth)
    SITES["inward.example"] = {"/": Reply(b"", 302, headers={"Location": "http://127.0.0.1/admin"})}
    clinic("inward", "Gorse Ketamine", town, {})
    SITES["huge.example"] = {"/": page("Ketamine " * 1_200_000)}
    clinic("huge", "Hazel Ketamine", town, {})
    SITES["broken.example"] = {"/": RESET, "/robots.txt": Reply(b"", 404)}
    clinic("broken", "Iris Ketamine", town, {})
    truth = facts(TOWNS[9], "30 Ñandú Way", 1022, hours="")
    body = f"<h1>Jacaranda Ketamine</h1>30 Ñandú Way, Miami, FL 33130 {spoken(truth['phone'])}"
    SITES["latin.example"] = {
        "/": Reply(
            f"<html><body>{body}</body></html>".encode("cp1252"), kind="text/html; charset=utf-8"
        )
    }
    clinic("latin", "Jacaranda Ketamine", TOWNS[9], truth)
    truth = facts(TOWNS[10], "40 Packed St", 1023, hours="")
    plain = page(f"<h1>Kelp Ketamine</h1>40 Packed St, Boston, MA 02108 {spoken(truth['phone'])}")
    SITES["packed.example"] = {
        "/": Reply(
            gzip.compress(plain.body), kind="text/html", headers={"Content-Encoding": "gzip"}
        )
    }
    clinic("packed", "Kelp Ketamine", TOWNS[10], truth)
    truth = facts(TOWNS[11], "50 Own St", 1024, hours="")
    site(
        "partner.example",
        home=page(
            "<h1>Lilac Ketamine</h1><p>50 Own St, Columbus, OH 43215</p>"
            f"<p>{spoken(truth['phone'])}</p><p>Our partner pharmacy: 60 Their St, Columbus, OH "
            "43215, (614) 555-7777</p>"
        ),
    )
    clinic("partner", "Lilac Ketamine", TOWNS[11], truth)
    SITES["sold.example"] = {"/": Reply(b"", 301, headers={"Location": "http://chain.example/"})}
    site(
        "chain.example",
        home=page("<h1>Ochre Health</h1>Ketamine<p>1 Hq Plaza, Salem, OR 97301</p>"),
    )
    clinic("sold", "Okra Ketamine", TOWNS[0], {})
    truth = facts(TOWNS[0], "31 New Name Rd", 1026, hours="")
    SITES["renamed.example"] = {
        "/": Reply(b"", 301, headers={"Location": "http://peony-care.example/"})
    }
    site(
        "peony-care.example",
        home=page(
            "<h1>Peony Ketamine Clinic</h1><p>Mailing address: PO Box 9, Salem, OR 97308</p>"
            f"<p>Visit: 31 New Name Rd, Salem, OR 97301</p>{spoken(truth['phone'])}"
        ),
    )
    clinic("renamed", "Peony Ketamine Clinic", TOWNS[0], truth)
    near = ("Littleton", "CO", "80120", "303")
    truth = facts(near, "70 Near St", 1025, hours="")
    site(
        "near.example",
        home=page(
            f"<h1>Mallow Ketamine</h1>70 Near St, Littleton, CO 80120 {spoken(truth['phone'])}"
        ),
    )
    clinic("near", "Mallow Ketamine", TOWNS[3], truth)
    site("away.example", home=page("<h1>Nigella Ketamine</h1>80 Far St, Boston, MA 02108"))
    clinic("away", "Nigella Ketamine", TOWNS[3], {})


for _build in (_build_marked_up, _build_written, _build_chains, _build_odd, _build_hard_to_read):
    _build()


class ClinicSites(Service):
    """The proxy: answers for every site by the name that is asked for."""

    def answer(self, request):
        pages = SITES.get(request.headers["host"])
        if pages is None:
            return Reply(b"no such host", 502)
        return pages.get(request.path, Reply(b"<html>Not found</html>", 404, kind="text/html"))
