"""What the words of sources and of lists of licences say of whether a clinic operates.

Whoever has lost its licence, or has none yet, is not to be shown to patients: such words count as a
report that it is closed. A word that is not known here counts for nothing but a doubt.
"""

from __future__ import annotations

import unicodedata
from typing import Final

OPEN: Final = "yes"
CLOSED: Final = "closed"
DOUBTFUL: Final = "unconfirmed"

# In the order in which they are looked for. Each is a word or words in a row, without accents.
_OPEN_ALL_THE_SAME: Final = (
    "closed to new", "not accepting new", "not taking new", "no new patients", "no new clients",
    "reopened", "re opened", "reopens", "reinstated", "renewal pending", "pending renewal",
    "in renewal", "renewal in process", "suspension stayed", "stayed suspension",
)  # fmt: skip
_SHUT: Final = (
    "closed", "closure", "shut", "inactive", "expired", "lapsed", "revoked", "revocation",
    "suspended", "suspension", "surrendered", "surrender", "terminated", "termination",
    "cancelled", "canceled", "cancellation", "withdrawn", "relinquished", "rescinded", "retired",
    "deceased", "dissolved", "defunct", "ceased", "discontinued", "deactivated", "disused",
    "abandoned", "demolished", "destroyed", "dismantled", "razed", "removed", "vacant", "vacated",
    "void", "voided", "annulled", "forfeited", "denied", "rejected", "invalid", "decertified",
    "delicensed", "unlicensed", "disbanded", "delisted", "foreclosed", "bankrupt", "ended",
    "nonrenewed", "nonrenewal", "nonoperational", "disabled", "inactivo", "inactiva", "cerrado",
    "cerrada", "vencido", "vencida", "revocado", "revocada", "suspendido", "suspendida",
    "cancelado", "cancelada", "expirado", "expirada", "caducado", "caducada", "clausurado",
    "clausurada",
)  # fmt: skip
_SHUT_PHRASES: Final = (
    "no longer", "out of business", "out of operation", "out of service", "not active",
    "not operating", "not operational", "not in operation", "not in business", "not licensed",
    "not open", "not renewed", "not in good standing", "not current", "not valid", "non operating",
    "non operational", "non renewed", "non renewal", "non active", "in active", "went out",
    "never opened", "fuera de servicio", "no opera", "no activo", "no activa",
)  # fmt: skip
_NOT_YET: Final = (
    "opening soon", "coming soon", "open soon", "opens soon", "opening", "opens", "not yet",
    "yet to open", "preopening", "pre opening", "preopen", "under construction", "construction",
    "under development", "in development", "planned", "planning", "proposed", "projected",
    "prospective", "future", "upcoming", "will open", "to open", "to be opened", "pending",
    "application", "applied", "applicant", "in process", "awaiting", "announced", "proximamente",
    "pendiente", "en construccion",
)  # fmt: skip
_IN_DOUBT: Final = (
    "delinquent", "unknown", "unverified", "unconfirmed", "unclear", "uncertain", "not verified",
    "not confirmed", "moved", "relocated", "relocating", "on hold", "under review",
    "investigation", "tbd", "closing", "overdue", "past due", "late renewal",
)  # fmt: skip
_AT_WORK: Final = (
    "active", "open", "operating", "operational", "operates", "in operation", "in business",
    "licensed", "licenced", "issued", "current", "clear", "valid", "good standing", "registered",
    "certified", "accredited", "approved", "authorized", "authorised", "permitted", "enrolled",
    "renewed", "in force", "in effect", "live", "enabled", "confirmed", "verified", "probation",
    "probationary", "provisional", "conditional", "restricted", "exempt", "accepting new",
    "taking new", "by appointment", "full time", "part time", "ok", "vigente",
    "activo", "activa", "abierto", "abierta", "habilitado", "habilitada", "operando",
)  # fmt: skip
_BARE: Final = {
    **dict.fromkeys(("yes", "y", "true", "1", "si"), OPEN),
    **dict.fromkeys(("no", "n", "false", "0"), CLOSED),
    **dict.fromkeys(("", "null", "none", "n a", "na", "not applicable", "not stated"), ""),
}
# Of these a source says that it does not know: nobody can be asked what it meant.
_UNTOLD: Final = (
    "unknown", "unverified", "unconfirmed", "unclear", "uncertain", "not verified", "not confirmed",
    "tbd",
)  # fmt: skip
_MARKS_NOT_YET: Final = (
    "coming soon", "opening soon", "opens soon", "open soon", "not yet open",
    "under construction", "proximamente",
)  # fmt: skip
_MARKS_SHUT: Final = ("closed", "out of business", "cerrado", "cerrada")
_SHUT_HOURS: Final = frozenset({"closed", "off", "permanently closed", "temporarily closed"})
_PARTING: Final = "()[]*:|\u2013\u2014"
_LONGEST_MARK: Final = 3
_FOUND_BY: Final = (
    (_OPEN_ALL_THE_SAME, OPEN),
    (tuple(f"not {word}" for word in _SHUT), OPEN),
    (_SHUT_PHRASES, CLOSED),
    (_SHUT, CLOSED),
    (_IN_DOUBT, DOUBTFUL),
    (_NOT_YET, CLOSED),
    (_AT_WORK, OPEN),
)


