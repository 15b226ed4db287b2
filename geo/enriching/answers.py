"""What a source answers for one clinic, in the form in which it is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Proposal: TypeAlias = dict[str, Any]
"""As `geo.workspace.proposals` has them."""

FOUND: Final = "something was found"


@dataclass(frozen=True)
class Answer:
    """What became of asking a source for a clinic.

    Attributes
    ----------
    clinic_id : of the clinic.
    outcome : `FOUND`, or why there is nothing to propose.
    proposals : of fields that the clinic lacks; none unless `FOUND`.
    """

    clinic_id: str
    outcome: str
    proposals: tuple[Proposal, ...] = ()
