"""How words are put at the start of a line."""

from __future__ import annotations


def sentence_case(words: str) -> str:
    """Return words with a capital at the start and the rest as it was ("IV" stays "IV")."""
    return words[:1].upper() + words[1:]
