"""Listings of sources that found no clinic by themselves: what stands at their address, and who is asked.

Such a listing tells of an address, as Medicare's payments do. Where a clinic of the list stands there,
`geo.enriching` proposes it to that clinic; where none does, an organization's is a case `possible`, and
individuals' a case `lead`, for whoever calls.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from geo.clinics.provenance import describe_source
from geo.dedupe.addresses import are_one_house, compare_units, read_address
from geo.dedupe.kinship import Kinship, compare_names, read_name
from geo.dedupe.towns import are_one_to_the_mail, find_zips, read_town
from geo.dedupe.words import city_words
from geo.errors import WorkspaceError
from geo.workspace import cases, clinic_ids, decisions, listing_versions, stored_listings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from geo.dedupe.addresses import Address
    from geo.workspace.cases import Case
    from geo.workspace.database import Workspace

KIND: Final = "possible"
LEAD: Final = "lead"
ADD: Final = "add"
DISMISS: Final = "dismiss"

WHO: Final = "rule"


class Neighbours:
    """Listings by their address.

    Parameters
    ----------
    listings : rows, columns of `geo.clinics.listings` or of the clinic table, with a `clinic_id`.
    """

    def __init__(self, listings: Iterable[Mapping[str, str]]) -> None:
        self._at: dict[tuple[str, str], list[tuple[Mapping[str, str], Address]]] = {}
        for row in listings:
            address = read_address(row["street"], row["unit"])
            if address[0].house and row["clinic_id"]:
                key = (row["state"], address[0].house)
                self._at.setdefault(key, []).append((row, address))

    def find(self, place: Mapping[str, str]) -> dict[str, bool]:
        """Return the clinics that may stand at a listing's address, and whether their unit is the same.

        One whose unit is another does not; one whose unit, or the listing's, is not told may.
        """
        own = read_address(place["street"], place["unit"])
        found: dict[str, bool] = {}
        for row, address in self._at.get((place["state"], own[0].house), []):
            units = compare_units(own[1], address[1])
            if are_one_house(own, address) and units is not False and are_one_town(row, place):
                found[row["clinic_id"]] = found.get(row["clinic_id"], False) or units is True
        return found


def are_one_town(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Tell whether two rows are of one town, under whatever name the mail has for it.

    Raises
    ------
    SourceError : the reference tables are missing or damaged.
    """
    if one["state"] != other["state"]:
        return False
    if one["zip"] and one["zip"] == other["zip"]:
        return True
    first, second = read_town(one["city"], one["state"]), read_town(other["city"], other["state"])
    if not (one["city"] and other["city"]):
        return other["zip"] in find_zips(first) or one["zip"] in find_zips(second)
    return first == second or are_one_to_the_mail(first, second)


def names_organisation(listing: Mapping[str, str]) -> bool:
    """Tell whether a listing tells of an organization, and not of individuals alone."""
    return bool(_read_raw(listing).get("organizations"))


def count_services(listing: Mapping[str, str]) -> int:
    """Return how many services were paid for at a listing's address; 0 where that is not told."""
    told = _read_raw(listing).get("services", 0)
    return told if isinstance(told, int) else 0


def ask(workspace: Workspace) -> int:
    """Open a case for each address that is of no clinic and was not asked about; return how many.

    Raises
    ------
    WorkspaceError : the workspace cannot be read or written.
    """
    waiting = stored_listings.awaiting(workspace)
    if waiting.empty:
        return 0
    with workspace.change():
        asked = {
            subject
            for (subject,) in workspace.read(
                "SELECT subject FROM cases WHERE kind IN (?, ?) AND NOT EXISTS (SELECT 1 FROM undone "
                "WHERE undone.decision_id = cases.decision_id)",
                (KIND, LEAD),
            )
        }
        fresh = waiting[~("listing:" + waiting["listing_id"]).isin(asked)]
        if fresh.empty:
            return 0
        known = _rows(stored_listings.current(workspace))
        around = Neighbours(known)
        opened = [row for row in _rows(fresh) if not around.find(row)]
        if not opened:
            return 0
        decided = decisions.record(workspace, "ask", "", {"places": len(opened)}, who=WHO)
        for row in opened:
            _open(workspace, decided, row, known)
    return len(opened)


