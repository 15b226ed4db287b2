"""A page of text: its table of contents, and its sections under headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
from markupsafe import Markup

from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping


def build(headings: Mapping[str, str]) -> Markup:
    """Return the table of contents, its links inside the page.

    Parameters
    ----------
    headings : section's id -> its heading.
    """
    title = _("On this page")
    links = [h.li[h.a(href=f"#{key}")[heading]] for key, heading in headings.items()]
    return Markup.escape(h.nav(".contents", aria_label=title)[h.p[title], h.ol(role="list")[links]])


def build_section(key: str, heading: str, body: h.Node) -> h.Element:
    """Return a section with its heading, to which the contents lead."""
    name = f"{key}-heading"
    return h.section(id=key, tabindex="-1", aria_labelledby=name)[
        h.h2(id=name)[heading], h.div(".statement")[body]
    ]
