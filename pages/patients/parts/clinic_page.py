"""The page of one clinic, as plain HTML: what its card says, and what each source says of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import htpy as h
from markupsafe import Markup

from geo.clinics.fields import FIELDS
from geo.clinics.forms import Codes
from geo.clinics.values import describe
from geo.clinics.vocabulary import SHOWN_STATUSES, STATUS_WORDS
from geo.guidance.crisis.panel_html import build_crisis_line
from geo.guidance.translation_review import describe_review
from geo.i18n import language
from geo.i18n.language import format_date
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.publishing.former_ids import find_former
from geo.search.clinic_card import describe_clinic, read_phone
from geo.search.wording import RIDE_HOME, describe_address
from geo.server.clinic_pages import LANGUAGE, ClinicPage
from pages.parts import loaders
from pages.patients.parts import clinic_json_ld

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from geo.releases import Release
    from geo.search.clinic_card import CardAction, CardListing, ClinicFacts

# Nothing is loaded, run or sent, whatever a clinic is called.
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
_STYLE: Final = Markup("""
:root { color-scheme: light dark; --ink: #17242d; --soft: #4d5d68; --line: #d6dade; --brand: #0b6661;
--paper: #fff; --note: #fff6dd; --note-line: #e5c873; --note-ink: #17242d }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf0; --soft: #a9b8c0; --line: #2d373e;
--brand: #5cc4bb; --paper: #10181e; --note: #2b2612; --note-line: #6b5a22; --note-ink: #f3ead0 } }
body { margin: 0; font: 1.0625rem/1.6 "Source Sans", system-ui, sans-serif; color: var(--ink);
background: var(--paper) }
header, main, footer { max-width: 44rem; margin: 0 auto; padding: 0 20px }
header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 20px; padding-block: 12px }
a { color: var(--brand); overflow-wrap: anywhere } header a, .press a { display: inline-block;
padding: 8px 0; min-height: 28px }
:focus-visible { outline: 3px solid #c77700; outline-offset: 2px }
.crisis { display: flex; flex-wrap: wrap; align-items: center; column-gap: 24px; padding: 2px
20px 2px max(20px, calc(50vw - 22rem)); background: var(--note); color: var(--note-ink);
border-block: 1px solid var(--note-line); font-size: .95rem }
.crisis a { display: inline-flex; align-items: center; min-width: 44px; min-height: 44px; color: inherit;
font-weight: 600 }
h1 { font-size: 1.875rem; line-height: 1.2; letter-spacing: -.015em; margin: 28px 0 4px;
text-wrap: balance; overflow-wrap: anywhere }
h2 { font-size: 1.125rem; line-height: 1.3; margin: 32px 0 8px } p { margin: 0 0 8px }
.status { border: 1px solid var(--note-line); background: var(--note); color: var(--note-ink);
border-radius: 12px; padding: 10px 16px; margin: 16px 0 } .soft, footer { color: var(--soft) }
.press { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 12px 0 0; padding: 0; list-style: none }
dl { display: grid; grid-template-columns: minmax(6rem, 11rem) 1fr; gap: 4px 16px; margin: 8px 0 }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
.sources dl { margin: 0 } .sources p { margin-bottom: 4px } .sources { margin: 0; padding: 0; list-style: none } .sources > li { padding: 12px 0;
border-top: 1px solid var(--line); break-inside: avoid } .detail { color: var(--soft) }
footer { width: min(44rem, 100% - 40px); padding: 24px 0 48px; font-size: .9375rem; border-top: 1px solid var(--line); margin-top: 32px }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: 6px } }
@media print { header { display: none } body { font-size: 11pt; color: #000; background: #fff }
.crisis { padding-inline: 0 } main, footer { max-width: none; padding-inline: 0 }
footer { width: auto } }
""")
_OF_A_SOURCE: Final = (
    "website", "treatments", "conditions", "payment", "hours", "languages", "ages", "email",
    "new_patients", "referral_needed", "wheelchair",
)  # fmt: skip
_STATED: Final = tuple(field for field in FIELDS if field.name in _OF_A_SOURCE)


def build(clinic_id: str) -> ClinicPage:
    """Return what is answered about an id, in the language of this run.

    Raises
    ------
    GeoError : the list cannot be read.
    """
    release = loaders.load_release()
    found = release.clinics[release.clinics["clinic_id"].eq(clinic_id)]
    if len(found):
        return _show(found.iloc[0], release)
    former = find_former(release).get(clinic_id)
    if former is None:
        words = _("No clinic of this list has this address.")
        return ClinicPage(_lay_out(words), HTTPStatus.NOT_FOUND)
    if former.into:
        return ClinicPage("", moved_to=former.into)
    words = _("No source that we read lists this clinic any more. It may still be open: ask.")
    gone = h.p(".status")[words]
    return ClinicPage(_lay_out(former.name, gone), HTTPStatus.GONE)


def _show(row: pd.Series, release: Release) -> ClinicPage:
    """Return the page of a clinic of the list."""
    listings = release.listings[release.listings["clinic_id"].eq(row["clinic_id"])]
    known = describe_clinic(row, listings)
    is_shown = row["status"] in SHOWN_STATUSES
    body = h.fragment[
        h.p[known["address"]],
        _write_status(known, is_open=row["status"] == "open"),
        _write_actions(known["actions"]) if is_shown else None,
        _write_details(known) if is_shown else None,
        _write_before_you_go(known) if is_shown else None,
        h.h2[_("Who says so")],
        _write_sources(known["listings"], listings),
    ]
    foot = _("As of {date}, release {release}.").format(
        date=format_date(release.as_of), release=release.id
    )
    html = _lay_out(row["name"], body, foot=foot, head=clinic_json_ld.build(row, known))
    gone = row["status"] == "withdrawn"
    return ClinicPage(html, HTTPStatus.GONE if gone else HTTPStatus.OK)


def _write_status(known: ClinicFacts, *, is_open: bool) -> h.Element:
    """Return on whose word a clinic is listed; where it is not plainly open, ahead of all else."""
    if is_open:
        return h.p(".soft")[known["source"]]
    if known["status"] in SHOWN_STATUSES:  # whose sentence begins with the word
        return h.p(".status")[known["source"]]
    word = STATUS_WORDS[known["status"]]
    status = h.strong[_(word)]
    return h.p(".status")[status, known["source"] and h.br, known["source"]]


def _write_actions(actions: list[CardAction]) -> h.Element:
    """Return what there is to press, with the number or address that paper shows."""
    if not actions:
        return h.p[_("No phone or website is known")]
    items = [
        h.li[
            h.a(href=one["href"], rel="noreferrer noopener")[one["text"]],
            h.fragment[" ", h.span(".detail")[one["detail"]]] if one["detail"] else None,
        ]
        for one in actions
    ]
    return h.ul(".press")[items]


def _write_details(known: ClinicFacts) -> h.Fragment:
    rows = [
        (detail["label"], ", ".join(detail["chips"]))
        for detail in known["details"]
        if detail["chips"]
    ]
    lines = [detail["text"] for detail in known["details"] if detail["text"]]
    lines += [known["certification"], known["remarks"]]
    return h.fragment[_write_pairs(rows), [h.p[line] for line in lines if line]]


def _write_before_you_go(known: ClinicFacts) -> h.Fragment:
    call = h.h2[_("Call before you visit.")] if known["phone"] else None
    return h.fragment[call, h.p[_(RIDE_HOME)]]


def _write_sources(described: list[CardListing], listings: pd.DataFrame) -> h.Element:
    """Return what each source says: when, where that can be read, and which facts."""
    items = []
    for told, (_index, listing) in zip(described, listings.iterrows(), strict=True):
        link = (
            h.fragment[" ", h.a(href=told["url"], rel="noreferrer noopener")[told["link"]]]
            if told["url"] and told["link"]
            else None
        )
        items.append(h.li[h.p[told["words"], link], _write_pairs(list(_list_stated(listing)))])
    return h.ol(".sources")[items]


def _list_stated(listing: pd.Series) -> Iterator[tuple[str, str]]:
    """Yield what a source states, a fact each: what it is called, and its words."""
    if where := describe_address(listing):
        yield _("Address"), sentence_case(where)
    if listing["phone"]:
        phone = read_phone(listing["phone"])
        yield _("Phone"), phone["text"] if phone else listing["phone"]
    for field in _STATED:
        words = describe(field, str(listing[field.name]))
        if words:
            in_case = map(sentence_case, words) if isinstance(field.form, Codes) else words
            yield _(field.label), ", ".join(in_case)


def _write_pairs(pairs: list[tuple[str, str]]) -> h.Element | None:
    if not pairs:
        return None
    return h.dl[[h.fragment[h.dt[label], h.dd[words]] for label, words in pairs]]


def _lay_out(
    heading: str, body: h.Node = None, *, foot: str = "", head: Markup | None = None
) -> str:
    """Return a whole page; the name of the site leads to the search."""
    site = _("Clinic Finder")
    code = language.current()
    known = language.available()
    links = [
        h.a(href=f"?{LANGUAGE}={name}", lang=name, hreflang=name)[sentence_case(words)]
        for name, words in known.items()
        if name != code
    ]
    alternates = [
        h.link(rel="alternate", hreflang=name, href=f"?{LANGUAGE}={name}") for name in known
    ]
    census = _(
        "These are listings found in public sources, not a census of clinics, and not checked by us "
        "with each clinic. We recommend no treatment and no clinic."
    )
    page = h.html(lang=code)[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(http_equiv="Content-Security-Policy", content=_POLICY),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.meta(name="referrer", content="no-referrer"),
            h.title[f"{heading} · {site}"],
            alternates,
            h.style[_STYLE],
            head,
        ],
        h.body[
            h.header[h.a(href=f"../?{LANGUAGE}={code}")[site], links],
            build_crisis_line(),
            h.main[h.h1[heading], body],
            h.footer[h.p[census], h.p[" ".join(filter(None, [foot, describe_review()]))]],
        ],
    ]
    return str(page)
