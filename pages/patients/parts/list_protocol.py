"""What the list of clinics in the browser is sent, and what it sends back.

data/assets/protocol.d.ts has the same types for the scripts there. What comes from a browser may
still be anything, and is read by `pages.parts.events`.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from geo.search.clinic_card import ClinicFacts


class CardLabels(TypedDict):
    """The words of a card's own controls."""

    onMap: str
    details: str
    noContact: str


class CardPage(TypedDict):
    """The way to the clinic's own page, where a server answers it; `title` is for who listens."""

    text: str
    title: str
    href: str


class ClinicCard(ClinicFacts):
    """A clinic in a list; `band` is a key of the list's `bands`."""

    page: CardPage | None
    rank: int | None
    band: int | None
    distance: str
    certainty: str
    warnings: list[str]
    labels: CardLabels


class CardSection(TypedDict):
    """Cards that stand apart from the first list."""

    heading: str
    lead: str
    cards: list[ClinicCard]


class ListSource(TypedDict):
    """Where a statement is from."""

    title: str
    url: str


class Trip(TypedDict):
    """The trips of one treatment."""

    treatment: str
    text: str
    sources: list[ListSource]


class Trips(TypedDict):
    """The fold of the trips."""

    heading: str
    choose: str
    trips: list[Trip]


class Step(TypedDict):
    """One thing to do."""

    text: str
    points: list[str]
    sources: list[ListSource]


class Steps(TypedDict):
    """What to do where the nearest clinic is far away."""

    heading: str
    steps: list[Step]


class ReportLine(TypedDict):
    """How to tell of a mistake; `href` is empty where there is no link."""

    words: str
    link: str
    href: str


class ListOffer(TypedDict):
    """Another search, one click away; `kind` and `value` are sent back."""

    kind: str
    value: str | int
    label: str


class ListPages(TypedDict):
    """Where one is in a long list."""

    now: int
    count: int
    label: str
    words: str
    previous: str
    next: str


class ListAnswer(TypedDict):
    """The answer to a search, or what stands there before one.

    `link` is the query of a link that reopens it; with a new `focus` the heading takes the focus,
    unless it is to be `quiet`.
    """

    kind: Literal["answer", "error"]
    heading: str
    shown: str
    notes: list[str]
    facts: list[str]
    actions: list[ListOffer]
    rule: str
    ride: str
    bands: dict[int, str]
    trips: Trips | None
    steps: Steps | None
    report: ReportLine | None
    link: str | None
    cards: list[ClinicCard]
    going_on: list[CardSection]
    pages: ListPages | None
    sections: list[CardSection]
    selected: str | None
    focus: int
    quiet: bool


class ListLabels(TypedDict):
    """The words of the list's own controls."""

    region: str
    actions: str
    copy: str
    copied: str
    print: str
    reopen: str
    keep: str
    kept: str
    source: str


class ListMessage(ListAnswer):
    """All that clinic_list.js is sent."""

    labels: ListLabels


class ListEvent(TypedDict):
    """What a person did in the list: `select` a clinic, turn to a `page`, or take an offer."""

    kind: str
    value: str | int
    count: int


class ListTriggers(TypedDict):
    """What clinic_list.js sends."""

    event: ListEvent
