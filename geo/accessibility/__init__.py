"""Spatial access: clinics and adults in, a score of each ZIP and area out, by floating catchments."""

from typing import TYPE_CHECKING

from geo import moved

if not TYPE_CHECKING:  # so that a name which is nowhere is still found out
    __getattr__ = moved.answer_for(__name__)
