"""Giving each new listing its clinic by rule, and asking where the rule is not sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import dedupe
from geo.i18n.reasons import Reason
from geo.workspace import cases, decisions, listing_versions, possible_clinics, stored_listings
from geo.workspace.clinic_ids import make_unused

if TYPE_CHECKING:
    from geo.workspace.database import Workspace

WHO: Final = "rule"


@dataclass(frozen=True, slots=True)
class Counts:
    """What one matching did.

    Parameters
    ----------
    joined : listings given to a clinic that was there.
    founded : listings of which new clinics were made.
    clinics : new clinics.
    reviews : pairs to be looked at; each is of two clinics until an operator decides.
    decision_id : None where there was nothing to do.
    """

    joined: int
    founded: int
    clinics: int
    reviews: int
    decision_id: int | None


def assign_new(workspace: Workspace) -> Counts:
    """Give every listing without a clinic one, as one decision of "rule".

    What an operator decided of a pair holds. Of listings whose source founds no clinics it is asked
    whether they are any (`geo.workspace.possible_clinics`). The rule runs outside of the transaction; where
    something else was decided in the meantime, it runs again.

    Raises
    ------
    SchemaError : the listings break the contract of `geo.dedupe`.
    WorkspaceError : the workspace cannot be read or written.
    """
    while True:
        possible_clinics.ask(workspace)
        with workspace.snapshot():
            seen = decisions.head(workspace)
            known, decided = stored_listings.current(workspace), find_answers(workspace)
        if not known["clinic_id"].eq("").any():
            return Counts(0, 0, 0, 0, None)
        found = dedupe.assign(known, decided)
        with workspace.change():
            if decisions.head(workspace) == seen:
                return _record(workspace, known, found)


def find_answers(workspace: Workspace) -> pd.DataFrame:
    """Return what operators decided of pairs: `listing_a`, `listing_b`, `same`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        "SELECT listing_a, listing_b, same, MAX(id) FROM pairs WHERE NOT EXISTS "
        "(SELECT 1 FROM undone WHERE undone.decision_id = pairs.decision_id) "
        "GROUP BY listing_a, listing_b"
    )
    found = pd.DataFrame([row[:3] for row in rows], columns=["listing_a", "listing_b", "same"])
    return found.astype({"listing_a": "str", "listing_b": "str", "same": "bool"})


def list_joined(workspace: Workspace, decision_id: int) -> pd.DataFrame:
    """Return the listings that a matching took for one of another listing's clinic.

    Returns
    -------
    `listing_id`, `clinic_id`, `why` (text) and `score` (0-1), by `listing_id`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        "SELECT listing_id, clinic_id, why, score FROM assignments "
        "WHERE decision_id = ? AND score IS NOT NULL ORDER BY listing_id",
        (decision_id,),
    )
    found = pd.DataFrame(rows, columns=["listing_id", "clinic_id", "why", "score"])
    return found.astype({"listing_id": "str", "clinic_id": "str", "why": "str", "score": "float64"})


def find_matching(workspace: Workspace, ingest_id: int) -> int | None:
    """Return the standing decision that gave the listings of a run their clinics, if there is one.

    Parameters
    ----------
    ingest_id : the decision that made the run count.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        "SELECT MIN(standing.id) FROM standing JOIN assignments "
        "ON assignments.decision_id = standing.id JOIN sightings "
        "ON sightings.listing_id = assignments.listing_id AND sightings.decision_id = ?1 "
        "WHERE standing.id > ?1 AND standing.kind = 'assign'",
        (ingest_id,),
    )
    return None if rows[0][0] is None else int(rows[0][0])


def _record(workspace: Workspace, known: pd.DataFrame, found: dedupe.Assignment) -> Counts:
    undecided = set(known.loc[known["clinic_id"].eq(""), "listing_id"])
    clinics = {*known["clinic_id"]} - {""}
    new = found.assigned[found.assigned["listing_id"].isin(undecided)]
    created = sorted(set(new["clinic_id"]) - clinics)
    ids = {clinic_id: make_unused(workspace, clinic_id, created) for clinic_id in created}
    rows = [
        (
            listing_id,
            ids.get(clinic_id, clinic_id),
            reason,
            None if pd.isna(score) else float(score),
        )
        for listing_id, clinic_id, reason, score in zip(
            *(new[name] for name in ("listing_id", "clinic_id", "why", "score")), strict=True
        )
    ]
    joined = sum(clinic_id in clinics for _, clinic_id, *_ in rows)
    counts = {
        "joined": joined,
        "founded": len(rows) - joined,
        "clinics": len(ids),
        "reviews": len(found.reviews),
    }
    with workspace.change() as connection:
        decided = decisions.record(workspace, "assign", "", counts, who=WHO)
        listing_versions.assign(connection, decided, rows)
        for one, other, score, reason, codes in zip(
            *(
                found.reviews[name]
                for name in ("listing_a", "listing_b", "score", "why", "why_codes")
            ),
            strict=True,
        ):
            cases.add(
                workspace,
                decided,
                "duplicate",
                f"pair:{one}|{other}",
                reason=str(reason),
                facts={"listing_a": one, "listing_b": other, "score": round(float(score), 4)},
                reasons=[Reason(code) for code in codes.split(";")],
            )
    return Counts(**counts, decision_id=decided)