def list_leads(workspace: Workspace) -> list[tuple[int, dict[str, str]]]:
    """Return the open leads, the number of each case and its listing, those with most services first.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    listings = {row["listing_id"]: row for row in _rows(stored_listings.awaiting(workspace))}
    found = cases.open_cases(workspace, LEAD)
    leads = [
        (int(case_id), listings[facts["listing_id"]])
        for case_id, facts in zip(found["case_id"], found["facts"], strict=True)
        if facts["listing_id"] in listings
    ]
    return sorted(leads, key=lambda lead: (-count_services(lead[1]), lead[0]))


def find_listing(workspace: Workspace, case: Case) -> dict[str, str]:
    """Return the listing that a case `possible` or `lead` is about.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    waiting = stored_listings.awaiting(workspace)
    [row] = _rows(waiting[waiting["listing_id"].eq(case.facts["listing_id"])])
    return row


def add(workspace: Workspace, decision_id: int, case: Case) -> str:
    """Make a clinic of the listing that a case is about, as part of a decision; return its id.

    Raises
    ------
    WorkspaceError : a clinic stands there by now, or the workspace cannot be written.
    """
    listing = find_listing(workspace, case)
    for clinic_id in Neighbours(_rows(stored_listings.current(workspace))).find(listing):
        raise WorkspaceError(
            f"The clinic {clinic_id!r} stands there by now; dismiss this one, or propose it to that one "
            "with `clinic-finder enrich --from medicare`."
        )
    clinic_id = clinic_ids.name_clinic(workspace, listing)
    with workspace.change() as connection:
        row = (listing["listing_id"], clinic_id, "an operator took it for a clinic", None)
        listing_versions.assign(connection, decision_id, [row])
    return clinic_id


def _open(
    workspace: Workspace,
    decision_id: int,
    listing: Mapping[str, str],
    known: Iterable[Mapping[str, str]],
) -> None:
    is_organisation = names_organisation(listing)
    town = ", ".join(part for part in (listing["city"], listing["state"]) if part)
    street = ", ".join(part for part in (listing["street"], listing["unit"]) if part)
    who = f"{listing['name']} at" if is_organisation else "Individuals registered at"
    alike = _find_alike(listing, known) if is_organisation else ""
    told = f"{describe_source(listing)}; no clinic of the list is there."
    cases.add(
        workspace,
        decision_id,
        KIND if is_organisation else LEAD,
        f"listing:{listing['listing_id']}",
        reason=f"{who} {street}, {town}: {told}{f' It may be {alike} of the list.' if alike else ''}",
        facts={"listing_id": listing["listing_id"]},
    )


def _find_alike(listing: Mapping[str, str], known: Iterable[Mapping[str, str]]) -> str:
    """Return the name of a clinic in a listing's town that may be the same by its name, or ""."""
    city = " ".join(city_words(listing["city"]))
    name = read_name(listing["name"], city)
    return next(
        (
            row["name"]
            for row in known
            if row["state"] == listing["state"]
            and compare_names(name, read_name(row["name"], city)) >= Kinship.INSIDE
            and are_one_town(row, listing)
        ),
        "",
    )


def _read_raw(listing: Mapping[str, str]) -> dict[str, Any]:
    raw = json.loads(listing["raw"] or "{}")
    return raw if isinstance(raw, dict) else {}


def _rows(table: pd.DataFrame) -> list[dict[str, str]]:
    return [
        {str(name): str(text) for name, text in row.items()} for row in table.to_dict("records")
    ]
