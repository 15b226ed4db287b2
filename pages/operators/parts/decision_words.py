"""Decisions of the workspace in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.clinics.fields import FIELDS
from pages.operators.parts.plain_text import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace.decisions import Decision

OUTCOMES: Final[Mapping[str, str]] = {
    "open": "operates as listed",
    "changed": "operates, with other facts",
    "no_answer": "no answer",
    "closed": "has closed",
    "wrong_number": "wrong number",
}
"""What came of a call (`geo.workspace.calling.OUTCOMES`)."""

LABELS: Final[Mapping[str, str]] = {field.name: field.label for field in FIELDS if field.label}
"""What fields are called."""

_KINDS: Final[Mapping[str, str]] = {
    "start": "The list that the program came with",
    "ingest": "A source was taken in",
    "hold": "A source was held back",
    "assign": "Listings were given to clinics by rule",
    "add": "Added",
    "edit": "Edited",
    "close": "Reported closed",
    "reopen": "Said to operate",
    "withdraw": "Withdrawn",
    "merge": "Merged",
    "split": "Split",
    "call": "Called",
    "sample": "Clinics to call were drawn",
    "answers": "Answers to calls were taken in",
    "report": "Report entered",
    "enrich": "Facts were found",
    "ask": "Possible clinics were asked about",
    "bulk": "Edited many at once",
    "locate": "Located by a geocoder",
    "verify": "Pin verified",
    "settle": "Case settled",
    "undo": "Undone",
    "publish": "Published",
    "rollback": "Rolled back",
}


def describe(decision: Decision) -> str:
    """Return what was decided, of what, and why."""
    said = _KINDS.get(decision.kind, decision.kind)
    particulars = _describe_payload(decision)
    subject = decision.subject.removeprefix("clinic:")
    of = f" {subject}" if decision.subject.startswith("clinic:") else ""
    words = f"{said}{of}" + (f": {particulars}" if particulars else "")
    return f"{words}. Why: {decision.reason}" if decision.reason else words


def describe_fields(fields: Mapping[str, str], was: Mapping[str, str] | None = None) -> str:
    """Return what fields become, and what they were."""
    return "; ".join(
        f"{LABELS.get(name, name).lower()} {_quote((was or {}).get(name, ''))} → {_quote(value)}"
        if was and name in was
        else f"{LABELS.get(name, name).lower()} {_quote(value)}"
        for name, value in fields.items()
    )


def _describe_payload(decision: Decision) -> str:  # noqa: C901, PLR0911, PLR0912  one answer a kind
    payload = decision.payload
    match decision.kind:
        case "edit":
            return describe_fields(payload["fields"], payload["was"])
        case "merge":
            return f"{payload['absorbed']} is part of it"
        case "split":
            return f"{len(payload['listings'])} of its listings are {payload['clinic_id']}"
        case "call":
            changed = describe_fields(payload["fields"]) if payload["outcome"] == "changed" else ""
            return ", ".join(part for part in (OUTCOMES[payload["outcome"]], changed) if part)
        case "sample":
            return f"{count(len(payload['drawn']), 'clinic')} by {payload['by']}"
        case "answers":
            return f"{count(len(payload['answers']), 'answer')} to sample {payload['day']}"
        case "report":
            return str(payload["says"])
        case "bulk":
            clinics = {change["clinic_id"] for change in payload["changes"]}
            return f"{count(len(payload['changes']), 'field')} of {count(len(clinics), 'clinic')}"
        case "ask":
            return count(payload["places"], "place")
        case "enrich":
            return f"for {count(payload['clinics'], 'clinic')}"
        case "verify":
            return f"{payload['latitude']:.6f}, {payload['longitude']:.6f}"
        case "settle":
            of = f"{count(len(payload['cases']), 'case')}: " if "cases" in payload else ""
            return f"{of}{payload['kind']}, {payload['choice']}"
        case "undo":
            return f"decision {decision.undoes}"
        case _:
            return ""


def _quote(text: str) -> str:
    return f"“{text}”" if text else "nothing"
