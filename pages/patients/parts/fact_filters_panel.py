"""The filters by facts: which are chosen, and the fields to choose them by.

A field appears where enough clinics in reach are known to have the fact, and stays while something
is chosen in it; beside it stands for how many clinics the fact is known.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.clinics.fields import find
from geo.clinics.values import describe
from geo.i18n.language import format_number
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.search.fact_filters import FACTS
from pages.parts.finder_state import FinderState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

from geo.search.fact_filters import Known

ANYTHING: Final = ""


def read_wanted() -> dict[str, str]:
    """Return what is chosen: field -> code."""
    for name in FACTS:
        FinderState.fact(name).keep_choice(_options(name))
    return {name: code for name in FACTS if (code := FinderState.fact(name).read_or(ANYTHING))}


def choose_by_link(link: Mapping[str, str]) -> bool:
    """Choose what a link names; return whether it named something that there is not."""
    for name in FACTS:
        code = link.get(name, ANYTHING)
        FinderState.fact(name).write(code if code in _options(name) else ANYTHING)
    return any(link.get(name, ANYTHING) not in _options(name) for name in FACTS)


def lift(name: str) -> None:
    """Choose nothing of a fact any more; what is no fact is left alone."""
    if name in FACTS:
        FinderState.fact(name).write(ANYTHING)


def describe_wanted(wanted: Mapping[str, str]) -> list[str]:
    """Return what is chosen in words, such as "Payment: Medicaid"."""
    return [
        _("{label}: {words}").format(
            label=_(find(name).label), words=", ".join(describe(find(name), code))
        )
        for name, code in wanted.items()
    ]


def show(
    known: Mapping[str, Known], wanted: Mapping[str, str], on_change: Callable[[], None]
) -> None:
    """Draw the fields.

    Parameters
    ----------
    known : of the search; none before one.
    wanted : of `read_wanted`.
    on_change : called when something is chosen.
    """
    for name in FACTS:
        of = known.get(name)
        if name not in wanted and (of is None or not of.is_enough):
            continue
        label = _(find(name).label)
        if of is not None:
            label = _("{label} (known for {known} of {count})").format(
                label=label, known=format_number(of.known), count=format_number(of.clinics)
            )
        st.selectbox(
            label,
            _options(name),
            key=FinderState.fact(name).key,
            persist_state="session",  # as what is asked stays while another page is read
            format_func=partial(_name_code, name),
            on_change=on_change,
        )


def _options(name: str) -> list[str]:
    return [ANYTHING, *FACTS[name]]


def _name_code(name: str, code: str) -> str:
    field = find(name)
    return sentence_case(", ".join(describe(field, code)) or _(field.anything))
