"""The page "Before you go" as HTML: contents, sections with their folds, sources in small print."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from geo.guidance.statement import WRITTEN, Kind
from geo.i18n.language import format_date, format_number, ngettext
from geo.i18n.language import gettext as _
from pages.parts import notices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.guidance.statement import Check, Section, Source, Statement

    Checks = Mapping[tuple[str, str], Check]


def build_contents(sections: Sequence[Section]) -> str:
    """Return the table of contents, its links inside the page."""
    links = "".join(
        f'<li><a href="#{section.key}">{escape(section.heading)}</a></li>' for section in sections
    )
    title = escape(_("On this page"))
    return (
        f'<nav class="contents" aria-label="{title}"><p>{title}</p><ol role="list">{links}</ol>'
        "</nav>"
    )


def build_sections(sections: Sequence[Section], checks: Checks) -> str:
    """Return all sections; beside each source stands who checked the statement against it."""
    return "".join(_build_section(section, checks) for section in sections)


def build_unchecked(sections: Sequence[Section], checks: Checks) -> str:
    """Return, once for the page, what is not yet checked, its list folded; "" where all is."""
    statements = [statement for section in sections for statement in section.statements]
    count = sum(bool(_find_unchecked(statement, checks)) for statement in statements)
    if not count:
        return ""
    words = ngettext(
        "{count} of the {total} statements below is not yet checked against the official page.",
        "{count} of the {total} statements below are not yet checked against the official page.",
        count,
    ).format(count=format_number(count), total=format_number(len(statements)))
    entries = "".join(_build_unchecked_section(section, checks) for section in sections)
    which = escape(_("Which ones, and their sources"))
    return (
        f'<div class="unchecked"><p>{escape(words)}</p>'
        f"<details><summary>{which}</summary><ul>{entries}</ul></details></div>"
    )


def build_colophon() -> str:
    """Return when the text was written and, where it is translated, who reviewed that."""
    written = _("Text of {date}.").format(date=format_date(WRITTEN))
    words = f"{written} {notices.describe_review()}".rstrip()
    return f'<p class="colophon">{escape(words)}</p>'


def _build_section(section: Section, checks: Checks) -> str:
    """Return a section; what does not stand there at once is in a fold."""
    statements = [_build_statement(statement, checks) for statement in section.statements]
    shown, folded = "".join(statements[: section.shown]), "".join(statements[section.shown :])
    words = escape(section.heading)
    heading = f'<h2 id="{section.key}-heading">{words}</h2>'
    if not shown:
        heading, fold = "", f"<details><summary>{heading}</summary>{folded}</details>"
    elif folded:
        more = escape(_("More on this"))
        name = f"{more}: {words}"
        fold = f'<details><summary aria-label="{name}">{more}</summary>{folded}</details>'
    else:
        fold = ""
    return (
        f'<section id="{section.key}" tabindex="-1" aria-labelledby="{section.key}-heading">'
        f"{heading}{shown}{fold}</section>"
    )


def build_script() -> str:
    """Return the script that opens folds: of the section that the address names, and on paper all.

    The text arrives after the browser looked for that section.
    """
    return (
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


def _build_unchecked_section(section: Section, checks: Checks) -> str:
    titles = dict.fromkeys(
        source.title
        for statement in section.statements
        for source in _find_unchecked(statement, checks)
    )
    if not titles:
        return ""
    link = f'<a href="#{section.key}">{escape(section.heading)}</a>'
    return f"<li>{link}<p>{escape('; '.join(titles))}</p></li>"


def _find_unchecked(statement: Statement, checks: Checks) -> list[Source]:
    """Return the sources of a statement that have a page to check it against, and were not read."""
    return [
        source
        for source in statement.sources
        if source.kind in {Kind.OFFICIAL, Kind.PAPER} and (statement.key, source.key) not in checks
    ]


def _build_statement(statement: Statement, checks: Checks) -> str:
    points = "".join(f"<li>{escape(point)}</li>" for point in statement.points)
    below = f"<ul>{points}</ul>" if points else ""
    sources = "; ".join(
        _build_source(source, checks.get((statement.key, source.key)))
        for source in statement.sources
    )
    lead = escape(_("Source:"))
    return (
        f'<div class="statement" data-statement="{statement.key}"><p>{escape(statement.text)}</p>'
        f'{below}<p class="sources">{lead} {sources}</p></div>'
    )


def _build_source(source: Source, check: Check | None) -> str:
    title = escape(source.title)
    if source.url:
        title = (
            f'<a href="{escape(source.url)}" target="_blank" rel="noreferrer noopener">{title}</a>'
        )
    remark = _describe_check(source, check)
    return f"{title} ({escape(remark)})" if remark else title


def _describe_check(source: Source, check: Check | None) -> str:
    if check is not None:
        return _("checked on {date} against {page}").format(
            date=format_date(check.checked), page=check.page
        )
    if source.kind == Kind.COMMERCIAL:
        return _("weak evidence; there is no official page")
    return ""
