"""The page Methods as HTML: the text of `geo.publishing.methods`, the measures and the codebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from geo.coverage import travel_times
from geo.coverage.column_types import TYPES
from geo.coverage.coverage_exports import CODEBOOK, cite
from geo.i18n.language import gettext as _
from geo.publishing import methods
from pages.analysts.parts.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


def build(release_id: str, as_of: date) -> str:
    """Return the contents and the sections, in the language of this run.

    Parameters
    ----------
    release_id, as_of : the release to cite.
    """
    sections = list(_build_sections(release_id, as_of))
    links = "".join(
        f'<li><a href="#{key}">{escape(heading)}</a></li>' for key, heading, _body in sections
    )
    title = escape(_("On this page"))
    bodies = "".join(
        f'<section id="{key}" tabindex="-1" aria-labelledby="{key}-heading">'
        f'<h2 id="{key}-heading">{escape(heading)}</h2><div class="statement">{body}</div></section>'
        for key, heading, body in sections
    )
    return (
        f'<div class="guidance"><nav class="contents" aria-label="{title}"><p>{title}</p>'
        f'<ol role="list">{links}</ol></nav><div class="guidance-text">{bodies}</div></div>'
    )


def _build_sections(release_id: str, as_of: date) -> Iterator[tuple[str, str, str]]:
    """Give each section: the key of its link, its heading, its HTML."""
    yield "measures", _("Definitions"), _build_measures()
    yield "formulas", _("Formulas"), _build_formulas()
    for part in methods.describe():
        items = "".join(f"<li>{escape(words)}</li>" for words in part.sentences)
        yield part.key, part.heading, f"<ul>{items}</ul>"
    yield "codebook", _("Codebook"), build_codebook()
    yield "drives", _("Codebook of travel times"), _build_drive_columns()
    yield "cite", _("How to cite"), _build_citation(release_id, as_of)


def _build_measures() -> str:
    terms = "".join(
        f"<dt>{escape(measure.label)}</dt><dd>{escape(measure.definition)}</dd>"
        for measure in MEASURES.values()
    )
    return f"<dl>{terms}</dl>"


def _build_formulas() -> str:
    terms = "".join(
        f"<dt>{escape(_(formula.gives))}</dt>"
        f'<dd><p class="formula" translate="no">{escape(formula.signs)}</p>'
        f"{escape(_(formula.means))}</dd>"
        for formula in methods.FORMULAS
    )
    return f"<dl>{terms}</dl>"


def build_codebook() -> str:
    """Return what the columns of the files mean, with type and unit, in the language of this run."""
    terms = "".join(
        f'<dt><code translate="no">{escape(column)}</code></dt>'
        f'<dd>{escape(_(meaning))} <span class="kind">{escape(_name_kind(column))}</span></dd>'
        for column, meaning in CODEBOOK.items()
    )
    lead = escape(_("What the columns of the files mean."))
    return f"<p>{lead}</p><dl>{terms}</dl>"


def _name_kind(column: str) -> str:
    kind = TYPES[column]
    return f"({_(kind.type)}, {_(kind.unit)})" if kind.unit else f"({_(kind.type)})"


def _build_drive_columns() -> str:
    terms = "".join(
        f'<dt><code translate="no">{escape(column)}</code></dt><dd>{escape(_(meaning))}</dd>'
        for column, meaning in travel_times.CODEBOOK.items()
    )
    return f"<dl>{terms}</dl>"


def _build_citation(release_id: str, as_of: date) -> str:
    texts = (cite(release_id, as_of), methods.cite_as_bibtex(release_id, as_of))
    return "".join(f'<pre tabindex="0" translate="no">{escape(text)}</pre>' for text in texts)
