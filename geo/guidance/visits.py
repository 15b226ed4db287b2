"""The statements of "Before you go" on visits: what they ask of one, what they cost, and where."""

from __future__ import annotations

from typing import Final

from geo.guidance.citations import cite
from geo.guidance.statement import WRITTEN, Section, Statement
from geo.i18n.language import format_date
from geo.i18n.language import gettext as _
from geo.search.wording import RIDE_HOME

_TELEHEALTH_ENDS: Final = "2026-12-31"


def list_visit_sections() -> tuple[Section, ...]:
    """Return the sections on visits in the order of the page."""
    return (
        _visit(),
        _course(),
        _cost(),
        _insurance(),
        _veterans(),
        _home(),
        _telehealth(),
    )


def _visit() -> Section:
    return Section(
        "visit",
        _("What a visit asks of you"),
        (
            Statement(
                "visit-spravato",
                _(
                    "You can have Spravato only at a site that is certified for it (REMS). Ask if "
                    "yours is, since we do not check it. The staff watch you for at least 2 hours. "
                    "Do not drive until the next day, after you have slept."
                ),
                cite("label", "rems"),
            ),
            Statement(
                "visit-warning",
                _("The label of Spravato has a boxed warning. It names:"),
                cite("label"),
                (
                    _("being very drowsy (sedation)"),
                    _("feeling cut off from yourself or the world (dissociation)"),
                    _("breathing that gets weak (respiratory depression)"),
                    _("abuse and misuse"),
                    _("thoughts of suicide"),
                ),
            ),
        ),
    )


def _course() -> Section:
    return Section(
        "course",
        _("What a course asks of you"),
        (
            Statement(
                "course-iv",
                _("IV ketamine is often six infusions over two to three weeks."),
                cite("clinics"),
            ),
            Statement(
                "course-esketamine",
                _("Esketamine is given twice a week for four weeks, then once a week or less."),
                cite("label"),
            ),
            Statement("course-home", _(RIDE_HOME), cite("label")),
            Statement(
                "course-ride",
                _(
                    "Ask the clinic who may take you home. Does a Medicaid ride count, or a taxi? "
                    "States must see to it that people on Medicaid can get to care that it covers."
                ),
                cite("cfr-431-53"),
            ),
            Statement(
                "course-infusions",
                _("For infusions, clinics differ in what they ask of you. Ask yours."),
                cite("clinics"),
            ),
        ),
        shown=3,
    )


def _cost() -> Section:
    return Section(
        "cost",
        _("What infusions of ketamine cost"),
        (
            Statement(
                "cost-infusion",
                _(
                    "Prices of $400 to $800 for one infusion are often named. They range from $300 "
                    "to $1,500. Most of the time, insurance does not pay. All this is weak evidence: "
                    "it comes from commercial web pages. Ask each clinic for its price."
                ),
                cite("prices"),
            ),
            Statement(
                "cost-tricare",
                _(
                    "TRICARE, the health plan of the military, does not cover ketamine for "
                    "depression. That is so by vein, by muscle, by mouth, or as a spray mixed to "
                    "order."
                ),
                cite("health-net"),
            ),
        ),
        shown=0,
    )


def _insurance() -> Section:
    return Section(
        "insurance",
        _("What insurance pays for esketamine (Spravato)"),
        (
            Statement(
                "insurance-ask",
                _(
                    "It differs by plan. Ask your plan and the clinic before the first visit. Some "
                    "plans must agree first. That is called prior authorization."
                ),
                cite("own"),
            ),
            Statement(
                "insurance-medicare",
                _(
                    "Medicare Part B has paid for the visit together with the drug since 2020. The "
                    "codes are G2082 and G2083."
                ),
                cite("cms-2020"),
            ),
            Statement(
                "insurance-tricare",
                _(
                    "TRICARE covers it for treatment-resistant depression, with prior "
                    "authorization."
                ),
                cite("humana-military-2020"),
            ),
            Statement(
                "insurance-medicaid",
                _(
                    "Medicaid differs by state and by plan. In Texas, Medicaid covers it with "
                    "authorization."
                ),
                cite("texas-medicaid"),
            ),
            Statement(
                "insurance-private",
                _(
                    "Several private insurers ask for prior authorization. At least one calls it "
                    "not medically necessary, and so does not pay."
                ),
                cite("carepartners-2022", "highmark", "bcbs-mississippi"),
            ),
        ),
        shown=0,
    )


def _veterans() -> Section:
    return Section(
        "veterans",
        _("If you are a veteran"),
        (
            Statement(
                "veterans-sites",
                _(
                    "The VA offers esketamine at some sites. Ask your VA care team, or look up a "
                    "site in the VA's own locator."
                ),
                cite("va-locator"),
            ),
        ),
        shown=0,
    )


def _home() -> Section:
    return Section(
        "home",
        _("Ketamine mixed to order, or used at home"),
        (
            Statement(
                "home-compounded",
                _(
                    "“Compounded” ketamine is mixed to order by a pharmacy. The FDA has not "
                    "checked how safe it is or how well it works."
                ),
                cite("fda-2022", "fda-2023"),
            ),
            Statement(
                "home-risk",
                _(
                    "The FDA has warned of compounded ketamine twice, on February 16, 2022 and on "
                    "October 10, 2023. Use at home adds risk."
                ),
                cite("fda-2022", "fda-2023"),
            ),
        ),
        shown=0,
    )


def _telehealth() -> Section:
    return Section(
        "telehealth",
        _("Visits by video"),
        (
            Statement(
                "telehealth-video",
                _(
                    "In a video visit, a clinic may look at whether the treatment is for you. "
                    "Esketamine is never sent home."
                ),
                cite("label"),
            ),
            Statement(
                "telehealth-rule",
                _(
                    "As of {date}: a drug under federal control may be prescribed without a visit "
                    "in person. Ketamine is such a drug. The rule that allows it ends on {last_day} "
                    "unless it is renewed."
                ).format(date=format_date(WRITTEN), last_day=format_date(_TELEHEALTH_ENDS)),
                cite("dea-2025"),
            ),
        ),
        shown=0,
    )
