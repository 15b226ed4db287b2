"""Pieces of HTML that pages share: links to other sites, and sentences with parts put in."""

from __future__ import annotations

import htpy as h
from markupsafe import Markup


def put_in(words: str, **parts: str | h.Element) -> Markup:
    """Return words as HTML with parts put in, of which texts are shown as they are."""
    return Markup.escape(words).format(**parts)


def build_paragraph(words: str, **parts: str | h.Element) -> h.Element:
    """Return a paragraph with parts put in."""
    return h.p[put_in(words, **parts)]


def link(address: str, words: str) -> h.Element:
    """Return a link to another site, which opens beside ours."""
    return h.a(href=address, target="_blank", rel="noreferrer noopener")[words]
