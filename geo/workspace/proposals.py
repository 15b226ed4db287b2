"""Facts that were found for clinics, proposed to operators: cases `facts`, and what taking one does.

A proposal is one field of a clinic, or its address as a whole, with every source that says the same.
What is taken becomes a listing of that source, with its evidence, address and date, beside the others
of the clinic; so it counts for as much as its source does, and one undo takes it back.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.clinics import listings as listing_table
from geo.clinics.listings import COLUMNS
from geo.clinics.status import first_rows, rank_listings
from geo.dedupe.addresses import read_address
from geo.errors import SchemaError, WorkspaceError
from geo.sources import descriptors
from geo.sources.reading import write_raw
from geo.workspace import cases, decisions, listing_versions, stored_listings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.workspace.cases import Case
    from geo.workspace.database import Workspace

KIND: Final = "facts"
"""Of the cases. Their facts hold `proposals`, each with `field` (`address`, `phone`, `hours`,
`payment`, `treatments`), `values` (field -> value), `sure`, and `sources`: each with `source` (its name),
`listing_id`, `url`, `where`, `reason`, `score`, what else its listing states in `listing`, and where there
is one its `point`, and its `date` where that is not the day on which it was found."""

REJECT: Final = "reject"
ACCEPT: Final = "accept"

_ORDER: Final = ("address", "phone", "hours", "payment", "treatments")


def propose(
    workspace: Workspace, found: Mapping[str, Sequence[Mapping[str, Any]]], *, who: str
) -> int:
    """Open a case for each clinic of which something was found; return how many were opened.

    What an open case proposes already is proposed together with it, and what an operator has
    answered not again.

    Parameters
    ----------
    found : proposals by clinic.

    Raises
    ------
    SchemaError : nobody is named.
    WorkspaceError : the workspace cannot be read or written.
    """
    with workspace.change():
        waiting = {
            str(case["clinic_id"]): case["facts"]["proposals"]
            for case in cases.open_cases(workspace, KIND).to_dict("records")
        }
        answered = _list_answered(workspace)
        opened: list[tuple[str, list[Mapping[str, Any]]]] = []
        for clinic_id, proposals in sorted(found.items()):
            open_now = waiting.get(clinic_id, [])
            fresh = [
                one
                for one in proposals
                if (clinic_id, *_key(one)) not in answered
                or any(_key(one) == _key(other) for other in open_now)
            ]
            joined = join([*open_now, *fresh])
            if fresh and joined != list(open_now):
                opened.append((clinic_id, joined))
        if not opened:
            return 0
        decided = decisions.record(workspace, "enrich", "", {"clinics": len(opened)}, who=who)
        for clinic_id, joined in opened:
            _open(workspace, decided, clinic_id, joined)
    return len(opened)


def join(proposals: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return proposals with those that say the same as one, by field, the surest first.

    What two independent sources say is sure.

    Parameters
    ----------
    proposals : of one clinic.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in proposals:
        known = found.setdefault(_key(one), {**one, "sources": []})
        known["values"] = {**one["values"], **{k: v for k, v in known["values"].items() if v}}
        known["sure"] = bool(known["sure"] or one["sure"])
        told = {source["listing_id"]: source for source in [*known["sources"], *one["sources"]]}
        known["sources"] = sorted(told.values(), key=lambda source: -float(source["score"]))
    for one in found.values():
        one["sure"] = one["sure"] or _count_independent(one["sources"]) > 1
    return sorted(
        found.values(),
        key=lambda one: (
            _ORDER.index(one["field"]),
            not one["sure"],
            -float(one["sources"][0]["score"]),
        ),
    )


def choose_best(proposals: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the number of the best proposal of each field, from 0; those that stand first."""
    seen: dict[str, int] = {}
    for at, one in enumerate(proposals):
        seen.setdefault(str(one["field"]), at)
    return sorted(seen.values())


