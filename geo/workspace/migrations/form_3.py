"""The third form: the facts that patients choose by have their columns."""

from __future__ import annotations

from typing import Final

SCRIPT: Final = """
ALTER TABLE versions ADD COLUMN conditions TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN payment TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN hours TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN languages TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN ages TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN new_patients TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN referral_needed TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN wheelchair TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN conditions TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN payment TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN hours TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN languages TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN ages TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN new_patients TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN referral_needed TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN wheelchair TEXT NOT NULL DEFAULT '';
"""
