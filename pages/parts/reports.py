"""How visitors tell of mistakes in the list: by mail, by a form of this site, or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from geo.i18n.language import gettext as _
from pages.parts import languages, page_headings

REPORT_ADDRESS_VARIABLE: Final = "CLINIC_FINDER_REPORT_ADDRESS"
FORM_VARIABLE: Final = "CLINIC_FINDER_REPORTS"
FORM_ON: Final = "on"


@dataclass(frozen=True)
class ReportWay:
    """What a page says on how to tell of a mistake.

    Parameters
    ----------
    words : a sentence.
    link : the words of the link that follows it; "" where there is none.
    href : where that leads: `mailto:`, or a page of this site.
    """

    words: str
    link: str = ""
    href: str = ""


def find_report_address() -> str:
    """Return the mail address that the operator set for reports; "" where there is none."""
    return os.environ.get(REPORT_ADDRESS_VARIABLE, "").strip()


def is_form_on() -> bool:
    """Tell whether the operator switched the site's own form on, and set no mail address."""
    is_on = os.environ.get(FORM_VARIABLE, "").strip() == FORM_ON
    return is_on and not find_report_address()


def find_way() -> ReportWay:
    """Return how to tell of a mistake here, in the language of this run.

    For one line below a list, or on a page: `words`, and a link with the words `link` to `href`
    where `href` is not empty. A mail goes before the form; where there is neither, the words say so.
    """
    wrong = _("Is something in this list wrong?")
    if address := find_report_address():
        subject = quote(_("A mistake in the list of clinics"))
        return ReportWay(wrong, _("Write to us"), f"mailto:{quote(address)}?subject={subject}")
    if is_form_on():
        query = urlencode(languages.link_query())
        page = page_headings.REPORT.lstrip("/")  # a site may live below another's address
        return ReportWay(wrong, _("Tell us"), f"{page}?{query}" if query else page)
    return ReportWay(_("This site takes no reports of mistakes in its list."))
