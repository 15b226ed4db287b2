"""What there is to say of a field of listings and clinics; the fields stand in `geo.clinics.fields`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from geo.clinics import forms
from geo.clinics.forms import Codes

if TYPE_CHECKING:
    import re

    from geo.clinics.forms import Form


class Origin(Enum):
    """Where a clinic's value comes from."""

    LISTING = auto()
    """The most trusted listing that states it; of a field of several codes, all that state any."""
    ADDRESS = auto()
    """One listing together with the rest of the address."""
    DERIVED = auto()
    """All its listings, by a rule of its own."""
    LOCATED = auto()
    """Its position, once it is located."""


class Card(Enum):
    """How a patient's card shows a field that it has no place of its own for."""

    CHIPS = auto()
    """A row of words."""
    LINE = auto()
    """`Label: words`."""
    LINK = auto()
    """Something to press, among the links."""


@dataclass(frozen=True)
class Column:
    """How a column of somebody's table is taken for a field.

    Attributes
    ----------
    aliases : what such columns are called, in lower case, the field's own name first.
    look : finds something in nearly every value of such a column; None where that is asked of the
        cleaner of the field's form, or any text may stand there.
    telling : its look is enough without a name.
    hint : beside the name, what is expected.
    """

    aliases: tuple[str, ...]
    look: re.Pattern[str] | None = None
    telling: bool = False
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field.

    Attributes
    ----------
    name : of its column in tables and exports.
    says : what it says, for the codebook.
    label : what pages call it, marked for translation; "" where none names it.
    form : what its values look like; a text that is otherwise is cleaned by the form.
    column : how a source's table calls it; None where no source may state it.
    origin : where a clinic has it from; None where clinics have no such column.
    listed : whether listings have such a column.
    editable : whether an operator may say otherwise.
    needed : a listing without it names no place, and no clinic can be without it.
    in_name : a source that has no such column is asked by the name that it gives.
    card : how a card shows it; None where not at all, or in a place of its own.
    unknown : what a card says where it is not known; "" where nothing. Marked for translation.
    anything : what a search that asks for none of its codes calls that; "" where no search can ask
        for one. Marked for translation.
    since : the version of the schema that brought it; in what is older it is unknown.
    """

    name: str
    says: str
    label: str = ""
    form: Form = forms.LINE
    column: Column | None = None
    origin: Origin | None = None
    listed: bool = True
    editable: bool = False
    needed: bool = False
    in_name: bool = False
    card: Card | None = None
    unknown: str = ""
    anything: str = ""
    since: int = 1

    @property
    def several(self) -> bool:
        """Whether a value is a list: of sources that state some, a clinic has all."""
        return isinstance(self.form, Codes) and self.form.several
