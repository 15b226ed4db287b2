"""The values of fields in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.clinics.forms import HOURS, Codes, PartialDate
from geo.clinics.hours import describe_hours
from geo.i18n.language import format_date
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from geo.clinics.field import Field


def describe(field: Field, value: str) -> list[str]:
    """Return what a value says, in the language of this run: a text a code, one of all else.

    Parameters
    ----------
    value : as tables hold it; "" says nothing.

    Examples
    --------
    >>> from geo.clinics.fields import find
    >>> describe(find("treatments"), "iv;at_home")
    ['IV infusion', 'at home']
    """
    if not value:
        return []
    if isinstance(field.form, Codes):
        return [_(words) for words in field.form.words(value)]
    if field.form == HOURS:
        return [describe_hours(value)]
    return [format_date(value) if isinstance(field.form, PartialDate) else value]
