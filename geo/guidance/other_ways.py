"""What is said to those for whom no listed clinic is near, or who ask for treatment at home."""

from __future__ import annotations

from geo.guidance.citations import cite
from geo.guidance.statement import Section, Statement
from geo.i18n.language import gettext as _


def build_far_section() -> Section:
    """Return the steps to take where the nearest clinic is far away, in the order to take them."""
    return Section(
        "far-away",
        _("If the nearest clinic is far away"),
        (
            Statement(
                "far-plan",
                _("Call the number on your health plan's card. Ask three questions:"),
                cite("cfr-431-53", "own"),
                (
                    _("Is this treatment covered for me?"),
                    _("Which place near me do you pay for?"),
                    _("Is there a ride? Medicaid must see to rides to care that it covers."),
                ),
            ),
            Statement(
                "far-prescriber",
                _(
                    "Ask the person who prescribes your medicine now. They may know of a place "
                    "that we do not list, or of another treatment."
                ),
                cite("own"),
            ),
            Statement(
                "far-university",
                _(
                    "Call the nearest university hospital. Ask for psychiatry, and whether they "
                    "give esketamine or ketamine."
                ),
                cite("own"),
            ),
            Statement(
                "far-veterans",
                _(
                    "If you are a veteran, ask your VA care team. The VA offers esketamine at some "
                    "sites."
                ),
                cite("va-locator"),
            ),
            Statement(
                "far-telehealth",
                _(
                    "By video, a clinic may look at whether the treatment is for you. It cannot "
                    "give you esketamine: that is given on site only, and is never sent home. "
                    "Ketamine used at home adds risk; the FDA has warned of it."
                ),
                cite("label", "fda-2022", "fda-2023"),
            ),
        ),
        shown=0,
    )


def tell_at_home() -> str:
    """Return what is right of treatment at home, for those who look for it in the list."""
    return _(
        "We list places to go to. Esketamine is never sent home, and the FDA has warned that "
        "ketamine used at home adds risk. A clinic may talk to you by video first: ask it. There "
        "is more under “Before you go”."
    )
