"""The workspace becomes a release: listings in, built, compared and published tables out."""

from typing import TYPE_CHECKING

from geo import moved

if not TYPE_CHECKING:  # so that a name which is nowhere is still found out
    __getattr__ = moved.answer_for(__name__)
