"""The kinds of crisis, and whom to call, as the page and the command line say it, in the language of this run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geo.i18n import language
from geo.i18n.language import gettext as _

CHAT: Final = "https://988lifeline.org/chat"
CALL_988: Final = "tel:988"
TEXT_988: Final = "sms:988"
# "?&": Android reads the text after "?", iOS after "&"; the number stands clear of both.
TEXT_AYUDA: Final = "sms:988?&body=AYUDA"
TEXT_VETERANS: Final = "sms:838255"
CALL_911: Final = "tel:911"
CALL_POISON_HELP: Final = "tel:+18002221222"

_SPANISH: Final = "es"


class Kind(StrEnum):
    """What a text is a sign of; the first goes before the second where both are there."""

    SUICIDE = "suicide"
    OVERDOSE = "overdose"


@dataclass(frozen=True)
class Way:
    """One way to reach somebody: the words of a button and the address that it opens."""

    words: str
    href: str


@dataclass(frozen=True)
class Group:
    """Ways that serve one purpose, and the words before them, which may be "".

    Attributes
    ----------
    language : the code of the language of both, where it is not that of this run; else "".
    """

    lead: str
    ways: tuple[Way, ...]
    language: str = ""


@dataclass(frozen=True)
class Panel:
    """What is said, the most urgent first."""

    heading: str
    lead: str
    groups: tuple[Group, ...]


def build_panel(kind: Kind) -> Panel:
    """Return what to say and whom to call.

    Beside words of suicide there is no poison line, which would hint at a method.

    Source
    ------
    988lifeline.org (call, text, chat; press 2, AYUDA); veteranscrisisline.net (press 1, 838255);
    poison.org (911 or 1-800-222-1222).
    """
    return _build_suicide() if kind is Kind.SUICIDE else _build_overdose()


def _build_suicide() -> Panel:
    is_spanish = language.current() == _SPANISH
    english = (*_reach_in_english(), Way(_("Chat at 988lifeline.org"), CHAT))
    emergency = Group(_("In an emergency"), (Way(_("Call 911"), CALL_911),))
    veterans = Group(
        _("For veterans"),
        (Way(_("Call 988, press 1"), CALL_988), Way(_("Text 838255"), TEXT_VETERANS)),
    )
    groups = (
        (Group("", _reach_in_spanish()), emergency, Group(_("In English"), english), veterans)
        if is_spanish
        else (Group("", english), emergency, *_offer_spanish(), veterans)
    )
    return Panel(
        heading=_("Talk to someone now"),
        lead=_(
            "The 988 Suicide & Crisis Lifeline answers at any hour, for you or for someone you "
            "worry about."
        ),
        groups=groups,
    )


def _build_overdose() -> Panel:
    is_spanish = language.current() == _SPANISH
    return Panel(
        heading=_("If you or someone else took too much"),
        lead="",
        groups=(
            Group(
                _("If the person collapsed, has a seizure or is not breathing well:"),
                (Way(_("Call 911"), CALL_911),),
            ),
            Group(
                _("If not, call Poison Help at any hour:"),
                (Way(_("Call 1-800-222-1222"), CALL_POISON_HELP),),
            ),
            Group(
                _("To talk to someone at any hour, the 988 Suicide & Crisis Lifeline:"),
                _reach_in_spanish() if is_spanish else _reach_in_english(),
            ),
        ),
    )


def _offer_spanish() -> tuple[Group, ...]:
    """Return the ways in Spanish, in Spanish, for who reads no English; none without its catalogue."""
    name = language.available().get(_SPANISH)
    if name is None:
        return ()
    with language.using(_SPANISH):
        return (Group(name, _reach_in_spanish(), _SPANISH),)


def _reach_in_english() -> tuple[Way, ...]:
    return (Way(_("Call 988"), CALL_988), Way(_("Text 988"), TEXT_988))


def _reach_in_spanish() -> tuple[Way, ...]:
    return (
        Way(_("Call 988, press 2"), CALL_988),
        Way(_("Text AYUDA to 988"), TEXT_AYUDA),
    )
