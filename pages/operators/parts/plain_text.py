"""Texts of others where Streamlit reads Markdown, and numbers with their nouns; English alone."""

from __future__ import annotations

from typing import Final

_MARKS: Final = frozenset("\\`*_{}[]()#+-.!|~$<>:&")


def escape(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    return "".join(
        f"\\{letter}" if letter in _MARKS else letter for letter in text.replace("\n", " ")
    )


def count(number: int, noun: str) -> str:
    """Return a number and its noun, such as "1 clinic" and "1,204 clinics"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
