"""How a reason is said: a message, and the forms in which its figures are written."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from geo.i18n.language import format_figure, format_percent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Form: TypeAlias = Callable[[Any], str]


class Words(NamedTuple):
    """How a reason is said.

    Parameters
    ----------
    message : in English, with a placeholder for each figure; two where they go with a `count`.
    forms : name of a figure -> how it is written; one that has no form is written as it is.
    """

    message: str | tuple[str, str]
    forms: Mapping[str, Form] = MappingProxyType({})


def written(form: str) -> Form:
    """Return what writes a number in one of Python's forms."""
    return lambda value: format_figure(float(value), form)


def write_dollars(value: float) -> str:
    """Return an amount in whole dollars."""
    return f"${format_figure(value, ',.0f')}"


WHOLE, TENTH, HUNDREDTH = written(".0f"), written(".1f"), written(".2f")
GROUPED: Final = written(",.0f")
PERCENT, PERCENT_TENTH = partial(format_percent, decimals=0), partial(format_percent, decimals=1)
