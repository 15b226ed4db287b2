"""The words of closed lists: statuses, kinds of evidence, treatments, states. No table is loaded.

Each list stands here once, in its order; other modules take it from here.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.i18n.language import mark

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(StrEnum):
    """Whether a clinic operates, in the order in which statuses are counted and listed."""

    OPEN = "open"
    UNCONFIRMED = "unconfirmed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATUSES: Final = tuple(status.value for status in Status)
SHOWN_STATUSES: Final = ("open", "unconfirmed")
"""Those that are shown and counted unasked; the others never are."""

OUT_STATUSES: Final = tuple(status for status in STATUSES if status not in SHOWN_STATUSES)

STATUS_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "open": mark("Open"),
        "unconfirmed": mark("Unconfirmed"),
        "closed": mark("Closed"),
        "withdrawn": mark("Withdrawn"),
    }
)

OPERATING: Final = ("", "yes", "closed", "unconfirmed", "withdrawn")
"""What a source says of whether the clinic operates; "" where it only names the clinic."""


class Evidence(StrEnum):
    """Kinds of source, the most trusted first."""

    OPERATOR = "operator"
    OWN_PAGE = "clinic_own_page"
    REGISTRY = "registry"
    PRESS = "press"
    DIRECTORY = "secondary_directory"
    CLAIMS = "claims"


EVIDENCE: Final = tuple(kind.value for kind in Evidence)
"""Kinds of source, the most trusted first."""

EVIDENCE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "operator": mark("checked by us"),
        "clinic_own_page": mark("clinic's own page"),
        "registry": mark("registry"),
        "press": mark("press"),
        "secondary_directory": mark("directory"),
        "claims": mark("Medicare's payments"),
    }
)


class Treatment(StrEnum):
    """Codes of treatments, in the order in which a `treatments` text lists them."""

    IV = "iv"
    IM = "im"
    ESKETAMINE = "esketamine"
    ORAL = "oral"
    NASAL = "nasal"
    ASSISTED_THERAPY = "assisted_therapy"
    AT_HOME = "at_home"


TREATMENTS: Final = tuple(treatment.value for treatment in Treatment)
"""Codes of treatments, in the order in which a `treatments` text lists them."""

_STATES: Final = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR VI GU AS MP"
)
STATES: Final = frozenset(_STATES.split())
"""States, the District of Columbia, Puerto Rico and the territories."""
