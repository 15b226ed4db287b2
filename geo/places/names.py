"""What a person typed, made comparable: cleaning, keys of names, states, well-known names."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from geo.reference import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ALIASES = DATA / "aliases.csv"
TYPED_NAMES = DATA / "places" / "typed_names.csv"
"""What is only typed; `ALIASES` are read in addresses too, so that a release is made of them."""

EXCERPT_LENGTH = 60
"""How much of a typed text a message repeats, in characters."""

MILITARY = frozenset({"AA", "AE", "AP"})

STATE_SHORTHAND = MappingProxyType(
    {
        "ala": "AL", "cali": "CA", "jersey": "NJ", "ariz": "AZ", "ark": "AR", "cal": "CA", "calif": "CA", "colo": "CO",
        "conn": "CT", "del": "DE", "fla": "FL", "ill": "IL", "ind": "IN", "kan": "KS",
        "kans": "KS", "mass": "MA", "mich": "MI", "minn": "MN", "miss": "MS", "mont": "MT",
        "neb": "NE", "nebr": "NE", "nev": "NV", "okla": "OK", "ore": "OR", "oreg": "OR",
        "penn": "PA", "penna": "PA", "tenn": "TN", "tex": "TX", "wash": "WA", "wis": "WI",
        "wisc": "WI", "wyo": "WY", "wva": "WV", "westva": "WV",
        "nocarolina": "NC", "socarolina": "SC", "nodakota": "ND", "sodakota": "SD", "nodak": "ND",
        "sodak": "SD", "northdak": "ND", "southdak": "SD", "northmex": "NM", "nmex": "NM",
        "virginislands": "VI", "usvirginislands": "VI", "usvi": "VI", "northernmarianaislands": "MP", "cnmi": "MP",
    }
)  # fmt: skip
"""Older abbreviations people still write, by key, to the two-letter code."""

_SEPARATORS = re.compile(r"[;|\r\n\v\f\u0085\u2028\u2029]+")
_EDGES = " ,.;:!?\"'`*"
_UNSHOWN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_NOT_IN_KEYS = re.compile(r"[^a-z0-9\n]+")

# One spelling for words that addresses, gazetteers and people write in several ways; the long one,
# so that a slip in "Heights" is one slip.
_OPENING_WORDS = {
    "st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount", "pt": "point",
    "n": "north", "s": "south", "e": "east", "w": "west",
}  # fmt: skip
_CLOSING_WORDS = {
    "hts": "heights", "hgts": "heights", "spgs": "springs", "bch": "beach", "jct": "junction",
    "mtn": "mountain", "vlg": "village", "twp": "township", "ctr": "center",
    "centre": "center", "hbr": "harbor", "harbour": "harbor", "pt": "point",
}  # fmt: skip
_OPENING = re.compile(rf"\b({'|'.join(_OPENING_WORDS)})(?= [a-z]{{2}})")  # not the "n" of "N.Y.C."
_CLOSING = re.compile(rf"(?<= )({'|'.join(_CLOSING_WORDS)})\b")


def clean(text: str) -> str:
    """Return the text on one line: NFKC, no control characters, "," for every separator.

    Parameters
    ----------
    text : anything typed; check its length first, this reads all of it.

    Returns
    -------
    Parts apart by ", " with single spaces and no empty part; "" where nothing is left.
    """
    line = _SEPARATORS.sub(",", unicodedata.normalize("NFKC", text))
    line = "".join(" " if unicodedata.category(c) in _UNSHOWN else c for c in line)
    parts = (" ".join(part.split()) for part in line.split(","))
    return ", ".join(part for part in parts if part)


def excerpt(cleaned: str) -> str:
    """Return the start of a cleaned text, short enough to repeat in a message; plain text."""
    if len(cleaned) <= EXCERPT_LENGTH:
        return cleaned
    return cleaned[: EXCERPT_LENGTH - 1].rstrip() + "…"


def keep_named(cleaned: str) -> str:
    """Return a cleaned text without the parts that hold no letter and no digit."""
    return ", ".join(part for part in cleaned.split(", ") if name_key(part)).strip(_EDGES)


def name_keys(names: Iterable[str]) -> list[str]:
    """Return, for each name, the text under which all its spellings meet.

    Case, accents, spaces and punctuation fall away, and common words take one form, so that
    "Saint Louis", "St. Louis" and "st louis" have one key, as have "O'Fallon" and "OFallon",
    "Winston-Salem" and "Winston Salem". All names are treated in one pass over one text,
    because tables hold tens of thousands of them.

    Parameters
    ----------
    names : names without line breaks, as `clean` leaves them.

    Returns
    -------
    One key a name, of a-z and 0-9 alone; "" where a name has none of them.
    """
    text = "\n".join(names).casefold().replace("&", " and ").replace("'", "")
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    text = _NOT_IN_KEYS.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n").strip(" ")
    text = _OPENING.sub(lambda match: _OPENING_WORDS[match[1]], text)
    text = _CLOSING.sub(lambda match: _CLOSING_WORDS[match[1]], text)
    return text.replace(" ", "").split("\n")


def name_key(name: str) -> str:
    """Return the key of one name; see `name_keys`."""
    return name_keys([name.replace("\n", " ")])[0]


def endings(words: list[str], longest: int) -> Iterator[tuple[str, str]]:
    """Split words into (beginning, ending), the longest ending first, neither of them empty."""
    for size in range(min(longest, len(words) - 1), 0, -1):
        yield " ".join(words[:-size]), " ".join(words[-size:])


def read_aliases(path: Path = ALIASES) -> pd.DataFrame:
    """Read the well-known names that gazetteers miss ("NYC", "Back Bay").

    Parameters
    ----------
    path : a CSV file in the form of `data/aliases.csv`.

    Returns
    -------
    `alias`, `kind` (`city`: another name of a city; `area`: a part of one), `label` (an area's
    own label, "" for a city), `city`, `state`, `zips` (an area's ZIPs apart by ";", `112*` for
    all that begin so); text, "" where not given.
    """
    return pd.read_csv(path, dtype=str, keep_default_na=False)
