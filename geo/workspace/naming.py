"""Ids for clinics: of their name and city, and never one that was used before."""

from __future__ import annotations

import re
import unicodedata
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.workspace.opening import Workspace


def name_clinic(workspace: Workspace, name: str, city: str, state: str) -> str:
    """Return an id for a new clinic, such as `salish-ketamine-bellingham-wa`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    plain = unicodedata.normalize("NFKD", f"{name} {city} {state}".lower())
    words = re.findall(r"[a-z0-9]+", re.sub(r"['\u2019\u0300-\u036f]", "", plain))
    slug = "-".join(words)[:100].strip("-")
    candidates = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    return next(candidate for candidate in candidates if not _is_taken(workspace, candidate))


def _is_taken(workspace: Workspace, clinic_id: str) -> bool:
    query = "SELECT 1 FROM assignments WHERE clinic_id = ? LIMIT 1"
    return bool(workspace.read(query, (clinic_id,)))
