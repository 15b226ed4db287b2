"""A pair that may be one clinic: the clinics behind it, what tells them apart, what a join would end.

A pair is of two listings, but a join is of two clinics with all that is known of them. So what an
operator looks at before joining are the clinics, and what the list would say no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.clinics.fields import FIELDS, find
from geo.clinics.resolving import ADDRESS, resolve
from geo.dedupe import addresses
from geo.errors import WorkspaceError
from geo.workspace import cases, decisions, merging
from geo.workspace.stored_listings import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace.cases import Case
    from geo.workspace.database import Workspace

KIND: Final = "duplicate"
_SHOWN: Final = tuple(field.name for field in FIELDS if field.editable and field.origin)


@dataclass(frozen=True, slots=True)
class Join:
    """What joining two clinics would do.

    Parameters
    ----------
    stays, absorbed : the clinics as they are, columns of `geo.clinics.resolving`; the second one ends.
    listings : how many listings of sources it gives to the first.
    gone : what either says and the joined clinic does not: `clinic_id`, field, value.
    apart : what tells them apart, a phrase each; empty where nothing does.
    """

    stays: Mapping[str, Any]
    absorbed: Mapping[str, Any]
    listings: int
    gone: tuple[tuple[str, str, str], ...]
    apart: tuple[str, ...]


def find_pair(workspace: Workspace, case: Case) -> tuple[str, str]:
    """Return the clinics of the two listings of a case: the one that would stay, the one that ends.

    Raises
    ------
    WorkspaceError : a listing has no clinic any more, or the workspace cannot be read.
    """
    listings = (case.facts["listing_a"], case.facts["listing_b"])
    found = dict(
        workspace.read(
            "SELECT listing_id, clinic_id FROM assigned WHERE listing_id IN (?, ?)", listings
        )
    )
    if len(found) < len(set(listings)):
        raise WorkspaceError(f"A listing of case {case.id} has no clinic now; look at it again.")
    return found[listings[0]], found[listings[1]]


def list_candidates(workspace: Workspace, case: Case) -> list[tuple[str, int]]:
    """Return the other clinics that are asked about with one of a pair, each with its open case.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    pair = find_pair(workspace, case)
    found: dict[str, int] = {}
    held = dict(workspace.read("SELECT listing_id, clinic_id FROM assigned"))
    for other in cases.open_cases(workspace, KIND).to_dict("records"):
        both = [held.get(other["facts"][name], "") for name in ("listing_a", "listing_b")]
        if set(both) & set(pair):
            for clinic_id in both:
                if clinic_id and clinic_id not in pair:
                    found.setdefault(clinic_id, int(other["case_id"]))
    return list(found.items())


def tell_apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what tells two clinics apart by their addresses: town, street, house number, unit.

    Parameters
    ----------
    one, other : columns of `geo.clinics.resolving`.
    """
    read = [addresses.read_address(str(row["street"]), str(row["unit"])) for row in (one, other)]
    found = []
    towns = [" ".join(str(row["city"]).casefold().split()) for row in (one, other)]
    if (all(towns) and towns[0] != towns[1]) or one["state"] != other["state"]:
        found.append("their towns differ")
    if addresses.compare_streets(read[0][0], read[1][0]) is False:
        found.append("their streets or house numbers differ")
    elif addresses.contradict(*read):
        found.append("their suites differ")
    return tuple(found)


def foresee(stays: Mapping[str, Any], absorbed: Mapping[str, Any], known: pd.DataFrame) -> Join:
    """Return what a join of two clinics would do, without doing it.

    Parameters
    ----------
    stays, absorbed : the clinics as they are resolved today.
    known : listings as they stand, all those of both among them.

    Raises
    ------
    SchemaError : a listing breaks the contract of `geo.clinics.listings`.
    """
    stays_id = str(stays["clinic_id"])
    of_stays = known[known["clinic_id"].eq(stays_id)]
    of_absorbed = known[known["clinic_id"].eq(str(absorbed["clinic_id"]))]
    own = of_absorbed["listing_id"].str.startswith(OPERATOR)
    listings = pd.concat([of_stays, of_absorbed[~own]]).assign(clinic_id=stays_id)
    clinics, _ = resolve(listings.reset_index(drop=True), decisions.now().date())
    joined: dict[str, Any] = {str(k): v for k, v in clinics.to_dict("records")[0].items()}
    joined |= merging.find_gaps(stays, of_absorbed)
    gone = []
    for row in (stays, absorbed):
        for name in _SHOWN:
            said, kept = str(row[name]), str(joined[name])
            if find(name).several:
                said = ";".join(code for code in said.split(";") if code not in kept.split(";"))
            if said and said != kept:
                gone.append((str(row["clinic_id"]), name, said))
    return Join(stays, absorbed, int((~own).sum()), tuple(gone), tell_apart(stays, absorbed))


def describe_gone(join: Join, labels: Mapping[str, str]) -> str:
    """Return what leaves the list with a join, a sentence.

    Parameters
    ----------
    labels : what fields are called.
    """
    address = ", ".join(str(join.absorbed[name]) for name in ADDRESS if join.absorbed[name])
    listings = f"{join.listings:,} listing{'' if join.listings == 1 else 's'}"
    said = (
        f"“{join.absorbed['name']}” ({address or 'no address'}) leaves the list; its {listings} "
        f"{'becomes' if join.listings == 1 else 'become'} part of “{join.stays['name']}”."
    )
    gone = "; ".join(
        f"{labels.get(name, name).lower()} {value}" for _, name, value in dict.fromkeys(join.gone)
    )
    return f"{said} Nowhere in it any more: {gone}." if gone else said
