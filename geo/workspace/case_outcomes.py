"""What settling a case does, in a sentence for the operator who settles it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.clinics.status import first_rows, rank_listings
from geo.workspace import pair_cases, possible_clinics, proposals, runs, stored_listings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace.cases import Case
    from geo.workspace.database import Workspace


def describe(workspace: Workspace, case: Case, choice: str) -> str:
    """Return what a choice does to an open case, in the words of when it is done.

    Parameters
    ----------
    choice : as `case_resolving.resolve_case` takes it; `pin` for `positions.verify`.

    Raises
    ------
    WorkspaceError : what the case is about is no more, or the workspace cannot be read.
    """
    if case.kind == "shrunk":
        return _describe_run(workspace, int(case.facts["run_id"]), choice)
    if case.kind == pair_cases.KIND:
        stays, ends = pair_cases.find_pair(workspace, case)
        one, other = _name(workspace, stays), _name(workspace, ends)
        if choice == "same":
            return f"{other} is part of {one} now; {ends} is on the list no more, {stays} is."
        return f"{one} and {other} stay two clinics, and are not asked about again."
    if case.kind in {possible_clinics.KIND, possible_clinics.LEAD}:
        return _describe_possible(workspace, case, choice)
    name = _name(workspace, case.clinic_id)
    if case.kind == proposals.KIND:
        return f"{_describe_facts(case, choice)} {name}."
    return _describe_choice(case, choice, name)


def _describe_choice(case: Case, choice: str, name: str) -> str:
    """Return what a choice does to the one clinic that a case is about."""
    if choice.startswith("candidate:"):
        point = case.facts["candidates"][int(choice.removeprefix("candidate:"))]
        return f"{name} stands now {_place(point)}."
    return {
        "leave": f"{name} stays where it stood, and is not asked about again for this.",
        "pin": f"{name} stands at the pin now, and no geocoder moves it.",
        "keep": f"{name} stays on the list as it is.",
        "operates": f"{name} operates as of today, by your word.",
        "close": f"{name} is reported closed as of today; searches leave it out once published.",
        "done": f"The report on {name} is done with; nothing of the clinic was changed by that.",
    }[choice]


def _describe_run(workspace: Workspace, run_id: int, choice: str) -> str:
    run = runs.summarise(workspace, run_id)
    if choice == "accept":
        return f"Run {run_id} of {run.title} was taken in; what it lacks counts as gone from it."
    return f"Run {run_id} of {run.title} was discarded; its listings stay as they were."


def _describe_possible(workspace: Workspace, case: Case, choice: str) -> str:
    name = f"“{possible_clinics.find_listing(workspace, case)['name']}”"
    return {
        possible_clinics.ADD: f"{name} is a clinic of the list now; searches show it once published.",
        possible_clinics.DISMISS: f"{name} is no clinic of the list, and is not asked about again.",
    }.get(choice, f"The lead at {name} is done with.")


def _describe_facts(case: Case, choice: str) -> str:
    found = case.facts["proposals"]
    taken = [found[at] for at in proposals.read_choice(case, choice)]
    if not taken:
        return "Nothing was taken, and the same is not proposed again, for"
    said = "; ".join(f"{one['field']} {proposals.write_values(one)}" for one in taken)
    return f"Taken: {said}; for"


def _name(workspace: Workspace, clinic_id: str) -> str:
    theirs = stored_listings.of_clinic(workspace, clinic_id)
    if theirs.empty:
        return f"“{clinic_id}”"
    return f"“{first_rows(rank_listings(theirs))['name'].iloc[0]}”"


def _place(point: Mapping[str, Any]) -> str:
    label = str(point.get("label") or "")
    known = f"known to its {point['precision']}, within {float(point['radius_miles']):.1f} miles"
    return f"at {label} ({known})" if label else f"at the area alone ({known})"
