"""Texts of others where Streamlit reads Markdown: labels, captions, options."""

from __future__ import annotations

from typing import Final

_MARKS: Final = frozenset("\\`*_{}[]()#+-.!|~$<>:&")


def escape(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    return "".join(
        f"\\{letter}" if letter in _MARKS else letter for letter in text.replace("\n", " ")
    )
