"""Listings become clinics: tables of listings in, resolved clinics, their status and provenance out."""

from typing import TYPE_CHECKING

from geo import moved

if not TYPE_CHECKING:  # so that a name which is nowhere is still found out
    __getattr__ = moved.answer_for(__name__)
