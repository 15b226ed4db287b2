"""The document that a browser gets before any script has run, in the language it asks for.

Streamlit's own is titled after Streamlit, is white in the dark, and is empty until half a megabyte
of scripts has come. Ours has the site's name, its style and where to call in a crisis from the
first byte; they stand where the page will draw them, so that nothing moves when it does.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import htpy as h
from markupsafe import Markup
from starlette.datastructures import QueryParams

from geo.guidance.crisis.panel_html import build_crisis_line
from geo.i18n import language
from geo.i18n.language import gettext as _
from geo.maps import assets
from geo.server import changes
from geo.server import streamlit_seam as seam
from pages.parts import languages, mobile_layout, page_headings, streamlit_inside

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PATIENTS_PATHS: Final = frozenset(
    {
        page_headings.FIND,
        page_headings.BEFORE_YOU_GO,
        page_headings.DRIVE_TIME,
        page_headings.REPORT,
    }
)
_ANALYSTS_PATHS: Final = frozenset(
    {page_headings.COVERAGE, page_headings.WHERE_NEXT, page_headings.METHODS}
)
_ICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'%3E"
    "%3Ctext y='.9em' font-size='90'%3E🧭%3C/text%3E%3C/svg%3E"
)
# Streamlit's document is rewritten: what a browser has kept of it says nothing of ours.
_OF_THEIRS: Final = frozenset({b"content-length", b"etag", b"last-modified", b"accept-ranges"})


class Document:
    """ASGI middleware that puts our head and first words into Streamlit's document."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; where the answer is the document, rewrite it."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _asks_for_document(scope):
            await self._app(scope, receive, send)
            return
        # What is to be rewritten must come as it is.
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        scope = {**scope, "headers": plain}
        start: Message = {}
        parts: list[bytes] = []

        async def send_rewritten(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_document(message):
                start.update(message)
                return
            if not start or message["type"] != "http.response.body":
                await send(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = rewrite(b"".join(parts).decode(), scope).encode()
            kept = [pair for pair in start["headers"] if pair[0].lower() not in _OF_THEIRS]
            length = (b"content-length", str(len(body)).encode())
            await send({**start, "headers": [*kept, length]})
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, send_rewritten)


def _asks_for_document(scope: Scope) -> bool:
    """Tell whether a browser opens a page of ours, rather than a part of one or a map's frame."""
    return seam.FRAMES not in scope["path"] and any(
        b"text/html" in value for name, value in scope["headers"] if name == b"accept"
    )


def _is_document(message: Message) -> bool:
    """Tell whether an answer is Streamlit's document, whole."""
    headers = {name.lower(): value for name, value in message["headers"]}
    is_html: bool = headers.get(b"content-type", b"").startswith(b"text/html")
    return message["status"] == HTTPStatus.OK and is_html


def rewrite(document: str, scope: Scope) -> str:
    """Return Streamlit's document as ours; what is not found in it stays as it is."""
    with language.using(_choose_language(scope)):
        name = Markup.escape(h.title[_("Clinic Finder")])
        document = _replace(document, seam.DOCUMENT_TITLE, name)
        document = _replace(document, seam.DOCUMENT_WITHOUT_SCRIPT, _say_without_script())
        document = _replace(document, seam.DOCUMENT_SERVICE, Markup(""))
        document = document.replace(seam.DOCUMENT_ICON, f'href="{_ICON}"', 1)
        spoken = seam.DOCUMENT_LANGUAGE.replace(language.ENGLISH, language.current())
        document = document.replace(seam.DOCUMENT_LANGUAGE, spoken, 1)
        # Ahead of all scripts: nothing is painted before the style is there.
        style = h.link(rel="preload", as_="style", href=assets.url("app.css"))
        feed = h.link(rel="alternate", type="application/atom+xml", href=f".{changes.FEED}")
        head, head_end = seam.DOCUMENT_HEAD
        document = _put_after(document, head, h.fragment[style, feed])
        document = document.replace(head_end, f"{_build_preloads()}{head_end}", 1)
        # In the body, or the styles that Streamlit makes as it runs would come after ours and win.
        return _put_after(document, seam.DOCUMENT_BODY, _build_first_words(scope))


def _choose_language(scope: Scope) -> str:
    """Return the language that the address names, else the one that the browser asks for."""
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    return language.negotiate(accepted, QueryParams(scope["query_string"]).get(languages.PARAMETER))


def _replace(document: str, marks: tuple[str, str], words: Markup) -> str:
    """Return the document with the part from one mark to the other replaced."""
    first, last = marks
    before, found, rest = document.partition(first)
    _part, ended, after = rest.partition(last)
    return f"{before}{words}{after}" if found and ended else document


def _put_after(document: str, tag: str, words: Markup | h.Fragment) -> str:
    """Return the document with words after a tag."""
    return document.replace(tag, f"{tag}{words}", 1)


@cache
def _build_preloads() -> Markup:
    """Return the links by which a browser fetches early what the page will be drawn with."""
    return Markup.escape(
        h.fragment[
            [
                h.link(rel="modulepreload", crossorigin=True, href=f".{seam.STATIC}js/{name}")
                for name in streamlit_inside.list_early_pieces()
            ]
        ]
    )


def _say_without_script() -> Markup:
    """Return what is said where scripts are off."""
    words = _("This site needs JavaScript. With it switched off, no clinic can be looked up here.")
    style = h.style[".first-words .loading { display: none; }"]
    return Markup.escape(h.noscript[style, h.p(".without-script")[words]])


def _build_first_words(scope: Scope) -> Markup:
    """Return the style, and what stands on the page until the page itself does."""
    path = scope["path"]
    # With an answer to show, a phone has no room for the heading.
    query = QueryParams(scope["query_string"])
    is_asked = any(name in query for name in mobile_layout.LINK_NAMES)
    lead = None if is_asked else page_headings.build(path)
    crisis = build_crisis_line() if path in _PATIENTS_PATHS else None
    # The room of the analysts' own header.
    own = h.p(".own-header") if path in _ANALYSTS_PATHS else None
    return Markup.escape(
        h.fragment[
            h.link(rel="stylesheet", href=assets.url("app.css")),
            h.div(".first-words")[
                h.p(".wordmark")[_("Clinic Finder")],
                own,
                crisis,
                lead,
                h.p(".loading")[_("The page is on its way.")],
            ],
        ]
    )
