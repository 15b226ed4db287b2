"""The page Methods as HTML: the text of `geo.publishing.methods`, the measures and the codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
from markupsafe import Markup

from geo.coverage import travel_times
from geo.coverage.column_types import TYPES
from geo.coverage.coverage_exports import CODEBOOK, cite
from geo.guidance import page_contents
from geo.i18n.language import gettext as _
from geo.publishing import methods
from pages.analysts.parts.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


def build(release_id: str, as_of: date) -> Markup:
    """Return the contents and the sections, in the language of this run.

    Parameters
    ----------
    release_id, as_of : the release to cite.
    """
    sections = list(_build_sections(release_id, as_of))
    return Markup.escape(
        h.div(".guidance")[
            page_contents.build({key: heading for key, heading, _body in sections}),
            h.div(".guidance-text")[
                [page_contents.build_section(*section) for section in sections]
            ],
        ]
    )


def _build_sections(release_id: str, as_of: date) -> Iterator[tuple[str, str, h.Node]]:
    """Give each section: the key of its link, its heading, its HTML."""
    yield "measures", _("Definitions"), _build_measures()
    yield "formulas", _("Formulas"), _build_formulas()
    for part in methods.describe():
        yield part.key, part.heading, h.ul[[h.li[words] for words in part.sentences]]
    yield "codebook", _("Codebook"), build_codebook()
    yield "drives", _("Codebook of travel times"), _build_drive_columns()
    yield "cite", _("How to cite"), _build_citation(release_id, as_of)


def _build_measures() -> h.Element:
    return h.dl[[(h.dt[measure.label], h.dd[measure.definition]) for measure in MEASURES.values()]]


def _build_formulas() -> h.Element:
    return h.dl[
        [
            (
                h.dt[_(formula.gives)],
                h.dd[h.p(".formula", translate="no")[formula.signs], _(formula.means)],
            )
            for formula in methods.FORMULAS
        ]
    ]


def build_codebook() -> h.Fragment:
    """Return what the columns of the files mean, with type and unit, in the language of this run."""
    terms = [
        (_name_column(column), h.dd[_(meaning), " ", h.span(".kind")[_name_kind(column)]])
        for column, meaning in CODEBOOK.items()
    ]
    return h.fragment[h.p[_("What the columns of the files mean.")], h.dl[terms]]


def _name_column(column: str) -> h.Element:
    return h.dt[h.code(translate="no")[column]]


def _name_kind(column: str) -> str:
    kind = TYPES[column]
    return f"({_(kind.type)}, {_(kind.unit)})" if kind.unit else f"({_(kind.type)})"


def _build_drive_columns() -> h.Element:
    columns = travel_times.CODEBOOK.items()
    return h.dl[[(_name_column(column), h.dd[_(meaning)]) for column, meaning in columns]]


def _build_citation(release_id: str, as_of: date) -> list[h.Element]:
    texts = (cite(release_id, as_of), methods.cite_as_bibtex(release_id, as_of))
    return [h.pre(tabindex="0", translate="no")[text] for text in texts]