def choose_sure(proposals: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the numbers of the proposals that can be taken without looking, one a field."""
    return [at for at in choose_best(proposals) if proposals[at]["sure"]]


def write_values(proposal: Mapping[str, Any]) -> str:
    """Return what a proposal says on one line, an address as one is written."""
    values = proposal["values"]
    if proposal["field"] != "address":
        return ", ".join(str(text) for text in values.values() if text)
    region = f"{values['state']} {values['zip']}".strip()
    parts = (values["street"], values["unit"], values["city"], region)
    return ", ".join(str(part) for part in parts if part)


def read_choice(case: Case, choice: str) -> list[int]:
    """Return which proposals a choice takes: `accept` the best, `accept:0,2` those, `reject` none.

    Raises
    ------
    SchemaError : it is no choice for the case.
    """
    if choice == REJECT:
        return []
    if choice == ACCEPT:
        return choose_best(case.facts["proposals"])
    word, _, numbers = choice.partition(":")
    chosen = [int(text) for text in numbers.split(",") if text.strip().isdecimal()]
    if word != ACCEPT or not chosen or max(chosen) >= len(case.facts["proposals"]):
        raise SchemaError(
            f"{choice!r} is no choice for case {case.id} ({KIND}); choose accept, accept:0,1 with "
            f"numbers below {len(case.facts['proposals'])}, or reject."
        )
    return sorted(set(chosen))


def take(workspace: Workspace, decision_id: int, case: Case, chosen: Iterable[int]) -> None:
    """Write as part of a decision what some proposals of a case say, as their sources' listings.

    Raises
    ------
    SchemaError : a listing that would result breaks the contract of `geo.clinics.listings`.
    WorkspaceError : the clinic is no more, or a listing is another clinic's by now.
    """
    of_clinic = stored_listings.of_clinic(workspace, case.clinic_id)
    if of_clinic.empty:
        raise WorkspaceError(f"There is no clinic {case.clinic_id!r} in the workspace any more.")
    best = first_rows(rank_listings(of_clinic)).iloc[0]
    stated: dict[str, dict[str, str]] = {}
    sources: dict[str, Mapping[str, Any]] = {}
    for at in chosen:
        proposal = case.facts["proposals"][at]
        for source in proposal["sources"]:
            listing_id = str(source["listing_id"])
            sources[listing_id] = source
            stated.setdefault(listing_id, {}).update(proposal["values"])
    with workspace.change() as connection:
        for listing_id, values in stated.items():
            source = descriptors.find(str(sources[listing_id]["source"]))
            known, held_by = _find_listing(workspace, listing_id)
            if held_by not in {"", case.clinic_id}:
                raise WorkspaceError(
                    f"The listing {listing_id!r} is that of clinic {held_by!r} by now; reject the "
                    "proposal, or merge the two."
                )
            listing = {
                **dict.fromkeys(COLUMNS, ""),
                "name": str(best["name"]),
                "state": str(best["state"]),
                **known,
                **{name: str(text) for name, text in sources[listing_id]["listing"].items()},
                **values,
                "listing_id": listing_id,
                "clinic_id": case.clinic_id,
                "evidence": source.evidence,
                "source": source.title,
                "source_url": str(sources[listing_id]["url"]),
                "source_date": str(sources[listing_id].get("date") or case.opened_at[:10]),
            }
            if source.founds_clinics:  # else the listing is the source's own, and stays whole
                listing["raw"] = write_raw({"found": sources[listing_id]["where"], **values})
            listing_table.validate(pd.DataFrame([listing], columns=list(COLUMNS), dtype="str"))
            point = sources[listing_id].get("point")
            listing_versions.keep(
                connection,
                decision_id,
                [listing],
                licence=source.licence.name,
                point=(float(point[0]), float(point[1])) if point else None,
            )
            if not held_by:
                row = (listing_id, case.clinic_id, str(sources[listing_id]["reason"]), None)
                listing_versions.assign(connection, decision_id, [row])


def keep_rest(workspace: Workspace, decision_id: int, case: Case, chosen: Sequence[int]) -> None:
    """Let the proposals that a decision does not take wait on, as part of it.

    Those of a field that is taken do not.

    Raises
    ------
    WorkspaceError : the workspace cannot be written.
    """
    proposals = case.facts["proposals"]
    done = {proposals[at]["field"] for at in chosen}
    rest = [one for one in proposals if one["field"] not in done]
    if rest:
        _open(workspace, decision_id, case.clinic_id, rest)


def _open(
    workspace: Workspace, decision_id: int, clinic_id: str, proposals: Sequence[Mapping[str, Any]]
) -> None:
    said = list(dict.fromkeys(str(one["field"]) for one in proposals))
    words = ", ".join(said[:-1]) + (" and " if len(said) > 1 else "") + said[-1]
    cases.add(
        workspace,
        decision_id,
        KIND,
        f"clinic:{clinic_id}",
        clinic_id=clinic_id,
        reason=f"Found for it: {words}.",
        facts={"proposals": list(proposals)},
    )


def _count_independent(sources: Iterable[Mapping[str, Any]]) -> int:
    """Return how many of some sources were compiled without looking at each other."""
    lists = set()
    for source in sources:
        described = descriptors.find(str(source["source"]))
        if described is descriptors.MEDICARE:
            described = (
                descriptors.NPI_REGISTRY
            )  # its addresses are those that are registered there
        lists.add(described.source_list.name if described.source_list else described.name)
    return len(lists)


def _key(proposal: Mapping[str, Any]) -> tuple[str, str]:
    """Return what tells whether two proposals say the same."""
    values = proposal["values"]
    if proposal["field"] != "address":
        return str(proposal["field"]), str(next(iter(values.values())))
    street, unit = read_address(str(values["street"]), str(values.get("unit", "")))
    return "address", " ".join(
        (street.house, street.core, unit.room, str(values["city"]).casefold())
    )


def _list_answered(workspace: Workspace) -> set[tuple[str, str, str]]:
    """Return what operators were asked and have answered: clinic, field, value."""
    rows = workspace.read(
        "SELECT cases.clinic_id, cases.facts FROM cases JOIN settlements "
        "ON settlements.case_id = cases.id JOIN standing ON standing.id = settlements.decision_id "
        "WHERE cases.kind = ?",
        (KIND,),
    )
    return {
        (clinic_id, *_key(one))
        for clinic_id, facts in rows
        for one in json.loads(facts)["proposals"]
    }


def _find_listing(workspace: Workspace, listing_id: str) -> tuple[dict[str, str], str]:
    """Return a listing as it is kept and whose it is; nothing of one that is not there."""
    facts = listing_versions.FACTS
    rows = workspace.read(
        f"SELECT {', '.join(facts)} FROM sighted JOIN versions ON versions.id = sighted.version_id "  # noqa: S608  constants
        "WHERE sighted.listing_id = ?",
        (listing_id,),
    )
    held = workspace.read("SELECT clinic_id FROM assigned WHERE listing_id = ?", (listing_id,))
    known = dict(zip(facts, rows[0], strict=True)) if rows else {}
    return known, str(held[0][0]) if held else ""
