"""What the operator itself says of a clinic, as listings beside those of the sources.

A clinic has at most two of them: `operator:<clinic_id>` states fields, and says nothing of whether
the clinic operates (`operating` is ""); `operator:<clinic_id>:status` states that alone. So a
corrected phone neither reopens a closed clinic nor confirms one that nobody has called. Each states
a name only where the operator gave one; `stored_listings.current` fills it from the others.

A listing can state a fact but not its absence. So a field is emptied by refusing the values that
the sources give: they stay in their listings' versions, but count no longer; another value that a
source gives later does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.clinics import listings as listing_table
from geo.clinics.fields import find
from geo.clinics.listings import COLUMNS
from geo.clinics.resolving import ADDRESS
from geo.sources.descriptors import OPERATOR as OPERATOR_SOURCE
from geo.workspace import cases, clinic_facts, decisions, listing_versions
from geo.workspace.stored_listings import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.workspace.database import Workspace


def state_facts(
    workspace: Workspace,
    decision_id: int,
    changed: Iterable[tuple[Mapping[str, Any], pd.DataFrame, Mapping[str, str]]],
) -> None:
    """Write as part of a decision what the operator says of some fields of clinics.

    Street, unit, city, state and ZIP are stated together where one of them changes, since the
    address of a clinic is taken from one listing.

    Parameters
    ----------
    changed : clinics with their listings, as `find_clinics` gives them, and their changed fields.

    Raises
    ------
    SchemaError : a listing that would result breaks the contract of `geo.clinics.listings`.
    WorkspaceError : the workspace cannot be read or written.
    """
    stated, moved = [], []
    for clinic, of_clinic, changes in changed:
        clinic_id = str(clinic["clinic_id"])
        listing = _find_own(workspace, clinic_id) or _blank(
            clinic_facts.facts_id(clinic_id), clinic_id
        )
        if any(name in changes for name in ADDRESS):
            listing |= {name: str(clinic[name]) for name in ADDRESS}
            moved.append(listing)
        listing |= {**changes, "source_date": decisions.today()}
        stated.append(listing)
        _suppress_values(workspace, decision_id, of_clinic, clinic_id, changes)
    write(workspace, decision_id, stated)
    for listing in moved:
        _doubt_pin(workspace, decision_id, listing)


def state_status(
    workspace: Workspace,
    decision_id: int,
    clinic: Mapping[str, Any],
    operating: str,
    *,
    operating_date: str = "",
    note: str = "",
) -> None:
    """Write as part of a decision whether the operator says that a clinic operates.

    Raises
    ------
    SchemaError : the listing that would result breaks the contract of `geo.clinics.listings`.
    WorkspaceError : the workspace cannot be written.
    """
    stated = {"operating": operating, "operating_date": operating_date, "note": note}
    state_statuses(workspace, decision_id, [(str(clinic["clinic_id"]), stated)])


def state_statuses(
    workspace: Workspace, decision_id: int, stated: Iterable[tuple[str, Mapping[str, str]]]
) -> None:
    """Write as part of a decision whether the operator says that clinics operate.

    Parameters
    ----------
    stated : clinics by id, each with `operating` and, where there are some, `operating_date`, `note`.

    Raises
    ------
    SchemaError : a listing that would result breaks the contract of `geo.clinics.listings`.
    WorkspaceError : the workspace cannot be written.
    """
    dated = {"source_date": decisions.today()}
    listings = [
        _blank(clinic_facts.status_id(clinic_id), clinic_id) | dict(said) | dated
        for clinic_id, said in stated
    ]
    write(workspace, decision_id, listings)


def write(workspace: Workspace, decision_id: int, stated: Sequence[Mapping[str, str]]) -> None:
    """Write listings of the operator's as part of a decision, and whose they are.

    Raises
    ------
    SchemaError : one breaks the contract of `geo.clinics.listings`.
    WorkspaceError : the workspace cannot be written.
    """
    named = [{**listing, "name": listing["name"] or OPERATOR_SOURCE.title} for listing in stated]
    listing_table.validate(pd.DataFrame(named, columns=list(COLUMNS), dtype="str"))
    with workspace.change() as connection:
        listing_versions.keep(connection, decision_id, stated)
        for listing in stated:
            own = (listing["listing_id"], listing["clinic_id"])
            held = workspace.read(
                "SELECT listing_id, clinic_id FROM assigned WHERE listing_id = ?", own[:1]
            )
            if held != [own]:
                listing_versions.assign(
                    connection, decision_id, [(*own, "the operator's own", None)]
                )


def _suppress_values(
    workspace: Workspace,
    decision_id: int,
    of_clinic: pd.DataFrame,
    clinic_id: str,
    changes: Mapping[str, str],
) -> None:
    """Let sources' values that changed fields contradict count no longer, as part of a decision.

    Those of an emptied field, and codes left out. What is stated again counts again.
    """
    theirs = of_clinic[~of_clinic["listing_id"].str.startswith(OPERATOR)]
    suppressed_before = {
        (field, value)
        for field, value in workspace.read(
            "SELECT field, value FROM refused WHERE clinic_id = ?", (clinic_id,)
        )
    }
    rows: list[tuple[str, str, int]] = []
    for field, value in changes.items():
        if field in {*clinic_facts.NEEDED, *clinic_facts.OWN}:
            continue
        if find(field).several:
            said = set(value.split(";")) - {""}
            given = set(";".join(theirs[field]).split(";")) - {""}
            rows += [(field, code, 1) for code in sorted(given - said)]
        else:
            said = {value} - {""}
            given = set(theirs[field]) - {""} if not value else set()
            rows += [(field, one, 1) for one in sorted(given)]
        rows += [(field, one, 0) for one in sorted(said) if (field, one) in suppressed_before]
    with workspace.change() as connection:
        connection.executemany(
            "INSERT INTO refusals (decision_id, clinic_id, field, value, refused) "
            "VALUES (?, ?, ?, ?, ?)",
            ((decision_id, clinic_id, *row) for row in rows),
        )


def _find_own(workspace: Workspace, clinic_id: str) -> dict[str, str]:
    """Return the listing that states fields for the operator, as it is kept; empty for none."""
    columns = ("listing_id", "source_date", *listing_versions.FACTS)
    rows = workspace.read(
        f"SELECT sighted.listing_id, source_date, {', '.join(listing_versions.FACTS)} FROM sighted "  # noqa: S608  constants
        "JOIN versions ON versions.id = sighted.version_id WHERE sighted.listing_id = ?",
        (clinic_facts.facts_id(clinic_id),),
    )
    return {"clinic_id": clinic_id, **dict(zip(columns, rows[0], strict=True))} if rows else {}


def _blank(listing_id: str, clinic_id: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | {
        "listing_id": listing_id,
        "clinic_id": clinic_id,
        "evidence": OPERATOR_SOURCE.evidence,
        "source": OPERATOR_SOURCE.title,
    }


def _doubt_pin(workspace: Workspace, decision_id: int, address: Mapping[str, str]) -> None:
    """Open a case where an operator pinned the clinic at another address."""
    clinic_id = address["clinic_id"]
    pinned = workspace.read(
        "SELECT 1 FROM located WHERE clinic_id = ? AND precision = 'verified'", (clinic_id,)
    )
    if pinned:
        cases.add(
            workspace,
            decision_id,
            "position",
            f"clinic:{clinic_id}",
            clinic_id=clinic_id,
            reason="The address was edited after the clinic had been pinned; pin it anew, or leave "
            "the pin where it is.",
            facts={"candidates": [], "address": clinic_facts.write_address(address)},
        )
