"""Which links of a site may tell where its clinics are, by their address and words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS: Final = (
    ("locations", re.compile(r"locations?\b|\boffices?\b|our clinics|find a clinic|sucursales|ubicaci", re.IGNORECASE)),
    ("contact", re.compile(r"contact|find us|visit us|directions|get in touch", re.IGNORECASE)),
    ("about", re.compile(r"\babout\b|who we are|acerca|nosotros|quienes somos", re.IGNORECASE)),
    ("hours", re.compile(r"\bhours\b|horario", re.IGNORECASE)),
)  # fmt: skip
_NO_PAGE: Final = re.compile(
    r"\.(pdf|docx?|xlsx?|jpe?g|png|gif|webp|svg|zip|mp4|ics|vcf|xml|css|js)\Z", re.IGNORECASE
)
_NO_BRANCH: Final = re.compile(
    r"/(blog|news|posts?|articles?|category|tag|author|team|our-team|staff|providers?|doctors?|meet[a-z-]*|events?|careers?|shop|"
    r"cart|wp-[a-z]+|login|account)(/|\Z)",
    re.IGNORECASE,
)


def may_be_read(url: str) -> bool:
    """Tell whether an address is that of a page which may tell where a clinic is."""
    path = urlsplit(url).path
    return not (_NO_PAGE.search(path) or _NO_BRANCH.search(path))


def tells_page(words: str, towns: Iterable[str]) -> bool:
    """Tell whether the words of a link tell what page it is: one of a kind that is read, or a town's."""
    if any(pattern.search(words) for _, pattern in KINDS):
        return True
    said = f" {fold(words)} "
    return any(f" {fold(town)} " in said for town in towns)


def fold(text: str) -> str:
    """Return the words of a text in lower case, a space apart."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