def read_operating(text: str) -> str | None:
    """Return what a text says: `OPEN`, `CLOSED`, `DOUBTFUL`, "" for nothing, None if it is not known.

    Parameters
    ----------
    text : one word or several, in whatever case, of English or Spanish.

    Examples
    --------
    >>> [read_operating(text) for text in ("Active", "Opening soon", "Delinquent", "N/A", "Zone 4")]
    ['yes', 'closed', 'unconfirmed', '', None]
    >>> read_operating("License REVOKED 3/2025"), read_operating("Closed to new patients")
    ('closed', 'yes')
    """
    words = _fold(text)
    if words in _BARE:
        return _BARE[words]
    for phrases, says in _FOUND_BY:
        if any(f" {phrase} " in f" {words} " for phrase in phrases):
            return says
    return None


def is_marked_closed(name: str) -> bool:
    """Tell whether a name is marked as of a place that is closed, or not open yet, beside itself.

    Examples
    --------
    >>> names = ("Calm Ketamine (CLOSED)", "Calm - Coming Soon!", "Closed Circle Clinic")
    >>> [is_marked_closed(name) for name in names]
    [True, True, False]
    """
    parts = "".join(c if c not in _PARTING else "|" for c in name.replace(" - ", "|")).split("|")
    return len(parts) > 1 and any(_is_mark(_fold(part)) for part in parts)


def _is_mark(words: str) -> bool:
    return (
        any(f" {mark} " in f" {words} " for mark in (*_MARKS_SHUT, *_MARKS_NOT_YET))
        and len(words.split()) <= _LONGEST_MARK
        and read_operating(words) == CLOSED
    )


def is_shut_all_hours(hours: str) -> bool:
    """Tell whether what stands for a place's hours says that it has none.

    Examples
    --------
    >>> [is_shut_all_hours(hours) for hours in ("Temporarily closed", "Mo-Fr 9-5; Su closed")]
    [True, False]
    """
    return _fold(hours) in _SHUT_HOURS


def is_worth_asking(text: str) -> bool:
    """Tell whether words that leave it open are of a state that a person can look into.

    Examples
    --------
    >>> [is_worth_asking(text) for text in ("Delinquent", "Moved", "Unknown", "Active")]
    [True, True, False, False]
    """
    words = _fold(text)
    return read_operating(text) == DOUBTFUL and not any(
        f" {phrase} " in f" {words} " for phrase in _UNTOLD
    )


def _fold(text: str) -> str:
    """Return the words of a text in small letters without accents, a space between two."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())
