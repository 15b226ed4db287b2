"""Settling a case on the page: what was chosen is done, and said in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo import workspace
from geo.workspace import case_outcomes, case_resolving, linking, positions
from pages.operators.parts import operator_page
from pages.operators.parts.plain_text import count, escape

if TYPE_CHECKING:
    from geo.workspace import Workspace
    from geo.workspace.cases import Case


def settle(who: str, case: Case, choice: str, reason: str) -> None:
    """Settle a case by one of its choices, and say what that did.

    Parameters
    ----------
    who : as `auth.require` has just told.
    choice : as `case_resolving.resolve_case` takes it.

    Raises
    ------
    GeoError : the case was settled meanwhile, or the workspace cannot be written.
    """
    with workspace.open() as opened:
        said = case_outcomes.describe(opened, case, choice)
        case_resolving.resolve_case(opened, case.id, choice, who=who, reason=reason)
        said += match_waiting(opened)
    operator_page.finish(escape(said))


def pin(who: str, case: Case, at: tuple[float, float], reason: str) -> None:
    """Settle the case of a position by a pin: latitude, longitude in degrees, EPSG:4326.

    Raises
    ------
    GeoError : that is no point, or the workspace cannot be written.
    """
    with workspace.open() as opened:
        said = case_outcomes.describe(opened, case, "pin")
        positions.verify(opened, case.clinic_id, *at, who=who, reason=reason)
    operator_page.finish(escape(said))


def match_waiting(opened: Workspace) -> str:
    """Give clinics to listings that wait for one, and return that in words; "" where none did.

    Raises
    ------
    GeoError : the workspace cannot be read or written.
    """
    counts = linking.assign_new(opened)
    matched = counts.joined + counts.founded
    return f" {count(matched, 'listing')} that waited got a clinic." if matched else ""
