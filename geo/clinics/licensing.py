"""Licences as values: what a text of a column, or an operator's words, say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

ODBL: Final = "ODbL-1.0"
PUBLIC_DOMAIN: Final = "public-domain"

_SPELLINGS: Final = (
    (ODBL, True, ("odbl", "odblv", "open database license", "open database licence")),
    (PUBLIC_DOMAIN, False, ("public domain",)),
)
"""Code, whether it has to be shared alike, and the words that name it, the strictest first."""


@dataclass(frozen=True)
class Licence:
    """What records or coordinates may be used for.

    Attributes
    ----------
    code : `ODBL` or `PUBLIC_DOMAIN`; "" where the words name none of them, or there are none.
    name : the words, as columns of the workspace and of a release hold them.
    share_alike : whether a database that holds them has to be shared alike; None where that is not
        known.
    """

    code: str
    name: str
    share_alike: bool | None


NOT_STATED: Final = Licence("", "", None)


def read_licence(words: str) -> Licence:
    """Return the licence that some words name, whole words of theirs, in any case.

    Words that name several count as the strictest of them. Words that name none that is known here,
    such as an operator's own of a table, are kept as they are; nothing is left out for them.

    Examples
    --------
    >>> read_licence("ODbL (OpenStreetMap)")
    Licence(code='ODbL-1.0', name='ODbL (OpenStreetMap)', share_alike=True)
    >>> read_licence("ask the state board")
    Licence(code='', name='ask the state board', share_alike=None)
    """
    said = f" {' '.join(re.findall('[a-z]+', words.casefold()))} "
    for code, share_alike, spellings in _SPELLINGS:
        if any(f" {spelling} " in said for spelling in spellings):
            return Licence(code, words, share_alike)
    return Licence("", words, None)
