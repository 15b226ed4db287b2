"""The page "Before you go" as HTML: contents, sections with their folds, sources in small print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
from markupsafe import Markup

from geo.guidance import page_contents
from geo.guidance.html_pieces import link
from geo.guidance.statement import WRITTEN, Kind
from geo.guidance.translation_review import describe_review
from geo.i18n.language import format_date, format_number, ngettext
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.guidance.statement import Check, Section, Source, Statement

    Checks = Mapping[tuple[str, str], Check]


def build_contents(sections: Sequence[Section]) -> Markup:
    """Return the table of contents, its links inside the page."""
    return page_contents.build({section.key: section.heading for section in sections})


def build_sections(sections: Sequence[Section], checks: Checks) -> Markup:
    """Return all sections; beside each source stands who checked the statement against it."""
    return Markup.escape(h.fragment[[_build_section(section, checks) for section in sections]])


def build_unchecked(sections: Sequence[Section], checks: Checks) -> Markup:
    """Return, once for the page, what is not yet checked, its list folded; empty where all is."""
    statements = [statement for section in sections for statement in section.statements]
    count = sum(bool(_find_unchecked(statement, checks)) for statement in statements)
    if not count:
        return Markup()
    words = ngettext(
        "{count} of the {total} statements below is not yet checked against the official page.",
        "{count} of the {total} statements below are not yet checked against the official page.",
        count,
    ).format(count=format_number(count), total=format_number(len(statements)))
    which = h.summary[_("Which ones, and their sources")]
    entries = [_build_unchecked_section(section, checks) for section in sections]
    return Markup.escape(h.div(".unchecked")[h.p[words], h.details[which, h.ul[entries]]])


def build_colophon() -> Markup:
    """Return when the text was written and, where it is translated, who reviewed that."""
    written = _("Text of {date}.").format(date=format_date(WRITTEN))
    words = f"{written} {describe_review()}".rstrip()
    return Markup.escape(h.p(".colophon")[words])


def _build_section(section: Section, checks: Checks) -> h.Element:
    """Return a section; what does not stand there at once is in a fold."""
    statements = [_build_statement(statement, checks) for statement in section.statements]
    shown, folded = statements[: section.shown], statements[section.shown :]
    name = f"{section.key}-heading"
    heading = h.h2(id=name)[section.heading]
    fold = None
    if folded and shown:
        more = _("More on this")
        label = f"{more}: {section.heading}"
        fold = h.details[h.summary(aria_label=label)[more], folded]
    elif not shown:
        fold = h.details[h.summary[heading], folded]
    return h.section(id=section.key, tabindex="-1", aria_labelledby=name)[
        heading if shown else None, shown, fold
    ]


def build_script() -> Markup:
    """Return the script that opens folds: of the section that the address names, and on paper all.

    The text arrives after the browser looked for that section.
    """
    return Markup(
        "<script>(() => {"
        "const open = (folds) => folds.forEach((fold) => { fold.open = true; });"
        "window.onhashchange = () => {"
        "const section = document.getElementById(location.hash.slice(1));"
        "if (!section) return;"
        "open(section.querySelectorAll('details:has(h2)'));"
        "section.scrollIntoView();"
        "};"
        "window.onbeforeprint = () => open(document.querySelectorAll('.guidance section details'));"
        "window.onhashchange();"
        "})();</script>"
    )


def _build_unchecked_section(section: Section, checks: Checks) -> h.Element | None:
    titles = dict.fromkeys(
        source.title
        for statement in section.statements
        for source in _find_unchecked(statement, checks)
    )
    if not titles:
        return None
    return h.li[h.a(href=f"#{section.key}")[section.heading], h.p["; ".join(titles)]]


def _find_unchecked(statement: Statement, checks: Checks) -> list[Source]:
    """Return the sources of a statement that have a page to check it against, and were not read."""
    return [
        source
        for source in statement.sources
        if source.kind in {Kind.OFFICIAL, Kind.PAPER} and (statement.key, source.key) not in checks
    ]


def _build_statement(statement: Statement, checks: Checks) -> h.Element:
    points = [h.li[point] for point in statement.points]
    sources = Markup("; ").join(
        Markup.escape(_build_source(source, checks.get((statement.key, source.key))))
        for source in statement.sources
    )
    return h.div(".statement", data_statement=statement.key)[
        h.p[statement.text],
        h.ul[points] if points else None,
        h.p(".sources")[_("Source:"), " ", sources],
    ]


def _build_source(source: Source, check: Check | None) -> h.Fragment:
    title = link(source.url, source.title) if source.url else source.title
    remark = _describe_check(source, check)
    return h.fragment[title, f" ({remark})" if remark else None]


def _describe_check(source: Source, check: Check | None) -> str:
    if check is not None:
        return _("checked on {date} against {page}").format(
            date=format_date(check.checked), page=check.page
        )
    if source.kind == Kind.COMMERCIAL:
        return _("weak evidence; there is no official page")
    return ""
