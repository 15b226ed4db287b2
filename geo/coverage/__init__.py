"""How well areas are served: clinics and demand in, measures with their ranges and verdicts out."""

from typing import TYPE_CHECKING

from geo import moved

if not TYPE_CHECKING:  # so that a name which is nowhere is still found out
    __getattr__ = moved.answer_for(__name__)
