"""What a call finds: estimates of the list by calls to a sample of it, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.i18n.language import format_date, format_number, format_percent, mark, ngettext
from geo.i18n.language import gettext as _
from pages.parts import notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.coverage.call_estimates import Estimate
    from geo.publishing.call_findings import Findings

_WORDS: Final[Mapping[str, str]] = {
    "reached": mark("The clinic answered the call"),
    "operating": mark("It operates and gives ketamine or esketamine"),
    "right_phone": mark("The listed phone number is right"),
    "right_address": mark("The listed address is right"),
    "right_both": mark("Phone number and address are right"),
    "new_patients": mark("It takes new patients"),
    "medicaid": mark("It takes Medicaid"),
    "medicare": mark("It takes Medicare"),
    "private_insurance": mark("It takes private insurance"),
    "wait_days": mark("Median wait for a first appointment"),
    "callers_agree_operating": mark("Two callers were told the same of whether it operates"),
    "callers_agree_all": mark("Two callers were told the same in all that both asked"),
}


def show(findings: Findings) -> None:
    """Draw the findings of a call day, dated."""
    first, last = format_date(findings.first_day), format_date(findings.last_day)
    when = _("on {day}").format(day=first)
    if first != last:
        when = _("from {first} to {last}").format(first=first, last=last)
    notices.show_part(
        _("What a call finds"),
        _(
            "Estimates for all {clinics} listed clinics, open or unconfirmed, by calls to {called} "
            "drawn at random, {when}. In brackets: 95-percent intervals."
        ).format(
            clinics=format_number(findings.clinics),
            called=format_number(findings.called),
            when=when,
        ),
    )
    rows = [
        {"what": _(_WORDS[name]), "estimate": _write(name, one), "answers": one.answers}
        for name, one in findings.estimates.items()
    ]
    headings = {
        "what": _("Of the listed clinics"),
        "estimate": _("Estimate"),
        "answers": _("Calls that told"),
    }
    with st.container(key="call_findings"):
        show_table(
            _("Insurance, new patients and the wait are of clinics that operate."),
            headings,
            rows,
            numbers=("estimate", "answers"),
        )


def _write(name: str, one: Estimate) -> str:
    if name == "wait_days":
        low, middle, high = (round(bound) for bound in (one.low, one.value, one.high))
        days = ngettext("{count} day", "{count} days", middle).format(count=format_number(middle))
        return f"{days} ({format_number(low)}–{format_number(high)})"
    return f"{format_percent(one.value)} ({format_percent(one.low)}–{format_percent(one.high)})"
